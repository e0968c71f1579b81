/* Telegrams of meters that are not as they should be: what our own reader finds in each, and that
 * a good one is still found among them. */
#include "p1/reader.h"
#include "test/unit.h"
#include "world/p1/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TELEGRAMS = 60 };

static const char good[] = "/WTH5ST402D\r\n\r\n1-3:0.2.8(50)\r\n0-0:1.0.0(261121120000W)\r\n"
                           "1-0:1.8.1(000001.000*kWh)\r\n1-0:1.8.2(000002.000*kWh)\r\n"
                           "1-0:2.8.1(000003.000*kWh)\r\n0-0:96.14.0(0001)\r\n"
                           "1-0:1.7.0(01.000*kW)\r\n1-0:32.7.0(230.0*V)\r\n"
                           "1-0:31.7.0(005*A)\r\n1-0:51.7.0(012.34*A)\r\n";

/* `number` goes into a line, so that the CRC is another one each time. */
static struct fault_text *make(uint32_t number)
{
    struct fault_text *text = calloc(1, sizeof *text);
    uint8_t buffer[FAULT_ROOM];
    struct p1_reading reading;
    int size = snprintf((char *)buffer, sizeof buffer, "%s1-0:14.7.0(%05u)\r\n!0000\r\n", good,
                        (unsigned)(number * 7919 % 100000));
    memcpy(text->octets, buffer, (size_t)size);
    text->size = (size_t)size;
    fault_find("exchange")->play(text, 10); /* appends nothing, and makes the CRC right */
    assert_int_equal(p1_reading_begin(&reading, text->octets, text->size), 0);
    assert_int_equal(reading.check, P1_CHECK_GOOD);
    return text;
}

static enum p1_check check_of(const struct fault_text *text)
{
    struct p1_reading reading;
    return p1_reading_begin(&reading, text->octets, text->size) == 0 ? reading.check : P1_CHECK_BAD;
}

/* How many of the telegrams have each verdict. */
static void count_checks(const char *name, unsigned counts[P1_CHECK_BAD + 1])
{
    memset(counts, 0, sizeof *counts * (P1_CHECK_BAD + 1));
    for (uint32_t number = 0; number < TELEGRAMS; number++) {
        struct fault_text *text = make(number);
        fault_find(name)->play(text, number);
        counts[check_of(text)]++;
        free(text);
    }
}

static void checks_are_wrong_as_they_are_meant(void **state)
{
    (void)state;
    unsigned counts[P1_CHECK_BAD + 1];
    count_checks("bad-crc", counts);
    assert_int_equal(counts[P1_CHECK_BAD], TELEGRAMS / 3);
    assert_int_equal(counts[P1_CHECK_GOOD], TELEGRAMS - TELEGRAMS / 3);
    count_checks("x25-crc", counts);
    assert_int_equal(counts[P1_CHECK_X25], TELEGRAMS);
    count_checks("no-crc", counts);
    assert_int_equal(counts[P1_CHECK_ABSENT], TELEGRAMS);
    count_checks("unpadded-crc", counts);
    assert_int_equal(counts[P1_CHECK_UNPADDED] + counts[P1_CHECK_GOOD], TELEGRAMS);
    assert_true(counts[P1_CHECK_UNPADDED] > 0);
    count_checks("truncated", counts);
    assert_int_equal(counts[P1_CHECK_GOOD], TELEGRAMS - TELEGRAMS / 3);
}

static bool has(const struct fault_text *text, const char *words)
{
    size_t size = strlen(words);
    for (size_t at = 0; at + size <= text->size; at++) {
        if (memcmp(text->octets + at, words, size) == 0) {
            return true;
        }
    }
    return false;
}

struct expected {
    const char *fault;
    uint32_t number;
    const char *there;
    const char *gone; /* NULL: nothing is */
};

static const struct expected expected[] = {
    {"slash", 0, "/WTH5ST402D/2\r\n", NULL},
    {"gas-2", 3, "0-2:24.2.1(261121110000W)(01000.000*m3)\r\n!", NULL},
    {"two-gas", 0, "0-1:24.2.1(700101010000W)(00000000)\r\n0-2:24.1.0(003)", NULL},
    {"exchange", 5, "0-1:24.1.0(003)", NULL},
    {"exchange", 15, "\r\n!", "24.1.0"},
    {"exchange", 25, "0-1:24.1.0(007)", NULL},
    {"year-2063", 61, "0-0:1.0.0(630101000101W)", "261121120000W"},
    {"no-reading", 0, "(632525252525S)(00000.000)\r\n!", NULL},
    {"overflow", 0, "(000101000001W)(2147483647*s)\r\n!", NULL},
    {"missing", 0, "1-0:1.7.0", "96.14.0"},
    {"missing", 1, "96.14.0", "1-0:1.7.0"},
    {"units-w", 0, "1-0:1.8.1(000001000*Wh)\r\n1-0:1.8.2(000002000*Wh)\r\n", "*k"},
    {"units-w", 1, "1-0:1.7.0(01000*W)\r\n1-0:32.7.0(230.0*V)\r\n1-0:31.7.0(005*A)\r\n", "*k"},
    {"units-be", 0, "1-0:31.7.0(005.00*A)\r\n1-0:51.7.0(012.34*A)\r\n", "005*A"},
    {"units-be", 1, "0-0:17.0.0(999.9*kW)\r\n1-0:31.4.0(999*A)\r\n!", NULL},
    {"units-hu", 0, "0-0:96.14.0(TARIFF 1)\r\n", "(0001)"},
    {"units-hu", 1, "0-0:96.3.10(ON)\r\n0-0:17.0.0(24000*W)\r\n", NULL},
};

/* All of these bear a right CRC: it is the content that is odd. */
static void lines_are_odd_as_they_are_meant(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct fault_text *text = make(0);
        fault_find(expected[i].fault)->play(text, expected[i].number);
        assert_int_equal(check_of(text), P1_CHECK_GOOD);
        assert_true(has(text, expected[i].there));
        assert_false(expected[i].gone && has(text, expected[i].gone));
        free(text);
    }
}

/* Whatever a fault does, a reader that has heard it finds the good telegram behind it. The cut off
 * one and the garbage may take one with them. */
static void a_good_telegram_is_found_behind_each(void **state)
{
    (void)state;
    static uint8_t buffer[FAULT_ROOM];
    for (int i = 0; i < FAULTS; i++) {
        for (uint32_t number = 0; number < TELEGRAMS; number++) {
            struct p1_receiver receiver;
            unsigned found = 0;
            p1_receiver_init(&receiver, buffer, sizeof buffer);
            for (int telegram = 0; telegram < 3; telegram++) {
                struct fault_text *text = make(number);
                if (telegram == 0) {
                    faults[i].play(text, number);
                }
                for (size_t at = 0; at < text->size;) {
                    bool whole;
                    at += p1_receiver_take(&receiver, text->octets + at, text->size - at, &whole);
                    struct p1_reading reading;
                    found += whole &&
                             p1_reading_begin(&reading, receiver.octets, receiver.size) == 0 &&
                             reading.check == P1_CHECK_GOOD;
                }
                free(text);
            }
            assert_true(found >= 1);
        }
    }
}

static void a_stall_tells_where_and_how_long(void **state)
{
    (void)state;
    struct fault_text *text = make(4);
    fault_find("stall")->play(text, 4);
    assert_int_equal(text->hold_ms, 3000);
    assert_in_range(text->hold_at, 1, text->size - 1);
    free(text);
}

static void names_are_found(void **state)
{
    (void)state;
    for (int i = 0; i < FAULTS; i++) {
        assert_ptr_equal(fault_find(faults[i].name), &faults[i]);
    }
    assert_null(fault_find("none"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_are_wrong_as_they_are_meant),
        cmocka_unit_test(lines_are_odd_as_they_are_meant),
        cmocka_unit_test(a_good_telegram_is_found_behind_each),
        cmocka_unit_test(a_stall_tells_where_and_how_long),
        cmocka_unit_test(names_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
