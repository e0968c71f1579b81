/* The belt by itself: sectors go round in their order, the oldest gives way to the newest, and a
 * start at any moment finds what the belt knew; cells that are stuck and bits that have flipped
 * cost a sector, not the belt. */
#include "storage/belt.h"
#include "test/storage/kit.h"
#include "test/unit.h"

#include <string.h>

enum { SECTORS_MOST = 12, IDENTITY = 0x0203, RETIRED = 4 /* place of that word in a sector */ };

struct bed {
    struct kit kit;
    struct partition partition;
    struct belt belt;
    uint32_t erases[SECTORS_MOST]; /* of each sector of the partition */
};

static void count_erases(void *context, const struct nor *nor,
                         const struct nor_operation *operation)
{
    struct bed *bed = context;
    (void)nor;
    if (operation->kind == NOR_ERASE) {
        bed->erases[operation->at / KIT_SECTOR - bed->partition.first]++;
    }
}

static void recover(const struct bed *bed, struct belt *belt)
{
    belt_init(belt, &bed->kit.flash, &bed->partition);
    while (belt_recover(belt) > 0) {
    }
}

static void begin(struct bed *bed, uint16_t sectors)
{
    memset(bed, 0, sizeof *bed);
    kit_open(&bed->kit, SECTORS_MOST + 2);
    bed->partition = (struct partition){
        .identity = IDENTITY, .kind = BELT_RECORDS, .first = 1, .sectors = sectors};
    bed->kit.nor.watch = count_erases;
    bed->kit.nor.watch_context = bed;
    recover(bed, &bed->belt);
}

static void end(struct bed *bed)
{
    kit_close(&bed->kit);
}

/* Prepares one sector, or as many as there is room for. */
static void prepare(struct bed *bed, unsigned sectors)
{
    unsigned until = bed->belt.ahead + sectors;
    while (bed->belt.ahead < until && belt_prepare(&bed->belt) > 0) {
        nor_advance(&bed->kit.nor, 10000);
    }
}

/* The note tells which sector it is. */
static struct belt_note note_of(uint32_t number)
{
    return (struct belt_note){.version = 1, .slot = 32, .first = number * 10, .time_s = number};
}

static int open_next(struct bed *bed, uint32_t number)
{
    const struct belt_note note = note_of(number);
    return belt_open(&bed->belt, &note);
}

/* One more sector at the head; the oldest gives way when there is no other. */
static void go_on(struct bed *bed, uint32_t number)
{
    if (belt_crowded(&bed->belt) && bed->belt.ready == 0) {
        assert_int_equal(belt_drop(&bed->belt), STORAGE_DONE);
    }
    if (bed->belt.ready == 0) {
        prepare(bed, 1);
    }
    int result = open_next(bed, number);
    if (result == STORAGE_LATER) { /* what was prepared is no good */
        go_on(bed, number);
    } else {
        assert_int_equal(result, STORAGE_DONE);
    }
}

/* A start now finds the same. */
static void assert_found_again(const struct bed *bed)
{
    struct belt again;
    recover(bed, &again);
    assert_int_equal(again.span, bed->belt.span);
    if (bed->belt.span > 0) {
        assert_int_equal(again.head, bed->belt.head);
        assert_int_equal(belt_oldest(&again), belt_oldest(&bed->belt));
    }
    for (uint32_t i = 0; i < bed->belt.span; i++) {
        struct belt_note was;
        struct belt_note is;
        int result = belt_read_note(&bed->belt, bed->belt.head - i, &was);
        assert_int_equal(belt_read_note(&again, bed->belt.head - i, &is), result);
        if (result == STORAGE_DONE) {
            assert_memory_equal(&is, &was, sizeof is);
        }
    }
}

/* ---- a sound chip ---- */

static void rounds_of(uint16_t sectors)
{
    struct bed bed;
    begin(&bed, sectors);
    assert_int_equal(bed.belt.span, 0);
    assert_int_equal(open_next(&bed, 0), STORAGE_LATER); /* nothing is prepared */
    for (uint32_t number = 1; number <= 5U * sectors; number++) {
        struct belt_note note;
        go_on(&bed, number);
        assert_int_equal(belt_read_note(&bed.belt, bed.belt.head, &note), STORAGE_DONE);
        assert_int_equal(note.first, number * 10);
        assert_int_equal(belt_address(&bed.belt, bed.belt.head),
                         (1 + bed.belt.head % sectors) * KIT_SECTOR);
        assert_true(bed.belt.span <= sectors);
        assert_int_equal(bed.belt.lost, 0);
        assert_found_again(&bed);
    }
    for (uint16_t i = 1; i < sectors; i++) { /* all wear alike */
        assert_in_range(bed.erases[i], bed.erases[0] - 1, bed.erases[0] + 1);
    }
    assert_int_equal(bed.kit.nor.counts.refused, 0);
    end(&bed);
}

static void sectors_go_round(void **state)
{
    (void)state;
    for (uint16_t sectors = 3; sectors <= SECTORS_MOST; sectors++) {
        rounds_of(sectors);
    }
}

/* As many as there is room for; they are there after a start, too. */
static void sectors_are_prepared_in_advance(void **state)
{
    (void)state;
    struct bed bed;
    struct belt again;
    begin(&bed, 8);
    go_on(&bed, 1);
    prepare(&bed, 100);
    assert_int_equal(bed.belt.ready, 7);
    assert_true(belt_crowded(&bed.belt));
    assert_int_equal(belt_prepare(&bed.belt), 0);
    recover(&bed, &again);
    assert_int_equal(again.ready, 7);
    for (uint32_t number = 2; number <= 8; number++) {
        assert_int_equal(open_next(&bed, number), STORAGE_DONE);
    }
    assert_int_equal(open_next(&bed, 9), STORAGE_LATER);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(bed.erases[i], 1);
    }
    end(&bed);
}

/* Whoever gave up the head has the one before it, and the chip says so too. */
static void the_head_is_given_up(void **state)
{
    (void)state;
    struct bed bed;
    begin(&bed, 6);
    for (uint32_t number = 1; number <= 4; number++) {
        go_on(&bed, number);
    }
    uint32_t head = bed.belt.head;
    for (uint32_t left = 3; left > 0; left--) {
        assert_int_equal(belt_drop_head(&bed.belt), STORAGE_DONE);
        assert_int_equal(bed.belt.head, --head);
        assert_int_equal(bed.belt.span, left);
        assert_found_again(&bed);
    }
    end(&bed);
}

/* ---- cells that are stuck ---- */

/* A sector that does not become blank is tried twice in each round, and passed over. */
static void a_bad_sector_is_passed_over(void **state)
{
    (void)state;
    enum { SECTORS = 6, BAD = 2 };
    struct bed bed;
    begin(&bed, SECTORS);
    nor_stick(&bed.kit.nor, (1 + BAD) * KIT_SECTOR + 200, 0x10, 0x00);
    for (uint32_t number = 1; number <= 4 * SECTORS; number++) {
        go_on(&bed, number);
        assert_int_not_equal(bed.belt.head % SECTORS, BAD);
        assert_true(bed.belt.ready <= bed.belt.ahead);
        assert_found_again(&bed);
    }
    for (int i = 0; i < SECTORS; i++) {
        uint32_t rounds = bed.erases[BAD == 0 ? 1 : 0];
        uint32_t expected = i == BAD ? 2 * rounds : rounds;
        assert_in_range(bed.erases[i], expected - 2, expected + 2);
    }
    end(&bed);
}

/* Where a header cannot be written, the next sector gets it, and nobody finds the first. */
static void a_header_that_does_not_hold(void **state)
{
    (void)state;
    struct bed bed;
    struct belt_note note;
    begin(&bed, 6);
    go_on(&bed, 1);
    prepare(&bed, 2);
    uint32_t next = bed.belt.head + 1;
    nor_stick(&bed.kit.nor, belt_address(&bed.belt, next) + 20, 0xFF, 0xFF);
    assert_int_equal(open_next(&bed, 2), STORAGE_DONE);
    assert_int_equal(bed.belt.head, next + 1);
    assert_int_equal(belt_read_note(&bed.belt, next, &note), STORAGE_ABSENT);
    assert_found_again(&bed);
    end(&bed);
}

/* ---- a chip that fails for a while ---- */

static int (*sound_read)(void *context, uint32_t at, void *octets, uint32_t size);
static unsigned reads_left; /* before it fails */

static int failing_read(void *context, uint32_t at, void *octets, uint32_t size)
{
    return reads_left-- > 0 ? sound_read(context, at, octets, size) : -1;
}

/* Whichever read fails while a sector is opened: when the chip is back, one sector is the head, and
 * the next start finds no other. */
static void an_opening_that_fails(void **state)
{
    (void)state;
    unsigned failed = 0;
    for (unsigned reads = 0; reads < 8; reads++) {
        struct bed bed;
        begin(&bed, 6);
        go_on(&bed, 1);
        prepare(&bed, 3);
        sound_read = bed.kit.flash.read;
        bed.kit.flash.read = failing_read;
        reads_left = reads;
        int result = open_next(&bed, 2);
        bed.kit.flash.read = sound_read;
        failed += result == STORAGE_FAILED;
        assert_true(result == STORAGE_FAILED || result == STORAGE_DONE);
        assert_int_equal(belt_settle(&bed.belt), STORAGE_DONE);
        assert_false(bed.belt.doubtful);
        assert_found_again(&bed);
        assert_int_equal(open_next(&bed, 3), STORAGE_DONE);
        assert_found_again(&bed);
        end(&bed);
    }
    assert_in_range(failed, 2, 7);
}

/* ---- bits that flip ---- */

/* Half of the word that retires a sector: with fewer bits it holds data, with more it does not. */
static void a_sector_is_retired_by_half_a_word(void **state)
{
    (void)state;
    for (unsigned zeros = 0; zeros <= 32; zeros++) {
        struct bed bed;
        struct belt_header header;
        begin(&bed, 4);
        go_on(&bed, 1);
        uint32_t at = belt_address(&bed.belt, bed.belt.head);
        for (unsigned bit = 0; bit < zeros; bit++) {
            unsigned place = bit * 5 % 32; /* each once, anywhere */
            nor_flip(&bed.kit.nor, at + RETIRED + place / 8, (uint8_t)(1U << place % 8));
        }
        assert_int_equal(belt_inspect(&bed.kit.flash, at, &header),
                         zeros < 16 ? BELT_SECTOR_DATA : BELT_SECTOR_RETIRED);
        end(&bed);
    }
}

/* Any two bits of a header, for it stands three times. */
static void two_bits_of_a_header_may_flip(void **state)
{
    (void)state;
    enum { HEADERS = 8, BITS = 8 * (BELT_DATA - HEADERS) };
    struct bed bed;
    begin(&bed, 4);
    go_on(&bed, 7);
    uint32_t at = belt_address(&bed.belt, bed.belt.head);
    for (unsigned first = 0; first < BITS; first += 5) {
        for (unsigned second = first + 1; second < BITS; second += 37) {
            struct belt_header header;
            nor_flip(&bed.kit.nor, at + HEADERS + first / 8, (uint8_t)(1U << first % 8));
            nor_flip(&bed.kit.nor, at + HEADERS + second / 8, (uint8_t)(1U << second % 8));
            assert_int_equal(belt_inspect(&bed.kit.flash, at, &header), BELT_SECTOR_DATA);
            assert_int_equal(header.note.first, 70);
            assert_int_equal(header.identity, IDENTITY);
            nor_flip(&bed.kit.nor, at + HEADERS + first / 8, (uint8_t)(1U << first % 8));
            nor_flip(&bed.kit.nor, at + HEADERS + second / 8, (uint8_t)(1U << second % 8));
        }
    }
    end(&bed);
}

/* ---- the supply ---- */

/* Cut at every operation of two rounds, torn: what was the head stays it, or the next one is. */
static void every_cut_leaves_a_head(void **state)
{
    (void)state;
    enum { SECTORS = 5, NUMBERS = 2 * SECTORS };
    for (uint64_t cut = 1; cut < 60; cut++) {
        struct bed bed;
        uint32_t opened = 0;
        begin(&bed, SECTORS);
        go_on(&bed, 1);
        kit_plan_cut(&bed.kit, cut, (uint32_t)(cut * 13 % 120), (uint16_t)(cut * 37 % 1001));
        for (uint32_t number = 2; number <= NUMBERS && !bed.kit.nor.dead; number++) {
            if (belt_crowded(&bed.belt) && bed.belt.ready == 0) {
                (void)belt_drop(&bed.belt);
            }
            prepare(&bed, 1);
            opened = number;
            (void)open_next(&bed, number);
        }
        struct belt_note note;
        kit_power_on(&bed.kit);
        recover(&bed, &bed.belt);
        assert_true(bed.belt.span >= 1);
        assert_int_equal(belt_read_note(&bed.belt, bed.belt.head, &note), STORAGE_DONE);
        assert_in_range(note.time_s, opened - 1, opened);
        for (uint32_t number = 20; number < 20 + NUMBERS; number++) {
            go_on(&bed, number);
            assert_found_again(&bed);
        }
        end(&bed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sectors_go_round),
        cmocka_unit_test(sectors_are_prepared_in_advance),
        cmocka_unit_test(the_head_is_given_up),
        cmocka_unit_test(a_bad_sector_is_passed_over),
        cmocka_unit_test(a_header_that_does_not_hold),
        cmocka_unit_test(an_opening_that_fails),
        cmocka_unit_test(a_sector_is_retired_by_half_a_word),
        cmocka_unit_test(two_bits_of_a_header_may_flip),
        cmocka_unit_test(every_cut_leaves_a_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
