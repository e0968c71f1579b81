#include "function/column.h"

#include "base/need.h"

#include <string.h>

struct column_cell column_cell(const struct object_table *objects,
                               const struct profile_column *column)
{
    struct object_name name = {.class_id = column->class_id};
    memcpy(name.obis, column->obis, sizeof name.obis);
    return (struct column_cell){.object = object_number(objects, &name),
                                .data = column->data,
                                .attribute = column->attribute};
}

struct profile_column column_of_cell(const struct object_table *objects,
                                     const struct column_cell *cell)
{
    const struct object_name name = object_name(objects, cell->object);
    struct profile_column column = {
        .class_id = name.class_id, .attribute = cell->attribute, .data = cell->data};
    memcpy(column.obis, name.obis, sizeof column.obis);
    return column;
}

bool column_equal(const struct profile_column *a, const struct profile_column *b)
{
    return a->class_id == b->class_id && memcmp(a->obis, b->obis, sizeof a->obis) == 0 &&
           a->attribute == b->attribute && a->data == b->data;
}

void column_write(const struct profile_column *column, struct writer *w)
{
    writer_u16(w, column->class_id);
    writer_octets(w, column->obis, sizeof column->obis);
    writer_u8(w, (uint8_t)column->attribute);
    writer_u16(w, column->data);
}

struct profile_column column_read(struct reader *r)
{
    struct profile_column column = {.class_id = reader_u16(r)};
    const uint8_t *obis = reader_octets(r, sizeof column.obis);
    if (obis != NULL) {
        memcpy(column.obis, obis, sizeof column.obis);
    }
    column.attribute = (int8_t)reader_u8(r);
    column.data = reader_u16(r);
    return column;
}

/* ---- The pool ---- */

void column_pool_init(struct column_pool *pool, const struct object_table *objects)
{
    *pool = (struct column_pool){.objects = objects};
}

static unsigned begin_of(const struct column_pool *pool, uint8_t list)
{
    unsigned at = 0;
    while (at < pool->count && pool->cells[at].list != list) {
        at++;
    }
    return at;
}

static unsigned end_of(const struct column_pool *pool, uint8_t list)
{
    unsigned at = begin_of(pool, list);
    while (at < pool->count && pool->cells[at].list == list) {
        at++;
    }
    return at;
}

bool column_pool_fits(const struct column_pool *pool, uint8_t list, unsigned count)
{
    unsigned others = pool->count - (end_of(pool, list) - begin_of(pool, list));
    return count <= COLUMN_POOL - others;
}

struct profile_column column_pool_at(const struct column_pool *pool, uint8_t list, unsigned i)
{
    unsigned at = begin_of(pool, list) + i;
    need(at < pool->count && pool->cells[at].list == list);
    return column_of_cell(pool->objects, &pool->cells[at]);
}

static bool is_cell(const struct column_cell *cell, const struct column_cell *wanted)
{
    return cell->object == wanted->object && cell->attribute == wanted->attribute &&
           cell->data == wanted->data;
}

uint32_t column_pool_like(const struct column_pool *pool, uint8_t list,
                          const struct profile_column *wanted)
{
    const struct column_cell cell = column_cell(pool->objects, wanted);
    unsigned begin = begin_of(pool, list);
    unsigned end = end_of(pool, list);
    uint32_t like = 0;
    for (unsigned at = begin; at < end && cell.object != OBJECT_NONE; at++) {
        like |= is_cell(&pool->cells[at], &cell) ? UINT32_C(1) << (at - begin) : 0;
    }
    return like;
}

void column_pool_clear(struct column_pool *pool, uint8_t list)
{
    unsigned begin = begin_of(pool, list);
    unsigned end = end_of(pool, list);
    memmove(&pool->cells[begin], &pool->cells[end], (pool->count - end) * sizeof pool->cells[0]);
    pool->count = (uint8_t)(pool->count - (end - begin));
}

void column_pool_add(struct column_pool *pool, uint8_t list, const struct profile_column *column)
{
    need(pool->count < COLUMN_POOL);
    pool->cells[pool->count] = column_cell(pool->objects, column);
    pool->cells[pool->count].list = list;
    pool->count++;
}
