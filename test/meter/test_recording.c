/* Where the events come from: each cause makes its entry, in a meter on a flash chip. */
#include "test/meter/life.h"
#include "test/unit.h"

static const int64_t noon = INT64_C(1800000000000);

static uint32_t logged(const struct life *life, enum event_log log)
{
    return event_log_count(&life->meter.events, log);
}

/* The entry `back` before the newest. */
static struct event entry(const struct life *life, enum event_log log, uint32_t back)
{
    struct event event = {0};
    uint32_t number = logged(life, log) - back;
    assert_int_equal(event_log_read(&life->meter.events, log, number, &event), STORAGE_DONE);
    return event;
}

static void assert_entry(const struct life *life, enum event_log log, uint32_t back,
                         enum event_code code, int64_t utc_ms)
{
    struct event event = entry(life, log, back);
    assert_int_equal(event.code, code);
    assert_int_equal(event.stamp.utc_s, utc_ms / 1000);
}

static void supply_goes_and_comes(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        struct life *life = life_begin(product_all[i]->name, noon);
        life_run(life, 10);
        life_cut(life, 3600);
        assert_int_equal(logged(life, EVENT_LOG_STANDARD), 3);
        assert_entry(life, EVENT_LOG_STANDARD, 2, EVENT_POWER_UP, noon);
        assert_entry(life, EVENT_LOG_STANDARD, 1, EVENT_POWER_DOWN, noon + 10000);
        assert_entry(life, EVENT_LOG_STANDARD, 0, EVENT_POWER_UP, noon + 3610000);
        life_end(life);
    }
}

static void clock_that_is_set(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", noon);
    life_run(life, 2);
    clock_set(&life->meter.clock, noon - 86400000);
    life_run(life, 1);
    assert_entry(life, EVENT_LOG_STANDARD, 1, EVENT_CLOCK_OLD_TIME, noon + 2000);
    assert_entry(life, EVENT_LOG_STANDARD, 0, EVENT_CLOCK_NEW_TIME, noon - 86400000);
    clock_correct(&life->meter.clock, life->meter.clock.utc_ms + 2000);
    life_run(life, 10);
    assert_int_equal(logged(life, EVENT_LOG_STANDARD), 3); /* slewing is no event */
    life_end(life);
}

/* The last Sunday of March, 02:00 CET. */
static void daylight_saving(void **state)
{
    (void)state;
    int64_t change = life_utc_ms(2026, 3, 29, 1, 0, 0);
    struct life *life = life_begin("sm402d", change - 5000);
    life_run(life, 10);
    assert_int_equal(logged(life, EVENT_LOG_STANDARD), 2);
    assert_entry(life, EVENT_LOG_STANDARD, 0, EVENT_DST_CHANGED, change);
    struct event event = entry(life, EVENT_LOG_STANDARD, 0);
    assert_int_equal(event.stamp.offset_min, 60); /* the time before */
    assert_int_equal(event.stamp.clock_status, 0);
    life_end(life);
}

static void restarts_do_not_lose_memory(void **state)
{
    (void)state;
    struct life *life = life_begin("st402c", noon);
    for (int i = 0; i < 20; i++) {
        life_run(life, 7);
        life_kill(life, 1);
    }
    for (uint32_t back = 0; back < logged(life, EVENT_LOG_STANDARD); back++) {
        assert_int_equal(entry(life, EVENT_LOG_STANDARD, back).code, EVENT_POWER_UP);
    }
    assert_int_equal(logged(life, EVENT_LOG_STANDARD), 21);
    life_end(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(supply_goes_and_comes),
        cmocka_unit_test(clock_that_is_set),
        cmocka_unit_test(daylight_saving),
        cmocka_unit_test(restarts_do_not_lose_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
