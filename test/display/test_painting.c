/* What is painted, read back: texts from dots and segments by tables of their own, and every mark
 * at its place exactly when it is to be shown. */
#include "display/dots.h"
#include "display/segments.h"
#include "test/display/drawing.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 20000 };

static const struct display_marks no_marks;

static struct status plain_status(void)
{
    return (struct status){.on = true, .marks = &no_marks};
}

/* ---- dots ---- */

static void line_of(const struct screen *screen, int line, char text[DISPLAY_COLUMNS + 1])
{
    struct display_frame frame = {.glass = DISPLAY_DOTS};
    struct status status = plain_status();
    dots_paint(screen, &status, frame.octets);
    drawing_read_line(&frame, line, text);
}

static char any_character(void)
{
    return (char)('!' + rand() % ('~' - '!' + 1));
}

/* Any text that fits stands right-aligned in the second line; one that does not runs through it,
 * two characters a second, with a gap of four behind its end. */
static void texts_stand_or_run(void **state)
{
    (void)state;
    srand(1);
    for (int i = 0; i < ROUNDS; i++) {
        char text[64];
        char seen[DISPLAY_COLUMNS + 1];
        int size = rand() % 60;
        struct screen screen = {.text = text, .text_size = (uint16_t)size, .age_s = rand() % 500};
        for (int at = 0; at < size; at++) {
            text[at] = any_character();
        }
        line_of(&screen, 1, seen);
        int round = size + 4;
        for (int column = 0; column < DISPLAY_COLUMNS; column++) {
            int at = size <= DISPLAY_COLUMNS ? column - (DISPLAY_COLUMNS - size)
                                             : (int)((screen.age_s * 2 + column) % round);
            char expected = at >= 0 && at < size ? text[at] : ' ';
            assert_int_equal(seen[column], expected);
        }
    }
}

static void a_number_ends_before_its_unit(void **state)
{
    (void)state;
    static const struct {
        uint8_t unit;
        bool kilo;
        const char *line;
    } rows[] = {
        {QUANTITY_UNIT_WH, true, "000123.456 kWh  "},
        {QUANTITY_UNIT_V, false, "000123.456 V    "},
        {QUANTITY_UNIT_VARH, true, "000123.456 kvarh"},
        {QUANTITY_UNIT_A, false, "000123.456 A    "},
        {QUANTITY_UNIT_COUNT, false, "000123.456      "},
        {QUANTITY_UNIT_PER_VARH, true, "000123.456/kvarh"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char seen[DISPLAY_COLUMNS + 1];
        struct screen screen = {
            .number = true, .unit = rows[i].unit, .kilo = rows[i].kilo, .data = "000123.456"};
        line_of(&screen, 1, seen);
        assert_string_equal(seen, rows[i].line);
    }
}

/* A time beside the identifier, from column 6 on or behind it; never over the rates. */
static void a_time_stands_beside_the_identifier(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        const char *when;
        const char *line;
    } rows[] = {
        {"1.8.0", "14:15", "1.8.0 14:15     "},   {"P.1", "11-21", "P.1   11-21     "},
        {"C.10.1", "14:15", "C.10.1 14:15    "},  {"P.2.0", "2026-11", "P.2.0           "},
        {"81.7.26", "14:15", "81.7.26         "}, {"L.1.0", "2026", "L.1.0 2026      "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char seen[DISPLAY_COLUMNS + 1];
        struct screen screen = {0};
        memcpy(screen.id, rows[i].id, strlen(rows[i].id) + 1);
        memcpy(screen.when, rows[i].when, strlen(rows[i].when) + 1);
        line_of(&screen, 0, seen);
        assert_string_equal(seen, rows[i].line);
    }
}

static bool is_dot(const uint8_t *octets, int line, int x, int row)
{
    return octets[(line * DISPLAY_COLUMNS + x / 5) * DISPLAY_ROWS + row] >> (4 - x % 5) & 1;
}

/* Bars of any number and height, four seconds of six. */
static void bars_are_columns(void **state)
{
    (void)state;
    static const uint8_t counts[] = {12, 24, 31};
    srand(2);
    for (int i = 0; i < ROUNDS / 10; i++) {
        uint8_t bars[DISPLAY_BARS_MOST];
        uint8_t octets[DISPLAY_OCTETS] = {0};
        struct status status = plain_status();
        struct screen screen = {.bars = bars, .bar_count = counts[i % 3], .age_s = rand() % 4};
        for (int bar = 0; bar < DISPLAY_BARS_MOST; bar++) {
            bars[bar] = (uint8_t)(rand() % 9);
        }
        dots_paint(&screen, &status, octets);
        int pitch = 80 / screen.bar_count;
        for (int x = 0; x < 80; x++) {
            int from_right = 79 - x;
            int bar = screen.bar_count - 1 - from_right / pitch;
            bool gap = from_right % pitch == 0;
            for (int row = 0; row < 8; row++) {
                bool expected = bar >= 0 && !gap && 8 - row <= bars[bar];
                assert_int_equal(is_dot(octets, 1, x, row), expected);
            }
        }
    }
}

/* ---- marks ---- */

static struct display_marks any_marks(void)
{
    return (struct display_marks){
        .rate = (uint8_t)(rand() % 10),
        .breaker = (uint8_t)(rand() % 3),
        .reconnect = rand() % 2,
        .p1 = rand() % 2,
        .network = rand() % 2,
        .modem = rand() % 2,
        .rsrp_dbm = (int16_t)(-140 + rand() % 60),
        .fault = rand() % 2,
        .battery = false,
        .cover = rand() % 2,
    };
}

static struct status any_status(const struct display_marks *marks)
{
    struct status status = {
        .reversed = rand() % 2,
        .on = rand() % 2,
        .phases = (uint8_t)(rand() % 2 ? 1 : 3),
        .quadrant = (uint8_t)(rand() % 5),
        .bars = (uint8_t)(rand() % 4),
        .clock_invalid = rand() % 2,
        .message = rand() % 2,
        .marks = marks,
    };
    status.alive = (uint8_t)(rand() & ((1 << status.phases) - 1));
    status.exporting = (uint8_t)(rand() & ((1 << status.phases) - 1));
    status.flow = rand() % 3 == 0 ? STATUS_NO_FLOW : rand() % 2 ? STATUS_IMPORT : STATUS_EXPORT;
    return status;
}

static char mark_if(bool there, char mark)
{
    return (char)(there ? mark : ' ');
}

static char flow_of(const struct status *status)
{
    bool flows = status->on || !status->reversed;
    return status->flow == STATUS_IMPORT ? mark_if(flows, DOTS_MARK_RIGHT)
                                         : mark_if(flows && status->flow != 0, DOTS_MARK_LEFT);
}

/* The third line as text: what stands at each place. */
static void expect_marks(const struct status *status, bool legal, char line[DISPLAY_COLUMNS + 1])
{
    const struct display_marks *marks = status->marks;
    memset(line, ' ', DISPLAY_COLUMNS);
    line[DISPLAY_COLUMNS] = '\0';
    line[0] = flow_of(status);
    line[2] = mark_if(marks->reconnect, DOTS_MARK_DOWN);
    line[4] = mark_if(marks->breaker == DISPLAY_BREAKER_OPEN, DOTS_MARK_DOWN);
    line[5] = mark_if(marks->breaker == DISPLAY_BREAKER_CLOSED, DOTS_MARK_DOWN);
    line[7] = mark_if(marks->p1, DOTS_MARK_DOWN);
    line[9] = mark_if(legal, DOTS_MARK_DOWN);
    line[11] = mark_if(marks->network, DOTS_MARK_DOWN);
    for (int bar = 0; bar < 3; bar++) {
        line[13 + bar] = mark_if(bar < status->bars, (char)(DOTS_MARK_BAR_1 + bar));
    }
}

static void marks_of_dots(void **state)
{
    (void)state;
    srand(3);
    for (int i = 0; i < ROUNDS; i++) {
        struct display_marks marks = any_marks();
        struct status status = any_status(&marks);
        struct screen screen = {.legal = rand() % 2};
        struct display_frame frame = {.glass = DISPLAY_DOTS};
        char seen[DISPLAY_COLUMNS + 1];
        char expected[DISPLAY_COLUMNS + 1];
        expect_marks(&status, screen.legal, expected);
        dots_paint(&screen, &status, frame.octets);
        drawing_read_line(&frame, 2, seen);
        assert_string_equal(seen, expected);
        drawing_read_line(&frame, 0, seen);
        for (int rate = 1; rate <= 4; rate++) {
            assert_int_equal(seen[11 + rate], mark_if(marks.rate == rate, DOTS_MARK_UP));
        }
    }
}

static bool is_on(const uint8_t *octets, unsigned segment)
{
    return octets[segment / 8] >> segment % 8 & 1;
}

static void assert_segment(const uint8_t *octets, unsigned segment, bool expected)
{
    assert_int_equal(is_on(octets, segment), expected);
}

static void assert_phases(const uint8_t *octets, const struct status *status)
{
    bool shown = status->on || !status->reversed;
    for (unsigned phase = 0; phase < 3; phase++) {
        bool there = phase < status->phases;
        assert_segment(octets, SEGMENTS_L1 + phase, there && shown && status->alive >> phase & 1);
        assert_segment(octets, SEGMENTS_L1_EXPORT + phase,
                       there && shown && status->exporting >> phase & 1);
    }
    for (unsigned quadrant = 1; quadrant <= 4; quadrant++) {
        assert_segment(octets, SEGMENTS_Q1 + quadrant - 1, status->quadrant == quadrant);
    }
    assert_segment(octets, SEGMENTS_CROSS, status->quadrant != 0);
    assert_segment(octets, SEGMENTS_IMPORT, status->flow == STATUS_IMPORT);
    assert_segment(octets, SEGMENTS_EXPORT, status->flow == STATUS_EXPORT);
}

static void marks_of_segments(void **state)
{
    (void)state;
    srand(4);
    for (int i = 0; i < ROUNDS; i++) {
        struct display_marks marks = any_marks();
        struct status status = any_status(&marks);
        struct screen screen = {.legal = rand() % 2};
        uint8_t octets[DISPLAY_OCTETS] = {0};
        bool open = marks.breaker == DISPLAY_BREAKER_OPEN;
        segments_paint(&screen, &status, octets);
        assert_phases(octets, &status);
        assert_segment(octets, SEGMENTS_LEGAL, screen.legal);
        assert_segment(octets, SEGMENTS_MESSAGE, status.message);
        assert_segment(octets, SEGMENTS_CLOCK, status.clock_invalid && status.on);
        assert_segment(octets, SEGMENTS_BREAKER_OPEN, open && (status.on || !marks.reconnect));
        assert_segment(octets, SEGMENTS_BREAKER_CLOSED, marks.breaker == DISPLAY_BREAKER_CLOSED);
        assert_segment(octets, SEGMENTS_P1, marks.p1);
        assert_segment(octets, SEGMENTS_NETWORK, marks.network);
        assert_segment(octets, SEGMENTS_FAULT, marks.fault);
        assert_segment(octets, SEGMENTS_COVER, marks.cover);
        for (unsigned bar = 0; bar < 3; bar++) {
            assert_segment(octets, SEGMENTS_BAR_1 + bar, bar < status.bars);
        }
        assert_segment(octets, SEGMENTS_RATE + SEGMENTS_POINT, marks.rate >= 1);
    }
}

/* ---- segments ---- */

/* The ten digits, each by the strokes that one would draw: a to g. */
static const char *const strokes[] = {"abcdef", "bc",     "abdeg", "abcdg",   "bcfg",
                                      "acdfg",  "acdefg", "abc",   "abcdefg", "abcdfg"};

static uint8_t bits_of(char character)
{
    uint8_t bits = 0;
    if (character == '-') {
        return 1 << 6;
    }
    for (const char *at = strokes[character - '0']; *at != '\0'; at++) {
        bits |= (uint8_t)(1 << (*at - 'a'));
    }
    return bits;
}

/* A number of up to eight digits stands at the right, its point in the digit before it. */
static void numbers_of_segments(void **state)
{
    (void)state;
    srand(5);
    for (int i = 0; i < ROUNDS; i++) {
        struct screen screen = {.number = true};
        struct status status = plain_status();
        uint8_t octets[DISPLAY_OCTETS] = {0};
        uint8_t expected[8] = {0};
        int digits = 1 + rand() % 8;
        int point = rand() % 8;
        size_t size = 0;
        for (int at = 0; at < digits; at++) {
            char digit = (char)(at == 0 && rand() % 4 == 0 ? '-' : '0' + rand() % 10);
            screen.data[size++] = digit;
            expected[8 - digits + at] = bits_of(digit);
            if (at == point && at + 1 < digits) {
                screen.data[size++] = '.';
                expected[8 - digits + at] |= 1 << SEGMENTS_POINT;
            }
        }
        segments_paint(&screen, &status, octets);
        assert_memory_equal(octets, expected, sizeof expected);
    }
}

/* The identifier, and the time in turn with it: two seconds each, the time first. */
static void the_time_takes_turns(void **state)
{
    (void)state;
    const uint8_t id[] = {bits_of('1') | 0x80, bits_of('8') | 0x80, bits_of('0'), 0, 0, 0};
    const uint8_t when[] = {bits_of('1'), bits_of('4') | 0x80, bits_of('1'), bits_of('5'), 0, 0};
    struct status status = plain_status();
    for (int64_t age_s = 0; age_s < 40; age_s++) {
        struct screen screen = {.id = "1.8.0", .when = "14:15", .age_s = age_s};
        uint8_t octets[DISPLAY_OCTETS] = {0};
        segments_paint(&screen, &status, octets);
        assert_memory_equal(octets + SEGMENTS_ID / 8, age_s / 2 % 2 == 0 ? when : id, sizeof id);
        screen.when[0] = '\0';
        memset(octets, 0, sizeof octets);
        segments_paint(&screen, &status, octets);
        assert_memory_equal(octets + SEGMENTS_ID / 8, id, sizeof id);
    }
}

/* A long text comes by whole: each of its characters is at the leftmost digit once a round. */
static void a_long_text_comes_by(void **state)
{
    (void)state;
    static const char text[] = "1234567890123456789012";
    struct status status = plain_status();
    for (int64_t age_s = 0; age_s < 40; age_s++) {
        uint8_t octets[DISPLAY_OCTETS] = {0};
        struct screen screen = {.text = text, .text_size = sizeof text - 1, .age_s = age_s};
        segments_paint(&screen, &status, octets);
        for (size_t digit = 0; digit < 8; digit++) {
            size_t at = ((size_t)age_s * 2 + digit) % (sizeof text - 1 + 4);
            assert_int_equal(octets[digit], at < sizeof text - 1 ? bits_of(text[at]) : 0);
        }
    }
}

/* Everything on is everything: no segment is left out, none is beyond the glass. */
static void the_self_test_is_whole(void **state)
{
    (void)state;
    struct screen screen = {.all = true};
    struct status status = plain_status();
    uint8_t octets[DISPLAY_OCTETS] = {0};
    segments_paint(&screen, &status, octets);
    for (unsigned segment = 0; segment < DISPLAY_OCTETS * 8; segment++) {
        assert_segment(octets, segment, segment < SEGMENTS_END);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_stand_or_run),
        cmocka_unit_test(a_number_ends_before_its_unit),
        cmocka_unit_test(a_time_stands_beside_the_identifier),
        cmocka_unit_test(bars_are_columns),
        cmocka_unit_test(marks_of_dots),
        cmocka_unit_test(marks_of_segments),
        cmocka_unit_test(numbers_of_segments),
        cmocka_unit_test(the_time_takes_turns),
        cmocka_unit_test(a_long_text_comes_by),
        cmocka_unit_test(the_self_test_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
