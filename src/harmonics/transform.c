#include "harmonics/inside.h"

/* Decimation in frequency: one step of radix 2 splits even from odd lines, five of radix 4 do the
 * rest. Lines are left where they fall. */
enum {
    HALF = HARMONICS_POINTS / 2,
    QUARTER = HARMONICS_POINTS / 4,
    FOURS = HARMONICS_TRANSFORM_PARTS - 1,
};

_Static_assert(2 << 2 * FOURS == HARMONICS_POINTS, "one step of two, the others of four");

struct complex {
    float re;
    float im;
};

static inline struct complex load(const union harmonics_cell *point)
{
    return (struct complex){point[0].value, point[1].value};
}

static inline void store(union harmonics_cell *point, struct complex z)
{
    point[0].value = z.re;
    point[1].value = z.im;
}

static inline struct complex add(struct complex a, struct complex b)
{
    return (struct complex){a.re + b.re, a.im + b.im};
}

static inline struct complex sub(struct complex a, struct complex b)
{
    return (struct complex){a.re - b.re, a.im - b.im};
}

static float sine(unsigned k)
{
    unsigned within = k % HALF;
    float value = harmonics_sine[within <= QUARTER ? within : HALF - within];
    return k % HARMONICS_POINTS < HALF ? value : -value;
}

/* exp(-j 2 pi k / HARMONICS_POINTS) */
static struct complex turn(unsigned k)
{
    return (struct complex){sine(k + QUARTER), -sine(k)};
}

static inline struct complex times(struct complex a, struct complex b)
{
    return (struct complex){a.re * b.re - a.im * b.im, a.im * b.re + a.re * b.im};
}

static void by_two(union harmonics_cell (*point)[2])
{
    for (unsigned k = 0; k < HALF; k++) {
        struct complex a = load(point[k]);
        struct complex b = load(point[k + HALF]);
        store(point[k], add(a, b));
        store(point[k + HALF], times(sub(a, b), turn(k)));
    }
}

/* Four points `span` apart. */
static inline void four(union harmonics_cell (*point)[2], unsigned span,
                        const struct complex turns[3])
{
    struct complex a = load(point[0]);
    struct complex b = load(point[span]);
    struct complex c = load(point[2 * span]);
    struct complex d = load(point[3 * span]);
    struct complex ac = add(a, c);
    struct complex bd = add(b, d);
    struct complex a_c = sub(a, c);
    struct complex b_d = sub(b, d);
    struct complex first = {a_c.re + b_d.im, a_c.im - b_d.re};
    struct complex third = {a_c.re - b_d.im, a_c.im + b_d.re};
    store(point[0], add(ac, bd));
    store(point[span], times(first, turns[0]));
    store(point[2 * span], times(sub(ac, bd), turns[1]));
    store(point[3 * span], times(third, turns[2]));
}

static void by_four(union harmonics_cell (*point)[2], unsigned size)
{
    unsigned span = size / 4;
    unsigned step = HARMONICS_POINTS / size;
    for (unsigned k = 0; k < span; k++) {
        const struct complex turns[] = {turn(k * step), turn(2 * k * step), turn(3 * k * step)};
        for (unsigned at = k; at < HARMONICS_POINTS; at += size) {
            four(&point[at], span, turns);
        }
    }
}

void harmonics_transform(union harmonics_cell (*point)[2], unsigned part)
{
    if (part == 0) {
        by_two(point);
    } else {
        by_four(point, (unsigned)HALF >> 2 * (part - 1));
    }
}

/* Even lines are in the first half; within it the digits of base 4 stand in reverse. */
unsigned harmonics_transform_place(unsigned k)
{
    unsigned place = 0;
    unsigned rest = k / 2;
    for (unsigned digit = 0; digit < FOURS; digit++) {
        place = place * 4 + rest % 4;
        rest /= 4;
    }
    return place + (k % 2) * HALF;
}
