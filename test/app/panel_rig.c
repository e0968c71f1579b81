#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "test/app/panel_rig.h"

#include "port/posix/loop.h"
#include "test/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_US = 5000000 };

static struct run_options options;
struct simulation *simulation;
struct panel *panel;
uint16_t port;
char answer[ANSWER];
char request[REQUEST];

/* ---- a meter with a panel ---- */

static struct run_options options_of(const char *address, const char *product)
{
    return (struct run_options){
        .product = product_find(product),
        .scenario = strcmp(product, "xs211") == 0 ? "household" : "villa",
        .address = "127.0.0.1",
        .dlms_port = 4059,
        .panel_address = address,
        .panel_port = 0,
        .sampling = WORLD_SAMPLING_IDEAL,
        .speed = 1,
        .seed = 1,
        .nominal_hz = 50,
        .serial = 7,
        .start_utc_s = 1795259100,
    };
}

void rig_open_twin(struct simulation *twin)
{
    char error[512];
    if (simulation_open(twin, &options, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
}

void rig_open_product(const char *address, const char *product)
{
    char error[512];
    options = options_of(address, product);
    simulation = calloc(1, sizeof *simulation);
    assert_non_null(simulation);
    if (simulation_open(simulation, &options, error, sizeof error) != 0 ||
        panel_open(&panel, &options, simulation, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
    const char *colon = strrchr(panel_url(panel), ':');
    port = (uint16_t)atoi(colon + 1);
}

void rig_open_panel(const char *address)
{
    rig_open_product(address, "xs211");
}

int rig_set_up(void **state)
{
    (void)state;
    rig_open_panel("127.0.0.1");
    return 0;
}

int rig_tear_down(void **state)
{
    (void)state;
    panel_close(panel);
    simulation_close(simulation);
    free(simulation);
    return 0;
}

void rig_live(double seconds)
{
    uint64_t end = simulation->frames + (uint64_t)(seconds * WORLD_FRAME_HZ);
    while (simulation->frames < end) {
        simulation_advance(simulation, end - simulation->frames);
        panel_step(panel);
    }
}

/* ---- a client ---- */

int rig_dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    assert_true(connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS);
    return fd;
}

void rig_say(int fd, const char *text, size_t size)
{
    int64_t end_us = loop_time_us() + PATIENCE_US;
    while (size > 0 && loop_time_us() < end_us) {
        ssize_t sent = send(fd, text, size, MSG_NOSIGNAL);
        if (sent > 0) {
            text += sent;
            size -= (size_t)sent;
        } else if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
            return; /* it has heard enough */
        }
        panel_step(panel);
    }
}

size_t rig_content_length(const char *head)
{
    const char *field = strstr(head, "content-length: ");
    return field ? strtoul(field + 16, NULL, 10) : 0;
}

int rig_hear(int fd)
{
    size_t size = 0;
    int64_t end_us = loop_time_us() + PATIENCE_US;
    while (loop_time_us() < end_us) {
        panel_step(panel);
        ssize_t got = recv(fd, answer + size, ANSWER - 1 - size, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != ENOTCONN)) {
            break;
        }
        size += got > 0 ? (size_t)got : 0;
        answer[size] = '\0';
        const char *body = strstr(answer, "\r\n\r\n");
        if (body && size - (size_t)(body + 4 - answer) >= rig_content_length(answer)) {
            break;
        }
    }
    answer[size] = '\0';
    return size > 12 ? atoi(answer + 9) : 0;
}

int rig_ask(const char *text)
{
    int fd = rig_dial();
    rig_say(fd, text, strlen(text));
    int status = rig_hear(fd);
    close(fd);
    return status;
}

int rig_get(const char *path)
{
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", path, port);
    return rig_ask(request);
}

int rig_post(const char *path, const char *body)
{
    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             path, port, strlen(body), body);
    return rig_ask(request);
}

int rig_upgrade(int fd, const char *extra)
{
    snprintf(request, sizeof request,
             "GET /api/live%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: watthour\r\n\r\n",
             extra, port);
    rig_say(fd, request, strlen(request));
    return rig_hear(fd);
}

void rig_wait_us(int64_t us)
{
    int64_t end_us = loop_time_us() + us;
    while (loop_time_us() < end_us) {
        panel_step(panel);
        usleep(1000);
    }
}
