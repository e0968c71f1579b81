#define _POSIX_C_SOURCE 200809L /* fmemopen */
/* The glass in a terminal: what is printed is read back, dot by dot. */
#include "app/glass.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { LINES = 7, WIDTH = 48, TEXT = 4096 };

static char text[TEXT];

static void print(const struct display_frame *frame)
{
    FILE *file = fmemopen(text, sizeof text, "w");
    assert_non_null(file);
    glass_print(file, frame, "\n");
    fclose(file);
}

/* The braille pattern of a cell: lines are two blanks and 48 characters of three octets. */
static unsigned pattern_at(int line, int column)
{
    const char *at = text;
    for (int i = 0; i < line; i++) {
        at = strchr(at, '\n') + 1;
    }
    const unsigned char *octets = (const unsigned char *)at + 2 + 3 * column;
    assert_int_equal(octets[0], 0xE2);
    unsigned code = (unsigned)(octets[0] & 0x0F) << 12 | (unsigned)(octets[1] & 0x3F) << 6 |
                    (unsigned)(octets[2] & 0x3F);
    assert_true(code >= 0x2800 && code <= 0x28FF);
    return code - 0x2800;
}

/* Unicode numbers the dots of a cell 1 2 3 7 down the left side and 4 5 6 8 down the right. */
static bool is_printed(int x, int y)
{
    static const int number[4][2] = {{0, 3}, {1, 4}, {2, 5}, {6, 7}};
    return pattern_at(y / 4, x / 2) >> number[y % 4][x % 2] & 1;
}

static bool is_set(const struct display_frame *frame, int x, int y)
{
    if (x % 6 == 5 || y % 9 == 8 || x >= 96 || y >= 27) {
        return false;
    }
    return frame->octets[(y / 9 * 16 + x / 6) * 8 + y % 9] >> (4 - x % 6) & 1;
}

static void every_dot_is_where_it_belongs(void **state)
{
    (void)state;
    srand(5);
    for (int run = 0; run < 50; run++) {
        struct display_frame frame = {.glass = DISPLAY_DOTS};
        for (size_t i = 0; i < sizeof frame.octets; i++) {
            frame.octets[i] = (uint8_t)(rand() & 0x1F);
        }
        print(&frame);
        for (int y = 0; y < 4 * LINES; y++) {
            for (int x = 0; x < 2 * WIDTH; x++) {
                assert_int_equal(is_printed(x, y), is_set(&frame, x, y));
            }
        }
    }
}

static void segments_are_strokes_and_names(void **state)
{
    (void)state;
    struct display_frame frame = {.glass = DISPLAY_SEGMENTS};
    frame.octets[0] = 0x86;         /* first digit: b, c and its point */
    frame.octets[8] = 0x3F;         /* identifier: 0 */
    frame.octets[14] = 0x80 | 0x5B; /* T2 */
    frame.octets[15] = 0x03;        /* k, W */
    print(&frame);
    assert_non_null(strstr(text, "  |.  "));
    assert_non_null(strstr(text, "  |_|"));
    assert_non_null(strstr(text, "T|_ "));
    assert_non_null(strstr(text, "  k W \n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dot_is_where_it_belongs),
        cmocka_unit_test(segments_are_strokes_and_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
