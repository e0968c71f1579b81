/* What an installer does behind the sealed button, and what becomes of it. */
#include "display/install.h"
#include "meter/customer.h"
#include "meter/waking.h"
#include "test/display/drawing.h"
#include "test/meter/push_rig.h"
#include "test/unit.h"
#include "world/rtc.h"

#include <string.h>

enum { SHORT_S = 0, LONG_S = 3, LONG_MS = 3000, RETRIES = 2 };

static struct life *life;

static int set_up(void **state)
{
    (void)state;
    push_rig = (struct push_rig){.progress = PUSH_UNDER_WAY};
    life = life_begin("xs211", life_utc_ms(2026, 11, 21, 11, 0, 0));
    life->setup.push_sender = &push_rig_single;
    life_kill(life, 1);
    life_run(life, 2);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static struct display *display(void)
{
    return &life->meter.display;
}

/* Short: in no time. Long: the meter lives on meanwhile. */
static void hold(enum display_button button, int64_t seconds)
{
    display_button(display(), button, true, life->meter.now_ms);
    life_run(life, seconds);
    display_button(display(), button, false, life->meter.now_ms);
}

static void open_entry(enum install_entry entry)
{
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    for (unsigned i = 0; display()->position != entry && i < INSTALL_ENTRIES; i++) {
        hold(DISPLAY_BUTTON_SERVICE, SHORT_S);
    }
    assert_int_equal(display()->mode, DISPLAY_MODE_INSTALLATION);
    assert_int_equal(display()->position, entry);
}

static void assert_line(int line, const char *expected)
{
    char text[DISPLAY_COLUMNS + 1];
    drawing_read_line(drawing_look(display()), line, text);
    assert_string_equal(text, expected);
}

static void configure(enum push_transport transport)
{
    struct push_settings *settings = &life->meter.pushing.push.settings[PUSH_INSTALLATION];
    assert_int_equal(push_put_text(&life->meter.pushing.push, PUSH_INSTALLATION,
                                   PUSH_TEXT_DESTINATION, (const uint8_t *)"192.0.2.1:4059", 14),
                     0);
    settings->transport = (uint8_t)transport;
    settings->randomisation_s = 0;
    settings->retries = RETRIES;
    settings->delay_s = 5;
    settings->delay_percent = 100;
}

static void presses_walk_through_the_menu(void **state)
{
    (void)state;
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned entry = 0; entry < INSTALL_ENTRIES; entry++) {
            assert_int_equal(display()->mode, DISPLAY_MODE_INSTALLATION);
            assert_int_equal(display()->position, entry);
            hold((enum display_button)round, SHORT_S);
        }
    }
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    assert_int_equal(display()->mode, DISPLAY_MODE_SERVICE);
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    life_run(life, 61);
    assert_int_equal(display()->mode, DISPLAY_MODE_AUTOMATIC);
}

/* A short press has always led to the service list, and does. */
static void a_short_press_shows_the_service_list(void **state)
{
    (void)state;
    hold(DISPLAY_BUTTON_SERVICE, SHORT_S);
    assert_int_equal(display()->mode, DISPLAY_MODE_SERVICE);
    assert_int_equal(display()->position, 0);
}

static void a_push_without_an_address(void **state)
{
    (void)state;
    open_entry(INSTALL_PUSH);
    assert_line(1, "Push  no address");
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    life_run(life, 5);
    assert_line(1, "Push  no address");
    assert_int_equal(push_rig.begun, 0);
}

static void a_push_arrives(void **state)
{
    (void)state;
    configure(PUSH_TCP);
    open_entry(INSTALL_PUSH);
    assert_line(1, "       Push test");
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    life_run(life, 2);
    assert_int_equal(push_rig.begun, 1);
    assert_line(1, "Push     sending");
    assert_false(life->meter.marks.network);
    push_rig.progress = PUSH_REACHED;
    life_run(life, 2);
    assert_line(1, "Push     arrived");
    assert_true(life->meter.marks.network);
    push_rig.progress = PUSH_UNDER_WAY;
    hold(DISPLAY_BUTTON_SERVICE, LONG_S); /* once more */
    life_run(life, 2);
    assert_line(1, "Push     sending");
    assert_int_equal(push_rig.begun, 2);
}

static void a_push_fails(void **state)
{
    (void)state;
    configure(PUSH_TCP);
    push_rig.progress = PUSH_REFUSED;
    open_entry(INSTALL_PUSH);
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    life_run(life, 3);
    assert_line(1, "Push     sending"); /* it tries again */
    life_run(life, 40);
    assert_int_equal(push_rig.begun, 1 + RETRIES);
    assert_line(1, "Push      failed");
    assert_false(life->meter.marks.network);
}

/* Over UDP nothing acknowledges; and the mark is of this power-on. */
static void the_network_mark_is_earned(void **state)
{
    (void)state;
    configure(PUSH_UDP);
    push_rig.progress = PUSH_TAKEN;
    open_entry(INSTALL_PUSH);
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    life_run(life, 2);
    assert_line(1, "Push     arrived");
    assert_false(life->meter.marks.network);
    configure(PUSH_TCP);
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    life_run(life, 2);
    assert_true(life->meter.marks.network);
    life_cut(life, 10);
    life_run(life, 1);
    assert_false(life->meter.marks.network);
}

/* The port is closed: no telegram, and after the next power-on neither. */
static void the_port_is_switched(void **state)
{
    (void)state;
    static struct meter_customer customer;
    static uint8_t telegram[METER_CUSTOMER_ROOM + 1];
    meter_customer_open(&life->meter, &customer, telegram, METER_CUSTOMER_ROOM);
    meter_customer_request(&customer, true);
    life_run(life, 1);
    assert_true(meter_customer_step(&customer));
    open_entry(INSTALL_PORT);
    assert_line(1, "P1 port       on");
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    assert_line(1, "P1 port      off");
    life_run(life, 2);
    assert_false(meter_customer_step(&customer));
    assert_false(life->meter.marks.p1);
    life_cut(life, 10);
    life_run(life, 2);
    assert_false(life->meter.consumer.port_enabled);
    open_entry(INSTALL_PORT);
    hold(DISPLAY_BUTTON_SERVICE, LONG_S);
    assert_true(life->meter.consumer.port_enabled);
}

/* On its battery a meter shows, and does nothing: it would be forgotten. */
static void not_on_the_battery(void **state)
{
    (void)state;
    static struct meter woken;
    assert_int_equal(meter_power_fail(&life->meter), 0);
    nor_power_on(&life->nor);
    assert_int_equal(meter_wake(&woken, &life->setup), 0);
    while (meter_wake_recover(&woken) > 0) {
        nor_advance(&life->nor, 1000);
    }
    display_button(&woken.display, DISPLAY_BUTTON_SERVICE, true, 0);
    display_button(&woken.display, DISPLAY_BUTTON_SERVICE, false, LONG_MS);
    assert_int_equal(woken.display.mode, DISPLAY_MODE_SERVICE);
    assert_true(meter_wake_step(&woken, LONG_MS));
}

/* What is wrong with the meter is a mark of any screen. */
static void faults_are_marked(void **state)
{
    (void)state;
    assert_false(life->meter.marks.fault);
    event_record(&life->meter.events, EVENT_NV_MEMORY_ERROR);
    life_run(life, 1);
    assert_true(life->meter.marks.fault);
    alarm_clear_errors(&life->meter.alarm, 0);
    life_run(life, 1);
    assert_false(life->meter.marks.fault);
}

/* So is an open cover, also one that was opened without supply. */
static void open_covers_are_marked(void **state)
{
    (void)state;
    static const enum rtc_input covers[] = {RTC_TERMINAL_COVER, RTC_METER_COVER};
    struct rtc_chip_config config = rtc_chip_config_default();
    struct rtc_chip chip;
    rtc_chip_open(&chip, &config);
    rtc_chip_set(&chip, life->meter.clock.utc_ms);
    struct rtc rtc = rtc_chip_port(&chip);
    life->setup.rtc = &rtc;
    life_cut(life, 1);
    for (int i = 0; i < 2; i++) {
        life_run(life, 2);
        assert_false(life->meter.marks.cover);
        rtc_chip_touch(&chip, covers[i], true, true);
        life_run(life, 2);
        assert_true(life->meter.marks.cover);
        rtc_chip_touch(&chip, covers[i], false, true);
        life_run(life, 2);
        assert_false(life->meter.marks.cover);
        assert_int_equal(meter_power_fail(&life->meter), 0);
        rtc_chip_touch(&chip, covers[i], true, false);
        life_kill(life, 100);
        life_run(life, 2);
        assert_true(life->meter.marks.cover);
        rtc_chip_touch(&chip, covers[i], false, true);
    }
    rtc_chip_touch(&chip, RTC_STRONG_FIELD, true, true);
    life_run(life, 2);
    assert_false(life->meter.marks.cover);
    life->setup.rtc = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(presses_walk_through_the_menu),
        TEST(a_short_press_shows_the_service_list),
        TEST(a_push_without_an_address),
        TEST(a_push_arrives),
        TEST(a_push_fails),
        TEST(the_network_mark_is_earned),
        TEST(the_port_is_switched),
        TEST(not_on_the_battery),
        TEST(faults_are_marked),
        TEST(open_covers_are_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
