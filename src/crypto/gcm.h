/* AES-GCM (NIST SP 800-38D) with keys of 16 or 32 octets, nonces of 12 and tags of 12 octets.
 *
 * A nonce must never be used twice with one key: whoever calls keeps the counter in it.
 *
 * A key is its octets, the caller's. To be used it is set up: expanded, with tables for the hash,
 * some seven times as much as all else a text under way needs. That is done in one place, which the
 * caller lends for as many keys as he has, and which remembers the key that is set up in it: every
 * function finds its own there, or sets it up. So nobody can meet another's key, whoever used the
 * place in between, and texts in pieces can be worked on by turns in any order.
 *
 * The place is opaque, so that Mbed TLS or the engine of a chip stays inside this room. It holds
 * addresses of itself: it is not copied or moved. All zeros: no key is set up. crypto_wipe() is all
 * it takes to be rid of one. */
#ifndef WATTHOUR_CRYPTO_GCM_H
#define WATTHOUR_CRYPTO_GCM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CRYPTO_GCM_NONCE_SIZE = 12,
    CRYPTO_GCM_TAG_SIZE = 12,
    CRYPTO_BLOCK_SIZE = 16,
    CRYPTO_GCM_KEY_MAX = 32,
};

/* Whether a key can have so many octets: 16 or 32. */
bool crypto_gcm_key_fits(size_t size);

/* What is taken together with a text. */
struct crypto_gcm_use {
    const uint8_t *key;
    size_t key_size; /* 16 or 32 */
    uint8_t nonce[CRYPTO_GCM_NONCE_SIZE];
    const uint8_t *aad; /* additional data, authenticated but not encrypted */
    size_t aad_size;    /* 0: none */
};

/* Where keys are set up, one at a time. */
struct crypto_gcm {
    uint64_t state[80 + 8 * sizeof(void *) / 4];
};

/* If this key is set up there it is wiped. To be called when the key itself is. */
void crypto_gcm_forget(struct crypto_gcm *gcm, const uint8_t *key, size_t key_size);

/* Encrypts `size` octets of `in` to `out`, which is `in`, or begins at least 8 octets before it, or
 * lies apart. Without text the tag is the GMAC of the additional data. */
void crypto_gcm_seal(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, const uint8_t *in,
                     size_t size, uint8_t *out, uint8_t tag[CRYPTO_GCM_TAG_SIZE]);

/* Decrypts; `out` begins at least 8 octets before `in` or lies apart. 0, or -1: the tag is not that
 * of the text and the additional data; then `out` is wiped. */
int crypto_gcm_open(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, const uint8_t *in,
                    size_t size, uint8_t *out, const uint8_t tag[CRYPTO_GCM_TAG_SIZE]);

/* A text that is encrypted piece by piece, each octet once: what of it has to be remembered between
 * two pieces, its key included, which may be gone elsewhere before the text ends. It may be moved;
 * the place must outlive it. */
struct crypto_gcm_stream {
    struct crypto_gcm *gcm;
    uint32_t aad_size; /* octets taken */
    uint32_t size;
    uint8_t key[CRYPTO_GCM_KEY_MAX];
    uint8_t key_size;
    bool opens;                       /* what comes is encrypted */
    uint8_t mask[CRYPTO_BLOCK_SIZE];  /* what the sum is encrypted by */
    uint8_t block[CRYPTO_BLOCK_SIZE]; /* nonce and number of the block that was the last */
    uint8_t sum[CRYPTO_BLOCK_SIZE];   /* the hash so far */
};

/* The key and the additional data are not needed any more afterwards. */
void crypto_gcm_stream_begin(struct crypto_gcm_stream *stream, struct crypto_gcm *gcm,
                             const struct crypto_gcm_use *use);

/* The same for a text to be checked: what comes is encrypted. */
void crypto_gcm_stream_begin_open(struct crypto_gcm_stream *stream, struct crypto_gcm *gcm,
                                  const struct crypto_gcm_use *use);

/* Further additional data, before the text, in pieces of any size. */
void crypto_gcm_stream_add(struct crypto_gcm_stream *stream, const uint8_t *aad, size_t size);

/* The next piece, in place; its size is a multiple of CRYPTO_BLOCK_SIZE but for the last. */
void crypto_gcm_stream_next(struct crypto_gcm_stream *stream, uint8_t *text, size_t size);

/* The tag of all; the stream is wiped. */
void crypto_gcm_stream_end(struct crypto_gcm_stream *stream, uint8_t tag[CRYPTO_GCM_TAG_SIZE]);

/* Of one to be checked, instead: 0, or -1: it is not the tag of the text and the additional data.
 * The stream is wiped. */
int crypto_gcm_stream_check(struct crypto_gcm_stream *stream,
                            const uint8_t tag[CRYPTO_GCM_TAG_SIZE]);

/* Encrypts or decrypts `size` octets that begin `at` octets into a text, in place, and proves
 * nothing: for a text that was checked, and is read a second time. The additional data do not
 * matter. */
void crypto_gcm_piece(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, size_t at,
                      uint8_t *octets, size_t size);

#endif
