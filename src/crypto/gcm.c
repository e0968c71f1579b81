#include "crypto/gcm.h"

#include "base/need.h"
#include "base/writer.h"
#include "crypto/arena.h"
#include "crypto/secret.h"

#include <mbedtls/aes.h>
#include <mbedtls/gcm.h>
#include <mbedtls/version.h>
#include <stdalign.h>
#include <string.h>

/* The schedule is the one thing that Mbed TLS allocates for a key. */
enum { SCHEDULE = CRYPTO_ARENA_TAKEN(sizeof(mbedtls_aes_context)) };

struct place {
    mbedtls_gcm_context gcm;
    alignas(CRYPTO_ARENA_ALIGNMENT) uint8_t room[SCHEDULE];
    uint8_t key[CRYPTO_GCM_KEY_MAX]; /* that is set up */
    uint8_t key_size;                /* 0: none is */
};

_Static_assert(sizeof(struct place) <= sizeof(struct crypto_gcm), "the place is too small");

/* A text in pieces goes through the fields of Mbed TLS's context that are not its key's, by their
 * names, which are public in these releases and private from 3.0 on. test_gcm.c would notice if
 * there were another, or if one meant something else. */
_Static_assert(MBEDTLS_VERSION_MAJOR == 2 && MBEDTLS_VERSION_MINOR == 28,
               "what a stream keeps is to be looked at again");
_Static_assert(sizeof((mbedtls_gcm_context *)0)->base_ectr == CRYPTO_BLOCK_SIZE &&
                   sizeof((mbedtls_gcm_context *)0)->y == CRYPTO_BLOCK_SIZE &&
                   sizeof((mbedtls_gcm_context *)0)->buf == CRYPTO_BLOCK_SIZE,
               "Mbed TLS keeps more of a text than a stream does");

bool crypto_gcm_key_fits(size_t size)
{
    return size == 16 || size == 32;
}

static bool holds(const struct place *place, const uint8_t *key, size_t size)
{
    return place->key_size == size && crypto_equal(place->key, key, size);
}

void crypto_gcm_forget(struct crypto_gcm *gcm, const uint8_t *key, size_t key_size)
{
    if (holds((const void *)gcm, key, key_size)) {
        crypto_wipe(gcm, sizeof *gcm);
    }
}

/* The one way to Mbed TLS's context: with this key set up in it. */
static mbedtls_gcm_context *set_up(struct crypto_gcm *gcm, const uint8_t *key, size_t size)
{
    struct place *place = (void *)gcm;
    need(crypto_gcm_key_fits(size));
    if (holds(place, key, size)) {
        return &place->gcm;
    }
    crypto_wipe(gcm, sizeof *gcm);
    mbedtls_gcm_init(&place->gcm);
    crypto_arena_lend(place->room, sizeof place->room);
    int failed = mbedtls_gcm_setkey(&place->gcm, MBEDTLS_CIPHER_ID_AES, key, (unsigned)size * 8);
    crypto_arena_return();
    need(failed == 0);
    memcpy(place->key, key, size);
    place->key_size = (uint8_t)size;
    return &place->gcm;
}

void crypto_gcm_seal(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, const uint8_t *in,
                     size_t size, uint8_t *out, uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    int failed = mbedtls_gcm_crypt_and_tag(
        set_up(gcm, use->key, use->key_size), MBEDTLS_GCM_ENCRYPT, size, use->nonce,
        sizeof use->nonce, use->aad, use->aad_size, in, out, CRYPTO_GCM_TAG_SIZE, tag);
    need(failed == 0);
}

int crypto_gcm_open(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, const uint8_t *in,
                    size_t size, uint8_t *out, const uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    int failed = mbedtls_gcm_auth_decrypt(set_up(gcm, use->key, use->key_size), size, use->nonce,
                                          sizeof use->nonce, use->aad, use->aad_size, tag,
                                          CRYPTO_GCM_TAG_SIZE, in, out);
    need(failed == 0 || failed == MBEDTLS_ERR_GCM_AUTH_FAILED);
    return failed == 0 ? 0 : -1;
}

/* ---- a text in pieces ---- */

static mbedtls_gcm_context *take_up(const struct crypto_gcm_stream *stream)
{
    mbedtls_gcm_context *gcm = set_up(stream->gcm, stream->key, stream->key_size);
    gcm->mode = stream->opens ? MBEDTLS_GCM_DECRYPT : MBEDTLS_GCM_ENCRYPT;
    gcm->add_len = stream->aad_size;
    gcm->len = stream->size;
    memcpy(gcm->base_ectr, stream->mask, sizeof stream->mask);
    memcpy(gcm->y, stream->block, sizeof stream->block);
    memcpy(gcm->buf, stream->sum, sizeof stream->sum);
    return gcm;
}

static void begin(struct crypto_gcm_stream *stream, struct crypto_gcm *place, bool opens,
                  const struct crypto_gcm_use *use)
{
    mbedtls_gcm_context *gcm = set_up(place, use->key, use->key_size);
    need(mbedtls_gcm_starts(gcm, MBEDTLS_GCM_ENCRYPT, use->nonce, sizeof use->nonce, NULL, 0) == 0);
    *stream = (struct crypto_gcm_stream){
        .gcm = place, .key_size = (uint8_t)use->key_size, .opens = opens};
    memcpy(stream->key, use->key, use->key_size);
    memcpy(stream->mask, gcm->base_ectr, sizeof stream->mask);
    memcpy(stream->block, gcm->y, sizeof stream->block);
    crypto_gcm_stream_add(stream, use->aad, use->aad_size);
}

/* The hash goes on by a block. Mbed TLS takes additional data in one piece alone; but of a text to
 * be deciphered it hashes what comes, and that of a block of zeros is the sum's next value. What it
 * deciphers and counts besides is not taken over. */
static void hash_block(struct crypto_gcm_stream *stream)
{
    static const uint8_t zeros[CRYPTO_BLOCK_SIZE];
    uint8_t unused[CRYPTO_BLOCK_SIZE];
    mbedtls_gcm_context *gcm = take_up(stream);
    gcm->mode = MBEDTLS_GCM_DECRYPT;
    need(mbedtls_gcm_update(gcm, sizeof zeros, zeros, unused) == 0);
    memcpy(stream->sum, gcm->buf, sizeof stream->sum);
}

void crypto_gcm_stream_add(struct crypto_gcm_stream *stream, const uint8_t *aad, size_t size)
{
    need(stream->size == 0 && size <= UINT32_MAX - stream->aad_size);
    for (size_t i = 0; i < size; i++) {
        stream->sum[stream->aad_size++ % CRYPTO_BLOCK_SIZE] ^= aad[i];
        if (stream->aad_size % CRYPTO_BLOCK_SIZE == 0) {
            hash_block(stream);
        }
    }
}

/* The text begins, or there is none: a block of additional data that is not full is filled up with
 * zeros. */
static void end_aad(struct crypto_gcm_stream *stream)
{
    if (stream->size == 0 && stream->aad_size % CRYPTO_BLOCK_SIZE != 0) {
        hash_block(stream);
    }
}

void crypto_gcm_stream_begin(struct crypto_gcm_stream *stream, struct crypto_gcm *gcm,
                             const struct crypto_gcm_use *use)
{
    begin(stream, gcm, false, use);
}

void crypto_gcm_stream_begin_open(struct crypto_gcm_stream *stream, struct crypto_gcm *gcm,
                                  const struct crypto_gcm_use *use)
{
    begin(stream, gcm, true, use);
}

void crypto_gcm_stream_next(struct crypto_gcm_stream *stream, uint8_t *text, size_t size)
{
    if (size == 0) {
        return;
    }
    need(stream->size % CRYPTO_BLOCK_SIZE == 0 && size <= UINT32_MAX - stream->size);
    end_aad(stream);
    mbedtls_gcm_context *gcm = take_up(stream);
    need(mbedtls_gcm_update(gcm, size, text, text) == 0);
    stream->size += (uint32_t)size;
    memcpy(stream->block, gcm->y, sizeof stream->block);
    memcpy(stream->sum, gcm->buf, sizeof stream->sum);
}

void crypto_gcm_stream_end(struct crypto_gcm_stream *stream, uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    end_aad(stream);
    need(mbedtls_gcm_finish(take_up(stream), tag, CRYPTO_GCM_TAG_SIZE) == 0);
    crypto_wipe(stream, sizeof *stream);
}

int crypto_gcm_stream_check(struct crypto_gcm_stream *stream,
                            const uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    uint8_t right[CRYPTO_GCM_TAG_SIZE];
    crypto_gcm_stream_end(stream, right);
    return crypto_equal(right, tag, sizeof right) ? 0 : -1;
}

/* The key stream of a block: block 1 makes the tag, the text begins with block 2. */
static void make_stream(mbedtls_gcm_context *gcm, const uint8_t *nonce, size_t block,
                        uint8_t stream[CRYPTO_BLOCK_SIZE])
{
    uint8_t counter[CRYPTO_BLOCK_SIZE];
    size_t made;
    struct writer w = writer_over(counter, sizeof counter);
    writer_octets(&w, nonce, CRYPTO_GCM_NONCE_SIZE);
    writer_u32(&w, (uint32_t)(2 + block));
    need(mbedtls_cipher_update(&gcm->cipher_ctx, counter, sizeof counter, stream, &made) == 0);
}

void crypto_gcm_piece(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, size_t at,
                      uint8_t *octets, size_t size)
{
    mbedtls_gcm_context *context = set_up(gcm, use->key, use->key_size);
    uint8_t stream[CRYPTO_BLOCK_SIZE];
    for (size_t i = 0; i < size; i++) {
        size_t of_block = (at + i) % CRYPTO_BLOCK_SIZE;
        if (of_block == 0 || i == 0) {
            make_stream(context, use->nonce, (at + i) / CRYPTO_BLOCK_SIZE, stream);
        }
        octets[i] ^= stream[of_block];
    }
    crypto_wipe(stream, sizeof stream);
}
