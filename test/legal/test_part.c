/* The legally relevant part as one block: what it begins with and what it refuses, what outlives
 * it, and that nothing of the memory that it is given counts. */
#include "legal/part.h"
#include "storage/result.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <stdlib.h>
#include <string.h>

static const struct legal_type *const types[] = {&legal_type_xs211, &legal_type_sm402d,
                                                 &legal_type_st402d, &legal_type_st402c};

enum { TYPES = sizeof types / sizeof types[0], POISON = 0xA5 };

struct bed {
    struct nor nor;
    struct flash flash;
    struct legal_part part;
};

static struct bed *new_bed(void)
{
    struct bed *bed = calloc(1, sizeof *bed);
    struct nor_config chip = nor_config_default();
    char error[NOR_ERROR_SIZE];
    assert_non_null(bed);
    assert_int_equal(nor_open(&bed->nor, &chip, NULL, error, sizeof error), 0);
    bed->flash = nor_port(&bed->nor);
    memset(&bed->part, POISON, sizeof bed->part);
    return bed;
}

static void end_bed(struct bed *bed)
{
    nor_close(&bed->nor);
    free(bed);
}

static void recover(struct bed *bed)
{
    int steps = 0;
    int more = 1;
    while (more > 0) {
        more = legal_part_recover(&bed->part);
        nor_advance(&bed->nor, 100);
        steps++;
    }
    assert_int_equal(more, 0);
    assert_true(steps > 1);
    assert_int_equal(legal_part_recover(&bed->part), 0);
}

/* A second of 1 kW on each phase. */
static void measure(struct bed *bed)
{
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        interval.phase[phase] = (struct legal_phase){
            .u_uv = 230000000, .i_na = INT64_C(4500000000), .p_uw = 1000000000};
    }
    legal_direct(&bed->part.legal, &interval, NULL);
}

static int64_t import_uws(const struct bed *bed)
{
    return legal_energy_uws(&bed->part.legal, 0, LEGAL_ENERGY_A_IMPORT);
}

static void it_begins_as_its_type_says(void **state)
{
    (void)state;
    for (int n = 0; n < TYPES; n++) {
        struct bed *bed = new_bed();
        const struct legal_begin begin = {.type = types[n]};
        assert_int_equal(legal_part_begin(&bed->part, &begin), 0);
        const struct legal_config *config = legal_configuration(&bed->part.legal);
        assert_memory_equal(config, &types[n]->config, sizeof *config);
        assert_ptr_not_equal(config, &types[n]->config);
        assert_int_equal(import_uws(bed), 0);
        assert_false(legal_parameters(&bed->part.legal)->sealed);
        end_bed(bed);
    }
}

/* The frequency, the filter and the calibration are the setup's. */
static void what_the_setup_says_counts(void **state)
{
    (void)state;
    const struct legal_calibration calibration = {.phase = {{.u_gain_ppb = 12345}}};
    const uint8_t hz[] = {50, 60};
    for (int n = 0; n < 2; n++) {
        struct bed *bed = new_bed();
        const struct legal_begin begin = {.type = &legal_type_st402d,
                                          .nominal_hz = hz[n],
                                          .sinc3 = n == 1,
                                          .calibration = &calibration};
        assert_int_equal(legal_part_begin(&bed->part, &begin), 0);
        const struct legal_config *config = legal_configuration(&bed->part.legal);
        assert_int_equal(config->nominal_hz, hz[n]);
        assert_int_equal(config->sinc3, n == 1);
        assert_memory_equal(&legal_parameters(&bed->part.legal)->calibration, &calibration,
                            sizeof calibration);
        end_bed(bed);
    }
}

/* A refused beginning changes not one octet. */
static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    struct legal_part *before = malloc(sizeof *before);
    const int64_t periods_ms[] = {-1, INT64_MIN, LEGAL_KEEP_PERIOD_MAX_MS + 1, INT64_MAX};
    memcpy(before, &bed->part, sizeof *before);
    for (int hz = 1; hz < 256; hz++) {
        const struct legal_begin begin = {.type = &legal_type_xs211, .nominal_hz = (uint8_t)hz};
        if (hz != 50 && hz != 60) {
            assert_int_equal(legal_part_begin(&bed->part, &begin), -1);
        }
    }
    for (size_t n = 0; n < sizeof periods_ms / sizeof periods_ms[0]; n++) {
        const struct legal_begin begin = {
            .type = &legal_type_xs211, .flash = &bed->flash, .period_ms = periods_ms[n]};
        assert_int_equal(legal_part_begin(&bed->part, &begin), -1);
    }
    assert_memory_equal(before, &bed->part, sizeof *before);
    free(before);
    end_bed(bed);
}

static void without_a_chip_nothing_waits_and_nothing_is_kept(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    const struct legal_begin begin = {.type = &legal_type_st402c};
    assert_int_equal(legal_part_begin(&bed->part, &begin), 0);
    assert_int_equal(legal_part_recover(&bed->part), 0);
    assert_int_equal(legal_part_found(&bed->part), LEGAL_KEEP_NEW);
    measure(bed);
    assert_true(import_uws(bed) > 0);
    assert_true(legal_part_keep(&bed->part, 1000) == INT64_MAX);
    assert_int_equal(legal_part_power_fail(&bed->part), STORAGE_DONE);
    end_bed(bed);
}

/* Every type finds what it kept, in memory that is another's. */
static void energies_outlive_it(void **state)
{
    (void)state;
    for (int n = 0; n < TYPES; n++) {
        struct bed *bed = new_bed();
        const struct legal_begin begin = {.type = types[n], .flash = &bed->flash};
        int64_t before_uws = 0;
        for (int life = 0; life < 4; life++) {
            memset(&bed->part, POISON + life, sizeof bed->part);
            assert_int_equal(legal_part_begin(&bed->part, &begin), 0);
            recover(bed);
            assert_int_equal(legal_part_found(&bed->part),
                             life == 0 ? LEGAL_KEEP_NEW : LEGAL_KEEP_WHOLE);
            assert_true(import_uws(bed) == before_uws);
            measure(bed);
            before_uws = import_uws(bed);
            assert_int_equal(legal_part_recover(&bed->part), 0); /* that is over */
            assert_true(import_uws(bed) == before_uws);
            for (int64_t now_ms = 0; now_ms < 100; now_ms += 10) {
                (void)legal_part_keep(&bed->part, now_ms); /* a new chip wants its sectors first */
                nor_advance(&bed->nor, 100000);
            }
            assert_int_equal(legal_part_power_fail(&bed->part), STORAGE_DONE);
        }
        end_bed(bed);
    }
}

/* While something is counted, so long after a checkpoint comes the next, and no sooner: a minute,
 * or what the setup says. */
static void checkpoints_come_in_their_period(void **state)
{
    (void)state;
    const int64_t says_ms[] = {0, 1, 5000, LEGAL_KEEP_PERIOD_MAX_MS};
    const int64_t periods_ms[] = {LEGAL_KEEP_PERIOD_MS, 1, 5000, LEGAL_KEEP_PERIOD_MAX_MS};
    for (int n = 0; n < 4; n++) {
        struct bed *bed = new_bed();
        const struct legal_begin begin = {
            .type = &legal_type_xs211, .flash = &bed->flash, .period_ms = says_ms[n]};
        assert_int_equal(legal_part_begin(&bed->part, &begin), 0);
        recover(bed);
        int64_t now_ms = 0;
        int64_t next_ms = 0;
        for (int call = 0; call < 1000; call++) { /* sectors are prepared, the first one is kept */
            measure(bed);
            nor_advance(&bed->nor, 100000);
            next_ms = legal_part_keep(&bed->part, now_ms);
        }
        assert_true(next_ms > now_ms && next_ms <= now_ms + periods_ms[n]);
        uint32_t kept_sum = bed->part.keep.kept_sum;
        measure(bed);
        (void)legal_part_keep(&bed->part, now_ms + periods_ms[n] - 1);
        assert_int_equal(bed->part.keep.kept_sum, kept_sum);
        now_ms += periods_ms[n];
        measure(bed);
        (void)legal_part_keep(&bed->part, now_ms);
        assert_int_not_equal(bed->part.keep.kept_sum, kept_sum);
        end_bed(bed);
    }
}

/* The chip of another type stays as it is, and the meter is sealed. */
static void the_chip_of_another_type_is_left_alone(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    struct legal_begin begin = {.type = &legal_type_sm402d, .flash = &bed->flash};
    assert_int_equal(legal_part_begin(&bed->part, &begin), 0);
    recover(bed);
    measure(bed);
    for (int64_t now_ms = 0; now_ms < 100; now_ms += 10) {
        (void)legal_part_keep(&bed->part, now_ms);
        nor_advance(&bed->nor, 100000);
    }
    int64_t kept_uws = import_uws(bed);
    assert_int_equal(legal_part_power_fail(&bed->part), STORAGE_DONE);
    begin.type = &legal_type_xs211;
    assert_int_equal(legal_part_begin(&bed->part, &begin), 0);
    recover(bed);
    assert_int_equal(legal_part_found(&bed->part), LEGAL_KEEP_FOREIGN);
    assert_true(import_uws(bed) == 0);
    assert_true(legal_parameters(&bed->part.legal)->sealed);
    measure(bed);
    assert_true(legal_part_power_fail(&bed->part) < 0);
    begin.type = &legal_type_sm402d;
    assert_int_equal(legal_part_begin(&bed->part, &begin), 0);
    recover(bed);
    assert_true(import_uws(bed) == kept_uws);
    end_bed(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_as_its_type_says),
        cmocka_unit_test(what_the_setup_says_counts),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(without_a_chip_nothing_waits_and_nothing_is_kept),
        cmocka_unit_test(energies_outlive_it),
        cmocka_unit_test(checkpoints_come_in_their_period),
        cmocka_unit_test(the_chip_of_another_type_is_left_alone),
    };
    return cmocka_run_group_tests_name("legal_part", tests, NULL, NULL);
}
