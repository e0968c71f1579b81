/* GMAC in pieces: NIST's vectors, and what AES-GCM makes of the same data in one piece. */
#include "crypto/gmac.h"
#include "test/crypto/blocks.h"
#include "test/unit.h"

#include <string.h>

enum { ROOM = 300 };

static uint8_t data[ROOM];

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 89 + 7);
    }
    return 0;
}

static void published_vectors(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_gmac.txt");
    struct block block;
    int cases = 0;
    while (blocks_next(&blocks, &block)) {
        struct crypto_gmac gmac;
        uint8_t key[32];
        uint8_t nonce[CRYPTO_GCM_NONCE_SIZE];
        uint8_t aad[ROOM];
        uint8_t expected[16];
        uint8_t tag[CRYPTO_GCM_TAG_SIZE];
        size_t key_size = block_octets(&block, "key", key, sizeof key);
        assert_int_equal(block_octets(&block, "nonce", nonce, sizeof nonce), sizeof nonce);
        assert_int_equal(block_octets(&block, "tag", expected, sizeof expected), sizeof expected);
        size_t size = block_octets(&block, "aad", aad, sizeof aad);
        assert_int_equal(crypto_gmac_begin(&gmac, key, key_size, nonce), 0);
        crypto_gmac_add(&gmac, aad, size);
        crypto_gmac_end(&gmac, tag);
        assert_memory_equal(tag, expected, sizeof tag);
        cases++;
    }
    assert_int_equal(cases, 2);
}

static void tag_at_once(size_t key_size, size_t size, uint8_t tag[CRYPTO_GCM_TAG_SIZE])
{
    struct crypto_gcm gcm;
    const struct crypto_gcm_use use = {.nonce = "a nonce", .aad = data, .aad_size = size};
    assert_int_equal(crypto_gcm_set_key(&gcm, data + 100, key_size), 0);
    crypto_gcm_seal(&gcm, &use, NULL, 0, NULL, tag);
}

static void check(size_t key_size, size_t size, size_t piece)
{
    static const uint8_t nonce[CRYPTO_GCM_NONCE_SIZE] = "a nonce";
    static const struct crypto_gmac wiped;
    struct crypto_gmac gmac;
    uint8_t expected[CRYPTO_GCM_TAG_SIZE];
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    tag_at_once(key_size, size, expected);
    assert_int_equal(crypto_gmac_begin(&gmac, data + 100, key_size, nonce), 0);
    for (size_t at = 0; at < size; at += piece) {
        crypto_gmac_add(&gmac, data + at, size - at < piece ? size - at : piece);
    }
    crypto_gmac_end(&gmac, tag);
    assert_memory_equal(tag, expected, sizeof tag);
    assert_memory_equal(&gmac, &wiped, sizeof gmac);
}

static void every_size_and_every_piece(void **state)
{
    (void)state;
    for (size_t size = 0; size <= ROOM; size += 1 + size / 40) {
        for (size_t piece = 1; piece <= 40; piece++) {
            check(16, size, piece);
            check(32, size, piece);
        }
    }
}

static void sizes_of_keys(void **state)
{
    (void)state;
    for (size_t size = 0; size <= 64; size++) {
        struct crypto_gmac gmac;
        int expected = size == 16 || size == 32 ? 0 : -1;
        assert_int_equal(crypto_gmac_begin(&gmac, data, size, data), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(every_size_and_every_piece),
        cmocka_unit_test(sizes_of_keys),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
