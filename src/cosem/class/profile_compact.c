/* Rows of a profile as a compact array. How many octets its contents have is said before the first
 * of them: all rows must have one type and one size, which is looked at when a transfer begins. A
 * row that gets lost meanwhile is blank. */
#include "cosem/class/profile_view.h"
#include "cosem/compact.h"

enum { PLAIN_MOST = 4 + PROFILE_ROW + PROFILE_COLUMNS * 14 };

struct plain {
    uint8_t octets[PLAIN_MOST];
    struct reader data;
};

static bool read_plain(const struct cosem_call *call, const struct profile_view *view,
                       const struct profile_part *part, uint32_t number, struct plain *plain)
{
    struct profile_row row;
    if (!profile_view_read(call, number, &row) || !profile_part_in_time(part, &row)) {
        return false;
    }
    struct writer w = writer_over(plain->octets, sizeof plain->octets);
    profile_row_put(&w, view, part->columns, &row, NULL);
    plain->data = reader_over(plain->octets, writer_kept(&w));
    return !writer_overflow(&w);
}

static uint32_t newest_of(const struct profile_view *view, const struct cosem_rows *rows)
{
    bool newest_first = view->sort == PROFILE_LIFO;
    return profile_view_number(view, newest_first ? rows->first : rows->first + rows->count - 1);
}

static void head(const struct cosem_call *call, const struct cosem_rows *rows, struct writer *w)
{
    const struct profile_view view = profile_view_of(call);
    const struct profile_part part = profile_part_of(call, &view);
    struct plain newest;
    writer_u8(w, COSEM_COMPACT_ARRAY);
    if (read_plain(call, &view, &part, newest_of(&view, rows), &newest)) {
        cosem_compact_put_types(w, newest.data);
    } else {
        cosem_put_null(w);
    }
    cosem_put_length(w, rows->octets);
}

/* The octets of a row that is not there any more: a blank one like the newest or, where all are
 * gone, as many zeros. */
static void put_lost(const struct cosem_call *call, const struct profile_view *view,
                     const struct profile_part *part, const struct cosem_rows *rows,
                     struct writer *w)
{
    struct plain newest;
    if (read_plain(call, view, part, newest_of(view, rows), &newest)) {
        cosem_compact_put_blank(w, newest.data);
        return;
    }
    for (uint32_t left = rows->octets / rows->elements; left > 0; left--) {
        writer_u8(w, 0);
    }
}

/* Of a range, rows out of it write nothing: the clock was set between them. */
static void row(const struct cosem_call *call, const struct cosem_rows *rows, uint32_t numbered,
                struct writer *w)
{
    const struct profile_view view = profile_view_of(call);
    const struct profile_part part = profile_part_of(call, &view);
    uint32_t number = profile_view_number(&view, numbered);
    struct plain plain;
    struct profile_row there;
    if (read_plain(call, &view, &part, number, &plain)) {
        cosem_compact_put_contents(w, plain.data);
    } else if (!profile_view_read(call, number, &there) &&
               (rows->count == rows->elements || profile_part_has(&view, &part, number))) {
        put_lost(call, &view, &part, rows, w);
    }
}

/* Whether the rows of the part, and there are so many, are all like the newest. */
static bool are_alike(const struct cosem_call *call, const struct profile_view *view,
                      const struct profile_part *part, const struct profile_rows *rows,
                      const struct plain *newest)
{
    uint32_t alike = 0;
    for (uint32_t number = rows->first; number < rows->next; number++) {
        struct plain plain;
        if (read_plain(call, view, part, number, &plain)) {
            if (!cosem_compact_same(plain.data, newest->data)) {
                return false;
            }
            alike++;
        }
    }
    return alike == rows->count;
}

const struct cosem_form *profile_compact_form(const struct cosem_call *call,
                                              const struct profile_view *view,
                                              const struct profile_part *part,
                                              const struct profile_rows *rows, uint32_t *octets)
{
    static const struct cosem_form compact_array = {head, row};
    struct plain newest;
    if (rows->count == 0 || rows->next - rows->first > PROFILE_COMPACT_ROWS ||
        !read_plain(call, view, part, rows->next - 1, &newest) ||
        !are_alike(call, view, part, rows, &newest)) {
        return NULL;
    }
    struct writer w = writer_measure();
    cosem_compact_put_contents(&w, newest.data);
    *octets = (uint32_t)(rows->count * w.tape);
    return &compact_array;
}
