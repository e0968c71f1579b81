#define _GNU_SOURCE /* mkdtemp, nanosleep, posix_openpt */

/* HDLC behind a pseudo-terminal and behind TCP: a client connects, noise and pauses do no harm. */
#include "port/posix/serial.h"
#include "port/posix/tcp.h"
#include "test/unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ERROR_SIZE = 200, WAIT_MS = 2000 };

/* SNRM of client 1 to server 1, and what answers it with the limits of meter_line_settings(). */
static const uint8_t snrm[] = {0x7E, 0xA0, 0x07, 0x03, 0x03, 0x93, 0x8C, 0x11, 0x7E};
enum { UA = 0x73, UA_CONTROL = 5 };

struct rig {
    struct meter meter;
    struct legal_part legal;
    struct loop loop;
    struct serial_line line;
    struct serial_config config;
    bool terminal; /* the line is open; a bare chroot has no pseudo-terminals */
    char folder[32];
    char link[48];
};

static bool terminals_are_here(void)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct meter_setup setup = {.product = product_find("xs211"), .serial = 42};
    char error[ERROR_SIZE];
    *state = rig;
    strcpy(rig->folder, "/tmp/serial-XXXXXX");
    setup.legal = &rig->legal;
    if (!mkdtemp(rig->folder) || meter_init(&rig->meter, &setup) != 0 ||
        loop_open(&rig->loop) != 0) {
        return -1;
    }
    snprintf(rig->link, sizeof rig->link, "%s/optical", rig->folder);
    rig->terminal = terminals_are_here();
    if (!rig->terminal) {
        return 0;
    }
    rig->config = (struct serial_config){
        .loop = &rig->loop, .meter = &rig->meter, .protocol = END_OPTICAL, .name = rig->link};
    return serial_open(&rig->line, &rig->config, error, sizeof error);
}

static void skip_without_terminal(const struct rig *rig)
{
    if (!rig->terminal) {
        print_message("no pseudo-terminals here: /dev/ptmx does not open\n");
        skip();
    }
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    if (rig->terminal) {
        serial_close(&rig->line);
    }
    loop_close(&rig->loop);
    (void)rmdir(rig->folder);
    free(rig);
    return 0;
}

/* Serves until something comes back; gives its size, 0 after `WAIT_MS` of silence. */
static size_t wait_for(struct rig *rig, int fd, uint8_t *answer, size_t room)
{
    int64_t until_us = loop_time_us() + WAIT_MS * 1000;
    size_t got = 0;
    while (loop_time_us() < until_us && (got < 2 || answer[got - 1] != 0x7E)) {
        loop_serve(&rig->loop, 1);
        serial_step(&rig->line);
        ssize_t more = read(fd, answer + got, room - got);
        got += more > 0 ? (size_t)more : 0;
    }
    return got;
}

static void expect_ua(struct rig *rig, int fd)
{
    uint8_t answer[64];
    assert_int_equal(write(fd, snrm, sizeof snrm), (ssize_t)sizeof snrm);
    size_t size = wait_for(rig, fd, answer, sizeof answer);
    assert_true(size > 9);
    assert_int_equal(answer[UA_CONTROL], UA);
}

static void terminal_connects(void **state)
{
    struct rig *rig = *state;
    skip_without_terminal(rig);
    int fd = open(rig->link, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(fd >= 0);
    expect_ua(rig, fd);
    close(fd);
    fd = open(rig->link, O_RDWR | O_NOCTTY | O_NONBLOCK);
    expect_ua(rig, fd);
    close(fd);
}

static void noise_on_the_terminal_is_passed_over(void **state)
{
    struct rig *rig = *state;
    skip_without_terminal(rig);
    int fd = open(rig->link, O_RDWR | O_NOCTTY | O_NONBLOCK);
    uint32_t random = 7;
    for (int i = 0; i < 2000; i++) {
        random = random * 1664525 + 1013904223;
        uint8_t octet = (uint8_t)(random >> 24);
        (void)!write(fd, &octet, 1);
        loop_serve(&rig->loop, 0);
    }
    struct timespec pause = {.tv_nsec = 300000000};
    nanosleep(&pause, NULL);
    serial_step(&rig->line);
    expect_ua(rig, fd);
    close(fd);
}

static void replaces_a_link_but_nothing_else(void **state)
{
    struct rig *rig = *state;
    skip_without_terminal(rig);
    struct serial_line *other = calloc(1, sizeof *other);
    char error[ERROR_SIZE];
    char file[64];
    snprintf(file, sizeof file, "%s/file", rig->folder);
    close(open(file, O_CREAT | O_WRONLY, 0600));
    struct serial_config config = rig->config;
    config.name = file;
    assert_int_equal(serial_open(other, &config, error, sizeof error), -1);
    assert_non_null(strstr(error, "file: File exists"));
    (void)unlink(file);
    assert_int_equal(serial_open(other, &rig->config, error, sizeof error), 0);
    serial_close(other);
    assert_int_equal(symlink(rig->line.terminal.path, rig->link), 0);
    free(other);
}

static void tcp_connects(void **state)
{
    struct rig *rig = *state;
    struct tcp_endpoint endpoint;
    char error[ERROR_SIZE];
    struct tcp_config config = {
        .loop = &rig->loop, .meter = &rig->meter, .protocol = END_HDLC_TCP, .address = "127.0.0.1"};
    assert_int_equal(tcp_listen(&endpoint, &config, error, sizeof error), 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(endpoint.port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    expect_ua(rig, fd);
    close(fd);
    tcp_close(&endpoint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(terminal_connects, set_up, tear_down),
        cmocka_unit_test_setup_teardown(noise_on_the_terminal_is_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replaces_a_link_but_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tcp_connects, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
