#include "meter/capturing.h"

#include "cosem/data.h"
#include "meter/keeping.h"
#include "meter/reading.h"

enum { WHOLE_MOST = 128 /* octets of an attribute of which an element is captured */ };

static int get(struct meter *meter, const struct profile_column *column, struct writer *w)
{
    struct cosem_call call;
    if (reading_call_near(meter, &meter->captured, column->class_id, column->obis, &call) != 0) {
        return -1;
    }
    return cosem_object_get(&call, column->attribute, w) == COSEM_SUCCESS ? 0 : -1;
}

/* The n-th element of an array or a structure. */
static int get_element(struct meter *meter, const struct profile_column *column, struct writer *w)
{
    uint8_t octets[WHOLE_MOST];
    struct writer whole = writer_over(octets, sizeof octets);
    if (get(meter, column, &whole) != 0 || writer_overflow(&whole)) {
        return -1;
    }
    struct reader r = reader_over(octets, writer_kept(&whole));
    struct cosem_value head = cosem_take_value(&r);
    bool container = head.tag == COSEM_ARRAY || head.tag == COSEM_STRUCTURE;
    if (!container || column->data > head.count) {
        return -1;
    }
    for (uint16_t before = 1; before < column->data; before++) {
        cosem_skip_value(&r);
    }
    struct reader element = cosem_take_part(&r);
    writer_octets(w, element.data, element.size);
    return element.fault ? -1 : 0;
}

static int value(void *owner, const struct profile_column *column, struct writer *w)
{
    return column->data == 0 ? get(owner, column, w) : get_element(owner, column, w);
}

/* ---- increments ---- */

static struct keeping_value kept(int profile)
{
    return (struct keeping_value){(uint16_t)(METER_VALUE_INCREMENTS + profile), INCREMENT_VERSION,
                                  INCREMENT_SIZE};
}

/* Where its interval begins is on the chip before the row is. */
static int mark(void *owner, const struct profile *profile)
{
    struct meter *meter = owner;
    uint8_t octets[INCREMENT_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    int i = (int)(profile - meter->profiles);
    if (i >= METER_INCREMENTS) {
        return 0;
    }
    increment_mark(&meter->increments[i]);
    increment_write(&meter->increments[i], &w);
    return keeping_save(&meter->storage, kept(i), &w) ? 0 : -1;
}

static void init_increments(struct meter *meter)
{
    for (int i = 0; i < METER_INCREMENTS; i++) {
        increment_init(&meter->increments[i], &meter->profiles[i], &meter->source);
    }
}

static void recover_increments(struct meter *meter)
{
    for (int i = 0; i < METER_INCREMENTS; i++) {
        uint8_t octets[INCREMENT_SIZE];
        struct reader r;
        increment_init(&meter->increments[i], &meter->profiles[i], &meter->source);
        if (keeping_load(&meter->storage, kept(i), octets, &r)) {
            (void)increment_read(&meter->increments[i], &r);
        }
    }
}

/* ---- profiles ---- */

void capturing_init(struct meter *meter)
{
    meter->capture = (struct profile_common){.source = {value, mark, meter},
                                             .clock = &meter->clock,
                                             .events = &meter->events,
                                             .columns = &meter->columns};
    column_pool_init(&meter->columns, &meter->objects);
    meter->captured = (struct cosem_place){.group = 0};
    init_increments(meter);
    for (int i = 0; i < PRODUCT_PROFILES; i++) {
        if (meter->product->profiles[i] != NULL) {
            profile_init(&meter->profiles[i], meter->product->profiles[i], &meter->capture);
        }
    }
}

void capturing_recover(struct meter *meter)
{
    for (int i = 0; i < PRODUCT_PROFILES; i++) {
        if (meter->product->profiles[i] != NULL) {
            profile_recover(&meter->profiles[i], &meter->storage);
        }
    }
    recover_increments(meter);
}

/* What the clock adjusts to is the period of the first load profile. */
static void tell_period(struct meter *meter)
{
    uint32_t period_s = meter->profiles[PRODUCT_PROFILE_LOAD_1].settings.period_s;
    if (period_s != 0 && period_s != meter->clock.period_s) {
        clock_set_period(&meter->clock, period_s);
    }
}

int64_t capturing_step(struct meter *meter, bool *waits)
{
    int64_t due_ms = INT64_MAX;
    *waits = false;
    for (int i = 0; i < PRODUCT_PROFILES; i++) {
        if (meter->product->profiles[i] != NULL) {
            *waits = profile_step(&meter->profiles[i]) > 0 || *waits;
            int64_t next_ms = profile_due_ms(&meter->profiles[i]);
            due_ms = next_ms < due_ms ? next_ms : due_ms;
        }
    }
    tell_period(meter);
    return due_ms;
}
