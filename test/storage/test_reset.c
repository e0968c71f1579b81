/* The processor is reset, by its watchdog say, and the flash chip is not: it goes on with what it
 * was told, or stands suspended in an erase that nobody remembers. Nothing is lost by that, and the
 * chip is soon taken for new writes. */
#include "test/storage/journal_rig.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MOST = 4000, STEP_US = 10000, ROUNDS = 200, TEXT = 24 };

static struct rig rig;
static char texts[RIG_VALUES][TEXT]; /* what was put last */

/* The chip keeps its supply: what is under way there goes on. */
static void reset_processor(void)
{
    rig.journal = (struct journal){0};
    rig_start(&rig);
}

/* Puts a text, stepping and waiting where the journal says that it is too early. */
static void put(uint16_t number)
{
    (void)snprintf(texts[number], TEXT, "%u %d", number, rand());
    int result = rig_put(&rig, number, texts[number]);
    for (int step = 0; result == STORAGE_LATER; step++) {
        assert_true(step < STEPS_MOST);
        (void)journal_step(&rig.journal);
        nor_advance(&rig.kit.nor, STEP_US);
        result = rig_put(&rig, number, texts[number]);
    }
    assert_int_equal(result, STORAGE_DONE);
}

static void assert_texts(void)
{
    for (uint16_t number = 0; number < RIG_VALUES; number++) {
        if (texts[number][0] != 0) {
            rig_assert(&rig, number, texts[number]);
        }
    }
}

static void begin(const struct journal_use *use)
{
    srand(1);
    memset(texts, 0, sizeof texts);
    rig_open(&rig, use);
}

/* Reset at any moment: some puts, some steps, whatever the chip is doing then. */
static void a_reset_at_any_moment_loses_nothing(void **state)
{
    (void)state;
    unsigned suspended = 0;
    unsigned erasing = 0;
    begin(&rig_plain);
    for (int round = 0; round < ROUNDS; round++) {
        for (int n = rand() % 40; n > 0; n--) {
            put((uint16_t)(rand() % RIG_VALUES));
        }
        for (int n = rand() % 20; n > 0; n--) {
            (void)journal_step(&rig.journal);
            nor_advance(&rig.kit.nor, (uint64_t)(rand() % STEP_US));
        }
        if (rand() % 2 == 0) {
            assert_texts(); /* reads suspend an erase */
        }
        suspended += rig.kit.nor.state == FLASH_SUSPENDED;
        erasing += rig.kit.nor.state == FLASH_ERASING;
        reset_processor();
        assert_texts();
    }
    assert_true(suspended > ROUNDS / 20 && erasing > ROUNDS / 20);
    nor_close(&rig.kit.nor);
}

/* Two users of one chip: what one of them left suspended does not keep the other from working. */
static void an_erase_that_nobody_remembers_goes_on(void **state)
{
    (void)state;
    uint8_t octet;
    begin(&rig_plain);
    assert_int_equal(flash_erase(&rig.kit.flash, 0), STORAGE_DONE);
    assert_int_equal(flash_read(&rig.kit.flash, KIT_SECTOR, &octet, 1), STORAGE_DONE);
    assert_int_equal(rig.kit.nor.state, FLASH_SUSPENDED);
    int result = STORAGE_LATER;
    for (int step = 0; step < 100 && result == STORAGE_LATER; step++) {
        nor_advance(&rig.kit.nor, STEP_US);
        result = flash_erase(&rig.kit.flash, KIT_SECTOR);
    }
    assert_int_equal(result, STORAGE_DONE);
    assert_int_equal(rig.kit.nor.counts.refused, 0);
    nor_close(&rig.kit.nor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_at_any_moment_loses_nothing),
        cmocka_unit_test(an_erase_that_nobody_remembers_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
