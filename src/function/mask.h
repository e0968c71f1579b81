/* Names of the masks by which registers are activated. A mask is the registers of one rate; it may
 * have several names, and always has one. Source: Blue Book class 6 (Register activation). */
#ifndef WATTHOUR_FUNCTION_MASK_H
#define WATTHOUR_FUNCTION_MASK_H

#include "base/reader.h"
#include "base/writer.h"

#include <stdbool.h>
#include <stdint.h>

enum { MASK_NAMES = 16, MASK_NAME = 8 /* octets of a name at most */ };

struct mask_name {
    uint8_t size;
    uint8_t octets[MASK_NAME];
    uint8_t rate;
};

struct mask_book {
    uint8_t rates;
    uint8_t count;
    struct mask_name names[MASK_NAMES];
    uint8_t chosen;   /* the name by which a rate was selected last */
    uint32_t changes; /* of what has to be kept */
};

/* Rates 1..`rates` (at most 9) are named by their digits. */
void mask_init(struct mask_book *book, uint8_t rates);

/* The name's place; -1: there is none such. */
int mask_find(const struct mask_book *book, const uint8_t *octets, size_t size);

/* The name that a rate is shown by: the one it was chosen by, or its first. */
const struct mask_name *mask_of_rate(const struct mask_book *book, uint8_t rate);

/* A rate is selected by the name at that place. */
void mask_choose(struct mask_book *book, unsigned place);

/* A name for a rate, which may have been another one's. 0; -1: no room, or that one would be left
 * without. */
int mask_add(struct mask_book *book, const struct mask_name *name);

/* 0; -1: there is none such, or it is the last one of its rate. */
int mask_delete(struct mask_book *book, const uint8_t *octets, size_t size);

/* What has to outlive the supply, in the form of docs/FLASH.md. Reading: 0; -1: malformed, or a
 * rate has no name, and nothing has changed. */
enum { MASK_VERSION = 1, MASK_ROOM = 1 + MASK_NAMES * (2 + MASK_NAME) };
void mask_write(const struct mask_book *book, struct writer *w);
int mask_read(struct mask_book *book, struct reader *r);

#endif
