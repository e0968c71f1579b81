/* Compact data: values of some objects in one octet string, without their types, which are told
 * apart from it. What is captured, and when; the octets are made by who shows them.
 * Source: Blue Book class 62 (Compact data). */
#ifndef WATTHOUR_FUNCTION_COMPACT_H
#define WATTHOUR_FUNCTION_COMPACT_H

#include "base/reader.h"
#include "base/writer.h"
#include "function/column.h"

#include <stdint.h>

enum { COMPACT_COLUMNS = 16, COMPACT_BUFFER = 256 };

enum compact_method {
    COMPACT_INVOKE = 0,   /* by its method: the buffer stays as it is until then */
    COMPACT_IMPLICIT = 1, /* when it is read */
};

struct compact {
    uint8_t template_id; /* of the client's, for this choice of columns */
    uint8_t method;      /* enum compact_method */
    uint8_t column_count;
    struct column_cell columns[COMPACT_COLUMNS];
    const struct object_table *objects;
    uint16_t size; /* of the buffer; 0: nothing was captured */
    uint8_t buffer[COMPACT_BUFFER];
    uint32_t changes; /* of what has to be kept */
};

/* No columns, captured when it is read. The table must outlive it. */
void compact_init(struct compact *compact, const struct object_table *objects);

/* Column i, of column_count; all zeros: the meter does not have its object. */
struct profile_column compact_column(const struct compact *compact, unsigned i);

/* Other columns, at most COMPACT_COLUMNS; another template; another method: the buffer is empty. */
void compact_set_columns(struct compact *compact, const struct profile_column *columns,
                         uint8_t count);
void compact_set_template(struct compact *compact, uint8_t template_id);
void compact_set_method(struct compact *compact, enum compact_method method);

/* Captures: at most COMPACT_BUFFER octets. Empties. */
void compact_store(struct compact *compact, const uint8_t *octets, size_t size);
void compact_reset(struct compact *compact);

/* What has to outlive the supply, in the form of docs/FLASH.md: columns from COMPACT_COLUMNS_AT on,
 * each of COLUMN_SIZE. One whose object the meter does not have is written without its name.
 * Reading: 0; -1: malformed, and nothing has changed. */
enum {
    COMPACT_VERSION = 1,
    COMPACT_COLUMNS_AT = 3,
    COMPACT_ROOM = COMPACT_COLUMNS_AT + COMPACT_COLUMNS * COLUMN_SIZE + COMPACT_BUFFER,
};
void compact_write(const struct compact *compact, struct writer *w);
int compact_read(struct compact *compact, struct reader *r);

#endif
