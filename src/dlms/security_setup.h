/* The security setup of a server (Blue Book class 64): whose title, keys and counters protect its
 * associations, and what protection it insists on. A server without one serves lowest and low level
 * security alone. */
#ifndef WATTHOUR_DLMS_SECURITY_SETUP_H
#define WATTHOUR_DLMS_SECURITY_SETUP_H

#include "cosem/model.h"
#include "crypto/random.h"
#include "dlms/security_hls.h"

enum { DLMS_SETUP_CLIENTS = COSEM_CLIENTS };

/* security_policy, as version 1 of the class has it. */
enum {
    DLMS_POLICY_REQUEST_AUTHENTICATED = 1 << 2,
    DLMS_POLICY_REQUEST_ENCRYPTED = 1 << 3,
    DLMS_POLICY_RESPONSE_AUTHENTICATED = 1 << 5,
    DLMS_POLICY_RESPONSE_ENCRYPTED = 1 << 6,
    DLMS_POLICY_ALL = DLMS_POLICY_REQUEST_AUTHENTICATED | DLMS_POLICY_REQUEST_ENCRYPTED |
                      DLMS_POLICY_RESPONSE_AUTHENTICATED | DLMS_POLICY_RESPONSE_ENCRYPTED,
};

struct dlms_association;

/* Not to be copied or moved. */
struct dlms_security_setup {
    struct dlms_keyring ring;
    struct dlms_key unwrapped; /* for a key that comes in an APDU */
    uint8_t title[DLMS_TITLE_SIZE];
    uint8_t policy;
    enum dlms_aad aad;
    struct dlms_counter sent;                                        /* one for all keys */
    struct dlms_counter received[DLMS_SETUP_CLIENTS][DLMS_COUNTERS]; /* as the server's partners */
    const struct dlms_counter_store *store; /* NULL: counters do not outlive the supply */
    struct crypto_random *random;           /* of challenges */
    uint8_t *scratch;                       /* for a request deciphered, DLMS_UNPROTECT_ROOM() */
    size_t scratch_room;

    /* dlms_guard_reply(), given by dlms_server_set_security(): who only shows associations (the
     * tables of a product) needs no crypto, and links none. */
    size_t (*reply)(struct dlms_association *a, struct dlms_octets reply,
                    uint8_t proof[DLMS_PROOF_MAX]);
};

/* Without keys, nothing required, counters as of new keys; the sent one has the number 0 in a
 * store, those received 1 .., DLMS_COUNTERS for each client. Random port and scratch are the
 * caller's, and must outlive the setup; so must the store that he may set. */
void dlms_security_setup_init(struct dlms_security_setup *setup, enum dlms_suite suite,
                              const uint8_t title[DLMS_TITLE_SIZE], struct crypto_random *random,
                              uint8_t *scratch, size_t scratch_room);

/* The number of a received counter in the store. */
uint8_t dlms_security_setup_counter(uint8_t client, enum dlms_counter_of of);

#endif
