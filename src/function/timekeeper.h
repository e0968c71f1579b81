/* Keeps the clock by the real-time clock chip: at a start takes time over from it, while the meter
 * runs follows it, sets it when the clock was set, trims it by temperature, and watches its backup.
 *
 * A chip that does not answer, stands or jumps is not followed: time goes on by the processor's
 * oscillator (clock->other_base), and the chip is taken again, and set, after a minute without
 * fault.
 *
 * Sources: IEC 62054-21; IEC 62056-6-1 value group 0-b:96.6.e (battery). */
#ifndef WATTHOUR_FUNCTION_TIMEKEEPER_H
#define WATTHOUR_FUNCTION_TIMEKEEPER_H

#include "function/clock.h"
#include "function/rtc.h"

#include <stdbool.h>
#include <stdint.h>

/* What stands behind the chip while there is no supply: const, of the product. */
struct timekeeper_backup {
    bool rechargeable;    /* a capacitor: nobody exchanges it, and it may well be empty */
    uint16_t doubtful_mv; /* after an outage below this the time is doubtful */
    uint16_t low_mv;      /* below: event "battery voltage low" */
    uint32_t life_h;      /* hours in service after which it is to be replaced; 0: never */
    uint32_t reserve_h;   /* hours without supply that it lasts */
};

/* The crystal as its data sheet has it. It is slow by curve_ppb for each square kelvin from the
 * turnover. */
struct timekeeper_crystal {
    int16_t turnover_cc; /* 0.01 degree Celsius */
    int16_t curve_ppb;   /* 0: temperature is not compensated */
};

struct timekeeper_config {
    const struct timekeeper_backup *backup;
    const struct timekeeper_crystal *crystal;
    int32_t trim_ppb; /* of the factory: at the turnover the chip is right with it */
};

/* What has to outlive the supply. */
struct timekeeper_memory {
    int64_t utc_ms;      /* the last time known */
    int64_t installed_s; /* when the backup was installed, UTC; 0: not known */
    uint32_t used_s;     /* without supply since then */
};

enum timekeeper_start {
    TIMEKEEPER_WENT_ON,
    TIMEKEEPER_DOUBTFUL, /* the backup is weak, or the chip behind the last time known */
    TIMEKEEPER_LOST,
};

struct timekeeper {
    const struct rtc *rtc; /* NULL: there is none, the processor's oscillator counts */
    struct clock *clock;
    struct timekeeper_config config;
    struct timekeeper_memory memory;
    enum timekeeper_start start;
    int64_t outage_ms;   /* before this start: from the last time known; 0: not known */
    int64_t rtc_ms;      /* what the chip said last */
    int64_t compared_ms; /* since which chip and processor have run side by side */
    int64_t behind_ms;   /* by which the chip's time fell behind the processor's, since then */
    int64_t trimmed_ms;  /* the clock, when the chip was trimmed last */
    uint32_t seen;       /* of the clock's changes */
    int32_t ppb;         /* its trim */
    uint16_t backup_mv;
    int16_t temperature_cc;
    int64_t penalty_ms; /* so long it must be without fault before it is followed; 0: it is */
    bool follows;       /* the chip knows the time */
    bool trimmed;
    bool slewed; /* the clock slewed, and the chip does not know yet */
};

/* `rtc` may be NULL. All must outlive the timekeeper. */
void timekeeper_init(struct timekeeper *keeper, const struct rtc *rtc, struct clock *clock,
                     const struct timekeeper_config *config);

/* Begins the clock: from the chip, else lost, from the last time that is remembered. Without a chip
 * it begins at `utc_ms`. */
void timekeeper_begin(struct timekeeper *keeper, const struct timekeeper_memory *memory,
                      int64_t utc_ms);

/* Moves the clock on when the processor has counted `elapsed_ms`, and does what is due. */
void timekeeper_step(struct timekeeper *keeper, int64_t elapsed_ms);

/* The supply fails: the chip learns what has been slewed. */
void timekeeper_power_fail(struct timekeeper *keeper);

/* The chip is not followed: it is broken, or it has not proved itself yet. */
bool timekeeper_has_failed(const struct timekeeper *keeper);

/* The backup: its voltage is low; it is to be replaced (age or use); hours that it lasts without
 * supply, as far as can be known. A capacitor is never replaced. */
bool timekeeper_backup_low(const struct timekeeper *keeper);
bool timekeeper_backup_replace(const struct timekeeper *keeper);
uint32_t timekeeper_backup_left_h(const struct timekeeper *keeper);

/* A new battery was put in at `utc_s`: its use counts from there. */
void timekeeper_backup_installed(struct timekeeper *keeper, int64_t utc_s);

#endif
