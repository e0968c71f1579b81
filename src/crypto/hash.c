#include "crypto/hash.h"

#include "base/need.h"
#include "crypto/arena.h"
#include "crypto/secret.h"

#include <mbedtls/md.h>
#include <mbedtls/sha512.h>
#include <stdalign.h>

/* Mbed TLS allocates the context of the hash itself; that of SHA-384 is the largest. */
struct hash {
    mbedtls_md_context_t md;
    alignas(
        CRYPTO_ARENA_ALIGNMENT) uint8_t room[CRYPTO_ARENA_TAKEN(sizeof(mbedtls_sha512_context))];
};

_Static_assert(sizeof(struct hash) <= sizeof(struct crypto_hash), "a hash's state is too small");

static const mbedtls_md_info_t *info_of(enum crypto_hash_kind kind)
{
    static const mbedtls_md_type_t types[] = {
        [CRYPTO_MD5] = MBEDTLS_MD_MD5,
        [CRYPTO_SHA1] = MBEDTLS_MD_SHA1,
        [CRYPTO_SHA256] = MBEDTLS_MD_SHA256,
        [CRYPTO_SHA384] = MBEDTLS_MD_SHA384,
    };
    return mbedtls_md_info_from_type(types[kind]);
}

size_t crypto_hash_size(enum crypto_hash_kind kind)
{
    return mbedtls_md_get_size(info_of(kind));
}

void crypto_hash_begin(struct crypto_hash *hash, enum crypto_hash_kind kind)
{
    struct hash *state = (void *)hash;
    mbedtls_md_init(&state->md);
    crypto_arena_lend(state->room, sizeof state->room);
    int failed = mbedtls_md_setup(&state->md, info_of(kind), 0);
    crypto_arena_return();
    need(failed == 0 && mbedtls_md_starts(&state->md) == 0);
}

void crypto_hash_add(struct crypto_hash *hash, const void *octets, size_t size)
{
    struct hash *state = (void *)hash;
    int failed = mbedtls_md_update(&state->md, octets, size);
    need(failed == 0);
}

void crypto_hash_end(struct crypto_hash *hash, uint8_t *digest)
{
    struct hash *state = (void *)hash;
    int failed = mbedtls_md_finish(&state->md, digest);
    need(failed == 0);
    crypto_wipe(hash, sizeof *hash);
}
