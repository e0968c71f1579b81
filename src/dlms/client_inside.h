/* What the client's codec is made of; for its own files (client.c, client_list.c). */
#ifndef WATTHOUR_DLMS_CLIENT_INSIDE_H
#define WATTHOUR_DLMS_CLIENT_INSIDE_H

#include "base/writer.h"
#include "dlms/client.h"

/* A request begins; `value` is what of it can be sent in blocks. */
void dlms_client_begin(struct dlms_client *client, uint8_t service, struct reader value);

/* Octets of an APDU that both the server and our buffer take. */
size_t dlms_client_limit(const struct dlms_client *client, size_t room);

/* Tag, choice and invoke-id-and-priority; class, name and member; whether there is a selection, and
 * that. */
void dlms_client_put_head(struct writer *w, const struct dlms_client *client, uint8_t choice);
void dlms_client_put_target(struct writer *w, const struct dlms_target *target);
void dlms_client_put_selection(struct writer *w, const struct dlms_selection *part);

/* Last, number, length and as much of the value as there is room for. */
void dlms_client_put_block(struct writer *w, struct dlms_client *client);

/* What comes is appended to the value: `size` octets, with which the APDU ends. */
enum dlms_client_outcome dlms_client_keep(struct dlms_client *client, struct reader *r,
                                          size_t size);

/* The answers to a list, and to ACCESS, the first behind its head (client_list.c). */
enum dlms_client_outcome dlms_client_take_list(struct dlms_client *client, struct reader *r,
                                               size_t size);
enum dlms_client_outcome dlms_client_take_access(struct dlms_client *client, struct reader *r);

/* What a list's answer is once all of it is there: done, or malformed. */
enum dlms_client_outcome dlms_client_end_list(const struct dlms_client *client);

#endif
