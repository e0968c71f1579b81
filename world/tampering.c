#include "world/tampering.h"

/* Streams of random numbers; one for each row. */
enum { STREAM_TAMPERING = 300 };

unsigned tampering_inputs(const struct tampering *rows, unsigned count,
                          const struct occasion_second *second)
{
    unsigned inputs = 0;
    for (unsigned n = 0; n < count; n++) {
        struct occasion_span when[OCCASION_TIMES];
        if (occasion_spans(&rows[n].when, STREAM_TAMPERING + n, second, when) > 0) {
            inputs |= 1U << rows[n].input;
        }
    }
    return inputs;
}
