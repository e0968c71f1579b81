/* A whole meter pushes: what goes out, ciphered by the policy, kept through power cuts, and
 * whatever the destination does. */
#define _GNU_SOURCE /* memmem */
#include "cosem/data.h"
#include "dlms/notification.h"
#include "dlms/security_keys.h"
#include "meter/line.h"
#include "port/posix/entropy.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <string.h>

static const int64_t begin_ms = INT64_C(1795258800000); /* 2026-11-21T11:00:00Z */
static const struct meter_keys keys = {.unicast = "unicast", .authentication = "gak"};

/* A destination that does as it is told. */
static struct destination {
    enum push_progress progress;
    bool unreachable;
    unsigned begun;
    unsigned ended;
    uint8_t apdu[4096];
    size_t size;
    uint8_t answer[16];
    size_t answered;
} destination;

static int begin(void *context, const struct push_message *message)
{
    (void)context;
    destination.begun++;
    assert_true(message->size <= sizeof destination.apdu);
    memcpy(destination.apdu, message->apdu, message->size);
    destination.size = message->size;
    return destination.unreachable ? -1 : 0;
}

static enum push_progress look(void *context)
{
    (void)context;
    return destination.progress;
}

static size_t answer(void *context, uint8_t *apdu, size_t room)
{
    (void)context;
    size_t size = destination.answered;
    assert_true(size <= room);
    memcpy(apdu, destination.answer, size);
    destination.answered = 0;
    return size;
}

static void end(void *context)
{
    (void)context;
    destination.ended++;
}

static const struct push_sender sender = {
    .begin = begin, .look = look, .answer = answer, .end = end};

static struct life *life;

static int set_up(void **state)
{
    (void)state;
    destination = (struct destination){.progress = PUSH_REACHED};
    life = life_begin("xs211", begin_ms);
    life->setup.push_sender = &sender;
    life->setup.keys = &keys;
    life->setup.entropy = &posix_entropy;
    life_kill(life, 1);
    life_run(life, 10);
    destination.begun = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static struct push *push(void)
{
    return &life->meter.pushing.push;
}

/* As a client does. */
static void configure(enum push_setup setup)
{
    struct push_settings *settings = &push()->settings[setup];
    memcpy(settings->destination, "1.2.3.4:5", 9);
    settings->destination_size = 9;
    settings->randomisation_s = 0;
    settings->delay_s = 10;
    settings->delay_percent = 100;
    push()->changes[setup]++;
}

static void trigger(enum push_setup setup)
{
    push_trigger(push(), setup, &life->meter.clock, life->meter.now_ms);
}

static struct dlms_notification arrived(void)
{
    struct reader r = reader_over(destination.apdu, destination.size);
    struct dlms_notification message = dlms_notification_take(&r);
    assert_false(r.fault);
    return message;
}

static void a_message_says_what_the_list_says(void **state)
{
    (void)state;
    configure(PUSH_INTERVAL_1);
    trigger(PUSH_INTERVAL_1);
    life_run(life, 3);
    assert_int_equal(destination.begun, 1);
    assert_int_equal(destination.ended, 1);
    struct dlms_notification message = arrived();
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
    life_run(life, 1000);
    assert_int_equal(destination.begun, 1);
}

/* An object that is not there (any more) is null-data; the others arrive. */
static void what_cannot_be_read_is_null(void **state)
{
    (void)state;
    configure(PUSH_ALARM);
    push()->settings[PUSH_ALARM].objects[0].name[2] = 77;
    trigger(PUSH_ALARM);
    life_run(life, 3);
    struct reader r = arrived().content;
    assert_int_equal(cosem_take_value(&r).count, 3);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_NULL);
    assert_int_equal(cosem_take_value(&r).tag, COSEM_OCTET_STRING);
}

static void the_longest_list_fits_or_is_cut(void **state)
{
    (void)state;
    configure(PUSH_ALARM);
    struct push_settings *settings = &push()->settings[PUSH_ALARM];
    settings->object_count = PUSH_OBJECTS;
    for (int i = 0; i < PUSH_OBJECTS; i++) {
        settings->objects[i] = (struct push_object){40, {0, 1, 25, 9, 0, 255}, 2};
    }
    trigger(PUSH_ALARM);
    life_run(life, 3);
    struct reader r = arrived().content;
    assert_true(destination.size <= METER_PUSH);
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
    configure(PUSH_ALARM);
    life->meter.security.policy = DLMS_POLICY_CIPHERS;
    dlms_keyring_init(&ring, DLMS_SUITE_0);
    assert_int_equal(dlms_keyring_put(&ring, DLMS_KEY_UNICAST, keys.unicast, METER_KEY), 0);
    assert_int_equal(
        dlms_keyring_put(&ring, DLMS_KEY_AUTHENTICATION, keys.authentication, METER_KEY), 0);
    for (int i = 0; i < 5; i++) {
        uint8_t scratch[4096];
        struct reader plain;
        struct dlms_material material;
        trigger(PUSH_ALARM);
        life_run(life, 3);
        struct reader r = reader_over(destination.apdu, destination.size);
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
            life_kill(life, 1);
            life->meter.security.policy = DLMS_POLICY_CIPHERS;
            life_run(life, 10);
            configure(PUSH_ALARM);
        }
    }
}

/* The notification of a push that is signed, and whose signature is the meter's. */
static void assert_signed(struct reader apdu, const struct dlms_signing *of_meter)
{
    struct dlms_signed held = dlms_signed_take(&apdu);
    assert_false(apdu.fault);
    assert_memory_equal(held.title, life->meter.security.title, DLMS_TITLE_SIZE);
    assert_int_equal(dlms_signed_check(&held, of_meter, held.title), 0);
    struct reader plain = reader_over(held.content.octets, held.content.size);
    assert_non_null(dlms_notification_take(&plain).time);
    assert_false(plain.fault);
}

/* Signatures by the policy for responses too: alone, and inside of what is ciphered. */
static void it_is_signed_by_the_policy(void **state)
{
    static struct crypto_ecc curves;
    struct dlms_security_setup *security = &life->meter.security;
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    (void)state;
    configure(PUSH_ALARM);
    security->ring.suite = DLMS_SUITE_1;
    dlms_security_setup_compute(security, &curves);
    assert_int_equal(crypto_ecc_make(&curves, CRYPTO_P256, private_key, public_key), 0);
    assert_int_equal(dlms_security_setup_own(security, DLMS_USE_SIGNATURE, private_key), 0);
    const struct dlms_signing of_meter = {.ecc = &curves, .peer = public_key};
    security->policy = DLMS_POLICY_RESPONSE_SIGNED;
    trigger(PUSH_ALARM);
    life_run(life, 3);
    assert_signed(reader_over(destination.apdu, destination.size), &of_meter);
    security->policy |= DLMS_POLICY_CIPHERS;
    trigger(PUSH_ALARM);
    life_run(life, 3);
    uint8_t scratch[4096];
    struct reader plain;
    struct dlms_material material;
    struct reader r = reader_over(destination.apdu, destination.size);
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
        destination.progress = PUSH_REFUSED;
        configure(PUSH_ALARM);
        life_run(life, 2);
        trigger(PUSH_ALARM);
        life_run(life, 3);
        size_t size = destination.size;
        memcpy(first, destination.apdu, size);
        unsigned begun = destination.begun;
        assert_true(begun > 0);
        if (warned != 0) {
            life_cut(life, 100);
        } else {
            life_kill(life, 100);
        }
        assert_true(push()->states[PUSH_ALARM].waiting);
        assert_int_equal(push()->states[PUSH_ALARM].attempts,
                         0); /* those since it was made are not kept */
        destination.progress = PUSH_REACHED;
        life_run(life, 5);
        assert_int_equal(destination.begun, begun + 1);
        assert_int_equal(destination.size, size);
        assert_memory_equal(destination.apdu, first, size);
        life_kill(life, 1);
        assert_false(push()->states[PUSH_ALARM].waiting);
        life_run(life, 100);
        assert_int_equal(destination.begun, begun + 1);
    }
}

static void settings_outlive_the_supply(void **state)
{
    (void)state;
    configure(PUSH_INTERVAL_3);
    push()->settings[PUSH_INTERVAL_3].retries = 9;
    life_run(life, 2);
    life_kill(life, 1);
    assert_int_equal(push()->settings[PUSH_INTERVAL_3].retries, 9);
    assert_memory_equal(push()->settings[PUSH_INTERVAL_3].destination, "1.2.3.4:5", 9);
    assert_int_equal(push()->settings[PUSH_INTERVAL_2].destination_size, 0);
}

/* Four attempts, one event, and the next occasion is told again. */
static void a_destination_that_fails(void **state)
{
    (void)state;
    for (int unreachable = 0; unreachable < 2; unreachable++) {
        uint32_t events = event_log_count(&life->meter.events, EVENT_LOG_COMMUNICATION);
        destination.progress = PUSH_REFUSED;
        destination.unreachable = unreachable != 0;
        destination.begun = 0;
        configure(PUSH_ALARM);
        trigger(PUSH_ALARM);
        life_run(life, 200);
        assert_int_equal(destination.begun, 4);
        assert_int_equal(event_log_count(&life->meter.events, EVENT_LOG_COMMUNICATION), events + 1);
        assert_false(push()->states[PUSH_ALARM].waiting);
    }
    destination.unreachable = false;
    destination.progress = PUSH_TAKEN;
    trigger(PUSH_ALARM);
    life_run(life, 5);
    assert_int_equal(push()->states[PUSH_ALARM].delivered, 1);
}

/* Never an end: after a minute the attempt is over, and the other set-ups get their turn. */
static void a_destination_that_hangs(void **state)
{
    (void)state;
    destination.progress = PUSH_UNDER_WAY;
    configure(PUSH_ALARM);
    configure(PUSH_INTERVAL_1);
    trigger(PUSH_ALARM);
    life_run(life, 2);
    trigger(PUSH_INTERVAL_1);
    life_run(life, 50);
    assert_int_equal(destination.begun, 1);
    life_run(life, 20);
    assert_int_equal(destination.begun, 2);
    assert_int_equal(destination.ended, 1);
    assert_true(legal_energy_uws(life->meter.legal, 0, LEGAL_ENERGY_A_IMPORT) > 0);
}

static void method_by_link_waits_for_the_other_side(void **state)
{
    (void)state;
    configure(PUSH_ALARM);
    push()->settings[PUSH_ALARM].method = PUSH_BY_LINK;
    destination.progress = PUSH_TAKEN;
    trigger(PUSH_ALARM);
    life_run(life, 10);
    assert_int_equal(destination.ended, 0);
    destination.progress = PUSH_REACHED;
    life_run(life, 2);
    assert_int_equal(push()->states[PUSH_ALARM].delivered, 1);
}

static void a_confirmation_with_its_number_counts(void **state)
{
    (void)state;
    configure(PUSH_ALARM);
    push()->settings[PUSH_ALARM].method = PUSH_CONFIRMED;
    trigger(PUSH_ALARM);
    life_run(life, 10);
    assert_int_equal(destination.ended, 0);
    uint32_t invoke = arrived().invoke;
    assert_true((invoke & 1 << 30) != 0);
    for (int right = 0; right < 2; right++) {
        struct writer w = writer_over(destination.answer, sizeof destination.answer);
        writer_u8(&w, DLMS_DATA_NOTIFICATION_CONFIRM);
        writer_u32(&w, right != 0 ? invoke : invoke + 1);
        writer_u8(&w, 0);
        destination.answered = writer_kept(&w);
        life_run(life, 2);
        assert_int_equal(push()->states[PUSH_ALARM].delivered, right);
    }
    assert_true(push()->states[PUSH_ALARM].confirmed_s > begin_ms / 1000);
}

static void a_script_pushes(void **state)
{
    (void)state;
    const struct script script = {{0, 0, 10, 0, 108, 255}, PUSH_INTERVAL_2};
    configure(PUSH_INTERVAL_2);
    assert_int_equal(script_execute(&life->meter.scripts, &script), 0);
    life_run(life, 3);
    assert_int_equal(push()->states[PUSH_INTERVAL_2].delivered, 1);
}

static void it_announces_itself(void **state)
{
    (void)state;
    configure(PUSH_CONNECTIVITY);
    life_run(life, 2);
    life_kill(life, 1);
    life_run(life, 3);
    assert_int_equal(push()->states[PUSH_CONNECTIVITY].delivered, 1);
    assert_int_equal(push()->states[PUSH_INSTALLATION].delivered, 0);
}

static void the_last_gasp(void **state)
{
    (void)state;
    configure(PUSH_POWER_DOWN);
    assert_int_equal(meter_power_fail(&life->meter), 0);
    assert_int_equal(destination.begun, 1);
    assert_int_equal(destination.ended, 1);
    static const uint8_t setup[] = {0x09, 6, 0, 5, 25, 9, 0, 255};
    assert_non_null(memmem(destination.apdu, destination.size, setup, sizeof setup));
    push()->settings[PUSH_POWER_DOWN].transport = PUSH_TCP; /* takes too long */
    assert_int_equal(meter_power_fail(&life->meter), 0);
    assert_int_equal(destination.begun, 1);
}

/* An HDLC line that nobody polls: the message goes out in a UI frame to its client. */
static void by_an_hdlc_line(void **state)
{
    (void)state;
    static struct meter_line line;
    static struct meter_line_place place;
    const struct hdlc_settings settings = meter_line_settings();
    configure(PUSH_ALARM);
    push()->settings[PUSH_ALARM].transport = PUSH_HDLC;
    push()->settings[PUSH_ALARM].client_sap = 103;
    trigger(PUSH_ALARM);
    life_run(life, 3); /* there is no line yet */
    assert_false(hdlc_notifying(&line.station));
    meter_line_open(&life->meter, &line, &place, 1, &settings, 0);
    life_run(life, 10);
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
    life_run(life, 2);
    assert_int_equal(push()->states[PUSH_ALARM].delivered, 1);
    static const uint8_t setup[] = {0x09, 6, 0, 4, 25, 9, 0, 255};
    assert_non_null(memmem(sent, size, setup, sizeof setup));
    trigger(PUSH_ALARM);
    life_run(life, 2);
    assert_true(hdlc_notifying(&line.station));
    meter_line_close(&line); /* with the message: the next attempt finds no line */
    life_run(life, 2);
    assert_true(push()->states[PUSH_ALARM].waiting);
    assert_int_equal(push()->states[PUSH_ALARM].attempts, 1);
    assert_int_equal(destination.begun, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_message_says_what_the_list_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_longest_list_fits_or_is_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_ciphered_by_the_policy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_signed_by_the_policy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_queue_outlives_the_supply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings_outlive_the_supply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_destination_that_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_destination_that_hangs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(method_by_link_waits_for_the_other_side, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_confirmation_with_its_number_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_script_pushes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_announces_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_gasp, set_up, tear_down),
        cmocka_unit_test_setup_teardown(by_an_hdlc_line, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
