/* Key wrap held to the vectors of its RFC, and every bit of a wrapped key to its check. */
#include "crypto/key_wrap.h"
#include "test/crypto/blocks.h"
#include "test/unit.h"

#include <string.h>

enum { KEY_MAX = 64, WRAPPED_MAX = KEY_MAX + CRYPTO_KEY_WRAP_EXTRA };

static void check_damage(const uint8_t *kek, size_t kek_size, const uint8_t *wrapped, size_t size)
{
    static const uint8_t zeros[KEY_MAX];
    for (size_t bit = 0; bit < 8 * size; bit++) {
        uint8_t damaged[WRAPPED_MAX];
        uint8_t key[KEY_MAX];
        memcpy(damaged, wrapped, size);
        damaged[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(crypto_key_unwrap(kek, kek_size, damaged, size, key), -1);
        assert_memory_equal(key, zeros, size - CRYPTO_KEY_WRAP_EXTRA);
    }
}

static void test_published_vectors(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_key_wrap.txt");
    struct block block;
    int cases = 0;
    while (blocks_next(&blocks, &block)) {
        uint8_t kek[32];
        uint8_t key[KEY_MAX];
        uint8_t expected[WRAPPED_MAX];
        uint8_t octets[WRAPPED_MAX];
        size_t kek_size = block_octets(&block, "kek", kek, sizeof kek);
        size_t size = block_octets(&block, "key", key, sizeof key);
        assert_int_equal(block_octets(&block, "wrapped", expected, sizeof expected), size + 8);
        assert_int_equal(crypto_key_wrap(kek, kek_size, key, size, octets), 0);
        assert_memory_equal(octets, expected, size + 8);
        assert_int_equal(crypto_key_unwrap(kek, kek_size, expected, size + 8, octets), 0);
        assert_memory_equal(octets, key, size);
        check_damage(kek, kek_size, expected, size + 8);
        cases++;
    }
    assert_int_equal(cases, 6);
}

static void test_sizes(void **state)
{
    (void)state;
    const uint8_t kek[40] = {0};
    uint8_t octets[WRAPPED_MAX] = {0};
    uint8_t out[WRAPPED_MAX];
    for (size_t size = 0; size <= KEY_MAX; size++) {
        int expected = size >= 16 && size % 8 == 0 ? 0 : -1;
        assert_int_equal(crypto_key_wrap(kek, 16, octets, size, out), expected);
    }
    for (size_t size = 0; size <= sizeof kek; size++) {
        int expected = size == 16 || size == 24 || size == 32 ? 0 : -1;
        assert_int_equal(crypto_key_wrap(kek, size, octets, 16, out), expected);
        assert_int_equal(crypto_key_unwrap(kek, size, out, 24, octets), expected);
    }
    assert_int_equal(crypto_key_unwrap(kek, 16, out, 0, octets), -1);
    assert_int_equal(crypto_key_unwrap(kek, 16, out, 7, octets), -1);
    assert_int_equal(crypto_key_unwrap(kek, 16, out, 16, octets), -1);
    assert_int_equal(crypto_key_unwrap(kek, 16, out, 25, octets), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_vectors),
        cmocka_unit_test(test_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
