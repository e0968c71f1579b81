/* The energies through losses of the supply: at every operation of the flash chip, torn and whole,
 * with a warning and without. After each a new meter begins from the chip alone. */
#include "legal/keep.h"
#include "legal/totals.h"
#include "test/legal/rig.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PERIOD_MS = 1000, /* a checkpoint every second makes many of them */
    SECTORS = 8,      /* a small partition, which is filled and used again and again */
    SECONDS = 220,
    HOLD_UP_US = 20000 /* the data sheet's warning */
};

static const struct legal_config config = {
    .phases = 3,
    .nominal_hz = 50,
    .u_nominal_mv = 230000,
    .u_full_scale_mv = 600000,
    .i_full_scale_ma = 170000,
    .i_start_ua = 20000,
    .pulses_per_kwh = 1000,
    .pulses_per_kvarh = 1000,
};
static const struct legal_calibration ideal;
static const struct partition partition = {
    .name = "energy", .identity = 0x0101, .kind = BELT_JOURNAL, .sectors = SECTORS};

/* Of the total, of the phases, of the rates. */
enum { SETS = 1 + LEGAL_PHASES + LEGAL_RATES };

struct registers {
    int64_t uws[SETS][LEGAL_ENERGIES];
};

/* A legal part and its chip, and what a tester notes beside them. */
struct bed {
    struct nor nor;
    struct flash flash;
    struct legal legal;
    struct legal_keep keep;
    const struct partition *partition;
    struct registers kept; /* at the last checkpoint that was reported as written */
    struct registers truth;
    uint32_t checkpoints;
};

static struct registers registers_of(const struct legal *legal)
{
    struct registers r;
    for (unsigned set = 0; set < SETS; set++) {
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            r.uws[set][energy] =
                set <= LEGAL_PHASES
                    ? legal_energy_uws(legal, set, (enum legal_energy)energy)
                    : legal_rate_energy_uws(legal, set - LEGAL_PHASES, (enum legal_energy)energy);
        }
    }
    return r;
}

static bool none_above(const struct registers *a, const struct registers *b)
{
    for (unsigned set = 0; set < SETS; set++) {
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            if (a->uws[set][energy] > b->uws[set][energy]) {
                return false;
            }
        }
    }
    return true;
}

/* A meter begins on the chip as it is. */
static enum legal_keep_found begin(struct bed *bed)
{
    legal_init(&bed->legal, &config, &ideal);
    legal_keep_init(&bed->keep, &bed->flash, bed->partition, PERIOD_MS);
    while (legal_keep_recover(&bed->keep) > 0) {
        nor_advance(&bed->nor, 100);
    }
    return legal_keep_restore(&bed->keep, &bed->legal);
}

static struct bed *new_bed(void)
{
    struct bed *bed = calloc(1, sizeof *bed);
    struct nor_config chip = nor_config_default();
    char error[NOR_ERROR_SIZE];
    assert_non_null(bed);
    chip.size = (uint32_t)SECTORS * chip.sector;
    assert_int_equal(nor_open(&bed->nor, &chip, NULL, error, sizeof error), 0);
    bed->flash = nor_port(&bed->nor);
    bed->partition = &partition;
    return bed;
}

static void end_bed(struct bed *bed)
{
    nor_close(&bed->nor);
    free(bed);
}

/* A second of load, another in each, and now and then another rate. */
static void measure_second(struct bed *bed, int second)
{
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        int64_t sign = (second / 7 + phase) % 3 == 0 ? -1 : 1;
        interval.phase[phase] = (struct legal_phase){
            .u_uv = 230000000,
            .i_na = INT64_C(1000000007) * (1 + (second + phase) % 40),
            .p_uw = sign * INT64_C(200000003) * (1 + (second + phase) % 40),
            .q1_uvar = (second % 2 ? 1 : -1) * INT64_C(90000001) * (1 + second % 30),
        };
    }
    legal_rate_select(&bed->legal, 1 + (unsigned)second / 3 % LEGAL_RATES);
    legal_direct(&bed->legal, &interval, NULL);
    bed->truth = registers_of(&bed->legal);
}

/* The meter's second: measures, keeps, lets the chip work. */
static void live_second(struct bed *bed, int second)
{
    measure_second(bed, second);
    int64_t now_ms = (int64_t)second * 1000;
    int64_t end_ms = now_ms + 1000;
    while (now_ms < end_ms && !bed->nor.dead) {
        uint32_t kept_sum = bed->keep.kept_sum;
        int64_t next_ms = legal_keep_step(&bed->keep, &bed->legal, now_ms);
        if (bed->keep.kept_sum != kept_sum) {
            bed->kept = bed->truth;
            bed->checkpoints++;
        }
        next_ms = next_ms < end_ms ? next_ms : end_ms;
        nor_advance(&bed->nor, (uint64_t)(next_ms - now_ms) * 1000);
        now_ms = next_ms;
    }
}

static void live(struct bed *bed, int seconds)
{
    for (int second = 1; second <= seconds && !bed->nor.dead; second++) {
        live_second(bed, second);
    }
}

static void come_back_and_judge(struct bed *bed)
{
    struct registers kept = bed->kept;
    struct registers truth = bed->truth;
    nor_power_on(&bed->nor);
    (void)begin(bed);
    struct registers found = registers_of(&bed->legal);
    assert_true(none_above(&kept, &found));
    assert_true(none_above(&found, &truth));
    assert_false(legal_parameters(&bed->legal)->sealed); /* nor does a cut seal it */
}

static void totals_survive(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    assert_int_equal(begin(bed), LEGAL_KEEP_NEW);
    live(bed, 10);
    assert_true(bed->checkpoints >= 9);
    struct registers kept = bed->kept;
    assert_int_equal(begin(bed), LEGAL_KEEP_WHOLE);
    struct registers found = registers_of(&bed->legal);
    assert_memory_equal(&found, &kept, sizeof found);
    end_bed(bed);
}

/* Whoever begins as another type measures, keeps nothing, and the chip stays as it is. */
static void another_types_chip_stays_as_it_is(void **state)
{
    (void)state;
    enum { CHIP = SECTORS * 4096 };
    static uint8_t before[CHIP];
    static uint8_t after[CHIP];
    static const struct partition others = {
        .name = "energy", .identity = 0x0201, .kind = BELT_JOURNAL, .sectors = SECTORS};
    struct bed *bed = new_bed();
    assert_int_equal(begin(bed), LEGAL_KEEP_NEW);
    live(bed, 10);
    struct registers kept = bed->kept;
    assert_int_equal(flash_read(&bed->flash, 0, before, CHIP), STORAGE_DONE);
    bed->partition = &others;
    assert_int_equal(begin(bed), LEGAL_KEEP_FOREIGN);
    assert_true(legal_parameters(&bed->legal)->sealed);
    live(bed, 10);
    assert_true(bed->truth.uws[0][LEGAL_ENERGY_A_IMPORT] > 0);
    assert_true(legal_keep_power_fail(&bed->keep, &bed->legal) < 0);
    assert_int_equal(flash_read(&bed->flash, 0, after, CHIP), STORAGE_DONE);
    assert_memory_equal(after, before, CHIP);
    bed->partition = &partition;
    assert_int_equal(begin(bed), LEGAL_KEEP_WHOLE);
    struct registers found = registers_of(&bed->legal);
    assert_memory_equal(&found, &kept, sizeof found);
    assert_false(legal_parameters(&bed->legal)->sealed);
    end_bed(bed);
}

/* Who calls with a time years ahead, once, does not put the next checkpoints off. */
static void a_time_that_falls_puts_nothing_off(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    (void)begin(bed);
    live(bed, 5);
    (void)legal_keep_step(&bed->keep, &bed->legal, INT64_C(1000000000000));
    uint32_t before = bed->checkpoints;
    for (int second = 6; second <= 15; second++) {
        live_second(bed, second);
    }
    assert_true(bed->checkpoints >= before + 9);
    end_bed(bed);
}

/* A chip that a firmware without rates has written. */
static void totals_without_rates_survive(void **state)
{
    (void)state;
    enum { WITHOUT = 1 + (1 + LEGAL_PHASES) * LEGAL_ENERGIES * 10 };
    struct bed *bed = new_bed();
    (void)begin(bed);
    live(bed, 10);
    uint8_t octets[LEGAL_TOTALS_SIZE];
    (void)legal_totals_write(&bed->legal, octets);
    struct registers truth = bed->truth;
    assert_int_equal(journal_put(&bed->keep.journal, 0, 1, octets, WITHOUT), STORAGE_DONE);
    assert_int_equal(begin(bed), LEGAL_KEEP_WHOLE);
    struct registers found = registers_of(&bed->legal);
    assert_memory_equal(&found, &truth, (1 + LEGAL_PHASES) * sizeof truth.uws[0]);
    assert_memory_equal(&found.uws[1 + LEGAL_PHASES], &truth.uws[0], sizeof truth.uws[0]);
    live(bed, 10);
    assert_true(bed->checkpoints > 15);
    end_bed(bed);
}

static void nothing_new_nothing_written(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    (void)begin(bed);
    live(bed, 3);
    for (int64_t now_ms = 4000; now_ms < 6000; now_ms += 10) {
        (void)legal_keep_step(&bed->keep, &bed->legal, now_ms);
        nor_advance(&bed->nor, 10000);
    }
    uint64_t operations = bed->nor.counts.operations;
    for (int64_t now_ms = 6000; now_ms < 3600000; now_ms += 1000) {
        (void)legal_keep_step(&bed->keep, &bed->legal, now_ms);
    }
    assert_int_equal(bed->nor.counts.operations, operations);
    end_bed(bed);
}

/* Every operation of a run, torn in several ways; and again with the supply failing once more while
 * the meter comes back. */
static void every_cut(void **state)
{
    (void)state;
    static const struct nor_tear tears[] = {
        {.octets = 0},
        {.octets = 7, .spread = 128, .erased = 300, .seed = 1},
        {.octets = 200, .spread = 60, .erased = 800, .seed = 2},
        {.octets = 256, .erased = 1000},
    };
    struct bed *bed = new_bed();
    (void)begin(bed);
    live(bed, SECONDS);
    uint64_t operations = bed->nor.counts.operations;
    end_bed(bed);
    assert_true(operations > 700);
    for (uint64_t cut = 1; cut <= operations; cut++) {
        bed = new_bed();
        (void)begin(bed);
        nor_plan_cut(&bed->nor, cut, &tears[cut % 4]);
        live(bed, SECONDS);
        nor_power_on(&bed->nor);
        nor_plan_cut(&bed->nor, 1 + cut % 3, &tears[(cut + 1) % 4]);
        (void)begin(bed);
        come_back_and_judge(bed);
        end_bed(bed);
    }
    print_message("%llu cuts, each followed by a second one\n", (unsigned long long)operations);
}

/* The warning comes at any moment of a long run: all is there afterwards, within the hold-up time
 * and without an erase. */
static void warning_loses_nothing(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    struct bed *other = new_bed();
    (void)begin(bed);
    for (int second = 1; second <= SECONDS; second++) {
        live_second(bed, second);
        struct legal legal = bed->legal;
        struct legal_keep keep = bed->keep;
        nor_copy(&other->nor, &bed->nor);
        other->legal = legal;
        other->keep = keep;
        other->keep.journal.places = other->keep.places;
        other->keep.journal.belt.flash = &other->flash;
        measure_second(other, second + 1);
        uint64_t begun_ns = other->nor.now_ns;
        uint64_t erases = other->nor.counts.erases;
        assert_int_equal(legal_keep_power_fail(&other->keep, &other->legal), 0);
        assert_true((other->nor.now_ns - begun_ns) / 1000 <= HOLD_UP_US);
        assert_int_equal(other->nor.counts.erases, erases);
        struct registers truth = other->truth;
        nor_cut(&other->nor, NULL, &(struct nor_tear){0});
        nor_power_on(&other->nor);
        (void)begin(other);
        struct registers found = registers_of(&other->legal);
        assert_memory_equal(&found, &truth, sizeof found);
    }
    end_bed(bed);
    end_bed(other);
}

static void refuses_what_is_no_totals(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    uint8_t octets[LEGAL_TOTALS_SIZE + 1];
    rig_mains(&rig, 50, 230, 10, 30);
    rig_begin(&rig);
    rig_seconds(&rig, 2);
    size_t size = legal_totals_write(&rig.legal, octets);
    assert_int_equal(size, 1 + 2 * LEGAL_ENERGIES * 10 + 7 * LEGAL_ENERGIES * 8);
    struct legal other;
    legal_init(&other, &config, &ideal);
    assert_int_equal(legal_totals_read(&other, LEGAL_TOTALS_VERSION, octets, size),
                     -1); /* three phases */
    legal_init(&other, &rig.config, &ideal);
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_equal(legal_totals_read(&other, LEGAL_TOTALS_VERSION, octets, cut), -1);
    }
    assert_int_equal(legal_totals_read(&other, LEGAL_TOTALS_VERSION, octets, size + 1), -1);
    octets[1] |= 0x80;
    assert_int_equal(legal_totals_read(&other, LEGAL_TOTALS_VERSION, octets, size),
                     -1); /* a negative register */
    assert_int_equal(legal_energy_uws(&other, 0, LEGAL_ENERGY_A_IMPORT), 0);
    octets[1] &= 0x7f;
    octets[size - 8] |= 0x80;
    assert_int_equal(legal_totals_read(&other, LEGAL_TOTALS_VERSION, octets, size),
                     -1); /* of a rate */
    octets[size - 8] &= 0x7f;
    assert_int_equal(legal_totals_read(&other, LEGAL_TOTALS_VERSION, octets, size), 0);
    assert_int_equal(legal_energy_uws(&other, 0, LEGAL_ENERGY_A_IMPORT),
                     legal_energy_uws(&rig.legal, 0, LEGAL_ENERGY_A_IMPORT));
}

/* The window under way counts when it is closed, wherever that is. */
static void close_counts_to_the_last_frame(void **state)
{
    (void)state;
    for (int extra = 1; extra < 1700; extra += 37) {
        struct rig rig = rig_of(1, 50);
        rig_mains(&rig, 50.1, 230, 20, 0);
        rig_begin(&rig);
        rig_seconds(&rig, 3);
        rig_frames(&rig, extra);
        legal_close(&rig.legal);
        double to = ((double)rig.frame - 0.5) / LEGAL_FRAME_HZ;
        double truth = wave_product(&rig.u[0], &rig.i[0], -0.5 / LEGAL_FRAME_HZ, to);
        double counted = rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT);
        assert_true(fabs(counted - truth) < 0.1); /* of 13.8 kWs: the ripple of half a frame */
    }
}

/* The pulses go on where the register stands: as many as it has passed, but for what was owed. */
static void pulses_follow_the_register(void **state)
{
    (void)state;
    struct rig rig = rig_of(1, 50);
    rig_mains(&rig, 50, 230, 80, 0);
    rig_begin(&rig);
    uint32_t pulses = 0;
    for (int restart = 0; restart < 20; restart++) {
        uint8_t octets[LEGAL_TOTALS_SIZE];
        rig_seconds(&rig, 3.3);
        pulses += legal_pulses(&rig.legal, LEGAL_PULSE_ACTIVE);
        size_t size = legal_totals_write(&rig.legal, octets);
        rig_begin(&rig);
        assert_int_equal(legal_totals_read(&rig.legal, LEGAL_TOTALS_VERSION, octets, size), 0);
    }
    double wh = rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT) / 3600;
    assert_true(pulses <= wh);
    assert_true(pulses + 20 * 3 >= wh); /* 18.4 kW: two pulses in 0.4 s at most */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_survive),
        cmocka_unit_test(another_types_chip_stays_as_it_is),
        cmocka_unit_test(a_time_that_falls_puts_nothing_off),
        cmocka_unit_test(totals_without_rates_survive),
        cmocka_unit_test(nothing_new_nothing_written),
        cmocka_unit_test(every_cut),
        cmocka_unit_test(warning_loses_nothing),
        cmocka_unit_test(refuses_what_is_no_totals),
        cmocka_unit_test(close_counts_to_the_last_frame),
        cmocka_unit_test(pulses_follow_the_register),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
