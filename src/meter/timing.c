#include "meter/timing.h"

#include "base/reader.h"
#include "base/writer.h"
#include "meter/keeping.h"

enum { TIME_VERSION = 1, TIME_SIZE = 8 + 8 + 4, KEEP_EVERY_MS = 60000 };

void timing_init(struct meter *meter, const struct meter_setup *setup)
{
    const struct product *product = setup->product;
    const struct timekeeper_config config = {
        .backup = setup->rtc_capacitor ? &product_backup_capacitor : product->backup,
        .crystal = &product_crystal,
        .trim_ppb = setup->rtc_trim_ppb,
    };
    clock_init(&meter->clock, &product->zone);
    timekeeper_init(&meter->timekeeper, setup->rtc, &meter->clock, &config);
    meter->begin_ms = setup->utc_ms;
    meter->time_kept_ms = 0;
}

static int64_t take_i64(struct reader *r)
{
    uint64_t high = reader_u32(r);
    return (int64_t)(high << 32 | reader_u32(r));
}

static struct timekeeper_memory recall(const struct meter *meter)
{
    uint8_t octets[TIME_SIZE];
    uint8_t version;
    struct timekeeper_memory memory = {0};
    int size = journal_get(&meter->storage.values, METER_VALUE_TIME, &version, octets, TIME_SIZE);
    if (size == TIME_SIZE && version == TIME_VERSION) {
        struct reader r = reader_over(octets, sizeof octets);
        memory.utc_ms = take_i64(&r);
        memory.installed_s = take_i64(&r);
        memory.used_s = reader_u32(&r);
    }
    return memory;
}

static void put_i64(struct writer *w, int64_t value)
{
    writer_u32(w, (uint32_t)((uint64_t)value >> 32));
    writer_u32(w, (uint32_t)value);
}

static int remember(struct meter *meter)
{
    const struct timekeeper_memory *memory = &meter->timekeeper.memory;
    uint8_t octets[TIME_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    put_i64(&w, memory->utc_ms);
    put_i64(&w, memory->installed_s);
    writer_u32(&w, memory->used_s);
    return journal_put(&meter->storage.values, METER_VALUE_TIME, TIME_VERSION, octets, TIME_SIZE);
}

void timing_begin(struct meter *meter)
{
    struct timekeeper_memory memory = {0};
    if (meter->flash) {
        keeping_restore_clock(&meter->clock, &meter->storage);
        memory = recall(meter);
    }
    timekeeper_begin(&meter->timekeeper, &memory, meter->begin_ms);
    meter->clock_changes = meter->clock.settings_changes;
}

/* Once a minute; what cannot be kept now is tried again. Without mains the last time known stays
 * that at which they failed. */
void timing_step(struct meter *meter, int64_t elapsed_ms)
{
    timekeeper_step(&meter->timekeeper, elapsed_ms);
    bool due = meter->now_ms - meter->time_kept_ms >= KEEP_EVERY_MS;
    if (meter->flash && !meter->on_battery && due && remember(meter) == STORAGE_DONE) {
        meter->time_kept_ms = meter->now_ms;
    }
}

/* Energies come first; the chip knows the time in any case. */
void timing_power_fail(struct meter *meter)
{
    timekeeper_power_fail(&meter->timekeeper);
    if (meter->flash) {
        (void)remember(meter);
    }
}
