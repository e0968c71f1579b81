/* Class 64, version 1: key agreement, key pairs, certificates, suite and signatures by policy, as a
 * client on the wire has them; each with what it changes elsewhere. */
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/security_agreed.h"
#include "test/product/certified.h"
#include "test/unit.h"

#include <string.h>

enum { AGREE = 3, GENERATE = 4, REQUEST = 5, IMPORT = 6, GIVE = 7, REMOVE = 8 };
enum { KEY = 16, CLIENTS = 1, SIGNATURE = 0, AGREEMENT = 1 };

static const uint8_t get_clock[] = {0xC0, 1, 0xC1, 0, 8, 0, 0, 1, 0, 0, 255, 3, 0};
static const uint8_t get_certificates[] = {0xC0, 1, 0xC1, 0, 64, 0, 0, 43, 0, 0, 255, 6, 0};

static enum cosem_result import(const struct made *made)
{
    uint8_t octets[CRYPTO_CERTIFICATE_MAX];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_octet_string(&w, made->der, made->size);
    return act(IMPORT, &w);
}

static struct writer put_name(uint8_t octets[64], uint8_t entity, uint8_t type,
                              const uint8_t *title)
{
    struct writer w = writer_over(octets, 64);
    cosem_put_structure(&w, 2);
    cosem_put_enum(&w, 0);
    cosem_put_structure(&w, 3);
    cosem_put_enum(&w, entity);
    cosem_put_enum(&w, type);
    cosem_put_octet_string(&w, title, DLMS_TITLE_SIZE);
    return w;
}

/* A signed GET: whether it is served, and how its answer is signed. */
static bool is_served_signed(void)
{
    struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL_GLO, 0x31);
    by.signature = DLMS_SIGNED_INSIDE;
    by.signing.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
    return ask_ciphered(by, get_clock, sizeof get_clock);
}

static bool is_served_unsigned(void)
{
    return ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x31), get_clock, sizeof get_clock);
}

/* How many certificates attribute 6 lists. */
static size_t listed(void)
{
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x31), get_certificates,
                             sizeof get_certificates));
    assert_int_equal(delivery.plain.data[3], DLMS_RESULT_DATA);
    assert_int_equal(delivery.plain.data[4], COSEM_ARRAY);
    return delivery.plain.data[5];
}

/* ---- 6, 8: a client is known by its certificate ---- */

static void a_certificate_lets_a_client_sign(void **state)
{
    (void)state;
    uint8_t octets[64];
    const struct made made = certify_client();
    struct made changed = made;
    assert_false(is_served_signed());
    assert_int_equal(listed(), 1);
    changed.der[changed.size - 3] ^= 1;
    assert_int_equal(import(&changed), COSEM_OTHER_REASON);
    assert_false(is_served_signed());
    assert_int_equal(import(&made), COSEM_SUCCESS);
    assert_int_equal(listed(), 2);
    assert_true(is_served_signed());
    struct writer name = put_name(octets, CLIENTS, AGREEMENT, kit_client); /* has none of these */
    assert_int_equal(act(REMOVE, &name), COSEM_OTHER_REASON);
    assert_true(is_served_signed());
    name = put_name(octets, CLIENTS, SIGNATURE, kit_client);
    assert_int_equal(act(REMOVE, &name), COSEM_SUCCESS);
    assert_int_equal(listed(), 1);
    assert_false(is_served_signed());
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_DECIPHERING_ERROR);
    assert_int_equal(act(REMOVE, &name), COSEM_OTHER_REASON);
}

/* ---- 7: what is given is what was imported ---- */

static void assert_given(const struct made *made)
{
    struct reader r = returned();
    struct cosem_value value = cosem_take_value(&r);
    assert_true(reader_done(&r));
    assert_int_equal(value.count, made->size);
    assert_memory_equal(value.octets, made->der, made->size);
}

static void certificates_are_given_as_they_came(void **state)
{
    (void)state;
    uint8_t octets[64];
    const struct made made = certify_client();
    struct writer name = put_name(octets, CLIENTS, SIGNATURE, kit_client);
    assert_int_equal(act(GIVE, &name), COSEM_OTHER_REASON);
    assert_int_equal(import(&made), COSEM_SUCCESS);
    assert_int_equal(act(GIVE, &name), COSEM_SUCCESS);
    assert_given(&made);
    name = put_name(octets, CLIENTS, SIGNATURE, kit_server);
    assert_int_equal(act(GIVE, &name), COSEM_OTHER_REASON);
    assert_int_equal(listed(), 2);
}

/* ---- 4, 5, 6: the meter's own pair ---- */

/* What method 5 asks for, which is signed by the key that it is about. */
static struct crypto_request requested(uint8_t use)
{
    static uint8_t der[CRYPTO_CERTIFICATE_MAX];
    struct crypto_request request;
    assert_int_equal(act_enum(REQUEST, use), COSEM_SUCCESS);
    struct reader r = returned();
    struct cosem_value value = cosem_take_value(&r);
    assert_true(reader_done(&r) && value.count <= sizeof der);
    memcpy(der, value.octets, value.count);
    assert_int_equal(crypto_request_take(&request, &ecc, der, value.count), 0);
    assert_true(crypto_part_is(request.common_name, "4D4D4D0000BC614E", 16));
    return request;
}

/* Whether the meter signs by this key. */
static bool signs_by(const uint8_t *public_key)
{
    keys.of_client.peer = public_key;
    struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL_GLO, 0x31);
    by.signature = DLMS_SIGNED_INSIDE;
    by.signing.originator = (struct dlms_octets){kit_client, DLMS_TITLE_SIZE};
    kit_send(&client, by, get_clock, sizeof get_clock, &delivery);
    ask(delivery.apdu, delivery.size);
    memcpy(delivery.apdu, answer, answered);
    delivery.size = answered;
    return kit_receive(&client, &delivery) == 0;
}

static void a_pair_of_the_meter_is_made_and_certified(void **state)
{
    (void)state;
    const struct made of_client = certify_client();
    assert_int_equal(import(&of_client), COSEM_SUCCESS);
    uint8_t before[CRYPTO_PUBLIC_MAX];
    memcpy(before, keys.server_public, sizeof before);
    assert_int_equal(act_enum(REQUEST, AGREEMENT), COSEM_OTHER_REASON); /* there is no such pair */
    assert_int_equal(act_enum(GENERATE, SIGNATURE), COSEM_SUCCESS);
    struct crypto_request first = requested(SIGNATURE);
    assert_int_equal(first.usage, CRYPTO_USE_SIGNATURE);
    uint8_t discarded[CRYPTO_PUBLIC_MAX];
    memcpy(discarded, first.public_key, 64);
    assert_int_equal(act_enum(GENERATE, SIGNATURE), COSEM_SUCCESS);
    struct crypto_request request = requested(SIGNATURE);
    assert_memory_not_equal(request.public_key, discarded, 64);
    assert_true(signs_by(before)); /* the new one waits */
    const struct made old = certify(request.subject, discarded, CRYPTO_USE_SIGNATURE);
    assert_int_equal(import(&old), COSEM_OTHER_REASON); /* of a pair that is not there any more */
    const struct made made = certify(request.subject, request.public_key, CRYPTO_USE_SIGNATURE);
    uint8_t adopted[CRYPTO_PUBLIC_MAX];
    memcpy(adopted, request.public_key, 64);
    assert_int_equal(import(&made), COSEM_SUCCESS);
    assert_true(signs_by(adopted));
    assert_false(signs_by(before));
}

/* The meter has none for TLS; there is no method for what cannot be. */
static void what_cannot_be_changes_nothing(void **state)
{
    (void)state;
    for (uint8_t use = 2; use < 5; use++) {
        assert_int_equal(act_enum(GENERATE, use), COSEM_OTHER_REASON);
        assert_int_equal(act_enum(REQUEST, use), COSEM_OTHER_REASON);
    }
    assert_false(setup.signing.made[DLMS_USE_SIGNATURE].there);
    const uint8_t text[] = {9, 1, 'x'};
    for (int method = AGREE; method <= REMOVE; method++) {
        struct writer w = writer_over((uint8_t[sizeof text]){0}, sizeof text);
        writer_octets(&w, text, sizeof text);
        assert_int_not_equal(act(method, &w), COSEM_SUCCESS);
    }
    assert_int_equal(listed(), 1);
    static const uint8_t get_suite[] = {0xC0, 1, 0xC1, 0, 64, 0, 0, 43, 0, 0, 255, 9, 0};
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x31), get_suite, sizeof get_suite));
    assert_int_not_equal(delivery.plain.data[3], DLMS_RESULT_DATA);
}

/* Cut off at every octet: a malformed request, and nothing changes. */
static void truncated_parameters_change_nothing(void **state)
{
    (void)state;
    uint8_t octets[64];
    uint8_t parameter[CRYPTO_CERTIFICATE_MAX];
    const struct made made = certify_client();
    struct writer w = writer_over(parameter, sizeof parameter);
    cosem_put_octet_string(&w, made.der, made.size);
    for (size_t size = 0; size < writer_kept(&w); size += 3) {
        assert_false(call(IMPORT, parameter, size));
        assert_exception(DLMS_SERVICE_UNKNOWN, DLMS_OTHER_REASON);
    }
    assert_int_equal(listed(), 1);
    assert_int_equal(import(&made), COSEM_SUCCESS);
    const struct writer name = put_name(octets, CLIENTS, SIGNATURE, kit_client);
    for (size_t size = 0; size < writer_kept(&name); size++) {
        assert_false(call(REMOVE, octets, size));
        assert_false(call(GIVE, octets, size));
    }
    assert_false(call(GENERATE, octets, 0));
    const uint8_t cut_off = COSEM_ENUM;
    assert_false(call(GENERATE, &cut_off, 1));
    assert_int_equal(listed(), 2);
    assert_false(setup.signing.made[DLMS_USE_SIGNATURE].there);
}

/* ---- 3: a key that both sides come to ---- */

static struct writer put_exchange(uint8_t octets[256], uint8_t id, const uint8_t *data, size_t size)
{
    struct writer w = writer_over(octets, 256);
    cosem_put_array(&w, 1);
    cosem_put_structure(&w, 2);
    cosem_put_enum(&w, id);
    cosem_put_octet_string(&w, data, size);
    return w;
}

static void take_returned_key(const uint8_t *ephemeral, uint8_t key[DLMS_KEY_MAX])
{
    struct reader r = returned();
    static const uint8_t head[] = {COSEM_ARRAY, 1, COSEM_STRUCTURE, 2, COSEM_ENUM, 0};
    const uint8_t *came = reader_octets(&r, sizeof head);
    assert_memory_equal(came, head, sizeof head);
    struct cosem_value value = cosem_take_value(&r);
    assert_true(reader_done(&r));
    const struct dlms_octets data = {value.octets, value.count};
    assert_int_equal(dlms_exchange_take(&keys.of_client, DLMS_KEY_UNICAST, data, kit_server,
                                        ephemeral, kit_client, kit_server, key),
                     0);
}

static void a_key_is_agreed_on(void **state)
{
    (void)state;
    const struct made of_client = certify_client();
    assert_int_equal(import(&of_client), COSEM_SUCCESS);
    uint8_t octets[256];
    uint8_t ephemeral[CRYPTO_CURVE_MAX];
    uint8_t data[DLMS_AGREED_MAX];
    uint8_t key[DLMS_KEY_MAX];
    const size_t size = dlms_exchange_size(CRYPTO_P256);
    assert_int_equal(dlms_exchange_make(&keys.of_client, DLMS_KEY_UNICAST, ephemeral, data), 0);
    struct writer w = put_exchange(octets, DLMS_KEY_BROADCAST, data, size); /* signed for another */
    assert_int_equal(act(AGREE, &w), COSEM_OTHER_REASON);
    assert_true(is_served_unsigned());
    w = put_exchange(octets, DLMS_KEY_UNICAST, data, size);
    assert_int_equal(act(AGREE, &w), COSEM_SUCCESS);
    take_returned_key(ephemeral, key);
    assert_false(is_served_unsigned()); /* by the old key */
    assert_int_equal(dlms_keyring_put(&client.ring, DLMS_KEY_UNICAST, key, KEY), 0);
    dlms_counter_restore(&client.sent, 7, 0);
    dlms_counter_restore(&client.received[DLMS_COUNTER_OF_UNICAST], 0, 0);
    memset(store.bounds, 0, sizeof store.bounds); /* of the key before */
    memset(client.store.bounds, 0, sizeof client.store.bounds);
    assert_true(is_served_unsigned());
}

/* ---- attribute 3: the suite, upwards only ---- */

static uint8_t set_suite(uint8_t suite)
{
    const uint8_t apdu[] = {0xC1, 1, 0xC1, 0, 64, 0, 0, 43, 0, 0, 255, 3, 0, COSEM_ENUM, suite};
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x31), apdu, sizeof apdu));
    return delivery.plain.data[3];
}

static void the_suite_goes_upwards(void **state)
{
    (void)state;
    for (uint8_t suite = 0; suite < 5; suite++) { /* there are no keys for suite 2 yet */
        if (suite != DLMS_SUITE_1) {
            assert_int_equal(set_suite(suite), COSEM_OTHER_REASON);
            assert_int_equal(setup.ring.suite, DLMS_SUITE_1);
        }
    }
    assert_true(is_served_unsigned());
    static const uint8_t longer[DLMS_KEY_MAX] = "thirty-two octets for suite two";
    for (int id = 0; id < DLMS_KEYS; id++) {
        setup.coming_keys |= (uint8_t)(1U << id);
        memcpy(setup.coming[id], longer, sizeof longer);
    }
    assert_int_equal(set_suite(DLMS_SUITE_2), COSEM_SUCCESS);
    assert_false(is_served_unsigned());
    assert_int_equal(setup.ring.suite, DLMS_SUITE_2);
    assert_false(setup.signing.own[DLMS_USE_SIGNATURE].there); /* of the other curve */
    kit_ring(&client.ring, DLMS_SUITE_2);
    assert_int_equal(dlms_keyring_put(&client.ring, DLMS_KEY_UNICAST, longer, 32), 0);
    assert_int_equal(dlms_keyring_put(&client.ring, DLMS_KEY_AUTHENTICATION, longer, 32), 0);
    dlms_counter_restore(&client.sent, 7, 0);
    dlms_counter_restore(&client.received[DLMS_COUNTER_OF_UNICAST], 0, 0);
    memset(store.bounds, 0, sizeof store.bounds);
    memset(client.store.bounds, 0, sizeof client.store.bounds);
    assert_true(ask_ciphered(kit_protection(DLMS_FORM_GLO, 0x32), get_clock, sizeof get_clock));
}

/* ---- attribute 2: signatures by policy ---- */

static void policies_ask_for_signatures(void **state)
{
    (void)state;
    enum { ACTIVATE = 1 };
    const struct made of_client = certify_client();
    assert_int_equal(import(&of_client), COSEM_SUCCESS);
    assert_true(is_served_unsigned());
    assert_int_equal(delivery.how.signature, DLMS_UNSIGNED);
    assert_int_equal(act_enum(ACTIVATE, DLMS_POLICY_RESPONSE_SIGNED), COSEM_SUCCESS);
    assert_true(is_served_unsigned());
    assert_int_equal(delivery.how.signature, DLMS_SIGNED_AROUND);
    assert_int_equal(act_enum(ACTIVATE, DLMS_POLICY_SIGNS), COSEM_SUCCESS);
    assert_false(is_served_unsigned());
    assert_exception(DLMS_SERVICE_NOT_ALLOWED, DLMS_OPERATION_NOT_POSSIBLE);
    assert_true(is_served_signed());
    assert_int_equal(delivery.how.signature, DLMS_SIGNED_INSIDE);
    setup.signing.own[DLMS_USE_SIGNATURE].there = false; /* who cannot sign answers nothing */
    assert_false(is_served_signed());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_certificate_lets_a_client_sign, set_up_certified),
        cmocka_unit_test_setup(certificates_are_given_as_they_came, set_up_certified),
        cmocka_unit_test_setup(a_pair_of_the_meter_is_made_and_certified, set_up_certified),
        cmocka_unit_test_setup(what_cannot_be_changes_nothing, set_up_certified),
        cmocka_unit_test_setup(truncated_parameters_change_nothing, set_up_certified),
        cmocka_unit_test_setup(a_key_is_agreed_on, set_up_certified),
        cmocka_unit_test_setup(the_suite_goes_upwards, set_up_certified),
        cmocka_unit_test_setup(policies_ask_for_signatures, set_up_certified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
