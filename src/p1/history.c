/* Lines of what was: the log of long failures, the maxima of the demand. */
#include "base/reader.h"
#include "cosem/data.h"
#include "p1/line.h"

#include <string.h>

enum {
    FAILURES_MOST = 10, /* of the log, DSMR 5.0.2 P1 6.11 */
    MONTHS_MOST = 13,   /* e-MUCS */
    IMPORT = 0,         /* channel of the demand */
    UW_OF_W = 1000000,
    DATE_TIME = 12,
    STATUS_DST = 0x80,
};

static const uint8_t failure_duration[5] = {0, 0, 96, 7, 19};
static const uint8_t maximum[5] = {1, 0, 1, 6, 0};

static void put_code(struct writer *w, const uint8_t code[5])
{
    writer_u8(w, '(');
    p1_put_code(code, w);
    writer_u8(w, ')');
}

static void put_count(struct writer *w, unsigned count)
{
    writer_u8(w, '(');
    p1_put_number(w, count, count >= 10 ? 2 : 1, 0);
    writer_u8(w, ')');
}

static void put_time(const struct p1_view *view, int64_t utc_s, struct writer *w)
{
    writer_u8(w, '(');
    p1_put_time(view, utc_s, w);
    writer_u8(w, ')');
}

/* ---- long failures ---- */

/* The entry of the log, n = 0 the newest. */
static bool read_failure(const struct event_book *events, uint32_t n, struct event *event)
{
    uint32_t count = event_log_count(events, EVENT_LOG_INTERRUPTION);
    return n < count && event_log_read(events, EVENT_LOG_INTERRUPTION, count - n, event) == 0 &&
           event->detail.duration_s > 0;
}

bool p1_value_failure_log(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    struct event failures[FAILURES_MOST];
    unsigned count = 0;
    (void)line;
    if (view->events == NULL) {
        return false;
    }
    while (count < FAILURES_MOST && read_failure(view->events, count, &failures[count])) {
        count++;
    }
    put_count(w, count);
    put_code(w, failure_duration);
    for (unsigned n = 0; n < count; n++) {
        put_time(view, failures[n].stamp.utc_s, w);
        writer_u8(w, '(');
        p1_put_number(w, failures[n].detail.duration_s, 10, 0);
        writer_octets(w, "*s)", 3);
    }
    return true;
}

/* ---- maxima ---- */

/* kW with three digits, cut off at its end as every power. */
static void put_kw(struct writer *w, int64_t uw)
{
    enum { MOST_W = 99999 };
    int64_t watt = (uw + UW_OF_W / 2) / UW_OF_W;
    writer_u8(w, '(');
    p1_put_number(w, (uint64_t)(watt < 0 ? 0 : watt < MOST_W ? watt : MOST_W), 5, 3);
    writer_octets(w, "*kW)", 4);
}

bool p1_value_demand(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    (void)line;
    if (view->demand == NULL) {
        return false;
    }
    put_kw(w, demand_current_uw(view->demand, IMPORT));
    return true;
}

bool p1_value_maximum(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    (void)line;
    if (view->demand == NULL || view->demand->channels[IMPORT].max[0].stamp.utc_s == 0) {
        return false;
    }
    const struct demand_max *max = &view->demand->channels[IMPORT].max[0];
    put_time(view, max->stamp.utc_s, w);
    put_kw(w, max->uw);
    return true;
}

/* What a row of the billing profile has of the maximum. */
struct month {
    int64_t utc_s;
    int64_t mw;
    uint8_t occurred[DATE_TIME];
};

static bool is_maximum(const struct profile_column *column)
{
    enum { EXTENDED_REGISTER = 4 };
    return column->class_id == EXTENDED_REGISTER && column->data == 0 &&
           memcmp(column->obis, maximum, sizeof maximum) == 0;
}

enum { HAS_VALUE = 1, HAS_TIME = 2, HAS_BOTH = 3 };

/* Takes an attribute of the register: which of them it was. */
static unsigned take_attribute(int8_t attribute, struct reader r, struct month *month)
{
    enum { VALUE = 2, CAPTURE_TIME = 5 };
    struct cosem_value value = cosem_take_value(&r);
    if (attribute == VALUE && value.tag == COSEM_I32) {
        month->mw = value.integer;
        return HAS_VALUE;
    }
    if (attribute == CAPTURE_TIME && value.tag == COSEM_OCTET_STRING && value.count == DATE_TIME &&
        value.octets[2] <= 12) { /* not "none yet" */
        memcpy(month->occurred, value.octets, DATE_TIME);
        return HAS_TIME;
    }
    return 0;
}

/* False: the profile does not capture it, or there was none. */
static bool take_month(const struct profile *billing, const struct profile_row *row,
                       struct month *month)
{
    struct reader r = reader_over(row->octets, row->size);
    unsigned has = 0;
    *month = (struct month){.utc_s = row->stamp.utc_s};
    for (unsigned i = 0; i < billing->settings.column_count; i++) {
        if (profile_is_clock_at(billing, i)) {
            continue;
        }
        const struct profile_column column = profile_column_at(billing, i);
        has |= is_maximum(&column) ? take_attribute(column.attribute, r, month) : 0;
        if (has == HAS_BOTH) {
            return true;
        }
        cosem_skip_value(&r);
    }
    return false;
}

/* A date-time of local time, as TST. */
static void put_occurred(const uint8_t *time, struct writer *w)
{
    const uint8_t fields[] = {time[2], time[3], time[5], time[6], time[7]};
    writer_u8(w, '(');
    p1_put_number(w, (unsigned)(time[0] << 8 | time[1]) % 100, 2, 0);
    for (size_t i = 0; i < sizeof fields; i++) {
        p1_put_number(w, fields[i] % 100, 2, 0);
    }
    writer_u8(w, (time[11] & STATUS_DST) != 0 ? 'S' : 'W');
    writer_u8(w, ')');
}

static bool read_month(const struct profile *billing, uint32_t back, struct month *month)
{
    struct profile_row row;
    uint32_t rows = profile_next(billing) - profile_first(billing);
    return back < rows && profile_read(billing, profile_next(billing) - 1 - back, &row) == 0 &&
           take_month(billing, &row, month);
}

bool p1_value_maxima(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    struct month months[MONTHS_MOST];
    unsigned count = 0;
    (void)line;
    if (view->billing == NULL) {
        return false;
    }
    while (count < MONTHS_MOST && read_month(view->billing, count, &months[count])) {
        count++;
    }
    put_count(w, count);
    put_code(w, maximum);
    put_code(w, maximum);
    for (unsigned n = 0; n < count; n++) {
        put_time(view, months[n].utc_s, w);
        put_occurred(months[n].occurred, w);
        put_kw(w, months[n].mw * 1000);
    }
    return true;
}
