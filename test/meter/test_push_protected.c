/* Push messages by the protection parameters of their set-up: general-ciphering with the fields
 * that they say, never less than the security policy asks for; long ones and signed ones, too. */
#include "cosem/data.h"
#include "dlms/association.h"
#include "dlms/security_keys.h"
#include "test/meter/push_rig.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

enum { OCTETS = 200, ROOM = 1 << 16, PUSH_CLASS = 40, PARAMETERS = 10 };

#define LAYER(type, info)                                                                          \
    "0202 16" type "0205 0904 01020304 0900 0908 4142430000000001 0902 CAFE" info
#define UNICAST   "0202 1600 1600"
#define BOTH      "0101" LAYER("02", UNICAST)
#define ENCRYPTED "0101" LAYER("01", UNICAST)

static void set_parameters(const char *hex)
{
    static const struct cosem_name name = COSEM_NAME(0, 4, 25, 9, 0);
    struct meter *meter = &push_rig_life->meter;
    enum cosem_result why;
    uint8_t octets[OCTETS];
    struct cosem_call call = {
        .model = &meter->product->model, .context = &meter->context, .column = 2};
    struct reader value = reader_over(octets, hex_read(hex, octets, sizeof octets));
    call.object = cosem_model_find(call.model, PUSH_CLASS, &name, call.column, &why);
    assert_non_null(call.object);
    assert_int_equal(cosem_object_set(&call, PARAMETERS, &value), COSEM_SUCCESS);
}

/* The set-up of alarms pushes. */
static struct reader pushed(void)
{
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 20);
    return push_rig.blocks > 0 ? reader_over(push_rig.whole, push_rig.whole_size)
                               : reader_over(push_rig.apdu, push_rig.size);
}

/* The plain notification in a ciphered APDU. */
static struct dlms_ciphered open_ciphered(struct reader apdu, struct reader *plain)
{
    static uint8_t scratch[ROOM];
    struct dlms_security_setup *security = &push_rig_life->meter.security;
    struct dlms_material material;
    struct dlms_ciphered found = dlms_ciphered_take(&apdu);
    assert_true(reader_done(&apdu));
    assert_int_equal(dlms_keyring_material(&security->ring, NULL, NULL, &found.by, &material), 0);
    assert_int_equal(dlms_unprotect(&found, &material, scratch, sizeof scratch, plain), 0);
    return found;
}

static void assert_octets(struct dlms_octets octets, const char *expected, size_t size)
{
    assert_int_equal(octets.size, size);
    assert_memory_equal(octets.octets, expected, size);
}

/* Every field is there; the meter originates. */
static void as_the_parameters_say(void **state)
{
    (void)state;
    struct reader plain;
    const struct dlms_security_setup *security = &push_rig_life->meter.security;
    push_rig_configure(PUSH_ALARM);
    set_parameters(BOTH);
    struct dlms_ciphered found = open_ciphered(pushed(), &plain);
    assert_int_equal(found.tag, DLMS_GENERAL_CIPHERING);
    assert_int_equal(found.by.control, 0x30);
    assert_octets(found.by.general.transaction_id, "\1\2\3\4", 4);
    assert_octets(found.by.general.originator, (const char *)security->title, DLMS_TITLE_SIZE);
    assert_octets(found.by.general.recipient, "ABC\0\0\0\0\1", DLMS_TITLE_SIZE);
    assert_octets(found.by.general.other_information, "\xCA\xFE", 2);
    assert_int_equal(found.by.general.key_info, DLMS_KEY_INFO_IDENTIFIED);
    assert_non_null(dlms_notification_take(&plain).time);
    assert_true(reader_done(&plain));
}

/* Encryption alone is less than a policy that authenticates, too: then the policy says how. */
static void never_less_than_the_policy(void **state)
{
    (void)state;
    struct reader plain;
    push_rig_configure(PUSH_ALARM);
    set_parameters(ENCRYPTED);
    assert_int_equal(open_ciphered(pushed(), &plain).by.control, 0x20);
    push_rig_life->meter.security.policy = DLMS_POLICY_CIPHERS;
    struct dlms_ciphered found = open_ciphered(pushed(), &plain);
    assert_int_equal(found.tag, DLMS_GENERAL_GLO_CIPHERING);
    assert_int_equal(found.by.control, 0x30);
    set_parameters(BOTH);
    assert_int_equal(open_ciphered(pushed(), &plain).tag, DLMS_GENERAL_CIPHERING);
    set_parameters("0100");
    assert_int_equal(open_ciphered(pushed(), &plain).tag, DLMS_GENERAL_GLO_CIPHERING);
}

/* They are kept, and a counter is never used twice. */
static void behind_an_outage(void **state)
{
    (void)state;
    struct reader plain;
    push_rig_configure(PUSH_ALARM);
    set_parameters(BOTH);
    life_run(push_rig_life, 2);
    uint32_t last = open_ciphered(pushed(), &plain).by.counter;
    life_kill(push_rig_life, 5);
    struct dlms_ciphered found = open_ciphered(pushed(), &plain);
    assert_int_equal(found.tag, DLMS_GENERAL_CIPHERING);
    assert_true(found.by.counter > last);
}

/* The object list of twenty push lists does not fit into one APDU. */
static void long_ones(void **state)
{
    (void)state;
    struct reader plain;
    push_rig_configure(PUSH_ALARM);
    push_rig_list_often(PUSH_ALARM);
    set_parameters(BOTH);
    struct dlms_ciphered found = open_ciphered(pushed(), &plain);
    assert_true(push_rig.blocks > 1);
    assert_int_equal(found.tag, DLMS_GENERAL_CIPHERING);
    struct reader content = dlms_notification_take(&plain).content;
    assert_true(reader_done(&plain));
    assert_int_equal(cosem_take_value(&content).count, PUSH_OBJECTS);
}

/* Signed, then ciphered: the first layer is inside. */
static void signed_and_ciphered(void **state)
{
    (void)state;
    static struct crypto_ecc curves;
    struct dlms_security_setup *security = &push_rig_life->meter.security;
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    struct reader inside;
    push_rig_configure(PUSH_ALARM);
    security->ring.suite = DLMS_SUITE_1;
    dlms_security_setup_compute(security, &curves);
    assert_int_equal(crypto_ecc_make(&curves, CRYPTO_P256, private_key, public_key), 0);
    assert_int_equal(dlms_security_setup_own(security, DLMS_USE_SIGNATURE, private_key), 0);
    set_parameters("0102" LAYER("03", "00") LAYER("02", UNICAST));
    struct dlms_ciphered found = open_ciphered(pushed(), &inside);
    assert_int_equal(found.tag, DLMS_GENERAL_CIPHERING);
    struct dlms_signed held = dlms_signed_take(&inside);
    assert_true(reader_done(&inside));
    const struct dlms_signing of_meter = {.ecc = &curves, .peer = public_key};
    assert_int_equal(dlms_signed_check(&held, &of_meter, held.title), 0);
    struct reader plain = reader_over(held.content.octets, held.content.size);
    assert_non_null(dlms_notification_take(&plain).time);
    assert_true(reader_done(&plain));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, push_rig_set_up, push_rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(as_the_parameters_say), TEST(never_less_than_the_policy),
        TEST(behind_an_outage),      TEST(long_ones),
        TEST(signed_and_ciphered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
