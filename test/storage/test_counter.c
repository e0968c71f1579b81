/* Counters: no number twice, few skipped. */
#include "storage/counter.h"
#include "test/storage/kit.h"
#include "test/unit.h"

enum { SECTORS = 8 };

static const struct partition partition = {"values", 0x0102, BELT_JOURNAL, 0, SECTORS, 0};
static const struct journal_use use = {.values = 4};
static const struct counter_row sending = {.value = 1, .block = 16, .doubt = 32};
static const struct counter_row reserved = {.value = 2, .block = 1};

struct rig {
    struct kit kit;
    struct journal journal;
    uint16_t places[4];
    struct counter sent;
    struct counter others; /* whose numbers somebody else counts */
};

static void start(struct rig *rig)
{
    kit_power_on(&rig->kit);
    journal_init(&rig->journal, &rig->kit.flash, &partition, &use, rig->places);
    while (journal_recover(&rig->journal) > 0) {
    }
    counter_recover(&rig->sent, &sending, &rig->journal);
    counter_recover(&rig->others, &reserved, &rig->journal);
}

static void open_rig(struct rig *rig)
{
    kit_open(&rig->kit, SECTORS);
    start(rig);
    kit_settle_journal(&rig->kit, &rig->journal);
}

static uint32_t next(struct rig *rig)
{
    uint32_t number = 0;
    assert_int_equal(counter_next(&rig->sent, &sending, &rig->journal, &number), STORAGE_DONE);
    return number;
}

static void test_not_set(void **state)
{
    struct rig rig;
    uint32_t number;
    (void)state;
    open_rig(&rig);
    assert_int_equal(counter_next(&rig.sent, &sending, &rig.journal, &number), STORAGE_ABSENT);
    assert_int_equal(counter_step(&rig.sent, &sending, &rig.journal), 0);
    assert_int_equal(counter_set(&rig.sent, &sending, &rig.journal, 0), STORAGE_DONE);
    assert_int_equal(next(&rig), 0);
    assert_int_equal(next(&rig), 1);
    kit_close(&rig.kit);
}

static void test_goes_on_behind_the_block(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    counter_set(&rig.sent, &sending, &rig.journal, 100);
    uint32_t expected = 100;
    for (unsigned round = 0; round < 50; round++) {
        for (unsigned i = 0; i < round % 40; i++) {
            assert_int_equal(next(&rig), expected);
            expected++;
        }
        start(&rig);
        uint32_t number = next(&rig);
        assert_in_range(number, expected, expected + sending.block);
        expected = number + 1;
        kit_settle_journal(&rig.kit, &rig.journal);
    }
    kit_close(&rig.kit);
}

/* Reserved ahead in a step, so that taking a number writes nothing. */
static void test_reserves_ahead(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    counter_set(&rig.sent, &sending, &rig.journal, 0);
    for (unsigned i = 0; i < 500; i++) {
        counter_step(&rig.sent, &sending, &rig.journal);
        kit_settle_journal(&rig.kit, &rig.journal);
        uint64_t operations = rig.kit.nor.counts.operations;
        assert_int_equal(next(&rig), i);
        assert_int_equal(rig.kit.nor.counts.operations, operations);
    }
    kit_close(&rig.kit);
}

/* What was promised to others comes back with the generation of its key; never less. */
static void test_reserved_for_others(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    for (uint32_t round = 1; round <= 200; round++) {
        uint32_t bound = round * 64;
        assert_int_equal(counter_begin(&rig.others, &reserved, &rig.journal, round / 50, bound),
                         STORAGE_DONE);
        assert_int_equal(counter_step(&rig.others, &reserved, &rig.journal), 0);
        start(&rig);
        assert_int_equal(rig.others.ceiling, bound);
        assert_int_equal(rig.others.next, bound);
        assert_int_equal(rig.others.generation, round / 50);
        kit_settle_journal(&rig.kit, &rig.journal);
    }
    kit_close(&rig.kit);
}

/* The two newest reservations are damaged: still no number is used again. */
static void test_doubt(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig);
    counter_set(&rig.sent, &sending, &rig.journal, 0);
    uint32_t used = 0;
    for (unsigned i = 0; i < 5 * 16; i++) {
        used = next(&rig);
    }
    uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
    nor_flip(&rig.kit.nor, sector + rig.journal.fill - 1u, 1);
    nor_flip(&rig.kit.nor, sector + rig.journal.fill - 9u, 1);
    start(&rig);
    assert_int_equal(rig.journal.damaged, 2);
    assert_in_range(next(&rig), used + 1, used + 3 * 16);
    kit_close(&rig.kit);
}

static void test_used_up(void **state)
{
    struct rig rig;
    uint32_t number;
    (void)state;
    open_rig(&rig);
    counter_set(&rig.sent, &sending, &rig.journal, UINT32_MAX - 3);
    for (uint32_t i = 3; i > 0; i--) {
        counter_step(&rig.sent, &sending, &rig.journal);
        assert_int_equal(next(&rig), UINT32_MAX - i);
    }
    assert_int_equal(counter_next(&rig.sent, &sending, &rig.journal, &number), STORAGE_FULL);
    start(&rig);
    assert_int_equal(counter_next(&rig.sent, &sending, &rig.journal, &number), STORAGE_FULL);
    kit_close(&rig.kit);
}

/* Not reserved, not used. */
static void test_chip_does_not_answer(void **state)
{
    struct rig rig;
    uint32_t number = 12345;
    (void)state;
    open_rig(&rig);
    counter_set(&rig.sent, &sending, &rig.journal, 0);
    rig.kit.nor.dead = true;
    assert_int_equal(counter_next(&rig.sent, &sending, &rig.journal, &number), STORAGE_FAILED);
    assert_int_equal(number, 12345);
    kit_close(&rig.kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_set),
        cmocka_unit_test(test_goes_on_behind_the_block),
        cmocka_unit_test(test_reserves_ahead),
        cmocka_unit_test(test_reserved_for_others),
        cmocka_unit_test(test_doubt),
        cmocka_unit_test(test_used_up),
        cmocka_unit_test(test_chip_does_not_answer),
    };
    return cmocka_run_group_tests_name("storage_counter", tests, NULL, NULL);
}
