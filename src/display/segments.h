/* The segment glass of the Sx402: eight digits, an identifier of six, a digit for the rate, and
 * symbols. The data sheet gives no layout; this one is ours.
 *
 *     [I.d.E.n.t.]     [T n]  L1 L2 L3   quadrant cross   marks
 *     [8.8.8.8.8.8.8.8.]      k W V A r h Hz deg
 *
 * Segment n is bit n % 8 of octet n / 8. A digit has eight: a (top), then clockwise b, c, d
 * (bottom), e, f, then g (middle) and its point. */
#ifndef WATTHOUR_DISPLAY_SEGMENTS_H
#define WATTHOUR_DISPLAY_SEGMENTS_H

#include "display/screen.h"

#include <stdint.h>

enum segments_place {
    SEGMENTS_DIGITS = 8,
    SEGMENTS_ID_DIGITS = 6,
    SEGMENTS_OF_DIGIT = 8,
    SEGMENTS_POINT = 7,
    SEGMENTS_MAIN = 0,
    SEGMENTS_ID = SEGMENTS_MAIN + SEGMENTS_DIGITS * SEGMENTS_OF_DIGIT,
    SEGMENTS_RATE = SEGMENTS_ID + SEGMENTS_ID_DIGITS * SEGMENTS_OF_DIGIT, /* its point: "T" */
    SEGMENTS_SYMBOLS = SEGMENTS_RATE + SEGMENTS_OF_DIGIT,
};

enum segments_symbol {
    SEGMENTS_K = SEGMENTS_SYMBOLS, /* units: kWh is K W H, kvarh K V A R H */
    SEGMENTS_W,
    SEGMENTS_V,
    SEGMENTS_A,
    SEGMENTS_R,
    SEGMENTS_H,
    SEGMENTS_HZ,
    SEGMENTS_DEGREE,
    SEGMENTS_CROSS, /* the axes, and its quadrants I to IV */
    SEGMENTS_Q1,
    SEGMENTS_Q2,
    SEGMENTS_Q3,
    SEGMENTS_Q4,
    SEGMENTS_IMPORT,
    SEGMENTS_EXPORT,
    SEGMENTS_L1, /* the phase has its voltage */
    SEGMENTS_L2,
    SEGMENTS_L3,
    SEGMENTS_L1_EXPORT, /* an arrow: power flows back on it */
    SEGMENTS_L2_EXPORT,
    SEGMENTS_L3_EXPORT,
    SEGMENTS_LEGAL,
    SEGMENTS_MESSAGE,
    SEGMENTS_CLOCK, /* it is not set */
    SEGMENTS_BATTERY,
    SEGMENTS_BREAKER_OPEN,
    SEGMENTS_BREAKER_CLOSED,
    SEGMENTS_P1,
    SEGMENTS_NETWORK,
    SEGMENTS_BAR_1,
    SEGMENTS_BAR_2,
    SEGMENTS_BAR_3,
    SEGMENTS_FAULT,
    SEGMENTS_COVER,
    SEGMENTS_END
};

enum { SEGMENTS_OCTETS = (SEGMENTS_END + 7) / 8 };

/* What a symbol is called, for those who draw the glass elsewhere. */
const char *segments_symbol_name(enum segments_symbol symbol);

void segments_paint(const struct screen *screen, const struct status *status,
                    uint8_t octets[DISPLAY_OCTETS]);

#endif
