/* Our reader: what it finds in streams, and what it takes from telegrams as meters really send
 * them. */
#include "p1/reader.h"
#include "p1/telegram.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 4608 };

struct file {
    uint8_t octets[ROOM];
    size_t size;
};

/* False: the shared data are not here, and the test is skipped. */
static bool load(const char *name, struct file *file)
{
    char path[512];
    snprintf(path, sizeof path, "%s/data/p1/%s", WATTHOUR_SHARED, name);
    FILE *in = fopen(path, "rb");
    if (!in) {
        printf("skipped: %s is not here\n", path);
        return false;
    }
    file->size = fread(file->octets, 1, sizeof file->octets, in);
    fclose(in);
    return true;
}

static bool same(struct p1_text text, const char *expected)
{
    return text.size == strlen(expected) && memcmp(text.at, expected, text.size) == 0;
}

/* The line of a code; its groups in `groups`. */
static bool find(const struct file *file, const char *code, struct p1_text *groups)
{
    struct p1_reading reading;
    struct p1_item item;
    assert_int_equal(p1_reading_begin(&reading, file->octets, file->size), 0);
    while (p1_reading_next(&reading, &item)) {
        char own[32];
        snprintf(own, sizeof own, "%u-%u:%u.%u.%u", item.code[0], item.code[1], item.code[2],
                 item.code[3], item.code[4]);
        if (strcmp(own, code) == 0) {
            *groups = item.groups;
            return true;
        }
    }
    return false;
}

static unsigned count_lines(const struct file *file, struct p1_reading *reading)
{
    struct p1_item item;
    unsigned lines = 0;
    assert_int_equal(p1_reading_begin(reading, file->octets, file->size), 0);
    while (p1_reading_next(reading, &item)) {
        lines++;
    }
    return lines;
}

struct published {
    const char *name;
    const char *identification;
    enum p1_check check;
    unsigned lines;
};

static const struct published published[] = {
    {"v5.txt", "ISk5\\2MT382-1000", P1_CHECK_GOOD, 37},
    {"v5_two_mbus.txt", "ISK5\\2M550T-1012", P1_CHECK_GOOD, 38},
    {"fluvius_v171.txt", "FLU5\\253769484_A", P1_CHECK_GOOD, 36},
    {"sagemcom_t210_d_r.txt", "EST5\\253710000_A", P1_CHECK_GOOD, 18},
    {"spec_aidon_se_6534.txt", "ADN9 6534", P1_CHECK_ABSENT, 27},
};

static void published_telegrams_are_read_whole(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof published / sizeof published[0]; i++) {
        static struct file file;
        if (!load(published[i].name, &file)) {
            skip();
        }
        struct p1_reading reading;
        assert_int_equal(count_lines(&file, &reading), published[i].lines);
        assert_int_equal(reading.malformed, 0);
        assert_int_equal(reading.check, published[i].check);
        assert_true(same(reading.identification, published[i].identification));
    }
}

static void their_values_are_these(void **state)
{
    (void)state;
    static struct file file;
    struct p1_text groups;
    struct p1_text group;
    struct p1_number number;
    struct p1_time time;
    if (!load("v5_two_mbus.txt", &file)) {
        skip();
    }
    assert_true(find(&file, "1-0:1.8.1", &groups));
    assert_true(p1_group_next(&groups, &group));
    assert_int_equal(p1_number_take(group, &number), 0);
    assert_int_equal(number.value, 2130115);
    assert_int_equal(number.decimals, 3);
    assert_true(same(number.unit, "kWh"));
    assert_false(p1_group_next(&groups, &group));

    assert_true(find(&file, "1-0:99.97.0", &groups));
    assert_true(p1_group_next(&groups, &group) && same(group, "1"));
    assert_true(p1_group_next(&groups, &group) && same(group, "0-0:96.7.19"));
    assert_int_equal(p1_number_take(group, &number), -1);
    assert_true(p1_group_next(&groups, &group));
    assert_int_equal(p1_time_take(group, &time), 0);
    assert_int_equal(p1_time_utc_s(&time, 60), 1553590215);
    assert_false(time.saving);
    assert_true(p1_group_next(&groups, &group));
    assert_int_equal(p1_number_take(group, &number), 0);
    assert_int_equal(number.value, 2014);
}

static const char *const numbers[] = {"000004.426*kWh", "0230.0*V",          "-12.5*C", "7",
                                      "00000.107*m3",   "999999999999999999"};
static const char *const no_numbers[] = {
    "", "-", ".", "1.2.3", "0-0:96.7.19", "12kW", "*kW", "1 2*kWh", "1234567890123456789"};

static void numbers_are_told_from_words(void **state)
{
    (void)state;
    struct p1_number number;
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct p1_text text = {numbers[i], strlen(numbers[i])};
        assert_int_equal(p1_number_take(text, &number), 0);
    }
    assert_int_equal(number.value, 999999999999999999);
    for (unsigned i = 0; i < sizeof no_numbers / sizeof no_numbers[0]; i++) {
        struct p1_text text = {no_numbers[i], strlen(no_numbers[i])};
        assert_int_equal(p1_number_take(text, &number), -1);
    }
}

static void times_are_of_the_calendar(void **state)
{
    (void)state;
    static const char *const good[] = {"260228235959W", "240229000000S", "000101000001W"};
    static const char *const bad[] = {"260229000000W", "632525252525S", "261301000000W",
                                      "26010100000W",  "260101000000X", "2601010000000"};
    struct p1_time time;
    for (unsigned i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(p1_time_take((struct p1_text){good[i], strlen(good[i])}, &time), 0);
    }
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(p1_time_take((struct p1_text){bad[i], strlen(bad[i])}, &time), -1);
    }
}

static enum p1_check check_of(const char *telegram)
{
    struct p1_reading reading;
    assert_int_equal(p1_reading_begin(&reading, (const uint8_t *)telegram, strlen(telegram)), 0);
    return reading.check;
}

/* The check sequences were computed with another implementation. */
static void the_check_tells_what_is_wrong(void **state)
{
    (void)state;
    assert_int_equal(check_of("/WTH5X\r\n\r\n0-0:1.0.0(1)\r\n!27CA\r\n"), P1_CHECK_GOOD);
    assert_int_equal(check_of("/WTH5X\r\n\r\n0-0:1.0.0(1)\r\n!27ca\r\n"), P1_CHECK_GOOD);
    assert_int_equal(check_of("/WTH5X\r\n\r\n0-0:1.0.0(1)\r\n!27CB\r\n"), P1_CHECK_BAD);
    assert_int_equal(check_of("/WTH5X\r\n\r\n0-0:1.0.0(1)\r\n!027CA\r\n"), P1_CHECK_BAD);
    assert_int_equal(check_of("/WTH5X\r\n\r\n0-0:1.0.0(1)\r\n!\r\n"), P1_CHECK_ABSENT);
    assert_int_equal(check_of("/WTH5X\r\n\r\n0-0:1.0.0(1)!"), P1_CHECK_ABSENT);
    assert_int_equal(check_of("/WTH5X\r\n\r\n0-0:1.0.0(51)\r\n!8E3\r\n"), P1_CHECK_UNPADDED);
    assert_int_equal(check_of("/WTH5X\r\n\r\n0-0:1.0.0(1)\r\n!A635\r\n"), P1_CHECK_X25);
}

static void lines_of_old_telegrams_go_on(void **state)
{
    (void)state;
    static struct file file;
    static const char text[] = "/ISk5\\2ME382-1003\r\n\r\n"
                               "0-1:24.3.0(090212160000)(00)(60)(1)(0-1:24.2.1)(m3)\r\n"
                               "(00001.001)\r\nnonsense(1)\r\n0-1:24.4.0*255(1)\r\n!\r\n";
    struct p1_reading reading;
    struct p1_item item;
    file.size = sizeof text - 1;
    memcpy(file.octets, text, file.size);
    assert_int_equal(p1_reading_begin(&reading, file.octets, file.size), 0);
    assert_true(p1_reading_next(&reading, &item));
    assert_true(p1_reading_next(&reading, &item));
    assert_int_equal(item.code[1], 1);
    assert_int_equal(item.code[3], 3);
    assert_true(same(item.groups, "(00001.001)"));
    assert_true(p1_reading_next(&reading, &item));
    assert_int_equal(item.code[3], 4);
    assert_int_equal(item.code[5], 255);
    assert_int_equal(reading.malformed, 1);
    assert_false(p1_reading_next(&reading, &item));
}

/* Feeds a stream in pieces of random sizes; counts telegrams, and those that are `expected`. */
struct found {
    unsigned telegrams;
    unsigned expected;
};

static struct found feed(struct p1_receiver *receiver, const uint8_t *stream, size_t size,
                         const char *expected)
{
    struct found found = {0};
    size_t at = 0;
    while (at < size) {
        size_t piece = 1 + (size_t)rand() % 40;
        piece = piece < size - at ? piece : size - at;
        bool whole;
        at += p1_receiver_take(receiver, stream + at, piece, &whole);
        if (whole) {
            struct p1_text text = {(const char *)receiver->octets, receiver->size};
            found.telegrams++;
            found.expected += same(text, expected);
        }
    }
    return found;
}

static const char telegram[] = "/WTH5X/2/\r\n\r\n0-0:1.0.0(261121120000W)\r\n1-0:1.8.0(1*kWh)\r\n"
                               "!ABCD\r\n";

static void telegrams_are_found_in_any_pieces(void **state)
{
    (void)state;
    uint8_t buffer[sizeof telegram];
    uint8_t stream[10 * sizeof telegram];
    size_t size = 0;
    srand(4);
    for (int i = 0; i < 9; i++) {
        memcpy(stream + size, telegram, sizeof telegram - 1);
        size += sizeof telegram - 1;
    }
    for (int round = 0; round < 300; round++) {
        struct p1_receiver receiver;
        p1_receiver_init(&receiver, buffer, sizeof buffer);
        struct found found = feed(&receiver, stream, size, telegram);
        assert_int_equal(found.telegrams, 9);
        assert_int_equal(found.expected, 9);
        assert_int_equal(receiver.stray + receiver.cut_off + receiver.too_long, 0);
    }
}

/* Cut off at any octet, behind noise or not: the next telegram is found. A cut within the line of
 * the identification hides it, for a '/' may stand there, or within the last line, which then goes
 * on. */
static void a_telegram_cut_off_does_not_take_the_next_with_it(void **state)
{
    (void)state;
    uint8_t buffer[4 * sizeof telegram];
    size_t body = (size_t)(strchr(telegram, '\n') - telegram) + 1;
    size_t end = (size_t)(strchr(telegram, '!') - telegram);
    for (size_t cut = body; cut <= end; cut++) {
        uint8_t stream[4 * sizeof telegram];
        struct p1_receiver receiver;
        p1_receiver_init(&receiver, buffer, sizeof buffer);
        memcpy(stream, telegram, cut);
        memcpy(stream + cut, telegram, sizeof telegram - 1);
        struct found found = feed(&receiver, stream, cut + sizeof telegram - 1, telegram);
        assert_int_equal(found.telegrams, 1);
        assert_int_equal(found.expected, 1);
        assert_int_equal(receiver.cut_off, 1);
    }
}

static void what_does_not_fit_is_passed_over(void **state)
{
    (void)state;
    uint8_t stream[200 + sizeof telegram];
    uint8_t buffer[100];
    memset(stream, 'a', sizeof stream);
    memcpy(stream, "/WTH", 4);
    memcpy(stream + 200, telegram, sizeof telegram - 1);
    struct p1_receiver receiver;
    p1_receiver_init(&receiver, buffer, sizeof buffer);
    struct found found = feed(&receiver, stream, 200 + sizeof telegram - 1, telegram);
    assert_int_equal(found.expected, 1);
    assert_int_equal(receiver.too_long, 1);
    assert_true(receiver.stray > 0);
}

static void silence_ends_a_beginning(void **state)
{
    (void)state;
    uint8_t buffer[sizeof telegram];
    struct p1_receiver receiver;
    bool whole;
    p1_receiver_init(&receiver, buffer, sizeof buffer);
    (void)p1_receiver_take(&receiver, (const uint8_t *)"/WTH5", 5, &whole);
    p1_receiver_reset(&receiver);
    assert_int_equal(receiver.cut_off, 1);
    struct found found = feed(&receiver, (const uint8_t *)telegram, sizeof telegram - 1, telegram);
    assert_int_equal(found.expected, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_telegrams_are_read_whole),
        cmocka_unit_test(their_values_are_these),
        cmocka_unit_test(numbers_are_told_from_words),
        cmocka_unit_test(times_are_of_the_calendar),
        cmocka_unit_test(the_check_tells_what_is_wrong),
        cmocka_unit_test(lines_of_old_telegrams_go_on),
        cmocka_unit_test(telegrams_are_found_in_any_pieces),
        cmocka_unit_test(a_telegram_cut_off_does_not_take_the_next_with_it),
        cmocka_unit_test(what_does_not_fit_is_passed_over),
        cmocka_unit_test(silence_ends_a_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
