/* A year of 1-minute power through a whole ST402D on its chip: eight rates by calendar, four load
 * profiles, maximum demand, billing every month. No waveforms: the ledger's cheap entry. */
#include "bench/bench.h"
#include "meter/meter.h"
#include "world/nor/nor.h"

#include <stdio.h>
#include <stdlib.h>

enum { MINUTES = 365 * 1440, MINUTE_MS = 60000, MINUTE_US = 60000000, PREPARE_US = 10000 };

/* 2027-01-01T00:00:00+01:00. */
static const int64_t begin_ms = INT64_C(1798758000000);

static struct meter meter;
static struct nor nor;
static struct flash flash;

static struct calendar_name name_of(char letter)
{
    return (struct calendar_name){1, {(uint8_t)letter}};
}

/* A rate for each three hours, other ones in summer and on Sundays. */
static struct calendar eight_rates(void)
{
    static struct calendar_switch switches[24];
    struct calendar calendar = {
        .switches = switches,
        .season_count = 2,
        .week_count = 2,
        .day_count = 3,
        .switch_count = 24,
        .seasons = {{name_of('w'), {CALENDAR_ANY_YEAR, 11, 1, CALENDAR_ANY}, name_of('w')},
                    {name_of('s'), {CALENDAR_ANY_YEAR, 4, 1, CALENDAR_ANY}, name_of('s')}},
        .weeks = {{name_of('w'), {1, 1, 1, 1, 1, 1, 2}}, {name_of('s'), {3, 3, 3, 3, 3, 3, 2}}},
    };
    for (uint8_t day = 0; day < 3; day++) {
        calendar.days[day] = (struct calendar_day){.id = (uint8_t)(day + 1), .count = 8};
        for (uint8_t i = 0; i < 8; i++) {
            calendar.switches[day * 8 + i] =
                calendar_switch_at((uint8_t)(i * 3), 0, 0, (uint8_t)(1 + (i + day * 3) % 8));
        }
    }
    return calendar;
}

static int begin(void)
{
    struct nor_config chip = nor_config_default();
    chip.program_min_us = chip.program_max_us = 0; /* the chip is not what is timed */
    chip.erase_min_us = chip.erase_max_us = 0;
    char error[NOR_ERROR_SIZE];
    if (nor_open(&nor, &chip, NULL, error, sizeof error) != 0) {
        fprintf(stderr, "bench year: %s\n", error);
        return -1;
    }
    flash = nor_port(&nor);
    static struct legal_part legal;
    static struct calendar_switch switches[2 * CALENDAR_SWITCHES];
    const struct meter_setup setup = {
        .product = product_find("st402d"),
        .utc_ms = begin_ms,
        .flash = &flash,
        .legal = &legal,
        .switches = switches,
        .switch_count = 2 * CALENDAR_SWITCHES,
    };
    if (meter_init(&meter, &setup) != 0) {
        return -1;
    }
    while (meter_recover(&meter) > 0) {
        nor_advance(&nor, PREPARE_US);
    }
    while (storage_step(&meter.storage) > 0 || journal_step(&meter.part->keep.journal) > 0) {
        nor_advance(&nor, PREPARE_US);
    }
    struct calendar rates = eight_rates();
    calendar_copy(&meter.tariff.passive, &rates);
    return tariff_activate(&meter.tariff) == CALENDAR_GOOD ? 0 : -1;
}

static void live_minute(int minute)
{
    struct legal_interval interval = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        int64_t watts = (minute * 37 + phase * 501) % 4000 - 500;
        interval.phase[phase] = (struct legal_phase){
            .u_uv = 230000000,
            .i_na = INT64_C(17000000000),
            .p_uw = watts * 1000000,
            .p1_uw = watts * 1000000,
            .q1_uvar = (watts / 3 - 200) * INT64_C(1000000),
        };
    }
    legal_direct(meter.legal, &interval, NULL);
    int64_t now_ms = (int64_t)(minute + 1) * MINUTE_MS;
    nor_advance(&nor, MINUTE_US);
    for (int busy = 0; busy < 4; busy++) {
        (void)meter_step(&meter, now_ms);
        nor_advance(&nor, PREPARE_US);
    }
}

/* The year was lived: its rates add up, its rows and periods are there. */
static int check(void)
{
    int64_t sum = 0;
    for (unsigned rate = 1; rate <= LEGAL_RATES; rate++) {
        int64_t uws = legal_rate_energy_uws(meter.legal, rate, LEGAL_ENERGY_A_IMPORT);
        sum += uws;
        if (uws == 0) {
            return -1;
        }
    }
    const struct profile *quarters = &meter.profiles[PRODUCT_PROFILE_LOAD_1];
    const struct profile *bills = &meter.profiles[PRODUCT_PROFILE_BILLING_1];
    return sum == legal_energy_uws(meter.legal, 0, LEGAL_ENERGY_A_IMPORT) &&
                   profile_next(quarters) == 365 * 96 + 1 && profile_next(bills) == 12 + 1 &&
                   meter.billing.periods == 12
               ? 0
               : -1;
}

int main(void)
{
    if (begin() != 0) {
        return 1;
    }
    double begun_s = bench_now_s();
    for (int minute = 0; minute < MINUTES; minute++) {
        live_minute(minute);
    }
    double spent_s = bench_now_s() - begun_s;
    if (check() != 0) {
        fprintf(stderr, "bench year: %u quarters, %u bills, %u periods: that was no year\n",
                profile_next(&meter.profiles[PRODUCT_PROFILE_LOAD_1]) - 1,
                profile_next(&meter.profiles[PRODUCT_PROFILE_BILLING_1]) - 1,
                meter.billing.periods);
        return 1;
    }
    struct bench bench = bench_begin("year");
    bench_lower(&bench, "meter.year_s", spent_s, "s", 20);
    return bench_end(&bench);
}
