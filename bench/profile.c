/* What profiles cost: capturing a row, reading a day out of five years, a day on a slow line. */
#include "bench/bench.h"
#include "cosem/class/profile_view.h"
#include "cosem/data.h"
#include "cosem/tape.h"
#include "meter/meter.h"
#include "world/nor/nor.h"

#include <stdio.h>
#include <string.h>

enum {
    QUARTER_S = 900,
    DAY_S = 86400,
    FIVE_YEARS = 5 * 365 * (DAY_S / QUARTER_S), /* rows */
    CAPTURES = 20000,
    READS = 200,
    PIECE = 480, /* octets of a block */
    ROOM = 1 << 20,
    LINE_BAUD = 9600,
    BITS = 10, /* of an octet on the line */
    HDLC_FIELD = 512,
    HDLC_OVERHEAD = 14, /* octets beside the field, and the request for the next block */
};

static const int64_t begin_s = INT64_C(1798761600); /* 2027-01-01 */

/* ---- A profile as large as five years need, and nothing else ---- */

static const struct partition rings[] = {
    {"profile", 0x7f10, BELT_RECORDS, 40, 2000, 68},
};

static const struct storage_layout layout = {
    .product = "bench",
    .values = {"values", 0x7f02, BELT_JOURNAL, 0, 10, 0},
    .secrets = {"secrets", 0x7f03, BELT_JOURNAL, 12, 7, 0},
    .stage = {"stage", 0x7f04, BELT_STAGE, 20, 5, 0},
    .values_use = {.values = 4},
    .secrets_use = {.values = 1, .secret = true},
    .stage_value = 3,
    .rings_count = 1,
    .rings = rings,
};

static const struct profile_column columns[] = {
    {8, {0, 0, 1, 0, 0, 255}, 2, 0}, {3, {1, 0, 1, 8, 0, 255}, 2, 0},
    {3, {1, 0, 2, 8, 0, 255}, 2, 0}, {3, {1, 0, 3, 8, 0, 255}, 2, 0},
    {3, {1, 0, 4, 8, 0, 255}, 2, 0},
};

static const struct profile_plan plan = {.settings_value = 0,
                                         .state_value = 1,
                                         .period_s = QUARTER_S,
                                         .column_count = 5,
                                         .columns = columns};

static const struct event_plan no_logs = {.ring = {EVENT_NO_LOG, EVENT_NO_LOG, EVENT_NO_LOG,
                                                   EVENT_NO_LOG, EVENT_NO_LOG, EVENT_NO_LOG,
                                                   EVENT_NO_LOG, EVENT_NO_LOG}};

struct years {
    struct nor nor;
    struct flash flash;
    struct storage storage;
    struct clock clock;
    struct event_book events;
    struct object_table objects; /* none is asked for */
    struct column_pool columns;
    struct profile_common common;
    struct profile profile;
    struct cosem_context context;
    uint32_t counter;
};

static int count(void *owner, const struct profile_column *column, struct writer *w)
{
    struct years *years = owner;
    cosem_put_u32(w, years->counter * column->obis[2]);
    return 0;
}

static int open_chip(struct nor *nor, struct flash *flash)
{
    char error[NOR_ERROR_SIZE];
    struct nor_config config = nor_config_default();
    config.program_min_us = config.program_max_us = 0;
    config.erase_min_us = config.erase_max_us = 0;
    if (nor_open(nor, &config, NULL, error, sizeof error) != 0) {
        fprintf(stderr, "bench_profile: %s\n", error);
        return -1;
    }
    *flash = nor_port(nor);
    return 0;
}

static int open_years(struct years *years)
{
    static const struct civil_zone zone = {.offset_min = 60};
    if (open_chip(&years->nor, &years->flash) != 0) {
        return -1;
    }
    storage_init(&years->storage, &years->flash, &layout);
    while (storage_recover(&years->storage) > 0) {
    }
    clock_init(&years->clock, &zone);
    clock_start(&years->clock, begin_s * 1000);
    event_init(&years->events, &no_logs, &years->clock);
    event_recover(&years->events, &years->storage, 2);
    column_pool_init(&years->columns, &years->objects);
    years->common = (struct profile_common){.source = {.value = count, .owner = years},
                                            .clock = &years->clock,
                                            .events = &years->events,
                                            .columns = &years->columns};
    profile_init(&years->profile, &plan, &years->common);
    profile_recover(&years->profile, &years->storage);
    years->context = (struct cosem_context){
        .clock = &years->clock, .events = &years->events, .profiles = &years->profile};
    return 0;
}

static void live(struct years *years, int rows)
{
    for (int i = 0; i < rows; i++) {
        while (storage_step(&years->storage) > 0) {
        }
        clock_advance(&years->clock, QUARTER_S * INT64_C(1000));
        years->counter += 7;
        while (profile_step(&years->profile) > 0) {
            (void)storage_step(&years->storage);
        }
    }
}

/* ---- Reading ---- */

static void put_time(struct writer *w, int64_t utc_s)
{
    struct civil c = civil_from_seconds(utc_s);
    const uint8_t octets[] = {9,
                              12,
                              (uint8_t)(c.year >> 8),
                              (uint8_t)c.year,
                              c.month,
                              c.day,
                              0xFF,
                              c.hour,
                              c.minute,
                              c.second,
                              0,
                              0,
                              0,
                              0};
    writer_octets(w, octets, sizeof octets);
}

/* Octets of a day's rows; 0: it cannot be read. */
static size_t read_day(struct years *years, int64_t from_s)
{
    static const struct class_profile_config config = {.number = 0};
    static const struct cosem_access access = {.read = {COSEM_ALL}};
    static const struct cosem_object object = {&class_profile_generic, COSEM_NAME(1, 0, 99, 1, 0),
                                               &access, &config};
    static uint8_t octets[ROOM];
    uint8_t parameters[128];
    struct writer w = writer_over(parameters, sizeof parameters);
    cosem_put_structure(&w, 4);
    profile_column_put(&w, &columns[0]);
    put_time(&w, from_s);
    put_time(&w, from_s + DAY_S - 1);
    cosem_put_array(&w, 0);
    const struct cosem_call call = {
        .object = &object,
        .context = &years->context,
        .selection = {.selector = 1, .parameters = parameters, .size = writer_kept(&w)}};
    struct cosem_tape tape;
    size_t size = 0;
    if (cosem_tape_open(&tape, &call, 2) != COSEM_SUCCESS) {
        return 0;
    }
    while (!cosem_tape_ended(&tape) && size + PIECE + COSEM_CARRY < ROOM) {
        size += cosem_tape_read(&tape, octets + size, PIECE);
    }
    return size;
}

static double time_day(struct years *years)
{
    double began_s = bench_now_s();
    for (int i = 0; i < READS; i++) {
        int64_t day = (int64_t)i * 9 % (5 * 365 - 2);
        if (read_day(years, begin_s + day * DAY_S) == 0) {
            return NAN;
        }
    }
    return (bench_now_s() - began_s) / READS;
}

static double line_s(size_t octets)
{
    size_t frames = (octets + HDLC_FIELD - 1) / HDLC_FIELD;
    return (double)(octets + 2 * frames * HDLC_OVERHEAD) * BITS / LINE_BAUD;
}

static void bench_years(struct bench *bench, struct years *years)
{
    if (open_years(years) != 0) {
        return;
    }
    double began_s = bench_now_s();
    live(years, FIVE_YEARS);
    double row_us = (bench_now_s() - began_s) / FIVE_YEARS * 1e6;
    bench_lower(bench, "profile.row_us", row_us, "us", BENCH_NO_GOAL);
    bench_lower(bench, "profile.day_of_five_years_ms", time_day(years) * 1e3, "ms", 1);
    size_t plain = read_day(years, begin_s + 100 * DAY_S);
    (void)profile_set_encoding(&years->profile, PROFILE_NULL_REPEATED);
    size_t compressed = read_day(years, begin_s + 100 * DAY_S);
    bench_lower(bench, "profile.day_octets", (double)plain, "octets", BENCH_NO_GOAL);
    bench_lower(bench, "profile.day_null_octets", (double)compressed, "octets", BENCH_NO_GOAL);
    bench_lower(bench, "profile.day_9600_s", line_s(plain), "s", BENCH_NO_GOAL);
    bench_lower(bench, "profile.day_null_9600_s", line_s(compressed), "s", 3.5);
    (void)profile_set_encoding(&years->profile, PROFILE_COMPACT);
    size_t compact = read_day(years, begin_s + 100 * DAY_S);
    bench_lower(bench, "profile.day_compact_octets", (double)compact, "octets", BENCH_NO_GOAL);
    bench_lower(bench, "profile.day_compact_9600_s", line_s(compact), "s", 3.5);
    bench_lower(bench, "profile.day_of_five_years_compact_ms", time_day(years) * 1e3, "ms", 1);
    nor_close(&years->nor);
}

/* ---- A row of a meter's own columns, found in its object model ---- */

struct metering {
    struct nor nor;
    struct flash flash;
    struct meter meter;
    struct legal_part legal;
};

static const struct profile_column eight[] = {
    {8, {0, 0, 1, 0, 0, 255}, 2, 0},  {1, {0, 0, 96, 10, 1, 255}, 2, 0},
    {3, {1, 0, 1, 8, 0, 255}, 2, 0},  {3, {1, 0, 2, 8, 0, 255}, 2, 0},
    {3, {1, 0, 3, 8, 0, 255}, 2, 0},  {3, {1, 0, 4, 8, 0, 255}, 2, 0},
    {3, {1, 0, 32, 7, 0, 255}, 2, 0}, {3, {1, 0, 31, 7, 0, 255}, 2, 0},
};

static void bench_capture(struct bench *bench, struct metering *m)
{
    struct meter_setup setup = {
        .product = product_find("st402d"), .flash = &m->flash, .legal = &m->legal};
    struct legal_interval second = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    if (open_chip(&m->nor, &m->flash) != 0 || meter_init(&m->meter, &setup) != 0) {
        return;
    }
    while (meter_recover(&m->meter) > 0) {
    }
    legal_direct(m->meter.legal, &second, NULL);
    struct profile *profile = &m->meter.profiles[PRODUCT_PROFILE_LOAD_1];
    while (storage_step(&m->meter.storage) > 0) {
    }
    (void)profile_set_columns(profile, eight, 8);
    double spent_s = 0;
    int captured = 0;
    for (int i = 0; i < CAPTURES; i++) {
        while (storage_step(&m->meter.storage) > 0) {
        }
        double began_s = bench_now_s();
        captured += profile_capture(profile) == 0;
        spent_s += bench_now_s() - began_s;
    }
    if (captured == CAPTURES) {
        bench_lower(bench, "profile.capture_us", spent_s / CAPTURES * 1e6, "us", 20);
    }
    nor_close(&m->nor);
}

int main(void)
{
    static struct years years;
    static struct metering metering;
    struct bench bench = bench_begin("profile");
    bench_capture(&bench, &metering);
    bench_years(&bench, &years);
    return bench_end(&bench);
}
