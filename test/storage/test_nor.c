#define _XOPEN_SOURCE 700 /* mkstemp, truncate */

/* The virtual chip does what real ones do, and refuses what they would do wrong. */
#include "test/storage/kit.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTORS = 4 };

static void wait_ready(struct kit *kit)
{
    while (kit->flash.state(&kit->nor) != FLASH_READY) {
        nor_advance(&kit->nor, 100);
    }
}

static void assert_octet(struct kit *kit, uint32_t at, uint8_t expected)
{
    uint8_t octet = (uint8_t)~expected;
    assert_int_equal(kit->flash.read(&kit->nor, at, &octet, 1), 0);
    assert_int_equal(octet, expected);
}

static void program(struct kit *kit, uint32_t at, uint8_t octet)
{
    assert_int_equal(kit->flash.program(&kit->nor, at, &octet, 1), 0);
    wait_ready(kit);
}

static void test_programs_only_clear_bits(void **state)
{
    struct kit kit;
    (void)state;
    kit_open(&kit, SECTORS);
    assert_octet(&kit, 7, 0xff);
    program(&kit, 7, 0xf0);
    program(&kit, 7, 0x3c);
    assert_octet(&kit, 7, 0x30);
    assert_int_equal(kit.flash.erase(&kit.nor, 0), 0);
    wait_ready(&kit);
    assert_octet(&kit, 7, 0xff);
    assert_int_equal(kit.nor.wear[0], 1);
    assert_int_equal(kit.nor.wear[1], 0);
    kit_close(&kit);
}

static void test_takes_its_time(void **state)
{
    struct kit kit;
    uint8_t octet = 0;
    (void)state;
    kit_open(&kit, SECTORS);
    uint64_t before_ns = kit.nor.now_ns;
    program(&kit, 0, 1);
    assert_in_range(kit.nor.now_ns - before_ns, 3000000, 3300000);
    before_ns = kit.nor.now_ns;
    assert_int_equal(kit.flash.erase(&kit.nor, 0), 0);
    wait_ready(&kit);
    assert_in_range(kit.nor.now_ns - before_ns, 400000000, 400300000);
    before_ns = kit.nor.now_ns;
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(kit.flash.read(&kit.nor, 0, &octet, 1), 0);
    }
    assert_in_range(kit.nor.now_ns - before_ns, 1000 * 50, 1000 * 1000);
    kit_close(&kit);
}

static void test_refuses(void **state)
{
    struct kit kit;
    uint8_t octets[2 * 256] = {0};
    (void)state;
    kit_open(&kit, SECTORS);
    struct flash *flash = &kit.flash;
    assert_int_equal(flash->program(&kit.nor, 255, octets, 2), -1); /* across pages */
    assert_int_equal(flash->program(&kit.nor, 0, octets, 257), -1);
    assert_int_equal(flash->program(&kit.nor, 0, octets, 0), -1);
    assert_int_equal(flash->program(&kit.nor, SECTORS * KIT_SECTOR, octets, 1), -1);
    assert_int_equal(flash->read(&kit.nor, SECTORS * KIT_SECTOR - 1, octets, 2), -1);
    assert_int_equal(flash->read(&kit.nor, UINT32_MAX, octets, 2), -1);
    assert_int_equal(flash->erase(&kit.nor, 1), -1);
    assert_int_equal(flash->erase(&kit.nor, SECTORS * KIT_SECTOR), -1);
    assert_int_equal(flash->resume(&kit.nor), -1);
    assert_int_equal(kit.nor.counts.refused, 9);
    assert_int_equal(kit.nor.counts.operations, 0);
    assert_int_equal(flash->erase(&kit.nor, 0), 0);
    assert_int_equal(flash->read(&kit.nor, 2000, octets, 1), -1); /* while busy */
    assert_int_equal(flash->program(&kit.nor, 2000, octets, 1), -1);
    assert_int_equal(flash->erase(&kit.nor, 1024), -1);
    assert_int_equal(kit.nor.counts.refused, 12);
    kit_close(&kit);
}

static void test_suspends(void **state)
{
    struct kit kit;
    uint8_t octet = 0x55;
    (void)state;
    kit_open(&kit, SECTORS);
    program(&kit, 0, 0);
    assert_int_equal(kit.flash.erase(&kit.nor, 0), 0);
    nor_advance(&kit.nor, 100000);
    assert_int_equal(kit.flash.suspend(&kit.nor), 0);
    assert_int_equal(kit.flash.state(&kit.nor), FLASH_ERASING);
    nor_advance(&kit.nor, 30);
    assert_int_equal(kit.flash.state(&kit.nor), FLASH_SUSPENDED);
    nor_advance(&kit.nor, 10000000);
    assert_int_equal(kit.flash.state(&kit.nor), FLASH_SUSPENDED);
    assert_int_equal(kit.flash.program(&kit.nor, 5, &octet, 1), -1); /* its own sector */
    assert_int_equal(kit.flash.read(&kit.nor, 5, &octet, 1), -1);
    assert_int_equal(kit.flash.erase(&kit.nor, 2048), -1);
    assert_int_equal(kit.flash.program(&kit.nor, 2048, &octet, 1), 0);
    assert_int_equal(kit.flash.state(&kit.nor), FLASH_PROGRAMMING);
    nor_advance(&kit.nor, 3000);
    assert_int_equal(kit.flash.state(&kit.nor), FLASH_SUSPENDED);
    assert_octet(&kit, 2048, 0x55);
    assert_int_equal(kit.flash.resume(&kit.nor), 0);
    nor_advance(&kit.nor, 299000);
    assert_int_equal(kit.flash.state(&kit.nor), FLASH_ERASING);
    nor_advance(&kit.nor, 2000);
    assert_int_equal(kit.flash.state(&kit.nor), FLASH_READY);
    assert_octet(&kit, 0, 0xff);
    kit_close(&kit);
}

/* What storage does while an erase is under way: flash.c. */
static void test_reads_and_writes_through_an_erase(void **state)
{
    struct kit kit;
    uint8_t octets[600];
    uint8_t back[600];
    (void)state;
    kit_open(&kit, SECTORS);
    memset(octets, 0xa5, sizeof octets);
    assert_int_equal(flash_erase(&kit.flash, 0), STORAGE_DONE);
    assert_int_equal(flash_erase(&kit.flash, 1024), STORAGE_LATER);
    uint64_t before_ns = kit.nor.now_ns;
    assert_int_equal(flash_write(&kit.flash, 1100, octets, sizeof octets), STORAGE_DONE);
    assert_int_equal(flash_read(&kit.flash, 1100, back, sizeof back), STORAGE_DONE);
    assert_in_range(kit.nor.now_ns - before_ns, 0, 3 * 3100000 + 100000);
    assert_memory_equal(octets, back, sizeof back);
    assert_int_equal(flash_blank(&kit.flash, 1100, 10), STORAGE_DAMAGED);
    assert_int_equal(flash_blank(&kit.flash, 1700, 300), STORAGE_DONE);
    assert_int_equal(kit.nor.state, FLASH_SUSPENDED);
    unsigned polls = 0;
    while (flash_erase_poll(&kit.flash)) {
        nor_advance(&kit.nor, 10000);
        polls++;
    }
    assert_in_range(polls, 39, 42);
    assert_int_equal(kit.nor.counts.refused, 0);
    kit_close(&kit);
}

/* ---- Cuts ---- */

static void test_torn_program(void **state)
{
    (void)state;
    for (uint32_t whole = 0; whole <= 8; whole++) {
        struct kit kit;
        uint8_t octets[8] = {0};
        kit_open(&kit, SECTORS);
        kit_plan_cut(&kit, 2, whole, 0);
        program(&kit, 100, 0);
        assert_int_equal(kit.flash.program(&kit.nor, 0, octets, sizeof octets), -1);
        assert_int_equal(kit.flash.read(&kit.nor, 0, octets, 1), -1);
        kit_power_on(&kit);
        for (uint32_t i = 0; i < 8; i++) {
            assert_octet(&kit, i, i < whole ? 0 : 0xff);
        }
        assert_octet(&kit, 100, 0);
        kit_close(&kit);
    }
}

static unsigned ones_of_sector(struct kit *kit, uint32_t at)
{
    unsigned ones = 0;
    for (uint32_t i = 0; i < KIT_SECTOR * 8; i++) {
        ones += nor_peek(&kit->nor, at + i / 8) >> i % 8 & 1;
    }
    return ones;
}

/* Half of the cells hold zeros; an erase zeroes the others first. */
static void test_torn_erase(void **state)
{
    enum { ALL = KIT_SECTOR * 8 };
    static const struct {
        uint16_t erased;
        unsigned from;
        unsigned to;
    } rows[] = {{0, ALL / 2, ALL / 2},
                {150, ALL / 5, ALL * 3 / 10},
                {300, 0, 0},
                {650, ALL * 4 / 10, ALL * 6 / 10},
                {1000, ALL, ALL}};
    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct kit kit;
        kit_open(&kit, SECTORS);
        for (uint32_t k = 0; k < KIT_SECTOR; k++) {
            nor_flip(&kit.nor, k, 0x0f);
        }
        kit_plan_cut(&kit, 2, 0, rows[i].erased);
        assert_int_equal(kit.flash.erase(&kit.nor, 0), 0);
        assert_int_equal(flash_write(&kit.flash, 2000, "x", 1), STORAGE_FAILED);
        kit_power_on(&kit);
        assert_in_range(ones_of_sector(&kit, 0), rows[i].from, rows[i].to);
        assert_octet(&kit, 2000, 0xff);
        assert_int_equal(kit.flash.state(&kit.nor), FLASH_READY);
        kit_close(&kit);
    }
}

static void test_stuck_bits(void **state)
{
    struct kit kit;
    (void)state;
    kit_open(&kit, SECTORS);
    nor_stick(&kit.nor, 9, 0x03, 0x01);
    assert_octet(&kit, 9, 0xfd);
    program(&kit, 9, 0x00);
    assert_octet(&kit, 9, 0x01);
    kit_close(&kit);
}

/* ---- Files ---- */

static char path[] = "/tmp/watthour_nor_XXXXXX";

static int open_file(struct kit *kit, char error[NOR_ERROR_SIZE])
{
    struct nor_config config = nor_config_default();
    int result = nor_open(&kit->nor, &config, path, error, NOR_ERROR_SIZE);
    kit->flash = nor_port(&kit->nor);
    return result;
}

static void test_file_keeps(void **state)
{
    struct kit kit;
    struct kit other;
    char error[NOR_ERROR_SIZE];
    struct stat stat_of_file;
    (void)state;
    assert_int_equal(open_file(&kit, error), 0);
    program(&kit, 12345, 0x5a);
    assert_int_equal(kit.flash.erase(&kit.nor, 8192), 0);
    wait_ready(&kit);
    assert_int_equal(open_file(&other, error), -1);
    assert_non_null(strstr(error, "in use"));
    nor_close(&kit.nor);
    assert_int_equal(stat(path, &stat_of_file), 0);
    assert_in_range(stat_of_file.st_blocks * 512, 1, 65536); /* sparse */
    assert_int_equal(open_file(&kit, error), 0);
    assert_octet(&kit, 12345, 0x5a);
    assert_octet(&kit, 12346, 0xff);
    assert_int_equal(kit.nor.wear[2], 1);
    nor_close(&kit.nor);
}

static void test_file_is_looked_at(void **state)
{
    struct kit kit;
    struct nor looked;
    uint32_t octets;
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    (void)state;
    assert_int_equal(open_file(&kit, error), 0);
    program(&kit, 77, 0x77);
    assert_int_equal(nor_load(&looked, &config, path, &octets, error, sizeof error), 0);
    assert_int_equal(octets, 8 << 20);
    assert_int_equal(nor_peek(&looked, 77), 0x77);
    assert_int_equal(looked.wear[2], 1);
    nor_flip(&looked, 77, 0xff);
    assert_octet(&kit, 77, 0x77);
    nor_close(&looked);
    nor_close(&kit.nor);
    assert_int_equal(nor_load(&looked, &config, "/no/such/place", &octets, error, sizeof error),
                     -1);
    assert_non_null(strstr(error, "/no/such/place: "));
}

static void test_file_too_short(void **state)
{
    struct kit kit;
    char error[NOR_ERROR_SIZE];
    (void)state;
    assert_int_equal(truncate(path, 1000), 0);
    assert_int_equal(open_file(&kit, error), 0);
    assert_octet(&kit, 12345, 0xff);
    assert_octet(&kit, (8 << 20) - 1, 0xff);
    nor_close(&kit.nor);
}

static void test_file_that_cannot_be(void **state)
{
    struct kit kit;
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    (void)state;
    assert_int_equal(nor_open(&kit.nor, &config, "/no/such/place", error, sizeof error), -1);
    assert_non_null(strstr(error, "/no/such/place: "));
    assert_null(strchr(error, '\n'));
    assert_int_equal(nor_open(&kit.nor, &config, "/tmp", error, sizeof error), -1);
}

static int make_file(void **state)
{
    (void)state;
    int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_programs_only_clear_bits),
        cmocka_unit_test(test_takes_its_time),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_suspends),
        cmocka_unit_test(test_reads_and_writes_through_an_erase),
        cmocka_unit_test(test_torn_program),
        cmocka_unit_test(test_torn_erase),
        cmocka_unit_test(test_stuck_bits),
        cmocka_unit_test(test_file_keeps),
        cmocka_unit_test(test_file_is_looked_at),
        cmocka_unit_test(test_file_too_short),
        cmocka_unit_test(test_file_that_cannot_be),
    };
    return cmocka_run_group_tests_name("storage_nor", tests, make_file, remove_file);
}
