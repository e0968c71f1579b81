#include "legal/elementary.h"

#include <stdbool.h>
#include <string.h>

/* Newton's iteration for 1 / sqrt(x), begun with half the exponent; each step doubles the good
 * digits (3.4 %, 2e-3, 5e-6, 4e-11, all). */
double legal_sqrt(double x)
{
    if (!(x > 0)) {
        return 0;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = 0x5fe6eb50c7b537a9 - (bits >> 1);
    double inverse;
    memcpy(&inverse, &bits, sizeof inverse);
    for (int step = 0; step < 4; step++) {
        inverse *= 1.5 - 0.5 * x * inverse * inverse;
    }
    double root = x * inverse;
    return root + 0.5 * inverse * (x - root * root);
}

/* Terms of the series below, from the last that counts: of an angle up to a quarter radian, as
 * phase angles of a front end are, five leave less than 2e-16. */
static int last_term(double square)
{
    return square < 1.0 / 16 ? 4 : 7;
}

/* Taylor series up to the 17th power: below 1e-17 for an eighth of a turn. */
static double sine(double radians)
{
    static const double term[] = {
        1.0 / 6,        1.0 / 120,        1.0 / 5040,          1.0 / 362880,
        1.0 / 39916800, 1.0 / 6227020800, 1.0 / 1307674368000, 1.0 / 355687428096000};
    double square = radians * radians;
    double sum = 0;
    for (int i = last_term(square); i >= 0; i--) {
        sum = square * (term[i] - sum);
    }
    return radians - radians * sum;
}

static double cosine(double radians)
{
    static const double term[] = {
        1.0 / 2,       1.0 / 24,        1.0 / 720,         1.0 / 40320,
        1.0 / 3628800, 1.0 / 479001600, 1.0 / 87178291200, 1.0 / 20922789888000};
    double square = radians * radians;
    double sum = 0;
    for (int i = last_term(square); i >= 0; i--) {
        sum = square * (term[i] - sum);
    }
    return 1 - sum;
}

struct legal_circle legal_circle_at(double turns)
{
    int64_t quarter = legal_round(turns * 4);
    double radians = (turns - (double)quarter * 0.25) * LEGAL_TURN_RADIANS;
    double c = cosine(radians);
    double s = sine(radians);
    switch (quarter & 3) {
    case 0:
        return (struct legal_circle){c, s};
    case 1:
        return (struct legal_circle){-s, c};
    case 2:
        return (struct legal_circle){-c, -s};
    default:
        return (struct legal_circle){s, -c};
    }
}

/* Arc tangent of y / x, 0 <= y <= x, 0 < x: the nearest eighth from a table, the rest (at most
 * 1/16) by Taylor up to the 11th power: below 1e-16. A coarse quotient is enough to find the
 * eighth. */
static double arc_tangent(double y, double x)
{
    static const double eighth[] = {0.0,
                                    0.12435499454676144,
                                    0.24497866312686414,
                                    0.35877067027057225,
                                    0.46364760900080609,
                                    0.55859931534356244,
                                    0.64350110879328437,
                                    0.71882999962162453,
                                    0.78539816339744831};
    static const double term[] = {1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11};
    int nearest = (int)((float)y / (float)x * 8.0F + 0.5F);
    double base = nearest * 0.125;
    double rest = (y - x * base) / (x + y * base);
    double square = rest * rest;
    double sum = 0;
    for (int i = 4; i >= 0; i--) {
        sum = square * (term[i] - sum);
    }
    return eighth[nearest] + (rest - rest * sum);
}

double legal_angle_turns(double y, double x)
{
    double height = y < 0 ? -y : y;
    double width = x < 0 ? -x : x;
    if (height + width < 1e-30) {
        return 0;
    }
    bool steep = height > width;
    double radians = steep ? arc_tangent(width, height) : arc_tangent(height, width);
    double turns = radians * (1 / LEGAL_TURN_RADIANS);
    turns = steep ? 0.25 - turns : turns;
    turns = x < 0 ? 0.5 - turns : turns;
    return y < 0 ? -turns : turns;
}

int64_t legal_round(double x)
{
    return (int64_t)(x < 0 ? x - 0.5 : x + 0.5);
}
