/* The security setup of a server (Blue Book class 64): whose title, keys and counters protect its
 * associations, and what protection it insists on. A server without one serves lowest and low level
 * security alone. */
#ifndef WATTHOUR_DLMS_SECURITY_SETUP_H
#define WATTHOUR_DLMS_SECURITY_SETUP_H

#include "cosem/model.h"
#include "crypto/random.h"
#include "dlms/security_hls.h"

enum { DLMS_SETUP_CLIENTS = COSEM_CLIENTS };

/* security_policy, as version 1 of the class has it: the bits of access rights. */
enum {
    DLMS_POLICY_REQUEST_AUTHENTICATED = COSEM_REQUEST_AUTHENTICATED,
    DLMS_POLICY_REQUEST_ENCRYPTED = COSEM_REQUEST_ENCRYPTED,
    DLMS_POLICY_RESPONSE_AUTHENTICATED = COSEM_RESPONSE_AUTHENTICATED,
    DLMS_POLICY_RESPONSE_ENCRYPTED = COSEM_RESPONSE_ENCRYPTED,
    DLMS_POLICY_ALL = DLMS_POLICY_REQUEST_AUTHENTICATED | DLMS_POLICY_REQUEST_ENCRYPTED |
                      DLMS_POLICY_RESPONSE_AUTHENTICATED | DLMS_POLICY_RESPONSE_ENCRYPTED,
};

struct dlms_association;
struct dlms_security_setup;

/* What of a setup outlives the supply, beside its counters. */
struct dlms_security_kept {
    uint8_t suite;
    uint8_t policy;
    uint8_t keys;                            /* bit n: key n is there */
    uint32_t changes[DLMS_KEYS];             /* how often each became another */
    uint8_t octets[DLMS_KEYS][DLMS_KEY_MAX]; /* the suite's size each */
};

/* Where it is kept. */
struct dlms_security_keep {
    /* Keeps the record in place of the one before. 0 once it is there for good; anything else: the
     * one before still is. */
    int (*keep)(void *owner, const struct dlms_security_kept *kept);
    void *owner;
};

/* Keys for digital signature, for suites 1 and 2. */
struct dlms_security_signing {
    struct crypto_ecc *ecc; /* the caller's; NULL: nothing is signed */
    bool has_own;
    uint8_t own[CRYPTO_CURVE_MAX]; /* private */
    struct {
        bool known;
        uint8_t octets[CRYPTO_PUBLIC_MAX];
    } peers[DLMS_SETUP_CLIENTS]; /* public, as the server's partners */
};

/* A key on its way in: wrapped by the master key. */
struct dlms_wrapped_key {
    enum dlms_key_id id;
    struct dlms_octets wrapped;
};

enum dlms_change {
    DLMS_CHANGED = 0,         /* and kept */
    DLMS_CHANGE_REFUSED = -1, /* no such thing, weaker than before, not wrapped by the master key */
    DLMS_CHANGE_LATER = -2,   /* it cannot be kept now */
};

/* What needs crypto, given by dlms_server_set_security(): who only shows associations and setups
 * (the tables of a product) links none. */
struct dlms_security_engine {
    /* dlms_guard_reply() */
    size_t (*reply)(struct dlms_association *a, struct dlms_octets reply,
                    uint8_t proof[DLMS_PROOF_MAX]);
    /* dlms_guard_activate(), dlms_guard_transfer() */
    enum dlms_change (*activate)(struct dlms_association *a, uint8_t policy);
    enum dlms_change (*transfer)(struct dlms_association *a, const struct dlms_wrapped_key *keys,
                                 size_t count);
};

/* Not to be copied or moved. */
struct dlms_security_setup {
    struct dlms_keyring ring;
    struct dlms_key unwrapped; /* for a key that comes in an APDU */
    uint8_t title[DLMS_TITLE_SIZE];
    uint8_t policy;
    enum dlms_aad aad;
    uint32_t changes[DLMS_KEYS];    /* of the keys in force */
    struct dlms_counter sent;       /* of the unicast key */
    struct dlms_counter sent_other; /* of all other encryption keys: never begins anew */
    struct dlms_counter received[DLMS_SETUP_CLIENTS][DLMS_COUNTERS]; /* as the server's partners */
    const struct dlms_counter_store *store; /* NULL: counters do not outlive the supply */
    const struct dlms_security_keep *keep;  /* NULL: nor does what clients change */
    struct dlms_security_signing signing;
    struct crypto_random *random; /* of challenges */
    uint8_t *scratch;             /* for a request deciphered, DLMS_UNPROTECT_ROOM() */
    size_t scratch_room;
    const struct dlms_security_engine *engine;

    /* Keys that are kept and not in force yet: the answer to who sent them goes by the old ones. */
    struct dlms_security_kept next;
    const struct dlms_association *changer; /* NULL: there are none */
    bool adopts_late; /* once the changer's association ends; else after the answer to it */
};

/* Without keys, nothing required, counters as of new keys; the sent ones have the numbers 0 and 1
 * in a store, those received 2 .., DLMS_COUNTERS for each client. Random port and scratch are the
 * caller's, and must outlive the setup; so must store and keep, which he may set. */
void dlms_security_setup_init(struct dlms_security_setup *setup, enum dlms_suite suite,
                              const uint8_t title[DLMS_TITLE_SIZE], struct crypto_random *random,
                              uint8_t *scratch, size_t scratch_room);

/* The curve of the setup's suite. 0, or -1: suite 0 has none. */
int dlms_security_setup_curve(const struct dlms_security_setup *setup, enum crypto_curve *curve);

/* Takes the meter's private key for digital signature, of the suite's curve, and what to compute
 * with, which must outlive the setup. 0, or -1: the suite has no curve, or that is no key. */
int dlms_security_setup_sign(struct dlms_security_setup *setup, struct crypto_ecc *ecc,
                             const uint8_t *private_key);

/* Takes a client's public key for digital signature; after dlms_security_setup_sign(). 0, or -1: it
 * is none. */
int dlms_security_setup_know(struct dlms_security_setup *setup, uint8_t client,
                             const uint8_t *public_key);

/* Whether both sides' keys are there, so that the client can use HLS by ECDSA. */
bool dlms_security_setup_signs(const struct dlms_security_setup *setup, uint8_t client);

/* The number of a received counter in the store. */
uint8_t dlms_security_setup_counter(uint8_t client, enum dlms_counter_of of);
enum { DLMS_SETUP_COUNTERS = 2 + DLMS_SETUP_CLIENTS * DLMS_COUNTERS };

/* The counter with a number of the store. */
struct dlms_counter *dlms_security_setup_numbered(struct dlms_security_setup *setup, uint8_t id);

/* How often the key that a counter belongs to was changed: stored with its bound, this tells a
 * counter of the key in force from one of a key before. */
uint32_t dlms_security_setup_generation(const struct dlms_security_setup *setup, uint8_t id);

#endif
