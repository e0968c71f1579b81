/* Alarms: what needs somebody's attention, and whom it is told to.
 *
 * Some events set a bit of a register, if its filter lets it through. A bit stays until a client
 * clears it, whatever becomes of its cause. Each bit that comes sets the same bit of the register's
 * descriptor, which has a filter's worth of memory of its own: clearing the register does not clear
 * it. Each bit that comes to a descriptor lets its monitor execute a script, which pushes.
 *
 * The error register has the same bits for what is wrong with the meter itself.
 *
 * Which event sets which bit is data. Source: the registers 1 and 2 as IDIS meters have them; the
 * bits of register 3 are the XS211's own (its data sheet: anti-tamper, low battery, voltage dip,
 * memory). */
#ifndef WATTHOUR_FUNCTION_ALARM_H
#define WATTHOUR_FUNCTION_ALARM_H

#include "function/event.h"
#include "function/script.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stdint.h>

enum { ALARM_REGISTERS = 3 };

/* The bits of register 1 and of the error register. */
enum alarm_bit {
    ALARM_CLOCK_INVALID = 0,
    ALARM_BATTERY = 1,
    ALARM_PROGRAM_MEMORY = 8,
    ALARM_RAM = 9,
    ALARM_NV_MEMORY = 10,
    ALARM_MEASUREMENT = 11,
    ALARM_WATCHDOG = 12,
    ALARM_FRAUD = 13,
};

/* Those of register 3. */
enum alarm_bit_3 { ALARM_TAMPER = 0, ALARM_LOW_BATTERY = 1, ALARM_DIP = 2, ALARM_MEMORY = 3 };

struct alarm_register {
    uint32_t active;     /* the alarm register */
    uint32_t filter;     /* bits that are let through */
    uint32_t descriptor; /* bits that came since a client cleared them */
    struct script up;    /* executed when a bit comes to the descriptor; selector 0: none */
};

struct alarm {
    struct event_book *events;
    const struct script_book *scripts;
    struct storage *storage; /* NULL: nothing is kept */
    uint16_t value;
    bool changed; /* to be stored */
    uint32_t errors;
    struct alarm_register registers[ALARM_REGISTERS];
};

/* Bits that events can set; no other is ever let through. */
uint32_t alarm_known(unsigned number);
uint32_t alarm_errors_known(void);

/* The meter has `count` registers; their filters are open. Listens to the events from now on; all
 * must outlive it. Each monitor begins with a script of `push`, the table of push scripts: selector
 * 4. */
void alarm_init(struct alarm *alarm, struct event_book *events, const struct script_book *scripts,
                const uint8_t push[6], unsigned count);

/* The storage is recovered: bits are as they were, and those that came meanwhile. It must outlive
 * the alarms; `value` is one of its values, theirs alone. */
void alarm_recover(struct alarm *alarm, struct storage *storage, uint16_t value);

/* An event that was told to a run of before, which may not have kept what it made of it. */
void alarm_hear(struct alarm *alarm, enum event_code code);

/* Stores what has changed: 1 when that has to wait, 0. */
int alarm_step(struct alarm *alarm);

/* Clear the bits that `keep` does not have: events 11, 10. */
void alarm_clear(struct alarm *alarm, unsigned number, uint32_t keep);
void alarm_clear_errors(struct alarm *alarm, uint32_t keep);
void alarm_clear_descriptor(struct alarm *alarm, unsigned number, uint32_t keep);

void alarm_set_filter(struct alarm *alarm, unsigned number, uint32_t filter);
void alarm_set_script(struct alarm *alarm, unsigned number, const struct script *up);

#endif
