#include "function/compact.h"

#include "base/need.h"

#include <string.h>

void compact_init(struct compact *compact, const struct object_table *objects)
{
    *compact = (struct compact){.method = COMPACT_IMPLICIT, .objects = objects};
}

struct profile_column compact_column(const struct compact *compact, unsigned i)
{
    return column_of_cell(compact->objects, &compact->columns[i]);
}

void compact_reset(struct compact *compact)
{
    compact->size = 0;
    compact->changes++;
}

void compact_set_columns(struct compact *compact, const struct profile_column *columns,
                         uint8_t count)
{
    need(count <= COMPACT_COLUMNS);
    for (uint8_t i = 0; i < count; i++) {
        compact->columns[i] = column_cell(compact->objects, &columns[i]);
    }
    compact->column_count = count;
    compact_reset(compact);
}

void compact_set_template(struct compact *compact, uint8_t template_id)
{
    compact->template_id = template_id;
    compact_reset(compact);
}

void compact_set_method(struct compact *compact, enum compact_method method)
{
    compact->method = (uint8_t)method;
    compact_reset(compact);
}

void compact_store(struct compact *compact, const uint8_t *octets, size_t size)
{
    need(size <= COMPACT_BUFFER);
    memcpy(compact->buffer, octets, size);
    compact->size = (uint16_t)size;
    compact->changes++;
}

void compact_write(const struct compact *compact, struct writer *w)
{
    writer_u8(w, compact->template_id);
    writer_u8(w, compact->method);
    writer_u8(w, compact->column_count);
    for (uint8_t i = 0; i < compact->column_count; i++) {
        const struct profile_column column = compact_column(compact, i);
        column_write(&column, w);
    }
    writer_octets(w, compact->buffer, compact->size);
}

int compact_read(struct compact *compact, struct reader *r)
{
    struct compact taken = {
        .template_id = reader_u8(r), .objects = compact->objects, .changes = compact->changes};
    taken.method = reader_u8(r);
    taken.column_count = reader_u8(r);
    if (taken.method > COMPACT_IMPLICIT || taken.column_count > COMPACT_COLUMNS) {
        return -1;
    }
    for (uint8_t i = 0; i < taken.column_count; i++) {
        const struct profile_column column = column_read(r);
        taken.columns[i] = column_cell(taken.objects, &column);
    }
    size_t size = reader_left(r);
    const uint8_t *octets = reader_octets(r, size);
    if (r->fault || size > COMPACT_BUFFER) {
        return -1;
    }
    compact_store(&taken, octets, size);
    taken.changes = compact->changes;
    *compact = taken;
    return 0;
}
