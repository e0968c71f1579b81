/* AES key wrap (RFC 3394): a key encrypted by another. */
#ifndef WATTHOUR_CRYPTO_KEY_WRAP_H
#define WATTHOUR_CRYPTO_KEY_WRAP_H

#include <stddef.h>
#include <stdint.h>

enum { CRYPTO_KEY_WRAP_EXTRA = 8 /* octets that wrapping adds */ };

/* `kek` has 16, 24 or 32 octets, `key` a multiple of 8 and at least 16; `wrapped` holds `key_size`
 * and CRYPTO_KEY_WRAP_EXTRA. 0, or -1: those sizes are wrong. */
int crypto_key_wrap(const uint8_t *kek, size_t kek_size, const uint8_t *key, size_t key_size,
                    uint8_t *wrapped);

/* `key` holds `wrapped_size` less CRYPTO_KEY_WRAP_EXTRA. 0, or -1: a size is wrong, or this was not
 * wrapped by that key; then `key` is wiped. */
int crypto_key_unwrap(const uint8_t *kek, size_t kek_size, const uint8_t *wrapped,
                      size_t wrapped_size, uint8_t *key);

#endif
