#include "meter/customer.h"

#include "base/need.h"
#include "meter/consuming.h"

static struct p1_view view_of(const struct meter *meter)
{
    return (struct p1_view){
        .quantities = &meter->source,
        .clock = &meter->clock,
        .identity = &meter->identity,
        .message = &meter->message,
        .outage = &meter->outage,
        .voltages = &meter->voltage_count,
        .events = &meter->events,
        .demand = &meter->demand,
        .billing = meter->product->profiles[PRODUCT_PROFILE_BILLING_1] != NULL
                       ? &meter->profiles[PRODUCT_PROFILE_BILLING_1]
                       : NULL,
        .model = meter->product->model_name,
    };
}

void meter_customer_open(struct meter *meter, struct meter_customer *customer, uint8_t *octets,
                         size_t room)
{
    need(room > P1_ENVELOPE);
    customer->octets = octets;
    customer->room = room;
    customer->meter = meter;
    customer->requested = false;
    customer->due_now = false;
    customer->last_s = INT64_MIN;
    customer->size = 0;
}

void meter_customer_forget(struct meter_customer *customer)
{
    customer->size = 0;
}

void meter_customer_request(struct meter_customer *customer, bool requested)
{
    customer->due_now |= requested && !customer->requested;
    customer->requested = requested;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* A full second has begun since the last telegram, by a clock that may have been set; or somebody
 * has just come. However often that happens there is one in a second: each takes a number, if it is
 * encrypted, and numbers wear the flash. */
static bool is_due(struct meter_customer *customer)
{
    const struct meter *meter = customer->meter;
    int64_t now_s = floor_div(meter->clock.utc_ms, 1000);
    bool due = now_s != customer->last_s &&
               (customer->due_now || now_s % meter->p1_profile->period_s == 0);
    if (due) {
        customer->last_s = now_s;
        customer->due_now = false;
    }
    return due;
}

/* Where it stands, behind room for its head. Without a number for the counter there is no telegram:
 * one is never used twice. */
static size_t encrypt(struct meter_customer *customer, const uint8_t *text, size_t size)
{
    struct meter *meter = customer->meter;
    uint8_t title[P1_TITLE];
    uint32_t counter;
    if (consuming_next_counter(meter, &counter) != 0) {
        return 0;
    }
    consuming_title(meter, title);
    return p1_seal(&meter->p1_keys, title, counter, text, size, customer->octets);
}

size_t meter_customer_telegram(const struct meter *meter, uint8_t *octets, size_t room)
{
    struct p1_view view = view_of(meter);
    return p1_telegram(meter->p1_profile, &view, octets, room);
}

bool meter_customer_step(struct meter_customer *customer)
{
    struct meter *meter = customer->meter;
    if (!customer->requested || !meter->consumer.port_enabled || !is_due(customer)) {
        return false;
    }
    if (!meter->p1_encrypted) {
        customer->size = meter_customer_telegram(meter, customer->octets, customer->room);
    } else {
        uint8_t *text = customer->octets + P1_ENVELOPE_HEAD;
        size_t size = meter_customer_telegram(meter, text, customer->room - P1_ENVELOPE);
        customer->size = size > 0 ? encrypt(customer, text, size) : 0;
    }
    return customer->size > 0;
}
