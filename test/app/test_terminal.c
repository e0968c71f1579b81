/* The display in a terminal: keys are presses of its buttons, and the terminal is left as it was
 * found. */
#define _XOPEN_SOURCE 700 /* posix_openpt */
#include "app/terminal.h"
#include "display/menu.h"
#include "test/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT = 1 << 16 };

static struct run_options options;
static struct simulation *simulation;
static struct terminal terminal;
static struct loop loop;
static int keyboard;     /* where somebody types */
static int outputs[2];   /* what is printed comes out of [0] */
static int standards[2]; /* ours, meanwhile */
static char text[TEXT];

static void open_simulation(const char *product)
{
    char error[512];
    options = (struct run_options){
        .product = product_find(product),
        .scenario = "steady",
        .address = "127.0.0.1",
        .sampling = WORLD_SAMPLING_IDEAL,
        .speed = 1,
        .seed = 1,
        .nominal_hz = 50,
        .start_utc_s = 1795259100,
    };
    simulation = calloc(1, sizeof *simulation);
    assert_non_null(simulation);
    assert_int_equal(simulation_open(simulation, &options, error, sizeof error), 0);
}

/* Standard input is a terminal whose other end is ours, standard output a pipe. */
static void redirect(void)
{
    keyboard = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(keyboard >= 0 && grantpt(keyboard) == 0 && unlockpt(keyboard) == 0);
    int end = open(ptsname(keyboard), O_RDWR | O_NOCTTY);
    assert_true(end >= 0 && pipe(outputs) == 0);
    (void)fcntl(outputs[0], F_SETFL, O_NONBLOCK);
    fflush(stdout);
    standards[0] = dup(STDIN_FILENO);
    standards[1] = dup(STDOUT_FILENO);
    assert_true(dup2(end, STDIN_FILENO) >= 0 && dup2(outputs[1], STDOUT_FILENO) >= 0);
    close(end);
}

static void restore(void)
{
    fflush(stdout);
    (void)dup2(standards[0], STDIN_FILENO);
    (void)dup2(standards[1], STDOUT_FILENO);
    close(standards[0]);
    close(standards[1]);
    close(outputs[0]);
    close(outputs[1]);
    close(keyboard);
}

static int set_up(void **state)
{
    (void)state;
    open_simulation("st402d");
    assert_int_equal(loop_open(&loop), 0);
    redirect();
    terminal_open(&terminal, &loop, simulation);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    terminal_close(&terminal);
    restore();
    loop_close(&loop);
    simulation_close(simulation);
    free(simulation);
    return 0;
}

static const char *printed(void)
{
    fflush(stdout);
    ssize_t size = read(outputs[0], text, sizeof text - 1);
    text[size > 0 ? size : 0] = '\0';
    return text;
}

static void live(double seconds)
{
    uint64_t until = simulation->frames + (uint64_t)(seconds * WORLD_FRAME_HZ);
    while (simulation->frames < until) {
        (void)simulation_advance(simulation, 64);
        terminal_step(&terminal);
    }
    (void)printed();
}

static void type(char key)
{
    assert_int_equal(write(keyboard, &key, 1), 1);
    loop_serve(&loop, 200);
}

static void keys_are_presses(void **state)
{
    (void)state;
    static const struct {
        char key;
        double seconds; /* until it is let go of, and then some */
        enum display_mode mode;
    } rows[] = {
        {' ', 0.3, DISPLAY_MODE_SELF_TEST}, {' ', 0.3, DISPLAY_MODE_MANUAL},
        {'l', 2.7, DISPLAY_MODE_MENU},      {'v', 5.2, DISPLAY_MODE_AUTOMATIC},
        {'x', 1.5, DISPLAY_MODE_AUTOMATIC}, /* means nothing */
        {'s', 0.3, DISPLAY_MODE_SERVICE},   {'i', 2.7, DISPLAY_MODE_INSTALLATION},
    };
    live(1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        type(rows[i].key);
        live(rows[i].seconds);
        assert_int_equal(simulation->meter.display.mode, rows[i].mode);
    }
}

/* One button at a time, as one finger has it. */
static void a_key_while_another_is_held(void **state)
{
    (void)state;
    live(1);
    type('l');
    live(0.5);
    type('s');
    live(2.5);
    assert_int_equal(simulation->meter.display.mode, DISPLAY_MODE_MENU);
    assert_int_equal(simulation->meter.display.position, MENU_READINGS);
}

static void the_glass_is_printed(void **state)
{
    (void)state;
    live(1);
    terminal_draw(&terminal);
    const char *seen = printed();
    assert_non_null(strstr(seen, "ST402D, three phases"));
    assert_non_null(strstr(seen, "L1 L2 L3"));
    assert_non_null(strstr(seen, "i: installation"));
    assert_null(strstr(seen, "no supply"));
}

static void a_glass_without_supply_is_dark(void **state)
{
    (void)state;
    live(2);
    assert_int_equal(world_incident(simulation->world, 0, 0, 60), 0);
    live(3);
    terminal_draw(&terminal);
    const char *seen = printed();
    assert_non_null(strstr(seen, "no supply"));
    assert_null(strstr(seen, "L1"));
    type(' ');
    live(0.5);
    terminal_draw(&terminal);
    assert_non_null(strstr(printed(), "battery"));
}

static void q_ends_it(void **state)
{
    (void)state;
    live(1);
    assert_false(loop.stopped);
    type('q');
    assert_true(loop.stopped);
}

/* Canonical again, and with echo. */
static void the_terminal_is_left_as_it_was(void **state)
{
    (void)state;
    struct termios now;
    assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
    assert_int_equal(now.c_lflag & (ICANON | ECHO), 0);
    terminal_close(&terminal);
    assert_int_equal(tcgetattr(STDIN_FILENO, &now), 0);
    assert_int_equal(now.c_lflag & (ICANON | ECHO), ICANON | ECHO);
    terminal_open(&terminal, &loop, simulation);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys_are_presses),
        TEST(a_key_while_another_is_held),
        TEST(the_glass_is_printed),
        TEST(a_glass_without_supply_is_dark),
        TEST(q_ends_it),
        TEST(the_terminal_is_left_as_it_was),
    };
    int probe = posix_openpt(O_RDWR | O_NOCTTY);
    if (probe < 0) {
        puts("[  SKIPPED ] no pseudo-terminals here: /dev/ptmx does not open");
        return 0;
    }
    close(probe);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
