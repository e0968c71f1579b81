/* Ends of periods against a walk over every second. */
#include "function/profile.h"
#include "test/unit.h"

static const struct civil_zone zones[] = {
    {.offset_min = 60,
     .dst_min = 60,
     .dst_begin = {.month = 3, .week = 5, .weekday = 7, .minute_of_day = 120},
     .dst_end = {.month = 10, .week = 5, .weekday = 7, .minute_of_day = 180}},
    {.offset_min = -210,
     .dst_min = 60,
     .dst_begin = {.month = 3, .week = 2, .weekday = 7, .minute_of_day = 120},
     .dst_end = {.month = 11, .week = 1, .weekday = 7, .minute_of_day = 120}},
    {.offset_min = 600, /* the southern hemisphere */
     .dst_min = 60,
     .dst_begin = {.month = 10, .week = 1, .weekday = 7, .minute_of_day = 120},
     .dst_end = {.month = 4, .week = 1, .weekday = 7, .minute_of_day = 180}},
    {.offset_min = 630, /* half an hour of daylight saving */
     .dst_min = 30,
     .dst_begin = {.month = 10, .week = 1, .weekday = 7, .minute_of_day = 120},
     .dst_end = {.month = 4, .week = 1, .weekday = 7, .minute_of_day = 120}},
    {.offset_min = 60, /* more than a period, and no multiple of one, either way */
     .dst_min = -76,
     .dst_begin = {.month = 3, .week = 5, .weekday = 7, .minute_of_day = 120},
     .dst_end = {.month = 10, .week = 5, .weekday = 7, .minute_of_day = 180}},
    {.offset_min = -7,
     .dst_min = 113,
     .dst_begin = {.month = 5, .week = 1, .weekday = 2, .minute_of_day = 1},
     .dst_end = {.month = 5, .week = 1, .weekday = 3, .minute_of_day = 1439}},
    {.offset_min = 330},
};

enum { ZONES = sizeof zones / sizeof zones[0] };

static const uint32_t periods[] = {300, 600, 900, 1800, 3600, 86400};

enum { PERIODS = sizeof periods / sizeof periods[0] };

static bool is_end(const struct civil_zone *zone, int64_t utc_s, uint32_t period_s)
{
    return (utc_s + civil_offset_min(zone, utc_s) * 60L) % period_s == 0;
}

static int64_t walk(const struct civil_zone *zone, int64_t utc_s, uint32_t period_s)
{
    do {
        utc_s++;
    } while (!is_end(zone, utc_s, period_s));
    return utc_s;
}

static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

static void anywhere_in_a_year(void **state)
{
    (void)state;
    const int64_t year_s = civil_days_from_date(2026, 1, 1) * 86400;
    uint64_t random = 7;
    for (int i = 0; i < 300; i++) {
        const struct civil_zone *zone = &zones[next_random(&random) % ZONES];
        uint32_t period_s = periods[next_random(&random) % PERIODS];
        int64_t utc_s = year_s + next_random(&random) % (365 * 86400);
        assert_int_equal(profile_period_end(zone, utc_s, period_s), walk(zone, utc_s, period_s));
    }
}

/* Two days around each change of daylight saving, and each of the instants beside it. */
static void around_the_changes(void **state)
{
    (void)state;
    for (int z = 0; z < ZONES - 1; z++) {
        int64_t at_s = civil_days_from_date(2026, 1, 15) * 86400;
        for (int change = 0; change < 2; change++) {
            at_s = civil_stretch_at(&zones[z], at_s).until_s;
            for (int p = 0; p < PERIODS; p++) {
                for (int64_t s = at_s - 86400; s <= at_s + 86400; s += 7193) {
                    assert_int_equal(profile_period_end(&zones[z], s, periods[p]),
                                     walk(&zones[z], s, periods[p]));
                }
                for (int64_t s = at_s - 2; s <= at_s + 2; s++) {
                    assert_int_equal(profile_period_end(&zones[z], s, periods[p]),
                                     walk(&zones[z], s, periods[p]));
                }
            }
        }
    }
}

/* 96 quarters of an hour on a usual day, 92 and 100 on the two others; one end of a day each. */
static void as_many_as_the_day_has(void **state)
{
    (void)state;
    static const struct {
        unsigned month, day, quarters;
    } days[] = {{3, 28, 96}, {3, 29, 92}, {10, 25, 100}, {11, 21, 96}};
    for (int i = 0; i < 4; i++) {
        int64_t midnight = civil_days_from_date(2026, days[i].month, days[i].day) * 86400 - 7200;
        midnight = profile_period_end(&zones[0], midnight - 1, 86400);
        int64_t end = profile_period_end(&zones[0], midnight, 86400);
        unsigned quarters = 0;
        for (int64_t s = midnight; s < end; s = profile_period_end(&zones[0], s, 900)) {
            quarters++;
        }
        assert_int_equal(quarters, days[i].quarters);
    }
}

/* Whatever rule a client may write, beside its changes. */
static void around_the_changes_of_any_rule(void **state)
{
    (void)state;
    uint64_t random = 11;
    for (int i = 0; i < 500; i++) {
        struct civil_zone zone = {
            .offset_min = (int16_t)((int)next_random(&random) % 720),
            .dst_min = (int16_t)((int)(next_random(&random) % 241) - 120),
            .dst_begin = {.month = (uint8_t)(1 + next_random(&random) % 12),
                          .week = (uint8_t)(1 + next_random(&random) % 5),
                          .weekday = (uint8_t)(1 + next_random(&random) % 7),
                          .minute_of_day = (uint16_t)(next_random(&random) % 1440)},
            .dst_end = {.month = (uint8_t)(1 + next_random(&random) % 12),
                        .day = (uint8_t)(1 + next_random(&random) % 31),
                        .minute_of_day = (uint16_t)(next_random(&random) % 1440)},
        };
        uint32_t period_s = periods[next_random(&random) % (PERIODS - 1)];
        int64_t at_s = civil_days_from_date(2026, 1, 15) * 86400;
        at_s = civil_stretch_at(&zone, at_s).until_s;
        if (at_s != INT64_MAX) {
            at_s -= 1 + next_random(&random) % (2 * period_s);
            assert_int_equal(profile_period_end(&zone, at_s, period_s),
                             walk(&zone, at_s, period_s));
        }
    }
}

static void only_some_are_possible(void **state)
{
    (void)state;
    unsigned count = 0;
    for (uint32_t period_s = 0; period_s <= 100000; period_s++) {
        count += profile_period_is_possible(period_s);
    }
    assert_int_equal(count, 7);
    assert_true(profile_period_is_possible(0));
    assert_true(profile_period_is_possible(86400));
    assert_false(profile_period_is_possible(UINT32_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anywhere_in_a_year),
        cmocka_unit_test(around_the_changes),
        cmocka_unit_test(around_the_changes_of_any_rule),
        cmocka_unit_test(as_many_as_the_day_has),
        cmocka_unit_test(only_some_are_possible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
