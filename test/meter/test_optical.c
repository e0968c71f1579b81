/* The optical port of a whole meter: what its lists say, who may program it, what is logged, what
 * class 19 changes, and the way to HDLC and back. */
#include "crypto/hash.h"
#include "link/iec62056_21_client.h"
#include "meter/optical.h"
#include "storage/layout.h"
#include "test/meter/life.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 4096 };

struct bed {
    struct life *life;
    struct meter_optical optical;
    int64_t line_ms;
    char said[TEXT];
    size_t said_size;
};

static int set_up(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);
    *state = bed;
    bed->life = life_begin("xs211", life_utc_ms(2026, 11, 21, 11, 0, 0));
    assert_int_equal(local_port_set_mode(&bed->life->meter.local_port, LOCAL_PORT_IEC), 0);
    struct local_port *port = &bed->life->meter.local_port;
    assert_int_equal(local_port_set_password(port, LOCAL_PORT_P1, "reader", 6), 0);
    assert_int_equal(local_port_set_password(port, LOCAL_PORT_P2, "secret", 6), 0);
    life_run(bed->life, 5);
    meter_optical_open(&bed->life->meter, &bed->optical, 0);
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    meter_optical_close(&bed->optical);
    life_end(bed->life);
    free(bed);
    return 0;
}

/* What the port says within `ms` of the line's time. */
static void listen_for(struct bed *bed, int64_t ms)
{
    const uint8_t *octets;
    int64_t end_ms = bed->line_ms + ms;
    bed->said_size = 0;
    bed->said[0] = '\0';
    while (bed->line_ms < end_ms) {
        meter_optical_step(&bed->optical, bed->line_ms);
        size_t size = meter_optical_output(&bed->optical, &octets, bed->line_ms);
        assert_true(bed->said_size + size < sizeof bed->said);
        if (size > 0) {
            memcpy(bed->said + bed->said_size, octets, size);
            bed->said_size += size;
            bed->said[bed->said_size] = '\0';
            meter_optical_sent(&bed->optical, size, bed->line_ms);
        } else {
            bed->line_ms++;
        }
    }
}

static void hear(struct bed *bed, const void *octets, size_t size)
{
    meter_optical_receive(&bed->optical, octets, size, bed->line_ms);
}

static void sign_on(struct bed *bed, const char *acknowledgement)
{
    hear(bed, "/?!\r\n", 5);
    listen_for(bed, 400);
    assert_memory_equal(bed->said, "/WTH", 4);
    hear(bed, acknowledgement, 6);
    listen_for(bed, 500);
}

/* A command; gives the first octet of the answer, the text of which is in bed->said + 1. */
static char ask(struct bed *bed, const char *type, const char *data)
{
    uint8_t octets[IEC21_MESSAGE_MAX];
    const struct iec21_command command = {
        .type = type[0], .form = type[1], .data = data, .size = strlen(data)};
    hear(bed, octets, iec21_command_write(&command, octets));
    listen_for(bed, 400);
    return bed->said[0];
}

static bool answered(const struct bed *bed, const char *text)
{
    size_t size = strlen(text);
    return bed->said[0] == IEC21_STX && memcmp(bed->said + 1, text, size) == 0 &&
           bed->said[1 + size] == IEC21_ETX;
}

static void enter(struct bed *bed)
{
    sign_on(bed, "\x06"
                 "061\r\n");
    assert_memory_equal(bed->said, "\x01P0\x02(", 5);
}

/* What P2 wants, by the operand that P0 gave. */
static void make_proof(const struct bed *bed, const char *password, char proof[40])
{
    struct crypto_hash hash;
    uint8_t digest[CRYPTO_HASH_MAX];
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    crypto_hash_add(&hash, bed->said + 5, METER_OPERAND);
    crypto_hash_add(&hash, password, strlen(password));
    crypto_hash_end(&hash, digest);
    char *at = proof;
    *at++ = '(';
    for (int i = 0; i < 16; i++) {
        at += sprintf(at, "%02X", digest[i]);
    }
    strcpy(at, ")");
}

static void enter_to_write(struct bed *bed)
{
    char proof[40];
    enter(bed);
    make_proof(bed, "secret", proof);
    assert_int_equal(ask(bed, "P2", proof), IEC21_ACK);
}

static unsigned entries(const struct bed *bed, unsigned ring)
{
    const struct record_ring *log = &bed->life->meter.storage.rings[ring];
    return record_next(log) - record_first(log);
}

static void the_readout_says_what_the_registers_hold(void **state)
{
    struct bed *bed = *state;
    life_run(bed->life, 3600);
    sign_on(bed, "\x06"
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
    struct bed *bed = *state;
    enter(bed);
    (void)ask(bed, "R1", "1.8.0()");
    assert_true(answered(bed, "(ER01)"));
    (void)ask(bed, "P1", "(wrong)");
    assert_true(answered(bed, "(ER01)"));
    assert_int_equal(ask(bed, "P1", "(reader)"), IEC21_ACK);
    (void)ask(bed, "R1", "0.0.0()");
    assert_non_null(strstr(bed->said, "0.0.0("));
    (void)ask(bed, "R5", "1-0:1.8.0*255(1)");
    assert_memory_equal(bed->said + 1, "1.8.0(", 6);
    (void)ask(bed, "R5", "9.9.9()");
    assert_true(answered(bed, "(ER02)"));
    (void)ask(bed, "W5", "0.9.1(120000)");
    assert_true(answered(bed, "(ER01)"));
}

static void the_clock_is_set_and_that_is_logged(void **state)
{
    struct bed *bed = *state;
    unsigned before = entries(bed, XS211_LOG_PROGRAMMING);
    enter_to_write(bed);
    assert_int_equal(ask(bed, "W5", "0.9.2(261224)"), IEC21_ACK);
    assert_int_equal(ask(bed, "W1", "0.9.1(183025)"), IEC21_ACK);
    struct civil local = clock_read(&bed->life->meter.clock).local;
    assert_int_equal(local.month, 12);
    assert_int_equal(local.day, 24);
    assert_int_equal(local.hour, 18);
    assert_int_equal(local.minute, 30);
    assert_int_equal(ask(bed, "E2", "0.9.1()"), IEC21_ACK);
    assert_int_equal(clock_read(&bed->life->meter.clock).local.second, 0);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_PROGRAMMING), before + 1);
}

static void values_that_cannot_be_change_nothing(void **state)
{
    struct bed *bed = *state;
    static const char *const bad[] = {"0.9.1(240000)", "0.9.1(1200)",   "0.9.2(261301)",
                                      "0.9.2(260230)", "0.9.2(26022x)", "128.2.0(2)",
                                      "C.90.1(12/4)",  "0.9.1()"};
    enter_to_write(bed);
    int64_t utc_ms = bed->life->meter.clock.utc_ms;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)ask(bed, "W5", bad[i]);
        assert_true(answered(bed, "(ER03)"));
    }
    (void)ask(bed, "W5", "1.8.0(0)");
    assert_true(answered(bed, "(ER02)"));
    assert_int_equal(bed->life->meter.clock.utc_ms, utc_ms);
    assert_true(bed->life->meter.consumer.port_enabled);
}

static void what_is_written_has_its_effect(void **state)
{
    struct bed *bed = *state;
    enter_to_write(bed);
    assert_int_equal(ask(bed, "W1", "128.2.0(0)"), IEC21_ACK);
    assert_false(bed->life->meter.consumer.port_enabled);
    assert_int_equal(ask(bed, "W1", "C.13.0(Back at nine)"), IEC21_ACK);
    assert_int_equal(bed->life->meter.message.text_size, 12);
    assert_int_equal(ask(bed, "W1", "C.90.1(ABC)"), IEC21_ACK);
    hear(bed,
         "\x01"
         "B0\x03q",
         5);
    listen_for(bed, 400);
    hear(bed, "/?12345678!\r\n", 13);
    listen_for(bed, 400);
    assert_int_equal(bed->said_size, 0);
    hear(bed, "/?ABC!\r\n", 8);
    listen_for(bed, 400);
    assert_memory_equal(bed->said, "/WTH", 4);
}

static void a_proof_is_good_once(void **state)
{
    struct bed *bed = *state;
    char proof[40];
    enter(bed);
    make_proof(bed, "secret", proof);
    hear(bed,
         "\x01"
         "B0\x03q",
         5);
    listen_for(bed, 400);
    enter(bed);
    (void)ask(bed, "P2", proof);
    assert_true(answered(bed, "(ER01)"));
    (void)ask(bed, "P2", "(secret)");
    assert_true(answered(bed, "(ER01)"));
}

static void three_wrong_passwords_lock_the_mode(void **state)
{
    struct bed *bed = *state;
    unsigned before = entries(bed, XS211_LOG_FRAUD);
    enter(bed);
    (void)ask(bed, "P1", "(a)");
    (void)ask(bed, "P1", "(b)");
    assert_int_equal(ask(bed, "P1", "(c)"), IEC21_SOH); /* a break */
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_FRAUD), before + 1);
    enter(bed);
    (void)ask(bed, "P1", "(reader)");
    assert_true(answered(bed, "(ER01)"));
    life_run(bed->life, 61);
    assert_int_equal(ask(bed, "P1", "(reader)"), IEC21_ACK);
}

static void without_passwords_nobody_gets_in(void **state)
{
    struct bed *bed = *state;
    struct local_port *port = &bed->life->meter.local_port;
    for (int i = 0; i < LOCAL_PORT_PASSWORDS; i++) {
        assert_int_equal(local_port_set_password(port, (enum local_port_password)i, "", 0), 0);
    }
    enter(bed);
    (void)ask(bed, "P1", "()");
    assert_true(answered(bed, "(ER01)"));
    char proof[40];
    make_proof(bed, "", proof);
    (void)ask(bed, "P2", proof);
    assert_true(answered(bed, "(ER01)"));
}

/* SNRM and DISC of client 16 with the frames of docs and standards. */
static const uint8_t snrm[] = {0x7E, 0xA0, 0x07, 0x03, 0x21, 0x93, 0x0F, 0x01, 0x7E};
static const uint8_t disc[] = {0x7E, 0xA0, 0x07, 0x03, 0x21, 0x53, 0x03, 0xC7, 0x7E};

static void hdlc_has_the_line_until_its_client_has_left(void **state)
{
    struct bed *bed = *state;
    sign_on(bed, "\x06"
                 "262\r\n");
    assert_memory_equal(bed->said,
                        "\x06"
                        "262\r\n",
                        6);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 19200);
    assert_false(meter_optical_form(&bed->optical).seven_even);
    hear(bed, snrm, sizeof snrm);
    listen_for(bed, 400);
    assert_int_equal((uint8_t)bed->said[5], 0x73);
    listen_for(bed, 60000);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 19200);
    hear(bed, disc, sizeof disc);
    listen_for(bed, 400);
    assert_int_equal((uint8_t)bed->said[5], 0x73);
    listen_for(bed, 2000);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 300);
    sign_on(bed, "\x06"
                 "060\r\n");
}

static void hdlc_that_nobody_uses_gives_the_line_back(void **state)
{
    struct bed *bed = *state;
    sign_on(bed, "\x06"
                 "262\r\n");
    listen_for(bed, 15000);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 19200);
    listen_for(bed, 6000);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 300);
}

/* Each attribute of class 19, by its effect. */
static void the_set_up_changes_the_port(void **state)
{
    struct bed *bed = *state;
    struct local_port *port = &bed->life->meter.local_port;
    assert_int_equal(local_port_set_prop_baud(port, 3), 0);
    assert_int_equal(local_port_set_response(port, 0), 0);
    listen_for(bed, 10);
    hear(bed, "/?!\r\n", 5);
    listen_for(bed, 50);
    assert_memory_equal(bed->said, "/WTh3\\2XS211\r\n", 14);
    listen_for(bed, 60000);
    assert_int_equal(local_port_set_default_baud(port, 4), 0);
    assert_int_equal(local_port_set_mode(port, LOCAL_PORT_HDLC), 0);
    listen_for(bed, 10);
    assert_int_equal(meter_optical_form(&bed->optical).baud, 4800);
    hear(bed, snrm, sizeof snrm);
    listen_for(bed, 400);
    assert_int_equal((uint8_t)bed->said[5], 0x73);
}

static void the_set_up_outlives_the_supply(void **state)
{
    struct bed *bed = *state;
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
    sign_on(bed, "\x06"
                 "021\r\n");
    assert_int_equal(ask(bed, "P1", "(w5)"), IEC21_ACK);
    assert_int_equal(ask(bed, "W5", "128.2.0(1)"), IEC21_ACK);
}

/* One entry for each that comes: a readout, the programming mode, HDLC behind a sign-on. */
static void each_session_is_logged_once(void **state)
{
    struct bed *bed = *state;
    unsigned before = entries(bed, XS211_LOG_COMMUNICATION);
    sign_on(bed, "\x06"
                 "060\r\n");
    listen_for(bed, 60000);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 1);
    enter_to_write(bed);
    (void)ask(bed, "R1", "0.0.0()");
    listen_for(bed, 130000);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 2);
    assert_int_equal(bed->life->meter.alarm.registers[1].active >> 18 & 1, 1);
    sign_on(bed, "\x06"
                 "252\r\n");
    hear(bed, snrm, sizeof snrm);
    listen_for(bed, 400);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 3);
}

/* Noise, and a request to somebody else, are nobody. */
static void noise_is_no_session(void **state)
{
    struct bed *bed = *state;
    unsigned before = entries(bed, XS211_LOG_COMMUNICATION);
    hear(bed, "/?99999999!\r\n", 13);
    listen_for(bed, 5000);
    hear(bed, "\x00\xFF/\r\n!!", 7);
    listen_for(bed, 5000);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before);
}

static void a_direct_connection_is_logged_once(void **state)
{
    struct bed *bed = *state;
    assert_int_equal(local_port_set_mode(&bed->life->meter.local_port, LOCAL_PORT_HDLC), 0);
    listen_for(bed, 10);
    unsigned before = entries(bed, XS211_LOG_COMMUNICATION);
    hear(bed, snrm, sizeof snrm);
    listen_for(bed, 5000);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 1);
    listen_for(bed, 300000); /* it is idle, and ended by the meter */
    hear(bed, snrm, sizeof snrm);
    listen_for(bed, 400);
    life_run(bed->life, 2);
    assert_int_equal(entries(bed, XS211_LOG_COMMUNICATION), before + 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_readout_says_what_the_registers_hold),
        TEST(nothing_is_read_without_a_password),
        TEST(the_clock_is_set_and_that_is_logged),
        TEST(values_that_cannot_be_change_nothing),
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
