/* The meter's clock: UTC inside, local time with daylight saving for those who look at it.
 *
 * Small corrections are slewed: the clock runs a little faster or slower until they are made, and
 * nothing jumps. Large ones are set. The limit between the two is a setting.
 *
 * Whoever has to know that time jumped, or that local time did, reads the changes, each with a
 * number of his own of what he has seen:
 *
 *     const struct clock_change *change;
 *     while ((change = clock_change_next(clock, &seen)) != NULL) ...
 *
 * meter_step() moves the clock on first, so that the functions behind it find every change of the
 * clients since the step before and every change of daylight saving that this step passes, in
 * their order: what is read once in each step is read whole.
 *
 * Sources: Blue Book class 8 (Clock); IEC 62054-21. */
#ifndef WATTHOUR_FUNCTION_CLOCK_H
#define WATTHOUR_FUNCTION_CLOCK_H

#include "base/civil.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CLOCK_LIMIT_S = 10,          /* corrections up to here are slewed, by default */
    CLOCK_SLEW_PPM = 1000,       /* so much: 1 s takes 1000 s */
    CLOCK_PERIOD_S = 15 * 60,    /* the measuring period, by default */
    CLOCK_CHANGES = 8,           /* that are kept */
    CLOCK_CHANGES_OF_CLIENTS = 4 /* of one step; more are told as one */
};

/* An adjustment announced before it is made: on demand, within its validity. */
struct clock_preset {
    int64_t utc_ms;
    int64_t valid_from_ms;
    int64_t valid_until_ms;
    bool announced;
};

/* What a clock said at an instant. */
struct clock_mark {
    int64_t utc_ms;
    int16_t offset_min; /* local time minus UTC, daylight saving included */
    bool dst_active;
    bool valid;
};

enum clock_cause {
    CLOCK_SET,     /* by a client or a synchronisation: the instant jumps */
    CLOCK_SHIFTED, /* likewise, by so many seconds */
    CLOCK_SLEWED,  /* it begins to slew to `to`; nothing jumps */
    CLOCK_SAVING,  /* daylight saving begins or ends, as it should; UTC goes on */
    CLOCK_ZONE,    /* a client changed zone or daylight saving: local time jumps, UTC goes on */
    CLOCK_LOST,    /* at a start: time could not be kept, `to` is a guess and not valid */
};

struct clock_change {
    enum clock_cause cause;
    struct clock_mark from; /* just before */
    struct clock_mark to;   /* just behind */
};

struct clock {
    struct civil_zone zone; /* in force: dst_min is 0 while daylight saving is disabled */
    int16_t dst_min;        /* what daylight saving adds when it is enabled */
    bool dst_enabled;
    int64_t utc_ms;  /* milliseconds since 1970-01-01T00:00:00Z; 0 until first set */
    bool valid;      /* false until set: COSEM status bit 0 (invalid value) */
    bool doubtful;   /* time went on, but may be wrong: bit 1 */
    bool other_base; /* time goes on by another oscillator than clock_base says: bit 2 */
    struct clock_preset preset;
    uint32_t
        settings_changes; /* zone, daylight saving or limit changed by a client: to be stored */
    uint32_t period_s;    /* measuring period that it can be adjusted to */
    uint16_t limit_s;     /* what is slewed at most; 0: nothing */
    uint16_t slew_ppm;
    int64_t slew_us;              /* still to be added, slowly */
    int64_t part_us;              /* of a millisecond, slewed */
    struct civil_stretch stretch; /* between two changes of daylight saving, of `zone` */
    struct clock_change changes[CLOCK_CHANGES];
    uint32_t changed; /* number of changes since the start */
    uint8_t fresh;    /* of them, since the last step */
};

/* What a reader of the clock sees. */
struct clock_reading {
    struct civil local;
    uint8_t hundredths; /* 0..99 */
    int16_t offset_min; /* local time minus UTC, daylight saving included */
    bool dst_active;
    bool valid;
    bool doubtful;
    bool other_base;
};

/* Daylight saving is enabled where the zone has it. */
void clock_init(struct clock *clock, const struct civil_zone *zone);

/* How a meter's clock begins: no change. */
void clock_start(struct clock *clock, int64_t utc_ms);

/* How it begins when time could not be kept: CLOCK_LOST, not valid from `utc_ms` on. */
void clock_start_lost(struct clock *clock, int64_t utc_ms);

/* Sets the clock, whatever the limit: CLOCK_SET. It is valid then. */
void clock_set(struct clock *clock, int64_t utc_ms);

/* Sets the clock, or lets it slew when it is valid and the correction within the limit. */
void clock_correct(struct clock *clock, int64_t utc_ms);

/* Moves the clock on by what has passed. */
void clock_advance(struct clock *clock, int64_t elapsed_ms);

/* What is still to be slewed, rounded to milliseconds; 0: it does not slew. */
int64_t clock_slewing_ms(const struct clock *clock);

struct clock_reading clock_read(const struct clock *clock);

/* What the clock says now, and another instant in its zone. */
struct clock_mark clock_mark(const struct clock *clock);
struct clock_mark clock_mark_at(const struct clock *clock, int64_t utc_ms);
struct clock_reading clock_mark_read(const struct clock_mark *mark);

/* The next change that `*seen` does not count yet, and counts it; NULL: there is none. Begin with
 * 0. Of more than CLOCK_CHANGES unseen ones the oldest are lost. Stays until the next change. */
const struct clock_change *clock_change_next(const struct clock *clock, uint32_t *seen);

/* Whether the instant jumped, so that measuring periods are cut short or are left out: events 4
 * and 5, status "clock adjusted". */
bool clock_change_jumps(const struct clock_change *change);

/* The instant, in seconds of UTC, of a local time. In the hour that autumn repeats `dst` chooses:
 * daylight saving time, or standard time. A local time that spring leaves out is taken as standard
 * time. */
int64_t clock_utc_s(const struct clock *clock, const struct civil *local, bool dst);

/* To the nearest full quarter of an hour, measuring period or minute of local time; the half goes
 * up. Corrections, as all below. */
void clock_adjust_to_quarter(struct clock *clock);
void clock_adjust_to_period(struct clock *clock);
void clock_adjust_to_minute(struct clock *clock);

/* What is still being slewed counts. */
void clock_shift(struct clock *clock, int32_t seconds);

/* Announces an adjustment; a later one replaces it. */
void clock_announce(struct clock *clock, int64_t utc_ms, int64_t valid_from_ms,
                    int64_t valid_until_ms);

/* Makes the adjustment announced: 0, or -1: there is none, or this is not its time. */
int clock_adjust_to_preset(struct clock *clock);

/* The measuring period of the first load profile, 1..86400 s: whoever has it tells it. */
void clock_set_period(struct clock *clock, uint32_t period_s);

/* Local time changes, UTC does not. Minutes; what civil.h says of each. */
void clock_set_offset(struct clock *clock, int16_t offset_min);
void clock_set_dst(struct clock *clock, bool enabled, int16_t dst_min);
void clock_set_dst_begin(struct clock *clock, const struct civil_change *change);
void clock_set_dst_end(struct clock *clock, const struct civil_change *change);

/* Zone, daylight saving and limit as they were kept: no change, and nothing to be stored. */
struct clock_settings {
    int16_t offset_min;
    int16_t dst_min;
    bool dst_enabled;
    struct civil_change dst_begin;
    struct civil_change dst_end;
    uint16_t limit_s;
};
struct clock_settings clock_settings(const struct clock *clock);
void clock_restore(struct clock *clock, const struct clock_settings *settings);

/* What is slewed at most; 0: nothing. */
void clock_set_limit(struct clock *clock, uint16_t limit_s);

#endif
