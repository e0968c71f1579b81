/* The panel's server, asked over sockets by those who mean well and those who do not. One thread:
 * the panel is stepped while a test waits. */
#define _GNU_SOURCE /* SOCK_NONBLOCK */
#include "app/panel.h"
#include "app/panel_act.h"
#include "app/panel_guard.h"
#include "port/posix/loop.h"
#include "test/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER = 1 << 20, PATIENCE_US = 5000000, SOCKETS = 100 };

static struct run_options options;
static struct simulation *simulation;
static struct panel *panel;
static uint16_t port;
static char answer[ANSWER];
static char request[8192];

/* ---- a meter with a panel ---- */

static void open_panel(const char *address)
{
    char error[512];
    options = (struct run_options){
        .product = product_find("xs211"),
        .scenario = "household",
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
    simulation = calloc(1, sizeof *simulation);
    assert_non_null(simulation);
    if (simulation_open(simulation, &options, error, sizeof error) != 0 ||
        panel_open(&panel, &options, simulation, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
    const char *colon = strrchr(panel_url(panel), ':');
    port = (uint16_t)atoi(colon + 1);
}

static int set_up(void **state)
{
    (void)state;
    open_panel("127.0.0.1");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    panel_close(panel);
    simulation_close(simulation);
    free(simulation);
    return 0;
}

static void live(double seconds)
{
    uint64_t end = simulation->frames + (uint64_t)(seconds * WORLD_FRAME_HZ);
    while (simulation->frames < end) {
        simulation_advance(simulation, end - simulation->frames);
        panel_step(panel);
    }
}

/* ---- a client ---- */

static int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    assert_true(connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS);
    return fd;
}

static void say(int fd, const char *text, size_t size)
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

static size_t content_length(const char *head)
{
    const char *field = strstr(head, "content-length: ");
    return field ? strtoul(field + 16, NULL, 10) : 0;
}

/* Until the answer is whole, or the other end closes. The status; 0: it closed without one. */
static int hear(int fd)
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
        if (body && size - (size_t)(body + 4 - answer) >= content_length(answer)) {
            break;
        }
    }
    answer[size] = '\0';
    return size > 12 ? atoi(answer + 9) : 0;
}

static int ask(const char *text)
{
    int fd = dial();
    say(fd, text, strlen(text));
    int status = hear(fd);
    close(fd);
    return status;
}

static int get(const char *path)
{
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n\r\n", path, port);
    return ask(request);
}

static int post(const char *path, const char *body)
{
    snprintf(request, sizeof request,
             "POST %s HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             path, port, strlen(body), body);
    return ask(request);
}

static int get_from(const char *host, const char *origin)
{
    snprintf(request, sizeof request,
             "GET /api/live HTTP/1.1\r\nHost: %s:%u\r\nOrigin: %s:%u\r\n\r\n", host, port, origin,
             port);
    return ask(request);
}

/* ---- what is there ---- */

static void the_page_brings_all_that_it_needs(void **state)
{
    (void)state;
    static const char *const paths[] = {"/",         "/panel.css", "/panel.js",
                                        "/glass.js", "/charts.js", "/icon.svg"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_int_equal(get(paths[i]), 200);
        assert_non_null(strstr(answer, "content-security-policy: default-src 'self'"));
        const char *body = strstr(answer, "\r\n\r\n") + 4;
        assert_int_equal(strlen(body), content_length(answer));
        /* Nothing is fetched from elsewhere: the only addresses are names of XML. */
        for (const char *at = body; (at = strstr(at, "//")) != NULL; at += 2) {
            bool address = at > body && at[-1] == ':' && strncmp(at, "//www.w3.org/", 13) != 0;
            bool made = address && strncmp(at, "//${", 4) == 0;
            assert_true(!address || made);
        }
    }
}

static void the_api_tells_of_the_meter(void **state)
{
    (void)state;
    live(1);
    assert_int_equal(get("/api/meter"), 200);
    assert_non_null(strstr(answer, "\"product\":\"xs211\""));
    assert_non_null(strstr(answer, "\"serial\":\"00000007\""));
    assert_int_equal(get("/api/live"), 200);
    assert_non_null(strstr(answer, "\"supply\":true"));
    assert_non_null(strstr(answer, "\"wave\":["));
    assert_int_equal(get("/api/history"), 200);
    assert_int_equal(get("/api/events"), 200);
    assert_non_null(strstr(answer, "\"code\":2")); /* power up */
}

static void minutes_are_what_was_counted(void **state)
{
    (void)state;
    static const char heater[] = "{\"load\":\"oven\",\"position\":\"on\"}";
    assert_int_equal(post("/api/world", heater), 200);
    live(121);
    assert_int_equal(get("/api/history"), 200);
    const char *minutes = strstr(answer, "\"minutes_w\":[") + 13;
    double first_w = strtod(minutes, NULL);
    double second_w = strtod(strchr(minutes, ',') + 1, NULL);
    struct quantity_value value;
    struct quantity net = {.kind = QUANTITY_A_NET};
    assert_int_equal(quantity_read(&simulation->meter.source, net, &value), 0);
    double mean_w = (double)value.value / 1e6 * 3600 / 121;
    assert_true(second_w > 500 && (first_w + second_w) / 2 > 0.97 * mean_w &&
                (first_w + second_w) / 2 < 1.03 * mean_w);
}

static void buttons_are_pressed(void **state)
{
    (void)state;
    live(0.5);
    assert_int_equal(post("/api/button", "{\"button\":\"scroll\",\"down\":true}"), 200);
    live(0.1);
    assert_int_equal(post("/api/button", "{\"button\":\"scroll\",\"down\":false}"), 200);
    assert_int_equal(simulation->meter.display.mode, DISPLAY_MODE_SELF_TEST);
    assert_int_equal(post("/api/button", "{\"button\":\"service\",\"down\":true}"), 200);
    assert_int_equal(post("/api/button", "{\"button\":\"service\",\"down\":false}"), 200);
    assert_int_equal(simulation->meter.display.mode, DISPLAY_MODE_SERVICE);
}

static void the_world_is_reached_into(void **state)
{
    (void)state;
    struct world_hand hand;
    struct world_load load;
    assert_int_equal(post("/api/world", "{\"voltage\":0.9,\"phase\":1}"), 200);
    assert_int_equal(post("/api/world", "{\"frequency_shift\":-0.5}"), 200);
    assert_int_equal(post("/api/world", "{\"dip\":0.4,\"seconds\":0.5}"), 200);
    world_hand_get(simulation->world, &hand);
    assert_true(hand.share[0] < 0.91 && hand.shift_hz < -0.49 && hand.incidents == 1);
    assert_int_equal(post("/api/world", "{\"load\":\"kettle\",\"position\":\"on\"}"), 200);
    live(2);
    assert_true(world_load_get(simulation->world, 0, &load));
    assert_string_equal(load.name, "kettle");
    assert_true(load.on && load.position == WORLD_SWITCH_ON);
    assert_int_equal(post("/api/world", "{\"cut\":true}"), 200);
    live(2);
    assert_false(simulation->on);
    assert_int_equal(get("/api/live"), 200);
    assert_non_null(strstr(answer, "\"supply\":false"));
    assert_non_null(strstr(answer, "\"lcd_on\":false"));
    assert_int_equal(post("/api/button", "{\"button\":\"scroll\",\"down\":true}"), 409);
    assert_int_equal(post("/api/world", "{\"cut\":false}"), 200);
    live(2);
    assert_true(simulation->on);
}

/* ---- what is refused ---- */

static void malformed_bodies(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *body;
        int status;
    } rows[] = {
        {"/api/button", "", 400},
        {"/api/button", "{", 400},
        {"/api/button", "[]", 400},
        {"/api/button", "null", 400},
        {"/api/button", "{}", 400},
        {"/api/button", "{\"button\":\"scroll\"}", 400},
        {"/api/button", "{\"button\":7,\"down\":true}", 400},
        {"/api/button", "{\"button\":\"reset\",\"down\":true}", 400},
        {"/api/button", "{\"button\":\"scroll\",\"down\":1}", 400},
        {"/api/button", "{\"button\":\"scroll\",\"down\":true} {}", 400},
        {"/api/button", "{\"button\":\"\\ud800\",\"down\":true}", 400},
        {"/api/world", "{}", 400},
        {"/api/world", "{\"load\":\"kettle\"}", 400},
        {"/api/world", "{\"load\":\"kettle\",\"position\":\"up\"}", 400},
        {"/api/world", "{\"load\":\"piano\",\"position\":\"on\"}", 409},
        {"/api/world", "{\"voltage\":\"1\"}", 400},
        {"/api/world", "{\"voltage\":1e999}", 409},
        {"/api/world", "{\"voltage\":1,\"phase\":2}", 409}, /* this meter has L1 */
        {"/api/world", "{\"voltage\":1,\"phase\":1.5}", 400},
        {"/api/world", "{\"voltage\":1,\"phase\":9}", 400},
        {"/api/world", "{\"frequency_shift\":11}", 409},
        {"/api/world", "{\"dip\":0.4}", 400},
        {"/api/world", "{\"dip\":0.4,\"seconds\":1e9}", 400},
        {"/api/world", "{\"cut\":1}", 400},
    };
    struct world_hand before;
    struct world_hand after;
    world_hand_get(simulation->world, &before);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(post(rows[i].path, rows[i].body), rows[i].status);
        assert_non_null(strstr(answer, "{\"error\":\""));
    }
    world_hand_get(simulation->world, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(simulation->meter.display.mode, DISPLAY_MODE_AUTOMATIC);
}

static void a_deep_body(void **state)
{
    (void)state;
    char body[1025];
    memset(body, '[', 1024);
    body[1024] = '\0';
    assert_int_equal(post("/api/world", body), 400);
}

static void unknown_paths_and_methods(void **state)
{
    (void)state;
    assert_int_equal(get("/nothing"), 404);
    assert_int_equal(get("/../etc/passwd"), 404);
    assert_int_equal(get("/panel.css/"), 404);
    assert_int_equal(post("/", "{}"), 405);
    assert_int_equal(post("/api/meter", "{}"), 404);
    assert_int_equal(
        get("/a-path-that-is-longer-than-any-of-the-paths-that-there-are-in-this-panel"), 404);
    snprintf(request, sizeof request,
             "PUT /api/world HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
             "Content-Length: 2\r\n\r\n{}",
             port);
    int status = ask(request);
    assert_true(status == 405 || status == 0);
    assert_int_equal(get("/api/live"), 200);
}

static void oversized_bodies(void **state)
{
    (void)state;
    static char body[4096];
    memset(body, ' ', sizeof body - 1);
    assert_int_equal(post("/api/world", body), 413);
    snprintf(request, sizeof request,
             "POST /api/world HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
             "Content-Length: 99999999999999\r\n\r\n{}",
             port);
    int fd = dial();
    say(fd, request, strlen(request));
    close(fd);
    assert_int_equal(get("/api/live"), 200);
}

static void forms_and_other_types(void **state)
{
    (void)state;
    static const char body[] = "{\"cut\":true}";
    snprintf(request, sizeof request,
             "POST /api/world HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: text/plain\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             port, sizeof body - 1, body);
    assert_int_equal(ask(request), 415);
    live(2);
    assert_true(simulation->on);
}

static void other_sites(void **state)
{
    (void)state;
    assert_int_equal(get_from("127.0.0.1", "http://127.0.0.1"), 200);
    assert_int_equal(get_from("localhost", "http://localhost"), 200);
    assert_int_equal(get_from("127.0.0.1", "http://evil.example"), 403);
    assert_int_equal(get_from("127.0.0.1", "https://127.0.0.1"), 403);
    assert_int_equal(get_from("127.0.0.1", "null"), 403);
    assert_int_equal(get_from("evil.example", "http://evil.example"), 403); /* rebound */
}

static int upgrade(int fd, const char *extra)
{
    snprintf(request, sizeof request,
             "GET /api/live%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: watthour\r\n\r\n",
             extra, port);
    say(fd, request, strlen(request));
    return hear(fd);
}

/* An upgrade that is refused is closed without a status by libwebsockets. */
static int upgrade_from(const char *origin)
{
    int fd = dial();
    snprintf(request, sizeof request,
             "GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nOrigin: %s\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: watthour\r\n\r\n",
             port, origin);
    say(fd, request, strlen(request));
    int status = hear(fd);
    close(fd);
    return status;
}

static void other_sites_do_not_look(void **state)
{
    (void)state;
    int fd = dial();
    assert_int_equal(upgrade(fd, ""), 101);
    close(fd);
    assert_int_not_equal(upgrade_from("http://evil.example"), 101);
    fd = dial();
    assert_int_equal(upgrade(fd, ""), 101);
    close(fd);
}

/* Bytes that a looker has been sent by now. */
static size_t drain(int fd)
{
    size_t size = 0;
    ssize_t got;
    while ((got = recv(fd, answer, ANSWER, 0)) > 0) {
        size += (size_t)got;
    }
    return size;
}

static void wait_us(int64_t us)
{
    int64_t end_us = loop_time_us() + us;
    while (loop_time_us() < end_us) {
        panel_step(panel);
        usleep(1000);
    }
}

/* One that never reads fills its socket and is dropped; one beside it gets everything. */
static void a_slow_reader_is_dropped(void **state)
{
    (void)state;
    int small = 4096;
    int slow = dial();
    (void)setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    assert_int_equal(upgrade(slow, ""), 101);
    int fast = dial();
    assert_int_equal(upgrade(fast, ""), 101);
    size_t got = 0;
    bool dropped = false;
    for (int i = 0; i < 1200 && !dropped; i++) {
        wait_us(100000);
        got += drain(fast);
        char octet;
        dropped = i > 60 && send(slow, &octet, 0, MSG_NOSIGNAL) < 0;
        int error = 0;
        socklen_t size = sizeof error;
        (void)getsockopt(slow, SOL_SOCKET, SO_ERROR, &error, &size);
        dropped = dropped || error != 0;
        if (i % 50 == 49) {
            char text[64];
            dropped = dropped || send(slow, text, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0;
        }
    }
    assert_true(dropped);
    assert_true(got > 100000);
    close(slow);
    close(fast);
}

static void a_hundred_sockets(void **state)
{
    (void)state;
    int fds[SOCKETS];
    for (int i = 0; i < SOCKETS; i++) {
        fds[i] = dial();
        wait_us(500);
    }
    assert_int_equal(get("/api/live"), 200); /* the hundred and first */
    for (int i = 0; i < SOCKETS; i++) {
        (void)upgrade(fds[i], "");
    }
    assert_int_equal(get("/api/live"), 200);
    for (int i = 0; i < SOCKETS; i++) {
        close(fds[i]);
    }
    wait_us(50000);
    assert_int_equal(get("/api/live"), 200);
}

static void halves_and_rubbish(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\r\n\r\n",
        "GET",
        "GET / HTTP/1.1\r\nHost: 127.0",
        "\x16\x03\x01\x02",
        "GET /api/live?token=%zz%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        int fd = dial();
        say(fd, texts[i], strlen(texts[i]));
        wait_us(20000);
        close(fd);
        assert_int_equal(get("/api/live"), 200);
    }
}

/* Elsewhere than on loopback nothing is told without the token, but the page. */
static void elsewhere_it_asks_for_a_token(void **state)
{
    (void)state;
    char path[128];
    tear_down(NULL);
    open_panel("0.0.0.0");
    const char *token = strchr(panel_url(panel), '#') + 1;
    assert_int_equal(strlen(token), GUARD_TOKEN);
    assert_int_equal(get("/"), 200);
    assert_int_equal(get("/api/live"), 401);
    assert_int_equal(post("/api/world", "{\"cut\":true}"), 401);
    assert_int_equal(get("/api/live?token=00000000000000000000000000000000"), 401);
    snprintf(path, sizeof path, "/api/live?token=%s", token);
    assert_int_equal(get(path), 200);
    int fd = dial();
    assert_int_not_equal(upgrade(fd, ""), 101);
    close(fd);
    fd = dial();
    assert_int_equal(upgrade(fd, strchr(path, '?')), 101);
    close(fd);
}

static void guards(void **state)
{
    (void)state;
    assert_true(guard_host("127.0.0.1:8080") && guard_host("localhost") && guard_host("[::1]:1"));
    assert_false(guard_host("127.0.0.1.evil.example") || guard_host("localhost:") ||
                 guard_host("localhost:80a") || guard_host("") || guard_host("[::1") ||
                 guard_host("[::1]x") || guard_host("10.0.0.1"));
    assert_true(guard_origin("", "a") && guard_origin("http://a:1", "a:1"));
    assert_false(guard_origin("http://a", "a:1") || guard_origin("a:1", "a:1") ||
                 guard_origin("http://", "a"));
    assert_true(guard_is_loopback("127.0.0.9") && guard_is_loopback("::1"));
    assert_false(guard_is_loopback("0.0.0.0") || guard_is_loopback("::"));
    assert_true(guard_token("abc", "abc"));
    assert_false(guard_token("abd", "abc") || guard_token("ab", "abc") || guard_token("", "abc"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_page_brings_all_that_it_needs),
        TEST(the_api_tells_of_the_meter),
        TEST(minutes_are_what_was_counted),
        TEST(buttons_are_pressed),
        TEST(the_world_is_reached_into),
        TEST(malformed_bodies),
        TEST(a_deep_body),
        TEST(unknown_paths_and_methods),
        TEST(oversized_bodies),
        TEST(forms_and_other_types),
        TEST(other_sites),
        TEST(other_sites_do_not_look),
        TEST(a_slow_reader_is_dropped),
        TEST(a_hundred_sockets),
        TEST(halves_and_rubbish),
        TEST(elsewhere_it_asks_for_a_token),
        cmocka_unit_test(guards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
