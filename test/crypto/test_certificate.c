/* Certificates and requests, held to those of another implementation; what we make comes back as it
 * was meant; what is cut off or changed anywhere is refused. */
#include "crypto/certificate.h"
#include "test/crypto/blocks.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

static struct crypto_ecc ecc;
static struct crypto_random random_port;

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
    return crypto_random_begin(&random_port, &entropy, "certificates", 12);
}

static enum crypto_curve curve_of(const struct block *block)
{
    return block_number(block, "curve") == 384 ? CRYPTO_P384 : CRYPTO_P256;
}

static void assert_is(const struct block *block, const char *name, const uint8_t *octets)
{
    uint8_t expected[CRYPTO_CERTIFICATE_MAX];
    size_t size = block_octets(block, name, expected, sizeof expected);
    assert_true(size > 0);
    assert_memory_equal(octets, expected, size);
}

static void assert_text(const struct block *block, struct crypto_part text)
{
    const char *expected = block_text(block, "common-name");
    assert_non_null(expected);
    assert_true(crypto_part_is(text, expected, strlen(expected)));
}

/* Cut off anywhere it is none; a copy of just that size, so that a sanitizer sees who reads on. */
static void assert_cut(const uint8_t *der, size_t size, bool request)
{
    for (size_t cut = 0; cut < size; cut++) {
        struct crypto_certificate certificate;
        struct crypto_request asked;
        uint8_t *copy = malloc(cut + 1);
        memcpy(copy, der, cut);
        assert_int_equal(request ? crypto_request_take(&asked, &ecc, copy, cut)
                                 : crypto_certificate_take(&certificate, copy, cut),
                         -1);
        free(copy);
    }
}

static int64_t until_of(const struct block *block)
{
    bool never = strcmp(block_text(block, "until"), "never") == 0;
    return never ? INT64_MAX : (int64_t)block_number(block, "until");
}

static void check_certificate(const struct block *block, const uint8_t *der, size_t size)
{
    struct crypto_certificate c;
    uint8_t signer[CRYPTO_PUBLIC_MAX];
    uint8_t serial[CRYPTO_SERIAL_MAX];
    uint8_t usage;
    assert_int_equal(crypto_certificate_take(&c, der, size), 0);
    assert_int_equal(c.curve, curve_of(block));
    assert_text(block, c.common_name);
    assert_true(
        crypto_part_is(c.serial, serial, block_octets(block, "serial", serial, sizeof serial)));
    block_octets(block, "usage", &usage, 1);
    assert_int_equal(c.usage, usage);
    assert_int_equal(c.authority, block_number(block, "authority"));
    assert_int_equal(c.depth, block_number(block, "depth"));
    assert_int_equal(c.since_s, block_number(block, "since"));
    assert_int_equal(c.until_s, until_of(block));
    assert_int_equal(c.alternative.octets != NULL, block_text(block, "alternative") != NULL);
    assert_is(block, "public", c.public_key);
    block_octets(block, "signer", signer, sizeof signer);
    assert_int_equal(crypto_certificate_verify(&ecc, &c, c.curve, signer), 0);
    signer[3] ^= 1;
    assert_int_equal(crypto_certificate_verify(&ecc, &c, c.curve, signer), -1);
    assert_cut(der, size, false);
}

static void check_request(const struct block *block, const uint8_t *der, size_t size)
{
    struct crypto_request request;
    uint8_t usage;
    assert_int_equal(crypto_request_take(&request, &ecc, der, size), 0);
    assert_int_equal(request.curve, curve_of(block));
    assert_text(block, request.common_name);
    block_octets(block, "usage", &usage, 1);
    assert_int_equal(request.usage, usage);
    assert_is(block, "public", request.public_key);
    assert_cut(der, size, true);
}

static void those_of_others(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("certificates.txt");
    struct block block;
    int counts[3] = {0};
    while (blocks_next(&blocks, &block)) {
        uint8_t der[CRYPTO_CERTIFICATE_MAX];
        struct crypto_certificate certificate;
        size_t size = block_octets(&block, "der", der, sizeof der);
        assert_true(size > 0);
        if (block_text(&block, "refused") != NULL) {
            assert_int_equal(crypto_certificate_take(&certificate, der, size), -1);
            counts[0]++;
        } else if (block_text(&block, "request") != NULL) {
            check_request(&block, der, size);
            counts[1]++;
        } else {
            check_certificate(&block, der, size);
            counts[2]++;
        }
    }
    assert_int_equal(counts[0], 10);
    assert_int_equal(counts[1], 4);
    assert_int_equal(counts[2], 8);
}

/* A key pair with the name that certificates give it. */
struct party {
    enum crypto_curve curve;
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t name[CRYPTO_NAME_MAX];
    size_t name_size;
};

static void make_party(struct party *party, enum crypto_curve curve, const char *name)
{
    party->curve = curve;
    assert_int_equal(crypto_ecc_make(&ecc, curve, party->private_key, party->public_key), 0);
    party->name_size = crypto_name_make(name, strlen(name), party->name, sizeof party->name);
    assert_true(party->name_size > strlen(name));
}

static struct crypto_certificate_plan plan_of(const struct party *subject,
                                              const struct party *issuer)
{
    static const uint8_t serial[] = {0, 0x9A, 2};
    return (struct crypto_certificate_plan){
        .serial = {serial, sizeof serial},
        .issuer = {issuer->name, issuer->name_size},
        .subject = {subject->name, subject->name_size},
        .since_s = 1767225600,
        .until_s = INT64_MAX,
        .curve = subject->curve,
        .public_key = subject->public_key,
        .usage = CRYPTO_USE_SIGNATURE,
        .issuer_curve = issuer->curve,
        .issuer_private = issuer->private_key,
        .issuer_public = issuer->public_key,
    };
}

/* Every pair of curves, every usage, times before and after 2050 come back as they were meant. */
static void ours_come_back(void **state)
{
    static const int64_t untils[] = {1767225601, 2524607999, 2524608000, INT64_MAX};
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        struct party issuer;
        struct party subject;
        make_party(&issuer, i % 2 == 0 ? CRYPTO_P256 : CRYPTO_P384, "authority");
        make_party(&subject, i / 2 % 2 == 0 ? CRYPTO_P256 : CRYPTO_P384, "4D4D4D0000BC614E");
        struct crypto_certificate_plan plan = plan_of(&subject, &issuer);
        plan.until_s = untils[i / 4];
        plan.usage = (uint8_t)(0x80U >> i % 8);
        plan.authority = i / 8 == 1;
        uint8_t der[CRYPTO_CERTIFICATE_MAX];
        size_t size = crypto_certificate_make(&ecc, &plan, der, sizeof der);
        struct crypto_certificate c;
        assert_int_equal(crypto_certificate_take(&c, der, size), 0);
        assert_int_equal(c.since_s, plan.since_s);
        assert_int_equal(c.until_s, plan.until_s);
        assert_int_equal(c.usage, plan.usage);
        assert_int_equal(c.authority, plan.authority);
        assert_int_equal(c.curve, subject.curve);
        assert_true(crypto_part_is(c.serial, "\0\x9A\2", 3));
        assert_true(crypto_part_is(c.issuer, issuer.name, issuer.name_size));
        assert_true(crypto_part_is(c.subject, subject.name, subject.name_size));
        assert_memory_equal(c.public_key, subject.public_key, 2 * crypto_curve_size(c.curve));
        assert_int_equal(c.key_id.size, CRYPTO_KEY_ID_SIZE);
        assert_int_equal(c.issuer_key_id.size, CRYPTO_KEY_ID_SIZE);
        assert_int_equal(crypto_certificate_verify(&ecc, &c, issuer.curve, issuer.public_key), 0);
        assert_int_equal(crypto_certificate_verify(&ecc, &c, subject.curve, subject.public_key),
                         -1);
    }
}

/* Whatever bit is turned, it is no certificate any more, or not one that the key has signed. */
static void a_bit_turned_is_noticed(void **state)
{
    (void)state;
    struct party issuer;
    struct party subject;
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    make_party(&issuer, CRYPTO_P256, "authority");
    make_party(&subject, CRYPTO_P256, "4D4D4D0000BC614E");
    struct crypto_certificate_plan plan = plan_of(&subject, &issuer);
    size_t size = crypto_certificate_make(&ecc, &plan, der, sizeof der);
    for (size_t at = 0; at < size; at++) {
        struct crypto_certificate c;
        der[at] ^= (uint8_t)(1U << at % 8);
        bool passes = crypto_certificate_take(&c, der, size) == 0 &&
                      crypto_certificate_verify(&ecc, &c, issuer.curve, issuer.public_key) == 0;
        assert_false(passes);
        der[at] ^= (uint8_t)(1U << at % 8);
    }
    uint8_t request[CRYPTO_CERTIFICATE_MAX];
    const struct crypto_request asked = {.subject = {subject.name, subject.name_size},
                                         .curve = subject.curve,
                                         .public_key = subject.public_key,
                                         .usage = CRYPTO_USE_AGREEMENT};
    size = crypto_request_make(&ecc, &asked, subject.private_key, request, sizeof request);
    struct crypto_request back;
    assert_int_equal(crypto_request_take(&back, &ecc, request, size), 0);
    assert_int_equal(back.usage, CRYPTO_USE_AGREEMENT);
    for (size_t at = 0; at < size; at++) {
        request[at] ^= (uint8_t)(1U << at % 8);
        assert_int_equal(crypto_request_take(&back, &ecc, request, size), -1);
        request[at] ^= (uint8_t)(1U << at % 8);
    }
}

/* Into no smaller room, and nothing is written outside of it. */
static void room_is_held(void **state)
{
    (void)state;
    struct party issuer;
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    make_party(&issuer, CRYPTO_P384, "authority");
    struct crypto_certificate_plan plan = plan_of(&issuer, &issuer);
    size_t size = crypto_certificate_make(&ecc, &plan, der, sizeof der);
    for (size_t room = 0; room < size; room += 37) {
        uint8_t *small = malloc(room + 1);
        assert_int_equal(crypto_certificate_make(&ecc, &plan, small, room), 0);
        free(small);
    }
    uint8_t name[4];
    assert_int_equal(crypto_name_make("a long name", 11, name, sizeof name), 0);
    static const uint8_t zero[CRYPTO_CURVE_MAX];
    plan.issuer_private = zero;
    assert_int_equal(crypto_certificate_make(&ecc, &plan, der, sizeof der), 0);
}

/* Lengths and numbers that have a shorter form, or read as negative. */
static void der_is_read_strictly(void **state)
{
    static const struct {
        const char *der;
        size_t size;
        bool good;
    } numbers[] = {
        {"\2\1\0", 3, true},          {"\2\1\x7F", 3, true},      {"\2\2\0\x80", 4, true},
        {"\2\1\x80", 3, false},       {"\2\2\0\x7F", 4, false},   {"\2\0", 2, false},
        {"\2\x81\1\5", 4, false},     {"\2\x80\5\0\0", 5, false}, {"\2\x82\0\1\5", 5, false},
        {"\2\x83\0\0\1\5", 6, false}, {"\3\1\5", 3, false},       {"\2\3\1\0\0", 5, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        uint8_t number[2] = {9, 9};
        struct reader r = reader_over(numbers[i].der, numbers[i].size);
        crypto_der_take_number(&r, number, sizeof number);
        assert_int_equal(reader_done(&r), numbers[i].good);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(those_of_others, set_up),
        cmocka_unit_test_setup(ours_come_back, set_up),
        cmocka_unit_test_setup(a_bit_turned_is_noticed, set_up),
        cmocka_unit_test_setup(room_is_held, set_up),
        cmocka_unit_test(der_is_read_strictly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
