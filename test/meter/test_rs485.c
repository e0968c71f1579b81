/* RS-485: 31 meters on one line of 9600 baud. Nobody tells them whom a frame is for. */
#include "cosem/data.h"
#include "test/meter/party_line.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>

enum { FIRST = 17, SCAN_FROM = 16, SCAN_TO = 60, SAP_MANAGEMENT = 1, HDLC_SETUP = 23 };

static struct party_line *party;

static int set_up(void **state)
{
    (void)state;
    party = party_line_begin(PARTY_METERS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    party_line_end(party);
    return 0;
}

static void expect_serial(uint32_t serial)
{
    char text[PARTY_SERIAL + 1];
    snprintf(text, sizeof text, "%08u", (unsigned)serial);
    assert_string_equal(party->serial, text);
}

static void all_are_found_and_nobody_else(void **state)
{
    (void)state;
    unsigned found = 0;
    for (uint16_t device = SCAN_FROM; device <= SCAN_TO; device++) {
        bool there = device >= FIRST && device < FIRST + PARTY_METERS;
        enum party_answer answer = party_line_probe(party, device);
        assert_int_equal(answer, there ? PARTY_FOUND : PARTY_SILENCE);
        if (there) {
            expect_serial((uint32_t)(device - FIRST + 1));
            found++;
        }
    }
    assert_int_equal(found, PARTY_METERS);
    assert_int_equal(party->bus.collisions, 0);
    for (size_t i = 0; i < PARTY_METERS; i++) {
        const struct hdlc_statistics *s = &party->meters[i].line.station.line.statistics;
        assert_int_equal(s->bad_frames + s->bad_headers + s->gaps, 0);
    }
}

/* A meter hears what its neighbours say as well, and takes none of it for its own. */
static void conversations_stay_apart(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 100; round++) {
        uint32_t which = round * 7 % PARTY_METERS;
        assert_int_equal(party_line_probe(party, (uint16_t)(FIRST + which)), PARTY_FOUND);
        expect_serial(which + 1);
    }
    for (size_t i = 0; i < PARTY_METERS; i++) {
        assert_false(party->meters[i].line.connections[0].open);
    }
}

static void set_address(struct meter *meter, uint16_t device)
{
    meter->links.lines[LINK_RS485].device_address = device;
}

/* Two meters with one address, as alike as they can be: as long as they say the same they are
 * taken for one, but a serial number is never read. */
static void twins_are_noticed(void **state)
{
    (void)state;
    set_address(&party->meters[20].meter, FIRST + 4);
    assert_int_equal(party_line_probe(party, FIRST + 4), PARTY_NOISE);
    assert_true(party->bus.collisions > 0);
    assert_int_equal(party_line_probe(party, FIRST + 20), PARTY_SILENCE);
    assert_int_equal(party_line_probe(party, FIRST + 3), PARTY_FOUND);
}

/* .. and when one takes its time. */
static void twins_of_different_speed_are_noticed(void **state)
{
    (void)state;
    for (int64_t late_us = 100; late_us < 40000; late_us += 1700) {
        set_address(&party->meters[20].meter, FIRST + 4);
        party->bus.parties[20].late_us = late_us;
        assert_int_equal(party_line_probe(party, FIRST + 4), PARTY_NOISE);
        set_address(&party->meters[20].meter, FIRST + 20);
        assert_int_equal(party_line_probe(party, FIRST + 4), PARTY_FOUND);
        expect_serial(5);
    }
}

static int write_address(uint16_t address)
{
    static const struct dlms_target target = {HDLC_SETUP, COSEM_NAME(0, 1, 22, 0, 0), 9};
    uint8_t octets[3];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_u16(&w, address);
    return party_line_set(party, &target, octets, sizeof octets);
}

/* The connection over which it is written stays as it is: the answer arrives. */
static void the_address_is_set_over_the_line(void **state)
{
    (void)state;
    assert_int_equal(party_line_ask(party, FIRST, SAP_MANAGEMENT), PARTY_FOUND);
    assert_int_equal(write_address(0x1234), 0);
    assert_int_equal(write_address(5), COSEM_OTHER_REASON);
    assert_int_equal(write_address(0x3FFE), COSEM_OTHER_REASON);
    assert_true(party_line_disconnect(party));
    assert_int_equal(party_line_probe(party, FIRST), PARTY_SILENCE);
    assert_int_equal(party_line_probe(party, 0x1234), PARTY_FOUND);
    expect_serial(1);
}

/* What a line counts is read over the line. */
static void counts_are_shown(void **state)
{
    (void)state;
    struct party_meter *first = &party->meters[0];
    assert_int_equal(party_line_probe(party, FIRST + 1), PARTY_FOUND);
    meter_line_step(&first->line, party->bus.now_us / 1000);
    uint32_t seen = first->meter.links.statistics[LINK_RS485].frames_received;
    assert_int_equal(seen, 8); /* four commands to another, and its answers */
    assert_int_equal(first->meter.links.statistics[LINK_RS485].frames_sent, 0);
    assert_int_equal(first->meter.links.statistics[LINK_DISPLAY].frames_received, 0);
}

/* A station that calls all meters is answered by none, and the line is free behind it. */
static void nobody_answers_all_stations(void **state)
{
    (void)state;
    party->hdlc.config.server =
        (struct hdlc_address){.upper = 1, .lower = HDLC_ALL_LONG, .octets = 4};
    assert_int_equal(party_line_ask(party, HDLC_ALL_LONG, SAP_MANAGEMENT), PARTY_SILENCE);
    assert_int_equal(party_line_probe(party, FIRST), PARTY_FOUND);
}

/* The calling address is for a meter alone on its line. */
static void nobody_is_called(void **state)
{
    (void)state;
    assert_int_equal(party_line_ask(party, HDLC_CALLING_LONG, SAP_MANAGEMENT), PARTY_SILENCE);
}

static void babble(void *owner, size_t from, size_t index, struct rs485_octet *octet)
{
    struct bus_random *noise = owner;
    bus_random_noise(noise, from, index, octet);
}

/* Errors in one octet of 300: each meter is found at last, and none is ever taken for another. */
static void a_bad_line_mixes_nobody_up(void **state)
{
    (void)state;
    struct bus_random noise = {.state = 5, .wrong_ppm = 2000, .lost_ppm = 500, .doubled_ppm = 500};
    party->bus.noise = babble;
    party->bus.owner = &noise;
    party->hdlc.config.patience = 20;
    for (uint32_t i = 0; i < PARTY_METERS; i++) {
        bool found = false;
        for (int attempt = 0; attempt < 5 && !found; attempt++) {
            found = party_line_ask(party, (uint16_t)(FIRST + i), 16) == PARTY_FOUND;
            if (found) {
                expect_serial(i + 1);
            }
            (void)party_line_disconnect(party);
        }
        assert_true(found);
    }
}

static void factory_addresses_follow_the_serial_number(void **state)
{
    (void)state;
    static struct meter meter;
    static const struct {
        uint32_t serial;
        uint16_t address;
    } cases[] = {{0, 16}, {1, 17}, {9999, 10015}, {10000, 16}, {12345678, 5694}, {99999999, 10015}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct meter_setup setup = {.product = product_find("sm402d"),
                                          .serial = cases[i].serial};
        assert_int_equal(meter_init(&meter, &setup), 0);
        assert_int_equal(meter.links.lines[LINK_RS485].device_address, cases[i].address);
        assert_true(hdlc_settings_valid(&meter.links.lines[LINK_RS485]));
        assert_int_equal(meter.links.lines[LINK_OPTICAL].device_address, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_are_found_and_nobody_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(conversations_stay_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(twins_are_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(twins_of_different_speed_are_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_address_is_set_over_the_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts_are_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_answers_all_stations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_is_called, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_line_mixes_nobody_up, set_up, tear_down),
        cmocka_unit_test(factory_addresses_follow_the_serial_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
