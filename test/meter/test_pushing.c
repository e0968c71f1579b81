/* A whole meter pushes: what goes out, ciphered by the policy, kept through power cuts, and
 * whatever the destination does. */
#define _GNU_SOURCE /* memmem */
#include "cosem/data.h"
#include "dlms/security_keys.h"
#include "meter/keeping.h"
#include "meter/line.h"
#include "test/meter/push_rig.h"
#include "test/unit.h"

#include <string.h>

static void a_message_says_what_the_list_says(void **state)
{
    (void)state;
    push_rig_configure(PUSH_INTERVAL_1);
    push_rig_trigger(PUSH_INTERVAL_1);
    life_run(push_rig_life, 3);
    assert_int_equal(push_rig.begun, 1);
    assert_int_equal(push_rig.ended, 1);
    struct dlms_notification message = push_rig_arrived();
    struct reader r = message.content;
    assert_int_equal(cosem_take_value(&r).count, 5);
    struct cosem_value name = cosem_take_value(&r);
    assert_memory_equal(name.octets, "WTH", 3);
    static const uint8_t setup[] = {0, 1, 25, 9, 0, 255};
    assert_memory_equal(cosem_take_value(&r).octets, setup, sizeof setup);
    assert_int_equal(cosem_take_value(&r).count, 12);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_U32);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_U32);
    assert_true(reader_done(&r));
    static const uint8_t date[] = {0x07, 0xEA, 11, 21, 6, 12, 0};
    assert_memory_equal(message.time, date, sizeof date);
    life_run(push_rig_life, 1000);
    assert_int_equal(push_rig.begun, 1);
}

/* An object that is not there (any more) is null-data; the others arrive. */
static void what_cannot_be_read_is_null(void **state)
{
    (void)state;
    push_rig_configure(PUSH_ALARM);
    static const struct push_object objects[] = {
        {.class_id = 1, .name = {0, 0, 77, 0, 0, 255}, .attribute = 2},
        {.class_id = 40, .name = {0, 4, 25, 9, 0, 255}, .attribute = 1},
        {.class_id = 8, .name = {0, 0, 1, 0, 0, 255}, .attribute = 2}};
    push_rig_list(PUSH_ALARM, objects, sizeof objects / sizeof objects[0]);
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 3);
    struct reader r = push_rig_arrived().content;
    assert_int_equal(cosem_take_value(&r).count, 3);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_NULL);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_OCTET_STRING);
}

/* A list of an earlier version may name what depends on who asks: nobody does. */
static void what_depends_on_who_asks_is_null(void **state)
{
    (void)state;
    static const struct push_object objects[] = {
        {.class_id = 15, .name = {0, 0, 40, 0, 0, 255}, .attribute = 2},
        {.class_id = 17, .name = {0, 0, 41, 0, 0, 255}, .attribute = 2},
        {.class_id = 64, .name = {0, 0, 43, 0, 0, 255}, .attribute = 5}};
    enum { COUNT = sizeof objects / sizeof objects[0] };
    push_rig_configure(PUSH_ALARM);
    push_rig_list(PUSH_ALARM, objects, COUNT);
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 3);
    struct reader r = push_rig_arrived().content;
    assert_int_equal(cosem_take_value(&r).count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(cosem_take_value(&r).tag, COSEM_NULL);
    }
    assert_true(reader_done(&r));
}

static void the_longest_list_fits_or_is_cut(void **state)
{
    (void)state;
    push_rig_configure(PUSH_ALARM);
    push_rig_life->meter.pushing.port = &push_rig_single;
    push_rig_list_often(PUSH_ALARM);
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 3);
    struct reader r = push_rig_arrived().content;
    assert_true(push_rig.size <= METER_PUSH);
    assert_int_equal(cosem_take_value(&r).count, PUSH_OBJECTS);
    for (int i = 0; i < PUSH_OBJECTS; i++) {
        cosem_skip_value(&r);
    }
    assert_true(reader_done(&r));
}

/* By the policy for responses, with a counter that never comes twice. */
static void it_is_ciphered_by_the_policy(void **state)
{
    (void)state;
    struct dlms_keyring ring;
    uint32_t last = 0;
    push_rig_configure(PUSH_ALARM);
    push_rig_life->meter.security.policy = DLMS_POLICY_CIPHERS;
    dlms_keyring_init(&ring, DLMS_SUITE_0);
    assert_int_equal(dlms_keyring_put(&ring, DLMS_KEY_UNICAST, push_rig_keys.unicast, METER_KEY),
                     0);
    assert_int_equal(
        dlms_keyring_put(&ring, DLMS_KEY_AUTHENTICATION, push_rig_keys.authentication, METER_KEY),
        0);
    for (int i = 0; i < 5; i++) {
        uint8_t scratch[4096];
        struct reader plain;
        struct dlms_material material;
        push_rig_trigger(PUSH_ALARM);
        life_run(push_rig_life, 3);
        struct reader r = reader_over(push_rig.apdu, push_rig.size);
        struct dlms_ciphered ciphered = dlms_ciphered_take(&r);
        assert_false(r.fault);
        assert_int_equal(ciphered.tag, DLMS_GENERAL_GLO_CIPHERING);
        assert_int_equal(ciphered.by.control, 0x30);
        assert_memory_equal(ciphered.by.title, "WTH", 3);
        assert_true(ciphered.by.counter > last);
        last = ciphered.by.counter;
        assert_int_equal(dlms_keyring_material(&ring, NULL, NULL, &ciphered.by, &material), 0);
        assert_int_equal(dlms_unprotect(&ciphered, &material, scratch, sizeof scratch, &plain), 0);
        assert_non_null(dlms_notification_take(&plain).time);
        assert_false(plain.fault);
        if (i == 2) {
            life_kill(push_rig_life, 1);
            push_rig_life->meter.security.policy = DLMS_POLICY_CIPHERS;
            life_run(push_rig_life, 10);
            push_rig_configure(PUSH_ALARM);
        }
    }
}

/* The notification of a push that is signed, and whose signature is the meter's. */
static void assert_signed(struct reader apdu, const struct dlms_signing *of_meter)
{
    struct dlms_signed held = dlms_signed_take(&apdu);
    assert_false(apdu.fault);
    assert_memory_equal(held.title, push_rig_life->meter.security.title, DLMS_TITLE_SIZE);
    assert_int_equal(dlms_signed_check(&held, of_meter, held.title), 0);
    struct reader plain = reader_over(held.content.octets, held.content.size);
    assert_non_null(dlms_notification_take(&plain).time);
    assert_false(plain.fault);
}

/* Signatures by the policy for responses too: alone, and inside of what is ciphered. */
static void it_is_signed_by_the_policy(void **state)
{
    static struct crypto_ecc curves;
    struct dlms_security_setup *security = &push_rig_life->meter.security;
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    (void)state;
    push_rig_configure(PUSH_ALARM);
    security->ring.suite = DLMS_SUITE_1;
    dlms_security_setup_compute(security, &curves);
    assert_int_equal(crypto_ecc_make(&curves, CRYPTO_P256, private_key, public_key), 0);
    assert_int_equal(dlms_security_setup_own(security, DLMS_USE_SIGNATURE, private_key), 0);
    const struct dlms_signing of_meter = {.ecc = &curves, .peer = public_key};
    security->policy = DLMS_POLICY_RESPONSE_SIGNED;
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 3);
    assert_signed(reader_over(push_rig.apdu, push_rig.size), &of_meter);
    security->policy |= DLMS_POLICY_CIPHERS;
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 3);
    uint8_t scratch[4096];
    struct reader plain;
    struct dlms_material material;
    struct reader r = reader_over(push_rig.apdu, push_rig.size);
    struct dlms_ciphered ciphered = dlms_ciphered_take(&r);
    assert_false(r.fault);
    assert_int_equal(dlms_keyring_material(&security->ring, NULL, NULL, &ciphered.by, &material),
                     0);
    assert_int_equal(dlms_unprotect(&ciphered, &material, scratch, sizeof scratch, &plain), 0);
    assert_signed(plain, &of_meter);
}

/* The same message as before the cut, with the time at which it was triggered; then nothing. */
static void the_queue_outlives_the_supply(void **state)
{
    (void)state;
    for (int warned = 0; warned < 2; warned++) {
        uint8_t first[4096];
        push_rig.progress = PUSH_REFUSED;
        push_rig_configure(PUSH_ALARM);
        life_run(push_rig_life, 2);
        push_rig_trigger(PUSH_ALARM);
        life_run(push_rig_life, 3);
        size_t size = push_rig.size;
        memcpy(first, push_rig.apdu, size);
        unsigned begun = push_rig.begun;
        assert_true(begun > 0);
        if (warned != 0) {
            life_cut(push_rig_life, 100);
        } else {
            life_kill(push_rig_life, 100);
        }
        assert_true(push_rig_push()->states[PUSH_ALARM].waiting);
        assert_int_equal(push_rig_push()->states[PUSH_ALARM].attempts,
                         0); /* those since it was made are not kept */
        push_rig.progress = PUSH_REACHED;
        life_run(push_rig_life, 5);
        assert_int_equal(push_rig.begun, begun + 1);
        assert_int_equal(push_rig.size, size);
        assert_memory_equal(push_rig.apdu, first, size);
        life_kill(push_rig_life, 1);
        assert_false(push_rig_push()->states[PUSH_ALARM].waiting);
        life_run(push_rig_life, 100);
        assert_int_equal(push_rig.begun, begun + 1);
    }
}

/* What firmware with more memory kept is made anew, of the same occasion. */
static void a_message_kept_by_another_firmware(void **state)
{
    (void)state;
    enum { VERSION = 1, LONGER = 1900, OCCASION_S = 86400 };
    struct meter *meter = &push_rig_life->meter;
    static uint8_t kept[METER_PUSH_KEPT + LONGER];
    int64_t triggered_ms = push_rig_begin_ms - OCCASION_S * INT64_C(1000);
    struct writer w = writer_over(kept, METER_PUSH_KEPT);
    writer_u8(&w, 0);
    writer_big_endian(&w, (uint64_t)triggered_ms >> 32, 3);
    writer_u32(&w, (uint32_t)triggered_ms);
    memset(kept + METER_PUSH_KEPT, 0x0F, LONGER);
    push_rig_configure(PUSH_ALARM);
    life_run(push_rig_life, 2);
    assert_int_equal(journal_put(&meter->storage.values, METER_VALUE_PUSH_QUEUE + PUSH_ALARM,
                                 VERSION, kept, sizeof kept),
                     0);
    life_kill(push_rig_life, 1);
    life_run(push_rig_life, 5);
    static const uint8_t day_before[] = {0x07, 0xEA, 11, 20, 5, 12, 0};
    assert_memory_equal(push_rig_arrived().time, day_before, sizeof day_before);
    assert_int_equal(push_rig_push()->states[PUSH_ALARM].delivered, 1);
}

static void settings_outlive_the_supply(void **state)
{
    (void)state;
    push_rig_configure(PUSH_INTERVAL_3);
    push_rig_push()->settings[PUSH_INTERVAL_3].retries = 9;
    life_run(push_rig_life, 2);
    life_kill(push_rig_life, 1);
    assert_int_equal(push_rig_push()->settings[PUSH_INTERVAL_3].retries, 9);
    const struct reader to = push_text(push_rig_push(), PUSH_INTERVAL_3, PUSH_TEXT_DESTINATION);
    assert_int_equal(to.size, 9);
    assert_memory_equal(to.data, "1.2.3.4:5", 9);
    assert_false(push_goes_anywhere(push_rig_push(), PUSH_INTERVAL_2));
}

/* Four attempts, one event, and the next occasion is told again. */
static void a_destination_that_fails(void **state)
{
    (void)state;
    for (int unreachable = 0; unreachable < 2; unreachable++) {
        uint32_t events = event_log_count(&push_rig_life->meter.events, EVENT_LOG_COMMUNICATION);
        push_rig.progress = PUSH_REFUSED;
        push_rig.unreachable = unreachable != 0;
        push_rig.begun = 0;
        push_rig_configure(PUSH_ALARM);
        push_rig_trigger(PUSH_ALARM);
        life_run(push_rig_life, 200);
        assert_int_equal(push_rig.begun, 4);
        assert_int_equal(event_log_count(&push_rig_life->meter.events, EVENT_LOG_COMMUNICATION),
                         events + 1);
        assert_false(push_rig_push()->states[PUSH_ALARM].waiting);
    }
    push_rig.unreachable = false;
    push_rig.progress = PUSH_TAKEN;
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 5);
    assert_int_equal(push_rig_push()->states[PUSH_ALARM].delivered, 1);
}

/* Never an end: after a minute the attempt is over, and the other set-ups get their turn. */
static void a_destination_that_hangs(void **state)
{
    (void)state;
    push_rig.progress = PUSH_UNDER_WAY;
    push_rig_configure(PUSH_ALARM);
    push_rig_configure(PUSH_INTERVAL_1);
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 2);
    push_rig_trigger(PUSH_INTERVAL_1);
    life_run(push_rig_life, 50);
    assert_int_equal(push_rig.begun, 1);
    life_run(push_rig_life, 20);
    assert_int_equal(push_rig.begun, 2);
    assert_int_equal(push_rig.ended, 1);
    assert_true(legal_energy_uws(push_rig_life->meter.legal, 0, LEGAL_ENERGY_A_IMPORT) > 0);
}

static void method_by_link_waits_for_the_other_side(void **state)
{
    (void)state;
    push_rig_configure(PUSH_ALARM);
    push_rig_push()->settings[PUSH_ALARM].method = PUSH_BY_LINK;
    push_rig.progress = PUSH_TAKEN;
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 10);
    assert_int_equal(push_rig.ended, 0);
    push_rig.progress = PUSH_REACHED;
    life_run(push_rig_life, 2);
    assert_int_equal(push_rig_push()->states[PUSH_ALARM].delivered, 1);
}

static void a_confirmation_with_its_number_counts(void **state)
{
    (void)state;
    push_rig_configure(PUSH_ALARM);
    push_rig_push()->settings[PUSH_ALARM].method = PUSH_CONFIRMED;
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 10);
    assert_int_equal(push_rig.ended, 0);
    uint32_t invoke = push_rig_arrived().invoke;
    assert_true((invoke & 1 << 30) != 0);
    for (int right = 0; right < 2; right++) {
        struct writer w = writer_over(push_rig.answer, sizeof push_rig.answer);
        writer_u8(&w, DLMS_DATA_NOTIFICATION_CONFIRM);
        writer_u32(&w, right != 0 ? invoke : invoke + 1);
        writer_u8(&w, 0);
        push_rig.answered = writer_kept(&w);
        life_run(push_rig_life, 2);
        assert_int_equal(push_rig_push()->states[PUSH_ALARM].delivered, right);
    }
    assert_true(push_rig_push()->states[PUSH_ALARM].confirmed_s > push_rig_begin_ms / 1000);
}

static void a_script_pushes(void **state)
{
    (void)state;
    const struct script script = {{0, 0, 10, 0, 108, 255}, PUSH_INTERVAL_2};
    push_rig_configure(PUSH_INTERVAL_2);
    assert_int_equal(script_execute(&push_rig_life->meter.scripts, &script), 0);
    life_run(push_rig_life, 3);
    assert_int_equal(push_rig_push()->states[PUSH_INTERVAL_2].delivered, 1);
}

static void it_announces_itself(void **state)
{
    (void)state;
    push_rig_configure(PUSH_CONNECTIVITY);
    life_run(push_rig_life, 2);
    life_kill(push_rig_life, 1);
    life_run(push_rig_life, 3);
    assert_int_equal(push_rig_push()->states[PUSH_CONNECTIVITY].delivered, 1);
    assert_int_equal(push_rig_push()->states[PUSH_INSTALLATION].delivered, 0);
}

static void the_last_gasp(void **state)
{
    (void)state;
    push_rig_configure(PUSH_POWER_DOWN);
    assert_int_equal(meter_power_fail(&push_rig_life->meter), 0);
    assert_int_equal(push_rig.begun, 1);
    assert_int_equal(push_rig.ended, 1);
    static const uint8_t setup[] = {0x09, 6, 0, 5, 25, 9, 0, 255};
    assert_non_null(memmem(push_rig.apdu, push_rig.size, setup, sizeof setup));
    push_rig_push()->settings[PUSH_POWER_DOWN].transport = PUSH_TCP; /* takes too long */
    assert_int_equal(meter_power_fail(&push_rig_life->meter), 0);
    assert_int_equal(push_rig.begun, 1);
}

/* An HDLC line that nobody polls: the message goes out in a UI frame to its client. */
static void by_an_hdlc_line(void **state)
{
    (void)state;
    static struct meter_line line;
    static struct meter_line_place place;
    const struct hdlc_settings settings = meter_line_settings();
    push_rig_configure(PUSH_ALARM);
    push_rig_push()->settings[PUSH_ALARM].transport = PUSH_HDLC;
    push_rig_push()->settings[PUSH_ALARM].client_sap = 103;
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 3); /* there is no line yet */
    assert_false(hdlc_notifying(&line.station));
    meter_line_open(&push_rig_life->meter, &line, &place, 1, &settings, 0);
    life_run(push_rig_life, 10);
    assert_true(hdlc_notifying(&line.station));
    uint8_t sent[1024];
    size_t size = 0;
    for (int64_t line_ms = 0; line_ms < 10000; line_ms += 10) {
        const uint8_t *octets;
        hdlc_step(&line.station, line_ms);
        size_t some = hdlc_output(&line.station, &octets, line_ms);
        assert_true(size + some <= sizeof sent);
        memcpy(sent + size, octets, some);
        size += some;
        if (some > 0) {
            hdlc_sent(&line.station, some, line_ms);
        }
    }
    life_run(push_rig_life, 2);
    assert_int_equal(push_rig_push()->states[PUSH_ALARM].delivered, 1);
    static const uint8_t setup[] = {0x09, 6, 0, 4, 25, 9, 0, 255};
    assert_non_null(memmem(sent, size, setup, sizeof setup));
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 2);
    assert_true(hdlc_notifying(&line.station));
    meter_line_close(&line); /* with the message: the next attempt finds no line */
    life_run(push_rig_life, 2);
    assert_true(push_rig_push()->states[PUSH_ALARM].waiting);
    assert_int_equal(push_rig_push()->states[PUSH_ALARM].attempts, 1);
    assert_int_equal(push_rig.begun, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_message_says_what_the_list_says, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_null, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(what_depends_on_who_asks_is_null, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(the_longest_list_fits_or_is_cut, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(it_is_ciphered_by_the_policy, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(it_is_signed_by_the_policy, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(the_queue_outlives_the_supply, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(a_message_kept_by_another_firmware, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(settings_outlive_the_supply, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(a_destination_that_fails, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(a_destination_that_hangs, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(method_by_link_waits_for_the_other_side, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(a_confirmation_with_its_number_counts, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(a_script_pushes, push_rig_set_up, push_rig_tear_down),
        cmocka_unit_test_setup_teardown(it_announces_itself, push_rig_set_up, push_rig_tear_down),
        cmocka_unit_test_setup_teardown(the_last_gasp, push_rig_set_up, push_rig_tear_down),
        cmocka_unit_test_setup_teardown(by_an_hdlc_line, push_rig_set_up, push_rig_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
