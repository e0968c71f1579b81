/* The seal is one way: whatever the supply or the chip does, a meter that was sealed stays so, and
 * one that was not does not become it by a cut. */
#include "legal/keep.h"
#include "legal/part.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <stdlib.h>
#include <string.h>

enum { SECTORS = 8, PERIOD_MS = 1000, STEP_MS = 10, SETTLED_MS = 6000, GAIN = 12345 };

static const struct partition partition = {
    .name = "energy", .identity = 0x0101, .kind = BELT_JOURNAL, .sectors = SECTORS};

struct bed {
    struct nor nor;
    struct flash flash;
    struct legal_config config;
    struct legal legal;
    struct legal_keep keep;
    int64_t now_ms;
};

static enum legal_keep_found begin(struct bed *bed)
{
    static const struct legal_calibration ideal;
    bed->config = legal_type_xs211.config;
    legal_init(&bed->legal, &bed->config, &ideal);
    legal_keep_init(&bed->keep, &bed->flash, &partition, PERIOD_MS);
    while (legal_keep_recover(&bed->keep) > 0) {
        nor_advance(&bed->nor, 100);
    }
    bed->now_ms = 0;
    return legal_keep_restore(&bed->keep, &bed->legal);
}

/* Energy comes in, so that there is something to keep. */
static void measure(struct bed *bed)
{
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    interval.phase[0] = (struct legal_phase){
        .u_uv = 230000000, .i_na = INT64_C(10000000000), .p_uw = INT64_C(2300000000)};
    legal_direct(&bed->legal, &interval, NULL);
}

static void live(struct bed *bed, int64_t for_ms)
{
    int64_t end_ms = bed->now_ms + for_ms;
    for (; bed->now_ms < end_ms && !bed->nor.dead; bed->now_ms += STEP_MS) {
        if (bed->now_ms % 1000 == 0) {
            measure(bed);
        }
        (void)legal_keep_step(&bed->keep, &bed->legal, bed->now_ms);
        nor_advance(&bed->nor, (uint64_t)STEP_MS * 1000);
    }
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
    return bed;
}

static void end_bed(struct bed *bed)
{
    nor_close(&bed->nor);
    free(bed);
}

static struct legal_calibration made_up(void)
{
    struct legal_calibration calibration = {.phase = {{.u_gain_ppb = GAIN}}};
    return calibration;
}

static bool is_sealed(const struct bed *bed)
{
    return legal_parameters(&bed->legal)->sealed;
}

static bool is_calibrated(const struct bed *bed)
{
    return legal_parameters(&bed->legal)->calibration.phase[0].u_gain_ppb == GAIN;
}

/* A meter as the factory has it before the seal: calibrated, and some time on. */
static struct bed *unsealed_bed(int64_t for_ms)
{
    struct bed *bed = new_bed();
    const struct legal_calibration calibration = made_up();
    assert_int_equal(begin(bed), LEGAL_KEEP_NEW);
    live(bed, SETTLED_MS);
    assert_int_equal(legal_calibrate(&bed->legal, &calibration), LEGAL_SET);
    live(bed, for_ms);
    return bed;
}

static struct bed *sealed_bed(int64_t before_ms, int64_t after_ms)
{
    struct bed *bed = unsealed_bed(before_ms);
    legal_seal(&bed->legal);
    live(bed, after_ms);
    return bed;
}

/* ---- what is left on the chip ---- */

static enum belt_sector sector_of(const struct bed *bed, uint32_t index, struct belt_header *header)
{
    return belt_inspect(&bed->flash, index * bed->flash.sector, header);
}

static void only_marked_sectors_are_left(void **state)
{
    (void)state;
    for (int64_t before_ms = 1000; before_ms < 60000; before_ms += 7000) {
        struct bed *bed = sealed_bed(before_ms, SETTLED_MS);
        unsigned marked = 0;
        for (uint32_t index = 0; index < SECTORS; index++) {
            struct belt_header header;
            if (sector_of(bed, index, &header) == BELT_SECTOR_DATA) {
                assert_int_equal(header.note.version, 1);
                marked++;
            }
        }
        assert_true(marked >= 1);
        assert_int_equal(begin(bed), LEGAL_KEEP_WHOLE);
        assert_true(is_sealed(bed) && is_calibrated(bed));
        end_bed(bed);
    }
}

/* The mark goes round with the sectors. */
static void the_mark_lasts(void **state)
{
    (void)state;
    struct bed *bed = sealed_bed(1000, SETTLED_MS);
    uint32_t head = bed->keep.journal.belt.head;
    for (unsigned start = 0; bed->keep.journal.belt.head < head + 3 * SECTORS; start++) {
        live(bed, 40000);
        assert_int_equal(begin(bed), LEGAL_KEEP_WHOLE);
        assert_true(is_sealed(bed) && is_calibrated(bed));
        assert_true(bed->keep.journal.marked);
        assert_true(start < 100);
    }
    end_bed(bed);
}

/* A chip that was sealed by a part that knew no mark: as its sectors and records are, but for it.
 */
static void a_seal_without_the_mark_is_marked(void **state)
{
    (void)state;
    struct bed *bed = unsealed_bed(1000);
    uint8_t octets[LEGAL_PARAMETERS_SIZE];
    legal_seal(&bed->legal);
    size_t size = legal_parameters_write(&bed->legal, octets);
    assert_int_equal(
        journal_put(&bed->keep.journal, 1, LEGAL_PARAMETERS_VERSION, octets, (uint16_t)size),
        STORAGE_DONE);
    assert_int_equal(begin(bed), LEGAL_KEEP_WHOLE);
    assert_true(is_sealed(bed));
    assert_false(bed->keep.journal.marked);
    live(bed, SETTLED_MS);
    assert_true(bed->keep.journal.marked);
    assert_int_equal(begin(bed), LEGAL_KEEP_WHOLE);
    assert_true(is_sealed(bed) && is_calibrated(bed));
    end_bed(bed);
}

/* ---- cuts ---- */

static const struct nor_tear tears[] = {
    {.octets = 0},
    {.octets = 7, .spread = 128, .erased = 300, .seed = 1},
    {.octets = 40, .spread = 30, .erased = 500, .seed = 3},
    {.octets = 200, .spread = 60, .erased = 800, .seed = 2},
    {.octets = 256, .erased = 1000},
};
enum { TEARS = sizeof tears / sizeof tears[0] };

/* Seals; the supply fails at an operation of that, and again at one while it comes back. */
static void cut_a_sealing(uint64_t cut, uint64_t again, const struct nor_tear *tear, bool *ended)
{
    struct bed *bed = unsealed_bed(9000);
    legal_seal(&bed->legal);
    nor_plan_cut(&bed->nor, cut, tear);
    live(bed, SETTLED_MS);
    *ended = !bed->nor.dead;
    nor_power_on(&bed->nor);
    (void)begin(bed);
    bool sealed = is_sealed(bed);
    assert_true(is_calibrated(bed));
    assert_true(sealed || !*ended);
    nor_plan_cut(&bed->nor, again, tear);
    live(bed, SETTLED_MS);
    nor_power_on(&bed->nor);
    (void)begin(bed);
    assert_int_equal(is_sealed(bed), sealed); /* neither way by a cut alone */
    assert_true(is_calibrated(bed));
    legal_seal(&bed->legal);
    live(bed, SETTLED_MS);
    (void)begin(bed);
    assert_true(is_sealed(bed) && is_calibrated(bed));
    end_bed(bed);
}

static void a_torn_sealing_is_old_or_new(void **state)
{
    (void)state;
    bool ended = false;
    uint64_t cut = 1;
    for (; !ended; cut++) {
        for (unsigned n = 0; n < TEARS; n++) {
            bool through;
            cut_a_sealing(cut, 1 + (cut * 7 + n) % 25, &tears[n], &through);
            ended = ended || through;
        }
        assert_true(cut < 1000);
    }
    assert_true(cut > 15);
    print_message("%llu operations of a sealing\n", (unsigned long long)cut - 2);
}

/* From the first octet on a blank chip: what is torn there is no seal. */
static void no_cut_seals(void **state)
{
    (void)state;
    for (uint64_t cut = 1; cut < 80; cut++) {
        struct bed *bed = new_bed();
        (void)begin(bed);
        for (uint64_t times = 0; times < 3; times++) {
            nor_plan_cut(&bed->nor, times == 0 ? cut : 1 + cut % (3 + times),
                         &tears[(cut + times) % TEARS]);
            live(bed, SETTLED_MS);
            nor_power_on(&bed->nor);
            (void)begin(bed);
            assert_false(is_sealed(bed));
        }
        end_bed(bed);
    }
}

/* ---- tampering ---- */

typedef void tamper(uint8_t *cells, uint32_t size, uint32_t seed);

/* Of the cells, which are the octets inverted. */
static void blank(uint8_t *cells, uint32_t size, uint32_t seed)
{
    (void)seed;
    memset(cells, 0, size);
}

static void zero(uint8_t *cells, uint32_t size, uint32_t seed)
{
    (void)seed;
    memset(cells, 0xff, size);
}

static void scramble(uint8_t *cells, uint32_t size, uint32_t seed)
{
    for (uint32_t i = 0; i < size; i++) {
        seed = seed * 1664525 + 1013904223;
        cells[i] = (uint8_t)(seed >> 24);
    }
}

static void flip(uint8_t *cells, uint32_t size, uint32_t seed)
{
    cells[seed % size] ^= (uint8_t)(1U << seed / size % 8);
}

static void stays_sealed(struct bed *bed)
{
    (void)begin(bed);
    assert_true(is_sealed(bed));
    live(bed, SETTLED_MS);
    (void)begin(bed);
    assert_true(is_sealed(bed));
}

/* Whatever `size` octets of the chip become something else. */
static void tamper_everywhere(const struct bed *sealed, uint32_t size, tamper *how, uint32_t seed)
{
    struct bed *bed = new_bed();
    for (uint32_t at = 0; at + size <= SECTORS * sealed->flash.sector; at += size) {
        nor_copy(&bed->nor, &sealed->nor);
        how(bed->nor.cells + at, size, seed + at);
        stays_sealed(bed);
    }
    end_bed(bed);
}

/* Of sealings early and late in a lap of the sectors, and at its turn. */
static void no_damage_opens_it(void **state)
{
    (void)state;
    static tamper *const ways[] = {zero, blank, scramble};
    for (int64_t before_ms = 1000; before_ms <= 45000; before_ms += 11000) {
        struct bed *bed = sealed_bed(before_ms, SETTLED_MS);
        for (unsigned n = 0; n < sizeof ways / sizeof ways[0]; n++) {
            tamper_everywhere(bed, bed->flash.sector, ways[n], 1);
            tamper_everywhere(bed, bed->flash.page, ways[n], 2);
        }
        tamper_everywhere(bed, 64, flip, 3);
        end_bed(bed);
    }
}

/* Nor at the moment of the mark, when records without the seal are still there. */
static void no_damage_opens_it_before_they_are_gone(void **state)
{
    (void)state;
    for (int64_t before_ms = 1000; before_ms <= 12000; before_ms += 1000) {
        struct bed *bed = unsealed_bed(before_ms);
        legal_seal(&bed->legal);
        while (!bed->keep.journal.marked) {
            live(bed, STEP_MS);
        }
        assert_true(belt_oldest(&bed->keep.journal.belt) < bed->keep.journal.marked_from);
        tamper_everywhere(bed, bed->flash.sector, zero, 1);
        tamper_everywhere(bed, bed->flash.page, zero, 1);
        tamper_everywhere(bed, 64, scramble, before_ms & 0xff);
        end_bed(bed);
    }
}

/* All marked sectors at once. */
static void without_its_sectors_it_stays_sealed(void **state)
{
    (void)state;
    static tamper *const ways[] = {zero, blank, scramble};
    for (int64_t before_ms = 1000; before_ms <= 60000; before_ms += 3000) {
        for (unsigned n = 0; n < sizeof ways / sizeof ways[0]; n++) {
            struct bed *bed = sealed_bed(before_ms, SETTLED_MS);
            for (uint32_t index = 0; index < SECTORS; index++) {
                struct belt_header header;
                if (sector_of(bed, index, &header) == BELT_SECTOR_DATA) {
                    ways[n](bed->nor.cells + index * bed->flash.sector, bed->flash.sector, index);
                }
            }
            stays_sealed(bed);
            end_bed(bed);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_marked_sectors_are_left),
        cmocka_unit_test(the_mark_lasts),
        cmocka_unit_test(a_seal_without_the_mark_is_marked),
        cmocka_unit_test(a_torn_sealing_is_old_or_new),
        cmocka_unit_test(no_cut_seals),
        cmocka_unit_test(no_damage_opens_it),
        cmocka_unit_test(no_damage_opens_it_before_they_are_gone),
        cmocka_unit_test(without_its_sectors_it_stays_sealed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
