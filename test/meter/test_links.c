/* Classes 23 and 41: what a client writes is in force on the line and on the connections, and
 * outlives the supply. */
#include "cosem/data.h"
#include "test/meter/over_line.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { HDLC = 23, TCP = 41 };

static struct life *life;
static struct over_line *over;

/* Greedier than any meter. */
static const struct hdlc_settings greedy = {
    .limits = {2030, 2030, 7, 7}, .inter_octet_time_ms = 500, .response_time_ms = 20};

static int set_up(void **state)
{
    (void)state;
    life = life_begin("st402d", life_utc_ms(2026, 11, 21, 11, 0, 0));
    life->setup.management_password = "password";
    life->setup.management_low = true;
    life_run(life, 70);
    life_cut(life, 1);
    over = over_line_begin(life, &greedy, 0);
    assert_true(over_line_connect(over));
    over_line_associate(over);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    over_line_end(over);
    life_end(life);
    return 0;
}

static enum cosem_result put(uint16_t class_id, int8_t attribute, enum cosem_tag tag,
                             uint16_t value)
{
    struct dlms_target target = {class_id, COSEM_NAME(0, 0, 22, 0, 0), attribute};
    if (class_id == TCP) {
        target.name = (struct cosem_name)COSEM_NAME(0, 0, 25, 0, 0);
    }
    uint8_t octets[3];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_integer(&w, tag, value);
    return over_line_set(over, &target, octets, writer_kept(&w));
}

static void set(uint16_t class_id, int8_t attribute, enum cosem_tag tag, uint16_t value)
{
    assert_int_equal(put(class_id, attribute, tag, value), COSEM_SUCCESS);
}

/* What the next connection agrees on, seen from the client: its transmit is the meter's receive. */
static struct hdlc_limits limits_now(void)
{
    assert_true(over_line_connect(over));
    return over->hdlc.flow.limits;
}

static void limits_hold_from_the_next_connection_on(void **state)
{
    (void)state;
    struct hdlc_limits limits = limits_now();
    assert_int_equal(limits.max_info_receive, 512);
    assert_int_equal(limits.window_receive, 1);
    over_line_associate(over);
    set(HDLC, 3, COSEM_U8, 7);
    set(HDLC, 4, COSEM_U8, 3);
    set(HDLC, 5, COSEM_U16, 2030);
    set(HDLC, 6, COSEM_U16, 32);
    assert_int_equal(over->hdlc.flow.limits.window_receive, 1); /* this one goes on as it was */
    limits = limits_now();
    assert_int_equal(limits.window_receive, 7);
    assert_int_equal(limits.window_transmit, 3);
    assert_int_equal(limits.max_info_receive, 2030);
    assert_int_equal(limits.max_info_transmit, 32);
    over_line_associate(over); /* in fields of 32 octets */
}

/* Pauses of 100 ms in every request. */
static void pause_in_requests(void *owner, size_t party, size_t index, struct rs485_octet *octet)
{
    (void)owner;
    octet->pause_us = party == 1 && index % 16 == 5 ? 100000 : 0;
}

static void a_gap_ends_a_frame(void **state)
{
    (void)state;
    over->bus.noise = pause_in_requests;
    assert_false(over_line_connect(over));
    over->bus.noise = NULL;
    assert_true(over_line_connect(over));
    over_line_associate(over);
    set(HDLC, 7, COSEM_U16, 200);
    over->bus.noise = pause_in_requests;
    assert_true(over_line_connect(over));
}

/* Nobody speaks for so long. */
static void be_silent(int64_t seconds)
{
    over->bus.now_us += seconds * 1000000;
    hdlc_step(&over->line.station, over->bus.now_us / 1000);
}

static void silence_ends_the_connection(void **state)
{
    (void)state;
    be_silent(119);
    assert_true(over->line.connections[0].open);
    be_silent(2);
    assert_false(over->line.connections[0].open);
    assert_true(over_line_connect(over));
    over_line_associate(over);
    set(HDLC, 8, COSEM_U16, 5);
    be_silent(6);
    assert_false(over->line.connections[0].open);
    assert_true(over_line_connect(over));
    over_line_associate(over);
    set(HDLC, 8, COSEM_U16, 0);
    be_silent(3600);
    assert_true(over->line.connections[0].open);
}

static bool answers_to(uint16_t device)
{
    struct over_line *other = over_line_begin(life, &greedy, device);
    bool answers = over_line_connect(other);
    over_line_end(other);
    return answers;
}

static void the_station_has_an_address(void **state)
{
    (void)state;
    assert_false(answers_to(17));
    set(HDLC, 9, COSEM_U16, 17);
    assert_true(answers_to(17));
    assert_false(answers_to(18));
    assert_true(answers_to(0)); /* one octet of address: whoever is alone there */
    assert_true(over_line_connect(over));
    over_line_associate(over);
    set(HDLC, 9, COSEM_U16, 0x3FFD);
    assert_false(answers_to(17));
    assert_true(answers_to(0x3FFD));
}

/* A wrapper connection that is silent. */
static bool ends_after(struct meter_connection *connection, int64_t seconds)
{
    return meter_closing(connection, connection->wrapper.active_ms + seconds * 1000);
}

static void silence_ends_tcp(void **state)
{
    (void)state;
    struct meter_connection *connection = calloc(1, sizeof *connection);
    meter_connect(&life->meter, connection, 0);
    assert_false(ends_after(connection, 179));
    assert_true(ends_after(connection, 180));
    set(TCP, 6, COSEM_U16, 10); /* of connections that are open as well */
    assert_true(ends_after(connection, 10));
    assert_false(ends_after(connection, 9));
    set(TCP, 6, COSEM_U16, 0);
    assert_false(ends_after(connection, 1000000));
    meter_disconnect(connection);
    free(connection);
}

/* Of another type, out of range, or not to be written at all: refused, and nothing has changed. */
static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint16_t class_id;
        int8_t attribute;
        enum cosem_tag tag;
        uint16_t value;
        enum cosem_result result;
    } rows[] = {
        {HDLC, 2, COSEM_ENUM, 5, COSEM_READ_WRITE_DENIED},
        {HDLC, 3, COSEM_U16, 1, COSEM_TYPE_UNMATCHED},
        {HDLC, 3, COSEM_U8, 0, COSEM_OTHER_REASON},
        {HDLC, 3, COSEM_U8, 8, COSEM_OTHER_REASON},
        {HDLC, 4, COSEM_U8, 0, COSEM_OTHER_REASON},
        {HDLC, 4, COSEM_U8, 8, COSEM_OTHER_REASON},
        {HDLC, 4, COSEM_I8, 1, COSEM_TYPE_UNMATCHED},
        {HDLC, 5, COSEM_U16, 31, COSEM_OTHER_REASON},
        {HDLC, 5, COSEM_U16, 2031, COSEM_OTHER_REASON},
        {HDLC, 5, COSEM_U8, 128, COSEM_TYPE_UNMATCHED},
        {HDLC, 6, COSEM_U16, 31, COSEM_OTHER_REASON},
        {HDLC, 6, COSEM_U16, 2031, COSEM_OTHER_REASON},
        {HDLC, 7, COSEM_U16, 19, COSEM_OTHER_REASON},
        {HDLC, 7, COSEM_U16, 6001, COSEM_OTHER_REASON},
        {HDLC, 8, COSEM_U8, 1, COSEM_TYPE_UNMATCHED},
        {HDLC, 9, COSEM_U16, 15, COSEM_OTHER_REASON},
        {HDLC, 9, COSEM_U16, 0x3FFE, COSEM_OTHER_REASON},
        {HDLC, 9, COSEM_I16, 17, COSEM_TYPE_UNMATCHED},
        {TCP, 2, COSEM_U16, 4060, COSEM_READ_WRITE_DENIED},
        {TCP, 4, COSEM_U16, 576, COSEM_READ_WRITE_DENIED},
        {TCP, 6, COSEM_U8, 1, COSEM_TYPE_UNMATCHED},
        {TCP, 5, COSEM_U8, 1, COSEM_TEMPORARY_FAILURE}, /* this meter has no network */
    };
    const struct link_setup before = life->meter.links;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (put(rows[i].class_id, rows[i].attribute, rows[i].tag, rows[i].value) !=
            rows[i].result) {
            fail_msg("row %zu", i);
        }
    }
    assert_memory_equal(&life->meter.links, &before, sizeof before);
}

/* All of it, through a power cut with and without warning. */
static void changes_outlive_the_supply(void **state)
{
    (void)state;
    set(HDLC, 3, COSEM_U8, 2);
    set(HDLC, 4, COSEM_U8, 3);
    set(HDLC, 5, COSEM_U16, 64);
    set(HDLC, 6, COSEM_U16, 1234);
    set(HDLC, 7, COSEM_U16, 300);
    set(HDLC, 8, COSEM_U16, 60);
    set(HDLC, 9, COSEM_U16, 77);
    set(TCP, 6, COSEM_U16, 11);
    const struct link_setup before = life->meter.links;
    life_run(life, 2);
    for (int i = 0; i < 2; i++) {
        if (i == 0) {
            life_cut(life, 5);
        } else {
            life_kill(life, 5);
        }
        assert_memory_equal(life->meter.links.lines, before.lines, sizeof before.lines);
        assert_int_equal(life->meter.links.inactivity_time_s, 11);
        life_run(life, 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(limits_hold_from_the_next_connection_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gap_ends_a_frame, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_ends_the_connection, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_station_has_an_address, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_ends_tcp, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_outlive_the_supply, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
