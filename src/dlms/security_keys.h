/* The symmetric keys of a security setup, and the one place where they are set up. Sources: Blue
 * Book class 64 (key_id), Green Book 9.2.3.4 (suites), 9.2.5 (key transfer). */
#ifndef WATTHOUR_DLMS_SECURITY_KEYS_H
#define WATTHOUR_DLMS_SECURITY_KEYS_H

#include "crypto/gcm.h"
#include "crypto/key_wrap.h"
#include "dlms/security.h"

#include <stdint.h>

enum dlms_key_id {
    DLMS_KEY_UNICAST = 0,        /* global unicast encryption, GUEK */
    DLMS_KEY_BROADCAST = 1,      /* global broadcast encryption, GBEK */
    DLMS_KEY_AUTHENTICATION = 2, /* GAK */
    DLMS_KEY_MASTER = 3,         /* key encryption, KEK */
    DLMS_KEYS
};

enum { DLMS_KEY_MAX = 32, DLMS_WRAPPED_KEY_MAX = DLMS_KEY_MAX + CRYPTO_KEY_WRAP_EXTRA };

/* Octets of every symmetric key of a suite. */
size_t dlms_key_size(enum dlms_suite suite);

/* An encryption key beside those of a setup: a dedicated one, say. All zeros: none. */
struct dlms_key {
    uint8_t octets[DLMS_KEY_MAX];
    uint8_t size; /* 0: none */
};

/* 0, or -1: a key has 16 or 32 octets; then there is none. */
int dlms_key_put(struct dlms_key *key, const uint8_t *octets, size_t size);

/* Wipes it, and what it was set up to in `gcm`; NULL: it was in no use. */
void dlms_key_drop(struct dlms_key *key, struct crypto_gcm *gcm);

/* The keys of one security setup; not to be copied or moved. */
struct dlms_keyring {
    struct crypto_gcm gcm; /* for every key of who has the ring: dedicated ones, say */
    enum dlms_suite suite;
    uint8_t there; /* bit n: key n is */
    uint8_t octets[DLMS_KEYS][DLMS_KEY_MAX];
};

/* Without keys. */
void dlms_keyring_init(struct dlms_keyring *ring, enum dlms_suite suite);

/* Takes a key in use. 0, or -1: there is no such key, or its size is not the suite's; then the key
 * is what it was. */
int dlms_keyring_put(struct dlms_keyring *ring, enum dlms_key_id id, const uint8_t *octets,
                     size_t size);

/* The octets of a key, the suite's size of them; NULL: there is none. */
const uint8_t *dlms_keyring_octets(const struct dlms_keyring *ring, enum dlms_key_id id);

/* How a key of the suite's size is used, with the ring's authentication key; the aad is
 * DLMS_AAD_HEAD. */
struct dlms_material dlms_keyring_use(struct dlms_keyring *ring, const uint8_t *encryption);

/* Key transfer: unwraps a key by the master key, without putting it in use; a new master key is
 * wrapped by the old one. `key` gets the suite's octets. 0, or -1: there is no master key, the size
 * is not the suite's, or this was not wrapped by it. */
int dlms_keyring_unwrap(const struct dlms_keyring *ring, const uint8_t *wrapped, size_t size,
                        uint8_t key[DLMS_KEY_MAX]);

/* The same for a key of another suite's size, which is to come into force with it. */
int dlms_keyring_unwrap_for(const struct dlms_keyring *ring, enum dlms_suite suite,
                            const uint8_t *wrapped, size_t size, uint8_t key[DLMS_KEY_MAX]);

/* The material for an APDU in that protection. `dedicated` is the association's key, `unwrapped`
 * takes one that general-ciphering carries; both may be NULL. 0, or -1: another suite, or there is
 * no such key. */
int dlms_keyring_material(struct dlms_keyring *ring, const struct dlms_key *dedicated,
                          struct dlms_key *unwrapped, const struct dlms_protection *by,
                          struct dlms_material *material);

#endif
