/* The customer port of a whole meter: when it speaks, what clients change of it, what outlives the
 * supply. */
#include "meter/customer.h"
#include "p1/reader.h"
#include "port/posix/entropy.h"
#include "test/dlms/session_ask.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <stdlib.h>
#include <string.h>

enum { UTC_S = 1795258800 /* 2026-11-21T11:00:00Z */, STEP_US = 1000, PREPARE = 60000 };

struct bed {
    struct meter meter;
    struct legal_part legal;
    struct meter_customer customer;
    uint8_t telegram[METER_CUSTOMER_ROOM];
    struct meter_setup setup;
    struct nor nor;
    struct flash flash;
    int64_t now_ms;
};

static void begin(struct bed *bed)
{
    assert_int_equal(meter_init(&bed->meter, &bed->setup), 0);
    while (meter_recover(&bed->meter) > 0) {
        nor_advance(&bed->nor, STEP_US);
    }
    bed->now_ms = 0;
    meter_customer_open(&bed->meter, &bed->customer, bed->telegram, sizeof bed->telegram);
}

/* Lets the meter live for `ms`, and its chip with it. */
static void live(struct bed *bed, int64_t ms)
{
    for (int64_t end = bed->now_ms + ms; bed->now_ms < end;) {
        bed->now_ms++;
        nor_advance(&bed->nor, STEP_US);
        (void)meter_step(&bed->meter, bed->now_ms);
    }
}

static int set_up(void **state)
{
    char error[200];
    struct nor_config config = nor_config_default();
    struct bed *bed = calloc(1, sizeof *bed);
    *state = bed;
    assert_int_equal(nor_open(&bed->nor, &config, NULL, error, sizeof error), 0);
    bed->flash = nor_port(&bed->nor);
    bed->setup = (struct meter_setup){.product = product_find("st402d"),
                                      .serial = 42,
                                      .utc_ms = UTC_S * INT64_C(1000) + 250,
                                      .flash = &bed->flash,
                                      .legal = &bed->legal};
    begin(bed);
    for (int i = 0; i < PREPARE && storage_step(&bed->meter.storage) > 0; i++) {
        nor_advance(&bed->nor, STEP_US);
    }
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    nor_close(&bed->nor);
    free(bed);
    return 0;
}

/* The milliseconds within the second, of the clock, at which telegrams came in `ms`. */
static unsigned count_telegrams(struct bed *bed, int64_t ms, int64_t within[], unsigned most)
{
    unsigned count = 0;
    for (int64_t i = 0; i < ms; i++) {
        live(bed, 1);
        if (meter_customer_step(&bed->customer)) {
            assert_true(count < most);
            within[count++] = bed->meter.clock.utc_ms % 1000;
        }
    }
    return count;
}

static void one_comes_at_once_and_then_every_full_second(void **state)
{
    struct bed *bed = *state;
    int64_t within[8];
    meter_customer_request(&bed->customer, true);
    assert_int_equal(count_telegrams(bed, 5000, within, 8), 6);
    assert_int_equal(within[0], 251);
    for (int i = 1; i < 6; i++) {
        assert_int_equal(within[i], 0);
    }
}

static void profiles_have_their_periods(void **state)
{
    struct bed *bed = *state;
    int64_t within[8];
    bed->setup.p1_profile = &p1_profile_luxembourg;
    begin(bed);
    meter_customer_request(&bed->customer, true);
    assert_int_equal(count_telegrams(bed, 30000, within, 8), 4);
    assert_int_equal(bed->meter.clock.utc_ms / 1000 % 10, 0);
}

static void nobody_asks_and_nothing_comes(void **state)
{
    struct bed *bed = *state;
    int64_t within[8];
    assert_int_equal(count_telegrams(bed, 3000, within, 8), 0);
    meter_customer_request(&bed->customer, true);
    assert_int_equal(count_telegrams(bed, 1, within, 8), 1);
    meter_customer_request(&bed->customer, false);
    assert_int_equal(count_telegrams(bed, 3000, within, 8), 0);
    meter_customer_request(&bed->customer, true);
    assert_int_equal(count_telegrams(bed, 1, within, 8), 1);
}

static const struct p1_keys keys = {.encryption = "sixteen octets.",
                                    .authentication = "another one"};

static uint32_t counter_of(const struct bed *bed)
{
    const uint8_t *at = bed->customer.octets + P1_ENVELOPE_HEAD - 4;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The line rises and falls at random, thousands of times: there is a telegram in each second in
 * which somebody wants one, and never a second. */
static void a_line_that_toggles_gets_one_a_second(void **state)
{
    enum { TOGGLES = 5000, SECONDS_MOST = 400 };
    struct bed *bed = *state;
    uint32_t dice = 1;
    int64_t last_s = 0;
    int64_t begin_s = bed->meter.clock.utc_ms / 1000;
    unsigned telegrams = 0;
    for (int i = 0; i < TOGGLES; i++) {
        int64_t within[1];
        dice = dice * 1664525 + 1013904223;
        meter_customer_request(&bed->customer, i % 2 == 0);
        if (count_telegrams(bed, 1 + dice / 65536 % 64, within, 1) > 0) {
            int64_t now_s = bed->customer.last_s;
            assert_true(now_s > last_s);
            last_s = now_s;
            telegrams++;
        }
    }
    int64_t seconds = bed->meter.clock.utc_ms / 1000 - begin_s + 1; /* that were touched */
    assert_in_range(seconds, 100, SECONDS_MOST);
    assert_in_range(telegrams, seconds - 1, seconds); /* the last may be just begun */
}

/* Nor does it use up numbers of encrypted telegrams. */
static void toggling_costs_no_counters(void **state)
{
    enum { TOGGLES = 1000 };
    struct bed *bed = *state;
    int64_t within[8];
    bed->setup.p1_keys = &keys;
    begin(bed);
    meter_customer_request(&bed->customer, true);
    assert_int_equal(count_telegrams(bed, 1, within, 8), 1);
    uint32_t first = counter_of(bed);
    for (int i = 0; i < TOGGLES; i++) {
        meter_customer_request(&bed->customer, i % 2 == 1);
        (void)count_telegrams(bed, 3, within, 8);
    }
    assert_in_range(counter_of(bed) - first, 2, TOGGLES * 3 / 1000 + 1);
}

static void a_clock_that_is_set_back_does_not_silence_it(void **state)
{
    struct bed *bed = *state;
    int64_t within[8];
    meter_customer_request(&bed->customer, true);
    assert_int_equal(count_telegrams(bed, 1000, within, 8), 2);
    clock_set(&bed->meter.clock, (UTC_S - 86400) * INT64_C(1000));
    assert_int_equal(count_telegrams(bed, 3500, within, 8), 4);
}

/* One request of the Management client, by low level security, in the meter's own session. */
static uint8_t ask(struct bed *bed, const uint8_t *apdu, size_t size)
{
    static struct dlms_session session;
    static struct dlms_association place;
    static const uint8_t aarq[] = {
        0x60, 0x36, 0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08, 0x01, 0x01, 0x8A,
        0x02, 0x07, 0x80, 0x8B, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08, 0x02, 0x01, 0xAC, 0x0A,
        0x80, 0x08, 'p',  'a',  's',  's',  'w',  'o',  'r',  'd',  0xBE, 0x10, 0x04, 0x0E,
        0x01, 0x00, 0x00, 0x00, 0x06, 0x5F, 0x1F, 0x04, 0x00, 0x00, 0x7E, 0x1F, 0x04, 0xB0};
    uint8_t answer[DLMS_ANSWER_ROOM(METER_PDU)];
    dlms_session_init(&session, &bed->meter.server, METER_PDU);
    dlms_session_lend(&session, &place, 1);
    (void)session_ask(&session, PRODUCT_SAP_MANAGEMENT, DLMS_LOGICAL_DEVICE, aarq, sizeof aarq,
                      answer, sizeof answer);
    assert_true(session_ask(&session, PRODUCT_SAP_MANAGEMENT, DLMS_LOGICAL_DEVICE, apdu, size,
                            answer, sizeof answer) >= 4);
    return answer[3];
}

static const uint8_t close_port[] = {0xC1, 1, 0xC1, 0, 1, 0, 0, 128, 2, 0, 255, 2, 0, 0x03, 0};
static const uint8_t open_port[] = {0xC1, 1, 0xC1, 0, 1, 0, 0, 128, 2, 0, 255, 2, 0, 0x03, 1};
static const uint8_t say_hello[] = {0xC1, 1, 0xC1, 0,    1, 0,   0,   96,  13,  0,
                                    255,  2, 0,    0x09, 5, 'H', 'e', 'l', 'l', 'o'};
static const uint8_t say_number[] = {0xC1, 1, 0xC1, 0, 1, 0, 0, 96, 13, 0, 255, 2, 0, 0x11, 5};

static bool tells(const struct bed *bed, const char *text)
{
    size_t size = strlen(text);
    for (size_t at = 0; at + size <= bed->customer.size; at++) {
        if (memcmp(bed->customer.octets + at, text, size) == 0) {
            return true;
        }
    }
    return false;
}

static void set_up_management(struct bed *bed)
{
    bed->setup.management_password = "password";
    bed->setup.management_low = true;
    begin(bed);
}

/* What a client writes has its effect on the telegrams, and outlives the supply. */
static void clients_close_the_port_and_leave_messages(void **state)
{
    struct bed *bed = *state;
    int64_t within[8];
    set_up_management(bed);
    meter_customer_request(&bed->customer, true);
    assert_int_equal(ask(bed, say_number, sizeof say_number), COSEM_TYPE_UNMATCHED);
    assert_int_equal(count_telegrams(bed, 1000, within, 8), 2);
    assert_true(tells(bed, "0-0:96.13.0()"));
    assert_int_equal(ask(bed, say_hello, sizeof say_hello), COSEM_SUCCESS);
    assert_int_equal(count_telegrams(bed, 1000, within, 8), 1);
    assert_true(tells(bed, "0-0:96.13.0(48656C6C6F)"));
    assert_int_equal(ask(bed, close_port, sizeof close_port), COSEM_SUCCESS);
    assert_int_equal(count_telegrams(bed, 3000, within, 8), 0);

    begin(bed);
    meter_customer_request(&bed->customer, true);
    assert_int_equal(count_telegrams(bed, 2000, within, 8), 0);
    assert_int_equal(ask(bed, open_port, sizeof open_port), COSEM_SUCCESS);
    assert_int_equal(count_telegrams(bed, 2000, within, 8), 3);
    assert_true(tells(bed, "0-0:96.13.0(48656C6C6F)"));
}

/* The chip loses its supply at each of its operations while the port is closed or opened: it comes
 * back as it was, or as it was to be, and what was kept before stays. */
static void the_switch_is_kept_or_not_at_all(void **state)
{
    struct bed *bed = *state;
    for (uint32_t cut = 0; cut < 40; cut++) {
        struct nor_tear tear = {.erased = 500, .seed = cut};
        bool kept = cut % 2;
        consumer_enable_port(&bed->meter.consumer, kept);
        for (int i = 0; i < 30000 && bed->meter.consumer_changes != bed->meter.consumer.changes;
             i++) {
            live(bed, 1);
        }
        assert_int_equal(bed->meter.consumer_changes, bed->meter.consumer.changes);
        consumer_enable_port(&bed->meter.consumer, !kept);
        nor_plan_cut(&bed->nor, cut / 4, &tear);
        live(bed, 50);
        bool stored = bed->meter.consumer_changes == bed->meter.consumer.changes;
        nor_cut(&bed->nor, NULL, &tear);
        nor_power_on(&bed->nor);
        begin(bed);
        assert_true(bed->meter.consumer.port_enabled == !kept || !stored);
    }
}

static void the_display_shows_that_the_port_is_open(void **state)
{
    struct bed *bed = *state;
    live(bed, 1100);
    assert_true(bed->meter.marks.p1);
    consumer_enable_port(&bed->meter.consumer, false);
    live(bed, 1100);
    assert_false(bed->meter.marks.p1);
}

/* Also across restarts: a counter is never used twice. */
static void encrypted_telegrams_count_up(void **state)
{
    struct bed *bed = *state;
    static uint8_t text[P1_TELEGRAM_MAX + P1_ENVELOPE];
    static const uint8_t title[P1_TITLE] = {'W', 'T', 'H', 103, 0, 0, 0, 42};
    uint32_t before = 0;
    bed->setup.p1_keys = &keys;
    for (int life = 0; life < 4; life++) {
        int64_t within[1];
        begin(bed);
        meter_customer_request(&bed->customer, true);
        for (int i = 0; i < 100; i++) {
            while (count_telegrams(bed, 1, within, 1) == 0) {
                continue;
            }
            int size = p1_open(&keys, bed->customer.octets, bed->customer.size, text);
            struct p1_reading reading;
            assert_int_equal(p1_reading_begin(&reading, text, (size_t)size), 0);
            assert_int_equal(reading.check, P1_CHECK_GOOD);
            assert_memory_equal(bed->customer.octets + 2, title, sizeof title);
            assert_true(counter_of(bed) > before);
            before = counter_of(bed);
        }
    }
}

static void a_counter_that_is_used_up_ends_the_telegrams(void **state)
{
    struct bed *bed = *state;
    int64_t within[8];
    bed->setup.p1_keys = &keys;
    begin(bed);
    meter_customer_request(&bed->customer, true);
    assert_int_equal(storage_counter_set(&bed->meter.storage, 17, UINT32_MAX - 2), STORAGE_DONE);
    unsigned count = count_telegrams(bed, 8000, within, 8);
    assert_in_range(count, 1, 3);
    assert_int_equal(count_telegrams(bed, 5000, within, 8), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_comes_at_once_and_then_every_full_second, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(profiles_have_their_periods, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_asks_and_nothing_comes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_toggles_gets_one_a_second, set_up, tear_down),
        cmocka_unit_test_setup_teardown(toggling_costs_no_counters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_is_set_back_does_not_silence_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(clients_close_the_port_and_leave_messages, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_switch_is_kept_or_not_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_display_shows_that_the_port_is_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(encrypted_telegrams_count_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_counter_that_is_used_up_ends_the_telegrams, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
