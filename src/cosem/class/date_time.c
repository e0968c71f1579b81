#include "cosem/class/date_time.h"

#include "base/reader.h"

enum { MONTHS_SPECIAL = 0xFD, DAYS_SPECIAL = 0xFD, DEVIATION_LEAST = -840, DEVIATION_MOST = 840 };

const struct date_time date_time_none = {
    .year = DATE_TIME_ANY_YEAR,
    .month = DATE_TIME_ANY,
    .day = DATE_TIME_ANY,
    .weekday = DATE_TIME_ANY,
    .hour = DATE_TIME_ANY,
    .minute = DATE_TIME_ANY,
    .second = DATE_TIME_ANY,
    .hundredths = DATE_TIME_ANY,
    .deviation = DATE_TIME_ANY_DEVIATION,
    .status = DATE_TIME_ANY,
};

/* The doubtful is not said of what is invalid. */
static uint8_t status_of(const struct clock_reading *reading)
{
    uint8_t trust = !reading->valid     ? DATE_TIME_STATUS_INVALID
                    : reading->doubtful ? DATE_TIME_STATUS_DOUBTFUL
                                        : 0;
    return (uint8_t)(trust | (reading->other_base ? DATE_TIME_STATUS_OTHER_BASE : 0) |
                     (reading->dst_active ? DATE_TIME_STATUS_DST : 0));
}

/* The deviation is that of UTC from local time: CET -60, CEST -120. */
struct date_time date_time_of(const struct clock_reading *reading)
{
    const struct civil *local = &reading->local;
    return (struct date_time){
        .year = (uint16_t)local->year,
        .month = local->month,
        .day = local->day,
        .weekday = local->weekday,
        .hour = local->hour,
        .minute = local->minute,
        .second = local->second,
        .hundredths = reading->hundredths,
        .deviation = (int16_t)-reading->offset_min,
        .status = status_of(reading),
    };
}

struct date_time date_time_of_stamp(const struct event_stamp *stamp)
{
    const struct clock_mark mark = {.utc_ms = stamp->utc_s * INT64_C(1000),
                                    .offset_min = stamp->offset_min};
    const struct clock_reading reading = clock_mark_read(&mark);
    struct date_time t = date_time_of(&reading);
    t.status = stamp->clock_status;
    return t;
}

/* Month to hundredths, as they follow the year: a range, and the values from `special` on. */
static const struct {
    uint8_t least;
    uint8_t most;
    uint8_t special;
} ranges[] = {
    {1, 12, MONTHS_SPECIAL}, {1, 31, DAYS_SPECIAL},  {1, 7, DATE_TIME_ANY},  {0, 23, DATE_TIME_ANY},
    {0, 59, DATE_TIME_ANY},  {0, 59, DATE_TIME_ANY}, {0, 99, DATE_TIME_ANY},
};

static bool is_possible(const uint8_t octets[DATE_TIME_SIZE])
{
    enum { MONTH = 2, DEVIATION = 9 };
    int16_t deviation = (int16_t)(octets[DEVIATION] << 8 | octets[DEVIATION + 1]);
    bool possible = (deviation >= DEVIATION_LEAST && deviation <= DEVIATION_MOST) ||
                    deviation == DATE_TIME_ANY_DEVIATION;
    for (unsigned i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        uint8_t field = octets[MONTH + i];
        possible = possible && ((field >= ranges[i].least && field <= ranges[i].most) ||
                                field >= ranges[i].special);
    }
    return possible;
}

static const uint8_t *take_octets(struct cosem_intake *in)
{
    size_t size;
    bool own_type = reader_peek(in->value) == COSEM_DATE_TIME;
    return cosem_intake_string(in, own_type ? COSEM_DATE_TIME : COSEM_OCTET_STRING, DATE_TIME_SIZE,
                               DATE_TIME_SIZE, &size);
}

struct date_time date_time_intake(struct cosem_intake *in)
{
    const uint8_t *o = take_octets(in);
    if (o == NULL || !is_possible(o)) {
        cosem_intake_refuse(in);
        return (struct date_time){.month = 0};
    }
    return (struct date_time){
        .year = (uint16_t)(o[0] << 8 | o[1]),
        .month = o[2],
        .day = o[3],
        .weekday = o[4],
        .hour = o[5],
        .minute = o[6],
        .second = o[7],
        .hundredths = o[8],
        .deviation = (int16_t)(o[9] << 8 | o[10]),
        .status = o[11],
    };
}

void date_time_put(struct writer *w, const struct date_time *t)
{
    writer_u8(w, COSEM_OCTET_STRING);
    writer_u8(w, DATE_TIME_SIZE);
    writer_u16(w, t->year);
    writer_u8(w, t->month);
    writer_u8(w, t->day);
    writer_u8(w, t->weekday);
    writer_u8(w, t->hour);
    writer_u8(w, t->minute);
    writer_u8(w, t->second);
    writer_u8(w, t->hundredths);
    writer_u16(w, (uint16_t)t->deviation);
    writer_u8(w, t->status);
}

void date_time_put_at(struct writer *w, const struct clock *clock, int64_t utc_ms)
{
    const struct clock_mark mark = clock_mark_at(clock, utc_ms);
    const struct clock_reading reading = clock_mark_read(&mark);
    const struct date_time t = date_time_of(&reading);
    date_time_put(w, &t);
}

void date_time_put_stamp(struct writer *w, const struct event_stamp *stamp)
{
    struct date_time t = date_time_none;
    if (stamp->utc_s != 0) {
        t = date_time_of_stamp(stamp);
        t.status &= DATE_TIME_STATUS_INVALID | DATE_TIME_STATUS_DST;
    }
    date_time_put(w, &t);
}

bool date_time_is_open(const struct date_time *t)
{
    return t->year == DATE_TIME_ANY_YEAR && t->month == DATE_TIME_ANY && t->day == DATE_TIME_ANY &&
           t->hour == DATE_TIME_ANY && t->minute == DATE_TIME_ANY;
}

uint8_t date_time_days_of(uint16_t year, uint8_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap =
        year == DATE_TIME_ANY_YEAR || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    return (uint8_t)(days[month - 1] + (month == 2 && leap));
}

bool date_time_is_instant(const struct date_time *t)
{
    return t->year != DATE_TIME_ANY_YEAR && t->month >= 1 && t->month <= 12 && t->day >= 1 &&
           t->day <= date_time_days_of(t->year, t->month) && t->hour <= 23 && t->minute <= 59;
}

static uint8_t zero_if_any(uint8_t field)
{
    return field == DATE_TIME_ANY ? 0 : field;
}

int64_t date_time_utc_ms(const struct date_time *t, const struct clock *clock)
{
    struct civil local = {.year = t->year,
                          .month = t->month,
                          .day = t->day,
                          .hour = t->hour,
                          .minute = t->minute,
                          .second = zero_if_any(t->second)};
    bool saving = t->status != DATE_TIME_ANY && (t->status & DATE_TIME_STATUS_DST) != 0;
    int64_t utc_s = t->deviation == DATE_TIME_ANY_DEVIATION
                        ? clock_utc_s(clock, &local, saving)
                        : civil_to_seconds(&local) + t->deviation * 60L;
    return utc_s * 1000 + zero_if_any(t->hundredths) * 10L;
}
