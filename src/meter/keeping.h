/* What of the DLMS server outlives the supply, and where its long requests are gathered: the
 * meter's storage behind the server's interfaces. Private to this room. */
#ifndef WATTHOUR_METER_KEEPING_H
#define WATTHOUR_METER_KEEPING_H

#include "dlms/server.h"
#include "storage/storage.h"

/* Numbers of the storage's secrets: never used for anything else. */
enum meter_secret {
    METER_SECRET_READING = 0,    /* password of the Reading client, as a client changed it */
    METER_SECRET_MANAGEMENT = 1, /* of the Management client */
    METER_SECRETS
};

/* Lets long requests be gathered on flash. `stage` is filled in and must outlive the server. */
void keeping_stage(struct dlms_stage *stage, struct storage *storage);

/* Takes over the passwords that clients have changed. */
void keeping_restore(struct dlms_server *server, const struct storage *storage);

/* Keeps them. 0, or a negative storage_result: try again. */
int keeping_store(const struct dlms_server *server, struct storage *storage);

#endif
