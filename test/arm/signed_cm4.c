/* What an association by HLS 7 and one signed GET cost a meter on the target, per suite, in
 * instructions; between slices it does nothing else. Prints "NAME RUNS MEAN MOST" of each, and
 * "arena OCTETS", what curves took of memory. */
#include "bench/signed_exchange.h"
#include "port/cortex_m/board.h"
#include "test/arm/cost.h"

#include <stdio.h>

static uint32_t begun;
static uint32_t ticks;

void signed_exchange_watch(bool begins)
{
    uint32_t now = board_ticks();
    ticks += begins ? 0 : board_ticks_between(begun, now);
    begun = now;
}

/* The ticks' counter is short: they are taken with each slice. */
static void pause(void *owner)
{
    (void)owner;
    signed_exchange_watch(false);
}

static int measure(enum dlms_suite suite, const char *name)
{
    struct cost cost = {.runs = 0};
    signed_exchange_curves.pause = pause;
    if (!signed_exchange_begin(suite)) {
        return -1;
    }
    ticks = 0;
    if (!signed_exchange_run()) {
        return -1;
    }
    cost_add(&cost, ticks);
    cost_print(name, &cost);
    return 0;
}

int main(void)
{
    board_start_ticks();
    if (measure(DLMS_SUITE_1, "hls7-1") != 0 || measure(DLMS_SUITE_2, "hls7-2") != 0) {
        printf("signed: an exchange went wrong\n");
        return 1;
    }
    printf("arena %lu\n", (unsigned long)signed_exchange_curves.most);
    return 0;
}
