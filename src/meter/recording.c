#include "meter/recording.h"

#include "meter/keeping.h"
#include "meter/reading.h"

/* The table of the scripts that push. */
static const uint8_t push_scripts[6] = {0, 0, 10, 0, 108, 255};

void recording_init(struct meter *meter, const struct meter_setup *setup)
{
    event_init(&meter->events, meter->product->events, &meter->clock);
    meter->events_clock_seen = 0;
    alarm_init(&meter->alarm, &meter->events, &meter->scripts, push_scripts,
               meter->product->alarm_registers);
    const struct legal_config *legal = &meter->product->legal->config;
    outage_init(&meter->outage, &meter->events, legal->phases);
    reversal_init(&meter->reversal, &meter->events);
    tamper_init(&meter->tamper, setup->rtc, &meter->events, meter->product->tampers);
    voltage_init(&meter->voltage, &meter->product->voltage, &meter->events, legal->u_nominal_mv,
                 legal->phases);
    voltage_count_init(&meter->voltage_count, &meter->events, legal->phases);
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

/* A run that ended by a fault of its own did not lose its supply. */
static int64_t known_ms(const struct meter *meter)
{
    return meter->fault.cause == SELFTEST_CAUSE_NONE ? meter->timekeeper.memory.utc_ms : -1;
}

/* Tries to calibrate the sealed meter: the legally relevant part counts them. */
static uint32_t refusals(const struct meter *meter)
{
    return meter->legal ? legal_parameters(meter->legal)->refused : meter->refusals;
}

/* The log says what was told of each phase. */
static void recover_voltage(struct meter *meter)
{
    uint8_t logged[VOLTAGE_PHASES];
    voltage_count_recover(&meter->voltage_count, &meter->storage, METER_VALUE_VOLTAGES);
    for (int phase = 0; phase < VOLTAGE_PHASES; phase++) {
        logged[phase] = meter->voltage_count.phase[phase].logged;
    }
    voltage_recover(&meter->voltage, logged);
}

void recording_recover(struct meter *meter)
{
    event_recover(&meter->events, &meter->storage, METER_VALUE_CAUSES);
    alarm_recover(&meter->alarm, &meter->storage, METER_VALUE_ALARMS);
    recover_voltage(meter);
    reversal_recover(&meter->reversal, &meter->storage, METER_VALUE_REVERSAL);
    tamper_recover(&meter->tamper, &meter->storage, METER_VALUE_TAMPERS);
    if (meter->on_battery) {
        outage_look(&meter->outage, &meter->storage, METER_VALUE_OUTAGES);
        return;
    }
    outage_recover(&meter->outage, &meter->storage, METER_VALUE_OUTAGES, known_ms(meter));
    if (meter->events.last[EVENT_LOG_STANDARD] == EVENT_POWER_DOWN) {
        alarm_hear(&meter->alarm, EVENT_POWER_DOWN); /* the warning left no time to keep it */
    }
    record_clock(meter);
    tamper_look(&meter->tamper); /* what happened without supply, before it came back */
    event_record(&meter->events, EVENT_POWER_UP);
    meter->refusals = refusals(meter);
}

static void record_refusals(struct meter *meter)
{
    uint32_t refused = refusals(meter);
    if (refused != meter->refusals) {
        event_record(&meter->events, EVENT_CALIBRATION_REFUSED);
    }
    meter->refusals = refused;
}

void recording_power_fail(struct meter *meter)
{
    event_record(&meter->events, EVENT_POWER_DOWN);
    (void)event_step(&meter->events);
}

/* Before the first window nothing is known of the supply. */
static bool record_supply(struct meter *meter)
{
    struct reading_supply supply;
    if (!reading_supply(meter, &supply)) {
        return false;
    }
    voltage_step(&meter->voltage, supply.u_mv, meter->now_ms);
    bool waits = reversal_step(&meter->reversal, supply.p_uw, meter->now_ms) > 0;
    return outage_step(&meter->outage, supply.missing) > 0 || waits;
}

bool recording_step(struct meter *meter)
{
    record_clock(meter);
    record_refusals(meter);
    bool waits = record_supply(meter);
    tamper_look(&meter->tamper);
    bool alarms_wait = alarm_step(&meter->alarm) > 0;
    waits = alarms_wait || tamper_keep(&meter->tamper) > 0 || waits;
    waits = event_step(&meter->events) > 0 || waits;
    return voltage_count_step(&meter->voltage_count) > 0 || waits;
}
