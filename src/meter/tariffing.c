#include "meter/tariffing.h"

#include "meter/keeping.h"
#include "meter/scheduling.h"

static const uint8_t tariff_scripts[6] = {0, 0, 10, 0, 100, 255};

/* Script n selects rate n. */
static int run_script(void *owner, uint16_t selector)
{
    struct meter *meter = owner;
    for (int mask = 0; mask < TARIFF_MASKS; mask++) {
        tariff_select(&meter->tariff, (enum tariff_mask)mask, (uint8_t)selector,
                      scheduling_due_ms(meter));
    }
    return 0;
}

void tariffing_init(struct meter *meter, const struct meter_setup *setup)
{
    const struct calendar_limits *limits = &meter->product->tariff;
    tariff_init(&meter->tariff, limits, setup->switches, setup->switch_count);
    for (int mask = 0; mask < TARIFF_MASKS; mask++) {
        mask_init(&meter->masks[mask], limits->rates);
        meter->mask_changes[mask] = 0;
    }
    meter->scripts = (struct script_book){0};
    script_add(&meter->scripts, tariff_scripts, limits->rates, run_script, meter);
    meter->tariff_kept = (struct meter_tariff_kept){0};
}

static void select_rate(struct meter *meter)
{
    uint8_t rate = meter->tariff.rates[TARIFF_ENERGY];
    if (meter->legal && legal_rate(meter->legal) != rate) {
        legal_rate_select(meter->legal, rate);
    }
}

static void record_changes(struct meter *meter)
{
    struct meter_tariff_kept *kept = &meter->tariff_kept;
    if (meter->tariff.activations != kept->activations) {
        kept->activations = meter->tariff.activations;
        event_record(&meter->events, EVENT_TARIFF_ACTIVATED);
    }
    if (meter->tariff.programmings != kept->programmings) {
        kept->programmings = meter->tariff.programmings;
        event_record(&meter->events, EVENT_TARIFF_PROGRAMMED);
    }
}

void meter_set_rate_levels(struct meter *meter, uint8_t levels)
{
    tariff_set_levels(&meter->tariff, levels);
}

int64_t tariffing_step(struct meter *meter)
{
    int64_t due_ms = tariff_step(&meter->tariff, &meter->clock);
    select_rate(meter);
    record_changes(meter);
    return due_ms;
}

/* ---- what outlives the supply ---- */

static void render(const void *owner, struct writer *w)
{
    tariff_write(owner, w);
}

static void restore_commands(struct meter *meter)
{
    uint8_t octets[TARIFF_COMMANDS_SIZE];
    uint8_t version;
    int size = journal_get(&meter->storage.values, METER_VALUE_TARIFF_COMMANDS, &version, octets,
                           sizeof octets);
    if (size == TARIFF_COMMANDS_SIZE && version == TARIFF_COMMANDS_VERSION) {
        struct reader r = reader_over(octets, sizeof octets);
        (void)tariff_read_commands(&meter->tariff, &r);
    }
}

static struct keeping_value kept_names(int mask)
{
    return (struct keeping_value){(uint16_t)(METER_VALUE_MASKS + mask), MASK_VERSION, MASK_ROOM};
}

static void restore_names(struct meter *meter)
{
    for (int mask = 0; mask < TARIFF_MASKS; mask++) {
        uint8_t octets[MASK_ROOM];
        struct reader r;
        if (keeping_load(&meter->storage, kept_names(mask), octets, &r)) {
            (void)mask_read(&meter->masks[mask], &r);
        }
    }
}

void tariffing_recover(struct meter *meter)
{
    struct bundle *bundle = &meter->tariff_kept.bundle;
    uint8_t version;
    bundle_init(bundle, &meter->storage.values, METER_VALUE_TARIFF, METER_TARIFF_PARTS);
    struct reader r;
    if (bundle_open(bundle, &version, meter->window, sizeof meter->window, &r) == STORAGE_DONE &&
        version == TARIFF_VERSION) {
        (void)tariff_read(&meter->tariff, &r);
    }
    restore_commands(meter);
    restore_names(meter);
    (void)tariffing_step(meter);
}

static bool keep_commands(struct meter *meter)
{
    uint8_t octets[TARIFF_COMMANDS_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    uint32_t changes = meter->tariff.command_changes;
    if (changes == meter->tariff_kept.command_changes) {
        return false;
    }
    tariff_write_commands(&meter->tariff, &w);
    if (journal_put(&meter->storage.values, METER_VALUE_TARIFF_COMMANDS, TARIFF_COMMANDS_VERSION,
                    octets, TARIFF_COMMANDS_SIZE) == STORAGE_DONE) {
        meter->tariff_kept.command_changes = changes;
    }
    return true;
}

/* What changes while it is being written is written anew. */
static bool keep_settings(struct meter *meter)
{
    struct meter_tariff_kept *kept = &meter->tariff_kept;
    uint32_t changes = meter->tariff.settings_changes;
    if (changes == kept->settings_changes) {
        return false;
    }
    if (changes != kept->saving_changes) {
        kept->saving_changes = changes;
        bundle_begin(&kept->bundle);
    }
    if (bundle_step(&kept->bundle, TARIFF_VERSION, render, &meter->tariff) == STORAGE_DONE) {
        kept->settings_changes = changes;
    }
    return true;
}

static bool keep_names(struct meter *meter, int mask)
{
    uint8_t octets[MASK_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    uint32_t changes = meter->masks[mask].changes;
    if (changes == meter->mask_changes[mask]) {
        return false;
    }
    mask_write(&meter->masks[mask], &w);
    if (keeping_save(&meter->storage, kept_names(mask), &w)) {
        meter->mask_changes[mask] = changes;
    }
    return true;
}

bool tariffing_keep(struct meter *meter)
{
    bool busy = keep_commands(meter);
    for (int mask = 0; mask < TARIFF_MASKS; mask++) {
        busy = keep_names(meter, mask) || busy;
    }
    return keep_settings(meter) || busy;
}
