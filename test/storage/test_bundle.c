/* Bundles: a value in parts is the old one or the new one, whatever happens in between. */
#include "storage/bundle.h"
#include "storage/result.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <stdlib.h>
#include <string.h>

enum { SECTORS = 24, PARTS = 4, ROOM = PARTS * BUNDLE_PART, NUMBER = 3, VERSION = 7 };

static const struct partition partition = {
    .name = "values", .identity = 0x0102, .kind = BELT_JOURNAL, .sectors = SECTORS};
static const struct journal_use use = {.values = NUMBER + BUNDLE_NUMBERS(PARTS)};

struct text {
    uint32_t size;
    uint8_t octets[ROOM + 1];
};

struct bed {
    struct nor nor;
    struct flash flash;
    struct journal journal;
    struct bundle bundle;
    uint16_t places[NUMBER + BUNDLE_NUMBERS(PARTS)];
};

static void start(struct bed *bed)
{
    journal_init(&bed->journal, &bed->flash, &partition, &use, bed->places);
    while (journal_recover(&bed->journal) > 0) {
    }
    bundle_init(&bed->bundle, &bed->journal, NUMBER, PARTS);
}

static void settle(struct bed *bed)
{
    while (!bed->nor.dead && journal_step(&bed->journal) > 0) {
        nor_advance(&bed->nor, 10000);
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
    start(bed);
    settle(bed);
    return bed;
}

static void end_bed(struct bed *bed)
{
    nor_close(&bed->nor);
    free(bed);
}

static struct text text_of(uint32_t size, unsigned seed)
{
    struct text text = {.size = size};
    for (uint32_t i = 0; i < size; i++) {
        text.octets[i] = (uint8_t)((i * 31 + seed * 97) >> (i % 3));
    }
    return text;
}

static void render(const void *owner, struct writer *w)
{
    const struct text *text = owner;
    writer_octets(w, text->octets, text->size);
}

/* Goes on with what was begun; else begins. */
static int go_on(struct bed *bed, const struct text *text)
{
    int result = 1;
    while (result > 0 || (result == STORAGE_LATER && !bed->nor.dead)) {
        result = bundle_step(&bed->bundle, VERSION, render, text);
        settle(bed);
    }
    return result;
}

static int save(struct bed *bed, const struct text *text)
{
    bundle_begin(&bed->bundle);
    return go_on(bed, text);
}

/* Loads through a window of `room` octets, in fields of sizes that have nothing to do with it. The
 * size, or what is wrong. */
static int load(struct bed *bed, uint8_t *version, uint8_t octets[ROOM], size_t room)
{
    static uint8_t window[ROOM];
    struct reader r;
    int result = bundle_open(&bed->bundle, version, window, room, &r);
    if (result != STORAGE_DONE) {
        return result;
    }
    size_t size = 0;
    while (reader_left(&r) > 0) {
        size_t now = size % 7 + 1 < reader_left(&r) ? size % 7 + 1 : reader_left(&r);
        const uint8_t *from = reader_octets(&r, now);
        assert_non_null(from);
        memcpy(octets + size, from, now);
        size += now;
    }
    assert_true(reader_done(&r));
    return (int)size;
}

static void assert_holds(struct bed *bed, const struct text *text)
{
    uint8_t octets[ROOM];
    uint8_t version;
    static const size_t rooms[] = {7, 100, BUNDLE_PART, ROOM};
    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0]; i++) {
        assert_int_equal(load(bed, &version, octets, rooms[i]), text->size);
        assert_int_equal(version, VERSION);
        assert_memory_equal(octets, text->octets, text->size);
    }
}

static void what_is_saved_is_loaded(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 1, 1023, 1024, 1025, 2048, 3000, 4096};
    struct bed *bed = new_bed();
    uint8_t octets[ROOM];
    uint8_t version;
    assert_int_equal(load(bed, &version, octets, ROOM), STORAGE_ABSENT);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct text text = text_of(sizes[i], (unsigned)i);
        assert_int_equal(save(bed, &text), STORAGE_DONE);
        settle(bed);
        start(bed);
        assert_holds(bed, &text);
    }
    end_bed(bed);
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    struct text kept = text_of(2000, 1);
    struct text large = text_of(ROOM + 1, 2);
    assert_int_equal(save(bed, &kept), STORAGE_DONE);
    assert_int_equal(save(bed, &large), STORAGE_FULL);
    assert_holds(bed, &kept);
    end_bed(bed);
}

/* One that changes while it is written is begun again; until then the old one stands. */
static void what_is_begun_anew_is_whole(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    struct text first = text_of(2500, 1);
    struct text second = text_of(3500, 2);
    struct text third = text_of(1500, 3);
    assert_int_equal(save(bed, &first), STORAGE_DONE);
    bundle_begin(&bed->bundle);
    assert_int_equal(bundle_step(&bed->bundle, VERSION, render, &second), 1);
    assert_int_equal(bundle_step(&bed->bundle, VERSION, render, &second), 1);
    assert_holds(bed, &first);
    assert_int_equal(save(bed, &third), STORAGE_DONE);
    start(bed);
    assert_holds(bed, &third);
    end_bed(bed);
}

/* Behind one that is saved, or too large, the next step begins anew without being told. */
static void one_follows_another(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    struct text large = text_of(ROOM + 1, 0);
    for (unsigned i = 1; i < 6; i++) {
        struct text text = text_of(700 * i, i);
        assert_int_equal(go_on(bed, &text), STORAGE_DONE);
        assert_holds(bed, &text);
        assert_int_equal(go_on(bed, &large), STORAGE_FULL);
        assert_holds(bed, &text);
    }
    end_bed(bed);
}

/* Every operation of a save is cut, torn in several ways; after it, the old or the new text. */
static void every_cut_leaves_the_old_or_the_new(void **state)
{
    (void)state;
    static const struct nor_tear tears[] = {
        {.octets = 0},
        {.octets = 9, .spread = 100, .seed = 1},
        {.octets = 200, .spread = 30, .seed = 2},
        {.octets = 256},
    };
    struct text first = text_of(2500, 1);
    struct text second = text_of(3500, 2);
    struct bed *bed = new_bed();
    assert_int_equal(save(bed, &first), STORAGE_DONE);
    uint64_t before = bed->nor.counts.operations;
    assert_int_equal(save(bed, &second), STORAGE_DONE);
    uint64_t operations = bed->nor.counts.operations - before;
    end_bed(bed);
    assert_true(operations > 15);
    unsigned olds = 0;
    for (uint64_t cut = 1; cut <= 4 * operations; cut++) {
        bed = new_bed();
        assert_int_equal(save(bed, &first), STORAGE_DONE);
        nor_plan_cut(&bed->nor, 1 + cut / 4, &tears[cut % 4]);
        (void)save(bed, &second);
        nor_power_on(&bed->nor);
        start(bed);
        uint8_t octets[ROOM];
        uint8_t version;
        int size = load(bed, &version, octets, ROOM);
        assert_true(size == 2500 || size == 3500);
        assert_holds(bed, size == 2500 ? &first : &second);
        olds += size == 2500;
        settle(bed);
        assert_int_equal(save(bed, &second), STORAGE_DONE);
        assert_holds(bed, &second);
        end_bed(bed);
    }
    assert_true(olds > operations && olds < 4 * operations);
}

/* A part that cannot be read makes all of it unreadable. */
static void a_damaged_part_is_found(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    struct text text = text_of(2500, 1);
    uint8_t octets[ROOM];
    uint8_t version;
    assert_int_equal(save(bed, &text), STORAGE_DONE);
    assert_int_equal(journal_put(&bed->journal, NUMBER + 1 + PARTS, 1, "other", 5), STORAGE_DONE);
    start(bed);
    assert_int_equal(load(bed, &version, octets, ROOM), STORAGE_DAMAGED);
    assert_int_equal(journal_put(&bed->journal, NUMBER, 1, "head", 4), STORAGE_DONE);
    start(bed);
    assert_int_equal(load(bed, &version, octets, ROOM), STORAGE_DAMAGED);
    assert_int_equal(save(bed, &text), STORAGE_DONE);
    assert_holds(bed, &text);
    end_bed(bed);
}

/* The head of a bundle: which set, size, check sum. */
enum { HEAD = 9 };

/* A head with any bit turned is not believed, nor one that is cut off or has something behind. */
static void only_the_right_head_is_believed(void **state)
{
    (void)state;
    struct bed *bed = new_bed();
    struct text text = text_of(2500, 1);
    uint8_t right[HEAD + 1] = {0};
    uint8_t octets[ROOM];
    uint8_t version;
    assert_int_equal(save(bed, &text), STORAGE_DONE);
    assert_int_equal(journal_get(&bed->journal, NUMBER, &version, right, HEAD), HEAD);
    for (unsigned bit = 0; bit < 8 * HEAD; bit++) {
        uint8_t wrong[HEAD];
        memcpy(wrong, right, HEAD);
        wrong[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(journal_put(&bed->journal, NUMBER, VERSION, wrong, HEAD), STORAGE_DONE);
        settle(bed);
        assert_int_equal(load(bed, &version, octets, ROOM), STORAGE_DAMAGED);
    }
    for (uint16_t size = 0; size <= HEAD + 1; size++) {
        assert_int_equal(journal_put(&bed->journal, NUMBER, VERSION, right, size), STORAGE_DONE);
        settle(bed);
        assert_int_equal(load(bed, &version, octets, ROOM),
                         size == HEAD ? (int)text.size : STORAGE_DAMAGED);
    }
    end_bed(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_saved_is_loaded),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(what_is_begun_anew_is_whole),
        cmocka_unit_test(one_follows_another),
        cmocka_unit_test(every_cut_leaves_the_old_or_the_new),
        cmocka_unit_test(a_damaged_part_is_found),
        cmocka_unit_test(only_the_right_head_is_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
