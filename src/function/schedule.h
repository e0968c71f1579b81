/* A schedule: entries, each a script that is executed at a time of day, on weekdays and on special
 * days of its choice, between two dates.
 *
 * On a special day (the table that the calendar has as well) the days of the week do not count:
 * only entries that name its day do. What came due while nobody was there is executed once it can
 * be, if its validity window has not passed; of several times of one entry the last. What was
 * executed is not executed again when the clock is set back, but for more than a day. In the hour
 * that autumn repeats an entry is due once, one of every hour each time.
 * Source: Blue Book class 10 (Schedule). */
#ifndef WATTHOUR_FUNCTION_SCHEDULE_H
#define WATTHOUR_FUNCTION_SCHEDULE_H

#include "base/reader.h"
#include "base/writer.h"
#include "function/calendar.h"
#include "function/clock.h"
#include "function/script.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SCHEDULE_ENTRIES = 16,
    SCHEDULE_ANY_WINDOW = 0xFFFF, /* however late it is */
    SCHEDULE_SPECIAL_DAYS = 32,   /* ids of days, from 0 on, that an entry can name */
};

struct schedule_entry {
    uint16_t index; /* its name; the entries ascend */
    bool enabled;
    struct script script;
    uint8_t hour;   /* CALENDAR_ANY: every hour */
    uint8_t minute; /* CALENDAR_ANY: every minute */
    uint8_t second;
    uint16_t window_min;       /* validity window, or SCHEDULE_ANY_WINDOW */
    uint8_t weekdays;          /* bit 0: Monday */
    uint32_t special_days;     /* bit n: the day with the id n */
    struct calendar_date from; /* the first day, and .. */
    struct calendar_date to;   /* .. the last; years, months, days, and all of it, may be open */
};

struct schedule {
    const struct calendar_specials *specials;
    uint8_t count;
    struct schedule_entry entries[SCHEDULE_ENTRIES];
    int64_t done_s;         /* UTC: what was due until then has been dealt with */
    int64_t due_s;          /* when to look again */
    int64_t executing_s;    /* UTC: what is executed now was due then; INT64_MIN: nothing is */
    uint32_t clock_changed; /* changes of the clock seen */
    uint32_t changes;       /* of what has to be kept */
};

/* Empty. `specials` is kept and must outlive the schedule. */
void schedule_init(struct schedule *schedule, const struct calendar_specials *specials,
                   const struct clock *clock);

/* Executes what is due, in the order of time, then of the entries. Returns how many milliseconds
 * of meter time later to look again, at most. */
int64_t schedule_step(struct schedule *schedule, const struct clock *clock,
                      const struct script_book *scripts);

/* An entry that can be: a time of day, dates that there are. */
bool schedule_entry_possible(const struct schedule_entry *entry);

/* All entries anew. 0; -1: two have one index, or one cannot be, and nothing has changed. */
int schedule_set(struct schedule *schedule, const struct schedule_entry *entries, uint8_t count);

/* An entry in place of the one with its index, or beside the others. 0; -1: it cannot be, or there
 * is no room. */
int schedule_insert(struct schedule *schedule, const struct schedule_entry *entry);

/* Takes entries first..last out. 0; -1: there is none of them. */
int schedule_delete(struct schedule *schedule, uint16_t first, uint16_t last);

/* Enables or disables entries first..last. */
void schedule_enable(struct schedule *schedule, uint16_t first, uint16_t last, bool enabled);

/* What has to outlive the supply, in the form of docs/FLASH.md. Reading: 0; -1: malformed, and
 * nothing has changed. */
enum { SCHEDULE_VERSION = 1, SCHEDULE_ROOM = 8 + 1 + SCHEDULE_ENTRIES * 31 };
void schedule_write(const struct schedule *schedule, struct writer *w);
int schedule_read(struct schedule *schedule, struct reader *r);

#endif
