#include "meter/closing.h"

#include "meter/keeping.h"

/* By default a period ends with the month. */
static const struct single_action_plan monthly = {
    .script = {{0, 0, 10, 0, 1, 255}, 1},
    .type = SINGLE_ACTION_ONE,
    .count = 1,
    .times = {{.date = {CALENDAR_ANY_YEAR, CALENDAR_ANY, 1, CALENDAR_ANY}}},
};

static const struct keeping_value kept = {METER_VALUE_BILLING, BILLING_VERSION, BILLING_ROOM};

static int run_script(void *owner, uint16_t selector)
{
    struct meter *meter = owner;
    (void)selector;
    if (!meter->legal) {
        return -1; /* no energy is known */
    }
    return billing_end(&meter->billing, BILLING_SCRIPT);
}

/* The end of a cause is in the log of fraud as well, and is none. */
static bool ends_a_cause(uint8_t code)
{
    for (unsigned other = 1; other <= UINT8_MAX; other++) {
        const struct event_row *row = event_row((uint8_t)other);
        if (row != NULL && row->gone == code) {
            return true;
        }
    }
    return false;
}

static void told(void *owner, const struct event *event)
{
    struct meter *meter = owner;
    const struct event_row *row = event_row(event->code);
    bool fraud = row != NULL && (row->logs >> EVENT_LOG_FRAUD & 1) != 0;
    if (fraud && event->code != EVENT_LOG_CLEARED && !ends_a_cause(event->code)) {
        billing_fraud(&meter->billing);
    }
}

static struct profile *profile_of(struct meter *meter, enum product_profile which)
{
    return meter->product->profiles[which] != NULL ? &meter->profiles[which] : NULL;
}

static void begin(struct meter *meter)
{
    const struct billing_parts parts = {
        .profile = profile_of(meter, PRODUCT_PROFILE_BILLING_1),
        .fraud = meter->flash ? profile_of(meter, PRODUCT_PROFILE_BILLING_2) : NULL,
        .demand = &meter->demand,
        .quantities = &meter->source,
        .clock = &meter->clock,
        .events = &meter->events,
        .scripts = &meter->scripts,
    };
    billing_init(&meter->billing, &parts, &monthly);
    billing_begin(&meter->billing);
}

void closing_init(struct meter *meter)
{
    begin(meter);
    script_add(&meter->scripts, monthly.script.table, 1, run_script, meter);
    event_listen(&meter->events, told, meter);
    meter->billing_changes = 0;
}

static uint32_t changes_of(const struct meter *meter)
{
    return meter->billing.changes + meter->billing.schedule.changes;
}

void closing_recover(struct meter *meter)
{
    uint8_t octets[BILLING_ROOM];
    struct reader r;
    begin(meter);
    if (keeping_load(&meter->storage, kept, octets, &r)) {
        (void)billing_read(&meter->billing, &r);
    }
}

int64_t closing_step(struct meter *meter)
{
    return meter->legal ? billing_step(&meter->billing) : INT64_MAX;
}

bool closing_keep(struct meter *meter)
{
    uint8_t octets[BILLING_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    uint32_t changes = changes_of(meter);
    if (changes == meter->billing_changes || !meter->legal) {
        return false;
    }
    billing_write(&meter->billing, &w);
    if (keeping_save(&meter->storage, kept, &w)) {
        meter->billing_changes = changes;
    }
    return true;
}
