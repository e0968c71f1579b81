/* Curves, held to published vectors; what is no key or no signature is refused; the memory that a
 * computation takes is bounded and wiped. */
#include "crypto/ecc.h"
#include "test/crypto/blocks.h"
#include "test/unit.h"

#include <string.h>

enum { OTHER = 64, MADE = 3 };

static struct crypto_ecc ecc;
static struct crypto_random random_port;
static size_t most;

static int count_up(void *port, uint8_t *octets, size_t size)
{
    static uint8_t next;
    (void)port;
    for (size_t i = 0; i < size; i++) {
        octets[i] = next++;
    }
    return 0;
}

static int set_up(void **state)
{
    static const struct crypto_entropy entropy = {.read = count_up};
    (void)state;
    ecc.random = &random_port;
    return crypto_random_begin(&random_port, &entropy, "curves", 6);
}

/* After each computation: nothing is left of it, and it took what it may. */
static void assert_wiped(void)
{
    for (size_t i = 0; i < sizeof ecc.room / sizeof ecc.room[0]; i++) {
        assert_int_equal(ecc.room[i], 0);
    }
    assert_true(ecc.most <= CRYPTO_ECC_ROOM);
    most = ecc.most > most ? ecc.most : most;
}

struct vector {
    enum crypto_curve curve;
    size_t size;
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
};

static void digest_of(enum crypto_curve curve, const char *text, uint8_t digest[CRYPTO_HASH_MAX])
{
    struct crypto_hash hash;
    crypto_hash_begin(&hash, crypto_curve_hash(curve));
    crypto_hash_add(&hash, text, strlen(text));
    crypto_hash_end(&hash, digest);
}

static int verify(const struct vector *v, const uint8_t *digest, const uint8_t *signature)
{
    int result = crypto_ecdsa_verify(&ecc, v->curve, v->public_key, digest, signature);
    assert_wiped();
    return result;
}

/* One bit of signature or digest turned. */
static void check_damage(const struct vector *v, const uint8_t *digest, const uint8_t *signature)
{
    uint8_t damaged[CRYPTO_SIGNATURE_MAX];
    for (size_t at = 0; at < 2 * v->size; at += 5) {
        memcpy(damaged, signature, 2 * v->size);
        damaged[at] ^= (uint8_t)(1U << at % 8);
        assert_int_equal(verify(v, digest, damaged), -1);
    }
    memcpy(damaged, digest, v->size);
    damaged[v->size - 1] ^= 1;
    assert_int_equal(verify(v, damaged, signature), -1);
}

static int check_signature(const struct block *block, const struct vector *v)
{
    uint8_t digest[CRYPTO_HASH_MAX];
    uint8_t expected[CRYPTO_SIGNATURE_MAX];
    uint8_t made[CRYPTO_SIGNATURE_MAX];
    if (block_text(block, "text") == NULL) {
        return 0;
    }
    digest_of(v->curve, block_text(block, "text"), digest);
    assert_int_equal(crypto_ecdsa_sign(&ecc, v->curve, v->private_key, digest, made), 0);
    assert_wiped();
    assert_int_equal(verify(v, digest, made), 0);
    if (block_octets(block, "signature", expected, sizeof expected) > 0) {
        assert_memory_equal(made, expected, 2 * v->size);
    } else {
        assert_int_equal(block_octets(block, "other", expected, sizeof expected), 2 * v->size);
        assert_int_equal(verify(v, digest, expected), 0);
    }
    check_damage(v, digest, expected);
    return 1;
}

static void check_derivation(const struct block *block, const struct vector *v,
                             const uint8_t *agreed, const char *by, const char *name)
{
    uint8_t other[OTHER];
    uint8_t expected[CRYPTO_HASH_MAX];
    uint8_t key[CRYPTO_HASH_MAX];
    size_t other_size = block_octets(block, by, other, sizeof other);
    size_t key_size = block_octets(block, name, expected, sizeof expected);
    if (other_size > 0) {
        crypto_derive(v->curve, agreed, other, other_size, key, key_size);
        assert_memory_equal(key, expected, key_size);
    }
}

/* Both sides come to the same. */
static int check_agreement(const struct block *block, const struct vector *v)
{
    uint8_t peer[CRYPTO_CURVE_MAX];
    uint8_t peer_public[CRYPTO_PUBLIC_MAX];
    uint8_t expected[CRYPTO_CURVE_MAX];
    uint8_t agreed[CRYPTO_CURVE_MAX];
    if (block_octets(block, "peer-private", peer, sizeof peer) == 0) {
        return 0;
    }
    block_octets(block, "agreed", expected, sizeof expected);
    assert_int_equal(crypto_ecc_public(&ecc, v->curve, peer, peer_public), 0);
    assert_int_equal(crypto_ecdh(&ecc, v->curve, v->private_key, peer_public, agreed), 0);
    assert_wiped();
    assert_memory_equal(agreed, expected, v->size);
    assert_int_equal(crypto_ecdh(&ecc, v->curve, peer, v->public_key, agreed), 0);
    assert_memory_equal(agreed, expected, v->size);
    check_derivation(block, v, agreed, "derivation", "key");
    check_derivation(block, v, agreed, "derivation-2", "key-2");
    return 1;
}

static void published_vectors(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_curves.txt");
    struct block block;
    int signatures = 0;
    int agreements = 0;
    while (blocks_next(&blocks, &block)) {
        uint8_t expected[CRYPTO_PUBLIC_MAX];
        struct vector v = {.curve =
                               block_number(&block, "curve") == 384 ? CRYPTO_P384 : CRYPTO_P256};
        v.size = crypto_curve_size(v.curve);
        assert_int_equal(block_octets(&block, "private", v.private_key, sizeof v.private_key),
                         v.size);
        assert_int_equal(crypto_ecc_public(&ecc, v.curve, v.private_key, v.public_key), 0);
        assert_wiped();
        if (block_octets(&block, "public", expected, sizeof expected) > 0) {
            assert_memory_equal(v.public_key, expected, 2 * v.size);
        }
        signatures += check_signature(&block, &v);
        agreements += check_agreement(&block, &v);
    }
    assert_int_equal(signatures, 3);
    assert_int_equal(agreements, 2);
    print_message("a computation takes %zu octets at most\n", most);
}

/* Zero, the order and what is above it are no private keys. */
static void what_is_no_private_key(void **state)
{
    (void)state;
    static const uint8_t order[] = {0xFF, 0xFF, 0xFF, 0xFF, 0,    0,    0,    0,
                                    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                    0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84,
                                    0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};
    uint8_t key[CRYPTO_CURVE_MAX] = {0};
    uint8_t out[CRYPTO_PUBLIC_MAX];
    const uint8_t digest[CRYPTO_HASH_MAX] = {1};
    assert_int_equal(crypto_ecc_public(&ecc, CRYPTO_P256, key, out), -1);
    assert_int_equal(crypto_ecdsa_sign(&ecc, CRYPTO_P384, key, digest, out), -1);
    memcpy(key, order, sizeof order);
    assert_int_equal(crypto_ecc_public(&ecc, CRYPTO_P256, key, out), -1);
    key[sizeof order - 1]--;
    assert_int_equal(crypto_ecc_public(&ecc, CRYPTO_P256, key, out), 0);
    memset(key, 0xFF, sizeof key);
    assert_int_equal(crypto_ecc_public(&ecc, CRYPTO_P384, key, out), -1);
    assert_wiped();
}

/* Points that are not on the curve are an attack on the private key that meets them. */
static void what_is_no_public_key(void **state)
{
    (void)state;
    for (int curve = CRYPTO_P256; curve <= CRYPTO_P384; curve++) {
        uint8_t own[CRYPTO_CURVE_MAX];
        uint8_t key[CRYPTO_PUBLIC_MAX] = {0};
        uint8_t agreed[CRYPTO_CURVE_MAX];
        size_t size = 2 * crypto_curve_size((enum crypto_curve)curve);
        assert_false(crypto_ecc_is_public(&ecc, (enum crypto_curve)curve, key));
        assert_int_equal(crypto_ecc_make(&ecc, (enum crypto_curve)curve, own, key), 0);
        assert_true(crypto_ecc_is_public(&ecc, (enum crypto_curve)curve, key));
        for (size_t at = 0; at < size; at += 7) {
            key[at] ^= 0x10;
            assert_false(crypto_ecc_is_public(&ecc, (enum crypto_curve)curve, key));
            assert_int_equal(crypto_ecdh(&ecc, (enum crypto_curve)curve, own, key, agreed), -1);
            key[at] ^= 0x10;
        }
        memset(key, 0xFF, size); /* above the prime */
        assert_false(crypto_ecc_is_public(&ecc, (enum crypto_curve)curve, key));
        assert_wiped();
    }
}

/* Keys that were made sign, agree, and are not alike. */
static void made_keys_are_keys(void **state)
{
    (void)state;
    for (int curve = CRYPTO_P256; curve <= CRYPTO_P384; curve++) {
        struct vector v[MADE];
        uint8_t agreed[2][CRYPTO_CURVE_MAX];
        for (int i = 0; i < MADE; i++) {
            v[i].curve = (enum crypto_curve)curve;
            v[i].size = crypto_curve_size(v[i].curve);
            assert_int_equal(crypto_ecc_make(&ecc, v[i].curve, v[i].private_key, v[i].public_key),
                             0);
            assert_wiped();
        }
        assert_memory_not_equal(v[0].private_key, v[1].private_key, v[0].size);
        for (int i = 0; i < 2; i++) {
            assert_int_equal(
                crypto_ecdh(&ecc, v[0].curve, v[i].private_key, v[1 - i].public_key, agreed[i]), 0);
        }
        assert_memory_equal(agreed[0], agreed[1], v[0].size);
        uint8_t digest[CRYPTO_HASH_MAX];
        uint8_t signature[CRYPTO_SIGNATURE_MAX];
        digest_of(v[0].curve, "a text", digest);
        assert_int_equal(crypto_ecdsa_sign(&ecc, v[0].curve, v[0].private_key, digest, signature),
                         0);
        assert_int_equal(verify(&v[0], digest, signature), 0);
        assert_int_equal(verify(&v[2], digest, signature), -1);
    }
}

static int no_entropy(void *port, uint8_t *octets, size_t size)
{
    (void)octets;
    (void)size;
    return *(const int *)port;
}

/* Without entropy no key is made. */
static void without_entropy(void **state)
{
    (void)state;
    int failure = 0;
    const struct crypto_entropy entropy = {.read = no_entropy, .port = &failure};
    uint8_t key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t much[CRYPTO_RANDOM_MAX];
    assert_int_equal(crypto_random_begin(&random_port, &entropy, NULL, 0), 0);
    failure = -1;
    while (crypto_random_octets(&random_port, much, sizeof much) == 0) {
    }
    assert_int_equal(crypto_ecc_make(&ecc, CRYPTO_P256, key, public_key), -1);
    assert_wiped();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(published_vectors, set_up),
        cmocka_unit_test_setup(what_is_no_private_key, set_up),
        cmocka_unit_test_setup(what_is_no_public_key, set_up),
        cmocka_unit_test_setup(made_keys_are_keys, set_up),
        cmocka_unit_test_setup(without_entropy, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
