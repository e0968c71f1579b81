/* The optical port of a whole meter, in simulated line time: how long a reader waits for HDLC and
 * for the readout, how much of that is the line's own, and what a character costs the processor. */
#include "meter/optical.h"
#include "bench/bench.h"
#include "dlms/client.h"
#include "link/hdlc_client.h"
#include "link/iec62056_21_client.h"
#include "product/product.h"
#include "world/nor/nor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BITS_7E1 = 10,
    RUNS = 5,
    GIVE_UP_MS = 120000,
    SECOND_US = 1000000,
    DAY_S = 86400,
    APDU = 2048,
    VALUE = 1 << 18,
};

/* Meter and reader on one line. */
struct line {
    struct legal_part legal;
    struct meter meter;
    struct meter_optical port;
    struct iec21_client reader;
    double now_us;
    uint64_t octets;
    double busy_us; /* in which octets were on the line */
    unsigned lines;
};

static struct line bench_line;

static int64_t now_ms(const struct line *line)
{
    return (int64_t)(line->now_us / 1000);
}

static void take_line(void *owner, const char *text, size_t size)
{
    struct line *line = owner;
    (void)text;
    line->lines += size > 0;
}

static void pass_octet(struct line *line, uint32_t baud)
{
    double us = (double)BITS_7E1 * SECOND_US / baud;
    line->now_us += us;
    line->busy_us += us;
    line->octets++;
}

/* What one of them has to say, octet by octet. False: nobody says anything. */
static bool converse(struct line *line)
{
    const uint8_t *octets;
    if (iec21_client_output(&line->reader, &octets, now_ms(line)) > 0) {
        uint8_t octet = octets[0];
        pass_octet(line, iec21_client_form(&line->reader).baud);
        iec21_client_sent(&line->reader, 1, now_ms(line));
        meter_optical_receive(&line->port, &octet, 1, now_ms(line));
        return true;
    }
    if (meter_optical_output(&line->port, &octets, now_ms(line)) > 0) {
        uint8_t octet = octets[0];
        pass_octet(line, meter_optical_form(&line->port).baud);
        meter_optical_sent(&line->port, 1, now_ms(line));
        iec21_client_receive(&line->reader, &octet, 1, now_ms(line));
        return true;
    }
    return false;
}

static void start(struct line *line, uint8_t wanted)
{
    struct meter_setup setup = {
        .product = product_find("st402d"), .serial = 12345678, .legal = &line->legal};
    const struct iec21_client_config config = {
        .address = "", .wanted = (char)wanted, .line = take_line, .owner = line};
    memset(line, 0, sizeof *line);
    if (meter_init(&line->meter, &setup) != 0) {
        fputs("bench optical: there is no meter\n", stderr);
        exit(1);
    }
    meter_optical_open(&line->meter, &line->port, 0);
    iec21_client_begin(&line->reader, &config, 0);
}

/* Until the reader has what it wants. */
static void wait_for_reader(struct line *line)
{
    while (line->reader.state < IEC21_CLIENT_DONE && now_ms(line) < GIVE_UP_MS) {
        if (!converse(line)) {
            line->now_us += 1000;
        }
        meter_optical_step(&line->port, now_ms(line));
        iec21_client_step(&line->reader, now_ms(line));
    }
    if (line->reader.state != IEC21_CLIENT_DONE) {
        fputs("bench optical: the reader did not get what it wants\n", stderr);
        exit(1);
    }
}

/* Seconds until it has. */
static double run(struct line *line, uint8_t wanted)
{
    start(line, wanted);
    wait_for_reader(line);
    meter_optical_close(&line->port);
    return line->now_us / SECOND_US;
}

/* Nanoseconds of processor time for a character of the readout, both ends. */
static double ns_per_character(struct line *line)
{
    double best = 1e9;
    for (int i = 0; i < RUNS; i++) {
        double begun_s = bench_now_s();
        uint64_t octets = 0;
        for (int round = 0; round < 20; round++) {
            (void)run(line, IEC21_READOUT);
            octets += line->octets;
        }
        double ns = (bench_now_s() - begun_s) * 1e9 / (double)octets;
        best = ns < best ? ns : best;
    }
    return best;
}

/* ---- a day's profile ---- */

/* A meter that has lived a day and more on a chip, a reader behind its sign-on. */
struct day {
    struct nor nor;
    struct flash flash;
    struct hdlc_settings settings;
    struct hdlc_client hdlc;
    struct dlms_client dlms;
    uint8_t frame[APDU + HDLC_LLC];
    uint8_t request[APDU];
    uint8_t answer[APDU];
    size_t answered;
    uint8_t value[VALUE];
};

static struct day bench_day;

static void fail(const char *what)
{
    fprintf(stderr, "bench optical: %s\n", what);
    exit(1);
}

static void live_a_day(struct line *line, struct day *day)
{
    static struct nor_config config;
    char error[NOR_ERROR_SIZE];
    struct legal_interval second = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int i = 0; i < LEGAL_PHASES; i++) {
        second.phase[i] = (struct legal_phase){
            .u_uv = 230000000, .i_na = INT64_C(5000000000), .p_uw = 1150000000, .alive = true};
    }
    config = nor_config_default();
    if (nor_open(&day->nor, &config, NULL, error, sizeof error) != 0) {
        fail(error);
    }
    day->flash = nor_port(&day->nor);
    const struct meter_setup setup = {.product = product_find("st402d"),
                                      .utc_ms = INT64_C(1798761600000),
                                      .reading_password = "password",
                                      .flash = &day->flash,
                                      .legal = &line->legal};
    memset(line, 0, sizeof *line);
    if (meter_init(&line->meter, &setup) != 0) {
        fail("there is no meter");
    }
    while (meter_recover(&line->meter) > 0) {
        nor_advance(&day->nor, 1000);
    }
    for (int64_t s = 1; s <= DAY_S; s++) {
        legal_direct(line->meter.legal, &second, NULL);
        (void)meter_step(&line->meter, s * 1000);
        nor_advance(&day->nor, SECOND_US);
    }
}

static void take_answer(void *owner, const uint8_t *apdu, size_t size, bool confirmed)
{
    struct day *day = owner;
    if (confirmed && size <= sizeof day->answer) {
        memcpy(day->answer, apdu, size);
        day->answered = size;
    }
}

/* One octet of HDLC, either way. */
static bool converse_hdlc(struct line *line, struct day *day)
{
    const uint8_t *octets;
    uint32_t baud = meter_optical_form(&line->port).baud;
    if (hdlc_client_output(&day->hdlc, &octets, now_ms(line)) > 0) {
        uint8_t octet = octets[0];
        pass_octet(line, baud);
        hdlc_client_sent(&day->hdlc, 1, now_ms(line));
        meter_optical_receive(&line->port, &octet, 1, now_ms(line));
        return true;
    }
    if (meter_optical_output(&line->port, &octets, now_ms(line)) > 0) {
        uint8_t octet = octets[0];
        pass_octet(line, baud);
        meter_optical_sent(&line->port, 1, now_ms(line));
        (void)hdlc_client_receive(&day->hdlc, &octet, 1, now_ms(line));
        return true;
    }
    return false;
}

static void settle(struct line *line, struct day *day)
{
    while (day->hdlc.state != HDLC_CLIENT_CONNECTED) {
        if (day->hdlc.state == HDLC_CLIENT_DISCONNECTED) {
            fail("the HDLC connection is lost");
        }
        if (!converse_hdlc(line, day)) {
            line->now_us += 1000;
        }
        meter_optical_step(&line->port, now_ms(line));
        hdlc_client_step(&day->hdlc, now_ms(line));
    }
}

static void exchange(struct line *line, struct day *day, size_t size)
{
    day->answered = 0;
    hdlc_client_request(&day->hdlc, day->request, size);
    settle(line, day);
}

static void connect_hdlc(struct line *line, struct day *day)
{
    static const struct dlms_octets password = {(const uint8_t *)"password", 8};
    struct dlms_refusal refusal;
    day->settings = meter_line_settings();
    const struct hdlc_client_config config = {.settings = &day->settings,
                                              .server = hdlc_address_of(1, 0),
                                              .client = PRODUCT_SAP_READING,
                                              .answer = day->frame,
                                              .answer_room = sizeof day->frame,
                                              .time_out_ms = 1000,
                                              .pause_ms = 20,
                                              .patience = 10,
                                              .received = take_answer,
                                              .owner = day};
    hdlc_client_init(&day->hdlc, &config, now_ms(line));
    hdlc_client_connect(&day->hdlc);
    settle(line, day);
    dlms_client_init(&day->dlms, day->value, sizeof day->value, APDU);
    exchange(line, day, dlms_client_open(&day->dlms, password, day->request, sizeof day->request));
    if (dlms_client_opened(&day->dlms, day->answer, day->answered, &refusal) != DLMS_CLIENT_DONE) {
        fail("no association");
    }
}

/* The load profile, whole: what there is of it is that day. */
static void read_profile(struct line *line, struct day *day)
{
    static const struct cosem_name profile = COSEM_NAME(1, 0, 99, 1, 0);
    struct dlms_refusal refusal;
    enum dlms_client_outcome outcome = DLMS_CLIENT_MORE;
    size_t size = dlms_client_get(&day->dlms, 7, &profile, 2, day->request, sizeof day->request);
    while (outcome == DLMS_CLIENT_MORE) {
        exchange(line, day, size);
        outcome = dlms_client_answer(&day->dlms, day->answer, day->answered, &refusal);
        size = outcome == DLMS_CLIENT_MORE
                   ? dlms_client_next(&day->dlms, day->request, sizeof day->request)
                   : 0;
    }
    if (outcome != DLMS_CLIENT_DONE) {
        fail("the profile is not read");
    }
}

static void bench_profile(struct bench *bench, struct line *line, struct day *day)
{
    const struct iec21_client_config config = {
        .address = "", .wanted = IEC21_BINARY, .line = take_line, .owner = line};
    live_a_day(line, day);
    meter_optical_open(&line->meter, &line->port, 0);
    iec21_client_begin(&line->reader, &config, 0);
    wait_for_reader(line);
    connect_hdlc(line, day);
    double begun_us = line->now_us;
    read_profile(line, day);
    double spent_s = (line->now_us - begun_us) / SECOND_US;
    double limit_s = (double)day->dlms.size * BITS_7E1 / meter_optical_form(&line->port).baud;
    bench_lower(bench, "link.mode_e_day_octets", (double)day->dlms.size, "octets", BENCH_NO_GOAL);
    bench_lower(bench, "link.mode_e_day_9600_s", spent_s, "s", BENCH_NO_GOAL);
    bench_higher(bench, "link.mode_e_day_of_line", 100 * limit_s / spent_s, "%", BENCH_NO_GOAL);
    meter_optical_close(&line->port);
    nor_close(&day->nor);
}

int main(void)
{
    struct line *line = &bench_line;
    struct bench bench = bench_begin("optical");
    bench_lower(&bench, "link.mode_e_sign_on_s", run(line, IEC21_BINARY), "s", BENCH_NO_GOAL);
    double sign_on_busy = line->busy_us / line->now_us;
    bench_higher(&bench, "link.mode_e_sign_on_line", 100 * sign_on_busy, "%", BENCH_NO_GOAL);
    bench_lower(&bench, "link.mode_c_readout_s", run(line, IEC21_READOUT), "s", BENCH_NO_GOAL);
    bench_lower(&bench, "link.mode_c_readout_octets", (double)line->octets, "octets",
                BENCH_NO_GOAL);
    bench_lower(&bench, "link.mode_c_ns_per_octet", ns_per_character(line), "ns", BENCH_NO_GOAL);
    bench_profile(&bench, line, &bench_day);
    return bench_end(&bench);
}
