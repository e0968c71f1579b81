#include "world/terminal.h"

/* Streams of random numbers; one for each row. */
enum { STREAM_TERMINAL = 400 };

unsigned terminal_levels(const struct terminal *rows, unsigned count,
                         const struct occasion_second *second)
{
    unsigned levels = 0;
    for (unsigned n = 0; n < count; n++) {
        struct occasion_span when[OCCASION_TIMES];
        if (occasion_spans(&rows[n].when, STREAM_TERMINAL + n, second, when) > 0) {
            levels |= 1U << (rows[n].number - 1);
        }
    }
    return levels;
}
