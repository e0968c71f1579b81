#include "meter/recording.h"

#include "meter/keeping.h"

void recording_init(struct meter *meter)
{
    event_init(&meter->events, meter->product->events, &meter->clock);
    meter->events_clock_seen = 0;
}

static void record_at(struct meter *meter, enum event_code code, const struct clock_mark *mark)
{
    const struct event event = {.code = (uint8_t)code, .stamp = event_stamp_of(mark)};
    event_enter(&meter->events, &event);
}

/* A change of daylight saving bears the time before it, a clock that was set both. */
static void record_clock_change(struct meter *meter, const struct clock_change *change)
{
    if (change->cause == CLOCK_SAVING) {
        record_at(meter, EVENT_DST_CHANGED, &change->from);
    } else if (change->cause == CLOCK_LOST) {
        event_raise(&meter->events, EVENT_CLOCK_INVALID);
    } else if (clock_change_jumps(change)) {
        record_at(meter, EVENT_CLOCK_OLD_TIME, &change->from);
        record_at(meter, EVENT_CLOCK_NEW_TIME, &change->to);
    }
}

static void record_clock(struct meter *meter)
{
    const struct clock_change *change;
    while ((change = clock_change_next(&meter->clock, &meter->events_clock_seen)) != NULL) {
        record_clock_change(meter, change);
    }
    event_follow(&meter->events, EVENT_CLOCK_INVALID, !meter->clock.valid);
}

/* What the chip has lost since it was written, or never took. */
static void record_memory(struct meter *meter)
{
    struct storage_losses losses = storage_losses(&meter->storage);
    event_follow(&meter->events, EVENT_NV_MEMORY_ERROR, losses.sectors > 0 || losses.stage);
}

void recording_recover(struct meter *meter)
{
    event_recover(&meter->events, &meter->storage, METER_VALUE_CAUSES);
    record_clock(meter);
    event_record(&meter->events, EVENT_POWER_UP);
    record_memory(meter);
}

void recording_power_fail(struct meter *meter)
{
    event_record(&meter->events, EVENT_POWER_DOWN);
    (void)event_step(&meter->events);
}

bool recording_step(struct meter *meter)
{
    record_clock(meter);
    return event_step(&meter->events) > 0;
}
