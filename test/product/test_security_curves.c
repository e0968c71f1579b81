/* High level security by signatures (mechanism 7), with suites 1 and 2. */
#include "dlms/apdu.h"
#include "test/product/head_end_keys.h"
#include "test/unit.h"

#include <string.h>

static const uint8_t get_clock[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};

static const struct opening ecdsa = {
    .mechanism = DLMS_MECHANISM_ECDSA, .context = DLMS_CONTEXT_LN, .challenge = 32};

static struct opening ciphered(enum dlms_suite suite)
{
    struct opening o = ecdsa;
    o.context = DLMS_CONTEXT_LN_CIPHERED;
    o.control = (uint8_t)(0x30 | suite);
    return o;
}

/* Each side proves itself, unciphered and ciphered, and what follows is served. */
static void each_side_proves_itself(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        set_up_suite((enum dlms_suite)suite);
        open_all(&ecdsa);
        assert_int_equal(aare.value.size, DLMS_CHALLENGE_SIGNED);
        assert_true(is_served());
        struct opening o = ciphered((enum dlms_suite)suite);
        open_all(&o);
        assert_true(
            ask_ciphered(kit_protection(DLMS_FORM_GLO, o.control), get_clock, sizeof get_clock));
        assert_int_equal(delivery.plain.data[3], DLMS_RESULT_DATA);
    }
}

/* Challenges of 32 to 64 octets; shorter ones are no challenges to sign. */
static void challenges_have_a_size(void **state)
{
    (void)state;
    set_up_suite(DLMS_SUITE_1);
    for (size_t size = 8; size <= 65; size++) {
        struct opening o = ecdsa;
        o.challenge = size;
        if (size >= 32 && size <= 64) {
            open_all(&o);
        } else {
            assert_int_equal(open_with(&o), DLMS_REJECTED_PERMANENT);
            assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_AUTHENTICATION_FAILURE);
        }
    }
}

/* A signature of something else, by somebody else, or cut off. */
static void wrong_signatures_open_nothing(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        set_up_suite((enum dlms_suite)suite);
        for (size_t back = 1; back < 64; back += 9) {
            assert_int_equal(open_with(&ecdsa), DLMS_ACCEPTED);
            size_t size = make_reply(&ecdsa);
            asked[size - back] ^= 1;
            ask(asked, size);
            assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
            assert_false(is_served());
        }
        keys.of_client.own = keys.server; /* of another */
        assert_int_equal(open_with(&ecdsa), DLMS_ACCEPTED);
        ask(asked, make_reply(&ecdsa));
        assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
        keys.of_client.own = keys.client;
        open_all(&ecdsa);
        uint8_t recorded[APDU];
        assert_int_equal(open_with(&ecdsa), DLMS_ACCEPTED);
        size_t size = make_reply(&ecdsa);
        memcpy(recorded, asked, size);
        assert_int_equal(open_with(&ecdsa), DLMS_ACCEPTED); /* another challenge */
        ask(recorded, size);
        assert_int_equal(answer[3], COSEM_READ_WRITE_DENIED);
    }
}

static void assert_not_recognised(void)
{
    assert_int_equal(open_with(&ecdsa), DLMS_REJECTED_PERMANENT);
    assert_int_equal(aare.diagnostic, DLMS_DIAGNOSTIC_MECHANISM_NOT_RECOGNISED);
}

/* Where a key is missing, or the suite has no curve, there is no such mechanism. */
static void without_keys_there_is_no_such_mechanism(void **state)
{
    (void)state;
    set_up_suite(DLMS_SUITE_1);
    start_server();
    assert_not_recognised();
    dlms_security_setup_compute(&setup, &ecc);
    assert_int_equal(own(keys.server), 0);
    assert_not_recognised();
    uint8_t off_curve[CRYPTO_PUBLIC_MAX];
    memcpy(off_curve, keys.client_public, sizeof off_curve);
    off_curve[40] ^= 1;
    assert_int_equal(know(off_curve), -1);
    assert_not_recognised();
    assert_int_equal(know(keys.client_public), 0);
    open_all(&ecdsa);
    static const uint8_t zero[CRYPTO_CURVE_MAX];
    assert_int_equal(own(zero), -1);
    assert_not_recognised();
    head_end_suite = DLMS_SUITE_0;
    set_up(NULL);
    assert_int_equal(own(keys.server), -1);
    assert_not_recognised();
}

/* Of another suite nothing is deciphered, whatever the key. */
static void suites_are_not_mixed(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        set_up_suite((enum dlms_suite)suite);
        struct opening o = ciphered((enum dlms_suite)suite);
        open_all(&o);
        kit_send(&client, kit_protection(DLMS_FORM_GLO, o.control), get_clock, sizeof get_clock,
                 &delivery);
        for (uint8_t other = 0; other <= 3; other++) {
            if (other != suite) {
                delivery.apdu[2] = (uint8_t)(0x30 | other);
                ask(delivery.apdu, delivery.size);
                assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_side_proves_itself),
        cmocka_unit_test(challenges_have_a_size),
        cmocka_unit_test(wrong_signatures_open_nothing),
        cmocka_unit_test(without_keys_there_is_no_such_mechanism),
        cmocka_unit_test(suites_are_not_mixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
