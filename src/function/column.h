/* Columns: what profiles and compact data capture. Outside of them a column is named by class and
 * OBIS code; what they keep of it in memory is a cell, with the number of its object.
 *
 * Profiles that capture what a client chose take their cells from one pool; those as delivered take
 * none. */
#ifndef WATTHOUR_FUNCTION_COLUMN_H
#define WATTHOUR_FUNCTION_COLUMN_H

#include "base/reader.h"
#include "base/writer.h"
#include "function/object_table.h"

#include <stdbool.h>
#include <stdint.h>

/* COSEM's capture_object_definition. */
struct profile_column {
    uint16_t class_id;
    uint8_t obis[6];
    int8_t attribute;
    uint16_t data; /* 0: the whole attribute; n: its n-th element */
};

struct column_cell {
    uint16_t object; /* its number, or OBJECT_NONE */
    uint16_t data;
    int8_t attribute;
    uint8_t list; /* of a pool: whose column it is */
};

struct column_cell column_cell(const struct object_table *objects,
                               const struct profile_column *column);
struct profile_column column_of_cell(const struct object_table *objects,
                                     const struct column_cell *cell);

bool column_equal(const struct profile_column *a, const struct profile_column *b);

/* As a column stands on flash: class (2), OBIS code (6), attribute, data index (2). */
enum { COLUMN_SIZE = 11 };
void column_write(const struct profile_column *column, struct writer *w);
struct profile_column column_read(struct reader *r);

/* Four full profiles, and some columns for others. */
enum { COLUMN_POOL = 4 * 32 + 16 };

/* Columns of a list stand one behind the other. */
struct column_pool {
    const struct object_table *objects;
    uint8_t count;
    struct column_cell cells[COLUMN_POOL];
};

/* Nobody has columns. The table must outlive the pool. */
void column_pool_init(struct column_pool *pool, const struct object_table *objects);

/* Whether so many columns fit instead of those that the list has. */
bool column_pool_fits(const struct column_pool *pool, uint8_t list, unsigned count);

/* Column i of a list, which has so many. */
struct profile_column column_pool_at(const struct column_pool *pool, uint8_t list, unsigned i);

/* The columns of a list that are this, bit n column n: 32 at most. */
uint32_t column_pool_like(const struct column_pool *pool, uint8_t list,
                          const struct profile_column *wanted);

/* The list has none any more; one more behind those it has: the pool must have room, and no other
 * list is added to in between. */
void column_pool_clear(struct column_pool *pool, uint8_t list);
void column_pool_add(struct column_pool *pool, uint8_t list, const struct profile_column *column);

#endif
