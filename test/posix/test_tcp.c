/* A meter behind a real socket: several peers, hostile ones among them, never disturb each other.
 */
#include "port/posix/tcp.h"
#include "test/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ERROR_SIZE = 200, MANY = 1000000, ROUNDS = 200, PEERS = TCP_PEERS_MAX + 5 };

/* AARQ of client 16 without security and GET of the logical device name, as wrapper frames. */
static const uint8_t aarq[] = {0,    1,    0,    16,   0,    1,    0,    31,   0x60, 0x1D,
                               0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08, 0x01,
                               0x01, 0xBE, 0x10, 0x04, 0x0E, 0x01, 0x00, 0x00, 0x00, 0x06,
                               0x5F, 0x1F, 0x04, 0x00, 0x00, 0x7E, 0x1F, 0x04, 0xB0};
static const uint8_t get_name[] = {0, 1, 0, 16, 0,  1, 0, 13,  0xC0, 0x01, 0xC1,
                                   0, 1, 0, 0,  42, 0, 0, 255, 2,    0};

struct rig {
    struct meter meter;
    struct legal_part legal;
    struct loop loop;
    struct tcp_endpoint endpoint;
    enum end_protocol protocol;
};

static int listen_at(struct rig *rig, struct tcp_endpoint *endpoint, const char *address,
                     uint16_t port, char error[ERROR_SIZE])
{
    struct tcp_config config = {.loop = &rig->loop,
                                .meter = &rig->meter,
                                .protocol = rig->protocol,
                                .address = address,
                                .port = port};
    return tcp_listen(endpoint, &config, error, ERROR_SIZE);
}

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct meter_setup setup = {.product = product_find("xs211"), .serial = 42};
    char error[ERROR_SIZE];
    *state = rig;
    if (rig) {
        setup.legal = &rig->legal;
    }
    return !rig || meter_init(&rig->meter, &setup) != 0 || loop_open(&rig->loop) != 0 ||
           listen_at(rig, &rig->endpoint, "127.0.0.1", 0, error) != 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    tcp_close(&rig->endpoint);
    loop_close(&rig->loop);
    free(rig);
    return 0;
}

static int dial(const struct rig *rig)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(rig->endpoint.port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

static void serve(struct rig *rig)
{
    for (int i = 0; i < ROUNDS; i++) {
        loop_serve(&rig->loop, 0);
    }
}

/* Sends, lets the meter work, and takes what came back: its size, or -1 when the meter closed. */
static ssize_t exchange(struct rig *rig, int fd, const void *octets, size_t size, uint8_t *answer,
                        size_t room)
{
    assert_int_equal(send(fd, octets, size, MSG_NOSIGNAL), (ssize_t)size);
    serve(rig);
    ssize_t got = recv(fd, answer, room, 0);
    if (got < 0) {
        return errno == EAGAIN ? 0 : -1;
    }
    return got == 0 ? -1 : got;
}

static void expect_service(struct rig *rig)
{
    uint8_t answer[256];
    int fd = dial(rig);
    assert_true(exchange(rig, fd, aarq, sizeof aarq, answer, sizeof answer) > 8);
    assert_int_equal(answer[8], 0x61);
    ssize_t got = exchange(rig, fd, get_name, sizeof get_name, answer, sizeof answer);
    assert_int_equal(got, 8 + 4 + 2 + 16);
    assert_memory_equal(answer + 14, "WTH", 3);
    close(fd);
    serve(rig);
}

static void serves_a_client(void **state)
{
    expect_service(*state);
    expect_service(*state);
}

static void takes_octet_by_octet(void **state)
{
    struct rig *rig = *state;
    uint8_t answer[256];
    int fd = dial(rig);
    ssize_t got = 0;
    for (size_t i = 0; i < sizeof aarq; i++) {
        assert_int_equal(got, 0);
        got = exchange(rig, fd, aarq + i, 1, answer, sizeof answer);
    }
    assert_true(got > 8);
    close(fd);
}

static void noise_is_closed_or_silent(void **state)
{
    struct rig *rig = *state;
    uint32_t random = 1;
    for (int round = 0; round < 50; round++) {
        uint8_t noise[300];
        uint8_t answer[256];
        for (size_t i = 0; i < sizeof noise; i++) {
            random = random * 1664525 + 1013904223;
            noise[i] = (uint8_t)(random >> 24);
        }
        int fd = dial(rig);
        (void)exchange(rig, fd, noise, sizeof noise, answer, sizeof answer);
        close(fd);
    }
    serve(rig);
    assert_int_equal(rig->endpoint.count, 0);
    expect_service(rig);
}

/* A peer that asks and never reads is not read from any more, and holds up nobody. */
static void stalled_peer_waits_alone(void **state)
{
    struct rig *rig = *state;
    int stalled = dial(rig);
    int little = 4096;
    assert_int_equal(setsockopt(stalled, SOL_SOCKET, SO_RCVBUF, &little, sizeof little), 0);
    assert_int_equal(send(stalled, aarq, sizeof aarq, MSG_NOSIGNAL), (ssize_t)sizeof aarq);
    size_t unread_requests = 0;
    for (int i = 0; i < MANY; i++) {
        if (send(stalled, get_name, sizeof get_name, MSG_NOSIGNAL) < 0) {
            break;
        }
        unread_requests++;
        loop_serve(&rig->loop, 0);
    }
    assert_true(unread_requests < MANY);
    expect_service(rig);
    close(stalled);
}

static void half_open_peer_gets_its_answer(void **state)
{
    struct rig *rig = *state;
    uint8_t answer[256];
    int fd = dial(rig);
    assert_int_equal(send(fd, aarq, sizeof aarq, MSG_NOSIGNAL), (ssize_t)sizeof aarq);
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    serve(rig);
    assert_true(recv(fd, answer, sizeof answer, 0) > 8);
    close(fd);
}

static void refuses_one_peer_too_many(void **state)
{
    struct rig *rig = *state;
    int fds[PEERS];
    for (int i = 0; i < PEERS; i++) {
        fds[i] = dial(rig);
        serve(rig);
    }
    assert_int_equal(rig->endpoint.count, TCP_PEERS_MAX);
    for (int i = 0; i < PEERS; i++) {
        close(fds[i]);
    }
    serve(rig);
    assert_int_equal(rig->endpoint.count, 0);
    expect_service(rig);
}

static void says_why_it_cannot_listen(void **state)
{
    struct rig *rig = *state;
    struct tcp_endpoint second;
    char error[ERROR_SIZE];
    assert_int_equal(listen_at(rig, &second, "127.0.0.1", rig->endpoint.port, error), -1);
    assert_non_null(strstr(error, "in use"));
    assert_int_equal(listen_at(rig, &second, "nowhere", 0, error), -1);
    assert_non_null(strstr(error, "not an address"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(serves_a_client, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_octet_by_octet, set_up, tear_down),
        cmocka_unit_test_setup_teardown(noise_is_closed_or_silent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stalled_peer_waits_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(half_open_peer_gets_its_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_one_peer_too_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_why_it_cannot_listen, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
