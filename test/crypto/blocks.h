/* Vector files of blocks, one case each:
 *
 *     case TITLE
 *     NAME value
 *     ...
 *
 * Blank lines and lines that begin with # are passed over; a value may be empty. */
#ifndef WATTHOUR_TEST_CRYPTO_BLOCKS_H
#define WATTHOUR_TEST_CRYPTO_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { BLOCK_LINE = 1200, BLOCK_FIELDS = 20 };

struct blocks {
    FILE *file;
    char ahead[BLOCK_LINE]; /* the line of the next case */
};

struct block {
    char title[BLOCK_LINE];
    char lines[BLOCK_FIELDS][BLOCK_LINE];
    int count;
};

/* Opens test/vectors/`name`; the test fails when it cannot. */
struct blocks blocks_open(const char *name);

/* The next case; false at the end, which closes the file. */
bool blocks_next(struct blocks *blocks, struct block *block);

/* The value of a line; NULL when there is none of that name. */
const char *block_text(const struct block *block, const char *name);

/* The value, which must be there, as a number. */
unsigned long block_number(const struct block *block, const char *name);

/* The octets of a value in hexadecimal, how many of them; 0 when there is no such line. */
size_t block_octets(const struct block *block, const char *name, uint8_t *octets, size_t room);

#endif
