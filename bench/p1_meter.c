#include "bench/p1_meter.h"

#include "meter/meter.h"
#include "world/nor/nor.h"

#include <stdio.h>
#include <string.h>

enum {
    FAILURES = 10,
    MONTHS = 13,
    MESSAGE = 1024,
    QUARTER_S = 900,
    PREPARE_US = 10000,
    SECOND_US = 1000000,
};

static struct meter meter;
static struct legal_part legal;
static struct nor nor;
static struct flash flash;

static int begin(void)
{
    struct nor_config chip = nor_config_default();
    char error[NOR_ERROR_SIZE];
    if (nor_open(&nor, &chip, NULL, error, sizeof error) != 0) {
        fprintf(stderr, "bench p1: %s\n", error);
        return -1;
    }
    flash = nor_port(&nor);
    const struct meter_setup setup = {.product = product_find("st402d"),
                                      .utc_ms = INT64_C(1795258800000),
                                      .flash = &flash,
                                      .legal = &legal};
    if (meter_init(&meter, &setup) != 0) {
        fputs("bench p1: the meter does not begin\n", stderr);
        return -1;
    }
    while (meter_recover(&meter) > 0) {
        nor_advance(&nor, PREPARE_US);
    }
    while (storage_step(&meter.storage) > 0 || journal_step(&meter.part->keep.journal) > 0) {
        nor_advance(&nor, PREPARE_US);
    }
    return 0;
}

static void live(int seconds)
{
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        interval.phase[phase] = (struct legal_phase){
            .u_uv = 230000000, .i_na = INT64_C(5000000000), .p_uw = 1150000000, .alive = true};
    }
    for (int second = 0; second < seconds; second++) {
        legal_direct(meter.legal, &interval, NULL);
        (void)meter_step(&meter, meter.now_ms + 1000);
        nor_advance(&nor, SECOND_US);
    }
}

int p1_meter_begin(void)
{
    static char message[MESSAGE];
    if (begin() != 0) {
        return -1;
    }
    memset(message, 'm', sizeof message);
    (void)message_set_text(&meter.message, message, sizeof message);
    for (uint32_t i = 0; i < FAILURES; i++) {
        const struct event failure = {.stamp = event_stamp_at(&meter.clock, meter.clock.utc_ms),
                                      .detail = {.duration_s = 240 + i}};
        event_enter_log(&meter.events, EVENT_LOG_INTERRUPTION, &failure);
        live(2);
    }
    for (int month = 0; month < MONTHS; month++) {
        live(2 * QUARTER_S);
        (void)billing_end(&meter.billing, BILLING_SCRIPT);
        live(2);
    }
    return 0;
}

struct p1_view p1_meter_view(void)
{
    return (struct p1_view){
        .quantities = &meter.source,
        .clock = &meter.clock,
        .identity = &meter.identity,
        .message = &meter.message,
        .outage = &meter.outage,
        .voltages = &meter.voltage_count,
        .events = &meter.events,
        .demand = &meter.demand,
        .billing = &meter.profiles[PRODUCT_PROFILE_BILLING_1],
        .model = meter.product->model_name,
    };
}
