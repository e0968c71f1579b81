#include "meter/waking.h"

#include "base/need.h"
#include "meter/facing.h"
#include "meter/keeping.h"

int meter_wake(struct meter *meter, const struct meter_setup *setup)
{
    need(setup->flash);
    if (meter_init(meter, setup) != 0) {
        return -1;
    }
    clock_set(&meter->clock, setup->utc_ms);
    return 0;
}

int meter_wake_recover(struct meter *meter)
{
    if (keeping_recover(meter) > 0) {
        return 1;
    }
    facing_restore(meter);
    meter->marks = (struct display_marks){.battery = true};
    return 0;
}

bool meter_wake_step(struct meter *meter, int64_t now_ms)
{
    int64_t touched_ms = meter->display.touched_ms < 0 ? 0 : meter->display.touched_ms;
    clock_advance(&meter->clock, now_ms - meter->now_ms);
    meter->now_ms = now_ms;
    display_step(&meter->display, now_ms);
    return now_ms - touched_ms < METER_AWAKE_MS;
}
