/* The host's push sender against destinations that take, refuse, hang, reset and flood. */
#define _GNU_SOURCE
#include "port/posix/push_sender.h"

#include "test/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { APDU = 1000, LOOKS = 2000 };

static struct posix_push push;
static struct push_sender sender;
static uint8_t apdu[APDU];
static char destination[32];
static int server;

static void listen_on(int type)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    server = socket(AF_INET, type, 0);
    assert_true(server >= 0);
    assert_int_equal(bind(server, (struct sockaddr *)&address, size), 0);
    assert_true(type != SOCK_STREAM || listen(server, 4) == 0);
    assert_int_equal(getsockname(server, (struct sockaddr *)&address, &size), 0);
    snprintf(destination, sizeof destination, "127.0.0.1:%u", ntohs(address.sin_port));
}

static int set_up(void **state)
{
    (void)state;
    posix_push_init(&push);
    sender = posix_push_port(&push);
    for (int i = 0; i < APDU; i++) {
        apdu[i] = (uint8_t)i;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    posix_push_close(&push);
    close(server);
    return 0;
}

static int begin(enum push_transport transport, const char *to)
{
    const struct push_message message = {.transport = transport,
                                         .destination = (const uint8_t *)to,
                                         .destination_size = (uint8_t)strlen(to),
                                         .client_sap = 103,
                                         .server_sap = 1,
                                         .apdu = apdu,
                                         .size = APDU};
    return sender.begin(sender.context, &message);
}

/* Looks until it is something else than under way, some seconds at most. */
static enum push_progress outcome(void)
{
    enum push_progress progress = PUSH_UNDER_WAY;
    for (int i = 0; i < LOOKS && progress == PUSH_UNDER_WAY; i++) {
        progress = sender.look(sender.context);
        usleep(1000);
    }
    return progress;
}

static void assert_frame(const uint8_t *frame, size_t size)
{
    static const uint8_t head[] = {0, 1, 0, 1, 0, 103, APDU >> 8, APDU & 0xFF};
    assert_int_equal(size, sizeof head + APDU);
    assert_memory_equal(frame, head, sizeof head);
    assert_memory_equal(frame + sizeof head, apdu, APDU);
}

static void tcp_takes_it(void **state)
{
    (void)state;
    uint8_t frame[2 * APDU];
    listen_on(SOCK_STREAM);
    assert_int_equal(begin(PUSH_TCP, destination), 0);
    assert_true(outcome() >= PUSH_TAKEN);
    int peer = accept(server, NULL, NULL);
    size_t size = 0;
    while (size < WRAPPER_HEADER + APDU) {
        ssize_t got = recv(peer, frame + size, sizeof frame - size, 0);
        assert_true(got > 0);
        size += (size_t)got;
    }
    assert_frame(frame, size);
    for (int i = 0; i < LOOKS && sender.look(sender.context) != PUSH_REACHED; i++) {
        usleep(1000);
    }
    assert_int_equal(sender.look(sender.context), PUSH_REACHED);
    static const uint8_t confirm[] = {0, 1, 0, 103, 0, 1, 0, 6, 0x10, 0x40, 0, 0, 1, 0};
    uint8_t answer[32];
    assert_int_equal(sender.answer(sender.context, answer, sizeof answer), 0);
    assert_int_equal(send(peer, confirm, sizeof confirm, 0), sizeof confirm);
    size = 0;
    for (int i = 0; i < LOOKS && size == 0; i++) {
        usleep(1000);
        (void)sender.look(sender.context);
        size = sender.answer(sender.context, answer, sizeof answer);
    }
    assert_int_equal(size, 6);
    assert_memory_equal(answer, confirm + 8, 6);
    close(peer);
    sender.end(sender.context);
    assert_int_equal(push.fd, -1);
}

/* APDUs behind each other on one connection, each when the one before has been taken. */
static void more_on_the_same_connection(void **state)
{
    (void)state;
    static const uint8_t too_long[POSIX_PUSH_APDU + 1];
    uint8_t frames[3 * (WRAPPER_HEADER + APDU)];
    listen_on(SOCK_STREAM);
    assert_int_equal(sender.more(sender.context, apdu, APDU), -1); /* nothing has begun */
    assert_int_equal(begin(PUSH_TCP, destination), 0);
    assert_true(outcome() >= PUSH_TAKEN);
    assert_int_equal(sender.more(sender.context, too_long, sizeof too_long), -1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sender.more(sender.context, apdu, APDU), 0);
        assert_true(outcome() >= PUSH_TAKEN);
    }
    int peer = accept(server, NULL, NULL);
    for (size_t size = 0; size < sizeof frames;) {
        ssize_t got = recv(peer, frames + size, sizeof frames - size, 0);
        assert_true(got > 0);
        size += (size_t)got;
    }
    for (int i = 0; i < 3; i++) {
        assert_frame(frames + (size_t)i * (WRAPPER_HEADER + APDU), WRAPPER_HEADER + APDU);
    }
    close(peer);
    sender.end(sender.context);
    assert_int_equal(sender.more(sender.context, apdu, APDU), -1);
}

static void udp_takes_it(void **state)
{
    (void)state;
    uint8_t frame[2 * APDU];
    listen_on(SOCK_DGRAM);
    assert_int_equal(begin(PUSH_UDP, destination), 0);
    sender.end(sender.context); /* at once: it is out */
    assert_frame(frame, (size_t)recv(server, frame, sizeof frame, 0));
}

static void refused(void **state)
{
    (void)state;
    listen_on(SOCK_STREAM);
    close(server);
    assert_int_equal(begin(PUSH_TCP, destination), 0);
    assert_int_equal(outcome(), PUSH_REFUSED);
    server = -1;
}

/* A peer that never takes the connection from the queue, nor reads: nothing waits for it, and in
 * the end it is too slow. */
static void a_peer_that_hangs(void **state)
{
    (void)state;
    listen_on(SOCK_STREAM);
    assert_int_equal(begin(PUSH_TCP, destination), 0);
    assert_int_not_equal(outcome(), PUSH_REFUSED);
    push.deadline_us = 0;
    assert_int_equal(sender.look(sender.context), PUSH_REFUSED);
}

static void a_peer_that_resets(void **state)
{
    (void)state;
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    listen_on(SOCK_STREAM);
    assert_int_equal(begin(PUSH_TCP, destination), 0);
    int peer = accept(server, NULL, NULL);
    assert_int_equal(setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close(peer);
    enum push_progress progress = PUSH_TAKEN;
    for (int i = 0; i < LOOKS && progress != PUSH_REFUSED; i++) {
        usleep(1000);
        progress = sender.look(sender.context);
    }
    assert_int_equal(progress, PUSH_REFUSED);
}

/* Octets without end, which are no answer. */
static void a_peer_that_floods(void **state)
{
    (void)state;
    uint8_t noise[4096];
    uint8_t answer[32];
    memset(noise, 0xA5, sizeof noise);
    listen_on(SOCK_STREAM);
    assert_int_equal(begin(PUSH_TCP, destination), 0);
    int peer = accept(server, NULL, NULL);
    enum push_progress progress = PUSH_UNDER_WAY;
    for (int i = 0; i < LOOKS && progress != PUSH_REFUSED; i++) {
        (void)send(peer, noise, sizeof noise, MSG_DONTWAIT | MSG_NOSIGNAL);
        progress = sender.look(sender.context);
        assert_int_equal(sender.answer(sender.context, answer, sizeof answer), 0);
        assert_true(push.answered <= sizeof push.answer);
    }
    assert_int_equal(progress, PUSH_REFUSED);
    close(peer);
}

static void what_is_no_destination(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",          ":",         "127.0.0.1",   "127.0.0.1:", ":4059",
        "host:4059", "1.2.3.4:x", "1.2.3.400:1", "[::1:4059",  "127.0.0.1:99999999"};
    server = -1;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(begin(PUSH_TCP, wrong[i]), -1);
        assert_int_equal(push.fd, -1);
    }
    assert_int_equal(begin(PUSH_HDLC, "127.0.0.1:4059"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tcp_takes_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_on_the_same_connection, set_up, tear_down),
        cmocka_unit_test_setup_teardown(udp_takes_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_peer_that_hangs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_peer_that_resets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_peer_that_floods, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_destination, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
