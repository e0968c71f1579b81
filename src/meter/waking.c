#include "meter/waking.h"

#include "base/need.h"

/* How the run before ended was told when that was its start. */
int meter_wake(struct meter *meter, const struct meter_setup *setup)
{
    struct meter_setup mine = *setup;
    need(setup->flash);
    mine.fault = NULL;
    mine.push_sender = NULL;
    if (meter_init(meter, &mine) != 0) {
        return -1;
    }
    meter->on_battery = true;
    return 0;
}

int meter_wake_recover(struct meter *meter)
{
    if (meter_recover(meter) > 0) {
        return 1;
    }
    meter->marks = (struct display_marks){.battery = true};
    return 0;
}

bool meter_wake_step(struct meter *meter, int64_t now_ms)
{
    int64_t touched_ms = meter->display.touched_ms < 0 ? 0 : meter->display.touched_ms;
    (void)meter_step(meter, now_ms);
    return now_ms - touched_ms < METER_AWAKE_MS;
}
