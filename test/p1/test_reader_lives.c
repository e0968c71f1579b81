/* Telegrams that nobody thought of: made at random from a list that the test keeps, cut into pieces
 * at random, with noise between them. What the reader finds is the list. */
#include "base/civil.h"
#include "base/crc16.h"
#include "p1/reader.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 24, GROUPS = 4, TEXT = 40, ROOM = 8192, TELEGRAMS = 3000 };

enum kind { NUMBER, TIME, WORDS, KINDS };

struct group {
    enum kind kind;
    char text[TEXT];
    int64_t value;
    uint8_t decimals;
    char unit[8];
    int64_t utc_s;
    bool saving;
};

struct line {
    uint8_t code[6];
    unsigned count;
    struct group groups[GROUPS];
};

struct made {
    char identification[TEXT];
    unsigned count;
    struct line lines[LINES];
    char text[ROOM];
    size_t size;
};

static unsigned roll(unsigned sides)
{
    return (unsigned)rand() % sides;
}

/* ---- making ---- */

/* Digits with their point, and leading zeros, as "%0*d" would not have them. */
static void make_number(struct group *group)
{
    static const char *const units[] = {"", "kWh", "kW", "V", "A", "m3", "kvarh", "s", "GJ"};
    unsigned digits = 1 + roll(12);
    char *at = group->text;
    group->decimals = (uint8_t)roll(digits < 4 ? digits : 4);
    for (unsigned i = 0; i < digits; i++) {
        unsigned digit = roll(3) == 0 ? 0 : roll(10);
        if (i == digits - group->decimals) {
            *at++ = '.';
        }
        *at++ = (char)('0' + digit);
        group->value = group->value * 10 + digit;
    }
    strcpy(group->unit, units[roll(9)]);
    sprintf(at, "%s%s", group->unit[0] ? "*" : "", group->unit);
}

/* Any second of the century, of winter or summer time. */
static void make_time(struct group *group)
{
    int64_t begin_s = civil_days_from_date(2000, 1, 1) * 86400;
    int64_t span_s = civil_days_from_date(2100, 1, 1) * 86400 - begin_s;
    int64_t local_s = begin_s + (int64_t)(((uint64_t)rand() << 16 ^ (uint64_t)rand()) % span_s);
    struct civil local = civil_from_seconds(local_s);
    group->saving = roll(2) == 0;
    group->utc_s = local_s - 3600 - (group->saving ? 3600 : 0);
    snprintf(group->text, sizeof group->text, "%02d%02d%02d%02d%02d%02d%c", local.year % 100,
             local.month, local.day, local.hour, local.minute, local.second,
             group->saving ? 'S' : 'W');
}

/* Neither a number nor a time. */
static void make_words(struct group *group)
{
    static const char letters[] = "ABCDEFGxyz -:;_";
    unsigned size = roll(20);
    for (unsigned i = 0; i < size; i++) {
        group->text[i] = letters[roll(sizeof letters - 1)];
    }
}

static void make_group(struct group *group)
{
    *group = (struct group){.kind = (enum kind)roll(KINDS)};
    if (group->kind == NUMBER) {
        make_number(group);
    } else if (group->kind == TIME) {
        make_time(group);
    } else {
        make_words(group);
    }
}

static void append(struct made *made, const char *text)
{
    size_t size = strlen(text);
    assert_true(made->size + size < ROOM);
    memcpy(made->text + made->size, text, size + 1);
    made->size += size;
}

static void make_line(struct made *made, struct line *line)
{
    char code[40];
    bool period = roll(5) == 0;
    for (unsigned i = 0; i < 6; i++) {
        line->code[i] = (uint8_t)roll(256);
    }
    line->code[5] = period ? line->code[5] : 255;
    line->count = 1 + roll(GROUPS);
    snprintf(code, sizeof code, "%u-%u:%u.%u.%u", line->code[0], line->code[1], line->code[2],
             line->code[3], line->code[4]);
    append(made, code);
    if (period) {
        snprintf(code, sizeof code, "*%u", line->code[5]);
        append(made, code);
    }
    for (unsigned g = 0; g < line->count; g++) {
        make_group(&line->groups[g]);
        append(made, "(");
        append(made, line->groups[g].text);
        append(made, ")");
    }
    append(made, "\r\n");
}

static void make(struct made *made)
{
    char end[16];
    made->size = 0;
    made->count = roll(LINES + 1);
    snprintf(made->identification, sizeof made->identification, "WTH5Meter %u", roll(100000));
    append(made, "/");
    append(made, made->identification);
    append(made, "\r\n\r\n");
    for (unsigned i = 0; i < made->count; i++) {
        make_line(made, &made->lines[i]);
    }
    append(made, "!");
    snprintf(end, sizeof end, "%04X\r\n", crc16_arc(0, made->text, made->size));
    append(made, end);
}

/* ---- reading ---- */

static bool same(struct p1_text text, const char *expected)
{
    return text.size == strlen(expected) &&
           (text.size == 0 || memcmp(text.at, expected, text.size) == 0);
}

static void expect_number(const struct group *group, struct p1_text text)
{
    struct p1_number number;
    assert_int_equal(p1_number_take(text, &number), 0);
    assert_int_equal(number.value, group->value);
    assert_int_equal(number.decimals, group->decimals);
    assert_true(same(number.unit, group->unit));
}

static void expect_time(const struct group *group, struct p1_text text)
{
    struct p1_time time;
    assert_int_equal(p1_time_take(text, &time), 0);
    assert_int_equal(time.saving, group->saving);
    assert_int_equal(p1_time_utc_s(&time, time.saving ? 120 : 60), group->utc_s);
}

static void expect_group(const struct group *group, struct p1_text text)
{
    struct p1_number number;
    struct p1_time time;
    assert_true(same(text, group->text));
    if (group->kind == NUMBER) {
        expect_number(group, text);
    } else if (group->kind == TIME) {
        expect_time(group, text);
        assert_int_equal(p1_number_take(text, &number), -1);
    } else {
        assert_int_equal(p1_number_take(text, &number), -1);
        assert_int_equal(p1_time_take(text, &time), -1);
    }
}

static void expect_all(const struct made *made, const struct p1_receiver *receiver)
{
    struct p1_reading reading;
    struct p1_item item;
    assert_int_equal(p1_reading_begin(&reading, receiver->octets, receiver->size), 0);
    assert_int_equal(reading.check, P1_CHECK_GOOD);
    assert_true(same(reading.identification, made->identification));
    for (unsigned i = 0; i < made->count; i++) {
        const struct line *line = &made->lines[i];
        struct p1_text text;
        assert_true(p1_reading_next(&reading, &item));
        assert_memory_equal(item.code, line->code, sizeof line->code);
        for (unsigned g = 0; g < line->count; g++) {
            assert_true(p1_group_next(&item.groups, &text));
            expect_group(&line->groups[g], text);
        }
        assert_false(p1_group_next(&item.groups, &text));
    }
    assert_false(p1_reading_next(&reading, &item));
    assert_int_equal(reading.malformed, 0);
}

/* In pieces, to its end: the receiver has it then, and not before. */
static void feed(struct p1_receiver *receiver, const char *octets, size_t size)
{
    bool whole = false;
    for (size_t at = 0; at < size;) {
        size_t piece = 1 + roll(200);
        piece = piece < size - at ? piece : size - at;
        assert_false(whole);
        at += p1_receiver_take(receiver, (const uint8_t *)octets + at, piece, &whole);
    }
    assert_true(whole);
}

static void make_noise(struct p1_receiver *receiver)
{
    unsigned octets = roll(3) == 0 ? roll(50) : 0;
    for (unsigned i = 0; i < octets; i++) {
        uint8_t octet = (uint8_t)roll(256);
        bool whole;
        octet = octet == '/' ? '!' : octet;
        (void)p1_receiver_take(receiver, &octet, 1, &whole);
        assert_false(whole);
    }
}

static void what_is_read_is_what_was_made(void **state)
{
    (void)state;
    static struct made made;
    static uint8_t buffer[ROOM];
    struct p1_receiver receiver;
    p1_receiver_init(&receiver, buffer, sizeof buffer);
    srand(5);
    for (unsigned i = 0; i < TELEGRAMS; i++) {
        make(&made);
        make_noise(&receiver);
        feed(&receiver, made.text, made.size);
        expect_all(&made, &receiver);
    }
    assert_int_equal(receiver.cut_off + receiver.too_long, 0);
}

/* One octet is another: it is the check that says so, or the telegram is not found. Never is it
 * read as good. */
static void what_is_altered_is_noticed(void **state)
{
    (void)state;
    static struct made made;
    static uint8_t buffer[ROOM];
    srand(6);
    for (unsigned i = 0; i < TELEGRAMS; i++) {
        struct p1_receiver receiver;
        struct p1_reading reading;
        bool whole = false;
        make(&made);
        size_t at = roll((unsigned)made.size - 6); /* of what the check is over */
        made.text[at] = (char)(made.text[at] ^ (1 + roll(255)));
        p1_receiver_init(&receiver, buffer, sizeof buffer);
        for (size_t n = 0; n < made.size && !whole;) {
            n += p1_receiver_take(&receiver, (const uint8_t *)made.text + n, made.size - n, &whole);
        }
        if (whole && p1_reading_begin(&reading, receiver.octets, receiver.size) == 0) {
            assert_int_not_equal(reading.check, P1_CHECK_GOOD);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_what_was_made),
        cmocka_unit_test(what_is_altered_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
