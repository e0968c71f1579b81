#include "crypto/gmac.h"

#include "base/need.h"
#include "base/reader.h"
#include "base/writer.h"
#include "crypto/secret.h"

#include <mbedtls/aes.h>
#include <string.h>

enum { HALF_BITS = 64, HALF_SIZE = 8 };

/* Of the field's polynomial, x^128 + x^7 + x^2 + x + 1, the bits that come in on top. */
#define REDUCTION (UINT64_C(0xE1) << 56)

/* One half of the sum times the key, bit by bit from the left; the key is multiplied by x with each
 * bit. No branch and no address depends on what is secret. */
static void multiply_half(uint64_t half, uint64_t key[2], uint64_t product[2])
{
    for (int bit = HALF_BITS - 1; bit >= 0; bit--) {
        uint64_t chosen = UINT64_C(0) - (half >> bit & 1);
        uint64_t carried = UINT64_C(0) - (key[1] & 1);
        product[0] ^= key[0] & chosen;
        product[1] ^= key[1] & chosen;
        key[1] = key[1] >> 1 | key[0] << (HALF_BITS - 1);
        key[0] = key[0] >> 1 ^ (REDUCTION & carried);
    }
}

static void multiply(struct crypto_gmac *gmac)
{
    uint64_t key[2] = {gmac->key[0], gmac->key[1]};
    uint64_t product[2] = {0, 0};
    multiply_half(gmac->sum[0], key, product);
    multiply_half(gmac->sum[1], key, product);
    gmac->sum[0] = product[0];
    gmac->sum[1] = product[1];
}

int crypto_gmac_begin(struct crypto_gmac *gmac, const uint8_t *key, size_t key_size,
                      const uint8_t nonce[CRYPTO_GCM_NONCE_SIZE])
{
    mbedtls_aes_context aes;
    uint8_t zeros[CRYPTO_BLOCK_SIZE] = {0};
    uint8_t first[CRYPTO_BLOCK_SIZE] = {[CRYPTO_BLOCK_SIZE - 1] = 1};
    crypto_wipe(gmac, sizeof *gmac);
    if (key_size != 16 && key_size != 32) {
        return -1;
    }
    memcpy(first, nonce, CRYPTO_GCM_NONCE_SIZE);
    mbedtls_aes_init(&aes);
    int failed = mbedtls_aes_setkey_enc(&aes, key, (unsigned)key_size * 8);
    failed = failed ? failed : mbedtls_aes_crypt_ecb(&aes, MBEDTLS_AES_ENCRYPT, zeros, zeros);
    failed = failed ? failed : mbedtls_aes_crypt_ecb(&aes, MBEDTLS_AES_ENCRYPT, first, gmac->mask);
    need(failed == 0);
    mbedtls_aes_free(&aes);
    struct reader r = reader_over(zeros, sizeof zeros);
    gmac->key[0] = reader_u64(&r);
    gmac->key[1] = reader_u64(&r);
    crypto_wipe(zeros, sizeof zeros);
    return 0;
}

void crypto_gmac_add(struct crypto_gmac *gmac, const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned place = (unsigned)(gmac->size++ % CRYPTO_BLOCK_SIZE);
        unsigned shift = 8 * (HALF_SIZE - 1 - place % HALF_SIZE);
        gmac->sum[place / HALF_SIZE] ^= (uint64_t)octets[i] << shift;
        if (place == CRYPTO_BLOCK_SIZE - 1) {
            multiply(gmac);
        }
    }
}

/* Behind the data stands their length in bits, and that of the text, which is nothing. */
void crypto_gmac_end(struct crypto_gmac *gmac, uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    uint8_t sum[CRYPTO_BLOCK_SIZE];
    if (gmac->size % CRYPTO_BLOCK_SIZE != 0) {
        multiply(gmac);
    }
    gmac->sum[0] ^= 8 * gmac->size;
    multiply(gmac);
    struct writer w = writer_over(sum, sizeof sum);
    writer_u64(&w, gmac->sum[0]);
    writer_u64(&w, gmac->sum[1]);
    for (size_t i = 0; i < CRYPTO_GCM_TAG_SIZE; i++) {
        tag[i] = (uint8_t)(sum[i] ^ gmac->mask[i]);
    }
    crypto_wipe(gmac, sizeof *gmac);
}
