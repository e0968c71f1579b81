/* Voltage and interruptions: what a phase goes through, as a text; what is told of it. */
#include "function/outage.h"
#include "function/voltage_count.h"
#include "test/function/bed.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct voltage_plan plan = {
    .under_permille = 900,
    .over_permille = 1100,
    .missing_permille = 500,
    .hysteresis_permille = 20,
    .after_s = 10,
    .missing_after_s = 3,
};

struct rig {
    struct bed bed;
    struct event_book book;
    struct voltage voltage;
    struct voltage_count count;
    struct outage outage;
    int64_t now_ms;
    int64_t known_ms; /* of the time before a start */
};

static void begin(struct rig *rig)
{
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    voltage_init(&rig->voltage, &plan, &rig->book, 230000, 3);
    voltage_count_init(&rig->count, &rig->book, 3);
    outage_init(&rig->outage, &rig->book, 3);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
    outage_recover(&rig->outage, &rig->bed.storage, BED_VALUE_ALARMS, rig->known_ms);
    voltage_count_recover(&rig->count, &rig->bed.storage, BED_VALUE_PROFILE);
    const uint8_t logged[] = {rig->count.phase[0].logged, rig->count.phase[1].logged,
                              rig->count.phase[2].logged};
    voltage_recover(&rig->voltage, logged);
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    bed_open(&rig->bed);
    begin(rig);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    bed_close(&rig->bed);
    free(rig);
    return 0;
}

/* L2 has so much for so many seconds; the others have 230 V. */
static void hold(struct rig *rig, uint32_t u_mv, int seconds)
{
    for (int i = 0; i < seconds; i++) {
        const uint32_t all[] = {230000, u_mv, 230000};
        rig->now_ms += 1000;
        clock_advance(&rig->bed.clock, 1000);
        voltage_step(&rig->voltage, all, rig->now_ms);
        (void)voltage_count_step(&rig->count);
        (void)outage_step(&rig->outage, u_mv < 23000 ? 1 << 1 : 0);
        bed_settle(&rig->bed);
    }
}

static void assert_quality(const struct rig *rig, const char *codes)
{
    char got[200] = "";
    for (uint32_t n = 1; n <= event_log_count(&rig->book, EVENT_LOG_QUALITY); n++) {
        struct event event;
        char text[8];
        assert_int_equal(event_log_read(&rig->book, EVENT_LOG_QUALITY, n, &event), STORAGE_DONE);
        snprintf(text, sizeof text, "%s%u", n > 1 ? " " : "", event.code);
        strcat(got, text);
    }
    assert_string_equal(got, codes);
}

static void what_does_not_last_is_not_told(void **state)
{
    struct rig *rig = *state;
    for (int i = 0; i < 10; i++) {
        hold(rig, 200000, 9);
        hold(rig, 230000, 1);
        hold(rig, 10000, 2);
        hold(rig, 230000, 1);
        hold(rig, 260000, 9);
        hold(rig, 230000, 1);
    }
    assert_quality(rig, "");
}

static void each_state_is_told_once(void **state)
{
    struct rig *rig = *state;
    hold(rig, 200000, 60);
    assert_quality(rig, "77");
    hold(rig, 230000, 60);
    assert_quality(rig, "77 86");
    hold(rig, 260000, 60);
    assert_quality(rig, "77 86 80");
    hold(rig, 10000, 60);
    assert_quality(rig, "77 86 80 83");
    hold(rig, 200000, 60); /* from missing to too low */
    assert_quality(rig, "77 86 80 83 77");
    hold(rig, 230000, 60);
    assert_quality(rig, "77 86 80 83 77 86");
}

static void a_limit_has_to_be_passed_again(void **state)
{
    struct rig *rig = *state;
    hold(rig, 206000, 20); /* below 207 V */
    hold(rig, 209000, 60); /* not above 211.6 V */
    assert_quality(rig, "77");
    hold(rig, 212000, 20);
    assert_quality(rig, "77 86");
}

static void what_lasts_over_a_start_is_not_told_again(void **state)
{
    struct rig *rig = *state;
    hold(rig, 200000, 60);
    assert_int_equal(event_step(&rig->book), 0);
    bed_restart(&rig->bed);
    begin(rig);
    hold(rig, 200000, 60);
    assert_quality(rig, "77");
    hold(rig, 230000, 60);
    assert_quality(rig, "77 86");
}

static void assert_count(const struct rig *rig, unsigned sags, unsigned swells)
{
    assert_int_equal(rig->count.phase[1].sags, sags);
    assert_int_equal(rig->count.phase[1].swells, swells);
    assert_int_equal(rig->count.phase[0].sags + rig->count.phase[2].sags, 0);
    assert_int_equal(rig->count.phase[0].swells + rig->count.phase[2].swells, 0);
}

static void sags_and_swells_are_counted(void **state)
{
    struct rig *rig = *state;
    hold(rig, 200000, 9);
    hold(rig, 230000, 20);
    assert_count(rig, 0, 0);
    hold(rig, 200000, 60);
    assert_count(rig, 1, 0);
    hold(rig, 230000, 20);
    hold(rig, 260000, 60);
    hold(rig, 200000, 60);
    assert_count(rig, 2, 1);
}

static void a_sag_that_becomes_an_interruption_is_both(void **state)
{
    struct rig *rig = *state;
    hold(rig, 200000, 20);
    hold(rig, 0, 20);
    hold(rig, 230000, 20);
    assert_count(rig, 1, 0);
    assert_int_equal(rig->outage.shorts[OUTAGE_L2], 1);
    hold(rig, 0, 20); /* at once */
    hold(rig, 230000, 20);
    assert_count(rig, 1, 0);
    hold(rig, 0, 20);
    hold(rig, 200000, 20); /* and comes back too low */
    assert_count(rig, 2, 0);
}

static void counts_outlive_the_supply_and_the_log(void **state)
{
    struct rig *rig = *state;
    hold(rig, 200000, 20);
    hold(rig, 230000, 20);
    hold(rig, 260000, 20);
    assert_int_equal(event_log_clear(&rig->book, EVENT_LOG_QUALITY), 0);
    hold(rig, 260000, 20);
    bed_restart(&rig->bed);
    begin(rig);
    hold(rig, 260000, 20);
    assert_count(rig, 1, 1);
    hold(rig, 230000, 20);
    hold(rig, 260000, 20);
    assert_count(rig, 1, 2);
}

static uint32_t interruptions(const struct rig *rig)
{
    return event_log_count(&rig->book, EVENT_LOG_INTERRUPTION);
}

static void short_ones_are_counted(void **state)
{
    struct rig *rig = *state;
    hold(rig, 0, 100);
    hold(rig, 230000, 10);
    hold(rig, 0, 179);
    hold(rig, 230000, 10);
    assert_int_equal(rig->outage.shorts[OUTAGE_L2], 2);
    assert_int_equal(rig->outage.shorts[OUTAGE_ANY], 2);
    assert_int_equal(rig->outage.shorts[OUTAGE_L1], 0);
    assert_int_equal(rig->outage.shorts[OUTAGE_ALL], 0);
    assert_int_equal(interruptions(rig), 0);
}

static void long_ones_have_an_entry(void **state)
{
    struct rig *rig = *state;
    struct event event;
    hold(rig, 0, 180);
    hold(rig, 230000, 1);
    assert_int_equal(rig->outage.longs[OUTAGE_L2], 1);
    assert_int_equal(rig->outage.last_s[OUTAGE_ANY], 180);
    assert_int_equal(interruptions(rig), 1);
    assert_int_equal(event_log_read(&rig->book, EVENT_LOG_INTERRUPTION, 1, &event), STORAGE_DONE);
    assert_int_equal(event.detail.duration_s, 180);
    assert_int_equal(event.stamp.utc_s, rig->bed.clock.utc_ms / 1000);
    outage_set_long(&rig->outage, 20);
    hold(rig, 0, 20);
    hold(rig, 230000, 1);
    assert_int_equal(rig->outage.longs[OUTAGE_ANY], 2);
}

/* From the event that the supply fails to the next start. */
static void those_of_all_phases_end_with_a_start(void **state)
{
    struct rig *rig = *state;
    static const int64_t away_s[] = {1, 179, 180, 86400};
    for (int i = 0; i < 4; i++) {
        event_record(&rig->book, EVENT_POWER_DOWN);
        bed_restart(&rig->bed);
        clock_advance(&rig->bed.clock, away_s[i] * 1000);
        begin(rig);
        event_record(&rig->book, EVENT_POWER_UP);
        hold(rig, 230000, 5);
    }
    assert_int_equal(rig->outage.shorts[OUTAGE_ALL], 2);
    assert_int_equal(rig->outage.longs[OUTAGE_ALL], 2);
    assert_int_equal(rig->outage.last_s[OUTAGE_ALL], 86400);
    assert_int_equal(interruptions(rig), 2);
}

static uint32_t failures_logged(const struct rig *rig, struct event *newest)
{
    uint32_t count = 0;
    for (uint32_t n = 1; n <= event_log_count(&rig->book, EVENT_LOG_STANDARD); n++) {
        struct event event;
        assert_int_equal(event_log_read(&rig->book, EVENT_LOG_STANDARD, n, &event), STORAGE_DONE);
        if (event.code == EVENT_POWER_DOWN) {
            count++;
            *newest = event;
        }
    }
    return count;
}

/* The supply is away for so long, without a warning; so much was known when it went. */
static void kill_for(struct rig *rig, int64_t away_s, int64_t known_ms)
{
    event_record(&rig->book, EVENT_POWER_UP);
    hold(rig, 230000, 30);
    bed_restart(&rig->bed);
    clock_advance(&rig->bed.clock, away_s * 1000);
    rig->known_ms = known_ms;
    begin(rig);
}

static void one_without_a_warning_is_made_up_for(void **state)
{
    struct rig *rig = *state;
    struct event failed;
    int64_t now_ms = rig->bed.clock.utc_ms;
    kill_for(rig, 300, now_ms + 20000); /* flash was told the time 10 s before */
    assert_int_equal(failures_logged(rig, &failed), 1);
    assert_int_equal(failed.stamp.utc_s, now_ms / 1000 + 20);
    assert_int_equal(rig->outage.longs[OUTAGE_ALL], 1);
    assert_int_equal(rig->outage.last_s[OUTAGE_ALL], 310);
    assert_int_equal(interruptions(rig), 1);

    now_ms = rig->bed.clock.utc_ms;
    kill_for(rig, 60, 0); /* the newest entry is all that is known */
    assert_int_equal(failures_logged(rig, &failed), 2);
    assert_int_equal(failed.stamp.utc_s, now_ms / 1000);
    assert_int_equal(rig->outage.shorts[OUTAGE_ALL], 1);

    kill_for(rig, 60, -1); /* another reason to begin anew */
    assert_int_equal(failures_logged(rig, &failed), 2);
    assert_int_equal(rig->outage.shorts[OUTAGE_ALL], 1);
}

/* Behind a clock that was set back the times of before are no help. */
static void it_does_not_begin_in_the_future(void **state)
{
    struct rig *rig = *state;
    struct event failed;
    event_record(&rig->book, EVENT_POWER_UP);
    hold(rig, 230000, 5);
    clock_set(&rig->bed.clock, rig->bed.clock.utc_ms - 86400000);
    bed_restart(&rig->bed);
    rig->known_ms = rig->bed.clock.utc_ms + 86400000;
    begin(rig);
    assert_int_equal(failures_logged(rig, &failed), 1);
    assert_int_equal(failed.stamp.utc_s, rig->bed.clock.utc_ms / 1000);
    assert_int_equal(rig->outage.shorts[OUTAGE_ALL], 1);
}

/* A new meter has not been without supply. */
static void the_first_start_ends_none(void **state)
{
    struct rig *rig = *state;
    struct event failed;
    assert_int_equal(failures_logged(rig, &failed), 0);
    assert_int_equal(rig->outage.shorts[OUTAGE_ANY] + rig->outage.longs[OUTAGE_ANY], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_does_not_last_is_not_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_state_is_told_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_limit_has_to_be_passed_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_lasts_over_a_start_is_not_told_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(sags_and_swells_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sag_that_becomes_an_interruption_is_both, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(counts_outlive_the_supply_and_the_log, set_up, tear_down),
        cmocka_unit_test_setup_teardown(short_ones_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_ones_have_an_entry, set_up, tear_down),
        cmocka_unit_test_setup_teardown(those_of_all_phases_end_with_a_start, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_without_a_warning_is_made_up_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_does_not_begin_in_the_future, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_start_ends_none, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
