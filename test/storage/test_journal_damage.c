/* The journal on a chip that is damaged, wears out, or does not answer. */
#include "base/crc32.h"
#include "base/writer.h"
#include "storage/item.h"
#include "test/storage/journal_rig.h"
#include "test/unit.h"

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
    rig_open(&rig, &rig_plain);
    rig_put(&rig, 0, "older");
    rig_put(&rig, 1, "untouched");
    rig_put(&rig, 0, "Newer");
    uint32_t at = find_octet(&rig, 'N', 'e');
    nor_flip(&rig.kit.nor, at, 4);
    assert_int_equal(journal_get(&rig.journal, 0, NULL, NULL, 0), STORAGE_DAMAGED);
    rig_start(&rig);
    rig_assert(&rig, 0, "older");
    rig_assert(&rig, 1, "untouched");
    assert_int_equal(rig.journal.damaged, 1);
    kit_close(&rig.kit);
}

/* A value that is damaged when it is to be carried is lost, and nothing else. */
static void test_damaged_while_running(void **state)
{
    struct rig rig;
    char octets[100] = {0};
    (void)state;
    rig_open(&rig, &rig_plain);
    rig_put(&rig, 0, "Newer");
    rig_put(&rig, 1, "untouched");
    nor_flip(&rig.kit.nor, find_octet(&rig, 'N', 'e'), 4);
    uint32_t live = rig.journal.live;
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(journal_put(&rig.journal, 2, 1, octets, sizeof octets), STORAGE_DONE);
        rig_settle(&rig);
    }
    assert_int_equal(journal_get(&rig.journal, 0, NULL, NULL, 0), STORAGE_ABSENT);
    rig_assert(&rig, 1, "untouched");
    assert_int_equal(rig.journal.damaged, 1);
    assert_int_equal(rig.journal.live, live - 5 + sizeof octets);
    kit_close(&rig.kit);
}

/* Any two flipped bits in a sector's header leave it readable; in the word that retires it too. */
static void test_header_stands_two_flips(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_plain);
    rig_put(&rig, 0, "here");
    uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
    for (uint32_t a = 0; a < BELT_DATA; a++) {
        for (uint32_t b = a; b < BELT_DATA; b++) {
            nor_flip(&rig.kit.nor, sector + a, (uint8_t)(1 << a % 8));
            nor_flip(&rig.kit.nor, sector + b, (uint8_t)(1 << (b + 1) % 8));
            rig_start(&rig);
            rig_assert(&rig, 0, "here");
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
    rig_open(&rig, &rig_plain);
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
        rig_settle(&rig);
        journal_put(&rig.journal, 1, 1, forged, size);
        rig_settle(&rig);
        /* The first of the two descriptors is damaged. */
        uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
        nor_flip(&rig.kit.nor, sector + KIT_SECTOR - 5, 1);
        rig_start(&rig);
        assert_int_equal(journal_get(&rig.journal, 5, NULL, NULL, 0), STORAGE_ABSENT);
        rig_settle(&rig);
    }
    kit_close(&rig.kit);
}

/* ---- Bad cells ---- */

/* A sector that cannot be erased is not counted as ready, and not used. */
static void test_sector_that_stays_dirty(void **state)
{
    struct rig rig = {.use = &rig_plain};
    (void)state;
    kit_open(&rig.kit, RIG_SECTORS);
    nor_stick(&rig.kit.nor, 2 * KIT_SECTOR + 500, 1, 0);
    rig_start(&rig);
    rig_settle(&rig);
    assert_int_equal(rig.journal.belt.ready, JOURNAL_READY);
    assert_int_equal(rig.journal.belt.ahead, JOURNAL_READY + 1);
    for (uint32_t i = 0; i < 3000; i++) {
        assert_int_equal(journal_put(&rig.journal, i % 8, 1, &i, sizeof i), STORAGE_DONE);
        rig_settle(&rig);
    }
    rig_start(&rig);
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
    struct rig rig = {.use = &rig_plain};
    (void)state;
    kit_open(&rig.kit, RIG_SECTORS);
    nor_stick(&rig.kit.nor, 1 * KIT_SECTOR + 45, 0xff, 0xff); /* in the second copy */
    rig_start(&rig);
    rig_settle(&rig);
    for (uint32_t i = 0; i < 60; i++) {
        assert_int_equal(journal_put(&rig.journal, 0, 1, &i, sizeof i), STORAGE_DONE);
        rig_start(&rig);
        uint32_t got = 0;
        assert_int_equal(journal_get(&rig.journal, 0, NULL, &got, sizeof got), sizeof got);
        assert_int_equal(got, i);
        rig_settle(&rig);
    }
    kit_close(&rig.kit);
}

/* A descriptor or a value on bad cells is written again behind them. */
static void test_item_on_bad_cells(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_plain);
    rig_put(&rig, 0, "first");
    uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
    nor_stick(&rig.kit.nor, sector + rig.journal.fill + 3, 0xff, 0xff);
    rig_put(&rig, 1, "second");
    assert_int_equal(rig.journal.slots, 3);
    nor_stick(&rig.kit.nor, sector + KIT_SECTOR - 3 * ITEM_DESCRIPTOR - 2, 0xff, 0xff);
    rig_put(&rig, 2, "third");
    assert_int_equal(rig.journal.slots, 5);
    rig_start(&rig);
    rig_assert(&rig, 0, "first");
    rig_assert(&rig, 1, "second");
    rig_assert(&rig, 2, "third");
    kit_close(&rig.kit);
}

/* The bus fails for a while: nothing is given up for it. */
static void test_chip_does_not_answer(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_plain);
    rig_fill(&rig);
    rig.kit.nor.dead = true;
    assert_int_equal(rig_put(&rig, 0, "lost"), STORAGE_FAILED);
    assert_int_equal(journal_get(&rig.journal, 1, NULL, NULL, 0), STORAGE_FAILED);
    rig.journal.belt.ready = 0;
    for (unsigned i = 0; i < 2000; i++) {
        assert_true(journal_step(&rig.journal) <= 0);
    }
    rig.kit.nor.dead = false;
    rig_assert_filled(&rig);
    rig_start(&rig);
    rig_assert_filled(&rig);
    kit_close(&rig.kit);
}

/* The bus fails within a put, at whatever operation, and works again: nothing that is put later, or
 * was before, is lost by it. */
static void test_bus_fails_in_a_put(void **state)
{
    (void)state;
    for (uint64_t operation = 1; operation <= 3; operation++) {
        for (uint32_t octets = 0; octets <= 20; octets += 4) {
            struct rig rig;
            rig_open(&rig, &rig_plain);
            rig_put(&rig, 0, "before");
            kit_plan_cut(&rig.kit, operation, octets, 0);
            int result = rig_put(&rig, 1, "a value of some length that fails");
            assert_int_equal(result, operation <= 2 ? STORAGE_FAILED : STORAGE_DONE);
            kit_power_on(&rig.kit);
            assert_int_equal(rig_put(&rig, 2, "after"), STORAGE_DONE);
            rig_assert(&rig, 2, "after");
            rig_start(&rig);
            rig_assert(&rig, 0, "before");
            rig_assert(&rig, 2, "after");
            kit_close(&rig.kit);
        }
    }
}

/* Whatever is read wrongly once, while recovering or while carrying: no value is lost by it, and
 * none comes over changed. */
static void test_noise_on_the_bus(void **state)
{
    uint64_t read = 0;
    bool more = true;
    (void)state;
    while (more) {
        read++;
        struct rig rig;
        rig_open(&rig, &rig_plain);
        rig_fill(&rig);
        struct kit_noise noise;
        kit_noise_open(&noise, &rig.kit, read);
        const struct partition *partition = rig.journal.belt.partition;
        journal_init(&rig.journal, &noise.flash, partition, rig.use, rig.places);
        while (journal_recover(&rig.journal) > 0) {
        }
        for (uint32_t i = 0; i < 120; i++) {
            journal_put(&rig.journal, RIG_VALUES - 1, 1, &i, sizeof i);
            while (journal_step(&rig.journal) > 0) {
            }
        }
        more = noise.read == 0;
        rig_start(&rig);
        rig_assert_filled(&rig);
        kit_close(&rig.kit);
    }
    assert_in_range(read, 1000, 10000);
}

/* A descriptor that leads out of its sector is not followed, however right its check. */
static void test_descriptor_leads_out(void **state)
{
    struct rig rig;
    uint8_t octets[ITEM_DESCRIPTOR];
    (void)state;
    rig_open(&rig, &rig_plain);
    rig_put(&rig, 0, "here");
    struct writer w = writer_over(octets, sizeof octets);
    writer_u16(&w, 1);
    writer_u16(&w, 0x01ff);
    writer_u16(&w, KIT_SECTOR - 40);
    writer_u16(&w, UINT16_MAX);
    writer_u32(&w, 0);
    writer_u32(&w, crc32(0, octets, 12));
    uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
    assert_int_equal(
        flash_write(&rig.kit.flash, sector + item_offset(&rig.kit.flash, 1), octets, sizeof octets),
        STORAGE_DONE);
    rig_start(&rig);
    assert_int_equal(rig.kit.nor.counts.refused, 0);
    assert_int_equal(rig.journal.damaged, 1);
    rig_assert(&rig, 0, "here");
    kit_close(&rig.kit);
}

/* After a start, a new page: the one that may have been cut into is left as it is. */
static void test_new_page_after_start(void **state)
{
    struct rig rig;
    (void)state;
    rig_open(&rig, &rig_plain);
    rig_put(&rig, 0, "before");
    rig_start(&rig);
    rig_put(&rig, 1, "after");
    uint32_t sector = belt_address(&rig.journal.belt, rig.journal.belt.head);
    assert_int_equal(nor_peek(&rig.kit.nor, sector + BELT_DATA + 6), 0xff);
    assert_int_equal(nor_peek(&rig.kit.nor, sector + rig.kit.flash.page), 'a');
    kit_close(&rig.kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_value),
        cmocka_unit_test(test_damaged_while_running),
        cmocka_unit_test(test_header_stands_two_flips),
        cmocka_unit_test(test_value_forges_nothing),
        cmocka_unit_test(test_sector_that_stays_dirty),
        cmocka_unit_test(test_header_on_bad_cells),
        cmocka_unit_test(test_item_on_bad_cells),
        cmocka_unit_test(test_chip_does_not_answer),
        cmocka_unit_test(test_bus_fails_in_a_put),
        cmocka_unit_test(test_noise_on_the_bus),
        cmocka_unit_test(test_descriptor_leads_out),
        cmocka_unit_test(test_new_page_after_start),
    };
    return cmocka_run_group_tests_name("storage_journal_damage", tests, NULL, NULL);
}
