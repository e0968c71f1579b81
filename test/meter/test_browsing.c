/* What has been, on the glass: profiles and events of a meter that has lived, against a naive model
 * of what it counted and against the rows themselves. */
#include "base/civil.h"
#include "cosem/data.h"
#include "display/browse.h"
#include "display/menu.h"
#include "test/display/drawing.h"
#include "test/display/golden.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { SHORT_MS = 100, LONG_MS = 2500, HOUR_S = 3600, UW_PER_W = 1000000, HOURS_MOST = 200 };

static const int64_t na_per_a = 1000000000;

static struct life *life;
static uint64_t model_uws[HOURS_MOST]; /* imported, by hours since the start */
static int64_t lived_s;

/* Another power in each hour. */
static int64_t power_w(int64_t hour)
{
    return 40 + 90 * (hour * 7 % 24);
}

static void live(int64_t seconds)
{
    for (int64_t i = 0; i < seconds; i++, lived_s++) {
        int64_t hour = lived_s / HOUR_S;
        life->second.phase[0].p_uw = power_w(hour) * UW_PER_W;
        life->second.phase[0].p1_uw = life->second.phase[0].p_uw;
        life->second.phase[0].i_na = power_w(hour) * na_per_a / 230;
        for (int phase = 1; phase < LEGAL_PHASES; phase++) {
            life->second.phase[phase].p_uw = 0;
            life->second.phase[phase].p1_uw = 0;
            life->second.phase[phase].i_na = 0;
        }
        life_run(life, 1);
        model_uws[hour] += (uint64_t)life->second.phase[0].p_uw;
    }
}

/* At 22:00 of local time, so that days change soon. */
static void begin(const char *product)
{
    life = life_begin(product, life_utc_ms(2026, 11, 20, 21, 0, 0));
    memset(model_uws, 0, sizeof model_uws);
    lived_s = 0;
}

static int end(void **state)
{
    (void)state;
    life_end(life);
    return 0;
}

static struct display *display(void)
{
    return &life->meter.display;
}

static void hold(enum display_button button, int64_t ms)
{
    int64_t now_ms = display()->now_ms;
    display_button(display(), button, true, now_ms);
    display_button(display(), button, false, now_ms + ms);
}

static void press(void)
{
    hold(DISPLAY_BUTTON_SCROLL, SHORT_MS);
}

static void press_long(void)
{
    hold(DISPLAY_BUTTON_SCROLL, LONG_MS);
}

/* Without a message the entry behind the first is that of the profiles. */
static void choose_profiles(void)
{
    menu_restart(display());
    press_long();
    press();
    assert_int_equal(display()->position, MENU_PROFILES);
    press_long();
    assert_int_equal(display()->mode, DISPLAY_MODE_PROFILES);
}

static const struct profile *browsed(void)
{
    unsigned place = display()->config->profiles[display()->browse.profile].place;
    return &life->meter.profiles[place];
}

/* ---- bars ---- */

static uint8_t height(uint64_t value, uint64_t most)
{
    return (uint8_t)((value * 8 + most - 1) / most);
}

/* The hours since the start at `from` stand from hour of day `slot` on. */
static void assert_bars(int from, int slot, int count)
{
    uint8_t expected[DISPLAY_BARS_MOST] = {0};
    uint64_t wh[HOURS_MOST];
    uint64_t most = 1;
    for (int i = 0; i < count; i++) {
        wh[i] = model_uws[from + i] / UW_PER_W / HOUR_S;
        most = wh[i] > most ? wh[i] : most;
    }
    for (int i = 0; i < count; i++) {
        expected[slot + i] = height(wh[i], most);
    }
    assert_memory_equal(display()->browse.bars, expected, sizeof expected);
}

static void bars_are_the_hours_of_a_day(void **state)
{
    (void)state;
    begin("xs211");
    live(31 * HOUR_S);
    choose_profiles();
    press_long();
    assert_int_equal(display()->mode, DISPLAY_MODE_BARS);
    assert_bars(26, 0, 5); /* 05:00 of the 22nd: five hours */
    press();
    assert_bars(2, 0, 24); /* the whole of the 21st */
    press();
    /* Of the 20th the first hour's first row has no row before it. */
    assert_int_equal(display()->browse.bars[21], 0);
    assert_true(display()->browse.bars[22] > 0 && display()->browse.bars[23] > 0);
    press();
    assert_int_equal(display()->mode, DISPLAY_MODE_AUTOMATIC);
}

/* The dots of the bars, column by column, are the heights. */
static void dots_are_as_high_as_bars(void **state)
{
    (void)state;
    begin("xs211");
    live(27 * HOUR_S);
    choose_profiles();
    press_long();
    press();
    const struct display_frame *frame = drawing_look(display());
    for (int hour = 0; hour < 24; hour++) {
        for (int part = 0; part < 3; part++) {
            int column = 80 - 72 + 3 * hour + part;
            unsigned dots = 0;
            for (int row = 0; row < DISPLAY_ROWS; row++) {
                const uint8_t *character = &frame->octets[(16 + column / 5) * DISPLAY_ROWS];
                dots += character[row] >> (4 - column % 5) & 1U;
            }
            assert_int_equal(dots, part == 2 ? 0 : display()->browse.bars[hour]);
        }
    }
    display_step(display(), display()->now_ms + 5000); /* now the sum of the day */
    char line[DISPLAY_COLUMNS + 1];
    uint64_t sum_uws = 0;
    for (int hour = 2; hour < 26; hour++) {
        sum_uws += model_uws[hour];
    }
    drawing_read_line(drawing_look(display()), 1, line);
    assert_true(llabs((int64_t)(strtod(line, NULL) * 1000 + 0.5) -
                      (int64_t)(sum_uws / UW_PER_W / HOUR_S)) <= 1);
    drawing_read_line(drawing_look(display()), 0, line);
    assert_memory_equal(line, "P.1.0 11-21 ", 12);
}

/* However the supply comes and goes and the clock is set: what all spans add up to is what lies
 * between the first row and the last. */
static void spans_add_up(void **state)
{
    (void)state;
    begin("st402d");
    srand(11);
    for (int i = 0; i < 30; i++) {
        live(rand() % 9000);
        if (i % 3 == 0) {
            life_cut(life, rand() % 30000);
        } else if (i % 3 == 1) {
            clock_set(&life->meter.clock, life->meter.clock.utc_ms + rand() % 9000000 - 3000000);
        }
    }
    live(HOUR_S);
    choose_profiles();
    press_long();
    int64_t sum = 0;
    unsigned spans = 0;
    while (display()->mode == DISPLAY_MODE_BARS) {
        sum += display()->browse.sum.value;
        spans++;
        press();
    }
    const struct profile *profile = browsed();
    int64_t ends[2];
    for (int i = 0; i < 2; i++) {
        struct profile_row row;
        uint32_t number = i == 0 ? profile_first(profile) : profile_next(profile) - 1;
        assert_int_equal(profile_read(profile, number, &row), 0);
        struct reader r = reader_over(row.octets, row.size);
        cosem_skip_value(&r); /* the status */
        ends[i] = cosem_take_value(&r).integer;
    }
    assert_true(spans >= 3 && ends[1] > ends[0]);
    assert_int_equal(sum, ends[1] - ends[0]);
}

/* ---- rows ---- */

static void read_screen(char *id, char *when, char *value)
{
    char top[DISPLAY_COLUMNS + 1];
    char middle[DISPLAY_COLUMNS + 1];
    drawing_read_line(drawing_look(display()), 0, top);
    drawing_read_line(drawing_look(display()), 1, middle);
    assert_int_equal(sscanf(top, "%8s %5s", id, when), 2);
    assert_int_equal(sscanf(middle, "%16s", value), 1);
}

/* Column 2 of the rows, clock and status before it, is 1-0:1.8.0. */
static void rows_are_those_of_the_profile(void **state)
{
    (void)state;
    begin("xs211");
    live(8 * HOUR_S + 100);
    choose_profiles();
    press_long();
    press_long();
    press_long();
    press_long();
    const struct profile *profile = browsed();
    for (uint32_t n = profile_next(profile) - 1; n >= profile_first(profile); n--) {
        char id[9], when[8], value[17], expected[8];
        struct profile_row row;
        assert_int_equal(display()->mode, DISPLAY_MODE_ROWS);
        read_screen(id, when, value);
        assert_int_equal(profile_read(profile, n, &row), 0);
        struct civil local =
            civil_from_seconds((int64_t)row.stamp.utc_s + 60 * row.stamp.offset_min);
        snprintf(expected, sizeof expected, "%02d:%02d", local.hour, local.minute);
        assert_string_equal(id, "1.8.0");
        assert_string_equal(when, expected);
        struct reader r = reader_over(row.octets, row.size);
        cosem_skip_value(&r);
        assert_int_equal((int64_t)(strtod(value, NULL) * 1000 + 0.5), cosem_take_value(&r).integer);
        press();
    }
    assert_int_equal(display()->mode, DISPLAY_MODE_AUTOMATIC);
}

static void columns_follow_one_another(void **state)
{
    (void)state;
    static const char *const ids[] = {"1.0.0", "C.10.1", "1.8.0", "2.8.0", "3.8.0", "4.8.0"};
    static const char *const values[] = {"2026-11-21", "00000000",   "000002.010",
                                         "000000.000", "000000.000", "000000.000"};
    begin("xs211");
    live(3 * HOUR_S);
    choose_profiles();
    press_long();
    press_long();
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
            char id[9], when[8], value[17];
            read_screen(id, when, value);
            assert_string_equal(id, ids[i]);
            assert_string_equal(when, "01:00");
            assert_string_equal(value, values[i]);
            press_long();
        }
    }
}

/* A row that the supply had failed in says so: PDN is the first of the eight. */
static void a_status_is_shown_bit_by_bit(void **state)
{
    (void)state;
    char id[9], when[8], value[17];
    begin("xs211");
    live(HOUR_S + 300);
    life_cut(life, 1800);
    live(700);
    choose_profiles();
    press_long();
    press_long();
    press_long();
    read_screen(id, when, value);
    assert_string_equal(id, "C.10.1");
    assert_string_equal(value, "10000000");
}

/* ---- what else can happen ---- */

static void without_rows_there_is_no_entry(void **state)
{
    (void)state;
    begin("sm402d");
    live(5);
    press_long();
    for (int i = 0; i < 2 * MENU_ENTRIES; i++) {
        assert_int_not_equal(display()->position, MENU_PROFILES);
        press();
    }
}

/* Clients clear profiles and change columns while somebody browses; the rows are gone then. */
static void any_presses_while_it_changes(void **state)
{
    (void)state;
    begin("st402c");
    live(6 * HOUR_S);
    srand(5);
    unsigned browsing = 0;
    for (int i = 0; i < 6000; i++) {
        hold(rand() % 8 == 0 ? DISPLAY_BUTTON_SERVICE : DISPLAY_BUTTON_SCROLL,
             rand() % 3 == 0 ? LONG_MS : SHORT_MS);
        display_step(display(), display()->now_ms + rand() % 4000);
        (void)drawing_look(display());
        enum display_mode mode = display()->mode;
        browsing += mode == DISPLAY_MODE_BARS || mode == DISPLAY_MODE_ROWS;
        unsigned at = (unsigned)rand() % display()->config->profile_count;
        struct profile *profile = &life->meter.profiles[display()->config->profiles[at].place];
        if (i % 40 == 39) {
            (void)profile_clear(profile);
        } else if (i % 200 == 19) {
            (void)profile_set_columns(profile, profile->plan->columns,
                                      1U + (unsigned)rand() % profile->plan->column_count);
        } else if (i % 10 == 0) {
            (void)profile_capture(profile);
        }
        live(1);
    }
    assert_true(browsing > 100);
}

/* ---- goldens ---- */

static void draw(FILE *file, const char *title)
{
    golden_draw(file, title, display());
}

static void draw_rows(FILE *file, unsigned columns)
{
    for (unsigned column = 0; column < columns; column++) {
        char title[64];
        snprintf(title, sizeof title, "row, column %u of %u", column + 1, columns);
        draw(file, title);
        if (display()->config->glass == DISPLAY_SEGMENTS) {
            display_step(display(), display()->now_ms + 2000);
            draw(file, "the same, 2 s later");
        }
        press_long();
    }
    press();
    draw(file, "the row before");
}

static void choose_profile(unsigned profile)
{
    choose_profiles();
    while (display()->position != profile) {
        press();
    }
}

static void draw_profiles(FILE *file)
{
    choose_profiles();
    unsigned first = display()->position;
    do {
        draw(file, "profile");
        unsigned chosen = display()->position;
        press_long();
        draw(file, "bars");
        display_step(display(), display()->now_ms + 4000);
        draw(file, "bars, 4 s later");
        press();
        if (display()->mode == DISPLAY_MODE_BARS) {
            draw(file, "the bars before");
        } else {
            choose_profile(chosen);
            press_long();
        }
        press_long();
        draw_rows(file, browsed()->settings.column_count);
        choose_profile(chosen);
        press();
    } while (display()->position != first);
}

static void choose_log(unsigned log)
{
    menu_restart(display());
    press_long();
    press();
    press();
    press_long();
    while (display()->position != log) {
        press();
    }
}

static void draw_events(FILE *file)
{
    menu_restart(display());
    press_long();
    press();
    press();
    assert_int_equal(display()->position, MENU_EVENTS);
    press_long();
    unsigned first = display()->position;
    do {
        unsigned log = display()->position;
        draw(file, "log");
        press_long();
        draw(file, "its newest entry");
        if (display()->config->glass == DISPLAY_SEGMENTS) {
            display_step(display(), display()->now_ms + 2000);
            draw(file, "the same, 2 s later");
        }
        press();
        draw(file, "the entry before");
        choose_log(log);
        press();
    } while (display()->position != first);
}

static void draw_installation(FILE *file)
{
    hold(DISPLAY_BUTTON_SERVICE, LONG_MS);
    draw(file, "installation");
    hold(DISPLAY_BUTTON_SERVICE, SHORT_MS);
    draw(file, "installation");
    hold(DISPLAY_BUTTON_SERVICE, SHORT_MS);
    draw(file, "installation");
    hold(DISPLAY_BUTTON_SERVICE, LONG_MS);
    draw(file, "the port is closed");
}

static void screens_of_every_product(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        char name[64], made[GOLDEN_PATH];
        snprintf(name, sizeof name, "%s-lived", product_all[i]->name);
        begin(product_all[i]->name);
        live(26 * HOUR_S + HOUR_S / 2);
        life_cut(life, 1000);
        live(300);
        FILE *file = golden_begin(name, made);
        draw_profiles(file);
        draw_events(file);
        draw_installation(file);
        life_end(life);
        golden_compare(file, name, made);
    }
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bars_are_the_hours_of_a_day),
        TEST(dots_are_as_high_as_bars),
        TEST(spans_add_up),
        TEST(rows_are_those_of_the_profile),
        TEST(columns_follow_one_another),
        TEST(a_status_is_shown_bit_by_bit),
        TEST(without_rows_there_is_no_entry),
        TEST(any_presses_while_it_changes),
        cmocka_unit_test(screens_of_every_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
