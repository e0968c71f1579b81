#include "meter/checking.h"

#include <stddef.h>

enum {
    DAY_S = 86400,
    MINUTE_S = 60,
    SECTORS_SLICE = 32,
    RAM_SLICE = 1024,
    STANDING_MS = 60000, /* so long without a window: the front end is dead */
    F_LEAST_UHZ = 40000000,
    F_MOST_UHZ = 70000000,
};

/* ---- the flash chip: every sector can be read, and nothing was lost ---- */

static bool can_be_read(const struct flash *flash, uint32_t from, uint32_t end)
{
    bool good = true;
    for (uint32_t at = from; at < end; at += flash->sector) {
        uint8_t octets[16];
        good = flash_read(flash, at, octets, sizeof octets) == 0 && good;
    }
    return good;
}

static enum selftest_verdict test_memory(void *context, bool first)
{
    struct meter *meter = context;
    const struct flash *flash = meter->flash;
    uint32_t at = first ? 0 : meter->checking.memory_at;
    uint32_t slice = SECTORS_SLICE * (uint32_t)flash->sector;
    uint32_t end = flash->size - at > slice ? at + slice : flash->size;
    meter->checking.memory_at = at;
    if (flash->state(flash->context) != FLASH_READY) {
        return SELFTEST_MORE; /* a sector that is being erased cannot be read */
    }
    meter->checking.memory_at = end;
    if (!can_be_read(flash, at, end)) {
        return SELFTEST_WRONG;
    }
    if (end < flash->size) {
        return SELFTEST_MORE;
    }
    struct storage_losses losses = storage_losses(&meter->storage);
    return losses.sectors > 0 || losses.stage ? SELFTEST_WRONG : SELFTEST_RIGHT;
}

/* ---- RAM: each octet of the meter's state takes its complement, and its own again. That of the
 * legally relevant part stands elsewhere and is not ours to touch. ---- */

static bool holds(volatile uint8_t *octet)
{
    uint8_t value = *octet;
    uint8_t other = (uint8_t)~value;
    *octet = other;
    bool held = *octet == other;
    *octet = value;
    return held && *octet == value;
}

static enum selftest_verdict test_ram(void *context, bool first)
{
    struct meter *meter = context;
    const struct meter_port *port = meter->port;
    volatile uint8_t *octets = (volatile uint8_t *)meter;
    bool good = true;
    size_t at = first ? 0 : meter->checking.ram_at;
    size_t end = sizeof *meter - at > RAM_SLICE ? at + RAM_SLICE : sizeof *meter;
    port->lock(port->context);
    for (size_t i = at; i < end; i++) {
        good = holds(&octets[i]) && good;
    }
    port->unlock(port->context);
    meter->checking.ram_at = (uint32_t)end;
    if (!good) {
        return SELFTEST_WRONG;
    }
    return end < sizeof *meter ? SELFTEST_MORE : SELFTEST_RIGHT;
}

/* ---- the clock ---- */

static enum selftest_verdict test_clock(void *context, bool first)
{
    const struct meter *meter = context;
    (void)first;
    return timekeeper_has_failed(&meter->timekeeper) ? SELFTEST_WRONG : SELFTEST_RIGHT;
}

/* ---- the measurement ---- */

/* No phase shows more than its converters can, or more power than there can be. */
static bool is_plausible(const struct legal_config *config, const struct legal_phase *phase)
{
    int64_t most_uva = phase->s_uva + phase->s_uva / 1000 + 1000000;
    return phase->u_uv >= 0 && phase->u_uv <= config->u_full_scale_mv * INT64_C(1000) &&
           phase->i_na >= 0 && phase->i_na <= config->i_full_scale_ma * INT64_C(1000000) &&
           phase->p_uw <= most_uva && phase->p_uw >= -most_uva;
}

static bool is_standing(struct meter *meter, uint32_t window)
{
    struct meter_checking *checking = &meter->checking;
    if (window != checking->window || window == 0) {
        checking->window = window;
        checking->window_ms = meter->now_ms;
    }
    return meter->now_ms - checking->window_ms >= STANDING_MS;
}

static enum selftest_verdict test_measurement(void *context, bool first)
{
    struct meter *meter = context;
    struct legal_snapshot now;
    (void)first;
    if (meter->legal == NULL) {
        return SELFTEST_WRONG;
    }
    legal_read(meter->legal, &now);
    if (is_standing(meter, now.window)) {
        return SELFTEST_WRONG;
    }
    if (now.locked && (now.f_uhz < F_LEAST_UHZ || now.f_uhz > F_MOST_UHZ)) {
        return SELFTEST_WRONG;
    }
    for (unsigned phase = 0; phase < meter->config.phases; phase++) {
        if (!is_plausible(&meter->config, &now.phase[phase])) {
            return SELFTEST_WRONG;
        }
    }
    return SELFTEST_RIGHT;
}

/* A legally relevant part that was found corrupted is not run. */
static enum selftest_verdict test_missing(void *context, bool first)
{
    (void)context;
    (void)first;
    return SELFTEST_WRONG;
}

/* ---- joined ---- */

void checking_init(struct meter *meter, const struct meter_setup *setup)
{
    const struct meter_port *port = setup->port;
    meter->port = port;
    meter->checking = (struct meter_checking){.window = 0};
    if (setup->fault != NULL) {
        meter->fault = *setup->fault;
    } else {
        meter->fault = (struct selftest_fault){.cause = SELFTEST_CAUSE_NONE};
    }
    struct selftest_row rows[SELFTEST_PARTS] = {
        [SELFTEST_CLOCK] = {test_clock, meter, MINUTE_S},
        [SELFTEST_MEASUREMENT] = {test_measurement, meter, 1},
    };
    if (setup->flash != NULL) {
        rows[SELFTEST_MEMORY] = (struct selftest_row){test_memory, meter, DAY_S};
    }
    if (meter->legal == NULL) {
        rows[SELFTEST_LEGAL] = (struct selftest_row){test_missing, NULL, DAY_S};
    } else if (port != NULL) {
        rows[SELFTEST_LEGAL] = (struct selftest_row){port->legal, port->context, DAY_S};
    }
    if (port != NULL) {
        rows[SELFTEST_PROGRAM] = (struct selftest_row){port->program, port->context, DAY_S};
        rows[SELFTEST_RAM] = (struct selftest_row){test_ram, meter, DAY_S};
    }
    selftest_init(&meter->selftest, rows);
}

void checking_recover(struct meter *meter)
{
    if (meter->fault.cause != SELFTEST_CAUSE_NONE) {
        event_record(&meter->events, EVENT_WATCHDOG_ERROR);
    }
}

static void follow(struct meter *meter, enum event_code code, unsigned parts)
{
    event_follow(&meter->events, code, (meter->selftest.failed & parts) != 0);
}

/* What is not as it was linked is not run again, and nothing that it says is believed. */
static void stop_corrupted(struct meter *meter)
{
    if (selftest_has_failed(&meter->selftest, SELFTEST_LEGAL)) {
        meter->part = NULL;
        meter->legal = NULL;
        meter->source.legal = NULL;
    }
}

/* There is no event for a clock chip that has failed: the clock's status tells. */
void checking_step(struct meter *meter)
{
    struct timekeeper *keeper = &meter->timekeeper;
    selftest_step(&meter->selftest, meter->now_ms);
    stop_corrupted(meter);
    follow(meter, EVENT_PROGRAM_MEMORY_ERROR, 1U << SELFTEST_PROGRAM | 1U << SELFTEST_LEGAL);
    follow(meter, EVENT_RAM_ERROR, 1U << SELFTEST_RAM);
    follow(meter, EVENT_MEASUREMENT_ERROR, 1U << SELFTEST_MEASUREMENT);
    if (meter->flash != NULL && (meter->selftest.tested >> SELFTEST_MEMORY & 1) != 0) {
        follow(meter, EVENT_NV_MEMORY_ERROR, 1U << SELFTEST_MEMORY);
    }
    event_follow(&meter->events, EVENT_BATTERY_LOW, timekeeper_backup_low(keeper));
    event_follow(&meter->events, EVENT_BATTERY_REPLACE, timekeeper_backup_replace(keeper));
    if (meter->port != NULL) {
        meter->port->alive(meter->port->context);
    }
}
