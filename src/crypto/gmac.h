/* GMAC: the tag of AES-GCM over data that are authenticated and not encrypted (NIST SP 800-38D),
 * for data that come piece by piece. Mbed TLS 2.28 takes additional data in one piece only, so that
 * GHASH is written here, over its AES; crypto/gcm.h is faster where all is in memory. */
#ifndef WATTHOUR_CRYPTO_GMAC_H
#define WATTHOUR_CRYPTO_GMAC_H

#include "crypto/gcm.h"

/* One under way; it owns nothing outside itself. */
struct crypto_gmac {
    uint64_t key[2]; /* of the hash, the leftmost bit on top */
    uint64_t sum[2];
    uint8_t mask[CRYPTO_BLOCK_SIZE]; /* what the sum is encrypted by */
    uint64_t size;                   /* octets taken */
};

/* 0, or -1: a key has 16 or 32 octets. */
int crypto_gmac_begin(struct crypto_gmac *gmac, const uint8_t *key, size_t key_size,
                      const uint8_t nonce[CRYPTO_GCM_NONCE_SIZE]);

/* The next octets, as many as there are. */
void crypto_gmac_add(struct crypto_gmac *gmac, const uint8_t *octets, size_t size);

/* The tag of all; the state is wiped. */
void crypto_gmac_end(struct crypto_gmac *gmac, uint8_t tag[CRYPTO_GCM_TAG_SIZE]);

#endif
