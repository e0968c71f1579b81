/* A script that is executed at set times: a single action schedule. What came due while nobody was
 * there, for want of supply or because the clock was set forward, is executed once, at once; what
 * was executed is not executed again when the clock is set back. Source: Blue Book class 22. */
#ifndef WATTHOUR_FUNCTION_SINGLE_ACTION_H
#define WATTHOUR_FUNCTION_SINGLE_ACTION_H

#include "base/reader.h"
#include "base/writer.h"
#include "function/calendar.h"
#include "function/clock.h"
#include "function/script.h"

#include <stdbool.h>
#include <stdint.h>

enum { SINGLE_ACTION_TIMES = 8 };

/* Class 22, type: one time, or some; at one time of day or at any; with wildcards in the date or
 * not. */
enum single_action_type {
    SINGLE_ACTION_ONE = 1, /* wildcards */
    SINGLE_ACTION_EQUAL_TIMES = 2,
    SINGLE_ACTION_EQUAL_TIMES_WILD = 3,
    SINGLE_ACTION_ANY_TIMES = 4,
    SINGLE_ACTION_ANY_TIMES_WILD = 5,
};

struct single_action_time {
    struct calendar_date date;
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
};

struct single_action_plan {
    struct script script;
    uint8_t type;
    uint8_t count; /* 0: never */
    struct single_action_time times[SINGLE_ACTION_TIMES];
};

struct single_action {
    struct single_action_plan plan;
    int64_t executed_s;     /* UTC: what was due then has been executed, and all before */
    int64_t due_s;          /* the next, or when to look again */
    uint32_t clock_changed; /* changes of the clock seen */
    uint32_t changes;       /* of what has to be kept */
};

/* Nothing that was due before now. */
void single_action_init(struct single_action *action, const struct single_action_plan *plan,
                        const struct clock *clock);

/* The instant that is due and not executed, UTC; INT64_MIN: none is. */
int64_t single_action_due(struct single_action *action, const struct clock *clock);

/* What was due at `due_s` has been executed. */
void single_action_done(struct single_action *action, int64_t due_s);

/* Milliseconds until something may be due. */
int64_t single_action_wait_ms(const struct single_action *action, const struct clock *clock);

/* Whether times and type belong together, and dates and times can be. */
bool single_action_possible(const struct single_action_plan *plan);

/* Another plan, from now on. */
void single_action_set(struct single_action *action, const struct single_action_plan *plan,
                       const struct clock *clock);

/* What has to outlive the supply. Reading: 0; -1: malformed, and nothing has changed. */
enum { SINGLE_ACTION_VERSION = 1 };
enum { SINGLE_ACTION_ROOM = 8 + 6 + 2 + 1 + 1 + SINGLE_ACTION_TIMES * 8 };
void single_action_write(const struct single_action *action, struct writer *w);
int single_action_read(struct single_action *action, struct reader *r);

#endif
