/* The conversations of the vector file, octet by octet, in whole frames and in single octets. */
#include "link/hdlc.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 8192, OCTETS = 4096, APDU = 256, CLIENTS = 2 };

struct rig {
    struct hdlc_settings settings;
    struct hdlc_station station;
    struct hdlc_connection connections[CLIENTS];
    uint8_t request[CLIENTS][HDLC_LLC + 2 * APDU];
    uint8_t answer[CLIENTS][HDLC_LLC + 2 * APDU];
    uint8_t notice[APDU];
    int64_t now_ms;
    int closed;
    bool octet_by_octet;
    char title[LINE];
};

static const uint16_t logical_devices[] = {1, 16};

static size_t count_up(void *owner, struct link_ports ports, uint8_t *request, size_t size,
                       uint8_t *octets, size_t room)
{
    (void)owner;
    assert_true(ports.server == 1 || ports.server == 16);
    assert_true(size > 0 && request[0] <= room);
    for (uint8_t i = 0; i < request[0]; i++) {
        octets[i] = (uint8_t)(i + 1);
    }
    return request[0];
}

static void count_closed(void *owner, struct link_ports ports)
{
    struct rig *rig = owner;
    (void)ports;
    rig->closed++;
}

static struct hdlc_buffers buffers(struct rig *rig, size_t i)
{
    return (struct hdlc_buffers){rig->request[i], APDU + HDLC_LLC, rig->answer[i], APDU};
}

static void start(struct rig *rig)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        rig->connections[i].buffers = buffers(rig, i);
    }
    struct hdlc_config config = {
        .settings = &rig->settings,
        .channel = {.answer = count_up, .closed = count_closed, .owner = rig},
        .logical_devices = logical_devices,
        .logical_device_count = 2,
        .connections = rig->connections,
        .connection_count = CLIENTS,
        .unconfirmed = {APDU + HDLC_LLC, APDU},
    };
    rig->closed = 0;
    hdlc_init(&rig->station, &config, rig->now_ms);
}

static void start_case(struct rig *rig)
{
    rig->settings = (struct hdlc_settings){
        .limits = {128, 128, 1, 1},
        .inter_octet_time_ms = 25,
        .inactivity_time_s = 120,
        .response_time_ms = 20,
        .alone = true,
    };
    start(rig);
}

static void set(struct rig *rig, const char *text)
{
    unsigned v[6];
    assert_int_equal(sscanf(text, "%u %u %u %u %u %u", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5]),
                     6);
    rig->settings.limits =
        (struct hdlc_limits){(uint16_t)v[0], (uint16_t)v[1], (uint8_t)v[2], (uint8_t)v[3]};
    rig->settings.device_address = (uint16_t)v[4];
    rig->settings.alone = v[5] != 0;
    start(rig);
}

static void hear(struct rig *rig, const char *text)
{
    uint8_t octets[OCTETS];
    size_t size = hex_read(text, octets, sizeof octets);
    if (!rig->octet_by_octet) {
        (void)hdlc_receive(&rig->station, octets, size, rig->now_ms);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        (void)hdlc_receive(&rig->station, &octets[i], 1, rig->now_ms);
    }
}

/* Takes what the station says: not before its time, all from then on. */
static size_t listen(struct rig *rig, uint8_t *octets)
{
    size_t size = 0;
    const uint8_t *piece;
    int64_t due_ms = hdlc_deadline_ms(&rig->station);
    if (due_ms > rig->now_ms + 100) {
        assert_int_equal(hdlc_output(&rig->station, &piece, rig->now_ms + 100), 0);
        return 0;
    }
    assert_int_equal(hdlc_output(&rig->station, &piece, due_ms - 1), 0);
    rig->now_ms = due_ms > rig->now_ms ? due_ms : rig->now_ms;
    for (size_t part; (part = hdlc_output(&rig->station, &piece, rig->now_ms)) > 0;) {
        assert_int_equal(hdlc_room(&rig->station), 0);
        part = rig->octet_by_octet ? 1 : part;
        assert_true(size + part <= OCTETS);
        memcpy(octets + size, piece, part);
        size += part;
        hdlc_sent(&rig->station, part, rig->now_ms);
    }
    return size;
}

static void expect(struct rig *rig, const char *text)
{
    uint8_t expected[OCTETS];
    uint8_t octets[OCTETS];
    size_t size = hex_read(text, expected, sizeof expected);
    size_t found = listen(rig, octets);
    if (found != size || memcmp(octets, expected, size) != 0) {
        char said[2 * OCTETS + 1];
        hex_write(octets, found, said);
        fail_msg("%s< %sexpected\n< %s", rig->title, text, said);
    }
    assert_true(hdlc_room(&rig->station) > 0);
}

static void notify(struct rig *rig, const char *text)
{
    unsigned client;
    unsigned server;
    unsigned unpolled;
    int at;
    assert_int_equal(sscanf(text, "%u %u %u %n", &client, &server, &unpolled, &at), 3);
    struct link_ports ports = {(uint16_t)client, (uint16_t)server};
    size_t size = hex_read(text + at, rig->notice, sizeof rig->notice);
    assert_int_equal(hdlc_notify(&rig->station, ports, rig->notice, size, unpolled), 0);
}

static void run_line(struct rig *rig, const char *line)
{
    if (strncmp(line, "case ", 5) == 0) {
        strcpy(rig->title, line);
        start_case(rig);
    } else if (strncmp(line, "settings ", 9) == 0) {
        set(rig, line + 9);
    } else if (line[0] == '>') {
        hear(rig, line + 1);
    } else if (line[0] == '<') {
        expect(rig, line + 1);
    } else if (strncmp(line, "wait ", 5) == 0) {
        rig->now_ms += atoi(line + 5);
        hdlc_step(&rig->station, rig->now_ms);
    } else if (strncmp(line, "busy ", 5) == 0) {
        hdlc_set_busy(&rig->station, line[5] == '1');
    } else if (strncmp(line, "notify ", 7) == 0) {
        notify(rig, line + 7);
    } else if (strncmp(line, "closed ", 7) == 0) {
        assert_int_equal(rig->closed, atoi(line + 7));
    } else {
        assert_true(line[0] == '#' || line[0] == '\n');
    }
}

static int run_file(bool octet_by_octet)
{
    static struct rig rig;
    char line[LINE];
    int cases = 0;
    FILE *file = fopen(WATTHOUR_TEST "/vectors/hdlc_station.txt", "r");
    assert_non_null(file);
    rig.octet_by_octet = octet_by_octet;
    while (fgets(line, sizeof line, file)) {
        cases += strncmp(line, "case ", 5) == 0;
        run_line(&rig, line);
    }
    fclose(file);
    return cases;
}

static void conversations_in_frames(void **state)
{
    (void)state;
    assert_int_equal(run_file(false), 29);
}

static void conversations_in_octets(void **state)
{
    (void)state;
    assert_int_equal(run_file(true), 29);
}

static void statistics_count_what_went_wrong(void **state)
{
    (void)state;
    static struct rig rig;
    start_case(&rig);
    hear(&rig, "7EA0070321930F017E");
    uint8_t octets[OCTETS];
    listen(&rig, octets);
    hear(&rig, "7EA00703211115A77E");              /* FCS */
    hear(&rig, "7EA00D03211032 6CE6E600016EC67E"); /* HCS */
    hear(&rig, "7EA00D0321");                      /* cut short */
    rig.now_ms += 1000;
    hear(&rig, "7EA00703211115A67E"); /* good */
    listen(&rig, octets);
    const struct hdlc_statistics *s = &rig.station.line.statistics;
    assert_int_equal(s->frames_received, 2);
    assert_int_equal(s->frames_sent, 2);
    assert_int_equal(s->bad_frames, 1);
    assert_int_equal(s->bad_headers, 1);
    assert_int_equal(s->gaps, 1);
    rig.now_ms += 121000;
    hdlc_step(&rig.station, rig.now_ms);
    assert_int_equal(s->time_outs, 1);
}

static void one_notice_at_a_time(void **state)
{
    (void)state;
    static struct rig rig;
    start_case(&rig);
    struct link_ports ports = {16, 1};
    assert_int_equal(hdlc_notify(&rig.station, ports, rig.notice, 126, false), -1);
    assert_int_equal(hdlc_notify(&rig.station, ports, rig.notice, 125, false), 0);
    assert_int_equal(hdlc_notify(&rig.station, ports, rig.notice, 5, false), -1);
    assert_true(hdlc_notifying(&rig.station));
    hdlc_withdraw(&rig.station);
    assert_false(hdlc_notifying(&rig.station));
    assert_int_equal(hdlc_notify(&rig.station, ports, rig.notice, 5, true), 0);
    const uint8_t *piece;
    rig.now_ms += 100;
    assert_true(hdlc_output(&rig.station, &piece, rig.now_ms) > 0);
    hdlc_withdraw(&rig.station); /* it is on its way */
    assert_true(hdlc_notifying(&rig.station));
    for (size_t part; (part = hdlc_output(&rig.station, &piece, rig.now_ms)) > 0;) {
        hdlc_sent(&rig.station, part, rig.now_ms);
    }
    assert_false(hdlc_notifying(&rig.station));
}

/* While a frame comes in, a notice that needs no poll waits; a frame that never ends is forgotten.
 */
static void notices_do_not_interrupt(void **state)
{
    (void)state;
    static struct rig rig;
    start_case(&rig);
    hear(&rig, "7EA007");
    struct link_ports ports = {103, 1};
    assert_int_equal(hdlc_notify(&rig.station, ports, rig.notice, 5, true), 0);
    const uint8_t *piece;
    assert_int_equal(hdlc_output(&rig.station, &piece, rig.now_ms + 20), 0);
    rig.now_ms += 10000;
    hdlc_step(&rig.station, rig.now_ms);
    assert_true(hdlc_output(&rig.station, &piece, rig.now_ms) > 0);
}

/* A line so slow that an answer takes longer than the silence that is allowed. */
static void sending_is_no_silence(void **state)
{
    (void)state;
    static struct rig rig;
    uint8_t octets[OCTETS];
    const uint8_t *piece;
    start_case(&rig);
    hear(&rig, "7EA0070321930F017E");
    listen(&rig, octets);
    hear(&rig, "7EA00703211115A67E");
    rig.now_ms += 20;
    int sent = 0;
    for (; hdlc_output(&rig.station, &piece, rig.now_ms) > 0; sent++) {
        rig.now_ms += 100000;
        hdlc_step(&rig.station, rig.now_ms - 1);
        hdlc_sent(&rig.station, 1, rig.now_ms);
    }
    assert_int_equal(sent, 9);
    assert_int_equal(rig.closed, 0);
}

static void a_connection_that_ended_says_nothing_more(void **state)
{
    (void)state;
    static struct rig rig;
    uint8_t octets[OCTETS];
    const uint8_t *piece;
    start_case(&rig);
    hear(&rig, "7EA0070321930F017E");
    listen(&rig, octets);
    hear(&rig, "7EA00703211115A67E");
    rig.now_ms += 120000;
    hdlc_step(&rig.station, rig.now_ms);
    assert_int_equal(rig.closed, 1);
    assert_int_equal(hdlc_output(&rig.station, &piece, rig.now_ms), 0);
    assert_true(hdlc_room(&rig.station) > 0);
}

static void close_ends_every_connection(void **state)
{
    (void)state;
    static struct rig rig;
    uint8_t octets[OCTETS];
    start_case(&rig);
    hear(&rig, "7EA0070321930F017E");
    listen(&rig, octets);
    hdlc_close(&rig.station);
    assert_int_equal(rig.closed, 1);
    assert_int_equal(hdlc_deadline_ms(&rig.station), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations_in_frames),
        cmocka_unit_test(conversations_in_octets),
        cmocka_unit_test(statistics_count_what_went_wrong),
        cmocka_unit_test(one_notice_at_a_time),
        cmocka_unit_test(notices_do_not_interrupt),
        cmocka_unit_test(sending_is_no_silence),
        cmocka_unit_test(a_connection_that_ended_says_nothing_more),
        cmocka_unit_test(close_ends_every_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
