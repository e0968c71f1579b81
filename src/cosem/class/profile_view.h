/* What class 7 shows: a log or a profile, seen alike. Private to profile_*.c. */
#ifndef WATTHOUR_COSEM_CLASS_PROFILE_VIEW_H
#define WATTHOUR_COSEM_CLASS_PROFILE_VIEW_H

#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/intake.h"
#include "storage/record.h"

struct profile_view {
    const struct profile *profile;        /* NULL: a log, */
    const struct profile_column *columns; /* which has these */
    uint8_t column_count;
    uint8_t sort;     /* enum profile_sort */
    uint8_t encoding; /* enum profile_encoding */
    uint32_t period_s;
    uint32_t first; /* rows: numbers first .. next - 1 */
    uint32_t next;
    uint32_t entries;               /* that it shows at most */
    const struct record_ring *ring; /* NULL: nothing is kept */
};

struct profile_view profile_view_of(const struct cosem_call *call);

/* The profile, for what can be changed; NULL: a log. */
struct profile *profile_view_profile(const struct cosem_call *call);

struct profile_column profile_view_column(const struct profile_view *view, unsigned i);
bool profile_view_is_clock(const struct profile_view *view, unsigned i);

/* The columns that are this, bit n column n; 0: none is. */
uint32_t profile_view_columns_like(const struct profile_view *view,
                                   const struct profile_column *wanted);

/* A row. false: it is not there any more, or damaged. */
bool profile_view_read(const struct cosem_call *call, uint32_t number, struct profile_row *row);

/* What part of the buffer a call means. */
struct profile_part {
    enum cosem_result result;
    uint32_t columns; /* bit n: column n */
    bool by_time;
    uint32_t from_s, to_s;         /* both included */
    uint32_t from_entry, to_entry; /* from 1; both included */
};

/* restriction_type of a part in a list of objects. */
enum profile_part_by {
    PROFILE_PART_WHOLE = 0,
    PROFILE_PART_BY_DATE = 1,
    PROFILE_PART_BY_ENTRY = 2
};

struct profile_part profile_part_of(const struct cosem_call *call, const struct profile_view *view);

/* The rows of a part: lowest and highest number, and how many there are. */
struct profile_rows {
    uint32_t first;
    uint32_t next; /* behind the last */
    uint32_t count;
};
struct profile_rows profile_part_rows(const struct profile_view *view,
                                      const struct profile_part *part);

/* Whether an unreadable row lies in the part. */
bool profile_part_has(const struct profile_view *view, const struct profile_part *part,
                      uint32_t number);

/* A column definition, {class, logical name, attribute, data index}. */
void profile_column_put(struct writer *w, const struct profile_column *column);
struct profile_column profile_column_take(struct cosem_intake *in);

/* Whether the client may have it captured: an attribute with a value, of a class that is captured,
 * which it can read. */
bool profile_column_is_capturable(const struct cosem_call *call,
                                  const struct profile_column *column);

/* The number in the ring of a row as it is numbered to be read: newest first, by what is left to
 * the highest. */
uint32_t profile_view_number(const struct profile_view *view, uint32_t numbered);

/* Whether a row that is there lies in the part. */
bool profile_part_in_time(const struct profile_part *part, const struct profile_row *row);

/* The form of a compact array for rows of `part`, and `octets` of them all; NULL: they are too many
 * to look at in one step, or not of one type, as where one lacks a value. */
enum { PROFILE_COMPACT_ROWS = 384 };
const struct cosem_form *profile_compact_form(const struct cosem_call *call,
                                              const struct profile_view *view,
                                              const struct profile_part *part,
                                              const struct profile_rows *rows, uint32_t *octets);

/* Writes columns of a row as a structure; of a row equal to the one before (NULL: there is none)
 * null-data where nothing has changed. */
void profile_row_put(struct writer *w, const struct profile_view *view, uint32_t columns,
                     const struct profile_row *row, const struct profile_row *before);
void profile_row_put_lost(struct writer *w, const struct profile_view *view, uint32_t columns);

#endif
