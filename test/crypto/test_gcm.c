/* AES-GCM held to published vectors; in one piece, in many, and in place. */
#include "crypto/gcm.h"
#include "crypto/secret.h"
#include "test/crypto/blocks.h"
#include "test/unit.h"

#include <string.h>

enum { ROOM = 512 };

struct example {
    uint8_t key[32];
    uint8_t aad[ROOM];
    struct crypto_gcm_use use;
    uint8_t plain[ROOM];
    uint8_t cipher[ROOM];
    size_t size;
    uint8_t tag[16];
};

static void read_example(const struct block *block, struct example *e)
{
    e->use.key = e->key;
    e->use.key_size = block_octets(block, "key", e->key, sizeof e->key);
    e->use.aad = e->aad;
    e->use.aad_size = block_octets(block, "aad", e->aad, sizeof e->aad);
    e->size = block_octets(block, "plain", e->plain, sizeof e->plain);
    assert_int_equal(block_octets(block, "nonce", e->use.nonce, 12), 12);
    assert_int_equal(block_octets(block, "cipher", e->cipher, sizeof e->cipher), e->size);
    assert_int_equal(block_octets(block, "tag", e->tag, 16), 16);
}

static void check_seal(const struct example *e)
{
    struct crypto_gcm gcm = {.state = {0}};
    uint8_t out[ROOM];
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    crypto_gcm_seal(&gcm, &e->use, e->plain, e->size, out, tag);
    assert_memory_equal(out, e->cipher, e->size);
    assert_memory_equal(tag, e->tag, sizeof tag);
    memcpy(out, e->plain, e->size); /* in place */
    crypto_gcm_seal(&gcm, &e->use, out, e->size, out, tag);
    assert_memory_equal(out, e->cipher, e->size);
    memcpy(out + 8, e->plain, e->size); /* 8 octets before */
    crypto_gcm_seal(&gcm, &e->use, out + 8, e->size, out, tag);
    assert_memory_equal(out, e->cipher, e->size);
    assert_memory_equal(tag, e->tag, sizeof tag);
}

static void check_open(const struct example *e)
{
    struct crypto_gcm gcm = {.state = {0}};
    uint8_t out[ROOM] = {0};
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    static const uint8_t zeros[ROOM];
    assert_int_equal(crypto_gcm_open(&gcm, &e->use, e->cipher, e->size, out, e->tag), 0);
    assert_memory_equal(out, e->plain, e->size);
    for (unsigned bit = 0; bit < 8 * CRYPTO_GCM_TAG_SIZE; bit++) {
        memcpy(tag, e->tag, sizeof tag);
        tag[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(crypto_gcm_open(&gcm, &e->use, e->cipher, e->size, out, tag), -1);
        assert_memory_equal(out, zeros, e->size);
    }
}

/* All sizes of pieces that a caller may choose. */
static void check_stream(const struct example *e)
{
    struct crypto_gcm gcm = {.state = {0}};
    for (size_t piece = 16; piece <= 80; piece += 16) {
        struct crypto_gcm_stream stream;
        uint8_t text[ROOM];
        uint8_t tag[CRYPTO_GCM_TAG_SIZE];
        memcpy(text, e->plain, e->size);
        crypto_gcm_stream_begin(&stream, &gcm, &e->use);
        for (size_t at = 0; at < e->size; at += piece) {
            size_t left = e->size - at;
            crypto_gcm_stream_next(&stream, text + at, left < piece ? left : piece);
        }
        crypto_gcm_stream_end(&stream, tag);
        assert_memory_equal(text, e->cipher, e->size);
        assert_memory_equal(tag, e->tag, sizeof tag);
    }
}

/* The same text checked piece by piece, and then read from any place on. */
static void check_pieces(const struct example *e)
{
    struct crypto_gcm gcm = {.state = {0}};
    uint8_t text[ROOM];
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    for (unsigned wrong = 0; wrong <= 8 * CRYPTO_GCM_TAG_SIZE; wrong++) {
        struct crypto_gcm_stream stream;
        memcpy(text, e->cipher, e->size);
        memcpy(tag, e->tag, sizeof tag);
        if (wrong > 0) {
            tag[(wrong - 1) / 8] ^= (uint8_t)(1U << wrong % 8);
        }
        crypto_gcm_stream_begin_open(&stream, &gcm, &e->use);
        for (size_t at = 0; at < e->size; at += 16) {
            crypto_gcm_stream_next(&stream, text + at, e->size - at < 16 ? e->size - at : 16);
        }
        assert_int_equal(crypto_gcm_stream_check(&stream, tag), wrong == 0 ? 0 : -1);
        assert_memory_equal(text, e->plain, e->size);
    }
    for (size_t at = 0; at < e->size; at++) {
        for (size_t size = 1; at + size <= e->size; size++) {
            memcpy(text, e->cipher + at, size);
            crypto_gcm_piece(&gcm, &e->use, at, text, size);
            assert_memory_equal(text, e->plain + at, size);
        }
    }
}

static void test_published_vectors(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_gcm.txt");
    struct block block;
    int cases = 0;
    while (blocks_next(&blocks, &block)) {
        struct example example;
        read_example(&block, &example);
        check_seal(&example);
        check_open(&example);
        check_stream(&example);
        check_pieces(&example);
        cases++;
    }
    assert_int_equal(cases, 8);
}

static void test_additional_data_alone(void **state)
{
    (void)state;
    struct crypto_gcm gcm = {.state = {0}};
    struct crypto_gcm_use use = {.key = (const uint8_t *)"0123456789abcdef",
                                 .key_size = 16,
                                 .aad = (const uint8_t *)"to be authenticated",
                                 .aad_size = 19};
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    crypto_gcm_seal(&gcm, &use, NULL, 0, NULL, tag);
    assert_int_equal(crypto_gcm_open(&gcm, &use, NULL, 0, NULL, tag), 0);
    use.aad_size--;
    assert_int_equal(crypto_gcm_open(&gcm, &use, NULL, 0, NULL, tag), -1);
}

static void test_sizes_of_keys(void **state)
{
    (void)state;
    for (size_t size = 0; size <= 64; size++) {
        assert_int_equal(crypto_gcm_key_fits(size), size == 16 || size == 32);
    }
}

static void test_secrets(void **state)
{
    (void)state;
    uint8_t secret[4] = {1, 2, 3, 4};
    assert_true(crypto_equal(secret, "\1\2\3\4", 4));
    assert_false(crypto_equal(secret, "\1\2\3\5", 4));
    assert_false(crypto_equal(secret, "\0\2\3\4", 4));
    assert_true(crypto_equal(secret, "\0", 0));
    crypto_wipe(secret, 3);
    assert_memory_equal(secret, "\0\0\0\4", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_vectors),
        cmocka_unit_test(test_additional_data_alone),
        cmocka_unit_test(test_sizes_of_keys),
        cmocka_unit_test(test_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
