/* How often the voltage of each phase sagged and swelled, for good.
 *
 * What is counted is what the power quality log was told: an undervoltage is a sag, an overvoltage
 * a swell, each once it has lasted as long as voltage.h wants. A sag that becomes an interruption
 * of its phase stays a sag, and is an interruption, too (outage.h); what goes straight to nothing
 * is no sag; what stays too low behind an interruption is another. A state that outlives the supply
 * is not counted again.
 *
 * An entry is on flash or is not: it is counted once, wherever writing or counting is cut. A log
 * that is cleared takes no count with it.
 *
 * OBIS 1-0:32.32.0 and .36.0, L2 52, L3 72; long-unsigned as in DSMR, which rolls over. */
#ifndef WATTHOUR_FUNCTION_VOLTAGE_COUNT_H
#define WATTHOUR_FUNCTION_VOLTAGE_COUNT_H

#include "function/voltage.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stdint.h>

struct voltage_count {
    const struct event_book *events;
    struct storage *storage; /* NULL: nothing is kept */
    uint16_t value;
    uint8_t phases;
    bool changed;
    uint32_t counted; /* number of the log's newest entry that was looked at */
    struct {
        uint8_t logged; /* enum voltage_state: the newest of its entries */
        uint16_t sags;
        uint16_t swells;
    } phase[VOLTAGE_PHASES];
};

/* The events must outlive it. */
void voltage_count_init(struct voltage_count *count, const struct event_book *events,
                        uint8_t phases);

/* The storage, which must outlive it, and the events are recovered: what was logged and not yet
 * counted is. */
void voltage_count_recover(struct voltage_count *count, struct storage *storage, uint16_t value);

/* Behind event_step(). 1: something waits to be stored, 0. */
int voltage_count_step(struct voltage_count *count);

#endif
