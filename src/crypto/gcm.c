#include "crypto/gcm.h"

#include "base/need.h"
#include "base/writer.h"
#include "crypto/arena.h"
#include "crypto/secret.h"

#include <mbedtls/aes.h>
#include <mbedtls/cipher.h>
#include <mbedtls/gcm.h>
#include <stdalign.h>

enum { SCHEDULE = CRYPTO_ARENA_TAKEN(sizeof(mbedtls_aes_context)) };

/* The schedule is the one thing that Mbed TLS allocates for a key. */
struct key {
    mbedtls_gcm_context gcm;
    alignas(CRYPTO_ARENA_ALIGNMENT) uint8_t room[SCHEDULE];
};

/* The generic cipher is what releases 2.28 and 3 have in common for a text in pieces. Its GCM
 * context is allocated as well. */
struct stream {
    mbedtls_cipher_context_t cipher;
    alignas(CRYPTO_ARENA_ALIGNMENT)
        uint8_t room[CRYPTO_ARENA_TAKEN(sizeof(mbedtls_gcm_context)) + SCHEDULE];
};

_Static_assert(sizeof(struct key) <= sizeof(struct crypto_gcm), "a key's state is too small");
_Static_assert(sizeof(struct stream) <= sizeof(struct crypto_gcm_stream),
               "a stream's state is too small");

static bool key_size_fits(size_t size)
{
    return size == 16 || size == 32;
}

int crypto_gcm_set_key(struct crypto_gcm *gcm, const uint8_t *key, size_t size)
{
    struct key *state = (void *)gcm;
    crypto_wipe(gcm, sizeof *gcm);
    if (!key_size_fits(size)) {
        return -1;
    }
    mbedtls_gcm_init(&state->gcm);
    crypto_arena_lend(state->room, sizeof state->room);
    int failed = mbedtls_gcm_setkey(&state->gcm, MBEDTLS_CIPHER_ID_AES, key, (unsigned)size * 8);
    crypto_arena_return();
    need(failed == 0);
    return 0;
}

void crypto_gcm_seal(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, const uint8_t *in,
                     size_t size, uint8_t *out, uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    struct key *state = (void *)gcm;
    int failed = mbedtls_gcm_crypt_and_tag(&state->gcm, MBEDTLS_GCM_ENCRYPT, size, use->nonce,
                                           sizeof use->nonce, use->aad, use->aad_size, in, out,
                                           CRYPTO_GCM_TAG_SIZE, tag);
    need(failed == 0);
}

int crypto_gcm_open(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, const uint8_t *in,
                    size_t size, uint8_t *out, const uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    struct key *state = (void *)gcm;
    int failed =
        mbedtls_gcm_auth_decrypt(&state->gcm, size, use->nonce, sizeof use->nonce, use->aad,
                                 use->aad_size, tag, CRYPTO_GCM_TAG_SIZE, in, out);
    need(failed == 0 || failed == MBEDTLS_ERR_GCM_AUTH_FAILED);
    return failed == 0 ? 0 : -1;
}

static int stream_start(mbedtls_cipher_context_t *cipher, mbedtls_operation_t operation,
                        const uint8_t *key, size_t key_size, const struct crypto_gcm_use *use)
{
    int bits = (int)key_size * 8;
    mbedtls_cipher_init(cipher);
    int failed = mbedtls_cipher_setup(
        cipher, mbedtls_cipher_info_from_values(MBEDTLS_CIPHER_ID_AES, bits, MBEDTLS_MODE_GCM));
    failed = failed ? failed : mbedtls_cipher_setkey(cipher, key, bits, operation);
    failed = failed ? failed : mbedtls_cipher_set_iv(cipher, use->nonce, sizeof use->nonce);
    failed = failed ? failed : mbedtls_cipher_reset(cipher);
    return failed ? failed : mbedtls_cipher_update_ad(cipher, use->aad, use->aad_size);
}

static int stream_begin(struct crypto_gcm_stream *stream, mbedtls_operation_t operation,
                        const uint8_t *key, size_t key_size, const struct crypto_gcm_use *use)
{
    struct stream *state = (void *)stream;
    crypto_wipe(stream, sizeof *stream);
    if (!key_size_fits(key_size)) {
        return -1;
    }
    crypto_arena_lend(state->room, sizeof state->room);
    int failed = stream_start(&state->cipher, operation, key, key_size, use);
    crypto_arena_return();
    need(failed == 0);
    return 0;
}

int crypto_gcm_stream_begin(struct crypto_gcm_stream *stream, const uint8_t *key, size_t key_size,
                            const struct crypto_gcm_use *use)
{
    return stream_begin(stream, MBEDTLS_ENCRYPT, key, key_size, use);
}

int crypto_gcm_stream_begin_open(struct crypto_gcm_stream *stream, const uint8_t *key,
                                 size_t key_size, const struct crypto_gcm_use *use)
{
    return stream_begin(stream, MBEDTLS_DECRYPT, key, key_size, use);
}

void crypto_gcm_stream_next(struct crypto_gcm_stream *stream, uint8_t *text, size_t size)
{
    struct stream *state = (void *)stream;
    size_t written = 0;
    int failed = mbedtls_cipher_update(&state->cipher, text, size, text, &written);
    need(failed == 0 && written == size);
}

void crypto_gcm_stream_end(struct crypto_gcm_stream *stream, uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    struct stream *state = (void *)stream;
    uint8_t rest[CRYPTO_BLOCK_SIZE];
    size_t written = 0;
    int failed = mbedtls_cipher_finish(&state->cipher, rest, &written);
    failed = failed ? failed : mbedtls_cipher_write_tag(&state->cipher, tag, CRYPTO_GCM_TAG_SIZE);
    need(failed == 0 && written == 0);
    crypto_wipe(stream, sizeof *stream);
}

int crypto_gcm_stream_check(struct crypto_gcm_stream *stream,
                            const uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    struct stream *state = (void *)stream;
    uint8_t rest[CRYPTO_BLOCK_SIZE];
    size_t written = 0;
    int failed = mbedtls_cipher_finish(&state->cipher, rest, &written);
    need(failed == 0 && written == 0);
    failed = mbedtls_cipher_check_tag(&state->cipher, tag, CRYPTO_GCM_TAG_SIZE);
    crypto_wipe(stream, sizeof *stream);
    return failed == 0 ? 0 : -1;
}

/* The key stream of a block: block 1 makes the tag, the text begins with block 2. */
static void make_stream(mbedtls_aes_context *aes, const uint8_t *nonce, size_t block,
                        uint8_t stream[CRYPTO_BLOCK_SIZE])
{
    uint8_t counter[CRYPTO_BLOCK_SIZE];
    struct writer w = writer_over(counter, sizeof counter);
    writer_octets(&w, nonce, CRYPTO_GCM_NONCE_SIZE);
    writer_u32(&w, (uint32_t)(2 + block));
    need(mbedtls_aes_crypt_ecb(aes, MBEDTLS_AES_ENCRYPT, counter, stream) == 0);
}

void crypto_gcm_piece(const uint8_t *key, size_t key_size,
                      const uint8_t nonce[CRYPTO_GCM_NONCE_SIZE], size_t at, uint8_t *octets,
                      size_t size)
{
    mbedtls_aes_context aes;
    uint8_t stream[CRYPTO_BLOCK_SIZE];
    mbedtls_aes_init(&aes);
    need(mbedtls_aes_setkey_enc(&aes, key, (unsigned)key_size * 8) == 0);
    for (size_t i = 0; i < size; i++) {
        size_t of_block = (at + i) % CRYPTO_BLOCK_SIZE;
        if (of_block == 0 || i == 0) {
            make_stream(&aes, nonce, (at + i) / CRYPTO_BLOCK_SIZE, stream);
        }
        octets[i] ^= stream[of_block];
    }
    mbedtls_aes_free(&aes);
    crypto_wipe(stream, sizeof stream);
}
