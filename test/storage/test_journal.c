/* The journal: what is put comes back, wherever the power fails, and for the time of a chip's life.
 */
#include "base/crc32.h"
#include "base/writer.h"
#include "storage/item.h"
#include "test/storage/kit.h"
#include "test/unit.h"

#include <string.h>

enum { SECTORS = 8, VALUES = 32, URGENT = 200 };

static const struct partition partition = {"values", 0x0101, BELT_JOURNAL, 0, SECTORS, 0};
static const struct journal_use plain = {.values = VALUES, .urgent = URGENT};
static const struct journal_use secret = {.values = VALUES, .secret = true};

struct rig {
    struct kit kit;
    struct journal journal;
    uint16_t places[VALUES];
    const struct journal_use *use;
};

static void start(struct rig *rig)
{
    kit_power_on(&rig->kit);
    journal_init(&rig->journal, &rig->kit.flash, &partition, rig->use, rig->places);
    while (journal_recover(&rig->journal) > 0) {
    }
}

static void settle(struct rig *rig)
{
    kit_settle_journal(&rig->kit, &rig->journal);
}

static void open_rig(struct rig *rig, const struct journal_use *use)
{
    rig->use = use;
    kit_open(&rig->kit, SECTORS);
    start(rig);
    settle(rig);
}

static int put_text(struct rig *rig, uint16_t number, const char *text)
{
    return journal_put(&rig->journal, number, 1, text, (uint16_t)strlen(text));
}

static void assert_text(const struct rig *rig, uint16_t number, const char *text)
{
    char got[KIT_SECTOR];
    int size = journal_get(&rig->journal, number, NULL, got, sizeof got);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(got, text, strlen(text));
}

static void test_comes_back(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, &plain);
    assert_int_equal(journal_get(&rig.journal, 3, NULL, NULL, 0), STORAGE_ABSENT);
    assert_int_equal(journal_put(&rig.journal, 3, 7, "three", 5), STORAGE_DONE);
    assert_int_equal(journal_put(&rig.journal, 4, 8, NULL, 0), STORAGE_DONE);
    assert_int_equal(put_text(&rig, 3, "drei"), STORAGE_DONE);
    start(&rig);
    uint8_t version = 0;
    char two[2];
    assert_text(&rig, 3, "drei");
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
    struct rig rig = {.use = &plain};
    (void)state;
    kit_open(&rig.kit, SECTORS);
    start(&rig);
    assert_int_equal(put_text(&rig, 0, "early"), STORAGE_LATER);
    settle(&rig);
    assert_int_equal(put_text(&rig, 0, "late"), STORAGE_DONE);
    kit_close(&rig.kit);
}

/* Parameters that never change are carried along; all sectors wear alike. */
static void test_goes_round(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, &plain);
    for (uint16_t i = 0; i < 16; i++) {
        assert_int_equal(put_text(&rig, i, "a parameter that stays as it is"), STORAGE_DONE);
    }
    for (uint32_t i = 0; i < 20000; i++) {
        assert_int_equal(journal_put(&rig.journal, 16 + i % 16, 1, &i, sizeof i), STORAGE_DONE);
        settle(&rig);
    }
    start(&rig);
    for (uint16_t i = 0; i < 16; i++) {
        uint32_t last;
        assert_text(&rig, i, "a parameter that stays as it is");
        journal_get(&rig.journal, 16 + i, NULL, &last, sizeof last);
        assert_int_equal(last, 20000 - 16 + i);
    }
    for (uint32_t i = 1; i < SECTORS; i++) {
        assert_in_range(rig.kit.nor.wear[i] + 1, rig.kit.nor.wear[0], rig.kit.nor.wear[0] + 2);
    }
    assert_in_range(rig.kit.nor.wear[0], rig.journal.belt.head / SECTORS,
                    rig.journal.belt.head / SECTORS + 1);
    kit_close(&rig.kit);
}

static void test_full(void **state)
{
    struct rig rig;
    char much[KIT_SECTOR] = {0};
    (void)state;
    open_rig(&rig, &plain);
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
        settle(&rig);
    }
    assert_int_equal(result, STORAGE_FULL);
    assert_int_equal(number, journal_capacity(&rig.journal) / (most + ITEM_DESCRIPTOR));
    assert_int_equal(journal_put(&rig.journal, 0, 1, much, most), STORAGE_DONE);
    settle(&rig);
    /* With everything full it still goes round. */
    for (unsigned i = 0; i < 200; i++) {
        assert_int_equal(journal_put(&rig.journal, 0, 1, much, most), STORAGE_DONE);
        settle(&rig);
    }
    start(&rig);
    for (uint16_t i = 1; i < number; i++) {
        assert_int_equal(journal_get(&rig.journal, i, NULL, much, sizeof much), most);
        assert_int_equal(much[most - 1], i);
    }
    assert_int_equal(journal_put(&rig.journal, 1, 1, much, 1), STORAGE_DONE);
    settle(&rig);
    assert_int_equal(journal_put(&rig.journal, number, 1, much, most / 2), STORAGE_DONE);
    kit_close(&rig.kit);
}

/* At each point of a lap, with an erase under way wherever there is one. */
static void test_urgent_waits_for_no_erase(void **state)
{
    struct rig rig;
    char octets[URGENT] = {0};
    unsigned erasing = 0;
    (void)state;
    open_rig(&rig, &plain);
    assert_int_equal(journal_put(&rig.journal, 0, 1, octets, URGENT), STORAGE_DONE);
    for (uint32_t i = 0; i < 1000; i++) {
        int result = journal_put(&rig.journal, 1 + i % 8, 1, octets, 24);
        assert_true(result == STORAGE_DONE || result == STORAGE_LATER);
        for (uint32_t steps = 0; steps < i % 7 && journal_step(&rig.journal) > 0; steps++) {
            nor_advance(&rig.kit.nor, 1000);
        }
        if (i % 16 == 0) {
            uint64_t before_ns = rig.kit.nor.now_ns;
            erasing += rig.kit.nor.state == FLASH_ERASING;
            assert_int_equal(journal_put_urgent(&rig.journal, 9, 1, octets, URGENT), STORAGE_DONE);
            assert_in_range(rig.kit.nor.now_ns - before_ns, 1, 20 * 1000 * 1000);
            settle(&rig);
        }
    }
    assert_in_range(erasing, 5, 1000);
    assert_int_equal(rig.kit.nor.counts.refused, 0);
    kit_close(&rig.kit);
}

/* ---- Interrupted again and again ---- */

static void fill_with_parameters(struct rig *rig)
{
    char text[60];
    memset(text, 'p', sizeof text);
    for (uint16_t i = 0; i < VALUES - 1; i++) {
        text[0] = (char)('A' + i);
        int result = STORAGE_LATER;
        while (result == STORAGE_LATER) {
            settle(rig);
            result = journal_put(&rig->journal, i, 1, text, i < 10 ? sizeof text : 8);
        }
        assert_int_equal(result, STORAGE_DONE);
    }
    settle(rig);
}

static void assert_parameters(const struct rig *rig)
{
    for (uint16_t i = 0; i < VALUES - 1; i++) {
        char text[60];
        assert_int_equal(journal_get(&rig->journal, i, NULL, text, sizeof text), i < 10 ? 60 : 8);
        assert_int_equal(text[0], 'A' + i);
        assert_int_equal(text[7], 'p');
    }
}

/* However often the power fails while sectors are being freed, one quiet start is enough. */
static void interrupt_for_ever(uint64_t operation, uint32_t octets)
{
    struct rig rig;
    open_rig(&rig, &plain);
    fill_with_parameters(&rig);
    for (uint32_t i = 0; i < 400; i++) {
        kit_plan_cut(&rig.kit, operation, octets, 500);
        for (uint32_t k = 0; k < 40 && !rig.kit.nor.dead; k++) {
            journal_put(&rig.journal, VALUES - 1, 1, &i, sizeof i);
            journal_step(&rig.journal);
        }
        while (!rig.kit.nor.dead && journal_step(&rig.journal) > 0) {
            nor_advance(&rig.kit.nor, 10000);
        }
        start(&rig);
        assert_parameters(&rig);
    }
    settle(&rig);
    assert_int_equal(put_text(&rig, VALUES - 1, "at last"), STORAGE_DONE);
    assert_parameters(&rig);
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
    open_rig(&rig, &secret);
    put_text(&rig, 0, "the first key of all");
    assert_true(kit_finds(&rig.kit.nor, (const uint8_t *)"first key", 9));
    put_text(&rig, 0, "another one");
    assert_false(kit_finds(&rig.kit.nor, (const uint8_t *)"first key", 9));
    assert_text(&rig, 0, "another one");
    start(&rig);
    assert_text(&rig, 0, "another one");
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
            open_rig(&rig, &secret);
            put_text(&rig, 0, before);
            kit_plan_cut(&rig.kit, operation, octets, 0);
            put_text(&rig, 0, "after");
            start(&rig);
            int size = journal_get(&rig.journal, 0, NULL, got, sizeof got);
            assert_true(size == 64 || size == 5);
            for (uint32_t at = 0; size == 5 && at < 64; at += 4) {
                assert_false(kit_finds(&rig.kit.nor, (const uint8_t *)before + at, 4));
            }
            kit_close(&rig.kit);
        }
    }
}

/* ---- Damage ---- */

/* The first octet of the value that lies in the first sector in use and begins with a letter. */
static uint32_t find_octet(const struct rig *rig, char letter, char next)
{
    for (uint32_t at = 0; at + 1 < rig->kit.nor.config.size; at++) {
        if (nor_peek(&rig->kit.nor, at) == letter && nor_peek(&rig->kit.nor, at + 1) == next) {
            return at;
        }
    }
    fail();
    return 0;
}

static void test_damaged_value(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, &plain);
    put_text(&rig, 0, "older");
    put_text(&rig, 1, "untouched");
    put_text(&rig, 0, "Newer");
    uint32_t at = find_octet(&rig, 'N', 'e');
    nor_flip(&rig.kit.nor, at, 4);
    assert_int_equal(journal_get(&rig.journal, 0, NULL, NULL, 0), STORAGE_DAMAGED);
    start(&rig);
    assert_text(&rig, 0, "older");
    assert_text(&rig, 1, "untouched");
    assert_int_equal(rig.journal.damaged, 1);
    kit_close(&rig.kit);
}

/* A value that is damaged when it is to be carried is lost, and nothing else. */
static void test_damaged_while_running(void **state)
{
    struct rig rig;
    char octets[100] = {0};
    (void)state;
    open_rig(&rig, &plain);
    put_text(&rig, 0, "Newer");
    put_text(&rig, 1, "untouched");
    nor_flip(&rig.kit.nor, find_octet(&rig, 'N', 'e'), 4);
    uint32_t live = rig.journal.live;
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(journal_put(&rig.journal, 2, 1, octets, sizeof octets), STORAGE_DONE);
        settle(&rig);
    }
    assert_int_equal(journal_get(&rig.journal, 0, NULL, NULL, 0), STORAGE_ABSENT);
    assert_text(&rig, 1, "untouched");
    assert_int_equal(rig.journal.damaged, 1);
    assert_int_equal(rig.journal.live, live - 5 + sizeof octets);
    kit_close(&rig.kit);
}

/* Any two flipped bits in a sector's header leave it readable; in the word that retires it too. */
static void test_header_stands_two_flips(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, &plain);
    put_text(&rig, 0, "here");
    uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
    for (uint32_t a = 0; a < BELT_DATA; a++) {
        for (uint32_t b = a; b < BELT_DATA; b++) {
            nor_flip(&rig.kit.nor, sector + a, (uint8_t)(1 << a % 8));
            nor_flip(&rig.kit.nor, sector + b, (uint8_t)(1 << (b + 1) % 8));
            start(&rig);
            assert_text(&rig, 0, "here");
            nor_flip(&rig.kit.nor, sector + a, (uint8_t)(1 << a % 8));
            nor_flip(&rig.kit.nor, sector + b, (uint8_t)(1 << (b + 1) % 8));
        }
    }
    kit_close(&rig.kit);
}

/* A forged descriptor inside a value, checks and all, is never followed, whatever is damaged. */
static void test_value_forges_nothing(void **state)
{
    struct rig rig;
    uint8_t forged[KIT_SECTOR];
    uint8_t fields[16];
    (void)state;
    open_rig(&rig, &plain);
    uint16_t size = journal_value_max(&rig.journal);
    struct writer w = writer_over(fields, sizeof fields);
    writer_u16(&w, 5);
    writer_u16(&w, 0x01ff);
    writer_u16(&w, BELT_DATA);
    writer_u16(&w, 0);
    writer_u32(&w, crc32(0, fields, 8));
    writer_u32(&w, crc32(0, fields, 12));
    for (uint16_t shift = 0; shift < 16; shift++) {
        for (uint16_t i = 0; i < size; i++) {
            forged[i] = fields[(i + shift) % 16];
        }
        journal_put(&rig.journal, 0, 1, forged, size);
        settle(&rig);
        journal_put(&rig.journal, 1, 1, forged, size);
        settle(&rig);
        /* The first of the two descriptors is damaged. */
        uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
        nor_flip(&rig.kit.nor, sector + KIT_SECTOR - 5, 1);
        start(&rig);
        assert_int_equal(journal_get(&rig.journal, 5, NULL, NULL, 0), STORAGE_ABSENT);
        settle(&rig);
    }
    kit_close(&rig.kit);
}

/* ---- Bad cells ---- */

/* A sector that cannot be erased is not counted as ready, and not used. */
static void test_sector_that_stays_dirty(void **state)
{
    struct rig rig = {.use = &plain};
    (void)state;
    kit_open(&rig.kit, SECTORS);
    nor_stick(&rig.kit.nor, 2 * KIT_SECTOR + 500, 1, 0);
    start(&rig);
    settle(&rig);
    assert_int_equal(rig.journal.belt.ready, JOURNAL_READY);
    assert_int_equal(rig.journal.belt.ahead, JOURNAL_READY + 1);
    for (uint32_t i = 0; i < 3000; i++) {
        assert_int_equal(journal_put(&rig.journal, i % 8, 1, &i, sizeof i), STORAGE_DONE);
        settle(&rig);
    }
    start(&rig);
    for (uint32_t i = 0; i < 8; i++) {
        uint32_t got = 0;
        journal_get(&rig.journal, (uint16_t)i, NULL, &got, sizeof got);
        assert_int_equal(got, 3000 - 8 + i);
    }
    kit_close(&rig.kit);
}

/* A header that does not read back in all its copies: the next sector is taken, and after a restart
 * too the one passed over does not count. */
static void test_header_on_bad_cells(void **state)
{
    struct rig rig = {.use = &plain};
    (void)state;
    kit_open(&rig.kit, SECTORS);
    nor_stick(&rig.kit.nor, 1 * KIT_SECTOR + 45, 0xff, 0xff); /* in the second copy */
    start(&rig);
    settle(&rig);
    for (uint32_t i = 0; i < 60; i++) {
        assert_int_equal(journal_put(&rig.journal, 0, 1, &i, sizeof i), STORAGE_DONE);
        start(&rig);
        uint32_t got = 0;
        assert_int_equal(journal_get(&rig.journal, 0, NULL, &got, sizeof got), sizeof got);
        assert_int_equal(got, i);
        settle(&rig);
    }
    kit_close(&rig.kit);
}

/* A descriptor or a value on bad cells is written again behind them. */
static void test_item_on_bad_cells(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, &plain);
    put_text(&rig, 0, "first");
    uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
    nor_stick(&rig.kit.nor, sector + rig.journal.fill + 3, 0xff, 0xff);
    put_text(&rig, 1, "second");
    assert_int_equal(rig.journal.slots, 3);
    nor_stick(&rig.kit.nor, sector + KIT_SECTOR - 3 * ITEM_DESCRIPTOR - 2, 0xff, 0xff);
    put_text(&rig, 2, "third");
    assert_int_equal(rig.journal.slots, 5);
    start(&rig);
    assert_text(&rig, 0, "first");
    assert_text(&rig, 1, "second");
    assert_text(&rig, 2, "third");
    kit_close(&rig.kit);
}

/* The bus fails for a while: nothing is given up for it. */
static void test_chip_does_not_answer(void **state)
{
    struct rig rig;
    (void)state;
    open_rig(&rig, &plain);
    fill_with_parameters(&rig);
    rig.kit.nor.dead = true;
    assert_int_equal(put_text(&rig, 0, "lost"), STORAGE_FAILED);
    assert_int_equal(journal_get(&rig.journal, 1, NULL, NULL, 0), STORAGE_FAILED);
    rig.journal.belt.ready = 0;
    for (unsigned i = 0; i < 2000; i++) {
        assert_true(journal_step(&rig.journal) <= 0);
    }
    rig.kit.nor.dead = false;
    assert_parameters(&rig);
    start(&rig);
    assert_parameters(&rig);
    kit_close(&rig.kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_back),
        cmocka_unit_test(test_blank_chip_wants_time),
        cmocka_unit_test(test_goes_round),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_urgent_waits_for_no_erase),
        cmocka_unit_test(test_never_stuck),
        cmocka_unit_test(test_secret_is_wiped_at_once),
        cmocka_unit_test(test_wiping_is_resumed),
        cmocka_unit_test(test_damaged_value),
        cmocka_unit_test(test_damaged_while_running),
        cmocka_unit_test(test_header_stands_two_flips),
        cmocka_unit_test(test_value_forges_nothing),
        cmocka_unit_test(test_sector_that_stays_dirty),
        cmocka_unit_test(test_header_on_bad_cells),
        cmocka_unit_test(test_item_on_bad_cells),
        cmocka_unit_test(test_chip_does_not_answer),
    };
    return cmocka_run_group_tests_name("storage_journal", tests, NULL, NULL);
}
