#define _GNU_SOURCE /* mkdtemp */

/* P1 over TCP and on a terminal: many readers, slow ones, those who come and go. */
#include "p1/reader.h"
#include "port/posix/customer_port.h"
#include "test/unit.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ERROR_SIZE = 200, READERS = 20, ROUNDS = 400 };

struct rig {
    struct meter meter;
    struct legal_part legal;
    struct loop loop;
    struct customer_port port;
    struct customer_config config;
    int64_t now_ms;
    char folder[32];
    char link[48];
};

static int set_up(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct meter_setup setup = {
        .product = product_find("st402d"), .serial = 42, .utc_ms = INT64_C(1800000000000)};
    *state = rig;
    strcpy(rig->folder, "/tmp/p1-XXXXXX");
    setup.legal = &rig->legal;
    if (!mkdtemp(rig->folder) || meter_init(&rig->meter, &setup) != 0 ||
        loop_open(&rig->loop) != 0) {
        return -1;
    }
    snprintf(rig->link, sizeof rig->link, "%s/p1", rig->folder);
    rig->config = (struct customer_config){
        .loop = &rig->loop, .meter = &rig->meter, .address = "127.0.0.1", .port = 47651};
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;
    customer_port_close(&rig->port);
    loop_close(&rig->loop);
    (void)rmdir(rig->folder);
    free(rig);
    return 0;
}

static void open_port(struct rig *rig)
{
    char error[ERROR_SIZE];
    assert_int_equal(customer_port_open(&rig->port, &rig->config, error, sizeof error), 0);
}

static int connect_to(const struct rig *rig, int receive_room)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(rig->port.tcp_port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (receive_room > 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_room, sizeof receive_room);
    }
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

/* A second of the meter's passes. */
static void pass_second(struct rig *rig)
{
    rig->now_ms += 1000;
    (void)meter_step(&rig->meter, rig->now_ms);
    for (int i = 0; i < 4; i++) {
        loop_serve(&rig->loop, 0);
        customer_port_step(&rig->port);
    }
}

/* Telegrams that a descriptor has for us. */
static unsigned read_telegrams(int fd, struct p1_receiver *receiver)
{
    uint8_t octets[8192];
    unsigned telegrams = 0;
    ssize_t got;
    while ((got = read(fd, octets, sizeof octets)) > 0) {
        size_t at = 0;
        while (at < (size_t)got) {
            bool whole;
            at += p1_receiver_take(receiver, octets + at, (size_t)got - at, &whole);
            struct p1_reading reading;
            if (whole) {
                assert_int_equal(p1_reading_begin(&reading, receiver->octets, receiver->size), 0);
                assert_int_equal(reading.check, P1_CHECK_GOOD);
                telegrams++;
            }
        }
    }
    return telegrams;
}

static void many_readers_get_the_same(void **state)
{
    struct rig *rig = *state;
    static uint8_t buffer[READERS][P1_TELEGRAM_MAX];
    struct p1_receiver receivers[READERS];
    int fds[READERS];
    open_port(rig);
    for (int i = 0; i < READERS; i++) {
        fds[i] = connect_to(rig, 0);
        p1_receiver_init(&receivers[i], buffer[i], sizeof buffer[i]);
        loop_serve(&rig->loop, 10);
    }
    for (int second = 0; second < 5; second++) {
        pass_second(rig);
        for (int i = 0; i < READERS; i++) {
            assert_int_equal(read_telegrams(fds[i], &receivers[i]), 1);
        }
    }
    for (int i = 0; i < READERS; i++) {
        close(fds[i]);
    }
    pass_second(rig);
    assert_int_equal(rig->port.count, 0);
    assert_int_equal(rig->port.dropped, 0);
}

static void a_slow_reader_is_dropped_and_holds_up_nobody(void **state)
{
    struct rig *rig = *state;
    static uint8_t buffer[P1_TELEGRAM_MAX];
    struct p1_receiver receiver;
    unsigned telegrams = 0;
    open_port(rig);
    int slow = connect_to(rig, 2048);
    int quick = connect_to(rig, 0);
    loop_serve(&rig->loop, 10);
    loop_serve(&rig->loop, 10);
    p1_receiver_init(&receiver, buffer, sizeof buffer);
    for (int i = 0; i < ROUNDS; i++) {
        pass_second(rig);
        telegrams += read_telegrams(quick, &receiver);
    }
    assert_int_equal(telegrams, ROUNDS);
    assert_int_equal(rig->port.dropped, 1);
    assert_int_equal(rig->port.count, 1);
    close(slow);
    close(quick);
}

/* A bare chroot has none: what is tried with one is skipped. */
static void need_terminals(struct rig *rig)
{
    int probe = posix_openpt(O_RDWR | O_NOCTTY);
    if (probe < 0) {
        print_message("no pseudo-terminals here: /dev/ptmx does not open\n");
        open_port(rig); /* which the end of the test closes */
        skip();
    }
    close(probe);
}

/* What was said while nobody had it open is not kept for the next. */
static void a_terminal_speaks_while_it_is_open(void **state)
{
    struct rig *rig = *state;
    static uint8_t buffer[P1_TELEGRAM_MAX];
    struct p1_receiver receiver;
    need_terminals(rig);
    rig->config.port = 0;
    rig->config.terminal = rig->link;
    open_port(rig);
    for (int visit = 0; visit < 3; visit++) {
        pass_second(rig);
        pass_second(rig);
        int fd = open(rig->link, O_RDWR | O_NOCTTY | O_NONBLOCK);
        assert_true(fd >= 0);
        p1_receiver_init(&receiver, buffer, sizeof buffer);
        pass_second(rig);
        assert_int_equal(read_telegrams(fd, &receiver), 1);
        pass_second(rig);
        assert_int_equal(write(fd, "/?!\r\n", 5), 5);
        pass_second(rig);
        assert_int_equal(read_telegrams(fd, &receiver), 2);
        assert_int_equal(receiver.stray + receiver.cut_off, 0);
        close(fd);
    }
}

/* A terminal that nobody empties loses telegrams, not the meter its time. */
static void a_terminal_that_is_full_waits_for_nobody(void **state)
{
    struct rig *rig = *state;
    need_terminals(rig);
    rig->config.terminal = rig->link;
    open_port(rig);
    int fd = open(rig->link, O_RDWR | O_NOCTTY | O_NONBLOCK);
    int reader = connect_to(rig, 0);
    static uint8_t buffer[P1_TELEGRAM_MAX];
    struct p1_receiver receiver;
    unsigned telegrams = 0;
    loop_serve(&rig->loop, 10);
    p1_receiver_init(&receiver, buffer, sizeof buffer);
    for (int i = 0; i < ROUNDS; i++) {
        pass_second(rig);
        telegrams += read_telegrams(reader, &receiver);
    }
    assert_int_equal(telegrams, ROUNDS);
    close(fd);
    close(reader);
}

/* Readers come at random, say something, stay for some telegrams or none, and go in the middle of
 * one; who stays gets each telegram whole. */
static void readers_come_and_go(void **state)
{
    enum { GUESTS = 12, VISITS = 3000 };
    struct rig *rig = *state;
    static uint8_t buffer[P1_TELEGRAM_MAX];
    struct p1_receiver receiver;
    int guests[GUESTS];
    unsigned telegrams = 0;
    uint32_t dice = 7;
    open_port(rig);
    int stays = connect_to(rig, 0);
    loop_serve(&rig->loop, 10);
    p1_receiver_init(&receiver, buffer, sizeof buffer);
    memset(guests, -1, sizeof guests);
    for (int visit = 0; visit < VISITS; visit++) {
        dice = dice * 1664525 + 1013904223;
        int *guest = &guests[dice / 65536 % GUESTS];
        if (*guest < 0) {
            *guest = connect_to(rig, 0);
            (void)send(*guest, "/?!\r\n", 5, MSG_NOSIGNAL);
        } else {
            char octets[100];
            (void)recv(*guest, octets, dice >> 26, 0);
            close(*guest);
            *guest = -1;
        }
        loop_serve(&rig->loop, 0);
        if (visit % 10 == 0) {
            pass_second(rig);
            telegrams += read_telegrams(stays, &receiver);
        }
    }
    assert_int_equal(telegrams, VISITS / 10);
    assert_int_equal(receiver.stray + receiver.cut_off, 0);
    for (int i = 0; i < GUESTS; i++) {
        if (guests[i] >= 0) {
            close(guests[i]);
        }
    }
    for (int i = 0; i < GUESTS; i++) {
        pass_second(rig);
        (void)read_telegrams(stays, &receiver);
    }
    assert_int_equal(rig->port.count, 1);
    assert_int_equal(rig->port.dropped, 0);
    close(stays);
}

/* A second that is passed while a writer fills the terminal again as fast as it is emptied ends. */
static void a_flood_into_the_terminal_ends(void **state)
{
    struct rig *rig = *state;
    static const uint8_t flood[65536];
    need_terminals(rig);
    rig->config.port = 0;
    rig->config.terminal = rig->link;
    open_port(rig);
    pid_t writer = fork();
    if (writer == 0) {
        int fd = open(rig->link, O_RDWR | O_NOCTTY);
        while (write(fd, flood, sizeof flood) > 0) {
            continue;
        }
        _exit(0);
    }
    assert_true(writer > 0);
    for (int i = 0; i < ROUNDS; i++) {
        pass_second(rig);
    }
    assert_int_equal(kill(writer, SIGKILL), 0);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
}

static void say_twice(void *owner, struct customer_speech *speech)
{
    (void)owner;
    memcpy(speech->octets + speech->size, speech->octets, speech->size);
    speech->size *= 2;
}

static void what_goes_out_can_be_altered(void **state)
{
    struct rig *rig = *state;
    static uint8_t buffer[P1_TELEGRAM_MAX];
    struct p1_receiver receiver;
    rig->config.alter = say_twice;
    open_port(rig);
    int fd = connect_to(rig, 0);
    loop_serve(&rig->loop, 10);
    p1_receiver_init(&receiver, buffer, sizeof buffer);
    pass_second(rig);
    assert_int_equal(read_telegrams(fd, &receiver), 2);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_readers_get_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_slow_reader_is_dropped_and_holds_up_nobody, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_terminal_speaks_while_it_is_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_terminal_that_is_full_waits_for_nobody, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(readers_come_and_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_flood_into_the_terminal_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_goes_out_can_be_altered, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
