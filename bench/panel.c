/* What the panel costs a meter at the speed of life while a browser looks: one socket that reads
 * every message. */
#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "app/panel.h"
#include "bench/bench.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SECONDS = 5, TICK_US = 10000 };

static double cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double resident_mb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long size = 0;
    long resident = 0;
    if (!file || fscanf(file, "%ld %ld", &size, &resident) != 2) {
        resident = 0;
    }
    if (file) {
        fclose(file);
    }
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

static int look(const char *url)
{
    static const char upgrade[] =
        "GET /api/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: watthour\r\n\r\n";
    struct sockaddr_in to = {.sin_family = AF_INET};
    to.sin_port = htons((uint16_t)atoi(strrchr(url, ':') + 1));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    (void)connect(fd, (struct sockaddr *)&to, sizeof to);
    usleep(TICK_US);
    (void)send(fd, upgrade, sizeof upgrade - 1, MSG_NOSIGNAL);
    return fd;
}

/* The meter lives `SECONDS`; seconds of the processor. */
static double live(struct simulation *simulation, struct panel *panel, int fd, size_t *octets)
{
    static char heard[65536];
    double begun_s = cpu_s();
    for (int tick = 0; tick < SECONDS * 1000000 / TICK_US; tick++) {
        uint64_t until = simulation->frames + WORLD_FRAME_HZ / (1000000 / TICK_US);
        while (simulation->frames < until) {
            (void)simulation_advance(simulation, until - simulation->frames);
        }
        if (panel) {
            panel_step(panel);
            ssize_t got = recv(fd, heard, sizeof heard, MSG_DONTWAIT);
            *octets += got > 0 ? (size_t)got : 0;
        }
        usleep(TICK_US);
    }
    return cpu_s() - begun_s;
}

int main(void)
{
    struct run_options options = {
        .product = product_find("st402d"),
        .scenario = "villa",
        .address = "127.0.0.1",
        .panel_address = "127.0.0.1",
        .sampling = WORLD_SAMPLING_SINC3,
        .snr_db = 101,
        .speed = 1,
        .seed = 1,
        .nominal_hz = 50,
        .start_utc_s = 1795259100,
    };
    static struct simulation simulation;
    struct panel *panel;
    char error[512];
    size_t octets = 0;
    if (simulation_open(&simulation, &options, error, sizeof error) != 0) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    double alone_s = live(&simulation, NULL, -1, &octets);
    double before_mb = resident_mb();
    if (panel_open(&panel, &options, &simulation, error, sizeof error) != 0) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    int fd = look(panel_url(panel));
    double looked_at_s = live(&simulation, panel, fd, &octets);
    struct bench bench = bench_begin("panel");
    bench_lower(&bench, "panel.core_percent_at_10_hz", 100 * (looked_at_s - alone_s) / SECONDS, "%",
                3);
    bench_lower(&bench, "panel.memory_mb", resident_mb() - before_mb, "MB", 15);
    bench_lower(&bench, "panel.kb_per_s", (double)octets / 1024 / SECONDS, "kB/s", BENCH_NO_GOAL);
    close(fd);
    panel_close(panel);
    simulation_close(&simulation);
    return bench_end(&bench);
}
