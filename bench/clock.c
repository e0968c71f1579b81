/* How far a meter's clock goes astray in a month, by temperature. The worst crystal that leaves the
 * factory: 20 ppm fast, calibrated to 3 ppm, its turnover 2 K from the data sheet's, its
 * thermometer 1 K off. */
#include "bench/bench.h"
#include "function/timekeeper.h"
#include "world/rtc.h"

#include <math.h>
#include <stdio.h>

enum { STEP_MS = 10000, DAY_S = 86400, MONTH_DAYS = 30 };

static const struct timekeeper_backup battery = {.doubtful_mv = 2300, .reserve_h = 87660};
static const struct timekeeper_crystal fork = {.turnover_cc = 2500, .curve_ppb = 34};
static const struct timekeeper_crystal uncompensated = {.turnover_cc = 2500};

static struct meter {
    struct rtc_chip chip;
    struct rtc rtc;
    struct clock clock;
    struct timekeeper keeper;
    int64_t true_ms;
} meter;

static void begin(const struct timekeeper_crystal *crystal)
{
    static const struct civil_zone utc;
    struct rtc_chip_config chip = rtc_chip_config_default();
    chip.error_ppm = 20;
    chip.turnover_c = 27;
    chip.sensor_error_c = 1;
    const struct timekeeper_config config = {
        .backup = &battery, .crystal = crystal, .trim_ppb = -3000 - 20000};
    const struct timekeeper_memory nothing = {0};
    meter = (struct meter){.true_ms = INT64_C(1795258800000)};
    rtc_chip_open(&meter.chip, &chip);
    rtc_chip_set(&meter.chip, meter.true_ms);
    meter.rtc = rtc_chip_port(&meter.chip);
    clock_init(&meter.clock, &utc);
    timekeeper_init(&meter.keeper, &meter.rtc, &meter.clock, &config);
    timekeeper_begin(&meter.keeper, &nothing, 0);
}

static double error_s(void)
{
    return (double)(meter.clock.utc_ms - meter.true_ms) / 1000;
}

/* The largest error of a month; `resync_days` 0: nobody tells it the time. */
static double drift_s(double temperature_c, const struct timekeeper_crystal *crystal,
                      int resync_days)
{
    double most_s = 0;
    begin(crystal);
    for (int day = 0; day < MONTH_DAYS; day++) {
        if (resync_days > 0 && day % resync_days == 0)
            clock_correct(&meter.clock, meter.true_ms);
        for (int ms = 0; ms < DAY_S * 1000; ms += STEP_MS) {
            meter.true_ms += STEP_MS;
            rtc_chip_advance(&meter.chip, STEP_MS * 1000, temperature_c, true);
            timekeeper_step(&meter.keeper, STEP_MS);
        }
        most_s = fmax(most_s, fabs(error_s()));
    }
    return most_s;
}

int main(void)
{
    struct bench bench = bench_begin("clock");
    bench_lower(&bench, "function.clock_month_23c_s", drift_s(23, &fork, 0), "s", 15);
    bench_lower(&bench, "function.clock_month_23c_resync_week_s", drift_s(23, &fork, 7), "s", 7);
    bench_lower(&bench, "function.clock_month_23c_resync_day_s", drift_s(23, &fork, 1), "s", 7);
    bench_lower(&bench, "function.clock_month_cold_s", drift_s(-25, &fork, 0), "s", BENCH_NO_GOAL);
    bench_lower(&bench, "function.clock_month_hot_s", drift_s(60, &fork, 0), "s", BENCH_NO_GOAL);
    bench_lower(&bench, "function.clock_month_cold_plain_s", drift_s(-25, &uncompensated, 0), "s",
                BENCH_NO_GOAL);
    bench_lower(&bench, "function.clock_month_hot_plain_s", drift_s(60, &uncompensated, 0), "s",
                BENCH_NO_GOAL);
    bench_lower(&bench, "function.clock_month_cold_resync_day_s", drift_s(-25, &fork, 1), "s",
                BENCH_NO_GOAL);
    bench_lower(&bench, "function.clock_month_hot_resync_day_s", drift_s(60, &fork, 1), "s",
                BENCH_NO_GOAL);
    return bench_end(&bench);
}
