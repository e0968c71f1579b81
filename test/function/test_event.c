#include "function/event.h"
#include "test/function/bed.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

struct rig {
    struct bed bed;
    struct event_book book;
};

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    bed_open(&rig->bed);
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
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

/* The supply fails and comes back. */
static void restart(struct rig *rig)
{
    bed_restart(&rig->bed);
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
}

static void assert_codes(const struct rig *rig, enum event_log log, const uint8_t *codes,
                         uint32_t count)
{
    assert_int_equal(event_log_count(&rig->book, log), count);
    for (uint32_t i = 0; i < count; i++) {
        struct event event;
        assert_int_equal(event_log_read(&rig->book, log, i + 1, &event), STORAGE_DONE);
        assert_int_equal(event.code, codes[i]);
    }
}

#define ASSERT_CODES(rig, log, ...)                                                                \
    assert_codes((rig), (log), (const uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}))

static void each_goes_to_its_logs(void **state)
{
    struct rig *rig = *state;
    event_record(&rig->book, EVENT_POWER_UP);
    event_raise(&rig->book, EVENT_TERMINAL_COVER_OPEN);
    event_record(&rig->book, EVENT_UNDERVOLTAGE_L1);
    event_record(&rig->book, EVENT_REMOTE_CONNECTION); /* into a log that this meter lacks */
    ASSERT_CODES(rig, EVENT_LOG_STANDARD, 2);
    ASSERT_CODES(rig, EVENT_LOG_FRAUD, 40);
    ASSERT_CODES(rig, EVENT_LOG_TERMINAL_COVER, 40);
    ASSERT_CODES(rig, EVENT_LOG_QUALITY, 76);
    assert_null(event_log_ring(&rig->book, EVENT_LOG_DISCONNECT));
    assert_int_equal(event_log_count(&rig->book, EVENT_LOG_DISCONNECT), 0);
    assert_int_equal(rig->book.lost, 0);
}

static void cause_that_lasts_is_one_event(void **state)
{
    struct rig *rig = *state;
    for (int i = 0; i < 100; i++) {
        event_follow(&rig->book, EVENT_METER_COVER_OPEN, true);
    }
    assert_true(event_is_raised(&rig->book, EVENT_METER_COVER_OPEN));
    ASSERT_CODES(rig, EVENT_LOG_FRAUD, 44);
    for (int i = 0; i < 100; i++) {
        event_follow(&rig->book, EVENT_METER_COVER_OPEN, false);
    }
    assert_false(event_is_raised(&rig->book, EVENT_METER_COVER_OPEN));
    ASSERT_CODES(rig, EVENT_LOG_FRAUD, 44, 45);
    event_raise(&rig->book, EVENT_METER_COVER_OPEN);
    ASSERT_CODES(rig, EVENT_LOG_FRAUD, 44, 45, 44);
}

static void cause_without_an_end_just_ends(void **state)
{
    struct rig *rig = *state;
    event_raise(&rig->book, EVENT_CURRENT_REVERSED);
    event_clear(&rig->book, EVENT_CURRENT_REVERSED);
    event_clear(&rig->book, EVENT_CURRENT_REVERSED);
    event_raise(&rig->book, EVENT_CURRENT_REVERSED);
    ASSERT_CODES(rig, EVENT_LOG_FRAUD, 91, 91);
}

/* A cover that stays open while the mains come and go. */
static void causes_outlive_the_supply(void **state)
{
    struct rig *rig = *state;
    event_raise(&rig->book, EVENT_TERMINAL_COVER_OPEN);
    event_raise(&rig->book, EVENT_NEUTRAL_MISSING);
    assert_int_equal(event_step(&rig->book), 0);
    restart(rig);
    assert_true(event_is_raised(&rig->book, EVENT_TERMINAL_COVER_OPEN));
    event_raise(&rig->book, EVENT_TERMINAL_COVER_OPEN);
    ASSERT_CODES(rig, EVENT_LOG_TERMINAL_COVER, 40);
    event_clear(&rig->book, EVENT_TERMINAL_COVER_OPEN);
    ASSERT_CODES(rig, EVENT_LOG_TERMINAL_COVER, 40, 41);
    assert_true(event_is_raised(&rig->book, EVENT_NEUTRAL_MISSING));
}

static void stamp_is_the_clock_of_its_moment(void **state)
{
    struct rig *rig = *state;
    struct event event;
    clock_start(&rig->bed.clock, bed_utc_ms(2026, 7, 1, 12, 0, 0));
    event_record(&rig->book, EVENT_POWER_UP);
    clock_start_lost(&rig->bed.clock, bed_utc_ms(2026, 1, 1, 0, 0, 7));
    event_record(&rig->book, EVENT_CLOCK_INVALID);
    assert_int_equal(event_log_read(&rig->book, EVENT_LOG_STANDARD, 1, &event), STORAGE_DONE);
    assert_int_equal(event.stamp.utc_s, bed_utc_ms(2026, 7, 1, 12, 0, 0) / 1000);
    assert_int_equal(event.stamp.offset_min, 120);
    assert_int_equal(event.stamp.clock_status, 0x80);
    assert_int_equal(event_log_read(&rig->book, EVENT_LOG_STANDARD, 2, &event), STORAGE_DONE);
    assert_int_equal(event.stamp.utc_s, bed_utc_ms(2026, 1, 1, 0, 0, 7) / 1000);
    assert_int_equal(event.stamp.offset_min, 60);
    assert_int_equal(event.stamp.clock_status, 0x01);
}

static void details_and_other_times_are_kept(void **state)
{
    struct rig *rig = *state;
    const struct clock_mark before = {.utc_ms = 86400000, .offset_min = -300, .valid = true};
    const struct event told = {
        .code = EVENT_CLOCK_OLD_TIME,
        .stamp = event_stamp_of(&before),
        .detail = {.duration_s = 4000000000U, .magnitude = -230000, .count = 7},
    };
    struct event event;
    event_enter(&rig->book, &told);
    assert_int_equal(event_log_read(&rig->book, EVENT_LOG_STANDARD, 1, &event), STORAGE_DONE);
    assert_int_equal(event.code, 4);
    assert_int_equal(event.stamp.utc_s, 86400);
    assert_int_equal(event.stamp.offset_min, -300);
    assert_int_equal(event.detail.duration_s, 4000000000U);
    assert_int_equal(event.detail.magnitude, -230000);
    assert_int_equal(event.detail.count, 7);
}

/* From before the chip has been read: with their own times, in their order. */
static void early_events_wait(void **state)
{
    struct rig *rig = *state;
    struct event event;
    event_init(&rig->book, &bed_plan, &rig->bed.clock);
    event_record(&rig->book, EVENT_POWER_UP);
    clock_advance(&rig->bed.clock, 5000);
    event_record(&rig->book, EVENT_BATTERY_LOW);
    assert_int_equal(event_step(&rig->book), 0);
    event_recover(&rig->book, &rig->bed.storage, BED_VALUE_CAUSES);
    ASSERT_CODES(rig, EVENT_LOG_STANDARD, 2, 8);
    assert_int_equal(event_log_read(&rig->book, EVENT_LOG_STANDARD, 1, &event), STORAGE_DONE);
    assert_int_equal(event.stamp.utc_s, bed_utc_ms(2026, 11, 21, 0, 0, 0) / 1000);
}

/* No sector is ready: events wait in their order, those beyond the queue are counted. */
static void nothing_waits_for_an_erase(void **state)
{
    struct rig *rig = *state;
    uint32_t recorded = 0;
    while (rig->book.waiting < EVENT_QUEUE) {
        event_record(&rig->book, EVENT_PARAMETER_CHANGED);
        recorded++;
    }
    event_record(&rig->book, EVENT_PARAMETER_CHANGED);
    assert_int_equal(rig->book.lost, 1);
    assert_int_equal(event_step(&rig->book), 1);
    bed_settle(&rig->bed);
    assert_int_equal(event_step(&rig->book), 0);
    assert_int_equal(event_log_count(&rig->book, EVENT_LOG_STANDARD), recorded);
}

static void cleared_log_says_so(void **state)
{
    struct rig *rig = *state;
    event_record(&rig->book, EVENT_POWER_DOWN);
    event_record(&rig->book, EVENT_POWER_UP);
    bed_settle(&rig->bed);
    assert_int_equal(event_log_clear(&rig->book, EVENT_LOG_STANDARD), 0);
    const struct record_ring *ring = event_log_ring(&rig->book, EVENT_LOG_STANDARD);
    assert_int_equal(record_next(ring) - record_first(ring), 1);
    struct event event;
    assert_int_equal(event_log_read(&rig->book, EVENT_LOG_STANDARD, 3, &event), STORAGE_DONE);
    assert_int_equal(event.code, EVENT_LOG_CLEARED);
    assert_int_equal(event_log_count(&rig->book, EVENT_LOG_STANDARD), 3);
    assert_int_equal(event_log_clear(&rig->book, EVENT_LOG_DISCONNECT), -1);
}

static void last_code_is_known_after_a_start(void **state)
{
    struct rig *rig = *state;
    event_record(&rig->book, EVENT_STRONG_EMF);
    assert_int_equal(rig->book.last[EVENT_LOG_FRAUD], EVENT_STRONG_EMF);
    restart(rig);
    assert_int_equal(rig->book.last[EVENT_LOG_FRAUD], EVENT_STRONG_EMF);
    assert_int_equal(rig->book.last[EVENT_LOG_STANDARD], 0);
}

struct ear {
    struct event_book *book;
    uint8_t heard[4];
    int count;
};

static void hear(void *owner, const struct event *event)
{
    struct ear *ear = owner;
    ear->heard[ear->count++] = event->code;
    if (event->code == EVENT_STRONG_FIELD) {
        event_record(ear->book, EVENT_LOCAL_DISCONNECTION);
    }
}

static void listeners_hear_in_order_and_may_record(void **state)
{
    struct rig *rig = *state;
    struct ear first = {.book = &rig->book};
    struct ear second = {.book = &rig->book};
    event_listen(&rig->book, hear, &first);
    event_raise(&rig->book, EVENT_STRONG_FIELD);
    event_raise(&rig->book, EVENT_STRONG_FIELD);
    assert_int_equal(first.count, 2);
    assert_int_equal(first.heard[0], EVENT_STRONG_FIELD);
    assert_int_equal(first.heard[1], EVENT_LOCAL_DISCONNECTION);
    event_listen(&rig->book, hear, &second);
    event_clear(&rig->book, EVENT_STRONG_FIELD);
    assert_int_equal(first.heard[2], EVENT_STRONG_FIELD_GONE);
    assert_int_equal(second.heard[0], EVENT_STRONG_FIELD_GONE);
}

/* What a row says is where the event is found: for every code there is. */
static void every_row_leads_to_a_log(void **state)
{
    (void)state;
    for (int code = 1; code <= UINT8_MAX; code++) {
        const struct event_row *row = event_row((uint8_t)code);
        assert_true(row->logs != 0 && row->logs < 1u << EVENT_LOGS);
        assert_true(row->code == code || row->logs == 1u << EVENT_LOG_STANDARD);
        if (row->gone != EVENT_NONE) {
            assert_int_equal(event_row(row->gone)->logs, row->logs);
        }
    }
}

/* The supply fails at every operation on the chip: an event is there or not, one after the other,
 * and what was raised for sure stays so. */
static void power_cuts_leave_whole_events(void **state)
{
    (void)state;
    for (uint64_t operation = 1; operation <= 12; operation++) {
        struct rig *rig = NULL;
        set_up((void **)&rig);
        event_raise(&rig->book, EVENT_METER_COVER_OPEN);
        assert_int_equal(event_step(&rig->book), 0);
        const struct nor_tear tear = {.octets = (uint32_t)(operation * 5), .seed = operation};
        nor_plan_cut(&rig->bed.nor, operation, &tear);
        event_raise(&rig->book, EVENT_TERMINAL_COVER_OPEN);
        event_raise(&rig->book, EVENT_STRONG_FIELD);
        (void)event_step(&rig->book);
        restart(rig);
        static const uint8_t codes[] = {44, 40, 42};
        uint32_t count = event_log_count(&rig->book, EVENT_LOG_FRAUD);
        assert_in_range(count, 1, 3);
        assert_codes(rig, EVENT_LOG_FRAUD, codes, count);
        assert_true(event_is_raised(&rig->book, EVENT_METER_COVER_OPEN));
        bed_settle(&rig->bed);
        event_record(&rig->book, EVENT_REPLAY);
        assert_int_equal(event_log_count(&rig->book, EVENT_LOG_FRAUD), count + 1);
        tear_down((void **)&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_goes_to_its_logs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cause_that_lasts_is_one_event, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cause_without_an_end_just_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(causes_outlive_the_supply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stamp_is_the_clock_of_its_moment, set_up, tear_down),
        cmocka_unit_test_setup_teardown(details_and_other_times_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(early_events_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_waits_for_an_erase, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cleared_log_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(last_code_is_known_after_a_start, set_up, tear_down),
        cmocka_unit_test_setup_teardown(listeners_hear_in_order_and_may_record, set_up, tear_down),
        cmocka_unit_test(every_row_leads_to_a_log),
        cmocka_unit_test(power_cuts_leave_whole_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
