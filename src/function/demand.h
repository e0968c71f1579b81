/* Maximum demand: the average power of each integration period, its maxima of each rate and of all,
 * and what they add up to over the billing periods.
 *
 * A window is of 1..15 periods. One: block demand. More: it slides, and an average is made at the
 * end of each period. Periods end where local time is a multiple of them. An average is the energy
 * that the ledger counted in the window, divided by the whole window: a window that was not lived
 * through (no supply, the clock was set) shows less than was, never more. It belongs to the rate in
 * force just before its end.
 *
 * Sources: Blue Book classes 5 (Demand register) and 4 (Extended register). */
#ifndef WATTHOUR_FUNCTION_DEMAND_H
#define WATTHOUR_FUNCTION_DEMAND_H

#include "base/reader.h"
#include "base/writer.h"
#include "function/clock.h"
#include "function/event.h"
#include "quantity/quantity.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    DEMAND_CHANNELS = 6,
    DEMAND_RATES = QUANTITY_RATES,
    DEMAND_PERIODS_MOST = 15, /* of a window */
    DEMAND_PERIOD_LEAST_S = 60,
};

/* What a product measures the demand of; const, on its page. */
struct demand_plan {
    struct quantity energy[DEMAND_CHANNELS];
    uint32_t period_s;
    uint8_t periods;
    uint32_t lock_s; /* after a reset another one is refused for so long */
};

struct demand_max {
    int64_t uw;
    struct event_stamp stamp; /* end of its window; all zero: there was none since the reset */
};

struct demand_channel {
    uint32_t period_s;
    uint8_t periods;
    uint8_t begun; /* periods of the window whose start is known */
    bool whole;    /* the period under way began where it should */
    bool last_whole;
    struct event_stamp start;
    int64_t end_s;                           /* UTC: of the period under way */
    int64_t start_uwh[DEMAND_PERIODS_MOST];  /* energy where they began, newest first */
    struct demand_max last;                  /* average, end of its window */
    struct demand_max max[1 + DEMAND_RATES]; /* 0: whatever the rate */
    int64_t cumulative_uw[1 + DEMAND_RATES];
};

struct demand {
    const struct demand_plan *plan;
    const struct quantity_source *quantities;
    const struct clock *clock;
    struct demand_channel channels[DEMAND_CHANNELS];
    int64_t locked_until_ms; /* UTC */
    uint32_t clock_seen;     /* changes of the clock */
    uint32_t changes;        /* of what has to be kept */
};

/* All are kept and must outlive the demand. */
void demand_init(struct demand *demand, const struct demand_plan *plan,
                 const struct quantity_source *quantities, const struct clock *clock);

/* Energies and clock are as they are to go on: periods that ended meanwhile end now. */
void demand_recover(struct demand *demand);

/* Ends the periods that are over; `rate` (from 1 on) was in force until now. Returns the
 * milliseconds until the next one ends. */
int64_t demand_step(struct demand *demand, uint8_t rate);

/* Average of the window under way, as if it ended now: what was counted, divided by all of it. */
int64_t demand_current_uw(const struct demand *demand, unsigned channel);

/* The end of a billing period: maxima are added to the cumulative values and begin anew. A repeated
 * one is refused within the lock time, 0 or -1; `forced` never is. */
int demand_reset(struct demand *demand, bool forced);

/* A reset would be refused. */
bool demand_locked(const struct demand *demand);

/* A maximum by itself; averages by themselves, and a new period; the period under way, now. */
void demand_reset_max(struct demand *demand, unsigned channel, unsigned rate);
void demand_reset_channel(struct demand *demand, unsigned channel);
void demand_next_period(struct demand *demand, unsigned channel, uint8_t rate);

/* Divides the day, and is a minute at least; 1..DEMAND_PERIODS_MOST. */
bool demand_settings_possible(uint32_t period_s, uint32_t periods);
void demand_set(struct demand *demand, unsigned channel, uint32_t period_s, uint8_t periods);

/* What has to outlive the supply, in the form of docs/FLASH.md: at once, so that no window is ended
 * again whose maximum has been reset. Reading, of this version or of the one before: 0; -1:
 * malformed, and nothing has changed. */
enum { DEMAND_VERSION = 4, DEMAND_VERSION_WIDE = 3 };
void demand_write(const struct demand *demand, struct writer *w);
int demand_read(struct demand *demand, uint8_t version, struct reader *r);

/* Octets of that, part by part. */
enum {
    DEMAND_STAMP = 4 + 2 + 1,
    DEMAND_POWER = 7,
    DEMAND_GROWTH = 6, /* of the energy in a period, more than any meter counts in a day */
    DEMAND_MAXIMA = (1 + DEMAND_RATES) * (DEMAND_POWER + DEMAND_STAMP + 8),
    DEMAND_WINDOW = 4 + 1 + 1 + DEMAND_STAMP + DEMAND_POWER + DEMAND_STAMP + 1 + 8 +
                    (DEMAND_PERIODS_MOST - 1) * DEMAND_GROWTH,
    DEMAND_ROOM = 8 + DEMAND_CHANNELS * (4 + 1 + DEMAND_MAXIMA + DEMAND_WINDOW), /* at most */
};

#endif
