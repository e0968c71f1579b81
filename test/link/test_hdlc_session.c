/* Station and clients on a line: clean, lossy, shared. */
#include "test/link/hdlc_rig.h"
#include "test/unit.h"

#include <string.h>

static struct rig rig;

static struct hdlc_settings with_limits(uint16_t info, uint8_t window)
{
    struct hdlc_settings settings = rig_settings();
    settings.limits = (struct hdlc_limits){info, info, window, window};
    return settings;
}

static void set_up(uint16_t info, uint8_t window)
{
    memset(&rig, 0, sizeof rig);
    rig.server_settings = with_limits(info, window);
    rig.client_settings = with_limits(info, window);
}

static void assert_clean(unsigned served)
{
    assert_int_equal(rig.served, served);
    assert_int_equal(rig.spoilt, 0);
    assert_int_equal(rig.clients[0].wrong, 0);
    assert_int_equal(rig.clients[0].client.line.statistics.time_outs, 0);
    assert_int_equal(rig.clients[0].client.line.statistics.frames_repeated, 0);
    assert_int_equal(rig.station.line.statistics.frames_repeated, 0);
    assert_int_equal(rig.bus.collisions, 0);
}

/* Field lengths and windows at their ends, sizes that fill frames exactly, one more, one less. */
static void every_size_on_a_clean_line(void **state)
{
    (void)state;
    static const uint16_t infos[] = {32, 33, 128, 2030};
    static const uint8_t windows[] = {1, 2, 7};
    for (size_t i = 0; i < sizeof infos / sizeof *infos; i++) {
        for (size_t w = 0; w < sizeof windows; w++) {
            set_up(infos[i], windows[w]);
            rig_start(&rig, 9600, 1);
            assert_true(rig_connect(&rig, 0));
            unsigned asked = 0;
            for (size_t frames = 1; frames <= 9 && frames * infos[i] < RIG_REQUEST; frames++) {
                for (size_t off = 0; off < 3; off++) {
                    size_t size = frames * infos[i] - HDLC_LLC - 1 + off;
                    assert_true(rig_ask(&rig, 0, size, size));
                    asked++;
                }
            }
            assert_clean(asked);
            assert_true(rig_disconnect(&rig, 0));
            assert_int_equal(rig.closed, 1);
        }
    }
}

/* Each end wants its own; they meet at the least. */
static void unequal_ends_agree(void **state)
{
    (void)state;
    set_up(2030, 7);
    rig.server_settings.limits = (struct hdlc_limits){512, 64, 3, 7};
    rig.client_settings.limits = (struct hdlc_limits){2030, 100, 2, 5};
    rig_start(&rig, 9600, 1);
    assert_true(rig_connect(&rig, 0));
    static const struct hdlc_limits client = {64, 100, 2, 3};
    static const struct hdlc_limits server = {100, 64, 3, 2};
    assert_memory_equal(&rig.clients[0].client.flow.limits, &client, sizeof client);
    assert_memory_equal(&rig.connections[0].flow.limits, &server, sizeof server);
    assert_true(rig_ask(&rig, 0, 1000, 3000));
    assert_clean(1);
}

static void a_request_without_an_answer_ends_by_patience(void **state)
{
    (void)state;
    set_up(128, 1);
    rig_start(&rig, 9600, 1);
    assert_true(rig_connect(&rig, 0));
    assert_false(rig_ask(&rig, 0, 100, 0));
    assert_int_equal(rig.served, 1);
    assert_int_equal(rig.clients[0].client.failure, HDLC_CLIENT_SILENCE);
    assert_true(rig_connect(&rig, 0));
    assert_true(rig_ask(&rig, 0, 100, 100));
}

static void an_answer_longer_than_the_buffer_fails(void **state)
{
    (void)state;
    set_up(128, 1);
    rig_start(&rig, 0, 1);
    rig.clients[0].client.config.answer_room = 1000 + HDLC_LLC;
    assert_true(rig_connect(&rig, 0));
    assert_true(rig_ask(&rig, 0, 100, 1000));
    assert_false(rig_ask(&rig, 0, 100, 1001));
    assert_int_equal(rig.clients[0].client.failure, HDLC_CLIENT_TOO_LONG);
}

static void a_busy_station_is_waited_for(void **state)
{
    (void)state;
    set_up(128, 1);
    rig_start(&rig, 9600, 1);
    assert_true(rig_connect(&rig, 0));
    hdlc_set_busy(&rig.station, true);
    assert_false(rig_ask(&rig, 0, 100, 100));
    assert_int_equal(rig.clients[0].client.failure, HDLC_CLIENT_SILENCE);
    hdlc_set_busy(&rig.station, false);
    assert_true(rig_connect(&rig, 0));
    assert_true(rig_ask(&rig, 0, 100, 100));
}

static void a_request_longer_than_the_station_takes_is_rejected(void **state)
{
    (void)state;
    set_up(128, 7);
    rig_start(&rig, 9600, 1);
    rig.connections[0].buffers.request_room = 1000 + HDLC_LLC;
    assert_true(rig_connect(&rig, 0));
    assert_true(rig_ask(&rig, 0, 1000, 100));
    assert_false(rig_ask(&rig, 0, 1001, 100));
    assert_int_equal(rig.clients[0].client.failure, HDLC_CLIENT_REJECTED);
    assert_int_equal(rig.station.line.statistics.rejected, 1);
    assert_true(rig_connect(&rig, 0));
    assert_true(rig_ask(&rig, 0, 1000, 100));
}

/* What was agreed holds although the settings change; they count when the client connects anew. */
static void settings_change_under_a_connection(void **state)
{
    (void)state;
    set_up(128, 3);
    rig_start(&rig, 9600, 1);
    assert_true(rig_connect(&rig, 0));
    rig.server_settings.limits = (struct hdlc_limits){32, 32, 1, 1};
    assert_true(rig_ask(&rig, 0, 1000, 1000));
    assert_clean(1);
    assert_true(rig_connect(&rig, 0));
    assert_int_equal(rig.clients[0].client.flow.limits.max_info_transmit, 32);
    assert_true(rig_ask(&rig, 0, 1000, 1000));
    assert_clean(2);
}

static void nobody_there(void **state)
{
    (void)state;
    set_up(128, 1);
    rig_start(&rig, 9600, 1);
    rig.clients[0].client.config.server = hdlc_address_of(5, 0);
    assert_false(rig_connect(&rig, 0));
    assert_int_equal(rig.clients[0].client.failure, HDLC_CLIENT_SILENCE);
    assert_false(rig_disconnect(&rig, 0));
}

/* What the station says without being asked, in the midst of a long answer too. */
static void notices_pass(void **state)
{
    (void)state;
    static const uint8_t notice[] = {0x0F, 1, 2, 3};
    set_up(64, 3);
    rig_start(&rig, 9600, 1);
    assert_true(rig_connect(&rig, 0));
    struct link_ports ports = {16, 1};
    assert_int_equal(hdlc_notify(&rig.station, ports, notice, sizeof notice, false), 0);
    assert_true(rig_ask(&rig, 0, 20, 2000));
    assert_int_equal(rig.clients[0].notified, 1);
    assert_false(hdlc_notifying(&rig.station));
}

static bool is_quiet(const void *what)
{
    return !hdlc_client_speaking(what);
}

static void unconfirmed_requests_pass(void **state)
{
    (void)state;
    static const uint8_t request[] = {0, 0, 0, 0, 0, 0, 0, 9};
    static const struct hdlc_address everybody = {HDLC_ALL_LONG, HDLC_ALL_LONG, 4};
    set_up(128, 1);
    rig_start(&rig, 9600, 1);
    struct hdlc_client *client = &rig.clients[0].client;
    assert_int_equal(hdlc_client_unconfirmed(client, everybody, request, sizeof request), 0);
    assert_true(bus_run(&rig.bus, is_quiet, client, 1000));
    assert_int_equal(rig.served, 1);
    assert_true(rig_connect(&rig, 0));
    assert_int_equal(
        hdlc_client_unconfirmed(client, client->config.server, request, sizeof request), 0);
    assert_true(bus_run(&rig.bus, is_quiet, client, 1000));
    assert_int_equal(rig.served, 2);
    assert_true(rig_ask(&rig, 0, 100, 100));
    assert_int_equal(hdlc_client_unconfirmed(client, everybody, rig.clients[0].request, 126), -1);
}

static void two_clients_share_a_line(void **state)
{
    (void)state;
    set_up(64, 3);
    rig.server_settings.device_address = 1234;
    rig.server_settings.alone = false;
    rig_start(&rig, 9600, 2);
    assert_true(rig_connect(&rig, 0));
    assert_true(rig_connect(&rig, 1));
    for (size_t i = 0; i < 20; i++) {
        assert_true(rig_ask(&rig, 0, 10 + 30 * i, 1000));
        assert_true(rig_ask(&rig, 1, 300, 50 * i + 1));
    }
    assert_clean(40);
    assert_true(rig_disconnect(&rig, 0));
    assert_true(rig_ask(&rig, 1, 300, 300));
}

/* The client that vanished is found out, and the link is there for the next. */
static void silence_ends_a_connection(void **state)
{
    (void)state;
    set_up(128, 1);
    rig_start(&rig, 9600, 1);
    assert_true(rig_connect(&rig, 0));
    assert_true(rig_ask(&rig, 0, 100, 100));
    assert_false(bus_run(&rig.bus, is_quiet, &rig.clients[0].client, 0) &&
                 hdlc_deadline_ms(&rig.station) == INT64_MAX);
    hdlc_step(&rig.station, hdlc_deadline_ms(&rig.station));
    assert_int_equal(rig.closed, 1);
    assert_int_equal(hdlc_deadline_ms(&rig.station), INT64_MAX);
    assert_false(rig_ask(&rig, 0, 100, 100));
    assert_int_equal(rig.clients[0].client.failure, HDLC_CLIENT_REFUSED);
}

/* The line of the issue: 9600 baud, 20 ms turn-around, window 7, 512 octets. */
static void most_of_the_line_is_payload(void **state)
{
    (void)state;
    set_up(512, 7);
    rig_start(&rig, 9600, 1);
    assert_true(rig_connect(&rig, 0));
    int64_t begin_us = rig.bus.now_us;
    for (int block = 0; block < 13; block++) {
        assert_true(rig_ask(&rig, 0, 8, 2048));
    }
    int64_t payload_us = (int64_t)13 * (2048 - 12) * rig.bus.octet_us;
    assert_true(100 * payload_us >= 88 * (rig.bus.now_us - begin_us));
}

static void read_over_noise(struct bus_random noise, uint16_t info, uint8_t window, size_t octets)
{
    set_up(info, window);
    rig_start(&rig, 9600, 1);
    rig.bus.noise = bus_random_noise;
    rig.bus.owner = &noise;
    assert_true(rig_connect(&rig, 0));
    assert_true(rig_ask(&rig, 0, 300, octets));
    assert_true(rig_ask(&rig, 0, 300, octets));
    assert_true(rig_disconnect(&rig, 0));
    assert_int_equal(rig.served, 2);
    assert_int_equal(rig.spoilt, 0);
    assert_int_equal(rig.clients[0].wrong, 0);
}

/* 50 kB, as a long profile, in fields of 128 octets at one octet error in a thousand. */
static void a_profile_comes_over_a_lossy_line(void **state)
{
    (void)state;
    for (uint8_t window = 1; window <= HDLC_WINDOW_MAX; window += 3) {
        struct bus_random noise = {.state = window, .wrong_ppm = 1000};
        read_over_noise(noise, 128, window, 50000);
        const struct hdlc_statistics *client = &rig.clients[0].client.line.statistics;
        assert_true(client->bad_frames + client->bad_headers > 50);
        assert_true(rig.station.line.statistics.frames_repeated > 50);
    }
}

static void every_kind_of_noise_is_survived(void **state)
{
    (void)state;
    static const struct bus_random kinds[] = {
        {.lost_ppm = 1000},
        {.doubled_ppm = 1000},
        {.pause_ppm = 500},
        {.blackout_ppm = 200},
        {.wrong_ppm = 500,
         .lost_ppm = 500,
         .doubled_ppm = 500,
         .pause_ppm = 500,
         .blackout_ppm = 50},
    };
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            struct bus_random noise = kinds[kind];
            noise.state = seed;
            read_over_noise(noise, 64, (uint8_t)(1 + seed), 5000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_on_a_clean_line),
        cmocka_unit_test(unequal_ends_agree),
        cmocka_unit_test(a_request_without_an_answer_ends_by_patience),
        cmocka_unit_test(an_answer_longer_than_the_buffer_fails),
        cmocka_unit_test(a_busy_station_is_waited_for),
        cmocka_unit_test(a_request_longer_than_the_station_takes_is_rejected),
        cmocka_unit_test(settings_change_under_a_connection),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(notices_pass),
        cmocka_unit_test(unconfirmed_requests_pass),
        cmocka_unit_test(two_clients_share_a_line),
        cmocka_unit_test(silence_ends_a_connection),
        cmocka_unit_test(most_of_the_line_is_payload),
        cmocka_unit_test(a_profile_comes_over_a_lossy_line),
        cmocka_unit_test(every_kind_of_noise_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
