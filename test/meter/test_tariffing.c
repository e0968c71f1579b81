/* The tariff in a meter: its rate in the ledger at once, whatever happens to supply and clock; and
 * what of it outlives the supply, whole or not at all. */
#include "test/meter/life.h"
#include "test/unit.h"

#include <string.h>

enum { DAY_S = 86400, HOUR_S = 3600 };

static struct calendar_name name_of(char letter)
{
    return (struct calendar_name){1, {(uint8_t)letter}};
}

/* Rate `night` from 22:00 to 06:00, else `day`, all the year. */
static struct calendar day_and_night(struct calendar_switch switches[2], uint8_t day, uint8_t night,
                                     char letter)
{
    switches[0] = calendar_switch_at(6, 0, 0, day);
    switches[1] = calendar_switch_at(22, 0, 0, night);
    struct calendar calendar = {
        .switches = switches,
        .name = name_of(letter),
        .season_count = 1,
        .week_count = 1,
        .day_count = 1,
        .switch_count = 2,
        .seasons = {{name_of('s'), {CALENDAR_ANY_YEAR, 1, 1, CALENDAR_ANY}, name_of('w')}},
        .weeks = {{name_of('w'), {1, 1, 1, 1, 1, 1, 1}}},
        .days = {{.id = 1, .count = 2}},
    };
    return calendar;
}

static void program(struct meter *meter, const struct calendar *calendar)
{
    tariff_set_name(&meter->tariff, &calendar->name);
    assert_int_equal(tariff_set_seasons(&meter->tariff, calendar), CALENDAR_GOOD);
    assert_int_equal(tariff_set_weeks(&meter->tariff, calendar), CALENDAR_GOOD);
    assert_int_equal(tariff_set_days(&meter->tariff, calendar), CALENDAR_GOOD);
}

static void assert_rates_add_up(const struct legal *legal)
{
    for (int energy = 0; energy < LEGAL_ENERGIES; energy++) {
        int64_t sum = 0;
        for (unsigned rate = 1; rate <= LEGAL_RATES; rate++) {
            sum += legal_rate_energy_uws(legal, rate, (enum legal_energy)energy);
        }
        assert_true(sum == legal_energy_uws(legal, 0, (enum legal_energy)energy));
    }
}

static double rate_wh(const struct life *life, unsigned rate)
{
    return (double)legal_rate_energy_uws(life->meter.legal, rate, LEGAL_ENERGY_A_IMPORT) / 3.6e9;
}

/* Noon in winter, UTC + 1 h. */
static struct life *new_life_of(const char *product)
{
    struct life *life = life_begin(product, life_utc_ms(2026, 11, 21, 11, 0, 0));
    struct calendar_switch of_calendar[2];
    struct calendar calendar = day_and_night(of_calendar, 1, 2, 'a');
    program(&life->meter, &calendar);
    assert_int_equal(tariff_activate(&life->meter.tariff), CALENDAR_GOOD);
    life_run(life, 5);
    return life;
}

static struct life *new_life(void)
{
    return new_life_of("xs211");
}

static void the_ledger_follows_the_calendar(void **state)
{
    (void)state;
    struct life *life = new_life();
    life_run(life, DAY_S - 5);
    assert_rates_add_up(life->meter.legal);
    assert_true(rate_wh(life, 1) > 1150.0 * 16 - 1 && rate_wh(life, 1) < 1150.0 * 16 + 1);
    assert_true(rate_wh(life, 2) > 1150.0 * 8 - 1 && rate_wh(life, 2) < 1150.0 * 8 + 1);
    life_end(life);
}

/* Off at noon, on again at night: the first second is already the night's. */
static void the_right_rate_is_in_force_at_once_after_a_cut(void **state)
{
    (void)state;
    struct life *life = new_life();
    life_cut(life, 12 * HOUR_S);
    assert_int_equal(legal_rate(life->meter.legal), 2);
    double before = rate_wh(life, 1);
    life_run(life, 60);
    assert_true(rate_wh(life, 1) == before);
    assert_true(rate_wh(life, 2) > 19);
    life_kill(life, 8 * HOUR_S);
    assert_int_equal(legal_rate(life->meter.legal), 1);
    assert_rates_add_up(life->meter.legal);
    life_end(life);
}

static void and_after_a_change_of_the_clock(void **state)
{
    (void)state;
    struct life *life = new_life();
    clock_set(&life->meter.clock, life_utc_ms(2026, 11, 21, 22, 0, 0));
    life_run(life, 1);
    assert_int_equal(legal_rate(life->meter.legal), 2);
    clock_set(&life->meter.clock, life_utc_ms(2031, 11, 21, 10, 0, 0));
    life_run(life, 1);
    assert_int_equal(legal_rate(life->meter.legal), 1);
    clock_set_offset(&life->meter.clock, -180); /* 07:00 */
    life_run(life, 1);
    assert_int_equal(legal_rate(life->meter.legal), 1);
    clock_set_offset(&life->meter.clock, -300); /* 05:00 */
    life_run(life, 1);
    assert_int_equal(legal_rate(life->meter.legal), 2);
    life_end(life);
}

/* A command holds until the calendar's next switch, through a cut, and not beyond. */
static void commands_hold_to_the_next_switch(void **state)
{
    (void)state;
    static const struct script rate_7 = {{0, 0, 10, 0, 100, 255}, 7};
    struct life *life = new_life();
    assert_int_equal(script_execute(&life->meter.scripts, &rate_7), 0);
    life_run(life, 2);
    assert_int_equal(legal_rate(life->meter.legal), 7);
    life_cut(life, HOUR_S);
    assert_int_equal(legal_rate(life->meter.legal), 7);
    life_cut(life, 9 * HOUR_S);
    assert_int_equal(legal_rate(life->meter.legal), 2);
    life_end(life);
}

/* Without a calendar a command is all there is, and stays. */
static void commands_stay_without_a_calendar(void **state)
{
    (void)state;
    static const struct script rate_3 = {{0, 0, 10, 0, 100, 255}, 3};
    struct life *life = life_begin("sm402d", life_utc_ms(2026, 11, 21, 11, 0, 0));
    life_run(life, 2);
    assert_int_equal(legal_rate(life->meter.legal), 1);
    assert_int_equal(script_execute(&life->meter.scripts, &rate_3), 0);
    life_run(life, 2);
    life_cut(life, 40 * DAY_S);
    assert_int_equal(legal_rate(life->meter.legal), 3);
    life_end(life);
}

static void an_input_holds_its_rate(void **state)
{
    (void)state;
    struct life *life = new_life_of("st402d");
    assert_int_equal(tariff_use_inputs(&life->meter.tariff, 2), 0);
    tariff_set_levels(&life->meter.tariff, 7); /* the third is not in use */
    life_run(life, 11 * HOUR_S);
    assert_int_equal(legal_rate(life->meter.legal), 4);
    life_cut(life, 60); /* what is in use is kept; levels are what they are */
    assert_int_equal(legal_rate(life->meter.legal), 1);
    meter_set_rate_levels(&life->meter, 2);
    life_run(life, 1);
    assert_int_equal(legal_rate(life->meter.legal), 3);
    assert_int_equal(tariff_use_inputs(&life->meter.tariff, 0), 0);
    life_run(life, 1);
    assert_int_equal(legal_rate(life->meter.legal), 2);
    life_end(life);
}

static uint8_t newest_code(const struct life *life)
{
    struct event event = {0};
    uint32_t count = event_log_count(&life->meter.events, EVENT_LOG_STANDARD);
    assert_int_equal(event_log_read(&life->meter.events, EVENT_LOG_STANDARD, count, &event), 0);
    return event.code;
}

/* Programmed by day, active from midnight on: two events, and the new calendar's rate. */
static void a_calendar_is_replaced_at_midnight(void **state)
{
    (void)state;
    struct life *life = new_life();
    struct calendar_switch of_next[2];
    struct calendar next = day_and_night(of_next, 5, 6, 'b');
    program(&life->meter, &next);
    tariff_activate_at(&life->meter.tariff, life_utc_ms(2026, 11, 21, 23, 0, 0));
    life_run(life, 2);
    assert_int_equal(newest_code(life), EVENT_TARIFF_PROGRAMMED);
    life_cut(life, 11 * HOUR_S);
    assert_int_equal(legal_rate(life->meter.legal), 2);
    life_run(life, HOUR_S - 10);
    assert_int_equal(legal_rate(life->meter.legal), 2);
    life_run(life, 10);
    assert_int_equal(legal_rate(life->meter.legal), 6);
    assert_int_equal(newest_code(life), EVENT_TARIFF_ACTIVATED);
    life_cut(life, 9 * HOUR_S);
    assert_int_equal(legal_rate(life->meter.legal), 5);
    assert_int_equal(life->meter.tariff.active.name.octets[0], 'b');
    life_end(life);
}

/* One whose time came while the supply was off is active at once. */
static void activation_catches_up(void **state)
{
    (void)state;
    struct life *life = new_life();
    struct calendar_switch of_next[2];
    struct calendar next = day_and_night(of_next, 5, 6, 'b');
    program(&life->meter, &next);
    tariff_activate_at(&life->meter.tariff, life_utc_ms(2026, 11, 21, 23, 0, 0));
    life_run(life, 2);
    life_cut(life, 2 * DAY_S);
    assert_int_equal(legal_rate(life->meter.legal), 5);
    life_end(life);
}

static void assert_whole(const struct calendar *found, const struct calendar *right)
{
    assert_int_equal(found->name.octets[0], right->name.octets[0]);
    assert_int_equal(found->season_count, right->season_count);
    assert_int_equal(found->week_count, right->week_count);
    assert_int_equal(found->day_count, right->day_count);
    assert_int_equal(found->switch_count, right->switch_count);
    assert_memory_equal(found->switches, right->switches,
                        right->switch_count * sizeof right->switches[0]);
}

/* The chip is cut at every operation in which a calendar is being kept: the old one or the new one
 * is found, and never a mixture. */
static void every_cut_leaves_a_whole_calendar(void **state)
{
    (void)state;
    struct calendar_switch of_first[2];
    struct calendar first = day_and_night(of_first, 1, 2, 'a');
    struct calendar_switch of_second[2];
    struct calendar second = day_and_night(of_second, 3, 4, 'b');
    unsigned olds = 0;
    unsigned news = 0;
    for (uint64_t cut = 1; cut <= 12; cut++) {
        struct life *life = new_life();
        program(&life->meter, &second);
        assert_int_equal(tariff_activate(&life->meter.tariff), CALENDAR_GOOD);
        nor_plan_cut(&life->nor, cut, &(struct nor_tear){.octets = 40 * (uint32_t)cut});
        life_run(life, 3);
        life_kill(life, 1);
        bool old = life->meter.tariff.active.name.octets[0] == 'a';
        assert_whole(&life->meter.tariff.active, old ? &first : &second);
        assert_int_equal(legal_rate(life->meter.legal), old ? 1 : 3);
        olds += old;
        news += !old;
        life_end(life);
    }
    assert_true(olds >= 2 && news >= 2);
}

/* Maxima and the window under way outlive a cut, with a warning and without. */
static void the_demand_outlives_the_supply(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", life_utc_ms(2026, 11, 21, 11, 0, 0));
    life_run(life, 900 + 300);
    int64_t max_uw = life->meter.demand.channels[0].max[0].uw;
    assert_true(max_uw > 1149000000 && max_uw < 1151000000);
    life_cut(life, 300);
    assert_true(life->meter.demand.channels[0].max[0].uw == max_uw);
    life_run(life, 301);
    int64_t last_uw = life->meter.demand.channels[0].last.uw; /* ten minutes of fifteen */
    assert_true(last_uw > 765000000 && last_uw < 768000000);
    life_kill(life, 10);
    assert_true(life->meter.demand.channels[0].max[0].uw == max_uw);
    assert_true(life->meter.demand.channels[0].last.uw == last_uw);
    life_end(life);
}

/* Settings and sums too, at whatever operation the chip is cut. */
static void every_cut_leaves_a_whole_demand(void **state)
{
    (void)state;
    for (uint64_t cut = 1; cut <= 10; cut++) {
        struct life *life = life_begin("sm402d", life_utc_ms(2026, 11, 21, 11, 0, 0));
        life_run(life, 905);
        int64_t max_uw = life->meter.demand.channels[0].max[0].uw;
        assert_int_equal(demand_reset(&life->meter.demand, false), 0);
        nor_plan_cut(&life->nor, cut, &(struct nor_tear){.octets = 20 * (uint32_t)cut});
        life_run(life, 3);
        life_kill(life, 1);
        const struct demand_channel *c = &life->meter.demand.channels[0];
        assert_true(c->max[0].uw + c->cumulative_uw[0] == max_uw);
        life_end(life);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ledger_follows_the_calendar),
        cmocka_unit_test(the_right_rate_is_in_force_at_once_after_a_cut),
        cmocka_unit_test(and_after_a_change_of_the_clock),
        cmocka_unit_test(commands_hold_to_the_next_switch),
        cmocka_unit_test(commands_stay_without_a_calendar),
        cmocka_unit_test(an_input_holds_its_rate),
        cmocka_unit_test(a_calendar_is_replaced_at_midnight),
        cmocka_unit_test(activation_catches_up),
        cmocka_unit_test(every_cut_leaves_a_whole_calendar),
        cmocka_unit_test(the_demand_outlives_the_supply),
        cmocka_unit_test(every_cut_leaves_a_whole_demand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
