/* Recording intervals: rows of increments are differences of the registers, and add up to what was
 * counted, whatever happens to the supply, the clock and the chip. */
#include "cosem/data.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { QUARTER_S = 900, TOTALS = 4, COLUMNS = 1 + 2 * TOTALS, ROWS_MOST = 200 };

/* Import, export, net and apparent: each as a total, and as an increment of the interval. */
static const uint8_t groups[TOTALS] = {1, 2, 16, 9};

static int64_t begin_ms(void)
{
    return life_utc_ms(2026, 11, 21, 11, 0, 0);
}

static struct profile *load_1(struct life *life)
{
    return &life->meter.profiles[PRODUCT_PROFILE_LOAD_1];
}

static void choose_columns(struct life *life)
{
    struct profile_column columns[COLUMNS] = {{8, {0, 0, 1, 0, 0, 255}, 2, 0}};
    for (int i = 0; i < TOTALS; i++) {
        columns[1 + i] = (struct profile_column){3, {1, 0, groups[i], 8, 0, 255}, 2, 0};
        columns[1 + TOTALS + i] = (struct profile_column){3, {1, 0, groups[i], 29, 0, 255}, 2, 0};
    }
    assert_int_equal(profile_set_columns(load_1(life), columns, COLUMNS), 0);
}

static int64_t read_register(struct life *life, uint8_t c, uint8_t d)
{
    const struct cosem_name name = {{1, 0, c, d, 0, 255}};
    uint8_t octets[32];
    struct writer w = writer_over(octets, sizeof octets);
    struct cosem_call call = {
        .model = &life->meter.product->model, .context = &life->meter.context, .column = 2};
    enum cosem_result why;
    call.object = cosem_model_find(call.model, 3, &name, call.column, &why);
    assert_non_null(call.object);
    assert_int_equal(cosem_object_attribute(call.object, 2)->get(&call, &w), COSEM_SUCCESS);
    struct reader r = reader_over(octets, writer_kept(&w));
    struct cosem_value value = cosem_take_value(&r);
    assert_true(reader_done(&r));
    return value.integer;
}

/* The columns of a row, but for its time. */
static void read_row(struct life *life, uint32_t number, int64_t values[2 * TOTALS])
{
    struct profile_row row;
    assert_int_equal(profile_read(load_1(life), number, &row), STORAGE_DONE);
    struct reader r = reader_over(row.octets, row.size);
    for (int i = 0; i < 2 * TOTALS; i++) {
        values[i] = cosem_take_value(&r).integer;
    }
    assert_false(r.fault);
}

/* Each row's increments are what its totals are more than those of the row before; those of the
 * first and of the interval under way make up the rest. `began`: registers when columns were set.
 */
static void assert_rows_add_up(struct life *life, const int64_t began[TOTALS])
{
    int64_t before[TOTALS];
    memcpy(before, began, sizeof before);
    uint32_t first = profile_first(load_1(life));
    for (uint32_t number = first; number < profile_next(load_1(life)); number++) {
        int64_t values[2 * TOTALS];
        read_row(life, number, values);
        for (int i = 0; i < TOTALS; i++) {
            if (values[TOTALS + i] != values[i] - before[i]) {
                fail_msg("row %u, 1-0:%u.29.0: %lld, and the total went from %lld to %lld",
                         number - first, groups[i], (long long)values[TOTALS + i],
                         (long long)before[i], (long long)values[i]);
            }
            before[i] = values[i];
        }
    }
    for (int i = 0; i < TOTALS; i++) {
        assert_true(read_register(life, groups[i], 29) ==
                    read_register(life, groups[i], 8) - before[i]);
    }
}

static void set_power(struct life *life, int64_t watts)
{
    for (unsigned phase = 0; phase < life->meter.product->legal->config.phases; phase++) {
        struct legal_phase *p = &life->second.phase[phase];
        p->p_uw = p->p1_uw = watts * 1000000;
        p->i_na = llabs(watts) * 1000000000 / 230;
    }
}

static struct life *begin(const char *product, int64_t began[TOTALS])
{
    struct life *life = life_begin(product, begin_ms());
    set_power(life, 1150);
    life_run(life, 7);
    choose_columns(life);
    life_run(life, QUARTER_S - 7); /* the first row: a whole interval since the meter began */
    for (int i = 0; i < TOTALS; i++) {
        began[i] = 0;
    }
    assert_rows_add_up(life, began);
    return life;
}

static void rows_are_differences_of_the_totals(void **state)
{
    (void)state;
    static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
    for (int p = 0; p < 4; p++) {
        int64_t began[TOTALS];
        struct life *life = begin(products[p], began);
        for (int i = 0; i < 12; i++) {
            set_power(life, i * 977 % 3000 - 1200);
            life_run(life, QUARTER_S / 2 + 13 * i);
        }
        assert_true(profile_next(load_1(life)) - profile_first(load_1(life)) >= 6);
        assert_true(read_register(life, 2, 8) > 0);
        assert_rows_add_up(life, began);
        life_end(life);
    }
}

/* Reading an increment, and method capture, ends an interval; nothing is lost between. */
static void a_row_of_its_own_ends_an_interval(void **state)
{
    (void)state;
    int64_t began[TOTALS];
    struct life *life = begin("xs211", began);
    life_run(life, 300);
    int64_t since = read_register(life, 1, 29);
    assert_in_range(since, 95, 96);
    assert_int_equal(profile_capture(load_1(life)), 0);
    assert_int_equal(read_register(life, 1, 29), 0);
    life_run(life, 600);
    assert_rows_add_up(life, began);
    life_end(life);
}

/* The second profile has intervals of its own: days. */
static void each_profile_has_its_own(void **state)
{
    (void)state;
    int64_t began[TOTALS];
    struct life *life = begin("st402d", began);
    life_run(life, 3600);
    int64_t today = read_register(life, 1, 30);
    assert_in_range(today, 4310, 4313);
    assert_true(read_register(life, 1, 29) < 10);
    clock_set(&life->meter.clock, life_utc_ms(2026, 11, 21, 22, 59, 50)); /* midnight is near */
    life_run(life, 60);
    assert_in_range(read_register(life, 1, 30), 45, 50);
    assert_rows_add_up(life, began);
    life_end(life);
}

/* Random lives: loads both ways, outages with and without warning, a chip that is cut in the middle
 * of an operation, a clock that is set. Registers fall back to their checkpoint when there was no
 * warning; a row that was captured behind it has counted more than they know. */
static void random_lives_add_up(void **state)
{
    (void)state;
    srand(7);
    for (int round = 0; round < 12; round++) {
        int64_t began[TOTALS];
        struct life *life = begin(round % 2 == 0 ? "xs211" : "st402d", began);
        for (int i = 0; i < 25; i++) {
            set_power(life, rand() % 6000 - 2500);
            life_run(life, rand() % 1400);
            if (rand() % 3 == 0) {
                life_cut(life, rand() % 4000);
            } else if (rand() % 5 == 0) {
                clock_set(&life->meter.clock,
                          life->meter.clock.utc_ms + (rand() % 5000 - 2000) * INT64_C(1000));
            }
        }
        life_run(life, 2);
        assert_rows_add_up(life, began);
        life_end(life);
    }
}

static uint32_t newest(struct life *life)
{
    return event_log_count(&life->meter.events, EVENT_LOG_STANDARD);
}

/* A clock that is set years ahead, back and ahead again: each time two entries of the log (the time
 * before, the time after), no row is made up, nothing that was counted is lost. */
static void a_clock_that_jumps_years(void **state)
{
    (void)state;
    static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
    for (int p = 0; p < 4; p++) {
        int64_t began[TOTALS];
        struct life *life = begin(products[p], began);
        const int64_t jumps_ms[] = {
            life_utc_ms(2061, 2, 28, 23, 59, 59), life_utc_ms(2026, 11, 21, 11, 20, 0),
            life_utc_ms(2099, 12, 30, 22, 59, 58), life_utc_ms(2001, 1, 1, 0, 0, 0),
            life_utc_ms(2028, 2, 29, 12, 0, 0)};
        for (size_t i = 0; i < sizeof jumps_ms / sizeof jumps_ms[0]; i++) {
            life_run(life, 100);
            uint32_t rows = profile_next(load_1(life));
            uint32_t periods = life->meter.billing.periods;
            uint32_t events = newest(life);
            clock_set(&life->meter.clock, jumps_ms[i]);
            life_run(life, 3);
            assert_in_range(newest(life) - events, 2, 4);
            assert_in_range(profile_next(load_1(life)) - rows, 0, 1);
            assert_in_range(life->meter.billing.periods - periods, 0, 1);
            assert_rows_add_up(life, began);
        }
        life_run(life, QUARTER_S);
        life_cut(life, 5);
        assert_rows_add_up(life, began);
        life_end(life);
    }
}

/* The chip is cut at every operation around a capture, and the supply comes back. */
static void every_cut_around_a_row(void **state)
{
    (void)state;
    unsigned with = 0;
    for (uint64_t cut = 1; cut <= 16; cut++) {
        int64_t began[TOTALS];
        struct life *life = begin("xs211", began);
        life_run(life, QUARTER_S - 20);
        set_power(life, 0);
        life_run(life, 10); /* nothing is counted any more: checkpoints cannot fall behind */
        life_run(life, 5);
        nor_plan_cut(&life->nor, cut, &(struct nor_tear){.octets = 11 * (uint32_t)cut});
        life_run(life, 8);
        uint32_t rows = profile_next(load_1(life));
        life_kill(life, 1);
        life_run(life, 5);
        with += profile_next(load_1(life)) == rows;
        assert_rows_add_up(life, began);
        life_end(life);
    }
    assert_true(with > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_differences_of_the_totals),
        cmocka_unit_test(a_row_of_its_own_ends_an_interval),
        cmocka_unit_test(each_profile_has_its_own),
        cmocka_unit_test(random_lives_add_up),
        cmocka_unit_test(a_clock_that_jumps_years),
        cmocka_unit_test(every_cut_around_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
