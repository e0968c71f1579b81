/* Elliptic curves P-256 and P-384 (FIPS 186-4): keys, signatures (ECDSA), agreement (ECDH), and the
 * derivation of a key from what was agreed (NIST SP 800-56A).
 *
 * Numbers are octets, most significant first, as DLMS writes them: a private key has the curve's
 * size, a public one is X || Y, a signature r || s, what is agreed is X of the common point.
 *
 * All memory of a computation is lent by the caller, and wiped after it. */
#ifndef WATTHOUR_CRYPTO_ECC_H
#define WATTHOUR_CRYPTO_ECC_H

#include "crypto/hash.h"
#include "crypto/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum crypto_curve { CRYPTO_P256, CRYPTO_P384 };

enum {
    CRYPTO_CURVE_MAX = 48,
    CRYPTO_PUBLIC_MAX = 2 * CRYPTO_CURVE_MAX,
    CRYPTO_SIGNATURE_MAX = 2 * CRYPTO_CURVE_MAX,
    CRYPTO_ECC_ROOM = 1024 * sizeof(void *), /* octets that a computation may take */
};

/* Octets of a number of the curve. */
size_t crypto_curve_size(enum crypto_curve curve);

/* The hash that belongs to the curve: SHA-256, SHA-384. */
enum crypto_hash_kind crypto_curve_hash(enum crypto_curve curve);

/* What a computation works with. Between two of them `room` is free for what can be lost: who puts
 * something there sees by `computations` that it is gone. The random port blinds secrets against
 * who measures the time and the current that they take.
 *
 * Where a processor is slow the computation is cut into slices (crypto/ecc_slices.h), between which
 * `pause` is called, so that whatever else is due can be done. It may use everything of this room
 * but these same curves: they are busy, and everything fails. */
struct crypto_ecc {
    struct crypto_random *random;
    void (*pause)(void *owner); /* NULL: nobody has anything else to do */
    void *owner;
    bool busy;
    size_t most;           /* octets that the last one took */
    uint32_t computations; /* begun since the start, wrapping */
    uint64_t room[CRYPTO_ECC_ROOM / 8];
};

/* What is computed, if anything is, is given up and wiped, and nothing pauses any more: for a pause
 * that does not come back, as when the supply fails. Whoever waits for it must never go on. */
void crypto_ecc_give_up(struct crypto_ecc *ecc);

/* A new key pair. 0, or -1: there is no entropy. */
int crypto_ecc_make(struct crypto_ecc *ecc, enum crypto_curve curve, uint8_t *private_key,
                    uint8_t *public_key);

/* The public key of a private one. 0, or -1: it is none (zero, or not below the order). */
int crypto_ecc_public(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                      uint8_t *public_key);

/* Whether this is a point of the curve other than zero. */
bool crypto_ecc_is_public(struct crypto_ecc *ecc, enum crypto_curve curve,
                          const uint8_t *public_key);

/* Signs a text by its digest of the curve's hash; which one is drawn from key and digest (RFC
 * 6979), so that no signature gives the key away. 0, or -1: the key is none. */
int crypto_ecdsa_sign(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                      const uint8_t *digest, uint8_t *signature);

/* 0, or -1: it is not the signature of the digest by that key, or the key is none. */
int crypto_ecdsa_verify(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *public_key,
                        const uint8_t *digest, const uint8_t *signature);

/* What two sides agree on. 0, or -1: a key is none. */
int crypto_ecdh(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                const uint8_t *public_key, uint8_t *agreed);

/* A key of at most the hash's size: the leftmost octets of H(00000001 || agreed || other), one
 * round of SP 800-56A 5.8.1. */
void crypto_derive(enum crypto_curve curve, const uint8_t *agreed, const void *other,
                   size_t other_size, uint8_t *key, size_t key_size);

#endif
