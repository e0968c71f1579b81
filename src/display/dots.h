/* The dot matrix: three lines of 16 characters of 5 x 8 dots, in our own font.
 *
 *     line 1   identifier from column 0; a mark under T1..T4 in columns 12..15
 *     line 2   data, right-aligned up to column 9 (10 where it needs a digit more); unit from 11
 *     line 3   marks at fixed places, over the printed legend: see enum dots_place
 *
 * The data sheet's figure of the screen is not public: the columns are ours. */
#ifndef WATTHOUR_DISPLAY_DOTS_H
#define WATTHOUR_DISPLAY_DOTS_H

#include "display/screen.h"

#include <stdint.h>

/* Columns of line 3. */
enum dots_place {
    DOTS_PLACE_FLOW = 0,
    DOTS_PLACE_RECONNECT = 2,
    DOTS_PLACE_BREAKER_OPEN = 4,
    DOTS_PLACE_BREAKER_CLOSED = 5,
    DOTS_PLACE_P1 = 7,
    DOTS_PLACE_LEGAL = 9,
    DOTS_PLACE_NETWORK = 11,
    DOTS_PLACE_SIGNAL = 13,
};

/* Columns of line 1. */
enum { DOTS_PLACE_RATE = 12, DOTS_RATES = 4 };

enum { DOTS_DATA = 10, DOTS_UNIT = 11 };

void dots_paint(const struct screen *screen, const struct status *status,
                uint8_t octets[DISPLAY_OCTETS]);

/* The eight rows of a character, 5 dots each, the leftmost in bit 4. Characters: ASCII, and the
 * marks below; anything else is a blank. */
enum dots_mark {
    DOTS_MARK_UP = 1,
    DOTS_MARK_DOWN,
    DOTS_MARK_RIGHT,
    DOTS_MARK_LEFT,
    DOTS_MARK_BAR_1,
    DOTS_MARK_BAR_2,
    DOTS_MARK_BAR_3,
    DOTS_MARK_BATTERY,
    DOTS_MARK_DEGREE,
    DOTS_MARKS
};

const uint8_t *dots_glyph(unsigned char character);

#endif
