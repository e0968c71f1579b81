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
    DLMS_POLICY_REQUEST_SIGNED = COSEM_REQUEST_SIGNED,
    DLMS_POLICY_RESPONSE_SIGNED = COSEM_RESPONSE_SIGNED,
    DLMS_POLICY_CIPHERS = DLMS_POLICY_REQUEST_AUTHENTICATED | DLMS_POLICY_REQUEST_ENCRYPTED |
                          DLMS_POLICY_RESPONSE_AUTHENTICATED | DLMS_POLICY_RESPONSE_ENCRYPTED,
    DLMS_POLICY_SIGNS = DLMS_POLICY_REQUEST_SIGNED | DLMS_POLICY_RESPONSE_SIGNED,
};

struct dlms_association;
struct dlms_security_setup;
struct dlms_layers;
struct dlms_data;

enum { DLMS_PUBLIC_ID = 32 };

/* A key pair of the suite's curve. Of the public key there is what tells its certificate from
 * others: the leftmost octets of X. The key itself follows from the private one. */
struct dlms_key_pair {
    bool there;
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_id[DLMS_PUBLIC_ID];
};

/* What of a setup outlives the supply, beside its counters and certificates. */
struct dlms_security_kept {
    uint8_t suite;
    uint8_t policy;
    uint8_t keys;                            /* bit n: key n is there */
    uint8_t coming_keys;                     /* likewise: of the next suite's size */
    uint32_t changes[DLMS_KEYS];             /* how often each became another */
    uint8_t octets[DLMS_KEYS][DLMS_KEY_MAX]; /* the suite's size each */
    uint8_t coming[DLMS_KEYS][DLMS_KEY_MAX]; /* in force once that suite is */
    struct dlms_key_pair pairs[DLMS_KEY_USES];
    struct dlms_key_pair made[DLMS_KEY_USES]; /* in force once certified */
};

/* What of it is kept and not in force yet; all else is in force at once. */
struct dlms_security_next {
    uint8_t suite;
    uint8_t keys;
    uint32_t changes[DLMS_KEYS];
    uint8_t octets[DLMS_KEYS][DLMS_KEY_MAX];
};

/* Where it is kept. */
struct dlms_security_keep {
    /* Keeps the record in place of the one before. 0 once it is there for good; anything else: the
     * one before still is. */
    int (*keep)(void *owner, const struct dlms_security_kept *kept);
    void *owner;
};

/* Where X.509 certificates are kept: each in a slot, which is written whole or not at all. */
struct dlms_certificate_store {
    /* Copies a certificate of at most `room` octets: its size; 0: the slot is empty. */
    size_t (*read)(void *owner, uint8_t slot, uint8_t *der, size_t room);
    /* Puts one in place of what is there; size 0: nothing. 0 once it is there for good, or -1. */
    int (*write)(void *owner, uint8_t slot, const uint8_t *der, size_t size);
    void *owner;
    uint8_t slots;
};

/* A public key that is given, and has no certificate. */
struct dlms_security_peer {
    bool known;
    uint8_t client; /* the server's partner */
    uint8_t use;    /* enum dlms_key_use */
    uint8_t octets[CRYPTO_PUBLIC_MAX];
};

/* So many are known at once: those of one client. Whoever has more gives certificates. */
enum { DLMS_SETUP_PEERS = DLMS_KEY_USES };

/* Keys of the suite's curve, for suites 1 and 2. */
struct dlms_security_signing {
    struct crypto_ecc *ecc;                   /* the caller's; NULL: nothing is computed */
    struct dlms_key_pair own[DLMS_KEY_USES];  /* in force */
    struct dlms_key_pair made[DLMS_KEY_USES]; /* waiting for a certificate */
    struct dlms_security_peer peers[DLMS_SETUP_PEERS];
    const struct dlms_certificate_store *certificates; /* NULL: there are none */
    int64_t now_s; /* UTC, by which certificates are judged; 0: not known, and none is too old */
};

/* A key on its way in: wrapped by the master key. */
struct dlms_wrapped_key {
    enum dlms_key_id id;
    struct dlms_octets wrapped;
};

/* How a certificate is named: by whom and what it is for, or by issuer and number. */
struct dlms_certificate_name {
    bool by_serial;
    uint8_t entity; /* enum dlms_entity */
    uint8_t type;   /* enum dlms_certificate_type */
    struct dlms_octets title;
    struct dlms_octets serial;
    struct dlms_octets issuer; /* a Name, DER */
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
    /* dlms_guard_activate(), dlms_guard_upgrade(), dlms_guard_transfer(), dlms_guard_agree() */
    enum dlms_change (*activate)(struct dlms_association *a, uint8_t policy);
    enum dlms_change (*upgrade)(struct dlms_association *a, enum dlms_suite suite);
    enum dlms_change (*transfer)(struct dlms_association *a, const struct dlms_wrapped_key *keys,
                                 size_t count);
    enum dlms_change (*agree)(struct dlms_association *a, const struct dlms_wrapped_key *keys,
                              size_t count, struct writer *returned);
    /* dlms_guard_generate() and so on; certificates.h */
    enum dlms_change (*generate)(struct dlms_association *a, enum dlms_key_use use);
    enum dlms_change (*request)(struct dlms_association *a, enum dlms_key_use use,
                                struct writer *returned);
    enum dlms_change (*import)(struct dlms_association *a, struct dlms_octets der);
    enum dlms_change (*give)(struct dlms_association *a, const struct dlms_certificate_name *name,
                             struct writer *returned);
    enum dlms_change (*remove)(struct dlms_association *a,
                               const struct dlms_certificate_name *name);
    void (*list)(struct dlms_association *a, uint8_t slot, struct writer *w);
    /* dlms_guard_protect(), dlms_guard_unprotect() */
    int (*protect)(struct dlms_security_setup *setup, struct dlms_association *a,
                   struct dlms_layers *layers, struct dlms_data *data);
    int (*unprotect)(struct dlms_security_setup *setup, struct dlms_association *a,
                     const struct dlms_layers *layers, struct dlms_data *data);
};

/* Not to be copied or moved. */
struct dlms_security_setup {
    struct dlms_keyring ring;
    struct dlms_key unwrapped; /* for a key that comes in an APDU */
    uint8_t agreed[DLMS_AGREED_MAX];
    uint8_t title[DLMS_TITLE_SIZE];
    uint8_t policy;
    enum dlms_aad aad;
    bool data_undated;           /* security_data.h */
    uint32_t changes[DLMS_KEYS]; /* of the keys in force */
    uint8_t coming_keys;         /* bit n: key n of the next suite is there */
    uint8_t coming[DLMS_KEYS][DLMS_KEY_MAX];
    struct dlms_counter sent;       /* of the unicast key */
    struct dlms_counter sent_other; /* of all other encryption keys: never begins anew */
    struct dlms_counter received[DLMS_COUNTERS];      /* of APDUs, whichever client sends them */
    struct dlms_counter received_data[DLMS_COUNTERS]; /* of protected data, whoever brings them */
    const struct dlms_counter_store *store;           /* NULL: counters do not outlive the supply */
    const struct dlms_security_keep *keep;            /* NULL: nor does what clients change */
    struct dlms_security_signing signing;
    struct crypto_random *random; /* of challenges */
    const struct dlms_security_engine *engine;

    /* Waits: the answer to who sent it goes by the old keys. */
    struct dlms_security_next next;
    const struct dlms_association *changer; /* NULL: there are none */
    bool adopts_late; /* once the changer's association ends; else after the answer to it */
};

/* Without keys, nothing required, counters as of new keys. The random port is the caller's, and
 * must outlive the setup; so must store and keep, which he may set. */
void dlms_security_setup_init(struct dlms_security_setup *setup, enum dlms_suite suite,
                              const uint8_t title[DLMS_TITLE_SIZE], struct crypto_random *random);

/* The curve of the setup's suite. 0, or -1: suite 0 has none. */
int dlms_security_setup_curve(const struct dlms_security_setup *setup, enum crypto_curve *curve);

/* Takes what to compute with, which must outlive the setup; without keys. */
void dlms_security_setup_compute(struct dlms_security_setup *setup, struct crypto_ecc *ecc);

/* Takes the meter's private key for a use, of the suite's curve; after
 * dlms_security_setup_compute(). 0, or -1: the suite has no curve, or that is no key. */
int dlms_security_setup_own(struct dlms_security_setup *setup, enum dlms_key_use use,
                            const uint8_t *private_key);

/* Takes a client's public key, likewise. A certificate of the client comes before it. 0, or -1: it
 * is none, or those of DLMS_SETUP_PEERS others are known. */
int dlms_security_setup_know(struct dlms_security_setup *setup, uint8_t client,
                             enum dlms_key_use use, const uint8_t *public_key);

/* Signs a digest of the curve's hash by the meter's key in force. 0, or -1: there is none of that
 * curve, or the curves are busy. */
int dlms_security_setup_sign(struct dlms_security_setup *setup, enum crypto_curve curve,
                             const uint8_t *digest, uint8_t *signature);

/* Whether both sides' keys for signatures are there, or may be by a certificate, so that the client
 * can use HLS by ECDSA. */
bool dlms_security_setup_signs(const struct dlms_security_setup *setup, uint8_t client);

/* The curve's keys as an exchange with this client has them; certificates are looked up when they
 * are needed. It points into the setup. */
struct dlms_signing dlms_security_setup_signing(struct dlms_security_setup *setup, uint8_t client);

/* Numbers of counters in the store: 0 and 1 are those sent, then come those received. Each client
 * had some of its own, which still count where they are higher: an APDU by a key that two clients
 * have could be sent again as the other. */
enum {
    DLMS_SETUP_RECEIVED = 2 + 2 * DLMS_COUNTERS,              /* .. of APDUs */
    DLMS_SETUP_DATA = 2 + DLMS_SETUP_CLIENTS * DLMS_COUNTERS, /* .. of data */
    DLMS_SETUP_COUNTERS = DLMS_SETUP_DATA + DLMS_COUNTERS,
};

/* The counter with a number of the store; its own is the `id` in it. */
struct dlms_counter *dlms_security_setup_numbered(struct dlms_security_setup *setup, uint8_t id);

/* How often the key that a counter belongs to was changed: stored with its bound, this tells a
 * counter of the key in force from one of a key before. */
uint32_t dlms_security_setup_generation(const struct dlms_security_setup *setup, uint8_t id);

#endif
