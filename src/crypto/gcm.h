/* AES-GCM (NIST SP 800-38D) with keys of 16 or 32 octets, nonces of 12 and tags of 12 octets.
 *
 * A nonce must never be used twice with one key: whoever calls keeps the counter in it.
 *
 * The states are opaque, so that Mbed TLS or the engine of a chip stays inside this room. They hold
 * addresses of themselves: they are not copied or moved. They own nothing outside themselves:
 * crypto_wipe() is all it takes to be rid of a key. */
#ifndef WATTHOUR_CRYPTO_GCM_H
#define WATTHOUR_CRYPTO_GCM_H

#include <stddef.h>
#include <stdint.h>

enum { CRYPTO_GCM_NONCE_SIZE = 12, CRYPTO_GCM_TAG_SIZE = 12, CRYPTO_BLOCK_SIZE = 16 };

/* What is taken together with a text. */
struct crypto_gcm_use {
    uint8_t nonce[CRYPTO_GCM_NONCE_SIZE];
    const uint8_t *aad; /* additional data, authenticated but not encrypted */
    size_t aad_size;    /* 0: none */
};

/* A scheduled key. */
struct crypto_gcm {
    uint64_t state[76 + 7 * sizeof(void *) / 4];
};

/* 0, or -1: a key has 16 or 32 octets; then the state is not usable. */
int crypto_gcm_set_key(struct crypto_gcm *gcm, const uint8_t *key, size_t size);

/* Encrypts `size` octets of `in` to `out`, which is `in`, or begins at least 8 octets before it, or
 * lies apart. Without text the tag is the GMAC of the additional data. `gcm` holds a key. */
void crypto_gcm_seal(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, const uint8_t *in,
                     size_t size, uint8_t *out, uint8_t tag[CRYPTO_GCM_TAG_SIZE]);

/* Decrypts; `out` begins at least 8 octets before `in` or lies apart. 0, or -1: the tag is not that
 * of the text and the additional data; then `out` is wiped. */
int crypto_gcm_open(struct crypto_gcm *gcm, const struct crypto_gcm_use *use, const uint8_t *in,
                    size_t size, uint8_t *out, const uint8_t tag[CRYPTO_GCM_TAG_SIZE]);

/* A text that is encrypted piece by piece, each octet once. It has its own schedule of the key, so
 * that the key can be used for others in between. */
struct crypto_gcm_stream {
    uint64_t state[90 + 7 * sizeof(void *) / 4];
};

/* 0, or -1: a key has 16 or 32 octets. The additional data are not needed any more afterwards. */
int crypto_gcm_stream_begin(struct crypto_gcm_stream *stream, const uint8_t *key, size_t key_size,
                            const struct crypto_gcm_use *use);

/* The same for a text to be checked: what comes is encrypted. */
int crypto_gcm_stream_begin_open(struct crypto_gcm_stream *stream, const uint8_t *key,
                                 size_t key_size, const struct crypto_gcm_use *use);

/* The next piece, in place; its size is a multiple of CRYPTO_BLOCK_SIZE but for the last. */
void crypto_gcm_stream_next(struct crypto_gcm_stream *stream, uint8_t *text, size_t size);

/* The tag of all; the stream is wiped. */
void crypto_gcm_stream_end(struct crypto_gcm_stream *stream, uint8_t tag[CRYPTO_GCM_TAG_SIZE]);

/* Of one to be checked, instead: 0, or -1: it is not the tag of the text and the additional data.
 * The stream is wiped. */
int crypto_gcm_stream_check(struct crypto_gcm_stream *stream,
                            const uint8_t tag[CRYPTO_GCM_TAG_SIZE]);

/* Encrypts or decrypts `size` octets that begin `at` octets into a text, in place, and proves
 * nothing: for a text that was checked, and is read a second time. `key_size` is 16 or 32. */
void crypto_gcm_piece(const uint8_t *key, size_t key_size,
                      const uint8_t nonce[CRYPTO_GCM_NONCE_SIZE], size_t at, uint8_t *octets,
                      size_t size);

#endif
