/* Numbers as digits. Private to this room. */
#ifndef WATTHOUR_DISPLAY_DECIMAL_H
#define WATTHOUR_DISPLAY_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct decimal_form {
    uint8_t digits;   /* before the point at least; more are written when there are more */
    uint8_t decimals; /* behind it */
};

/* Writes value / 10^decimals with its sign, at most `room` characters (32 or fewer) and a zero;
 * what does not fit loses decimals first, and is all dashes when that does not help. */
void decimal_write(int64_t value, struct decimal_form form, char *text, size_t room);

#endif
