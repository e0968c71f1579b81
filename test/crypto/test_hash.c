/* The hashes held to published vectors, added in one piece and octet by octet. */
#include "crypto/hash.h"
#include "test/crypto/blocks.h"
#include "test/unit.h"

#include <string.h>

static enum crypto_hash_kind kind_named(const char *name)
{
    static const char *const names[] = {
        [CRYPTO_MD5] = "MD5",
        [CRYPTO_SHA1] = "SHA-1",
        [CRYPTO_SHA256] = "SHA-256",
        [CRYPTO_SHA384] = "SHA-384",
    };
    for (unsigned kind = 0; kind < sizeof names / sizeof *names; kind++) {
        if (strcmp(name, names[kind]) == 0) {
            return (enum crypto_hash_kind)kind;
        }
    }
    fail_msg("no hash is called %s", name);
    return CRYPTO_MD5;
}

static void check_hash(enum crypto_hash_kind kind, const char *message, size_t piece,
                       const uint8_t *expected)
{
    struct crypto_hash hash;
    uint8_t digest[CRYPTO_HASH_MAX];
    size_t size = strlen(message);
    static const struct crypto_hash wiped;
    crypto_hash_begin(&hash, kind);
    for (size_t at = 0; at < size; at += piece) {
        crypto_hash_add(&hash, message + at, size - at < piece ? size - at : piece);
    }
    crypto_hash_end(&hash, digest);
    assert_memory_equal(digest, expected, crypto_hash_size(kind));
    assert_memory_equal(&hash, &wiped, sizeof hash);
}

static void test_published_vectors(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_hash.txt");
    struct block block;
    int cases = 0;
    while (blocks_next(&blocks, &block)) {
        uint8_t expected[CRYPTO_HASH_MAX];
        enum crypto_hash_kind kind = kind_named(block.title);
        const char *message = block_text(&block, "message");
        assert_int_equal(block_octets(&block, "digest", expected, sizeof expected),
                         crypto_hash_size(kind));
        check_hash(kind, message, 1024, expected);
        check_hash(kind, message, 1, expected);
        check_hash(kind, message, 7, expected);
        cases++;
    }
    assert_int_equal(cases, 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_published_vectors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
