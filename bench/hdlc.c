/* HDLC on a simulated line: how much of the line's time is payload, clean and lossy; what a channel
 * costs. */
#include "bench/bench.h"
#include "test/link/hdlc_rig.h"

#include <stdlib.h>
#include <string.h>

enum {
    BAUD = 9600,
    PDU = 2048,
    BLOCK_HEADER = 12, /* of a GET response with a block of more than 255 octets */
    GET_NEXT = 8,      /* the least request of the rig; GET next has one octet less */
    ROW = 28,          /* clock, status, two registers */
    ROWS = 960,        /* ten days of quarter-hours */
    CPU_ROUNDS = 200,
};

static struct rig rig;

static void check(bool good)
{
    if (!good) {
        fputs("bench hdlc: the line gave up\n", stderr);
        exit(1);
    }
}

static void set_up(uint16_t info, uint8_t window, unsigned baud)
{
    memset(&rig, 0, sizeof rig);
    rig.server_settings = rig_settings();
    rig.server_settings.limits = (struct hdlc_limits){info, info, window, window};
    rig.server_settings.device_address = 1234; /* four octets of address, as on RS-485 */
    rig.server_settings.response_time_ms = baud > 0 ? 20 : 0;
    rig.client_settings = rig.server_settings;
    rig_start(&rig, baud, 1);
    check(rig_connect(&rig, 0));
}

/* Reads a profile block by block; its octets in parts of the line's time. */
static double read_profile(void)
{
    int64_t begin_us = rig.bus.now_us;
    size_t payload = 0;
    while (payload < ROWS * ROW) {
        size_t left = ROWS * ROW - payload;
        size_t block = left < PDU - BLOCK_HEADER ? left : PDU - BLOCK_HEADER;
        check(rig_ask(&rig, 0, GET_NEXT, block + BLOCK_HEADER));
        payload += block;
    }
    return (double)payload * (double)rig.bus.octet_us / (double)(rig.bus.now_us - begin_us);
}

static double efficiency(uint16_t info, uint8_t window, unsigned wrong_ppm)
{
    struct bus_random noise = {.state = 1, .wrong_ppm = wrong_ppm};
    set_up(info, window, BAUD);
    rig.bus.noise = wrong_ppm > 0 ? bus_random_noise : NULL;
    rig.bus.owner = &noise;
    return 100 * read_profile();
}

/* Station, client and line together, so an upper bound of the station's. */
static double ns_per_octet(void)
{
    set_up(512, 7, 0);
    size_t said = rig.bus.parties[0].count;
    double begin_s = bench_now_s();
    for (int i = 0; i < CPU_ROUNDS; i++) {
        check(rig_ask(&rig, 0, GET_NEXT, PDU));
    }
    double took_s = bench_now_s() - begin_s;
    return took_s * 1e9 / (double)(rig.bus.parties[0].count - said);
}

int main(void)
{
    struct bench bench = bench_begin("hdlc");
    size_t ram = sizeof(struct hdlc_station) + 2 * sizeof(struct hdlc_connection);
    bench_higher(&bench, "link.hdlc_efficiency", efficiency(512, 7, 0), "%", 88);
    bench_higher(&bench, "link.hdlc_efficiency_128_w1", efficiency(128, 1, 0), "%", BENCH_NO_GOAL);
    bench_higher(&bench, "link.hdlc_efficiency_lossy_128_w7", efficiency(128, 7, 1000), "%",
                 BENCH_NO_GOAL);
    bench_higher(&bench, "link.hdlc_efficiency_lossy_128_w1", efficiency(128, 1, 1000), "%",
                 BENCH_NO_GOAL);
    bench_lower(&bench, "link.hdlc_ram_two_clients", (double)ram, "octets", 2200);
    bench_lower(&bench, "link.hdlc_line_ns_per_octet", ns_per_octet(), "ns", BENCH_NO_GOAL);
    return bench_end(&bench);
}
