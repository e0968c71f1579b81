/* Lists, menus and buttons against a plain description of them: docs/DISPLAY.md, one tick after the
 * other. Where the display calculates how much time has passed, this counts. */
#include "display/install.h"
#include "display/menu.h"
#include "test/product/rig.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { TICK_MS = 10, TICKS = 300000, SECOND = 1000 / TICK_MS };

/* What a screen is: where it is, and for how many ticks it has been. */
struct model {
    enum display_mode mode;
    unsigned position;
    unsigned shown;   /* ticks */
    unsigned touched; /* ticks since the last press */
    struct {
        bool down;
        bool spent;
        unsigned held;
    } buttons[DISPLAY_BUTTONS];
    bool port;
};

static struct rig rig;
static struct model model;

static void go(enum display_mode mode, unsigned position)
{
    model.mode = mode;
    model.position = position;
    model.shown = 0;
}

static unsigned count_of(enum display_list_name name)
{
    return rig.display.lists[name].count;
}

static bool has_message(void)
{
    return rig.message.text_size > 0;
}

/* ---- time ---- */

static unsigned automatic_ticks(void)
{
    unsigned usual = 10 * SECOND;
    unsigned run = rig.message.text_size * SECOND / 2;
    bool message = has_message() && model.position == count_of(DISPLAY_LIST_AUTOMATIC);
    return message && run > usual ? run : usual;
}

static void tick_automatic(void)
{
    if (model.shown >= automatic_ticks()) {
        unsigned screens = count_of(DISPLAY_LIST_AUTOMATIC) + has_message();
        go(DISPLAY_MODE_AUTOMATIC, (model.position + 1) % screens);
    }
}

static void tick_elsewhere(void)
{
    unsigned patience = (model.mode == DISPLAY_MODE_TEST ? 3600U : 60U) * SECOND;
    if (model.mode == DISPLAY_MODE_SELF_TEST && model.shown >= 3U * SECOND) {
        go(DISPLAY_MODE_MANUAL, 0);
    } else if (model.mode != DISPLAY_MODE_SELF_TEST && model.touched >= patience) {
        go(DISPLAY_MODE_AUTOMATIC, 0);
    }
}

static void tick(void)
{
    model.shown++;
    model.touched++;
    for (int i = 0; i < DISPLAY_BUTTONS; i++) {
        if (model.buttons[i].down) {
            model.buttons[i].held++;
            model.touched = 0;
        }
        if (model.buttons[i].down && !model.buttons[i].spent &&
            model.buttons[i].held >= 5U * SECOND) {
            model.buttons[i].spent = true;
            go(DISPLAY_MODE_AUTOMATIC, 0);
        }
    }
    if (model.mode == DISPLAY_MODE_AUTOMATIC) {
        tick_automatic();
    } else {
        tick_elsewhere();
    }
}

/* ---- presses ---- */

static void walk(enum display_mode mode, unsigned count)
{
    if (model.mode != mode) {
        go(mode, 0);
    } else if (model.position + 1 < count) {
        go(mode, model.position + 1);
    } else {
        go(DISPLAY_MODE_AUTOMATIC, 0);
    }
}

/* Without profiles and events, and at times without a message. */
static const unsigned menu[] = {MENU_READINGS, MENU_MESSAGE, MENU_SELF_TEST, MENU_TEST_MODE};

static unsigned next_of_menu(void)
{
    unsigned at = 0;
    while (menu[at] != model.position) {
        at++;
    }
    at = (at + 1) % 4;
    return menu[at] == MENU_MESSAGE && !has_message() ? menu[at + 1] : menu[at];
}

static void scroll_short(void)
{
    if (model.mode == DISPLAY_MODE_AUTOMATIC) {
        go(DISPLAY_MODE_SELF_TEST, 0);
    } else if (model.mode == DISPLAY_MODE_SELF_TEST) {
        go(DISPLAY_MODE_MANUAL, 0);
    } else if (model.mode == DISPLAY_MODE_MENU) {
        go(DISPLAY_MODE_MENU, next_of_menu());
    } else if (model.mode == DISPLAY_MODE_TEST) {
        go(DISPLAY_MODE_TEST, (model.position + 1) % 4);
    } else if (model.mode == DISPLAY_MODE_MESSAGE) {
        go(DISPLAY_MODE_AUTOMATIC, 0);
    } else if (model.mode == DISPLAY_MODE_INSTALLATION) {
        go(DISPLAY_MODE_INSTALLATION, (model.position + 1) % 3);
    } else {
        walk(model.mode, count_of(model.mode == DISPLAY_MODE_MANUAL ? DISPLAY_LIST_MANUAL
                                                                    : DISPLAY_LIST_SERVICE));
    }
}

static void scroll_long(void)
{
    static const enum display_mode behind[MENU_ENTRIES] = {
        [MENU_READINGS] = DISPLAY_MODE_MANUAL,
        [MENU_MESSAGE] = DISPLAY_MODE_MESSAGE,
        [MENU_SELF_TEST] = DISPLAY_MODE_SELF_TEST,
        [MENU_TEST_MODE] = DISPLAY_MODE_TEST,
    };
    if (model.mode == DISPLAY_MODE_MENU) {
        go(behind[model.position], 0);
    } else {
        go(DISPLAY_MODE_MENU, MENU_READINGS);
    }
}

static void service(bool held)
{
    bool installing = model.mode == DISPLAY_MODE_INSTALLATION;
    if (!held && !installing) {
        walk(DISPLAY_MODE_SERVICE, count_of(DISPLAY_LIST_SERVICE));
    } else if (!held) {
        go(DISPLAY_MODE_INSTALLATION, (model.position + 1) % 3);
    } else if (!installing) {
        go(DISPLAY_MODE_INSTALLATION, 0);
    } else if (model.position == INSTALL_IDENTIFICATION) {
        go(DISPLAY_MODE_SERVICE, 0);
    } else {
        model.port ^= model.position == INSTALL_PORT;
        go(DISPLAY_MODE_INSTALLATION, model.position);
    }
}

static void move(unsigned button)
{
    bool was_down = model.buttons[button].down;
    bool meant = was_down && !model.buttons[button].spent;
    bool held = model.buttons[button].held >= 2U * SECOND;
    model.buttons[button].down = !was_down;
    model.buttons[button].spent = false;
    model.buttons[button].held = 0;
    model.touched = 0;
    if (meant && button == DISPLAY_BUTTON_SERVICE) {
        service(held);
    } else if (meant && held) {
        scroll_long();
    } else if (meant) {
        scroll_short();
    }
}

/* ---- both ---- */

static void begin(const char *product)
{
    rig_init(&rig, product_find(product));
    model = (struct model){.mode = DISPLAY_MODE_AUTOMATIC, .port = true};
}

static void assert_same(int at)
{
    if (rig.display.mode != model.mode || rig.display.position != model.position ||
        rig.consumer.port_enabled != model.port) {
        fail_msg("tick %d: mode %d at %u, should be %d at %u", at, rig.display.mode,
                 rig.display.position, model.mode, model.position);
    }
}

/* Now and then a message comes or goes; not while it is on the screen. */
static void change_message(void)
{
    static const char text[200] = "Water and wind, and what else there is to say at some length.";
    bool shown = model.mode == DISPLAY_MODE_MESSAGE || model.mode == DISPLAY_MODE_MENU ||
                 model.position >= count_of(DISPLAY_LIST_AUTOMATIC);
    if (!shown) {
        size_t size = rand() % 2 == 0 ? 0 : 1 + (size_t)rand() % strlen(text);
        assert_int_equal(message_set_text(&rig.message, text, size), 0);
    }
}

/* Mostly short presses and long pauses, as people do; at times anything. */
static int next_move(void)
{
    static const int ticks[] = {3, 12, 40, 199, 200, 201, 300, 499, 500, 501, 900, 2500, 6100};
    return ticks[(unsigned)rand() % (sizeof ticks / sizeof ticks[0])];
}

static void any_presses_lead_where_they_should(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        begin(product_all[i]->name);
        srand(41U + (unsigned)i);
        int due = next_move();
        unsigned moves = 0;
        for (int at = 1; at <= TICKS; at++) {
            tick();
            display_step(&rig.display, (int64_t)at * TICK_MS);
            if (--due == 0) {
                unsigned button = rand() % 3 == 0;
                move(button);
                display_button(&rig.display, (enum display_button)button,
                               model.buttons[button].down, (int64_t)at * TICK_MS);
                due = next_move();
                moves++;
            }
            if (rand() % 5000 == 0) {
                change_message();
            }
            assert_same(at);
        }
        assert_true(moves > 200);
    }
}

/* Left alone it goes round, for as long as one likes to look. */
static void left_alone_it_goes_round(void **state)
{
    (void)state;
    begin("st402d");
    for (int at = 1; at <= TICKS; at++) {
        tick();
        display_step(&rig.display, (int64_t)at * TICK_MS);
        assert_same(at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_presses_lead_where_they_should),
        cmocka_unit_test(left_alone_it_goes_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
