/* Profiles: rows of values, captured at the ends of periods or when something asks for it, and kept
 * in a ring of the storage: load profiles and billing profiles, as COSEM's profile generic (class
 * 7) shows them.
 *
 * What a column shows is a source's business, which writes one COSEM Data for it; the meter's finds
 * the attribute in its object model. A row is kept as it was written, behind the time:
 *
 *     local time minus UTC (2 octets), clock status (1), the columns' Data, zeros
 *
 * A column that shows the clock takes nothing: it is the row's own time. A column that has no value
 * at the moment is null-data, and so is one that has grown and does not fit any more.
 *
 * Periods end where local time is a multiple of them. The row of a period bears the instant at
 * which it ended. Periods that nobody lived through (no supply, or the clock was set across their
 * ends) have no row; what was counted meanwhile is in the row that follows, whose status says why
 * it is special. So the differences between rows always add up to what was counted.
 *
 * Sources: Blue Book class 7; the status octet as IDIS meters have it. */
#ifndef WATTHOUR_FUNCTION_PROFILE_H
#define WATTHOUR_FUNCTION_PROFILE_H

#include "base/writer.h"
#include "function/clock.h"
#include "function/column.h"
#include "function/event.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PROFILE_COLUMNS = 32,
    PROFILE_ROW = 480,    /* octets of a row at most */
    PROFILE_ROW_HEAD = 3, /* octets before the columns */
    PROFILE_PERIOD_MOST = 86400,
    PROFILE_CLOCK_CLASS = 8, /* of a column that is the row's own time, */
    PROFILE_CLOCK_ATTRIBUTE = 2
};

/* The status of a row: what happened in the period that it ends. CIV, CAD and ERR come with DNV, as
 * does a period that was not lived through from its beginning. */
enum profile_status {
    PROFILE_ERR = 0x01, /* critical error: memory, program, measurement */
    PROFILE_CIV = 0x02, /* the clock was invalid */
    PROFILE_DNV = 0x04, /* not to be used without a look at the other bits */
    PROFILE_DST = 0x08, /* daylight saving is in force at the row's time */
    PROFILE_CAD = 0x20, /* the clock was set */
    PROFILE_PDN = 0x80, /* the supply failed */
};

struct profile;

struct profile_source {
    /* Writes a column as it is now, one Data. 0; -1: there is none. */
    int (*value)(void *owner, const struct profile_column *column, struct writer *w);
    /* A row is about to be captured. 0; -1: not now, to be tried again. NULL: nobody minds. */
    int (*begin)(void *owner, const struct profile *profile);
    void *owner;
};

/* What a profile is by default; const, on the product's page. The values are the profile's alone.
 */
struct profile_plan {
    uint8_t ring;           /* of the storage */
    uint8_t settings_value; /* of the storage: what follows, as a client changed it */
    uint16_t state_value;   /* of the period under way */
    uint32_t period_s;      /* 0: nothing is captured but by profile_capture() */
    uint8_t column_count;
    const struct profile_column *columns;
};

enum profile_sort { PROFILE_FIFO = 1, PROFILE_LIFO = 2 };

/* How rows are given out: profile_generic.c. */
enum profile_encoding { PROFILE_PLAIN = 0, PROFILE_NULL_REPEATED = 1, PROFILE_COMPACT = 2 };

struct profile_settings {
    uint32_t period_s;
    uint32_t entries; /* rows that are shown at most; 0: as many as the ring keeps */
    uint8_t sort;     /* enum profile_sort */
    uint8_t encoding; /* enum profile_encoding */
    uint8_t column_count;
    uint8_t version; /* of the rows: another for each set of columns */
    uint16_t size;   /* octets of a row */
    bool chosen;     /* its columns are of the pool, not the plan's */
    uint32_t clocks; /* bit n: column n is the row's own time */
};

/* What the profiles of a meter have in common. */
struct profile_common {
    struct profile_source source;
    const struct clock *clock;
    struct event_book *events;
    struct column_pool *columns; /* that clients have chosen */
};

struct profile {
    const struct profile_plan *plan;
    const struct profile_common *common;
    struct storage *storage; /* NULL: nothing is kept */
    struct record_ring *ring;
    struct profile_settings settings;
    uint32_t clock_seen; /* changes of the clock */
    int64_t next_s;      /* UTC: the end of the period under way */
    uint8_t flags;       /* of the period under way */
    uint8_t status;      /* of the newest row */
    bool state_due;      /* flags to be stored */
    bool settings_due;   /* of a new chip, to be stored before there are rows */
    bool format_due;     /* the ring still has the old rows: they are not shown */
};

/* All must outlive the profile. Columns are not asked for before profile_recover(). The pool is as
 * column_pool_init() leaves it. */
void profile_init(struct profile *profile, const struct profile_plan *plan,
                  const struct profile_common *common);

/* The storage is recovered; it must outlive the profile. */
void profile_recover(struct profile *profile, struct storage *storage);

/* Captures what is due. 1: something waits for the chip, to be called every some milliseconds; 0.
 */
int profile_step(struct profile *profile);

/* Milliseconds until the next period ends; INT64_MAX: none does. */
int64_t profile_due_ms(const struct profile *profile);

/* A row of now. 0; -1: not now. */
int profile_capture(struct profile *profile);

/* The first instant behind `utc_s` at which local time is a multiple of `period_s` (1..86400). */
int64_t profile_period_end(const struct civil_zone *zone, int64_t utc_s, uint32_t period_s);

/* What a period may be: 0, 5, 10, 15, 30 or 60 minutes, a day. */
bool profile_period_is_possible(uint32_t period_s);

/* Make other settings. Columns, period and entries empty the buffer. 0; -1: not now;
 * PROFILE_IMPOSSIBLE: they cannot be (a row too long, no column, more than the pool has room for,
 * no such period, more entries than fit); nothing has changed then. */
enum { PROFILE_IMPOSSIBLE = -2 };
int profile_set_columns(struct profile *profile, const struct profile_column *columns,
                        unsigned count);
int profile_set_period(struct profile *profile, uint32_t period_s);
int profile_set_entries(struct profile *profile, uint32_t entries);
int profile_set_sort(struct profile *profile, enum profile_sort sort);
int profile_set_encoding(struct profile *profile, enum profile_encoding encoding);

/* Empties the buffer: event 254. 0; -1: not now. */
int profile_clear(struct profile *profile);

/* Rows that are there: number first .. next - 1, oldest first; at most so many. */
uint32_t profile_first(const struct profile *profile);
uint32_t profile_next(const struct profile *profile);
uint32_t profile_capacity(const struct profile *profile);

struct profile_row {
    struct event_stamp stamp;
    uint16_t size;                                  /* of what follows, zeros included */
    uint8_t octets[PROFILE_ROW + PROFILE_ROW_HEAD]; /* the columns' Data */
};

/* What storage/record.h says. */
int profile_read(const struct profile *profile, uint32_t number, struct profile_row *row);

/* Column i, of settings.column_count. What the meter does not have (another firmware set it) is all
 * zeros, and null-data in each row. */
struct profile_column profile_column_at(const struct profile *profile, unsigned i);

/* The columns that are this, bit n column n; 0: none is. */
uint32_t profile_columns_like(const struct profile *profile, const struct profile_column *wanted);

/* The column is the row's own time. */
bool profile_is_clock(const struct profile_column *column);
bool profile_is_clock_at(const struct profile *profile, unsigned i);

#endif
