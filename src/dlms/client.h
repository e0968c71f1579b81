/* The client's side of the protocol, without input or output: it makes the APDUs to send and takes
 * the APDUs received. Same codecs as the server. Source: Green Book 9.3 to 9.5.
 *
 *     size = dlms_client_open(&client, password, apdu, room);     send, receive
 *     dlms_client_opened(&client, apdu, size, &refusal);          DLMS_CLIENT_DONE
 *     size = dlms_client_get(&client, 3, &name, 2, apdu, room);   send, receive
 *     while (dlms_client_answer(&client, apdu, size, &refusal) == DLMS_CLIENT_MORE)
 *         size = dlms_client_next(&client, apdu, room);           send, receive
 *     value = dlms_client_value(&client);                         cosem/data.h walks through it
 *
 * dlms_client_set() and dlms_client_act() go on in the same way: a long value is sent in blocks, a
 * long return value comes in blocks. client_list.h asks for several things at once. */
#ifndef WATTHOUR_DLMS_CLIENT_H
#define WATTHOUR_DLMS_CLIENT_H

#include "base/reader.h"
#include "cosem/model.h"
#include "dlms/acse.h"
#include "dlms/apdu.h"
#include "dlms/initiate.h"
#include "dlms/secret.h"

#include <stddef.h>
#include <stdint.h>

enum dlms_client_outcome {
    DLMS_CLIENT_DONE,
    DLMS_CLIENT_MORE,      /* it goes on: send dlms_client_next() */
    DLMS_CLIENT_REFUSED,   /* the server said no: see the refusal */
    DLMS_CLIENT_MALFORMED, /* this is no answer to what was asked */
    DLMS_CLIENT_TOO_LONG,  /* the value does not fit the buffer */
};

/* Why the server said no; of these, one is set. */
struct dlms_refusal {
    enum cosem_result result;        /* of a GET, SET or ACTION; else COSEM_SUCCESS */
    enum dlms_diagnostic diagnostic; /* of an AARQ; else DLMS_DIAGNOSTIC_NULL */
    int initiate_error;              /* enum dlms_initiate_error of an AARQ; else -1 */
    uint8_t exception[2]; /* state-error, service-error of an exception-response; else 0 */
    uint32_t counter;     /* of DLMS_INVOCATION_COUNTER_ERROR: the least that it accepts */
};

struct dlms_order;

struct dlms_client {
    uint8_t *value; /* the caller's, for the value read */
    size_t room;
    size_t size;
    uint16_t receive_max;
    uint16_t send_max;
    uint32_t conformance;            /* negotiated */
    uint32_t block;                  /* number of the last block received, or sent */
    struct reader sending;           /* what is left of the value to send: the caller's */
    const struct dlms_order *orders; /* of a list (client_list.h), the caller's */
    uint16_t order_count;            /* 0: it is none */
    bool in_general_blocks; /* requests may be longer than the server's APDUs: client_blocks.h */
    uint8_t service;        /* tag of the request */
    uint8_t invoke;
};

/* What the client proposes to negotiate. */
#define DLMS_CLIENT_PROPOSED                                                                       \
    (DLMS_CONFORMANCE_GET | DLMS_CONFORMANCE_SET | DLMS_CONFORMANCE_ACTION |                       \
     DLMS_CONFORMANCE_SELECTIVE | DLMS_CONFORMANCE_BLOCK_GET | DLMS_CONFORMANCE_BLOCK_SET |        \
     DLMS_CONFORMANCE_BLOCK_ACTION | DLMS_CONFORMANCE_MULTIPLE | DLMS_CONFORMANCE_ACCESS |         \
     DLMS_CONFORMANCE_GENERAL_BLOCK)

/* An attribute or a method. */
struct dlms_target {
    uint16_t class_id;
    struct cosem_name name;
    int8_t member;
};

/* Selective access: what of an attribute is meant. */
struct dlms_selection {
    uint8_t selector;
    struct reader parameters; /* one complete Data */
};

/* `value` (`room` octets) holds the longest value that can be read. `receive_max` octets is what
 * the link takes of an APDU: 64..65535. */
void dlms_client_init(struct dlms_client *client, uint8_t *value, size_t room,
                      uint16_t receive_max);

/* Each writes one APDU into `apdu` and returns its size. `room` is at least DLMS_CLIENT_ROOM. */
enum { DLMS_CLIENT_ROOM = 320 };

/* AARQ, without ciphering (client_guard.h has the rest): lowest security when the password's octets
 * are NULL (at most DLMS_SECRET_MAX). */
size_t dlms_client_open(const struct dlms_client *client, struct dlms_octets password,
                        uint8_t *apdu, size_t room);
size_t dlms_client_get(struct dlms_client *client, uint16_t class_id, const struct cosem_name *name,
                       int8_t attribute, uint8_t *apdu, size_t room);

/* The same, or with `part` (NULL: the whole attribute) by selective access. 0: the server has none,
 * or the selection is longer than its APDUs. */
size_t dlms_client_get_part(struct dlms_client *client, const struct dlms_target *target,
                            const struct dlms_selection *part, uint8_t *apdu, size_t room);

/* Write an attribute, call a method. The value, one complete Data, must stand until the outcome is
 * another than DLMS_CLIENT_MORE; of a method it may be empty. 0: it is too long for the server,
 * which takes no blocks. */
size_t dlms_client_set(struct dlms_client *client, const struct dlms_target *target,
                       struct reader value, uint8_t *apdu, size_t room);
size_t dlms_client_act(struct dlms_client *client, const struct dlms_target *target,
                       struct reader parameter, uint8_t *apdu, size_t room);

size_t dlms_client_next(struct dlms_client *client, uint8_t *apdu, size_t room);
size_t dlms_client_release(uint8_t *apdu, size_t room);

/* Take one APDU. */
enum dlms_client_outcome dlms_client_opened(struct dlms_client *client, const uint8_t *apdu,
                                            size_t size, struct dlms_refusal *refusal);
enum dlms_client_outcome dlms_client_answer(struct dlms_client *client, const uint8_t *apdu,
                                            size_t size, struct dlms_refusal *refusal);

/* What opening is made of, for client_guard.h: the InitiateRequest; the AARE of an APDU
 * (DLMS_CLIENT_DONE, maybe one that refuses); what it says, its user-information deciphered. */
struct dlms_initiate dlms_client_proposal(const struct dlms_client *client);
enum dlms_client_outcome dlms_client_take_aare(const uint8_t *apdu, size_t size,
                                               struct dlms_aare *aare,
                                               struct dlms_refusal *refusal);
enum dlms_client_outcome dlms_client_take_response(struct dlms_client *client,
                                                   const struct dlms_aare *aare,
                                                   struct reader information,
                                                   struct dlms_refusal *refusal);

/* The whole value read or given back, when the outcome was DLMS_CLIENT_DONE. Empty: a method gave
 * nothing back. */
struct reader dlms_client_value(const struct dlms_client *client);

#endif
