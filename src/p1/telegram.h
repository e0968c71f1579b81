/* Telegrams of the customer port P1: a profile is a list of lines, a telegram what they show now.
 *
 *     / XXX 5 model CR LF CR LF   lines, each with CR LF   ! CRC CR LF
 *
 * Sources: DSMR 5.0.2 P1 6.2; Swedish recommendation 2.0; Luxembourg P1 1.1.3; Belgian telegrams.
 */
#ifndef WATTHOUR_P1_TELEGRAM_H
#define WATTHOUR_P1_TELEGRAM_H

#include "p1/line.h"

#include <stddef.h>
#include <stdint.h>

/* Octets of a telegram at most: a message of 1024 octets, lines of three phases, a failure log, and
 * four devices of M-Bus. */
enum { P1_TELEGRAM_MAX = 4608 };

struct p1_profile {
    const char *name;    /* on the command line: "dsmr" */
    const char *title;   /* for people */
    const char *version; /* as its telegrams say it; "": they do not */
    const struct p1_line *lines;
    uint8_t count;
    uint8_t period_s; /* between telegrams, aligned to the clock */
    bool always_standard;
};

enum { P1_PROFILES = 4 };
extern const struct p1_profile *const p1_profiles[P1_PROFILES];
extern const struct p1_profile p1_profile_dsmr;
extern const struct p1_profile p1_profile_sweden;
extern const struct p1_profile p1_profile_belgium;
extern const struct p1_profile p1_profile_luxembourg;

/* NULL: there is no such profile. */
const struct p1_profile *p1_profile_find(const char *name);

/* Writes a telegram of what the view shows. Returns its size, or 0: it needs more than `room`. */
size_t p1_telegram(const struct p1_profile *profile, const struct p1_view *view, uint8_t *octets,
                   size_t room);

#endif
