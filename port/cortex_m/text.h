/* Lines of text without the C library's printf, for the service line and the place of a fault. What
 * does not fit is left out. */
#ifndef WATTHOUR_PORT_CORTEX_M_TEXT_H
#define WATTHOUR_PORT_CORTEX_M_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
    char *chars; /* always ends with 0 */
    size_t room;
    size_t size;
};

/* Empty; `room` at least 1. */
struct text text_begin(char *chars, size_t room);

void text_add(struct text *text, const char *more);
void text_add_number(struct text *text, uint32_t number);
void text_add_hex(struct text *text, uint32_t number); /* eight digits */

#endif
