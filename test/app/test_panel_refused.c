/* The panel's server and those who do not mean well. */
#define _GNU_SOURCE /* usleep */
#include "app/panel_guard.h"
#include "test/app/panel_rig.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOCKETS = 100 };

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
        {"/api/world", "{\"terminal\":1}", 400},
        {"/api/world", "{\"terminal\":1.5,\"live\":true}", 400},
        {"/api/world", "{\"terminal\":9,\"live\":true}", 409},
        {"/api/world", "{\"dip\":0.4,\"seconds\":1e9}", 400},
        {"/api/world", "{\"cut\":1}", 400},
        {"/api/world", "{\"tamper\":\"meter_cover\"}", 400},
        {"/api/world", "{\"tamper\":\"seal\",\"there\":true}", 400},
        {"/api/world", "{\"tamper\":\"emf\",\"there\":true}", 409}, /* an XS211 does not feel it */
    };
    struct world_hand before;
    struct world_hand after;
    world_hand_get(simulation->world, &before);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(rig_post(rows[i].path, rows[i].body), rows[i].status);
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
    assert_int_equal(rig_post("/api/world", body), 400);
}

static void unknown_paths_and_methods(void **state)
{
    (void)state;
    assert_int_equal(rig_get("/nothing"), 404);
    assert_int_equal(rig_get("/../etc/passwd"), 404);
    assert_int_equal(rig_get("/panel.css/"), 404);
    assert_int_equal(rig_post("/", "{}"), 405);
    assert_int_equal(rig_post("/api/meter", "{}"), 404);
    assert_int_equal(
        rig_get("/a-path-that-is-longer-than-any-of-the-paths-that-there-are-in-this-panel"), 404);
    snprintf(request, sizeof request,
             "PUT /api/world HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
             "Content-Length: 2\r\n\r\n{}",
             port);
    int status = rig_ask(request);
    assert_true(status == 405 || status == 0);
    assert_int_equal(rig_get("/api/live"), 200);
}

static void oversized_bodies(void **state)
{
    (void)state;
    static char body[4096];
    memset(body, ' ', sizeof body - 1);
    assert_int_equal(rig_post("/api/world", body), 413);
    snprintf(request, sizeof request,
             "POST /api/world HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
             "Content-Length: 99999999999999\r\n\r\n{}",
             port);
    int fd = rig_dial();
    rig_say(fd, request, strlen(request));
    close(fd);
    assert_int_equal(rig_get("/api/live"), 200);
}

static void forms_and_other_types(void **state)
{
    (void)state;
    static const char body[] = "{\"cut\":true}";
    snprintf(request, sizeof request,
             "POST /api/world HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: text/plain\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             port, sizeof body - 1, body);
    assert_int_equal(rig_ask(request), 415);
    rig_live(2);
    assert_true(simulation->on);
}

static int get_from(const char *host, const char *origin)
{
    snprintf(request, sizeof request,
             "GET /api/live HTTP/1.1\r\nHost: %s:%u\r\nOrigin: %s:%u\r\n\r\n", host, port, origin,
             port);
    return rig_ask(request);
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

/* An upgrade that is refused is closed without a status by libwebsockets. */
static int upgrade_from(const char *origin)
{
    int fd = rig_dial();
    snprintf(request, sizeof request,
             "GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nOrigin: %s\r\n"
             "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: watthour\r\n\r\n",
             port, origin);
    rig_say(fd, request, strlen(request));
    int status = rig_hear(fd);
    close(fd);
    return status;
}

static void other_sites_do_not_look(void **state)
{
    (void)state;
    int fd = rig_dial();
    assert_int_equal(rig_upgrade(fd, ""), 101);
    close(fd);
    assert_int_not_equal(upgrade_from("http://evil.example"), 101);
    fd = rig_dial();
    assert_int_equal(rig_upgrade(fd, ""), 101);
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

/* One that never reads fills its socket and is dropped; one beside it gets everything. */
static void a_slow_reader_is_dropped(void **state)
{
    (void)state;
    int small = 4096;
    int slow = rig_dial();
    (void)setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    assert_int_equal(rig_upgrade(slow, ""), 101);
    int fast = rig_dial();
    assert_int_equal(rig_upgrade(fast, ""), 101);
    size_t got = 0;
    bool dropped = false;
    for (int i = 0; i < 1200 && !dropped; i++) {
        rig_wait_us(100000);
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
        fds[i] = rig_dial();
        rig_wait_us(500);
    }
    assert_int_equal(rig_get("/api/live"), 200); /* the hundred and first */
    for (int i = 0; i < SOCKETS; i++) {
        (void)rig_upgrade(fds[i], "");
    }
    assert_int_equal(rig_get("/api/live"), 200);
    for (int i = 0; i < SOCKETS; i++) {
        close(fds[i]);
    }
    rig_wait_us(50000);
    assert_int_equal(rig_get("/api/live"), 200);
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
        int fd = rig_dial();
        rig_say(fd, texts[i], strlen(texts[i]));
        rig_wait_us(20000);
        close(fd);
        assert_int_equal(rig_get("/api/live"), 200);
    }
}

/* Elsewhere than on loopback nothing is told without the token, but the page. */
static void elsewhere_it_asks_for_a_token(void **state)
{
    (void)state;
    char path[128];
    rig_tear_down(NULL);
    rig_open_panel("0.0.0.0");
    const char *token = strchr(panel_url(panel), '#') + 1;
    assert_int_equal(strlen(token), GUARD_TOKEN);
    assert_int_equal(rig_get("/"), 200);
    assert_int_equal(rig_get("/api/live"), 401);
    assert_int_equal(rig_post("/api/world", "{\"cut\":true}"), 401);
    assert_int_equal(rig_get("/api/live?token=00000000000000000000000000000000"), 401);
    snprintf(path, sizeof path, "/api/live?token=%s", token);
    assert_int_equal(rig_get(path), 200);
    int fd = rig_dial();
    assert_int_not_equal(rig_upgrade(fd, ""), 101);
    close(fd);
    fd = rig_dial();
    assert_int_equal(rig_upgrade(fd, strchr(path, '?')), 101);
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
