#include "meter/consuming.h"

#include "meter/keeping.h"
#include "meter/securing.h"

enum { VERSION = 2, SIZE = 3, VERSION_1 = 1, SIZE_1 = 1, EPOCH_S = 1577836800 /* 2020-01-01 */ };

void consuming_init(struct meter *meter, const struct meter_setup *setup)
{
    const struct p1_profile *profile = setup->p1_profile;
    meter->p1_profile = profile ? profile : setup->product->p1_profile;
    meter->p1_encrypted = setup->p1_keys != NULL;
    if (setup->p1_keys) {
        meter->p1_keys = *setup->p1_keys;
    }
    meter->telling = (struct meter_telling){.ciphers = setup->display_keys != NULL};
    if (setup->display_keys) {
        meter->telling.keys = *setup->display_keys;
    }
    consumer_init(&meter->consumer, meter->p1_profile->version);
    meter->consumer_changes = meter->consumer.changes;
    meter->p1_serial = setup->serial;
    consuming_title(meter, meter->telling.title);
}

/* A key's first counter is the time, so that a meter whose chip is new goes on behind what it said
 * before. */
static void begin_counter(struct meter *meter)
{
    const struct counter *counter = &meter->storage.counters[METER_COUNTER_P1];
    int64_t seconds = meter->clock.utc_ms / 1000 - EPOCH_S;
    if (counter->next > counter->ceiling && seconds > 0) {
        (void)storage_counter_set(&meter->storage, METER_COUNTER_P1, (uint32_t)seconds);
    }
}

void consuming_restore(struct meter *meter)
{
    uint8_t octets[SIZE];
    uint8_t version;
    int size =
        journal_get(&meter->storage.values, METER_VALUE_CONSUMER, &version, octets, sizeof octets);
    bool with_period = size == SIZE && version == VERSION;
    if (with_period || (size == SIZE_1 && version == VERSION_1)) {
        consumer_enable_port(&meter->consumer, octets[0] != 0);
    }
    if (with_period) {
        consumer_tell_every(&meter->consumer, (uint16_t)(octets[1] << 8 | octets[2]));
    }
    meter->consumer_changes = meter->consumer.changes;
}

static int store(struct meter *meter)
{
    const struct consumer *consumer = &meter->consumer;
    const uint8_t octets[SIZE] = {consumer->port_enabled, (uint8_t)(consumer->told_every_s >> 8),
                                  (uint8_t)consumer->told_every_s};
    return journal_put(&meter->storage.values, METER_VALUE_CONSUMER, VERSION, octets, SIZE);
}

void consuming_step(struct meter *meter)
{
    uint32_t changes = meter->consumer.changes;
    if (changes != meter->consumer_changes && store(meter) == STORAGE_DONE) {
        meter->consumer_changes = changes;
    }
}

int consuming_next_counter(struct meter *meter, uint32_t *counter)
{
    if (!meter->flash) {
        return -1;
    }
    begin_counter(meter);
    return storage_counter_next(&meter->storage, METER_COUNTER_P1, counter) == STORAGE_DONE ? 0
                                                                                            : -1;
}

void consuming_title(const struct meter *meter, uint8_t title[P1_TITLE])
{
    securing_title(meter->identity.config, meter->p1_serial, title);
}
