/* Hashes: MD5 (RFC 1321), SHA-1, SHA-256, SHA-384 (FIPS 180-4). MD5 and SHA-1 are here for the
 * mechanisms HLS 3 and 4 alone. */
#ifndef WATTHOUR_CRYPTO_HASH_H
#define WATTHOUR_CRYPTO_HASH_H

#include <stddef.h>
#include <stdint.h>

enum crypto_hash_kind { CRYPTO_MD5, CRYPTO_SHA1, CRYPTO_SHA256, CRYPTO_SHA384 };

enum { CRYPTO_HASH_MAX = 48 };

/* Octets of a digest of this kind. */
size_t crypto_hash_size(enum crypto_hash_kind kind);

/* A hash under way, opaque; not to be copied or moved. It owns nothing outside itself. */
struct crypto_hash {
    uint64_t state[30];
};

void crypto_hash_begin(struct crypto_hash *hash, enum crypto_hash_kind kind);
void crypto_hash_add(struct crypto_hash *hash, const void *octets, size_t size);

/* Writes the digest, crypto_hash_size() octets, and wipes the state. */
void crypto_hash_end(struct crypto_hash *hash, uint8_t *digest);

#endif
