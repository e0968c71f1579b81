/* How long a client has to wait that fails to prove who it is: longer each time, never for good.
 * Somebody who guesses is slowed down; the right client is kept out for `most_s` at most after the
 * last wrong guess. Each client is counted by itself. */
#ifndef WATTHOUR_DLMS_PATIENCE_H
#define WATTHOUR_DLMS_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

/* A product's; const. */
struct dlms_patience {
    uint8_t free;     /* failures that cost nothing */
    uint16_t first_s; /* the wait after the next, doubled with each further one */
    uint16_t most_s;
};

/* One client's; all zeros: it never failed. */
struct dlms_attempts {
    uint32_t failures; /* since it last succeeded */
    int64_t until_ms;  /* nothing is looked at before */
};

void dlms_attempts_fail(struct dlms_attempts *attempts, const struct dlms_patience *patience,
                        int64_t now_ms);
void dlms_attempts_succeed(struct dlms_attempts *attempts);
bool dlms_attempts_wait(const struct dlms_attempts *attempts, int64_t now_ms);

#endif
