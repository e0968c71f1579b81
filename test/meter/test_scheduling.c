/* Schedules in a meter: they select rates, push and end billing periods, and outlive the supply.
 * And what an alarm sets off. */
#include "dlms/notification.h"
#include "test/meter/push_rig.h"
#include "test/unit.h"

#include <string.h>

enum { DAY_S = 86400 };

static struct life *life;

static int set_up(void **state)
{
    (void)state;
    life = life_begin("sm402d", life_utc_ms(2026, 11, 21, 11, 0, 0)); /* noon */
    push_rig = (struct push_rig){.progress = PUSH_REACHED};
    life->setup.push_sender = &push_rig_single;
    life_kill(life, 1);
    life_run(life, 5);
    push_rig.begun = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static struct schedule_entry daily(uint16_t index, const char *table, uint16_t selector,
                                   uint8_t hour, uint8_t minute)
{
    struct schedule_entry entry = {
        .index = index,
        .enabled = true,
        .script.selector = selector,
        .hour = hour,
        .minute = minute,
        .window_min = SCHEDULE_ANY_WINDOW,
        .weekdays = 0x7F,
        .from = {CALENDAR_ANY_YEAR, CALENDAR_ANY, CALENDAR_ANY, CALENDAR_ANY},
        .to = {CALENDAR_ANY_YEAR, CALENDAR_ANY, CALENDAR_ANY, CALENDAR_ANY},
    };
    memcpy(entry.script.table, table, sizeof entry.script.table);
    return entry;
}

static const char rate_scripts[] = {0, 0, 10, 0, 100, (char)255};
static const char billing_scripts[] = {0, 0, 10, 0, 1, (char)255};

static void insert(const struct schedule_entry *entry)
{
    assert_int_equal(schedule_insert(&life->meter.schedule, entry), 0);
    life_run(life, 2);
}

/* The ledger counts for the rate from the very second on. */
static void a_schedule_selects_the_rate(void **state)
{
    (void)state;
    struct schedule_entry at_quarter = daily(1, rate_scripts, 4, 12, 15);
    insert(&at_quarter);
    life_run(life, 905);
    assert_int_equal(legal_rate(life->meter.legal), 4);
    assert_int_equal(life->meter.tariff.rates[TARIFF_DEMAND], 4);
}

/* Without supply it comes due: once it is back, before the first frame. */
static void what_came_due_without_supply(void **state)
{
    (void)state;
    struct schedule_entry rate = daily(1, rate_scripts, 3, 13, 0);
    struct schedule_entry billing = daily(2, billing_scripts, 1, 13, 30);
    rate.window_min = 600;
    insert(&rate);
    insert(&billing);
    life_cut(life, 3 * 3600);
    life_run(life, 2);
    assert_int_equal(legal_rate(life->meter.legal), 3);
    assert_int_equal(life->meter.billing.periods, 1);
    life_cut(life, 10);
    life_run(life, 5);
    assert_int_equal(life->meter.billing.periods, 1);
    life_kill(life, 10);
    life_run(life, 5);
    assert_int_equal(life->meter.billing.periods, 1);
}

/* What was due last counts, calendar or schedule, however late it is looked at; of two at one
 * second the calendar's. */
static void the_last_due_of_calendar_and_schedule(void **state)
{
    (void)state;
    struct calendar_switch switches[] = {calendar_switch_at(0, 0, 0, 2),
                                         calendar_switch_at(14, 0, 0, 5)};
    const struct calendar calendar = {
        .switches = switches,
        .season_count = 1,
        .week_count = 1,
        .day_count = 1,
        .switch_count = 2,
        .seasons = {{{1, "s"}, {CALENDAR_ANY_YEAR, 1, 1, CALENDAR_ANY}, {1, "w"}}},
        .weeks = {{{1, "w"}, {1, 1, 1, 1, 1, 1, 1}}},
        .days = {{1, 2}},
    };
    struct tariff *tariff = &life->meter.tariff;
    assert_int_equal(tariff_set_seasons(tariff, &calendar), CALENDAR_GOOD);
    assert_int_equal(tariff_set_weeks(tariff, &calendar), CALENDAR_GOOD);
    assert_int_equal(tariff_set_days(tariff, &calendar), CALENDAR_GOOD);
    assert_int_equal(tariff_activate(tariff), CALENDAR_GOOD);
    struct schedule_entry before = daily(1, rate_scripts, 3, 13, 0);
    struct schedule_entry same = daily(2, rate_scripts, 4, 14, 0);
    struct schedule_entry after = daily(3, rate_scripts, 6, 16, 0);
    insert(&before);
    insert(&same);
    life_run(life, 3600);
    assert_int_equal(legal_rate(life->meter.legal), 3);
    life_run(life, 3600);
    assert_int_equal(legal_rate(life->meter.legal), 5);
    insert(&after);
    life_cut(life, DAY_S + 1800); /* half past two: the entry of two o'clock is made up for */
    life_run(life, 2);
    assert_int_equal(legal_rate(life->meter.legal), 5);
    life_cut(life, 2 * 3600);
    life_run(life, 2);
    assert_int_equal(legal_rate(life->meter.legal), 6);
}

/* The chip is cut at every operation of keeping entries: the old ones or the new ones. */
static void every_cut_leaves_the_old_or_the_new(void **state)
{
    (void)state;
    unsigned news = 0;
    enum { CUTS = 12 };
    struct schedule_entry first = daily(1, rate_scripts, 3, 13, 0);
    struct schedule_entry second = daily(2, rate_scripts, 4, 14, 0);
    for (uint64_t cut = 1; cut <= CUTS; cut++) {
        tear_down(NULL);
        set_up(NULL);
        insert(&first);
        nor_plan_cut(&life->nor, cut, &(struct nor_tear){.octets = 23 * (uint32_t)cut});
        assert_int_equal(schedule_insert(&life->meter.schedule, &second), 0);
        life_run(life, 3);
        life_kill(life, 1);
        assert_true(life->meter.schedule.count == 1 || life->meter.schedule.count == 2);
        assert_int_equal(life->meter.schedule.entries[0].hour, 13);
        news += life->meter.schedule.count == 2;
    }
    assert_true(news > 0 && news < CUTS);
}

/* ---- push ---- */

static void configure(enum push_setup setup)
{
    struct push *push = &life->meter.pushing.push;
    assert_int_equal(
        push_put_text(push, setup, PUSH_TEXT_DESTINATION, (const uint8_t *)"1.2.3.4:5", 9), 0);
    push->settings[setup].randomisation_s = 0;
    push->changes[setup]++;
}

/* The logical name of the set-up is in its message. */
static void assert_pushed_by(uint8_t setup)
{
    const uint8_t name[] = {9, 6, 0, setup, 25, 9, 0, 255};
    struct reader r = reader_over(push_rig.apdu, push_rig.size);
    (void)dlms_notification_take(&r);
    assert_false(r.fault);
    bool found = false;
    for (size_t at = 0; at + sizeof name <= push_rig.size; at++) {
        found = found || memcmp(push_rig.apdu + at, name, sizeof name) == 0;
    }
    assert_true(found);
}

static void run_at(enum product_schedule which, uint8_t hour, uint8_t minute)
{
    struct single_action *action = &life->meter.actions[which];
    struct single_action_plan plan = action->plan;
    plan.times[plan.count++] = (struct single_action_time){
        .date = {CALENDAR_ANY_YEAR, CALENDAR_ANY, CALENDAR_ANY, CALENDAR_ANY},
        .hour = hour,
        .minute = minute};
    assert_true(single_action_possible(&plan));
    single_action_set(action, &plan, &life->meter.clock);
}

static void intervals_are_pushed_at_their_times(void **state)
{
    (void)state;
    configure(PUSH_INTERVAL_1);
    configure(PUSH_INTERVAL_3);
    run_at(PRODUCT_SCHEDULE_PUSH_1, 12, 10);
    run_at(PRODUCT_SCHEDULE_PUSH_1, 12, 20);
    run_at(PRODUCT_SCHEDULE_PUSH_3, 12, 15);
    life_run(life, 598);
    assert_int_equal(push_rig.begun, 1);
    assert_pushed_by(1);
    life_run(life, 300);
    assert_int_equal(push_rig.begun, 2);
    assert_pushed_by(3);
    life_kill(life, 10); /* the schedules are kept */
    life_run(life, 320);
    assert_int_equal(push_rig.begun, 3);
    assert_pushed_by(1);
    life_run(life, 3600);
    assert_int_equal(push_rig.begun, 3);
    assert_int_equal(life->meter.pushing.push.states[PUSH_INTERVAL_1].delivered, 1);
}

/* One that came due without supply is pushed once, afterwards. */
static void an_interval_that_was_missed(void **state)
{
    (void)state;
    configure(PUSH_INTERVAL_2);
    run_at(PRODUCT_SCHEDULE_PUSH_2, 12, 10);
    life_run(life, 5);
    life_cut(life, 3 * DAY_S);
    life_run(life, 5);
    assert_int_equal(push_rig.begun, 1);
    assert_pushed_by(2);
}

/* An event sets the alarm register, the descriptor's monitor executes the script, the set-up
 * pushes: nothing in between is anybody's call but the meter's own. */
static void an_alarm_is_pushed(void **state)
{
    (void)state;
    configure(PUSH_ALARM);
    life->meter.alarm.registers[0].filter = UINT32_MAX;
    life->meter.alarm.registers[1].filter = UINT32_MAX;
    event_raise(&life->meter.events, EVENT_TERMINAL_COVER_OPEN);
    life_run(life, 5);
    assert_int_equal(push_rig.begun, 1);
    assert_pushed_by(4);
    life_run(life, 600); /* as long as it lasts it is told once */
    assert_int_equal(push_rig.begun, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_schedule_selects_the_rate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_last_due_of_calendar_and_schedule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_came_due_without_supply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_cut_leaves_the_old_or_the_new, set_up, tear_down),
        cmocka_unit_test_setup_teardown(intervals_are_pushed_at_their_times, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_interval_that_was_missed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_alarm_is_pushed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
