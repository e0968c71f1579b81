/* The optical port of a whole meter: what its lists say, who may program it, what is logged, what
 * class 19 changes, and the way to HDLC and back. */
#include "storage/layout.h"
#include "test/meter/optical_bed.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned entries(const struct optical_bed *bed, unsigned ring)
{
    const struct record_ring *log = &bed->life->meter.storage.rings[ring];
    return record_next(log) - record_first(log);
}

static void the_readout_says_what_the_registers_hold(void **state)
{
    struct optical_bed *bed = *state;
    life_run(bed->life, 3600);
    bed_sign_on(bed, "\x06"
                     "060\r\n");
    struct quantity_value value;
    char expected[64];
    const struct quantity import = {.kind = QUANTITY_A_IMPORT};
    assert_int_equal(quantity_read(&bed->life->meter.source, import, &value), 0);
    int64_t wh = quantity_register(&value, 0, 9);
    assert_true(wh > 1000);
    snprintf(expected, sizeof expected, "\r\n1.8.0(%06d.%03d*kWh)\r\n", (int)(wh / 1000),
             (int)(wh % 1000));
    assert_non_null(strstr(bed->said, expected));
    assert_non_null(strstr(bed->said, "0.9.2(261121)\r\n"));
    assert_null(strstr(bed->said, "51.7.0"));
    assert_non_null(strstr(bed->said, "!\r\n\x03"));
}

static void nothing_is_read_without_a_password(void **state)
{
    struct optical_bed *bed = *state;
    bed_enter(bed);
    (void)bed_ask(bed, "R1", "1.8.0()");
    assert_true(bed_answered(bed, "(ER01)"));
    (void)bed_ask(bed, "P1", "(wrong)");
    assert_true(bed_answered(bed, "(ER01)"));
    assert_int_equal(bed_ask(bed, "P1", "(reader)"), IEC21_ACK);
    (void)bed_ask(bed, "R1", "0.0.0()");
    assert_non_null(strstr(bed->said, "0.0.0("));
    (void)bed_ask(bed, "R5", "1-0:1.8.0*255(1)");
    assert_memory_equal(bed->said + 1, "1.8.0(", 6);
    (void)bed_ask(bed, "R5", "9.9.9()");
    assert_true(bed_answered(bed, "(ER02)"));
    (void)bed_ask(bed, "W5", "0.9.1(120000)");
    assert_true(bed_answered(bed, "(ER01)"));
}

static void the_clock_is_set_and_that_is_logged(void **state)
{
    struct optical_bed *bed = *state;
    unsigned before = entries(bed, XS211_LOG_PROGRAMMING);
    bed_enter_to_write(bed);
    assert_int_equal(bed_ask(bed, "W5", "0.9.2(261224)"), IEC21_ACK);
    assert_int_equal(bed_ask(bed, "W1", "0.9.1(183025)"), IEC21_ACK);
    struct civil local = clock_read(&bed->life->meter.clock).local;
    assert_int_equal(local.month, 12);
    assert_int_equal(local.day, 24);
    assert_int_equal(local.hour, 18);
    assert_int_equal(local.minute, 30);
    assert_int_equal(bed_ask(bed, "E2", "0.9.1()"), IEC21_ACK);
    assert_int_equal(clock_read(&bed->life->meter.clock).local.second, 0);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_PROGRAMMING), before + 1);
}

/* A correction, as those of class 8: within the limit nothing jumps, and no log tells of it. */
static void a_small_correction_is_slewed(void **state)
{
    struct bed_times {
        const char *written;
        int64_t by_ms;
        bool jumps;
    };
    static const struct bed_times times[] = {
        {"0.9.1(120008)", 3000, false},  /* the bed's meter has run for 5 s */
        {"0.9.1(120000)", -5000, false}, /* what was slewed before is given up */
        {"0.9.1(120016)", 11000, true},
    };
    struct optical_bed *bed = *state;
    struct clock *clock = &bed->life->meter.clock;
    bed_enter_to_write(bed);
    int64_t begin_ms = clock->utc_ms;
    unsigned before = entries(bed, XS211_LOG_STANDARD);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        assert_int_equal(bed_ask(bed, "W1", times[i].written), IEC21_ACK);
        assert_int_equal(clock->utc_ms - begin_ms, times[i].jumps ? times[i].by_ms : 0);
        assert_int_equal(clock_slewing_ms(clock), times[i].jumps ? 0 : times[i].by_ms);
    }
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_STANDARD), before + 2); /* the old time, the new one */
}

static void values_that_cannot_be_change_nothing(void **state)
{
    struct optical_bed *bed = *state;
    static const char *const bad[] = {"0.9.1(240000)", "0.9.1(1200)",   "0.9.2(261301)",
                                      "0.9.2(260230)", "0.9.2(26022x)", "128.2.0(2)",
                                      "C.90.1(12/4)",  "0.9.1()"};
    bed_enter_to_write(bed);
    int64_t utc_ms = bed->life->meter.clock.utc_ms;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)bed_ask(bed, "W5", bad[i]);
        assert_true(bed_answered(bed, "(ER03)"));
    }
    (void)bed_ask(bed, "W5", "1.8.0(0)");
    assert_true(bed_answered(bed, "(ER02)"));
    assert_int_equal(bed->life->meter.clock.utc_ms, utc_ms);
    assert_true(bed->life->meter.consumer.port_enabled);
}

/* Partial blocks and formatted coding are valid, and not there: an error message, no NAK, behind
 * which a reader would only say it again. */
static void what_is_optional_is_refused(void **state)
{
    struct optical_bed *bed = *state;
    static const char *const commands[] = {"W2", "W3", "W4", "R3", "R4"};
    uint8_t octets[IEC21_MESSAGE_MAX];
    bed_enter_to_write(bed);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct iec21_command command = {.type = commands[i][0],
                                        .form = commands[i][1],
                                        .data = "C.13.0(Back)",
                                        .size = 12,
                                        .more = true};
        bed_hear(bed, octets, iec21_command_write(&command, octets));
        bed_listen(bed, 400);
        assert_true(bed_answered(bed, "(ER02)"));
        (void)bed_ask(bed, commands[i], "C.13.0(Back)");
        assert_true(bed_answered(bed, "(ER02)"));
    }
    assert_int_equal(bed->life->meter.message.text_size, 0);
    (void)bed_ask(bed, "R1", "0.0.0()");
    assert_int_equal(bed->said[0], IEC21_STX);
}

static void what_is_written_has_its_effect(void **state)
{
    struct optical_bed *bed = *state;
    bed_enter_to_write(bed);
    assert_int_equal(bed_ask(bed, "W1", "128.2.0(0)"), IEC21_ACK);
    assert_false(bed->life->meter.consumer.port_enabled);
    assert_int_equal(bed_ask(bed, "W1", "C.13.0(Back at nine)"), IEC21_ACK);
    assert_int_equal(bed->life->meter.message.text_size, 12);
    assert_int_equal(bed_ask(bed, "W1", "C.90.1(ABC)"), IEC21_ACK);
    bed_hear(bed,
             "\x01"
             "B0\x03q",
             5);
    bed_listen(bed, 400);
    bed_hear(bed, "/?12345678!\r\n", 13);
    bed_listen(bed, 400);
    assert_int_equal(bed->said_size, 0);
    bed_hear(bed, "/?ABC!\r\n", 8);
    bed_listen(bed, 400);
    assert_memory_equal(bed->said, "/WTH", 4);
}

static void a_proof_is_good_once(void **state)
{
    struct optical_bed *bed = *state;
    char proof[40];
    bed_enter(bed);
    bed_make_proof(bed, "secret", proof);
    bed_hear(bed,
             "\x01"
             "B0\x03q",
             5);
    bed_listen(bed, 400);
    bed_enter(bed);
    (void)bed_ask(bed, "P2", proof);
    assert_true(bed_answered(bed, "(ER01)"));
    (void)bed_ask(bed, "P2", "(secret)");
    assert_true(bed_answered(bed, "(ER01)"));
}

static void three_wrong_passwords_lock_the_mode(void **state)
{
    struct optical_bed *bed = *state;
    unsigned before = entries(bed, XS211_LOG_FRAUD);
    bed_enter(bed);
    (void)bed_ask(bed, "P1", "(a)");
    (void)bed_ask(bed, "P1", "(b)");
    assert_int_equal(bed_ask(bed, "P1", "(c)"), IEC21_SOH); /* a break */
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_FRAUD), before + 1);
    bed_enter(bed);
    (void)bed_ask(bed, "P1", "(reader)");
    assert_true(bed_answered(bed, "(ER01)"));
    life_run(bed->life, 61);
    assert_int_equal(bed_ask(bed, "P1", "(reader)"), IEC21_ACK);
}

static void without_passwords_nobody_gets_in(void **state)
{
    struct optical_bed *bed = *state;
    struct local_port *port = &bed->life->meter.local_port;
    for (int i = 0; i < LOCAL_PORT_PASSWORDS; i++) {
        assert_int_equal(local_port_set_password(port, (enum local_port_password)i, "", 0), 0);
    }
    bed_enter(bed);
    (void)bed_ask(bed, "P1", "()");
    assert_true(bed_answered(bed, "(ER01)"));
    char proof[40];
    bed_make_proof(bed, "", proof);
    (void)bed_ask(bed, "P2", proof);
    assert_true(bed_answered(bed, "(ER01)"));
}

static void hdlc_has_the_line_until_its_client_has_left(void **state)
{
    struct optical_bed *bed = *state;
    bed_sign_on(bed, "\x06"
                     "262\r\n");
    assert_memory_equal(bed->said,
                        "\x06"
                        "262\r\n",
                        6);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 19200);
    assert_false(meter_optical_form(&bed->optical).seven_even);
    bed_hear(bed, bed_snrm, BED_SNRM);
    bed_listen(bed, 400);
    assert_int_equal((uint8_t)bed->said[5], 0x73);
    bed_listen(bed, 60000);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 19200);
    bed_hear(bed, bed_disc, BED_SNRM);
    bed_listen(bed, 400);
    assert_int_equal((uint8_t)bed->said[5], 0x73);
    bed_listen(bed, 2000);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 300);
    bed_sign_on(bed, "\x06"
                     "060\r\n");
}

static void hdlc_that_nobody_uses_gives_the_line_back(void **state)
{
    struct optical_bed *bed = *state;
    bed_sign_on(bed, "\x06"
                     "262\r\n");
    bed_listen(bed, 15000);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 19200);
    bed_listen(bed, 6000);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 300);
}

/* Each attribute of class 19, by its effect. */
static void the_set_up_changes_the_port(void **state)
{
    struct optical_bed *bed = *state;
    struct local_port *port = &bed->life->meter.local_port;
    assert_int_equal(local_port_set_prop_baud(port, 3), 0);
    assert_int_equal(local_port_set_response(port, 0), 0);
    bed_listen(bed, 10);
    bed_hear(bed, "/?!\r\n", 5);
    bed_listen(bed, 50);
    assert_memory_equal(bed->said, "/WTh3\\2XS211\r\n", 14);
    bed_listen(bed, 60000);
    assert_int_equal(local_port_set_default_baud(port, 4), 0);
    assert_int_equal(local_port_set_mode(port, LOCAL_PORT_HDLC), 0);
    bed_listen(bed, 10);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 4800);
    bed_hear(bed, bed_snrm, BED_SNRM);
    bed_listen(bed, 400);
    assert_int_equal((uint8_t)bed->said[5], 0x73);
}

static void the_set_up_outlives_the_supply(void **state)
{
    struct optical_bed *bed = *state;
    struct local_port *port = &bed->life->meter.local_port;
    assert_int_equal(local_port_set_prop_baud(port, 2), 0);
    assert_int_equal(local_port_set_address(port, "HOUSE 7", 7), 0);
    assert_int_equal(local_port_set_password(port, LOCAL_PORT_W5, "w5", 2), 0);
    life_run(bed->life, 3);
    meter_optical_close(&bed->optical);
    life_kill(bed->life, 60);
    port = &bed->life->meter.local_port;
    assert_int_equal(port->mode, LOCAL_PORT_IEC);
    assert_int_equal(port->prop_baud, 2);
    assert_memory_equal(port->address.octets, "HOUSE 7", 7);
    assert_memory_equal(port->passwords[LOCAL_PORT_P2].octets, "secret", 6);
    meter_optical_open(&bed->life->meter, &bed->optical, bed->line_ms);
    bed_sign_on(bed, "\x06"
                     "021\r\n");
    assert_int_equal(bed_ask(bed, "P1", "(w5)"), IEC21_ACK);
    assert_int_equal(bed_ask(bed, "W5", "128.2.0(1)"), IEC21_ACK);
}

/* One entry for each that comes: a readout, the programming mode, HDLC behind a sign-on. */
static void each_session_is_logged_once(void **state)
{
    struct optical_bed *bed = *state;
    unsigned before = entries(bed, XS211_LOG_COMMUNICATION);
    bed_sign_on(bed, "\x06"
                     "060\r\n");
    bed_listen(bed, 60000);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 1);
    bed_enter_to_write(bed);
    (void)bed_ask(bed, "R1", "0.0.0()");
    bed_listen(bed, 130000);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 2);
    assert_int_equal(bed->life->meter.alarm.registers[1].active >> 18 & 1, 1);
    bed_sign_on(bed, "\x06"
                     "252\r\n");
    bed_hear(bed, bed_snrm, BED_SNRM);
    bed_listen(bed, 400);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 3);
}

/* Noise, and a request to somebody else, are nobody. */
static void noise_is_no_session(void **state)
{
    struct optical_bed *bed = *state;
    unsigned before = entries(bed, XS211_LOG_COMMUNICATION);
    bed_hear(bed, "/?99999999!\r\n", 13);
    bed_listen(bed, 5000);
    bed_hear(bed, "\x00\xFF/\r\n!!", 7);
    bed_listen(bed, 5000);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before);
}

static void a_direct_connection_is_logged_once(void **state)
{
    struct optical_bed *bed = *state;
    assert_int_equal(local_port_set_mode(&bed->life->meter.local_port, LOCAL_PORT_HDLC), 0);
    bed_listen(bed, 10);
    unsigned before = entries(bed, XS211_LOG_COMMUNICATION);
    bed_hear(bed, bed_snrm, BED_SNRM);
    bed_listen(bed, 5000);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 1);
    bed_listen(bed, 300000); /* it is idle, and ended by the meter */
    bed_hear(bed, bed_snrm, BED_SNRM);
    bed_listen(bed, 400);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, optical_bed_begin, optical_bed_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_readout_says_what_the_registers_hold),
        TEST(nothing_is_read_without_a_password),
        TEST(the_clock_is_set_and_that_is_logged),
        TEST(a_small_correction_is_slewed),
        TEST(values_that_cannot_be_change_nothing),
        TEST(what_is_optional_is_refused),
        TEST(what_is_written_has_its_effect),
        TEST(a_proof_is_good_once),
        TEST(three_wrong_passwords_lock_the_mode),
        TEST(without_passwords_nobody_gets_in),
        TEST(hdlc_has_the_line_until_its_client_has_left),
        TEST(hdlc_that_nobody_uses_gives_the_line_back),
        TEST(the_set_up_changes_the_port),
        TEST(the_set_up_outlives_the_supply),
        TEST(each_session_is_logged_once),
        TEST(noise_is_no_session),
        TEST(a_direct_connection_is_logged_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
