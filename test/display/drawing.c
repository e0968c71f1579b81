#include "test/display/drawing.h"

#include "display/dots.h"
#include "display/segments.h"

#include <string.h>

const struct display_frame *drawing_look(const struct display *display)
{
    static struct display_frame frame;
    display_look(display, &frame);
    return &frame;
}

static void write_dots(FILE *file, const struct display_frame *frame)
{
    for (int line = 0; line < DISPLAY_LINES; line++) {
        for (int row = 0; row < DISPLAY_ROWS; row++) {
            char text[DISPLAY_COLUMNS * 6 + 1];
            for (int at = 0; at < DISPLAY_COLUMNS * 6; at++) {
                uint8_t dots =
                    frame->octets[(line * DISPLAY_COLUMNS + at / 6) * DISPLAY_ROWS + row];
                bool on = at % 6 < 5 && (dots >> (4 - at % 6) & 1);
                text[at] = at % 6 == 5 ? ' ' : on ? '#' : '.';
            }
            fprintf(file, "%.*s\n", DISPLAY_COLUMNS * 6 - 1, text);
        }
        fputc('\n', file);
    }
}

static bool is_on(const struct display_frame *frame, unsigned segment)
{
    return frame->octets[segment / 8] >> segment % 8 & 1;
}

enum { A, B, C, D, E, F, G, POINT };

static char mark(const struct display_frame *frame, unsigned segment, char on)
{
    return is_on(frame, segment) ? on : ' ';
}

/* Line 0: the top; 1: the upper verticals and the middle; 2: the lower ones, bottom and point. */
static void write_digit_line(FILE *file, const struct display_frame *frame, unsigned at, int line)
{
    static const unsigned left[] = {F, F, E};
    static const unsigned middle[] = {A, G, D};
    static const unsigned right[] = {B, B, C};
    fputc(line == 0 ? ' ' : mark(frame, at + left[line], '|'), file);
    fputc(mark(frame, at + middle[line], '_'), file);
    fputc(line == 0 ? ' ' : mark(frame, at + right[line], '|'), file);
    fputc(line == 2 ? mark(frame, at + POINT, '.') : ' ', file);
}

static void write_digits(FILE *file, const struct display_frame *frame, unsigned from,
                         unsigned digits)
{
    for (int line = 0; line < 3; line++) {
        for (unsigned digit = 0; digit < digits; digit++) {
            write_digit_line(file, frame, from + digit * SEGMENTS_OF_DIGIT, line);
        }
        fputs("|\n", file);
    }
}

static void write_segments(FILE *file, const struct display_frame *frame)
{
    write_digits(file, frame, SEGMENTS_ID, SEGMENTS_ID_DIGITS);
    write_digits(file, frame, SEGMENTS_MAIN, SEGMENTS_DIGITS);
    write_digits(file, frame, SEGMENTS_RATE, 1);
    fputs("on:", file);
    for (unsigned symbol = SEGMENTS_SYMBOLS; symbol < SEGMENTS_END; symbol++) {
        if (is_on(frame, symbol)) {
            fprintf(file, " %s", segments_symbol_name((enum segments_symbol)symbol));
        }
    }
    fputs("\n\n", file);
}

void drawing_write(FILE *file, const struct display_frame *frame)
{
    if (frame->glass == DISPLAY_DOTS) {
        write_dots(file, frame);
    } else {
        write_segments(file, frame);
    }
}

static char character_of(const uint8_t rows[DISPLAY_ROWS])
{
    for (int c = ' '; c <= '~'; c++) {
        if (memcmp(dots_glyph((unsigned char)c), rows, DISPLAY_ROWS) == 0) {
            return (char)c;
        }
    }
    for (unsigned char mark = 1; mark < DOTS_MARKS; mark++) {
        if (memcmp(dots_glyph(mark), rows, DISPLAY_ROWS) == 0) {
            return (char)mark;
        }
    }
    return '?';
}

void drawing_read_line(const struct display_frame *frame, int line, char text[DISPLAY_COLUMNS + 1])
{
    for (int column = 0; column < DISPLAY_COLUMNS; column++) {
        text[column] =
            character_of(&frame->octets[(line * DISPLAY_COLUMNS + column) * DISPLAY_ROWS]);
    }
    text[DISPLAY_COLUMNS] = '\0';
}
