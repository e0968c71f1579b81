/* Interruptions of the supply: short ones are counted, for each phase and in all; long ones are
 * counted and have an entry in their log, with the time of their end and their duration.
 *
 * An interruption of a phase is one while the meter lives by the others; that of all phases ends
 * with the meter's next start. It began with event 1 of the standard log; where there was no time
 * to record that, the event is made up for at the start, with the last time that is known. Each of
 * these events is counted once, however often the start is interrupted. What is long is a setting:
 * 180 s (EN 50160).
 *
 * OBIS 0-0:96.7.x, Blue Book 6. */
#ifndef WATTHOUR_FUNCTION_OUTAGE_H
#define WATTHOUR_FUNCTION_OUTAGE_H

#include "function/event.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stdint.h>

enum { OUTAGE_LONG_S = 180, OUTAGE_PHASES = 3 };

/* Whose: all phases, one of them, any. In the order of the OBIS codes. */
enum outage_of { OUTAGE_ALL, OUTAGE_L1, OUTAGE_L2, OUTAGE_L3, OUTAGE_ANY, OUTAGE_SCOPES };

struct outage {
    struct event_book *events;
    struct storage *storage; /* NULL: nothing is kept */
    uint16_t value;
    bool changed;
    uint8_t phases;
    uint32_t counted;                /* number of the event 1 that was counted last */
    uint32_t long_s;                 /* from so many seconds on it is long */
    uint32_t shorts[OUTAGE_SCOPES];  /* counted */
    uint32_t longs[OUTAGE_SCOPES];   /* counted */
    uint32_t last_s[OUTAGE_SCOPES];  /* duration of the last long one */
    int64_t since_ms[OUTAGE_PHASES]; /* UTC; 0: the phase is there */
};

void outage_init(struct outage *outage, struct event_book *events, uint8_t phases);

/* The storage and the events are recovered, and nothing has been recorded since: the supply has
 * been away until now. `known_ms` is the last time of UTC that is known to have been before that,
 * 0: none is; -1: the supply was not away, the meter began anew for another reason. */
void outage_recover(struct outage *outage, struct storage *storage, uint16_t value,
                    int64_t known_ms);

/* The same without an end: the supply is still away, and only what was counted is taken over. */
void outage_look(struct outage *outage, struct storage *storage, uint16_t value);

/* Which phases are away: bit 0 is L1. 1: something waits to be stored, 0. */
int outage_step(struct outage *outage, uint8_t missing);

void outage_set_long(struct outage *outage, uint32_t long_s);

#endif
