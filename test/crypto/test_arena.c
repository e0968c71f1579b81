/* The memory lent to Mbed TLS: its bounds, and that Mbed TLS takes from it what the objects of
 * crypto/ have room for. */
#include "crypto/arena.h"
#include "crypto/gcm.h"
#include "crypto/hash.h"
#include "test/unit.h"

#include <mbedtls/aes.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include <mbedtls/sha512.h>
#include <stdint.h>
#include <string.h>

enum { ROOM = 256 };

static void test_nothing_is_lent_at_first(void **state)
{
    (void)state;
    assert_null(crypto_calloc(1, 1));
    assert_int_equal(crypto_arena_return(), 0);
}

static void test_pieces_are_aligned_zeros(void **state)
{
    (void)state;
    uint64_t octets[ROOM / 8];
    memset(octets, 0xFF, sizeof octets);
    crypto_arena_lend(octets, sizeof octets);
    uint8_t *first = crypto_calloc(3, 1);
    uint8_t *second = crypto_calloc(1, 9);
    assert_ptr_equal(first, octets);
    assert_ptr_equal(second, octets + 1);
    assert_memory_equal(first, "\0\0\0\xFF\xFF", 5);
    assert_memory_equal(second, "\0\0\0\0\0\0\0\0\0\xFF", 10);
    crypto_free(first);
    assert_int_equal(crypto_arena_return(), 24);
    assert_null(crypto_calloc(1, 1));
}

static void test_the_end_is_kept(void **state)
{
    (void)state;
    uint64_t octets[ROOM / 8];
    crypto_arena_lend(octets, sizeof octets - 1);
    assert_null(crypto_calloc(ROOM, 1));
    assert_null(crypto_calloc(ROOM - 1, 1)); /* its piece would take one octet too many */
    assert_null(crypto_calloc(SIZE_MAX, 1));
    assert_null(crypto_calloc(SIZE_MAX / 2, 4));
    assert_null(crypto_calloc(0, 0));
    assert_non_null(crypto_calloc(1, ROOM - 8));
    assert_null(crypto_calloc(1, 1));
    assert_int_equal(crypto_arena_return(), ROOM - 8);
}

static void test_a_key_takes_its_schedule(void **state)
{
    (void)state;
    uint64_t octets[ROOM];
    const uint8_t key[32] = {0};
    mbedtls_gcm_context gcm;
    mbedtls_gcm_init(&gcm);
    crypto_arena_lend(octets, sizeof octets);
    assert_int_equal(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key, 256), 0);
    assert_int_equal(crypto_arena_return(), CRYPTO_ARENA_TAKEN(sizeof(mbedtls_aes_context)));
}

static void test_a_hash_takes_its_context(void **state)
{
    (void)state;
    uint64_t octets[ROOM];
    mbedtls_md_context_t md;
    mbedtls_md_init(&md);
    crypto_arena_lend(octets, sizeof octets);
    assert_int_equal(mbedtls_md_setup(&md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), 0), 0);
    assert_int_equal(crypto_arena_return(), CRYPTO_ARENA_TAKEN(sizeof(mbedtls_sha512_context)));
}

/* Once set up, an object works without any heap. */
static void test_nothing_is_taken_in_use(void **state)
{
    (void)state;
    struct crypto_gcm gcm = {.state = {0}};
    struct crypto_gcm_stream stream;
    struct crypto_hash hash;
    uint8_t text[ROOM] = {0};
    const uint8_t key[32] = {0};
    const struct crypto_gcm_use use = {
        .key = key, .key_size = 32, .aad = (const uint8_t *)"aad", .aad_size = 3};
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    uint64_t octets[ROOM];
    crypto_gcm_stream_begin(&stream, &gcm, &use);
    crypto_hash_begin(&hash, CRYPTO_SHA384);
    crypto_arena_lend(octets, sizeof octets);
    crypto_gcm_seal(&gcm, &use, text, sizeof text, text, tag);
    crypto_gcm_stream_next(&stream, text, sizeof text);
    crypto_gcm_stream_end(&stream, tag);
    crypto_hash_add(&hash, text, sizeof text);
    crypto_hash_end(&hash, text);
    assert_int_equal(crypto_arena_return(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_lent_at_first),
        cmocka_unit_test(test_pieces_are_aligned_zeros),
        cmocka_unit_test(test_the_end_is_kept),
        cmocka_unit_test(test_a_key_takes_its_schedule),
        cmocka_unit_test(test_a_hash_takes_its_context),
        cmocka_unit_test(test_nothing_is_taken_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
