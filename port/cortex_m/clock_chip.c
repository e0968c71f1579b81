/* A clock chip that has never stopped and never errs: that of the host, or one that was set by an
 * argument. A client may set it; the host's clock stays as it is. */
#include "port/cortex_m/board.h"
#include "port/cortex_m/emulation.h"
#include "port/cortex_m/semihost.h"

enum { ROOM_CC = 2300, BATTERY_MV = 3600 };

static int64_t utc_at_start_ms;

void clock_chip_open(int64_t utc_ms)
{
    utc_at_start_ms = utc_ms != 0 ? utc_ms : semihost_time_s() * INT64_C(1000);
    utc_at_start_ms -= board_ms();
}

static int read(void *context, struct rtc_reading *reading)
{
    (void)context;
    *reading = (struct rtc_reading){
        .utc_ms = utc_at_start_ms + board_ms(),
        .kept = true,
        .temperature_cc = ROOM_CC,
        .backup_mv = BATTERY_MV,
    };
    return 0;
}

static int set(void *context, int64_t utc_ms)
{
    (void)context;
    utc_at_start_ms = utc_ms - board_ms();
    return 0;
}

/* It goes by the processor's crystal, which nobody trims. */
static int trim(void *context, int32_t ppb)
{
    (void)context;
    (void)ppb;
    return 0;
}

const struct rtc clock_chip = {.read = read, .set = set, .trim = trim};
