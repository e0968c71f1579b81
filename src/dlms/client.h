/* The client's side of the protocol, without input or output: it makes the APDUs to send and takes
 * the APDUs received. Same codecs as the server. Source: Green Book 9.3 to 9.5.
 *
 *     size = dlms_client_open(&client, password, apdu, room);     send, receive
 *     dlms_client_opened(&client, apdu, size, &refusal);          DLMS_CLIENT_DONE
 *     size = dlms_client_get(&client, 3, &name, 2, apdu, room);   send, receive
 *     while (dlms_client_answer(&client, apdu, size, &refusal) == DLMS_CLIENT_MORE)
 *         size = dlms_client_next(&client, apdu, room);           send, receive
 *     value = dlms_client_value(&client);                         cosem/data.h walks through it
 */
#ifndef WATTHOUR_DLMS_CLIENT_H
#define WATTHOUR_DLMS_CLIENT_H

#include "base/reader.h"
#include "cosem/model.h"
#include "dlms/acse.h"
#include "dlms/initiate.h"
#include "dlms/secret.h"

#include <stddef.h>
#include <stdint.h>

enum dlms_client_outcome {
    DLMS_CLIENT_DONE,
    DLMS_CLIENT_MORE,      /* the value goes on: send dlms_client_next() */
    DLMS_CLIENT_REFUSED,   /* the server said no: see the refusal */
    DLMS_CLIENT_MALFORMED, /* this is no answer to what was asked */
    DLMS_CLIENT_TOO_LONG,  /* the value does not fit the buffer */
};

/* Why the server said no; of these, one is set. */
struct dlms_refusal {
    enum cosem_result result;        /* of a GET; else COSEM_SUCCESS */
    enum dlms_diagnostic diagnostic; /* of an AARQ; else DLMS_DIAGNOSTIC_NULL */
    int initiate_error;              /* enum dlms_initiate_error of an AARQ; else -1 */
    uint8_t exception[2]; /* state-error, service-error of an exception-response; else 0 */
};

struct dlms_client {
    uint8_t *value; /* the caller's, for the value read */
    size_t room;
    size_t size;
    uint16_t receive_max;
    uint16_t send_max;
    uint32_t conformance; /* negotiated */
    uint32_t block;       /* number of the last block received */
    uint8_t invoke;
};

/* `value` (`room` octets) holds the longest value that can be read. `receive_max` octets is what
 * the link takes of an APDU: 64..65535. */
void dlms_client_init(struct dlms_client *client, uint8_t *value, size_t room,
                      uint16_t receive_max);

/* Each writes one APDU into `apdu` and returns its size. `room` is at least DLMS_CLIENT_ROOM. */
enum { DLMS_CLIENT_ROOM = 192 };

/* AARQ: lowest security when the password's octets are NULL (at most DLMS_SECRET_MAX). */
size_t dlms_client_open(const struct dlms_client *client, struct dlms_octets password,
                        uint8_t *apdu, size_t room);
size_t dlms_client_get(struct dlms_client *client, uint16_t class_id, const struct cosem_name *name,
                       int8_t attribute, uint8_t *apdu, size_t room);
size_t dlms_client_next(const struct dlms_client *client, uint8_t *apdu, size_t room);
size_t dlms_client_release(uint8_t *apdu, size_t room);

/* Take one APDU. */
enum dlms_client_outcome dlms_client_opened(struct dlms_client *client, const uint8_t *apdu,
                                            size_t size, struct dlms_refusal *refusal);
enum dlms_client_outcome dlms_client_answer(struct dlms_client *client, const uint8_t *apdu,
                                            size_t size, struct dlms_refusal *refusal);

/* The whole value, when the outcome was DLMS_CLIENT_DONE. */
struct reader dlms_client_value(const struct dlms_client *client);

#endif
