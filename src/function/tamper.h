/* What the inputs of the clock chip feel (covers, magnetic fields), with supply and without: events
 * with the time at which it was, counts and durations.
 *
 * The chip remembers what happened while nobody looked. It forgets when the events are on flash and
 * what they count is kept; what a power cut leaves in between is told again rather than not at all.
 * What went on several times between two looks is one event with all of its count.
 *
 * Sources: data sheets (opening of covers is detected with supply and without, with time and type);
 * OBIS 0-0:96.20.e. */
#ifndef WATTHOUR_FUNCTION_TAMPER_H
#define WATTHOUR_FUNCTION_TAMPER_H

#include "function/event.h"
#include "function/rtc.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stdint.h>

struct tamper_input {
    bool there;               /* as it was told last */
    uint32_t count;           /* how often it began */
    uint32_t total_s;         /* of those that have ended */
    struct event_stamp begun; /* the last time */
    struct {                  /* what of the chip's memory has been told */
        uint32_t count;
        int64_t begun_ms;
        int64_t ended_ms;
    } told;
};

struct tamper {
    const struct rtc *rtc; /* NULL: there are no inputs */
    struct event_book *events;
    struct storage *storage; /* NULL: nothing is kept */
    uint16_t value;
    uint8_t fitted; /* bit n: enum rtc_input n */
    bool changed;   /* to be stored */
    bool taken;     /* the chip can forget then */
    struct tamper_input inputs[RTC_INPUTS];
};

/* `fitted` are the inputs that the product has. All must outlive it. */
void tamper_init(struct tamper *tamper, const struct rtc *rtc, struct event_book *events,
                 uint8_t fitted);

/* Storage and events are recovered. `value` is one of the storage's, its alone. */
void tamper_recover(struct tamper *tamper, struct storage *storage, uint16_t value);

/* Looks at the inputs: records what is new. */
void tamper_look(struct tamper *tamper);

/* Keeps what they count, when those who listen to the events have kept what they made of them; then
 * the chip forgets. 1: something waits to be stored, 0. */
int tamper_keep(struct tamper *tamper);

/* How long it has been there, seconds; 0: it is not. */
uint32_t tamper_lasts_s(const struct tamper *tamper, enum rtc_input input);

#endif
