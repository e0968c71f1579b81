#include "world/rtc.h"

#include <math.h>
#include <string.h>

static const double ns_per_us = 1e3;
static const double s_per_year = 365.25 * 24 * 3600;
static const double capacitor_full_v = 3.0;
static const double capacitor_empty_v = 1.6;
static const double capacitor_charge_s = 300; /* time constant */
static const double battery_full_mv = 3600;
static const double battery_empty_mv = 2000;
static const double battery_knee = 0.1; /* the voltage of such a cell falls with its last tenth */

struct rtc_chip_config rtc_chip_config_default(void)
{
    return (struct rtc_chip_config){
        .turnover_c = 25,
        .curve_ppm = 0.034,
        .trim_step_ppm = 1e6 / (1 << 20),
        .trim_most_ppm = 487,
        .backup = RTC_CHIP_BATTERY,
        .draw_ua = 1.5,
        .battery_mah = 1200,
        .self_discharge = 0.01,
        .capacitor_f = 0.33,
    };
}

struct rtc_place rtc_place_default(void)
{
    struct rtc_place place = {
        .chip = rtc_chip_config_default(),
        .climate = climate_default(),
        .left = 1,
        .calibrated_ppm = 1.5,
    };
    place.chip.error_ppm = 3.5;
    return place;
}

int32_t rtc_place_trim_ppb(const struct rtc_place *place)
{
    return (int32_t)lround((place->calibrated_ppm - place->chip.error_ppm) * 1e3);
}

void rtc_chip_open(struct rtc_chip *chip, const struct rtc_chip_config *config)
{
    *chip = (struct rtc_chip){
        .config = *config,
        .temperature_c = config->turnover_c,
        .left = config->backup == RTC_CHIP_NONE ? 0 : 1,
    };
}

/* ---- the port ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int chip_read(void *context, struct rtc_reading *reading)
{
    const struct rtc_chip *chip = context;
    if (chip->broken) {
        return -1;
    }
    *reading = (struct rtc_reading){
        .utc_ms = floor_div(chip->utc_ns, 1000000),
        .kept = chip->kept,
        .temperature_cc =
            (int16_t)lround((chip->temperature_c + chip->config.sensor_error_c) * 100),
        .backup_mv = rtc_chip_backup_mv(chip),
    };
    return 0;
}

static int chip_set(void *context, int64_t utc_ms)
{
    struct rtc_chip *chip = context;
    if (chip->broken) {
        return -1;
    }
    rtc_chip_set(chip, utc_ms);
    return 0;
}

static int chip_trim(void *context, int32_t ppb)
{
    struct rtc_chip *chip = context;
    const struct rtc_chip_config *config = &chip->config;
    if (chip->broken) {
        return -1;
    }
    double ppm = fmax(-config->trim_most_ppm, fmin(ppb / 1e3, config->trim_most_ppm));
    double step = config->trim_step_ppm;
    chip->trim_ppm = step > 0 ? round(ppm / step) * step : ppm;
    return 0;
}

static int chip_inputs(void *context, struct rtc_input_reading inputs[RTC_INPUTS])
{
    struct rtc_chip *chip = context;
    if (chip->broken) {
        return -1;
    }
    memcpy(inputs, chip->inputs, sizeof chip->inputs);
    chip->unread = false;
    return 0;
}

static int chip_forget(void *context)
{
    struct rtc_chip *chip = context;
    if (chip->broken) {
        return -1;
    }
    if (chip->unread) {
        return 1;
    }
    for (int i = 0; i < RTC_INPUTS; i++) {
        chip->inputs[i] = (struct rtc_input_reading){.there = chip->inputs[i].there};
    }
    return 0;
}

struct rtc rtc_chip_port(struct rtc_chip *chip)
{
    return (struct rtc){.read = chip_read,
                        .set = chip_set,
                        .trim = chip_trim,
                        .inputs = chip_inputs,
                        .forget = chip_forget,
                        .context = chip};
}

/* ---- the chip ---- */

void rtc_chip_set(struct rtc_chip *chip, int64_t utc_ms)
{
    chip->utc_ns = utc_ms * 1000000;
    chip->part_ns = 0;
    chip->kept = true;
}

double rtc_chip_error_ppm(const struct rtc_chip *chip, double temperature_c)
{
    const struct rtc_chip_config *config = &chip->config;
    double away = temperature_c - config->turnover_c;
    double aged = config->ageing_ppm * chip->age_s / s_per_year;
    return config->error_ppm + aged - config->curve_ppm * away * away + chip->trim_ppm;
}

/* The share of the backup that a second without supply takes. */
static double drain(const struct rtc_chip_config *config)
{
    switch (config->backup) {
    case RTC_CHIP_BATTERY:
        return config->draw_ua * 1e-6 / (config->battery_mah * 3.6);
    case RTC_CHIP_CAPACITOR:
        return config->draw_ua * 1e-6 / config->capacitor_f /
               (capacitor_full_v - capacitor_empty_v);
    case RTC_CHIP_NONE:
        break;
    }
    return 1;
}

static void run(struct rtc_chip *chip, double ns)
{
    double passed = ns * (1 + rtc_chip_error_ppm(chip, chip->temperature_c) * 1e-6) + chip->part_ns;
    double whole = floor(passed);
    chip->utc_ns += (int64_t)whole;
    chip->part_ns = passed - whole;
}

static void rest(struct rtc_chip *chip, double s)
{
    const struct rtc_chip_config *config = &chip->config;
    if (config->backup == RTC_CHIP_CAPACITOR) {
        chip->left = 1 - (1 - chip->left) * exp(-s / capacitor_charge_s);
    }
}

/* Seconds of these that the backup lasts. */
static double live_on_backup(struct rtc_chip *chip, double s)
{
    double rate = drain(&chip->config);
    double lasts = fmin(s, chip->left / rate);
    chip->left = fmax(0, chip->left - s * rate);
    if (lasts < s) {
        chip->kept = false;
    }
    return lasts;
}

void rtc_chip_advance(struct rtc_chip *chip, uint64_t us, double temperature_c, bool supplied)
{
    double s = (double)us * 1e-6;
    chip->temperature_c = temperature_c;
    chip->age_s += s;
    if (chip->config.backup == RTC_CHIP_BATTERY) {
        chip->left = fmax(0, chip->left - s / s_per_year * chip->config.self_discharge);
    }
    if (supplied) {
        rest(chip, s);
        run(chip, (double)us * ns_per_us);
    } else {
        run(chip, live_on_backup(chip, s) * 1e9);
    }
}

uint16_t rtc_chip_backup_mv(const struct rtc_chip *chip)
{
    double v_mv = 0;
    switch (chip->config.backup) {
    case RTC_CHIP_BATTERY:
        v_mv = battery_empty_mv +
               (battery_full_mv - battery_empty_mv) * fmin(1, chip->left / battery_knee);
        break;
    case RTC_CHIP_CAPACITOR:
        v_mv = 1e3 * (capacitor_empty_v + (capacitor_full_v - capacitor_empty_v) * chip->left);
        break;
    case RTC_CHIP_NONE:
        break;
    }
    return (uint16_t)lround(v_mv);
}

void rtc_chip_exchange(struct rtc_chip *chip, bool supplied)
{
    chip->left = 1;
    chip->kept = chip->kept && supplied;
}

void rtc_chip_touch(struct rtc_chip *chip, enum rtc_input input, bool there, bool supplied)
{
    struct rtc_input_reading *seen = &chip->inputs[input];
    int64_t now_ms = floor_div(chip->utc_ns, 1000000);
    bool changes = seen->there != there;
    seen->there = there;
    if (!changes || (!supplied && chip->left <= 0)) {
        return;
    }
    chip->unread = true;
    if (!there) {
        seen->ended_ms = now_ms;
    } else if (seen->count++ == 0) {
        seen->begun_ms = now_ms;
    }
}
