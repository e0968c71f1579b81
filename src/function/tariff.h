/* The tariff: which rate is in force, for energy and for demand.
 *
 * The active calendar says it, and so does a command: a script, a mask that a client writes, a
 * schedule. What was due last counts, also after a power cut, a change of the clock, of daylight
 * saving or of the calendar: the rule is applied anew whenever one of these has changed, or the
 * next switch has come. An input may hold a rate, whatever the rest says.
 *
 * The passive calendar is what clients write; it becomes the active one as a whole, at a time or on
 * demand, or is refused as a whole. Sources: Blue Book classes 20, 11, 6 (Register activation). */
#ifndef WATTHOUR_FUNCTION_TARIFF_H
#define WATTHOUR_FUNCTION_TARIFF_H

#include "base/reader.h"
#include "base/writer.h"
#include "function/calendar.h"
#include "function/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TARIFF_NEVER INT64_MAX

/* What rates are selected for: each has a mask of its own. */
enum tariff_mask { TARIFF_ENERGY, TARIFF_DEMAND, TARIFF_MASKS };

/* A rate that was selected otherwise than by the calendar. */
struct tariff_command {
    int64_t utc_ms;
    uint8_t rate; /* 0: none was */
};

struct tariff {
    const struct calendar_limits *limits;
    struct calendar active;
    struct calendar passive;
    struct calendar_specials specials;
    int64_t activation_ms; /* UTC at which the passive calendar becomes active, or TARIFF_NEVER */
    struct tariff_command commands[TARIFF_MASKS];
    uint8_t rates[TARIFF_MASKS]; /* in force, from 1 on */
    uint8_t inputs;              /* that hold a rate; 0: none does */
    uint8_t levels;              /* of all inputs */
    int64_t due_ms;              /* UTC: the rule is applied again */
    uint32_t clock_changed;      /* changes of the clock seen */
    uint32_t settings_changes;   /* calendars and special days: to be kept, */
    uint32_t command_changes;    /* and commands */
    uint32_t activations;        /* of a passive calendar */
    uint32_t programmings;       /* writings of it */
    enum calendar_fault refused; /* why an activation was refused last */
};

/* No calendar, the first rate. `limits` is kept, and so is the memory for the switches of both
 * calendars, of `count` switches: 2 * days * switches of the limits, or none, and no day can switch
 * the rate. */
void tariff_init(struct tariff *tariff, const struct calendar_limits *limits,
                 struct calendar_switch *switches, size_t count);

/* Applies the rule when it is due at what the clock says. Returns how many milliseconds of meter
 * time later it will be, at most. */
int64_t tariff_step(struct tariff *tariff, const struct clock *clock);

/* A command selects a rate (1..limits->rates) until what is due next. The step after it applies it.
 */
void tariff_select(struct tariff *tariff, enum tariff_mask mask, uint8_t rate, int64_t utc_ms);

/* Terminals that say which rate is in force, whatever the rest says: of so many inputs (0: none
 * does, the limits' inputs at most) the levels are a number, and that many behind the first rate is
 * held. 0; -1: this product has fewer. */
int tariff_use_inputs(struct tariff *tariff, uint8_t count);

/* The levels, bit 0 of the first input. */
void tariff_set_levels(struct tariff *tariff, uint8_t levels);

/* The passive calendar becomes the active one, if nothing is wrong with it. */
enum calendar_fault tariff_activate(struct tariff *tariff);

/* Sets the time to do so; one that has passed: at the next step. */
void tariff_activate_at(struct tariff *tariff, int64_t utc_ms);

/* Parts of the passive calendar, as a client writes them: taken from `from` whole, or refused whole
 * with what is wrong. */
void tariff_set_name(struct tariff *tariff, const struct calendar_name *name);
enum calendar_fault tariff_set_seasons(struct tariff *tariff, const struct calendar *from);
enum calendar_fault tariff_set_weeks(struct tariff *tariff, const struct calendar *from);
enum calendar_fault tariff_set_days(struct tariff *tariff, const struct calendar *from);

/* The passive calendar without days, to be filled with such as calendar_check_day() finds good:
 * days that are read where they stand need no second memory. */
struct calendar *tariff_begin_days(struct tariff *tariff);

/* Special days may name days of the active and of the passive calendar. */
enum calendar_fault tariff_set_specials(struct tariff *tariff,
                                        const struct calendar_specials *specials);

/* Puts a special day, in place of one with its index or its date; takes one out: -1, there is none.
 */
enum calendar_fault tariff_insert_special(struct tariff *tariff,
                                          const struct calendar_special *special);
int tariff_delete_special(struct tariff *tariff, uint16_t index);

/* What has to outlive the supply, in the form of docs/FLASH.md: calendars, special days,
 * activation; and the commands. Reading, at a start, gives 0, or -1: malformed, or more than this
 * product holds, and the tariff is as after tariff_init(). */
enum {
    TARIFF_VERSION = 1,
    TARIFF_COMMANDS_VERSION = 2,
    TARIFF_COMMANDS_SIZE = TARIFF_MASKS * 9 + 1
};
void tariff_write(const struct tariff *tariff, struct writer *w);
int tariff_read(struct tariff *tariff, struct reader *r);
void tariff_write_commands(const struct tariff *tariff, struct writer *w);
int tariff_read_commands(struct tariff *tariff, struct reader *r);

#endif
