/* The virtual clock chip of a data directory, DIR/clock: it goes on while no process runs it, as a
 * chip on its battery does. The file is memory of the process, so that nothing has to be done when
 * that ends, or is ended. */
#ifndef WATTHOUR_APP_CHIP_CLOCK_H
#define WATTHOUR_APP_CHIP_CLOCK_H

#include "world/rtc.h"

#include <stddef.h>
#include <stdint.h>

struct chip_clock {
    uint8_t *octets; /* two records, written in turn; NULL: it is not kept */
    uint32_t sequence;
};

/* Opens the file, making it when it is not there. 0, or -1 with one line in `error`. */
int chip_clock_open(struct chip_clock *kept, const char *directory, char *error, size_t error_size);
void chip_clock_close(struct chip_clock *kept);

/* What the file remembers. `true_us` is the world's UTC at which the chip was so. False: nothing,
 * and the chip is as it was. */
bool chip_clock_recall(struct chip_clock *kept, struct rtc_chip *chip, int64_t *true_us);

void chip_clock_keep(struct chip_clock *kept, const struct rtc_chip *chip, int64_t true_us);

#endif
