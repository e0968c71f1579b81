/* Lines of an explanation: where they go, and how far in. For apdu_text.c. */
#ifndef WATTHOUR_APP_APDU_LINES_H
#define WATTHOUR_APP_APDU_LINES_H

#include "app/apdu_text.h"
#include "dlms/item.h"

#include <stddef.h>
#include <stdint.h>

struct place {
    struct apdu_text *text;
    int depth;
};

/* So many steps further in. */
struct place place_within(struct place at, int steps);

/* Begins a line, which the caller writes to its end. */
FILE *place_begin(struct place at);

/* A name and octets in hexadecimal. */
void place_octets(struct place at, const char *name, const uint8_t *octets, size_t size);

/* One value, a line for each part of it. */
void place_data(struct reader *r, struct place at);

/* A length and so many elements, under that name. */
void place_list(struct reader *r, struct place at, const char *name,
                void (*print)(struct reader *r, struct place at));

/* An object's attribute or method (`member` says which), with its selection. */
void place_item(const struct dlms_item *item, struct place at, const char *member);

/* One result. */
void place_result(struct reader *r, struct place at);

#endif
