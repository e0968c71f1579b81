#include "cosem/class/date_time.h"
#include "cosem/class/profile_view.h"
#include "cosem/data.h"

#include <string.h>

static bool wanted(uint32_t columns, uint8_t column)
{
    return (columns >> column & 1) != 0;
}

static unsigned count_of(const struct profile_view *view, uint32_t columns)
{
    unsigned count = 0;
    for (uint8_t i = 0; i < view->column_count; i++) {
        count += wanted(columns, i);
    }
    return count;
}

static void put_time(struct writer *w, const struct event_stamp *stamp)
{
    const struct date_time t = date_time_of_stamp(stamp);
    date_time_put(w, &t);
}

/* The time follows from the one before and the period. */
static bool follows(const struct profile_view *view, const struct event_stamp *stamp,
                    const struct event_stamp *before)
{
    return view->period_s != 0 && stamp->utc_s == before->utc_s + view->period_s &&
           stamp->offset_min == before->offset_min && stamp->clock_status == before->clock_status;
}

/* The next column's Data, in place; null-data where the row is malformed. */
static struct reader take_data(struct reader *r)
{
    static const uint8_t null_data[] = {COSEM_NULL};
    size_t at = r->at;
    cosem_skip_value(r);
    return r->fault ? reader_over(null_data, sizeof null_data)
                    : reader_over(r->data + at, r->at - at);
}

static bool same(const struct reader *a, const struct reader *b)
{
    return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

/* Reads both rows side by side; `before` may be the row itself. */
struct pair {
    const struct profile_row *row;
    const struct profile_row *before; /* NULL: there is none */
    struct reader data;
    struct reader data_before;
};

static void put_time_of(struct writer *w, const struct profile_view *view, const struct pair *pair)
{
    if (pair->before != NULL && follows(view, &pair->row->stamp, &pair->before->stamp)) {
        cosem_put_null(w);
    } else {
        put_time(w, &pair->row->stamp);
    }
}

static void put_data(struct writer *w, const struct pair *pair, const struct reader *data,
                     const struct reader *before)
{
    if (pair->before != NULL && same(data, before)) {
        cosem_put_null(w);
    } else {
        writer_octets(w, data->data, data->size);
    }
}

void profile_row_put(struct writer *w, const struct profile_view *view, uint32_t columns,
                     const struct profile_row *row, const struct profile_row *before)
{
    const struct profile_row *other = before != NULL ? before : row;
    struct pair pair = {.row = row,
                        .before = before,
                        .data = reader_over(row->octets, row->size),
                        .data_before = reader_over(other->octets, other->size)};
    cosem_put_structure(w, count_of(view, columns));
    for (uint8_t i = 0; i < view->column_count; i++) {
        bool is_time = profile_view_is_clock(view, i);
        if (is_time && wanted(columns, i)) {
            put_time_of(w, view, &pair);
        }
        if (!is_time) {
            const struct reader data = take_data(&pair.data);
            const struct reader data_before = take_data(&pair.data_before);
            if (wanted(columns, i)) {
                put_data(w, &pair, &data, &data_before);
            }
        }
    }
}

void profile_row_put_lost(struct writer *w, const struct profile_view *view, uint32_t columns)
{
    unsigned count = count_of(view, columns);
    cosem_put_structure(w, count);
    for (unsigned i = 0; i < count; i++) {
        cosem_put_null(w);
    }
}
