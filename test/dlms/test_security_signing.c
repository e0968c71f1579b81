/* What a setup signs with, and agrees on keys with: by suite, by what it was given, and by whether
 * there is anything to compute with. */
#include "dlms/security_setup.h"
#include "test/dlms/certificate_rig.h"
#include "test/unit.h"

#include <string.h>

static const struct {
    enum dlms_suite suite;
    enum crypto_curve curve;
} suites[] = {{DLMS_SUITE_1, CRYPTO_P256}, {DLMS_SUITE_2, CRYPTO_P384}};

static struct party own[DLMS_KEY_USES];

static void set_up_with_keys(enum dlms_suite suite, enum crypto_curve curve)
{
    set_up(suite);
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        make_party(&own[use], curve, "the meter");
        assert_int_equal(
            dlms_security_setup_own(&setup, (enum dlms_key_use)use, own[use].private_key), 0);
    }
}

static void keys_are_told_by_use(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        set_up_with_keys(suites[i].suite, suites[i].curve);
        size_t size = crypto_curve_size(suites[i].curve);
        for (uint8_t of = 0; of < DLMS_SETUP_CLIENTS; of++) {
            const struct dlms_signing signing = dlms_security_setup_signing(&setup, of);
            assert_ptr_equal(signing.ecc, &ecc);
            assert_int_equal(signing.curve, suites[i].curve);
            assert_memory_equal(signing.own, own[DLMS_USE_SIGNATURE].private_key, size);
            assert_memory_equal(signing.own_agreement, own[DLMS_USE_AGREEMENT].private_key, size);
            assert_ptr_equal(signing.owner, &setup);
            assert_non_null(signing.find);
        }
        setup.signing.certificates = NULL;
        setup.signing.own[DLMS_USE_AGREEMENT].there = false;
        const struct dlms_signing less = dlms_security_setup_signing(&setup, 0);
        assert_null(less.find);
        assert_non_null(less.own);
        assert_null(less.own_agreement);
    }
}

/* In suite 0, and with nothing to compute with, there are none. */
static void nothing_without_a_curve(void **state)
{
    (void)state;
    enum crypto_curve curve;
    set_up_with_keys(DLMS_SUITE_1, CRYPTO_P256);
    assert_int_equal(dlms_security_setup_curve(&setup, &curve), 0);
    setup.ring.suite = DLMS_SUITE_0;
    assert_int_equal(dlms_security_setup_curve(&setup, &curve), -1);
    assert_null(dlms_security_setup_signing(&setup, 0).ecc);
    setup.ring.suite = DLMS_SUITE_1;
    setup.signing.ecc = NULL;
    assert_null(dlms_security_setup_signing(&setup, 0).ecc);
    assert_int_equal(
        dlms_security_setup_own(&setup, DLMS_USE_SIGNATURE, own[DLMS_USE_SIGNATURE].private_key),
        -1);
    assert_false(setup.signing.own[DLMS_USE_SIGNATURE].there);
}

/* A key that is none leaves none: neither zero nor what lies above the order. */
static void what_is_no_key(void **state)
{
    (void)state;
    static const struct dlms_key_pair none;
    for (size_t i = 0; i < 2; i++) {
        for (int octet = 0; octet <= 0xFF; octet += 0xFF) {
            uint8_t key[CRYPTO_CURVE_MAX];
            memset(key, octet, sizeof key);
            set_up_with_keys(suites[i].suite, suites[i].curve);
            assert_int_equal(dlms_security_setup_own(&setup, DLMS_USE_SIGNATURE, key), -1);
            assert_memory_equal(&setup.signing.own[DLMS_USE_SIGNATURE], &none, sizeof none);
            assert_true(setup.signing.own[DLMS_USE_AGREEMENT].there);
        }
    }
}

/* A client can use signatures when ours is there, and his by certificate or as it was given. */
static void who_can_use_signatures(void **state)
{
    (void)state;
    enum { ECC = 1, OWN = 2, CERTIFICATES = 4, PEER = 8, ALL = 15, CLIENT = 3 };
    for (unsigned given = 0; given <= ALL; given++) {
        set_up_with_keys(DLMS_SUITE_1, CRYPTO_P256);
        assert_int_equal(dlms_security_setup_know(&setup, (given & PEER) != 0 ? CLIENT : CLIENT - 1,
                                                  DLMS_USE_SIGNATURE, client.public_key),
                         0);
        assert_int_equal(
            dlms_security_setup_know(&setup, CLIENT, DLMS_USE_AGREEMENT, client.public_key), 0);
        setup.signing.own[DLMS_USE_SIGNATURE].there = (given & OWN) != 0;
        setup.signing.certificates =
            (given & CERTIFICATES) != 0 ? setup.signing.certificates : NULL;
        setup.signing.ecc = (given & ECC) != 0 ? &ecc : NULL;
        bool can = (given & ECC) != 0 && (given & OWN) != 0 && (given & (CERTIFICATES | PEER)) != 0;
        assert_int_equal(dlms_security_setup_signs(&setup, CLIENT), can);
    }
}

static void digests_are_signed(void **state)
{
    (void)state;
    static const uint8_t digest[CRYPTO_HASH_MAX] = "a digest of something";
    for (size_t i = 0; i < 2; i++) {
        enum crypto_curve curve = suites[i].curve;
        uint8_t signature[CRYPTO_SIGNATURE_MAX];
        set_up_with_keys(suites[i].suite, curve);
        assert_int_equal(dlms_security_setup_sign(&setup, curve, digest, signature), 0);
        assert_int_equal(
            crypto_ecdsa_verify(&ecc, curve, own[DLMS_USE_SIGNATURE].public_key, digest, signature),
            0);
        enum crypto_curve other = suites[1 - i].curve;
        assert_int_equal(dlms_security_setup_sign(&setup, other, digest, signature), -1);
        ecc.busy = true;
        assert_int_equal(dlms_security_setup_sign(&setup, curve, digest, signature), -1);
        ecc.busy = false;
        setup.signing.own[DLMS_USE_SIGNATURE].there = false;
        assert_int_equal(dlms_security_setup_sign(&setup, curve, digest, signature), -1);
        setup.signing.own[DLMS_USE_SIGNATURE].there = true;
        setup.signing.ecc = NULL;
        assert_int_equal(dlms_security_setup_sign(&setup, curve, digest, signature), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_told_by_use), cmocka_unit_test(nothing_without_a_curve),
        cmocka_unit_test(what_is_no_key),       cmocka_unit_test(who_can_use_signatures),
        cmocka_unit_test(digests_are_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
