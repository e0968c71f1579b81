#include "crypto/key_wrap.h"

#include "base/need.h"
#include "crypto/secret.h"

#include <mbedtls/aes.h>
#include <string.h>

enum { HALF = 8, ROUNDS = 6, LEAST = 2 * HALF };

static const uint8_t initial[HALF] = {0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6, 0xA6};

/* The step's number is mixed into the register, most significant octet first. */
static void mix(uint8_t *a, size_t step)
{
    for (size_t i = HALF; step > 0; step >>= 8) {
        a[--i] ^= (uint8_t)step;
    }
}

static void cipher(mbedtls_aes_context *aes, int mode, uint8_t block[2 * HALF])
{
    int failed = mbedtls_aes_crypt_ecb(aes, mode, block, block);
    need(failed == 0);
}

/* RFC 3394 2.2.1, by index: the first half of `block` is A, `r` holds R[1] .. R[n]. */
static void wrap(mbedtls_aes_context *aes, uint8_t block[2 * HALF], uint8_t *r, size_t n)
{
    for (size_t step = 1; step <= ROUNDS * n; step++) {
        uint8_t *half = r + (step - 1) % n * HALF;
        memcpy(block + HALF, half, HALF);
        cipher(aes, MBEDTLS_AES_ENCRYPT, block);
        mix(block, step);
        memcpy(half, block + HALF, HALF);
    }
}

/* RFC 3394 2.2.2 */
static void unwrap(mbedtls_aes_context *aes, uint8_t block[2 * HALF], uint8_t *r, size_t n)
{
    for (size_t step = ROUNDS * n; step > 0; step--) {
        uint8_t *half = r + (step - 1) % n * HALF;
        mix(block, step);
        memcpy(block + HALF, half, HALF);
        cipher(aes, MBEDTLS_AES_DECRYPT, block);
        memcpy(half, block + HALF, HALF);
    }
}

static int size_fits(size_t key_size)
{
    return key_size >= LEAST && key_size % HALF == 0;
}

int crypto_key_wrap(const uint8_t *kek, size_t kek_size, const uint8_t *key, size_t key_size,
                    uint8_t *wrapped)
{
    mbedtls_aes_context aes;
    mbedtls_aes_init(&aes);
    if (!size_fits(key_size) || mbedtls_aes_setkey_enc(&aes, kek, (unsigned)kek_size * 8) != 0) {
        return -1;
    }
    uint8_t block[2 * HALF];
    memcpy(block, initial, HALF);
    memmove(wrapped + HALF, key, key_size);
    wrap(&aes, block, wrapped + HALF, key_size / HALF);
    memcpy(wrapped, block, HALF);
    crypto_wipe(&aes, sizeof aes);
    crypto_wipe(block, sizeof block);
    return 0;
}

int crypto_key_unwrap(const uint8_t *kek, size_t kek_size, const uint8_t *wrapped,
                      size_t wrapped_size, uint8_t *key)
{
    mbedtls_aes_context aes;
    mbedtls_aes_init(&aes);
    if (wrapped_size < HALF || !size_fits(wrapped_size - HALF) ||
        mbedtls_aes_setkey_dec(&aes, kek, (unsigned)kek_size * 8) != 0) {
        return -1;
    }
    size_t key_size = wrapped_size - HALF;
    uint8_t block[2 * HALF];
    memcpy(block, wrapped, HALF);
    memmove(key, wrapped + HALF, key_size);
    unwrap(&aes, block, key, key_size / HALF);
    int result = crypto_equal(block, initial, HALF) ? 0 : -1;
    if (result != 0) {
        crypto_wipe(key, key_size);
    }
    crypto_wipe(&aes, sizeof aes);
    crypto_wipe(block, sizeof block);
    return result;
}
