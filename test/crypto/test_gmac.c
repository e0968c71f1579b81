/* GMAC in pieces: NIST's vectors, and what AES-GCM makes of the same data in one piece. */
#include "crypto/gcm.h"
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
        struct crypto_gcm gcm = {.state = {0}};
        struct crypto_gcm_stream stream;
        uint8_t key[32];
        struct crypto_gcm_use use = {.key = key};
        uint8_t aad[ROOM];
        uint8_t expected[16];
        uint8_t tag[CRYPTO_GCM_TAG_SIZE];
        use.key_size = block_octets(&block, "key", key, sizeof key);
        assert_int_equal(block_octets(&block, "nonce", use.nonce, sizeof use.nonce),
                         sizeof use.nonce);
        assert_int_equal(block_octets(&block, "tag", expected, sizeof expected), sizeof expected);
        size_t size = block_octets(&block, "aad", aad, sizeof aad);
        crypto_gcm_stream_begin(&stream, &gcm, &use);
        crypto_gcm_stream_add(&stream, aad, size);
        crypto_gcm_stream_end(&stream, tag);
        assert_memory_equal(tag, expected, sizeof tag);
        cases++;
    }
    assert_int_equal(cases, 2);
}

static struct crypto_gcm_use use_of(size_t key_size, size_t aad_size)
{
    return (struct crypto_gcm_use){.key = data + 100,
                                   .key_size = key_size,
                                   .nonce = "a nonce",
                                   .aad = data,
                                   .aad_size = aad_size};
}

/* `first` of the data when it begins, the others in pieces. */
static void check(size_t key_size, size_t size, size_t first, size_t piece)
{
    static const struct crypto_gcm_stream wiped;
    struct crypto_gcm gcm = {.state = {0}};
    struct crypto_gcm_stream stream;
    uint8_t expected[CRYPTO_GCM_TAG_SIZE];
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    struct crypto_gcm_use use = use_of(key_size, size);
    crypto_gcm_seal(&gcm, &use, NULL, 0, NULL, expected);
    use.aad_size = first;
    crypto_gcm_stream_begin(&stream, &gcm, &use);
    for (size_t at = first; at < size; at += piece) {
        crypto_gcm_stream_add(&stream, data + at, size - at < piece ? size - at : piece);
    }
    crypto_gcm_stream_end(&stream, tag);
    assert_memory_equal(tag, expected, sizeof tag);
    assert_memory_equal(&stream, &wiped, sizeof stream);
}

static void every_size_and_every_piece(void **state)
{
    (void)state;
    for (size_t size = 0; size <= ROOM; size += 1 + size / 40) {
        for (size_t piece = 1; piece <= 40; piece++) {
            check(16, size, 0, piece);
            check(32, size, size < piece ? size : piece / 2, piece);
        }
    }
}

/* Data and a text, whatever of the data's last block is full. */
static void a_text_behind_data(void **state)
{
    (void)state;
    enum { TEXT = 70 };
    struct crypto_gcm gcm = {.state = {0}};
    for (size_t size = 0; size <= 40; size++) {
        struct crypto_gcm_stream stream;
        struct crypto_gcm_use use = use_of(16, size);
        uint8_t text[TEXT];
        uint8_t expected[TEXT];
        uint8_t tags[2][CRYPTO_GCM_TAG_SIZE];
        memcpy(text, data, sizeof text);
        crypto_gcm_seal(&gcm, &use, data, sizeof text, expected, tags[0]);
        use.aad_size = size / 3;
        crypto_gcm_stream_begin(&stream, &gcm, &use);
        crypto_gcm_stream_add(&stream, data + use.aad_size, size - use.aad_size);
        crypto_gcm_stream_next(&stream, text, 0);
        crypto_gcm_stream_next(&stream, text, 48);
        crypto_gcm_stream_next(&stream, text + 48, sizeof text - 48);
        crypto_gcm_stream_next(&stream, text, 0);
        crypto_gcm_stream_end(&stream, tags[1]);
        assert_memory_equal(text, expected, sizeof text);
        assert_memory_equal(tags[1], tags[0], sizeof tags[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(every_size_and_every_piece),
        cmocka_unit_test(a_text_behind_data),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
