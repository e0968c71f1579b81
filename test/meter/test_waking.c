/* No-power reading: what a meter without mains shows on its battery is what it kept, and nothing of
 * it is changed by looking. */
#include "meter/waking.h"
#include "test/display/drawing.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400 };

static const char text[] = "Change of meter on Monday.";
static struct life *life;
static struct meter woken;

static int set_up(void **state)
{
    (void)state;
    life = life_begin("st402d", life_utc_ms(2026, 11, 21, 11, 0, 0));
    life_run(life, 1000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static void fail_supply(void)
{
    assert_int_equal(meter_power_fail(&life->meter), 0);
}

static void wake(int64_t after_s)
{
    struct meter_setup setup = life->setup;
    setup.utc_ms = life->meter.clock.utc_ms + after_s * 1000;
    nor_power_on(&life->nor);
    assert_int_equal(meter_wake(&woken, &setup), 0);
    while (meter_wake_recover(&woken) > 0) {
        nor_advance(&life->nor, 1000);
    }
}

static int64_t register_of(const struct meter *meter, enum quantity_kind kind)
{
    struct quantity_value value;
    struct quantity quantity = {.kind = (uint8_t)kind};
    assert_int_equal(quantity_read(&meter->source, quantity, &value), 0);
    return value.value;
}

static void press(enum display_button button, int64_t now_ms)
{
    display_button(&woken.display, button, true, now_ms);
    display_button(&woken.display, button, false, now_ms + 50);
}

static void registers_are_those_that_were_kept(void **state)
{
    (void)state;
    for (int round = 0; round < 5; round++) {
        life_run(life, 100 + rand() % 500);
        fail_supply();
        wake(rand() % DAY_S);
        for (int kind = QUANTITY_A_IMPORT; kind <= QUANTITY_VAH_EXPORT; kind++) {
            assert_true(register_of(&woken, (enum quantity_kind)kind) ==
                        register_of(&life->meter, (enum quantity_kind)kind));
        }
        life_kill(life, 10);
    }
}

static void settings_and_message_are_those_that_were_kept(void **state)
{
    (void)state;
    static const struct display_item voltage = {3, COSEM_NAME(1, 0, 32, 7, 0), 2};
    assert_int_equal(display_set(&life->meter.display, DISPLAY_ENERGY_FORM, 3), 0);
    assert_int_equal(display_set_list(&life->meter.display, DISPLAY_LIST_MANUAL, &voltage, 1), 0);
    assert_int_equal(message_set_text(&life->meter.message, text, sizeof text - 1), 0);
    life_run(life, 5);
    fail_supply();
    wake(60);
    assert_int_equal(woken.display.settings[DISPLAY_ENERGY_FORM], 3);
    assert_int_equal(woken.display.lists[DISPLAY_LIST_MANUAL].count, 1);
    assert_int_equal(woken.message.text_size, sizeof text - 1);
    char found[sizeof text - 1];
    assert_int_equal(message_read(&woken.message, 0, found, sizeof found), 0);
    assert_memory_equal(found, text, sizeof found);
}

/* It knows the time, and says that it runs on its battery; it measures nothing. */
static void it_says_what_it_is(void **state)
{
    (void)state;
    fail_supply();
    int64_t utc_ms = life->meter.clock.utc_ms;
    wake(3 * DAY_S);
    assert_true(woken.clock.utc_ms == utc_ms + INT64_C(3000) * DAY_S);
    assert_true(woken.marks.battery);
    assert_false(woken.marks.p1 || woken.marks.network || woken.marks.fault);
    assert_int_equal(register_of(&woken, QUANTITY_P), 0);
    assert_true(meter_wake_step(&woken, 1500));
    assert_true(woken.clock.utc_ms == utc_ms + INT64_C(3000) * DAY_S + 1500);
}

/* Not an octet of the chip is written, however long somebody looks and presses. */
static void looking_writes_nothing(void **state)
{
    (void)state;
    fail_supply();
    struct nor_counts before = life->nor.counts;
    srand(9);
    for (int round = 0; round < 10; round++) {
        wake(100);
        for (int64_t ms = 0; ms < 60000; ms += 1 + rand() % 3000) {
            press(rand() % 4 == 0 ? DISPLAY_BUTTON_SERVICE : DISPLAY_BUTTON_SCROLL, ms);
            (void)meter_wake_step(&woken, ms + 100);
            (void)drawing_look(&woken.display);
        }
    }
    assert_true(life->nor.counts.operations == before.operations);
    life_kill(life, 5000);
    life_run(life, 10);
    assert_true(register_of(&life->meter, QUANTITY_A_IMPORT) > 0);
}

/* Half a minute behind the last press it sleeps, and not before. */
static void it_sleeps_again(void **state)
{
    (void)state;
    fail_supply();
    wake(1);
    assert_true(meter_wake_step(&woken, METER_AWAKE_MS - 1));
    assert_false(meter_wake_step(&woken, METER_AWAKE_MS));
    wake(1);
    assert_true(meter_wake_step(&woken, 20000));
    press(DISPLAY_BUTTON_SCROLL, 20000);
    assert_true(meter_wake_step(&woken, 20050 + METER_AWAKE_MS - 1));
    assert_false(meter_wake_step(&woken, 20050 + METER_AWAKE_MS));
}

/* Profiles and logs are recovered as well, and there are entries that lead to them. */
static void the_menu_has_what_there_is(void **state)
{
    (void)state;
    life_run(life, 1000);
    fail_supply();
    wake(1);
    display_button(&woken.display, DISPLAY_BUTTON_SCROLL, true, 0);
    display_button(&woken.display, DISPLAY_BUTTON_SCROLL, false, 2500);
    unsigned seen = 0;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(woken.display.mode, DISPLAY_MODE_MENU);
        seen |= 1U << woken.display.position;
        press(DISPLAY_BUTTON_SCROLL, 3000 + 100 * i);
    }
    assert_int_equal(seen & 0xC, 0xC);
}

/* The supply fails, without warning this time, at any operation: what is shown is never more than
 * was counted, nor less than the last checkpoint. */
static void never_more_than_the_truth(void **state)
{
    (void)state;
    for (unsigned operations = 1; operations <= 30; operations++) {
        struct nor_tear tear = {.erased = 300, .seed = operations};
        int64_t least = register_of(&life->meter, QUANTITY_A_IMPORT);
        nor_plan_cut(&life->nor, operations, &tear);
        life_run(life, 300);
        int64_t truth = register_of(&life->meter, QUANTITY_A_IMPORT);
        wake(10);
        int64_t shown = register_of(&woken, QUANTITY_A_IMPORT);
        assert_true(shown <= truth);
        least -= 70 * INT64_C(3450000000); /* a minute of 3450 W that no checkpoint has */
        assert_true(shown >= least);
        life_kill(life, 10);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(registers_are_those_that_were_kept),
        TEST(settings_and_message_are_those_that_were_kept),
        TEST(it_says_what_it_is),
        TEST(looking_writes_nothing),
        TEST(it_sleeps_again),
        TEST(the_menu_has_what_there_is),
        TEST(never_more_than_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
