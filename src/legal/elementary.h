/* The legal part's own elementary functions: IEEE basic operations in a fixed order, so that every
 * machine gives the same bits. Errors are a few units in the last place. Private to this room. */
#ifndef WATTHOUR_LEGAL_ELEMENTARY_H
#define WATTHOUR_LEGAL_ELEMENTARY_H

#include <stdint.h>

#define LEGAL_TURN_RADIANS 6.283185307179586477

struct legal_circle {
    double cos;
    double sin;
};

/* The square root; 0 for what is not above 0. */
double legal_sqrt(double x);

/* Cosine and sine of an angle in turns (1 = 360 degrees), |turns| < 2^20. */
struct legal_circle legal_circle_at(double turns);

/* The angle of the vector (x, y) in turns, -0.5..0.5; 0 for the vector of length 0. |x| and |y| are
 * below 1e30 and count as 0 below 1e-30. */
double legal_angle_turns(double y, double x);

/* To the nearest integer, ties away from zero; |x| < 2^62. */
int64_t legal_round(double x);

#endif
