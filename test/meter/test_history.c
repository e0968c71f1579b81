/* What telegrams say of the past, by a whole meter: the log of long failures against a list that
 * the test keeps, the maxima of Belgium against the demand that was there. */
#include "meter/customer.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1024, FAILURES = 40, SHOWN = 10, HOUR = 3600 };

static const int64_t begin_ms = INT64_C(1795258800000); /* 2026-11-21T11:00:00Z */

static struct life *life;
static struct meter_customer customer;
static uint8_t telegram[METER_CUSTOMER_ROOM + 1];

static int set_up(void **state)
{
    (void)state;
    life = life_begin("st402d", begin_ms);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static void begin_with(const struct p1_profile *profile)
{
    life->setup.p1_profile = profile;
    life_kill(life, 1);
    life_run(life, 2);
}

/* The groups behind a code in a telegram of now; "" when there is no such line. */
static const char *line_of(const char *code)
{
    static char text[LINE];
    char wanted[32];
    snprintf(wanted, sizeof wanted, "\n%s(", code);
    meter_customer_open(&life->meter, &customer, telegram, METER_CUSTOMER_ROOM);
    meter_customer_request(&customer, true);
    assert_true(meter_customer_step(&customer));
    customer.octets[customer.size] = '\0';
    const char *at = strstr((const char *)customer.octets, wanted);
    text[0] = '\0';
    if (at) {
        at += strlen(wanted) - 1;
        snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "\r"), at);
    }
    return text;
}

static void without_failures_the_log_is_empty(void **state)
{
    (void)state;
    begin_with(&p1_profile_dsmr);
    assert_string_equal(line_of("1-0:99.97.0"), "(0)(0-0:96.7.19)");
}

/* ---- failures ---- */

struct failure {
    int64_t end_s;
    uint32_t duration_s;
};

static void put_time(char *text, size_t room, int64_t utc_s)
{
    struct civil local = civil_from_seconds(utc_s + HOUR); /* winter */
    snprintf(text, room, "(%02d%02d%02d%02d%02d%02dW)", local.year % 100, local.month, local.day,
             local.hour, local.minute, local.second);
}

/* As DSMR has it, from a list, oldest first. */
static void expect_log(const struct failure *list, size_t count)
{
    char text[LINE];
    size_t shown = count < SHOWN ? count : SHOWN;
    int at = snprintf(text, sizeof text, "(%zu)(0-0:96.7.19)", shown);
    for (size_t n = 0; n < shown; n++) {
        const struct failure *failure = &list[count - 1 - n];
        char time[32];
        put_time(time, sizeof time, failure->end_s);
        at += snprintf(text + at, sizeof text - (size_t)at, "%s(%010u*s)", time,
                       (unsigned)failure->duration_s);
    }
    assert_string_equal(line_of("1-0:99.97.0"), text);
}

/* Failures of every length: the long ones are in the log with their end, the short ones not. */
static void long_failures_are_listed(void **state)
{
    (void)state;
    static struct failure list[FAILURES];
    size_t count = 0;
    begin_with(&p1_profile_dsmr);
    for (unsigned i = 0; i < FAILURES; i++) {
        uint32_t seconds = (i * 7919) % 400;
        int64_t failed_ms = life->meter.clock.utc_ms;
        life_cut(life, seconds);
        int64_t end_s = life->meter.clock.utc_ms / 1000;
        uint32_t lasted_s = (uint32_t)(end_s - failed_ms / 1000);
        if (lasted_s >= OUTAGE_LONG_S) {
            list[count++] = (struct failure){end_s, lasted_s};
        }
        life_run(life, 3);
        expect_log(list, count);
    }
    assert_true(count > SHOWN);
    char longs[16];
    snprintf(longs, sizeof longs, "(%05zu)", count);
    assert_string_equal(line_of("0-0:96.7.9"), longs);
}

static void what_is_long_is_a_setting(void **state)
{
    (void)state;
    begin_with(&p1_profile_dsmr);
    outage_set_long(&life->meter.outage, 20);
    life_run(life, 2);
    life_cut(life, 19);
    life_run(life, 2);
    assert_string_equal(line_of("1-0:99.97.0"), "(0)(0-0:96.7.19)");
    life_cut(life, 21);
    life_run(life, 2);
    assert_memory_equal(line_of("1-0:99.97.0"), "(1)", 3);
}

/* Only one profile has the line; others would not know what it is. */
static void other_profiles_have_no_log(void **state)
{
    (void)state;
    static const struct p1_profile *const others[] = {&p1_profile_sweden, &p1_profile_belgium,
                                                      &p1_profile_luxembourg};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        begin_with(others[i]);
        assert_string_equal(line_of("1-0:99.97.0"), "");
    }
}

/* ---- Belgium ---- */

static double kw_of(const char *text)
{
    const char *star = strstr(text, "*kW)");
    assert_non_null(star);
    while (star[-1] != '(') {
        star--;
    }
    return strtod(star, NULL);
}

static void the_demand_is_that_of_its_register(void **state)
{
    (void)state;
    begin_with(&p1_profile_belgium);
    for (int i = 0; i < 50; i++) {
        life_run(life, 97);
        double shown = kw_of(line_of("1-0:1.4.0"));
        double now = (double)demand_current_uw(&life->meter.demand, 0) / 1e9;
        assert_true(shown - now < 0.00051 && now - shown < 0.00051);
    }
    const struct demand_max *max = &life->meter.demand.channels[0].max[0];
    char time[32];
    put_time(time, sizeof time, max->stamp.utc_s);
    const char *line = line_of("1-0:1.6.0");
    assert_memory_equal(line, time, strlen(time));
    assert_true(kw_of(line) > 3.44 && kw_of(line) < 3.46);
    assert_string_equal(line_of("0-0:98.1.0"), "(0)(1-0:1.6.0)(1-0:1.6.0)");
}

/* Each billing period that ends leaves its maximum: the newest first, thirteen at most. */
static void months_are_listed(void **state)
{
    (void)state;
    enum { MONTHS = 16, QUARTER_S = 900 };
    static char months[MONTHS][400];
    begin_with(&p1_profile_belgium);
    for (int month = 0; month < MONTHS; month++) {
        life->second.phase[0].p_uw = INT64_C(1000000000) + month * INT64_C(10000000);
        life_run(life, QUARTER_S - life->meter.clock.utc_ms / 1000 % QUARTER_S + QUARTER_S + 2);
        const struct demand_max *max = &life->meter.demand.channels[0].max[0];
        char occurred[32];
        put_time(occurred, sizeof occurred, max->stamp.utc_s);
        double kw = (double)max->uw / 1e9;
        assert_int_equal(billing_end(&life->meter.billing, BILLING_SCRIPT), 0);
        char ended[32];
        put_time(ended, sizeof ended, life->meter.clock.utc_ms / 1000);
        snprintf(months[month], sizeof months[month], "%s%s(%06.3f*kW)", ended, occurred, kw);
        life_run(life, 2);

        char text[LINE];
        int shown = month + 1 < 13 ? month + 1 : 13;
        int at = snprintf(text, sizeof text, "(%d)(1-0:1.6.0)(1-0:1.6.0)", shown);
        for (int n = 0; n < shown; n++) {
            at += snprintf(text + at, sizeof text - (size_t)at, "%s", months[month - n]);
        }
        assert_string_equal(line_of("0-0:98.1.0"), text);
    }
}

/* On the target XS211 has 4096 octets for its telegrams (port/cortex_m/product/xs211.c): with all
 * of the past and the longest message, by any profile, encrypted or not. One octet too few is none.
 */
static void the_xs211s_longest_telegram(void **state)
{
    (void)state;
    enum { ROOM = 4096 - P1_ENVELOPE, MONTHS = 13 };
    static char message[MESSAGE_TEXT_MAX];
    life_end(life);
    life = life_begin("xs211", begin_ms);
    memset(message, 'M', sizeof message);
    assert_int_equal(message_set_text(&life->meter.message, message, sizeof message), 0);
    for (int i = 0; i < MONTHS; i++) {
        life_run(life, 1800); /* a maximum in each month, and a long failure behind it */
        life_cut(life, 31 * 24 * HOUR);
        life_run(life, 3);
    }
    size_t longest = 0;
    for (int i = 0; i < P1_PROFILES; i++) {
        life->meter.p1_profile = p1_profiles[i];
        size_t size = meter_customer_telegram(&life->meter, telegram, ROOM);
        assert_in_range(size, 400, ROOM);
        assert_int_equal(meter_customer_telegram(&life->meter, telegram, size - 1), 0);
        longest = size > longest ? size : longest;
    }
    assert_true(longest > 2 * MESSAGE_TEXT_MAX + 800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_failures_the_log_is_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_failures_are_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_long_is_a_setting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_profiles_have_no_log, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_demand_is_that_of_its_register, set_up, tear_down),
        cmocka_unit_test_setup_teardown(months_are_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_xs211s_longest_telegram, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
