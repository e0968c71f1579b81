/* The journal: what is put comes back, wherever the power fails, and for the time of a chip's life.
 */
#include "storage/item.h"
#include "test/storage/journal_rig.h"
#include "test/unit.h"

#include <string.h>

static void test_comes_back(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_plain);
    assert_int_equal(journal_get(&rig.journal, 3, NULL, NULL, 0), STORAGE_ABSENT);
    assert_int_equal(journal_put(&rig.journal, 3, 7, "three", 5), STORAGE_DONE);
    assert_int_equal(journal_put(&rig.journal, 4, 8, NULL, 0), STORAGE_DONE);
    assert_int_equal(rig_put(&rig, 3, "drei"), STORAGE_DONE);
    rig_start(&rig);
    uint8_t version = 0;
    char two[2];
    rig_assert(&rig, 3, "drei");
    assert_int_equal(journal_get(&rig.journal, 3, &version, two, sizeof two), 4);
    assert_memory_equal(two, "dr", 2);
    assert_int_equal(version, 1);
    assert_int_equal(journal_get(&rig.journal, 4, &version, NULL, 0), 0);
    assert_int_equal(version, 8);
    assert_int_equal(journal_get(&rig.journal, 5, NULL, NULL, 0), STORAGE_ABSENT);
    assert_int_equal(rig.journal.damaged, 0);
    kit_close(&rig.kit);
}

static void test_blank_chip_wants_time(void **state)
{
    struct rig rig = {.use = &rig_plain};
    (void)state;
    kit_open(&rig.kit, RIG_SECTORS);
    rig_start(&rig);
    assert_int_equal(rig_put(&rig, 0, "early"), STORAGE_LATER);
    rig_settle(&rig);
    assert_int_equal(rig_put(&rig, 0, "late"), STORAGE_DONE);
    kit_close(&rig.kit);
}

/* Parameters that never change are carried along; all sectors wear alike. */
static void test_goes_round(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_plain);
    for (uint16_t i = 0; i < 16; i++) {
        assert_int_equal(rig_put(&rig, i, "a parameter that stays as it is"), STORAGE_DONE);
    }
    for (uint32_t i = 0; i < 20000; i++) {
        assert_int_equal(journal_put(&rig.journal, 16 + i % 16, 1, &i, sizeof i), STORAGE_DONE);
        rig_settle(&rig);
    }
    rig_start(&rig);
    for (uint16_t i = 0; i < 16; i++) {
        uint32_t last;
        rig_assert(&rig, i, "a parameter that stays as it is");
        journal_get(&rig.journal, 16 + i, NULL, &last, sizeof last);
        assert_int_equal(last, 20000 - 16 + i);
    }
    for (uint32_t i = 1; i < RIG_SECTORS; i++) {
        assert_in_range(rig.kit.nor.wear[i] + 1, rig.kit.nor.wear[0], rig.kit.nor.wear[0] + 2);
    }
    assert_in_range(rig.kit.nor.wear[0], rig.journal.belt.head / RIG_SECTORS,
                    rig.journal.belt.head / RIG_SECTORS + 1);
    kit_close(&rig.kit);
}

static void test_full(void **state)
{
    struct rig rig;
    char much[KIT_SECTOR] = {0};
    (void)state;
    rig_open(&rig, &rig_plain);
    uint16_t most = journal_value_max(&rig.journal);
    uint16_t number = 0;
    assert_int_equal(journal_put(&rig.journal, 0, 1, much, most + 1u), STORAGE_FULL);
    int result = STORAGE_DONE;
    while (result == STORAGE_DONE) {
        memset(much, number, sizeof much);
        result = journal_put(&rig.journal, number, 1, much, most);
        if (result == STORAGE_DONE) {
            number++;
        }
        rig_settle(&rig);
    }
    assert_int_equal(result, STORAGE_FULL);
    assert_int_equal(number, journal_capacity(&rig.journal) / (most + ITEM_DESCRIPTOR));
    assert_int_equal(journal_put(&rig.journal, 0, 1, much, most), STORAGE_DONE);
    rig_settle(&rig);
    /* With everything full it still goes round. */
    for (unsigned i = 0; i < 200; i++) {
        assert_int_equal(journal_put(&rig.journal, 0, 1, much, most), STORAGE_DONE);
        rig_settle(&rig);
    }
    rig_start(&rig);
    for (uint16_t i = 1; i < number; i++) {
        assert_int_equal(journal_get(&rig.journal, i, NULL, much, sizeof much), most);
        assert_int_equal(much[most - 1], i);
    }
    assert_int_equal(journal_put(&rig.journal, 1, 1, much, 1), STORAGE_DONE);
    rig_settle(&rig);
    assert_int_equal(journal_put(&rig.journal, number, 1, much, most / 2), STORAGE_DONE);
    kit_close(&rig.kit);
}

/* ---- what is rendered page by page ---- */

/* Octets that tell where they stand. */
struct tale {
    uint32_t seed;
    uint16_t size;
};

static uint8_t octet_of(const struct tale *tale, uint32_t at)
{
    return (uint8_t)((at * 2654435761U + tale->seed * 40503U) >> 13);
}

/* Words and octets by turns, so that pages end within words. */
static void render_tale(const void *owner, struct writer *w)
{
    const struct tale *tale = owner;
    uint16_t at = 0;
    while (at < tale->size) {
        if (at % 7 == 0 && at + 4 <= tale->size) {
            uint32_t word = 0;
            for (uint16_t i = 0; i < 4; i++) {
                word = word << 8 | octet_of(tale, at++);
            }
            writer_u32(w, word);
        } else {
            writer_u8(w, octet_of(tale, at++));
        }
    }
}

static void assert_tale(const struct rig *rig, uint16_t number, const struct tale *tale)
{
    static uint8_t got[KIT_SECTOR];
    assert_int_equal(journal_get(&rig->journal, number, NULL, got, sizeof got), tale->size);
    for (uint16_t at = 0; at < tale->size; at++) {
        assert_int_equal(got[at], octet_of(tale, at));
    }
}

/* Of any size, wherever in a page it begins: as if it had been in memory. */
static void test_rendered_comes_back(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_plain);
    uint16_t most = journal_value_max(&rig.journal);
    for (uint32_t n = 0; n < 400; n++) {
        const struct tale tale = {n, (uint16_t)(n * 89 % (most + 1U))};
        assert_int_equal(journal_put_rendered(&rig.journal, n % 4, 9, render_tale, &tale),
                         STORAGE_DONE);
        rig_settle(&rig);
        assert_tale(&rig, n % 4, &tale);
    }
    rig_start(&rig);
    for (uint32_t n = 396; n < 400; n++) {
        const struct tale tale = {n, (uint16_t)(n * 89 % (most + 1U))};
        assert_tale(&rig, n % 4, &tale);
    }
    const struct tale long_one = {1, (uint16_t)(most + 1U)};
    assert_int_equal(journal_put_rendered(&rig.journal, 5, 9, render_tale, &long_one),
                     STORAGE_FULL);
    assert_int_equal(journal_get(&rig.journal, 5, NULL, NULL, 0), STORAGE_ABSENT);
    kit_close(&rig.kit);
}

/* The supply fails at each of its operations: the old value whole, or the new one. */
static void test_rendered_is_whole_or_not_at_all(void **state)
{
    struct tale before = {.seed = 1};
    struct tale after = {.seed = 2};
    bool done = false;
    (void)state;
    for (uint64_t cut = 1; !done; cut++) {
        struct rig rig;
        uint8_t first;
        rig_open(&rig, &rig_plain);
        before.size = journal_value_max(&rig.journal);
        after.size = (uint16_t)(before.size - 60);
        assert_int_equal(journal_put_rendered(&rig.journal, 3, 1, render_tale, &before),
                         STORAGE_DONE);
        nor_plan_cut(&rig.kit.nor, cut, &(struct nor_tear){.octets = (uint32_t)cut * 37 % 256});
        done = journal_put_rendered(&rig.journal, 3, 2, render_tale, &after) == STORAGE_DONE;
        assert_true(done || cut < 20);
        nor_power_on(&rig.kit.nor);
        rig_start(&rig);
        int size = journal_get(&rig.journal, 3, NULL, &first, 1);
        assert_true(size == before.size || size == after.size);
        assert_true(!done || size == after.size);
        assert_tale(&rig, 3, size == before.size ? &before : &after);
        kit_close(&rig.kit);
    }
}

/* ---- the mark ---- */

static void use_a_few_sectors(struct rig *rig)
{
    rig_fill(rig);
    for (unsigned i = 0; rig->journal.belt.span < 3; i++) {
        assert_int_equal(rig_put(rig, RIG_VALUES - 1, i % 2 ? "odd" : "even"), STORAGE_DONE);
        rig_settle(rig);
    }
}

static bool all_are_marked(const struct rig *rig)
{
    const struct belt *belt = &rig->journal.belt;
    bool marked = true;
    for (uint32_t sequence = belt_oldest(belt); sequence <= belt->head; sequence++) {
        struct belt_note note;
        marked =
            marked && belt_read_note(belt, sequence, &note) == STORAGE_DONE && note.version == 1;
    }
    return marked;
}

static void test_mark_frees_what_is_without(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_plain);
    use_a_few_sectors(&rig);
    assert_false(rig.journal.marked);
    assert_int_equal(journal_mark(&rig.journal), STORAGE_DONE);
    assert_true(rig.journal.marked);
    assert_int_equal(rig.journal.marked_from, rig.journal.belt.head);
    uint32_t head = rig.journal.belt.head;
    rig_settle(&rig);
    assert_true(all_are_marked(&rig));
    assert_int_equal(journal_mark(&rig.journal), STORAGE_DONE);
    assert_true(rig.journal.belt.head <= head + 1);
    rig_start(&rig);
    assert_true(rig.journal.marked);
    rig_assert_filled(&rig);
    kit_close(&rig.kit);
}

/* More sectors than half a sequence has numbers, without a restart: none is given up for nothing.
 */
static void test_mark_lasts(void **state)
{
    enum { SEQUENCES = 0x10000 + 1000 };
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_plain);
    assert_int_equal(rig_put(&rig, 0, "a parameter that stays as it is"), STORAGE_DONE);
    assert_int_equal(journal_mark(&rig.journal), STORAGE_DONE);
    rig_settle(&rig);
    const struct tale tale = {1, journal_value_max(&rig.journal)};
    uint32_t turns = 2 * RIG_SECTORS;
    while (rig.journal.belt.head < SEQUENCES) {
        assert_int_equal(journal_put_rendered(&rig.journal, RIG_VALUES - 1, 1, render_tale, &tale),
                         STORAGE_DONE);
        rig_settle(&rig);
        bool goes_round = rig.journal.belt.head > turns;
        assert_true(!goes_round || rig.journal.belt.span >= RIG_SECTORS - JOURNAL_READY - 1);
    }
    assert_true(all_are_marked(&rig));
    rig_assert(&rig, 0, "a parameter that stays as it is");
    kit_close(&rig.kit);
}

/* The supply fails at each operation: the mark is there or not, and stays; all values always are.
 */
static void test_mark_is_there_or_not(void **state)
{
    bool whole = false;
    (void)state;
    for (uint64_t cut = 1; !whole; cut++) {
        struct rig rig;
        rig_open(&rig, &rig_plain);
        use_a_few_sectors(&rig);
        nor_plan_cut(&rig.kit.nor, cut, &(struct nor_tear){.octets = (uint32_t)cut * 53 % 200});
        bool done = journal_mark(&rig.journal) == STORAGE_DONE;
        if (!rig.kit.nor.dead) {
            rig_settle(&rig);
        }
        whole = !rig.kit.nor.dead;
        nor_power_on(&rig.kit.nor);
        rig_start(&rig);
        assert_true(rig.journal.marked || !done);
        bool marked = rig.journal.marked;
        rig_assert_filled(&rig);
        rig_settle(&rig);
        assert_int_equal(rig.journal.marked, marked);
        assert_int_equal(all_are_marked(&rig), marked);
        rig_assert_filled(&rig);
        kit_close(&rig.kit);
        assert_true(cut < 2000);
    }
}

/* At each point of a lap, with an erase under way wherever there is one. */
static void test_urgent_waits_for_no_erase(void **state)
{
    struct rig rig;
    char octets[RIG_URGENT] = {0};
    unsigned erasing = 0;
    (void)state;
    rig_open(&rig, &rig_plain);
    assert_int_equal(journal_put(&rig.journal, 0, 1, octets, RIG_URGENT), STORAGE_DONE);
    for (uint32_t i = 0; i < 1000; i++) {
        int result = journal_put(&rig.journal, 1 + i % 8, 1, octets, 24);
        assert_true(result == STORAGE_DONE || result == STORAGE_LATER);
        for (uint32_t steps = 0; steps < i % 7 && journal_step(&rig.journal) > 0; steps++) {
            nor_advance(&rig.kit.nor, 1000);
        }
        if (i % 16 == 0) {
            uint64_t before_ns = rig.kit.nor.now_ns;
            erasing += rig.kit.nor.state == FLASH_ERASING;
            assert_int_equal(journal_put_urgent(&rig.journal, 9, 1, octets, RIG_URGENT),
                             STORAGE_DONE);
            assert_in_range(rig.kit.nor.now_ns - before_ns, 1, 20 * 1000 * 1000);
            rig_settle(&rig);
        }
    }
    assert_in_range(erasing, 5, 1000);
    assert_int_equal(rig.kit.nor.counts.refused, 0);
    kit_close(&rig.kit);
}

/* ---- Interrupted again and again ---- */

/* However often the power fails while sectors are being freed, one quiet start is enough. */
static void interrupt_for_ever(uint64_t operation, uint32_t octets)
{
    struct rig rig;
    uint32_t tried = 0;
    uint32_t done = 0;
    rig_open(&rig, &rig_plain);
    rig_fill(&rig);
    for (uint32_t i = 0; i < 400; i++) {
        kit_plan_cut(&rig.kit, operation, octets, 500);
        for (uint32_t k = 0; k < 40 && !rig.kit.nor.dead; k++) {
            tried++;
            if (journal_put(&rig.journal, RIG_VALUES - 1, 1, &tried, sizeof tried) ==
                STORAGE_DONE) {
                done = tried;
            }
            journal_step(&rig.journal);
        }
        while (!rig.kit.nor.dead && journal_step(&rig.journal) > 0) {
            nor_advance(&rig.kit.nor, 10000);
        }
        rig_start(&rig);
        rig_assert_filled(&rig);
        uint32_t found = 0;
        journal_get(&rig.journal, RIG_VALUES - 1, NULL, &found, sizeof found);
        assert_in_range(found, done, tried);
        done = found;
    }
    rig_settle(&rig);
    assert_int_equal(rig_put(&rig, RIG_VALUES - 1, "at last"), STORAGE_DONE);
    rig_assert_filled(&rig);
    kit_close(&rig.kit);
}

static void test_never_stuck(void **state)
{
    (void)state;
    for (uint64_t operation = 1; operation <= 24; operation++) {
        interrupt_for_ever(operation, (uint32_t)(operation % 3) * 7);
    }
}

/* ---- Secrets ---- */

static void test_secret_is_wiped_at_once(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_secret);
    rig_put(&rig, 0, "the first key of all");
    assert_true(kit_finds(&rig.kit.nor, (const uint8_t *)"first key", 9));
    rig_put(&rig, 0, "another one");
    assert_false(kit_finds(&rig.kit.nor, (const uint8_t *)"first key", 9));
    rig_assert(&rig, 0, "another one");
    rig_start(&rig);
    rig_assert(&rig, 0, "another one");
    assert_int_equal(rig.journal.damaged, 0);
    kit_close(&rig.kit);
}

/* Wherever the power fails: what is found after the restart is one of the two, and of the other
 * nothing is left, not even a part. */
static void test_wiping_is_resumed(void **state)
{
    static const char before[] = "0123456789abcdefghijklmnopqrstuv"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ987654";
    (void)state;
    for (uint64_t operation = 1; operation <= 6; operation++) {
        for (uint32_t octets = 0; octets < 32; octets += 5) {
            struct rig rig;
            char got[80] = {0};
            rig_open(&rig, &rig_secret);
            rig_put(&rig, 0, before);
            kit_plan_cut(&rig.kit, operation, octets, 0);
            rig_put(&rig, 0, "after");
            rig_start(&rig);
            int size = journal_get(&rig.journal, 0, NULL, got, sizeof got);
            assert_true(size == 64 || size == 5);
            for (uint32_t at = 0; size == 5 && at < 64; at += 4) {
                assert_false(kit_finds(&rig.kit.nor, (const uint8_t *)before + at, 4));
            }
            kit_close(&rig.kit);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_blank_chip_wants_time),
        cmocka_unit_test(test_goes_round),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_rendered_comes_back),
        cmocka_unit_test(test_rendered_is_whole_or_not_at_all),
        cmocka_unit_test(test_mark_frees_what_is_without),
        cmocka_unit_test(test_mark_lasts),
        cmocka_unit_test(test_mark_is_there_or_not),
        cmocka_unit_test(test_urgent_waits_for_no_erase),
        cmocka_unit_test(test_never_stuck),
        cmocka_unit_test(test_secret_is_wiped_at_once),
        cmocka_unit_test(test_wiping_is_resumed),
    };
    return cmocka_run_group_tests_name("storage_journal", tests, NULL, NULL);
}
