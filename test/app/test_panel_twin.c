/* Whatever browsers do, the meter measures what its twin without a panel measures: to the last
 * step of its registers, and pulse by pulse. */
#define _GNU_SOURCE /* sockets that do not block */
#include "test/app/panel_rig.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STALLED = 20, HALVES = 20, ROUNDS = 60 };

static struct simulation *twin;

static int set_up(void **state)
{
    rig_set_up(state);
    twin = calloc(1, sizeof *twin);
    assert_non_null(twin);
    rig_open_twin(twin);
    return 0;
}

static int tear_down(void **state)
{
    simulation_close(twin);
    free(twin);
    return rig_tear_down(state);
}

static void live_both(double seconds)
{
    rig_live(seconds);
    while (twin->frames < simulation->frames) {
        (void)simulation_advance(twin, simulation->frames - twin->frames);
    }
}

static int64_t register_of(const struct simulation *of, enum quantity_kind kind)
{
    struct quantity_value value;
    struct quantity quantity = {.kind = (uint8_t)kind};
    assert_int_equal(quantity_read(&of->meter.source, quantity, &value), 0);
    return value.value;
}

static void assert_twins(void)
{
    static const enum quantity_kind kinds[] = {
        QUANTITY_A_IMPORT, QUANTITY_A_EXPORT, QUANTITY_R_QI, QUANTITY_R_QII,
        QUANTITY_R_QIII,   QUANTITY_R_QIV,    QUANTITY_P,    QUANTITY_Q,
        QUANTITY_S,        QUANTITY_F,        QUANTITY_VAH,
    };
    assert_int_equal(simulation->frames, twin->frames);
    assert_int_equal(simulation->on, twin->on);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_true(register_of(simulation, kinds[i]) == register_of(twin, kinds[i]));
    }
    for (int output = 0; output < LEGAL_PULSES; output++) {
        assert_int_equal(legal_pulses(simulation->meter.legal, (enum legal_pulse)output),
                         legal_pulses(twin->meter.legal, (enum legal_pulse)output));
    }
    assert_true(simulation->meter.clock.utc_ms == twin->meter.clock.utc_ms);
}

/* They upgrade and never read. */
static int stall(void)
{
    int small = 2048;
    int fd = rig_dial();
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    (void)rig_upgrade(fd, "");
    return fd;
}

/* They begin a request and fall silent. */
static int halve(unsigned size)
{
    static const char text[] =
        "POST /api/world HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/json\r\nContent-Length: 40\r\n\r\n{\"cut\"";
    int fd = rig_dial();
    rig_say(fd, text, size % sizeof text);
    return fd;
}

static void stalled_browsers_cost_nothing(void **state)
{
    (void)state;
    int fds[STALLED + HALVES];
    for (int i = 0; i < STALLED; i++) {
        fds[i] = stall();
    }
    for (unsigned i = 0; i < HALVES; i++) {
        fds[STALLED + i] = halve(7 * i);
    }
    for (int round = 0; round < ROUNDS; round++) {
        live_both(0.9);
        assert_twins();
        rig_wait_us(5000);
    }
    assert_true(register_of(twin, QUANTITY_A_IMPORT) > 0);
    for (int i = 0; i < STALLED + HALVES; i++) {
        close(fds[i]);
    }
}

/* Who asks for everything all the time delays nothing, either. */
static void eager_browsers_cost_nothing(void **state)
{
    (void)state;
    static const char *const paths[] = {"/",           "/api/meter",   "/api/live", "/api/history",
                                        "/api/events", "/api/profiles"};
    for (int round = 0; round < ROUNDS; round++) {
        assert_int_equal(rig_get(paths[round % 6]), 200);
        live_both(0.3);
        assert_twins();
    }
}

/* The buttons reach the display, and nothing that is measured. */
static void buttons_are_not_measured(void **state)
{
    (void)state;
    assert_int_equal(rig_post("/api/button", "{\"seal\":\"broken\"}"), 200);
    srand(17);
    for (int round = 0; round < ROUNDS; round++) {
        bool service = rand() % 3 == 0;
        assert_int_equal(rig_post("/api/button", service ? "{\"button\":\"service\",\"down\":true}"
                                                         : "{\"button\":\"scroll\",\"down\":true}"),
                         200);
        live_both((rand() % 30) / 10.0);
        assert_int_equal(rig_post("/api/button", service
                                                     ? "{\"button\":\"service\",\"down\":false}"
                                                     : "{\"button\":\"scroll\",\"down\":false}"),
                         200);
        live_both(0.2);
        assert_twins();
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(stalled_browsers_cost_nothing),
        TEST(eager_browsers_cost_nothing),
        TEST(buttons_are_not_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
