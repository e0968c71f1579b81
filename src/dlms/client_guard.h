/* What guards a client's association: it proves who it is (low and high level security), and what
 * it sends and takes is ciphered and signed. Like dlms/client.h without input or output.
 *
 *     size = dlms_client_guard_open(&guard, &client, &random, apdu, room);        AARQ
 *     dlms_client_guard_opened(&guard, &client, apdu, size, &refusal);            its AARE
 *     while DLMS_CLIENT_MORE:
 *         size = dlms_client_guard_prove(&guard, &client, plain, room);           as a request
 *         dlms_client_answer(&client, ..);
 *         dlms_client_guard_proved(&guard, &client);                              the server's
 * proof
 *
 * A plain request becomes what is sent by dlms_client_guard_send(), what comes a plain answer by
 * dlms_client_guard_receive(). Sources: Green Book 9.2.2.2 (authentication), 9.2.3 (security). */
#ifndef WATTHOUR_DLMS_CLIENT_GUARD_H
#define WATTHOUR_DLMS_CLIENT_GUARD_H

#include "crypto/random.h"
#include "dlms/client.h"
#include "dlms/security_hls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a client opens its association and protects it. */
struct dlms_client_security {
    enum dlms_mechanism mechanism;
    struct dlms_octets secret; /* password of LLS, secret of HLS by MD5, SHA-1, SHA-256 */
    uint8_t title[DLMS_TITLE_SIZE];
    uint8_t control; /* DLMS_CONTROL_AUTHENTICATED, _ENCRYPTED; 0: the context without ciphering */
    enum dlms_form form;    /* of services; with a DED form the dedicated key is proposed. ACCESS
                               has none of its own, and goes by the general one of that key */
    bool wraps;             /* general-ciphering carries that key, wrapped by the master key */
    uint8_t challenge_size; /* DLMS_CHALLENGE_LEAST .. _MOST; for ECDSA from _SIGNED on */
    const struct dlms_signing *signing; /* for ECDSA, signatures and agreed keys; NULL: none */
    enum dlms_signature signature;      /* of services: what is sent is signed so, and so has to be
                                           what comes; ALONE without `control` */
    enum dlms_agreement agreement;      /* of DLMS_FORM_GENERAL; 0: the key is the unicast one */
};

/* Not to be copied or moved. Keys are put into `ring`, and a dedicated one into `dedicated`, by the
 * caller between init and open. */
struct dlms_client_guard {
    struct dlms_client_security use;
    struct dlms_keyring ring;
    struct dlms_key dedicated;
    uint8_t wrapped[DLMS_WRAPPED_KEY_MAX]; /* that key, as it is sent */
    struct dlms_counter sent;              /* set `next` above what the meter accepted last */
    struct dlms_counter received[DLMS_COUNTERS];
    struct dlms_counter dedicated_received;
    struct dlms_counter received_data[DLMS_COUNTERS]; /* of protected data: client_data.h */
    struct dlms_key unwrapped;                        /* of what comes */
    uint8_t agreed[DLMS_AGREED_MAX];
    bool opened;                   /* the association is, and what comes is protected as services */
    uint8_t peer[DLMS_TITLE_SIZE]; /* the server's title, from its AARE */
    bool has_peer;
    uint8_t challenge_c[DLMS_CHALLENGE_MOST];
    uint8_t challenge_s[DLMS_CHALLENGE_MOST];
    uint8_t challenge_s_size;
    uint8_t proof[2 + DLMS_PROOF_MAX]; /* as Data */
    uint8_t transaction[8];            /* of general-ciphering, counted */
};

/* `use->secret` and `use->signing` must outlive the guard. */
void dlms_client_guard_init(struct dlms_client_guard *guard, const struct dlms_client_security *use,
                            enum dlms_suite suite);

/* AARQ. `random` is needed for high level security alone. `room` is at least DLMS_CLIENT_ROOM. 0:
 * there is no entropy, no key for what is asked, or no counter left. */
size_t dlms_client_guard_open(struct dlms_client_guard *guard, const struct dlms_client *client,
                              struct crypto_random *random, uint8_t *apdu, size_t room);

/* The AARE: DLMS_CLIENT_DONE, the association is open; DLMS_CLIENT_MORE, the server waits for our
 * proof; else it is not open. */
enum dlms_client_outcome dlms_client_guard_opened(struct dlms_client_guard *guard,
                                                  struct dlms_client *client, const uint8_t *apdu,
                                                  size_t size, struct dlms_refusal *refusal);

/* Our proof, as a plain ACTION request. 0: there is no secret, key or counter for it. */
size_t dlms_client_guard_prove(struct dlms_client_guard *guard, struct dlms_client *client,
                               uint8_t *apdu, size_t room);

/* Whether what the ACTION gave back is the server's proof. */
bool dlms_client_guard_proved(struct dlms_client_guard *guard, const struct dlms_client *client);

/* Makes of a plain request what is sent: `plain` is `apdu + DLMS_PROTECT_HEAD`, with signatures or
 * agreed keys DLMS_PROTECT_HEAD_MOST; see dlms_security_send() for `room` and the result. Without
 * protection it is the request itself. */
size_t dlms_client_guard_send(struct dlms_client_guard *guard, const uint8_t *plain, size_t size,
                              uint8_t *apdu, size_t room);

/* RLRQ, with our InitiateRequest ciphered in a ciphered association: so the meter knows that it is
 * we who end it. 0: there is no key or counter for it. `room` is at least DLMS_CLIENT_ROOM. */
size_t dlms_client_guard_release(struct dlms_client_guard *guard, const struct dlms_client *client,
                                 uint8_t *apdu, size_t room);

/* Makes a plain answer of what came, where it is or in `scratch`, of as many octets. What the
 * standard sends plain in any association passes: AARE, RLRE, exception-response. 0, or enum
 * dlms_security_error: DLMS_SECURITY_WEAK, it is less protected than what we send. */
int dlms_client_guard_receive(struct dlms_client_guard *guard, const uint8_t *apdu, size_t size,
                              uint8_t *scratch, size_t room, struct reader *plain);

/* For client_data.h: what APDUs are protected by. */
struct dlms_security_context dlms_client_guard_context(struct dlms_client_guard *guard);

/* What the general forms begin with: they number their transactions. */
struct dlms_general dlms_client_guard_fields(struct dlms_client_guard *guard);

/* A key that comes along instead of one that the meter has. Without a master key it is empty, and
 * nothing can be sent by it. */
void dlms_client_guard_put_wrapped(struct dlms_client_guard *guard, struct dlms_general *general);

#endif
