/* P1: a telegram of a three-phase meter built, encrypted, found in a stream and read whole. */
#include "bench/bench.h"
#include "bench/p1_meter.h"
#include "p1/envelope.h"
#include "p1/reader.h"
#include "p1/telegram.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 20000, RUNS = 7 };

static struct legal legal;
static struct quantity_source source = {.legal = &legal};
static struct clock clock;
static struct identity identity;
static struct message message;
static char text[MESSAGE_TEXT_MAX];
static uint8_t telegram[P1_TELEGRAM_MAX];
static uint8_t other[P1_TELEGRAM_MAX + P1_ENVELOPE];
static size_t size;
static volatile int64_t sink; /* what is read is looked at */

static const struct p1_view view = {.quantities = &source,
                                    .clock = &clock,
                                    .identity = &identity,
                                    .message = &message,
                                    .model = "ST402D"};

static void start_meter(void)
{
    static const struct legal_calibration ideal;
    static const struct legal_config config = {.phases = 3,
                                               .nominal_hz = 50,
                                               .sum = LEGAL_SUM_VECTOR,
                                               .u_nominal_mv = 230000,
                                               .u_full_scale_mv = 600000,
                                               .i_full_scale_ma = 170000,
                                               .i_start_ua = 20000,
                                               .pulses_per_kwh = 1000,
                                               .pulses_per_kvarh = 1000};
    static const uint8_t checksum[IDENTITY_CHECKSUM_SIZE];
    const struct identity_legal who_measures = {"watthour legal 0.0.0", checksum};
    static const struct identity_config who = {.manufacturer = "WTH", .device_type = 103};
    static const struct civil_zone cet = {.offset_min = 60,
                                          .dst_min = 60,
                                          .dst_begin = {.month = 3, .week = 5, .weekday = 7},
                                          .dst_end = {.month = 10, .week = 5, .weekday = 7}};
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int i = 0; i < LEGAL_PHASES; i++) {
        interval.phase[i] = (struct legal_phase){
            .u_uv = 230000000, .i_na = INT64_C(5000000000), .p_uw = 1150000000};
    }
    legal_init(&legal, &config, &ideal);
    legal_direct(&legal, &interval, NULL);
    clock_init(&clock, &cet);
    clock_set(&clock, INT64_C(1800000000000));
    identity_init(&identity, &who, who_measures, 12345678);
    message_init(&message, text);
}

static void build(void)
{
    size = p1_telegram(&p1_profile_dsmr, &view, telegram, sizeof telegram);
}

/* Everything that a telegram can have: the log of failures, or the maxima of the months; a message
 * of 1024 characters. */
static struct p1_view past;
static const struct p1_profile *profile_with_past;
static size_t past_size;

static void build_with_past(void)
{
    static uint8_t long_telegram[P1_TELEGRAM_MAX];
    past_size = p1_telegram(profile_with_past, &past, long_telegram, sizeof long_telegram);
}

static void encrypt(void)
{
    static const struct p1_keys keys = {.encryption = "key"};
    static const uint8_t title[P1_TITLE] = {0};
    sink = (int64_t)p1_seal(&keys, title, 1, telegram, size, other);
}

/* Every line's code, and its groups as numbers or times. */
static int64_t read_items(struct p1_reading *reading)
{
    struct p1_item item;
    struct p1_text group;
    struct p1_number number;
    int64_t sum = 0;
    while (p1_reading_next(reading, &item)) {
        while (p1_group_next(&item.groups, &group)) {
            sum += p1_number_take(group, &number) == 0 ? number.value : 0;
        }
    }
    return sum;
}

static void parse(void)
{
    struct p1_receiver receiver;
    struct p1_reading reading;
    bool whole;
    p1_receiver_init(&receiver, other, sizeof other);
    (void)p1_receiver_take(&receiver, telegram, size, &whole);
    if (!whole || p1_reading_begin(&reading, other, receiver.size) != 0 ||
        reading.check != P1_CHECK_GOOD) {
        fputs("bench p1: the telegram is not read\n", stderr);
        exit(1);
    }
    sink = read_items(&reading);
}

/* Microseconds, the best of some runs. */
static double best_us(void (*work)(void))
{
    double best = 1e9;
    for (int run = 0; run < RUNS; run++) {
        double begin_s = bench_now_s();
        for (int i = 0; i < ROUNDS; i++) {
            work();
        }
        double us = (bench_now_s() - begin_s) * 1e6 / ROUNDS;
        best = us < best ? us : best;
    }
    return best;
}

static void bench_past(struct bench *bench)
{
    if (p1_meter_begin() != 0) {
        exit(1);
    }
    past = p1_meter_view();
    profile_with_past = &p1_profile_dsmr;
    bench_lower(bench, "p1.build_failures_us", best_us(build_with_past), "us", BENCH_NO_GOAL);
    bench_lower(bench, "p1.failures_octets", (double)past_size, "octets", BENCH_NO_GOAL);
    profile_with_past = &p1_profile_belgium;
    bench_lower(bench, "p1.build_maxima_us", best_us(build_with_past), "us", BENCH_NO_GOAL);
    bench_lower(bench, "p1.maxima_octets", (double)past_size, "octets", BENCH_NO_GOAL);
}

int main(void)
{
    struct bench bench = bench_begin("p1");
    start_meter();
    bench_lower(&bench, "p1.build_us", best_us(build), "us", 5);
    bench_lower(&bench, "p1.encrypt_us", best_us(encrypt), "us", BENCH_NO_GOAL);
    bench_higher(&bench, "p1.parsed_per_s", 1e6 / best_us(parse), "1/s", 200000);
    bench_lower(&bench, "p1.telegram_octets", (double)size, "octets", BENCH_NO_GOAL);
    bench_past(&bench);
    return bench_end(&bench);
}
