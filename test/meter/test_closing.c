/* Billing periods in a meter: they end once and whole, whatever happens to supply and clock. */
#include "cosem/data.h"
#include "cosem/model.h"
#include "meter/keeping.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <string.h>

enum { DAY_S = 86400, REGISTER = 3 };

static const struct script end_of_billing = {{0, 0, 10, 0, 1, 255}, 1};

/* Half a minute before the month ends; UTC + 1 h. */
static int64_t before_december(void)
{
    return life_utc_ms(2026, 11, 30, 22, 59, 30);
}

static const struct profile *billing_1(const struct life *life)
{
    return &life->meter.profiles[PRODUCT_PROFILE_BILLING_1];
}

static uint32_t rows_of(const struct life *life, enum product_profile which)
{
    const struct profile *profile = &life->meter.profiles[which];
    return profile_next(profile) - profile_first(profile);
}

static int64_t read_register(struct life *life, const struct cosem_name *name)
{
    uint8_t octets[32];
    struct writer w = writer_over(octets, sizeof octets);
    struct cosem_call call = {
        .model = &life->meter.product->model, .context = &life->meter.context, .column = 2};
    enum cosem_result why;
    assert_true(cosem_call_turn(&call, REGISTER, name->obis, &why));
    assert_int_equal(cosem_object_attribute(call.object, 2)->get(&call, &w), COSEM_SUCCESS);
    struct reader r = reader_over(octets, writer_kept(&w));
    struct cosem_value value = cosem_take_value(&r);
    assert_true(reader_done(&r));
    return value.tag == COSEM_NULL ? -1 : value.integer;
}

static struct cosem_name register_of(uint8_t c, uint8_t d, uint8_t e, uint8_t f)
{
    return (struct cosem_name){{1, 0, c, d, e, f}};
}

static int64_t sum_of_maxima(const struct life *life)
{
    const struct demand_channel *c = &life->meter.demand.channels[0];
    return c->max[0].uw + c->cumulative_uw[0];
}

static void a_period_ends_with_the_month(void **state)
{
    (void)state;
    struct life *life = life_begin("st402d", before_december() - 3600 * 1000);
    life_run(life, 3600);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 0);
    assert_true(life->meter.demand.channels[0].max[0].uw > 0);
    life_run(life, 31);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
    struct profile_row row;
    assert_int_equal(profile_read(billing_1(life), profile_first(billing_1(life)), &row),
                     STORAGE_DONE);
    assert_int_equal(row.stamp.utc_s, life_utc_ms(2026, 11, 30, 23, 0, 0) / 1000);
    const struct demand_channel *c = &life->meter.demand.channels[0];
    assert_int_equal(c->max[0].uw, 0);
    assert_true(c->cumulative_uw[0] > 3449000000 && c->cumulative_uw[0] < 3451000000);
    assert_int_equal(life->meter.billing.periods, 1);
    assert_int_equal(life->meter.billing.ended.utc_s, row.stamp.utc_s);
    life_run(life, 7200);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
    life_end(life);
}

static void one_that_ended_without_supply_ends_once_it_is_back(void **state)
{
    (void)state;
    struct life *life = life_begin("st402d", before_december());
    life_run(life, 10);
    life_cut(life, 2 * DAY_S);
    life_run(life, 3);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
    assert_int_equal(life->meter.billing.periods, 1);
    life_cut(life, 10);
    life_run(life, 3);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
    assert_int_equal(life->meter.billing.periods, 1);
    life_end(life);
}

static void a_clock_set_back_does_not_end_it_again(void **state)
{
    (void)state;
    struct life *life = life_begin("st402d", before_december());
    life_run(life, 60);
    clock_set(&life->meter.clock, before_december());
    life_run(life, 60);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
    clock_set(&life->meter.clock, life_utc_ms(2027, 5, 20, 0, 0, 0)); /* five months at once */
    life_run(life, 10);
    assert_int_equal(life->meter.billing.periods, 2);
    life_end(life);
}

static void a_script_ends_it_and_cannot_be_repeated(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", life_utc_ms(2026, 11, 21, 11, 0, 0));
    life_run(life, 1000);
    assert_int_equal(script_execute(&life->meter.scripts, &end_of_billing), 0);
    assert_int_equal(life->meter.demand.channels[0].max[0].uw, 0);
    life_run(life, 2);
    uint32_t newest = event_log_count(&life->meter.events, EVENT_LOG_STANDARD);
    struct event event = {0};
    assert_int_equal(event_log_read(&life->meter.events, EVENT_LOG_STANDARD, newest, &event), 0);
    assert_int_equal(event.code, EVENT_BILLING_ENDED);
    assert_int_equal(script_execute(&life->meter.scripts, &end_of_billing), -1);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
    life_cut(life, 5);
    assert_int_equal(script_execute(&life->meter.scripts, &end_of_billing), -1);
    life_run(life, 900);
    assert_int_equal(script_execute(&life->meter.scripts, &end_of_billing), 0);
    assert_int_equal(life->meter.billing.periods, 2);
    life_end(life);
}

/* The period's end is not refused for a script that came just before. */
static void the_lock_does_not_hold_the_schedule(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", before_december());
    life_run(life, 5);
    assert_int_equal(billing_end(&life->meter.billing, BILLING_BUTTON), 0);
    life_run(life, 30);
    assert_int_equal(life->meter.billing.periods, 2);
    life_end(life);
}

static void fraud_is_captured_and_nothing_reset(void **state)
{
    (void)state;
    struct life *life = life_begin("st402d", life_utc_ms(2026, 11, 21, 11, 0, 0));
    life_run(life, 1000);
    int64_t max_uw = life->meter.demand.channels[0].max[0].uw;
    event_raise(&life->meter.events, EVENT_TERMINAL_COVER_OPEN);
    life_run(life, 3);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_2), 1);
    event_clear(&life->meter.events, EVENT_TERMINAL_COVER_OPEN);
    event_record(&life->meter.events, EVENT_EXTERNAL_ALERT);
    life_run(life, 3);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_2), 1);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 0);
    assert_true(max_uw > 0 && life->meter.demand.channels[0].max[0].uw == max_uw);
    assert_int_equal(life->meter.billing.periods, 0);
    life_end(life);
}

static void increments_are_differences_of_the_totals(void **state)
{
    (void)state;
    struct life *life = life_begin("xs211", before_december());
    struct cosem_name total = register_of(1, 8, 0, 255);
    struct cosem_name since = register_of(1, 9, 0, 255);
    life_run(life, 30);
    int64_t at_end = read_register(life, &total);
    life_run(life, 3600);
    int64_t increment = read_register(life, &since);
    assert_in_range(increment, 1149, 1150);
    assert_in_range(read_register(life, &total) - at_end - increment, 0, 1);
    life_cut(life, 60);
    assert_in_range(read_register(life, &since), increment, increment + 1);
    int64_t uwh;
    assert_int_equal(
        billing_increment(&life->meter.billing, BILLING_SINCE_MIDNIGHT, QUANTITY_A_IMPORT, &uwh),
        0);
    assert_in_range(uwh / 1000000, 1149, 1150);
    life_cut(life, DAY_S);
    life_run(life, 2);
    assert_int_equal(
        billing_increment(&life->meter.billing, BILLING_SINCE_MIDNIGHT, QUANTITY_A_IMPORT, &uwh),
        0);
    assert_in_range(uwh / 1000000, 0, 1);
    life_end(life);
}

/* Fifteen periods and more are kept, and shown under value group F. */
static void past_periods_have_their_codes(void **state)
{
    (void)state;
    struct life *life = life_begin("st402d", before_december());
    struct cosem_name total = register_of(1, 8, 0, 255);
    int64_t totals[18];
    for (int month = 0; month < 18; month++) {
        life_run(life, 45);
        totals[month] = read_register(life, &total);
        life_cut(life, 31 * DAY_S);
    }
    life_run(life, 2);
    assert_true(rows_of(life, PRODUCT_PROFILE_BILLING_1) >= 15);
    int64_t before = INT64_MAX;
    for (uint8_t f = 101; f <= 115; f++) {
        struct cosem_name past = register_of(1, 8, 0, f);
        int64_t value = read_register(life, &past);
        if (value < 0 || value > before ||
            value > totals[17] + 3) { /* it came back a second before */
            fail_msg("F = %u: %lld Wh after %lld", f, (long long)value, (long long)before);
        }
        before = value;
    }
    assert_true(before < totals[17]);
    struct cosem_name export = register_of(2, 8, 0, 101);
    assert_int_equal(read_register(life, &export), 0);
    life_end(life);
}

/* Each column of a billing row as delivered has its code in value group F. */
static void every_column_has_its_past(void **state)
{
    (void)state;
    static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
    for (int p = 0; p < 4; p++) {
        struct life *life = life_begin(products[p], before_december() - 3600 * 1000);
        life_run(life, 3700);
        const struct profile *profile = billing_1(life);
        struct profile_row row;
        assert_int_equal(profile_read(profile, profile_next(profile) - 1, &row), STORAGE_DONE);
        struct reader r = reader_over(row.octets, row.size);
        unsigned values = 0;
        for (int i = 0; i < profile->settings.column_count; i++) {
            const struct profile_column column = profile_column_at(profile, (unsigned)i);
            if (profile_is_clock(&column)) {
                continue;
            }
            struct reader kept = cosem_take_part(&r);
            uint8_t octets[64];
            struct writer w = writer_over(octets, sizeof octets);
            struct cosem_call call = {
                .model = &life->meter.product->model, .context = &life->meter.context, .column = 2};
            struct cosem_name name;
            enum cosem_result why;
            memcpy(name.obis, column.obis, sizeof name.obis);
            name.obis[5] = 101;
            assert_true(cosem_call_turn(&call, column.class_id, name.obis, &why));
            assert_int_equal(cosem_object_attribute(call.object, column.attribute)->get(&call, &w),
                             COSEM_SUCCESS);
            assert_int_equal(writer_kept(&w), kept.size);
            assert_memory_equal(octets, kept.data, kept.size);
            values += octets[0] != COSEM_NULL;
        }
        assert_int_equal(values, profile->settings.column_count - 1);
        life_end(life);
    }
}

/* Nobody else keeps anything under the numbers of the profiles. */
static void profiles_have_numbers_of_their_own(void **state)
{
    (void)state;
    for (int p = 0; p < PRODUCT_COUNT; p++) {
        uint8_t used[STORAGE_VALUES] = {0};
        for (int i = 0; i < PRODUCT_PROFILES; i++) {
            const struct profile_plan *plan = product_all[p]->profiles[i];
            if (plan != NULL) {
                used[plan->settings_value]++;
                used[plan->state_value]++;
                assert_in_range(plan->settings_value, METER_VALUE_PROFILES,
                                METER_VALUE_PROFILES + 2 * PRODUCT_PROFILES - 1);
                assert_in_range(plan->state_value, METER_VALUE_PROFILES,
                                METER_VALUE_PROFILES + 2 * PRODUCT_PROFILES - 1);
                assert_int_equal(used[plan->settings_value], 1);
                assert_int_equal(used[plan->state_value], 1);
            }
        }
    }
}

/* What a new chip is told in its first seconds outlives them, and so do the rows. */
static void rows_of_a_new_chip_outlive_the_supply(void **state)
{
    (void)state;
    struct life *life = life_begin("sm402d", before_december());
    life_run(life, 60);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
    life_kill(life, 5);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
    life_cut(life, 5);
    assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
    life_end(life);
}

/* The chip is cut at every operation of the end: it ends once, no maximum is lost or counted twice.
 */
static void every_cut_ends_it_once(void **state)
{
    (void)state;
    for (uint64_t cut = 1; cut <= 14; cut++) {
        struct life *life = life_begin("sm402d", before_december() - 1900 * 1000);
        life_run(life, 1090);
        life->second.phase[0] = (struct legal_phase){.u_uv = 230000000}; /* no load any more */
        life_run(life, 836);
        int64_t maxima = sum_of_maxima(life);
        assert_true(maxima > 0);
        nor_plan_cut(&life->nor, cut, &(struct nor_tear){.octets = 17 * (uint32_t)cut});
        life_run(life, 8);
        life_kill(life, 1);
        life_run(life, 5);
        if (sum_of_maxima(life) != maxima) {
            fail_msg("cut %d: %lld uW of %lld, max %lld", (int)cut, (long long)sum_of_maxima(life),
                     (long long)maxima, (long long)life->meter.demand.channels[0].max[0].uw);
        }
        assert_int_equal(life->meter.billing.periods, 1);
        assert_int_equal(rows_of(life, PRODUCT_PROFILE_BILLING_1), 1);
        life_end(life);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_ends_with_the_month),
        cmocka_unit_test(one_that_ended_without_supply_ends_once_it_is_back),
        cmocka_unit_test(a_clock_set_back_does_not_end_it_again),
        cmocka_unit_test(a_script_ends_it_and_cannot_be_repeated),
        cmocka_unit_test(the_lock_does_not_hold_the_schedule),
        cmocka_unit_test(fraud_is_captured_and_nothing_reset),
        cmocka_unit_test(increments_are_differences_of_the_totals),
        cmocka_unit_test(past_periods_have_their_codes),
        cmocka_unit_test(every_column_has_its_past),
        cmocka_unit_test(profiles_have_numbers_of_their_own),
        cmocka_unit_test(rows_of_a_new_chip_outlive_the_supply),
        cmocka_unit_test(every_cut_ends_it_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
