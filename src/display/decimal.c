#include "display/decimal.h"

#include <string.h>

enum { DIGITS_MAX = 20, LENGTH_MAX = DIGITS_MAX + 12 + 3 };

/* The digits of a magnitude, the last one first. */
static unsigned split(uint64_t magnitude, char digits[LENGTH_MAX])
{
    unsigned count = 0;
    do {
        digits[count++] = (char)('0' + magnitude % 10);
        magnitude /= 10;
    } while (magnitude != 0);
    return count;
}

/* All of it; returns its length. */
static unsigned compose(int64_t value, struct decimal_form form, char whole[LENGTH_MAX])
{
    char digits[LENGTH_MAX];
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    unsigned count = split(magnitude, digits);
    unsigned least = (form.digits > 0 ? form.digits : 1U) + form.decimals;
    while (count < least) {
        digits[count++] = '0';
    }
    unsigned length = 0;
    if (value < 0) {
        whole[length++] = '-';
    }
    while (count > 0) {
        count--;
        whole[length++] = digits[count];
        if (count == form.decimals && count > 0) {
            whole[length++] = '.';
        }
    }
    return length;
}

/* How long it may become without its decimals: all of them, or the point too. */
static unsigned without_decimals(unsigned length, struct decimal_form form)
{
    return form.decimals > 0 ? length - form.decimals - 1 : length;
}

void decimal_write(int64_t value, struct decimal_form form, char *text, size_t room)
{
    char whole[LENGTH_MAX];
    unsigned length = compose(value, form, whole);
    if (without_decimals(length, form) > room) {
        memset(text, '-', room);
        text[room] = '\0';
        return;
    }
    if (length > room) {
        length = (unsigned)room;
    }
    if (length > 0 && whole[length - 1] == '.') {
        length--;
    }
    memcpy(text, whole, length);
    text[length] = '\0';
}
