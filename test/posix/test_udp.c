/* The UDP wrapper behind a real socket: a datagram is a request, peers are apart, and what is no
 * whole frame is nothing. Class 41 limits how many connections there are. */
#include "port/posix/tcp.h"
#include "port/posix/udp.h"
#include "test/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ERROR_SIZE = 200, ROUNDS = 20 };

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
    struct udp_endpoint endpoint;
};

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
           udp_open(&rig->endpoint, &rig->loop, &rig->meter, "127.0.0.1", 0, error, ERROR_SIZE) !=
               0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    udp_close(&rig->endpoint);
    loop_close(&rig->loop);
    free(rig);
    return 0;
}

static int dial(uint16_t port, int kind)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, kind, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void serve(struct rig *rig)
{
    for (int i = 0; i < ROUNDS; i++) {
        loop_serve(&rig->loop, 0);
    }
}

/* The size of the answering datagram; 0: there is none. */
static size_t exchange(struct rig *rig, int fd, const void *octets, size_t size, uint8_t *answer,
                       size_t room)
{
    assert_int_equal(send(fd, octets, size, 0), (ssize_t)size);
    serve(rig);
    ssize_t got = recv(fd, answer, room, MSG_DONTWAIT);
    return got > 0 ? (size_t)got : 0;
}

static void expect_service(struct rig *rig, int fd)
{
    uint8_t answer[256];
    assert_true(exchange(rig, fd, aarq, sizeof aarq, answer, sizeof answer) > 8);
    assert_int_equal(answer[8], 0x61);
    assert_int_equal(exchange(rig, fd, get_name, sizeof get_name, answer, sizeof answer),
                     8 + 4 + 2 + 16);
    assert_memory_equal(answer + 14, "WTH", 3);
}

static void peers_are_apart(void **state)
{
    struct rig *rig = *state;
    uint8_t answer[256];
    int one = dial(rig->endpoint.port, SOCK_DGRAM);
    int other = dial(rig->endpoint.port, SOCK_DGRAM);
    expect_service(rig, one);
    assert_int_equal(exchange(rig, other, get_name, sizeof get_name, answer, sizeof answer), 11);
    assert_int_equal(answer[8], 0xD8); /* it has no association of its own */
    expect_service(rig, other);
    assert_int_equal(rig->endpoint.count, 2);
    close(one);
    close(other);
}

/* Cut, lengthened, doubled, empty: no answer, and nobody is remembered. */
static void what_is_no_frame_is_nothing(void **state)
{
    struct rig *rig = *state;
    uint8_t answer[256];
    uint8_t octets[2 * sizeof aarq];
    int fd = dial(rig->endpoint.port, SOCK_DGRAM);
    memcpy(octets, aarq, sizeof aarq);
    memcpy(octets + sizeof aarq, aarq, sizeof aarq);
    for (size_t size = 1; size <= sizeof octets; size++) {
        size_t got = exchange(rig, fd, octets, size, answer, sizeof answer);
        assert_int_equal(got > 0, size == sizeof aarq);
    }
    octets[1] = 2; /* version */
    assert_int_equal(exchange(rig, fd, octets, sizeof aarq, answer, sizeof answer), 0);
    expect_service(rig, fd);
    close(fd);
}

/* More peers than there is room for: the one that was silent longest is forgotten. */
static void many_peers(void **state)
{
    struct rig *rig = *state;
    int fds[UDP_PEERS_MAX + 4];
    for (int i = 0; i < UDP_PEERS_MAX + 4; i++) {
        fds[i] = dial(rig->endpoint.port, SOCK_DGRAM);
        expect_service(rig, fds[i]);
        assert_true(rig->endpoint.count <= UDP_PEERS_MAX);
    }
    assert_int_equal(rig->endpoint.count, UDP_PEERS_MAX);
    rig->meter.links.connections = 2;
    int late = dial(rig->endpoint.port, SOCK_DGRAM);
    expect_service(rig, late);
    assert_int_equal(rig->endpoint.count, 2);
    close(late);
    for (int i = 0; i < UDP_PEERS_MAX + 4; i++) {
        close(fds[i]);
    }
}

static void silence_ends_a_peer(void **state)
{
    struct rig *rig = *state;
    int fd = dial(rig->endpoint.port, SOCK_DGRAM);
    expect_service(rig, fd);
    udp_step(&rig->endpoint);
    assert_int_equal(rig->endpoint.count, 1);
    rig->meter.links.inactivity_time_s = 1;
    sleep(1);
    udp_step(&rig->endpoint);
    assert_int_equal(rig->endpoint.count, 0);
    close(fd);
}

/* nb_of_sim_conn of TCP: what is beyond is closed at once. */
static void tcp_connections_are_limited(void **state)
{
    struct rig *rig = *state;
    struct tcp_endpoint endpoint;
    char error[ERROR_SIZE];
    const struct tcp_config config = {
        .loop = &rig->loop, .meter = &rig->meter, .protocol = END_WRAPPER, .address = "127.0.0.1"};
    assert_int_equal(tcp_listen(&endpoint, &config, error, ERROR_SIZE), 0);
    rig->meter.links.connections = 2;
    int fds[3];
    for (int i = 0; i < 3; i++) {
        fds[i] = dial(endpoint.port, SOCK_STREAM);
        serve(rig);
    }
    assert_int_equal(endpoint.count, 2);
    uint8_t octet;
    assert_int_equal(recv(fds[2], &octet, 1, MSG_DONTWAIT), 0); /* closed */
    rig->meter.links.connections = 3;
    int again = dial(endpoint.port, SOCK_STREAM);
    serve(rig);
    assert_int_equal(endpoint.count, 3);
    close(again);
    for (int i = 0; i < 3; i++) {
        close(fds[i]);
    }
    tcp_close(&endpoint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(peers_are_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_frame_is_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_peers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_ends_a_peer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tcp_connections_are_limited, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
