/* Reverse energy: power flows out where none may. Whether it may is a setting: from so many watts
 * on it is tampering (phase and neutral changed over, a meter turned round); 0, as delivered, lets
 * energy flow out, for households that generate.
 *
 * It has to last before it is event 91; it is told once while it lasts. Source: data sheet of the
 * XS211 (detection of reverse energy, recorded in a log). */
#ifndef WATTHOUR_FUNCTION_REVERSAL_H
#define WATTHOUR_FUNCTION_REVERSAL_H

#include "function/event.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stdint.h>

enum { REVERSAL_AFTER_MS = 10000 };

struct reversal {
    struct event_book *events;
    struct storage *storage; /* NULL: nothing is kept */
    uint16_t value;
    bool changed;     /* to be stored */
    uint32_t limit_w; /* 0: energy may flow out */
    bool seen;        /* it flows now */
    int64_t since_ms; /* of the meter's time: it is as seen */
};

void reversal_init(struct reversal *reversal, struct event_book *events);

/* `value` is one of the storage's, its alone. */
void reversal_recover(struct reversal *reversal, struct storage *storage, uint16_t value);

/* The active power of all phases, positive is import. 1: something waits to be stored, 0. */
int reversal_step(struct reversal *reversal, int64_t p_uw, int64_t now_ms);

void reversal_set_limit(struct reversal *reversal, uint32_t limit_w);

#endif
