#include "app/glass.h"

#include "display/segments.h"

#include <string.h>

/* ---- dots ---- */

/* The grid of dots, with the gaps between characters and lines. */
enum {
    PITCH_X = 6,
    PITCH_Y = 9,
    WIDTH = DISPLAY_COLUMNS * PITCH_X,
    HEIGHT = DISPLAY_LINES * PITCH_Y,
    BRAILLE = 0x2800, /* U+2800 with no dot; */
};

static bool dot_at(const struct display_frame *frame, int x, int y)
{
    if (x >= WIDTH || y >= HEIGHT || x % PITCH_X == PITCH_X - 1 || y % PITCH_Y == PITCH_Y - 1) {
        return false;
    }
    int place = y / PITCH_Y * DISPLAY_COLUMNS + x / PITCH_X;
    return frame->octets[place * DISPLAY_ROWS + y % PITCH_Y] >> (4 - x % PITCH_X) & 1;
}

/* The character of the dots from x, y on, in UTF-8. */
static void print_braille(FILE *out, const struct display_frame *frame, int x, int y)
{
    static const unsigned char bits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    unsigned code = BRAILLE;
    for (int row = 0; row < 4; row++) {
        code |= dot_at(frame, x, y + row) ? bits[row][0] : 0U;
        code |= dot_at(frame, x + 1, y + row) ? bits[row][1] : 0U;
    }
    fputc(0xE0 | (int)(code >> 12), out);
    fputc(0x80 | (int)(code >> 6 & 0x3F), out);
    fputc(0x80 | (int)(code & 0x3F), out);
}

static void print_dots(FILE *out, const struct display_frame *frame, const char *line_end)
{
    for (int y = 0; y < HEIGHT; y += 4) {
        fputs("  ", out);
        for (int x = 0; x < WIDTH; x += 2) {
            print_braille(out, frame, x, y);
        }
        fputs(line_end, out);
    }
    fprintf(out, "  A  ON  0 I  P1 MID  NET SIGNAL          rates T1..T4 above, right%s", line_end);
}

/* ---- segments ---- */

static bool is_on(const struct display_frame *frame, unsigned segment)
{
    return frame->octets[segment / 8] >> segment % 8 & 1;
}

/* A line of a digit: which segments it has left, in the middle and right; SEGMENTS_OF_DIGIT: none.
 */
static const struct {
    uint8_t left;
    uint8_t middle;
    uint8_t right;
} digit_lines[3] = {{SEGMENTS_OF_DIGIT, 0, SEGMENTS_OF_DIGIT}, {5, 6, 1}, {4, 3, 2}};

static char stroke(const struct display_frame *frame, unsigned digit, uint8_t segment, char on)
{
    return segment < SEGMENTS_OF_DIGIT && is_on(frame, digit + segment) ? on : ' ';
}

static void print_digits(FILE *out, const struct display_frame *frame, unsigned from,
                         unsigned digits, int line)
{
    for (unsigned i = 0; i < digits; i++) {
        unsigned digit = from + i * SEGMENTS_OF_DIGIT;
        char text[5] = {
            stroke(frame, digit, digit_lines[line].left, '|'),
            stroke(frame, digit, digit_lines[line].middle, '_'),
            stroke(frame, digit, digit_lines[line].right, '|'),
            line == 2 ? stroke(frame, digit, SEGMENTS_POINT, '.') : ' ',
        };
        fputs(text, out);
    }
}

static void print_segments(FILE *out, const struct display_frame *frame, const char *line_end)
{
    for (int line = 0; line < 3; line++) {
        fputs("  ", out);
        print_digits(out, frame, SEGMENTS_ID, SEGMENTS_ID_DIGITS, line);
        fprintf(out, "   %s",
                line == 2 && is_on(frame, SEGMENTS_RATE + SEGMENTS_POINT) ? "T" : " ");
        print_digits(out, frame, SEGMENTS_RATE, 1, line);
        fputs(line_end, out);
    }
    for (int line = 0; line < 3; line++) {
        fputs("  ", out);
        print_digits(out, frame, SEGMENTS_MAIN, SEGMENTS_DIGITS, line);
        fputs(line_end, out);
    }
    fputs("  ", out);
    for (unsigned symbol = SEGMENTS_SYMBOLS; symbol < SEGMENTS_END; symbol++) {
        if (is_on(frame, symbol)) {
            fprintf(out, "%s ", segments_symbol_name((enum segments_symbol)symbol));
        }
    }
    fputs(line_end, out);
}

void glass_print(FILE *out, const struct display_frame *frame, const char *line_end)
{
    if (frame->glass == DISPLAY_DOTS) {
        print_dots(out, frame, line_end);
    } else {
        print_segments(out, frame, line_end);
    }
}
