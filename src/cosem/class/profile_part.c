/* Selective access to a profile's buffer. Source: Blue Book class 7, attribute 2. */
#include "cosem/class/date_time.h"
#include "cosem/class/profile_view.h"
#include "cosem/intake.h"

#include <string.h>

enum { RANGE = 1, ENTRIES = 2 };

void profile_column_put(struct writer *w, const struct profile_column *column)
{
    cosem_put_structure(w, 4);
    cosem_put_u16(w, column->class_id);
    cosem_put_octet_string(w, column->obis, sizeof column->obis);
    cosem_put_i8(w, column->attribute);
    cosem_put_u16(w, column->data);
}

struct profile_column profile_column_take(struct cosem_intake *in)
{
    struct profile_column column = {0};
    cosem_intake_structure(in, 4);
    column.class_id = cosem_intake_u16(in);
    cosem_intake_name(in, column.obis);
    column.attribute = (int8_t)cosem_intake_integer(in, COSEM_I8, INT8_MIN, INT8_MAX);
    column.data = cosem_intake_u16(in);
    return column;
}

static uint32_t all_columns(const struct profile_view *view)
{
    return view->column_count < PROFILE_COLUMNS ? (UINT32_C(1) << view->column_count) - 1
                                                : UINT32_MAX;
}

/* An instant in milliseconds; `open` where there is none. */
static int64_t intake_end(struct cosem_intake *in, const struct clock *clock, int64_t open)
{
    if (reader_peek(in->value) == COSEM_NULL) {
        (void)cosem_take_value(in->value);
        return open;
    }
    struct date_time t = date_time_intake(in);
    if (in->result == COSEM_SUCCESS && date_time_is_open(&t)) {
        return open;
    }
    if (!date_time_is_instant(&t)) {
        cosem_intake_refuse(in);
        return open;
    }
    return date_time_utc_ms(&t, clock);
}

static uint32_t clamp_s(int64_t utc_s)
{
    return utc_s < 0 ? 0 : utc_s > UINT32_MAX ? UINT32_MAX : (uint32_t)utc_s;
}

static uint32_t intake_columns(struct cosem_intake *in, const struct profile_view *view)
{
    uint32_t columns = 0;
    size_t count = cosem_intake_array(in, PROFILE_COLUMNS);
    for (size_t i = 0; i < count && in->result == COSEM_SUCCESS; i++) {
        struct profile_column wanted = profile_column_take(in);
        uint32_t like = profile_view_columns_like(view, &wanted);
        if (in->result == COSEM_SUCCESS && like == 0) {
            in->result = COSEM_SCOPE_OF_ACCESS_VIOLATED;
        }
        columns |= like;
    }
    return count > 0 ? columns : all_columns(view);
}

/* Rows are found by the column of the clock, which the profile must have. */
static void require_clock(struct cosem_intake *in, const struct profile_view *view,
                          const struct profile_column *by)
{
    if (in->result == COSEM_SUCCESS &&
        (!profile_is_clock(by) || profile_view_columns_like(view, by) == 0)) {
        in->result = COSEM_SCOPE_OF_ACCESS_VIOLATED;
    }
}

/* From the first whole second between two instants to the last. */
static void intake_times(struct cosem_intake *in, const struct cosem_call *call,
                         struct profile_part *part)
{
    int64_t from_ms = intake_end(in, call->context->clock, 0);
    int64_t to_ms = intake_end(in, call->context->clock, INT64_MAX);
    part->by_time = true;
    part->from_s = clamp_s(from_ms / 1000 + (from_ms % 1000 > 0));
    part->to_s = clamp_s(to_ms / 1000);
    if (to_ms < 0) {
        part->from_s = 1;
        part->to_s = 0;
    }
}

static void intake_range(struct cosem_intake *in, const struct cosem_call *call,
                         const struct profile_view *view, struct profile_part *part)
{
    cosem_intake_structure(in, 4);
    const struct profile_column by = profile_column_take(in);
    require_clock(in, view, &by);
    intake_times(in, call, part);
    part->columns = intake_columns(in, view);
}

/* The last 0: to the end. */
static void intake_numbers(struct cosem_intake *in, struct profile_part *part)
{
    part->from_entry = (uint32_t)cosem_intake_integer(in, COSEM_U32, 1, UINT32_MAX);
    part->to_entry = cosem_intake_u32(in);
    if (part->to_entry == 0) {
        part->to_entry = UINT32_MAX;
    }
}

/* Columns from..to, from 1; 0: the last. */
static uint32_t column_range(const struct profile_view *view, int64_t from, int64_t to)
{
    uint32_t columns = 0;
    for (uint8_t i = 0; i < view->column_count; i++) {
        bool wanted = i + 1 >= from && (to == 0 || i + 1 <= to);
        columns |= wanted ? UINT32_C(1) << i : 0;
    }
    return columns;
}

static void intake_entries(struct cosem_intake *in, const struct profile_view *view,
                           struct profile_part *part)
{
    cosem_intake_structure(in, 4);
    intake_numbers(in, part);
    int64_t from = cosem_intake_integer(in, COSEM_U16, 1, UINT16_MAX);
    uint16_t to = cosem_intake_u16(in);
    part->columns = column_range(view, from, to);
    if (part->columns == 0) {
        cosem_intake_refuse(in);
    }
}

/* {restriction type, restriction}, columns: as class 40 has it in a list of objects. */
static void intake_listed(struct cosem_intake *in, const struct cosem_call *call,
                          const struct profile_view *view, struct profile_part *part)
{
    static const struct profile_column clock = {
        PROFILE_CLOCK_CLASS, {0, 0, 1, 0, 0, 255}, PROFILE_CLOCK_ATTRIBUTE, 0};
    cosem_intake_structure(in, 2);
    int64_t by = cosem_intake_integer(in, COSEM_ENUM, PROFILE_PART_WHOLE, PROFILE_PART_BY_ENTRY);
    if (by == PROFILE_PART_BY_DATE) {
        cosem_intake_structure(in, 2);
        require_clock(in, view, &clock);
        intake_times(in, call, part);
    } else if (by == PROFILE_PART_BY_ENTRY) {
        cosem_intake_structure(in, 2);
        intake_numbers(in, part);
    } else if (cosem_take_value(in->value).tag != COSEM_NULL) {
        cosem_intake_refuse(in);
    }
    part->columns = intake_columns(in, view);
}

struct profile_part profile_part_of(const struct cosem_call *call, const struct profile_view *view)
{
    struct profile_part part = {
        .columns = all_columns(view), .from_entry = 1, .to_entry = UINT32_MAX};
    struct reader r = reader_over(call->selection.parameters, call->selection.size);
    struct cosem_intake in = cosem_intake_begin(&r);
    if (call->selection.listed) {
        intake_listed(&in, call, view, &part);
    } else if (call->selection.selector == RANGE) {
        intake_range(&in, call, view, &part);
    } else if (call->selection.selector == ENTRIES) {
        intake_entries(&in, view, &part);
    }
    part.result = cosem_intake_end(&in);
    return part;
}

/* ---- Rows by time ---- */

/* Numbers of one monotone run that lie in a range of time, and where the next run begins. */
struct stretch {
    uint32_t from;
    uint32_t to; /* exclusive */
    uint32_t next;
};

/* The first number, from one on, whose time is not before `time_s`, or `end`. */
static uint32_t find(const struct profile_view *view, uint32_t number, uint32_t time_s,
                     uint32_t end)
{
    struct record found;
    int result = record_find(view->ring, number, time_s, UINT32_MAX, &found);
    return result == STORAGE_DONE && found.number < end ? found.number : end;
}

static struct stretch stretch_at(const struct profile_view *view, const struct profile_part *part,
                                 uint32_t number)
{
    struct stretch stretch = {.next = record_run_end(view->ring, number)};
    stretch.from = find(view, number, part->from_s, stretch.next);
    stretch.to = part->to_s == UINT32_MAX || part->to_s < part->from_s
                     ? stretch.next
                     : find(view, stretch.from, part->to_s + 1, stretch.next);
    return stretch;
}

static struct profile_rows rows_by_time(const struct profile_view *view,
                                        const struct profile_part *part)
{
    struct profile_rows rows = {.first = view->first, .next = view->first};
    for (uint32_t at = view->first; at < view->next && part->from_s <= part->to_s;) {
        struct stretch stretch = stretch_at(view, part, at);
        if (stretch.from < stretch.to) {
            rows.first = rows.count == 0 ? stretch.from : rows.first;
            rows.next = stretch.to;
            rows.count += stretch.to - stretch.from;
        }
        at = stretch.next;
    }
    return rows;
}

bool profile_part_in_time(const struct profile_part *part, const struct profile_row *row)
{
    return !part->by_time || (row->stamp.utc_s >= part->from_s && row->stamp.utc_s <= part->to_s);
}

bool profile_part_has(const struct profile_view *view, const struct profile_part *part,
                      uint32_t number)
{
    if (!part->by_time) {
        return true;
    }
    struct stretch stretch = {.next = view->first};
    while (stretch.next <= number) {
        stretch = stretch_at(view, part, stretch.next);
    }
    return number >= stretch.from && number < stretch.to;
}

/* ---- Rows by entry ---- */

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Entry 1 is the oldest, or the newest where the newest come first. */
static struct profile_rows rows_by_entry(const struct profile_view *view,
                                         const struct profile_part *part)
{
    uint32_t there = view->next - view->first;
    uint32_t before = least(part->from_entry - 1, there);
    uint32_t upto = least(part->to_entry, there);
    uint32_t count = upto > before ? upto - before : 0;
    uint32_t first =
        view->sort == PROFILE_LIFO ? view->next - before - count : view->first + before;
    return (struct profile_rows){.first = first, .next = first + count, .count = count};
}

struct profile_rows profile_part_rows(const struct profile_view *view,
                                      const struct profile_part *part)
{
    return part->by_time && view->ring != NULL ? rows_by_time(view, part)
                                               : rows_by_entry(view, part);
}
