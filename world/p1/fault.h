/* What meters in the field do wrong, or differently, at their customer port: played on a good
 * telegram, for those who write readers and have nothing to test with. Deterministic: the number of
 * the telegram says what happens. */
#ifndef WATTHOUR_WORLD_P1_FAULT_H
#define WATTHOUR_WORLD_P1_FAULT_H

#include <stddef.h>
#include <stdint.h>

enum { FAULT_ROOM = 12288 };

/* A telegram on its way out; it pauses after `hold_at` octets for `hold_ms`. */
struct fault_text {
    uint8_t octets[FAULT_ROOM];
    size_t size;
    size_t hold_at;
    int64_t hold_ms;
};

struct fault {
    const char *name;  /* on the command line */
    const char *what;  /* happens */
    const char *known; /* of whom; "" where no meter is known for it */
    void (*play)(struct fault_text *text, uint32_t number);
};

enum { FAULTS = 18 };
extern const struct fault faults[FAULTS];

/* NULL: there is none of that name. */
const struct fault *fault_find(const char *name);

#endif
