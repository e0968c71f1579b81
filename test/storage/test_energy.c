/* What the legally relevant part will do with its own journal: a checkpoint each minute in which
 * something changed, and one at the power-fail warning. Whatever happens, no register is below its
 * last checkpoint or above the truth; with the warning nothing is lost. */
#include "base/reader.h"
#include "base/writer.h"
#include "test/storage/kit.h"
#include "test/unit.h"
#include "world/nor/dice.h"

#include <string.h>

enum {
    SECTORS = 12,
    OTHER_SECTORS = 8,
    REGISTERS = 32, /* eight energies of the total and of each phase */
    OCTETS = 12 * REGISTERS,
    HOLDUP_US = 20000,
    DIP_US = 300000,
    MINUTE_US = 60000000,
};

static const struct partition partition = {"energy", 0x0101, BELT_JOURNAL, 0, SECTORS, 0};
static const struct journal_use use = {.values = 1, .urgent = OCTETS};

/* The application beside it on the same chip, which keeps it erasing. */
static const struct partition other = {"values", 0x0102, BELT_JOURNAL, SECTORS, OTHER_SECTORS, 0};
static const struct journal_use other_use = {.values = 8};

struct ledger {
    uint64_t uws[REGISTERS];
    uint32_t remainder[REGISTERS];
};

struct rig {
    struct kit kit;
    struct journal journal;
    struct journal others;
    uint16_t place;
    uint16_t other_places[8];
    struct ledger registers;
    struct ledger checkpoint;
    struct ledger truth;
    uint64_t dice;
};

static void render(uint8_t octets[OCTETS], const struct ledger *ledger)
{
    struct writer w = writer_over(octets, OCTETS);
    for (unsigned i = 0; i < REGISTERS; i++) {
        writer_u64(&w, ledger->uws[i]);
        writer_u32(&w, ledger->remainder[i]);
    }
}

static void parse(const uint8_t octets[OCTETS], struct ledger *ledger)
{
    struct reader r = reader_over(octets, OCTETS);
    for (unsigned i = 0; i < REGISTERS; i++) {
        ledger->uws[i] = reader_u64(&r);
        ledger->remainder[i] = reader_u32(&r);
    }
}

static void start(struct rig *rig)
{
    uint8_t octets[OCTETS] = {0};
    kit_power_on(&rig->kit);
    journal_init(&rig->journal, &rig->kit.flash, &partition, &use, &rig->place);
    journal_init(&rig->others, &rig->kit.flash, &other, &other_use, rig->other_places);
    while (journal_recover(&rig->journal) > 0) {
    }
    while (journal_recover(&rig->others) > 0) {
    }
    int size = journal_get(&rig->journal, 0, NULL, octets, sizeof octets);
    assert_true(size == OCTETS || (size == STORAGE_ABSENT && rig->checkpoint.uws[0] == 0));
    parse(octets, &rig->registers);
    for (unsigned i = 0; i < REGISTERS; i++) {
        assert_true(rig->registers.uws[i] >= rig->checkpoint.uws[i]);
        assert_true(rig->registers.uws[i] <= rig->truth.uws[i]);
    }
    rig->checkpoint = rig->registers;
}

static void pass_time(struct rig *rig, uint64_t us)
{
    uint64_t end_ns = rig->kit.nor.now_ns + us * 1000;
    while (rig->kit.nor.now_ns < end_ns) {
        bool busy = journal_step(&rig->journal) > 0;
        busy = journal_step(&rig->others) > 0 || busy;
        nor_advance(&rig->kit.nor, busy ? 2000 : 200000);
    }
}

static void open_rig(struct rig *rig, uint64_t seed)
{
    memset(rig, 0, sizeof *rig);
    rig->dice = seed;
    kit_open(&rig->kit, SECTORS + OTHER_SECTORS);
    start(rig);
    pass_time(rig, 10 * 1000000);
}

static void measure(struct rig *rig)
{
    for (unsigned i = 0; i < REGISTERS; i++) {
        uint32_t more = dice_below(&rig->dice, 4000000) * 1000;
        rig->truth.uws[i] += more;
        rig->registers.uws[i] += more;
        rig->registers.remainder[i] = more % 997;
    }
}

static int checkpoint(struct rig *rig, bool warned)
{
    uint8_t octets[OCTETS];
    render(octets, &rig->registers);
    int result = warned ? journal_put_urgent(&rig->journal, 0, 1, octets, OCTETS)
                        : journal_put(&rig->journal, 0, 1, octets, OCTETS);
    if (result == STORAGE_DONE) {
        rig->checkpoint = rig->registers;
    }
    return result;
}

static void write_others(struct rig *rig)
{
    uint8_t octets[100] = {0};
    for (uint16_t i = 0; i < 8; i++) {
        journal_put(&rig->others, i, 1, octets, sizeof octets);
        journal_step(&rig->others);
    }
}

/* A minute: something is measured, the application writes, the energies are kept. */
static void live_minute(struct rig *rig)
{
    measure(rig);
    write_others(rig);
    assert_int_equal(checkpoint(rig, false), STORAGE_DONE);
    pass_time(rig, MINUTE_US);
}

static void warn(struct rig *rig)
{
    uint64_t before_ns = rig->kit.nor.now_ns;
    measure(rig);
    assert_int_equal(checkpoint(rig, true), STORAGE_DONE);
    assert_in_range(rig->kit.nor.now_ns - before_ns, 1, HOLDUP_US * 1000);
}

static void assert_nothing_lost(const struct rig *rig)
{
    assert_memory_equal(rig->registers.uws, rig->truth.uws, sizeof rig->truth.uws);
}

/* ---- Tests ---- */

/* At whatever time the supply goes, also while either of the two erases or programs. */
static void test_with_warning_nothing_is_lost(void **state)
{
    unsigned erasing = 0;
    (void)state;
    struct rig rig;
    open_rig(&rig, 1);
    for (unsigned i = 0; i < 1500; i++) {
        live_minute(&rig);
        measure(&rig);
        write_others(&rig);
        checkpoint(&rig, false);
        pass_time(&rig, dice_below(&rig.dice, 1500000));
        erasing += rig.kit.nor.state == FLASH_ERASING || rig.kit.nor.state == FLASH_SUSPENDED;
        warn(&rig);
        nor_cut(&rig.kit.nor, NULL, &(struct nor_tear){.erased = (uint16_t)(i % 1001), .seed = i});
        start(&rig);
        assert_nothing_lost(&rig);
        pass_time(&rig, 5 * 1000000);
    }
    assert_in_range(erasing, 50, 1500);
    kit_close(&rig.kit);
}

/* Without: at most what was measured since the last checkpoint; start() holds it to that. */
static void test_without_warning_a_minute_is_lost(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig, 2);
    for (unsigned i = 0; i < 1500; i++) {
        live_minute(&rig);
        kit_plan_cut(&rig.kit, 1 + dice_below(&rig.dice, 12), dice_below(&rig.dice, 256),
                     (uint16_t)dice_below(&rig.dice, 1001));
        measure(&rig);
        write_others(&rig);
        checkpoint(&rig, false);
        journal_step(&rig.journal);
        start(&rig);
        pass_time(&rig, 5 * 1000000);
    }
    kit_close(&rig.kit);
}

/* Dips of 300 ms: a warning each, and the meter runs on: not a watt-second lost, and the sectors
 * are there for the next one. */
static void test_dips(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig, 3);
    for (unsigned i = 0; i < 3000; i++) {
        warn(&rig);
        pass_time(&rig, DIP_US);
        if (i % 10 == 0) {
            pass_time(&rig, 2 * MINUTE_US);
        }
    }
    assert_nothing_lost(&rig);
    start(&rig);
    assert_nothing_lost(&rig);
    kit_close(&rig.kit);
}

/* A day of seconds without a step between warnings: as many as the kept sectors take. */
static void test_warnings_without_steps(void **state)
{
    (void)state;
    struct rig rig;
    open_rig(&rig, 4);
    uint32_t done = 0;
    measure(&rig);
    while (checkpoint(&rig, true) == STORAGE_DONE) {
        done++;
    }
    assert_in_range(done, 4, 8);
    start(&rig);
    assert_nothing_lost(&rig);
    pass_time(&rig, 10 * 1000000);
    warn(&rig);
    kit_close(&rig.kit);
}

/* Unreadable energies are absent, and said to be lost: the checkpoint before, or nothing. */
static void test_unreadable_is_not_invented(void **state)
{
    uint8_t octets[OCTETS];
    (void)state;
    struct rig rig;
    open_rig(&rig, 5);
    measure(&rig);
    assert_int_equal(checkpoint(&rig, false), STORAGE_DONE);
    const struct ledger older = rig.checkpoint;
    measure(&rig);
    assert_int_equal(checkpoint(&rig, false), STORAGE_DONE);
    uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
    nor_flip(&rig.kit.nor, sector + BELT_DATA + OCTETS + 100, 2);
    rig.checkpoint = older;
    start(&rig);
    assert_memory_equal(rig.registers.uws, older.uws, sizeof older.uws);
    assert_int_equal(rig.journal.damaged, 1);
    nor_flip(&rig.kit.nor, sector + BELT_DATA + 100, 2);
    memset(&rig.checkpoint, 0, sizeof rig.checkpoint);
    start(&rig);
    assert_int_equal(journal_get(&rig.journal, 0, NULL, octets, sizeof octets), STORAGE_ABSENT);
    assert_int_equal(rig.journal.damaged, 2);
    kit_close(&rig.kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_with_warning_nothing_is_lost),
        cmocka_unit_test(test_without_warning_a_minute_is_lost),
        cmocka_unit_test(test_dips),
        cmocka_unit_test(test_warnings_without_steps),
        cmocka_unit_test(test_unreadable_is_not_invented),
    };
    return cmocka_run_group_tests_name("storage_energy", tests, NULL, NULL);
}
