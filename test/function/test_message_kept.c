/* The consumer message where it is kept: what comes back after a start, whatever firmware kept it,
 * and when the supply fails while it is written. */
#include "base/writer.h"
#include "function/message.h"
#include "test/function/bed.h"
#include "test/function/message_text.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

static struct bed bed;
static struct message message;

static void start(void)
{
    message_init(&message, NULL);
    message_recover(&message, &bed.storage, BED_VALUE_MESSAGE);
}

static void start_again(void)
{
    bed_settle(&bed);
    bed_restart(&bed);
    start();
}

static void assert_message(const char *text, size_t size, const char *code)
{
    assert_message_text(&message, text, size);
    assert_int_equal(message.code_size, strlen(code));
    assert_memory_equal(message.code, code, strlen(code));
}

static void assert_is(const char *text, const char *code)
{
    assert_message(text, strlen(text), code);
}

/* As firmware kept it that had one value for both. */
static void keep_both(const char *text, const char *code)
{
    uint8_t octets[1 + MESSAGE_CODE_MAX + MESSAGE_TEXT_MAX];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u8(&w, (uint8_t)strlen(code));
    writer_octets(&w, code, strlen(code));
    writer_octets(&w, text, strlen(text));
    assert_int_equal(
        journal_put(&bed.storage.values, BED_VALUE_MESSAGE, 1, octets, (uint16_t)writer_kept(&w)),
        STORAGE_DONE);
}

static int set_up(void **state)
{
    (void)state;
    bed_open(&bed);
    start();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bed_close(&bed);
    return 0;
}

static void a_new_chip_has_none(void **state)
{
    (void)state;
    assert_is("", "");
    start_again();
    assert_is("", "");
}

/* Each is there at once and after a start; none disturbs the other. */
static void both_outlive_the_supply(void **state)
{
    (void)state;
    srand(3);
    char text[MESSAGE_TEXT_MAX];
    char code[MESSAGE_CODE_MAX + 1] = "";
    size_t size = 0;
    for (int i = 0; i < 60; i++) {
        if (rand() % 2 == 0) {
            size = i == 0 ? MESSAGE_TEXT_MAX : (size_t)rand() % (MESSAGE_TEXT_MAX + 1);
            for (size_t at = 0; at < size; at++) {
                text[at] = (char)(' ' + rand() % 95);
            }
            assert_int_equal(message_set_text(&message, text, size), 0);
        } else {
            memset(code, 0, sizeof code);
            memset(code, '0' + i % 10, (size_t)rand() % (MESSAGE_CODE_MAX + 1));
            assert_int_equal(message_set_code(&message, code, strlen(code)), 0);
        }
        assert_message(text, size, code);
        start_again();
        assert_message(text, size, code);
    }
}

static void refused_is_not_kept(void **state)
{
    (void)state;
    assert_int_equal(message_set_text(&message, "before", 6), 0);
    assert_int_equal(message_set_code(&message, "1", 1), 0);
    bed_settle(&bed);
    assert_int_equal(message_set_text(&message, "after\n", 6), -1);
    assert_int_equal(message_set_code(&message, "123456789", 9), -1);
    assert_is("before", "1");
    start_again();
    assert_is("before", "1");
}

static void as_older_firmware_kept_it(void **state)
{
    (void)state;
    keep_both("all in one", "4711");
    start_again();
    assert_is("all in one", "4711");
    assert_int_equal(message_set_code(&message, "12", 2), 0);
    start_again();
    assert_is("all in one", "12");
    assert_int_equal(message_set_text(&message, "by itself", 9), 0);
    start_again();
    assert_is("by itself", "12");
}

/* The code that stood with the text stays when the text goes. */
static void its_code_outlives_its_text(void **state)
{
    (void)state;
    keep_both("all in one", "4711");
    start_again();
    assert_int_equal(message_set_text(&message, "", 0), 0);
    assert_is("", "4711");
    start_again();
    assert_is("", "4711");
}

/* What no firmware wrote is no message. */
static void what_cannot_be_is_none(void **state)
{
    (void)state;
    static const struct {
        uint8_t version;
        uint16_t size;
        uint8_t octets[12];
    } values[] = {
        {1, 0, {0}},           /* not even the size of a code */
        {1, 3, {3, '1', '2'}}, /* a code that is cut off */
        {3, 2, {'h', 'i'}},    /* of a firmware to come */
        {2, 3, {'h', 7, 'i'}}, /* no text */
        {1, 12, {9, '1', '2', '3', '4', '5', '6', '7', '8', '9', 7, 'x'}}, /* too long a code */
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        assert_int_equal(journal_put(&bed.storage.values, BED_VALUE_MESSAGE, values[i].version,
                                     values[i].octets, values[i].size),
                         STORAGE_DONE);
        start_again();
        assert_is("", "");
    }
}

/* The longest that firmware of either form could keep is taken, one octet more is none. */
static void longer_than_it_can_be_is_none(void **state)
{
    (void)state;
    enum { VERSIONS = 2 };
    uint8_t octets[1 + MESSAGE_TEXT_MAX + 1];
    for (uint8_t version = 1; version <= VERSIONS; version++) {
        for (uint16_t more = 0; more <= 1; more++) {
            uint16_t head = version == 1 ? 1 : 0;
            memset(octets, 'x', sizeof octets);
            octets[0] = head != 0 ? 0 : 'x';
            assert_int_equal(journal_put(&bed.storage.values, BED_VALUE_MESSAGE, version, octets,
                                         (uint16_t)(head + MESSAGE_TEXT_MAX + more)),
                             STORAGE_DONE);
            start_again();
            assert_int_equal(message.text_size, more == 0 ? MESSAGE_TEXT_MAX : 0);
        }
    }
}

/* So it is with the code: of another form, too long, or of no digits and letters. */
static void a_code_that_cannot_be_is_none(void **state)
{
    (void)state;
    static const struct {
        uint8_t version;
        uint16_t size;
        const char *octets;
    } codes[] = {{2, 2, "12"}, {0, 2, "12"}, {1, 9, "123456789"}, {1, 2, "1\n"}};
    assert_int_equal(message_set_text(&message, "stays", 5), 0);
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_int_equal(journal_put(&bed.storage.values, BED_VALUE_MESSAGE_CODE, codes[i].version,
                                     codes[i].octets, codes[i].size),
                         STORAGE_DONE);
        start_again();
        assert_is("stays", "");
    }
}

/* A chip that has no sector ready takes it later; until then nothing has changed. */
static void a_busy_chip_is_asked_again(void **state)
{
    (void)state;
    char text[MESSAGE_TEXT_MAX];
    char kept = ' ';
    int result = 0;
    for (char letter = 'a'; result == 0 && letter <= 'z'; letter++) {
        memset(text, letter, sizeof text);
        result = message_set_text(&message, text, sizeof text);
        kept = result == 0 ? letter : kept;
    }
    assert_int_equal(result, MESSAGE_LATER);
    memset(text, kept, sizeof text);
    assert_message(text, sizeof text, "");
    bed_settle(&bed);
    assert_int_equal(message_set_text(&message, "now", 3), 0);
    assert_is("now", "");
}

/* Cut at each operation of the chip: text and code are the old ones or the new ones. */
static void a_cut_leaves_the_old_or_the_new(void **state)
{
    (void)state;
    unsigned olds = 0;
    unsigned news = 0;
    for (unsigned operation = 1; operation <= 12; operation++) {
        bed_close(&bed);
        bed_open(&bed);
        keep_both("old", "1");
        start_again();
        const struct nor_tear tear = {.octets = operation * 3, .seed = operation};
        nor_plan_cut(&bed.nor, operation, &tear);
        (void)message_set_text(&message, "the new one", 11);
        (void)message_set_code(&message, "22", 2);
        bed_restart(&bed);
        start();
        bool old = message.text_size == 3;
        assert_true(message.code_size == 1 || !old);
        assert_is(old ? "old" : "the new one", message.code_size == 1 ? "1" : "22");
        olds += old;
        news += message.code_size == 2;
    }
    assert_true(olds > 0 && news > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_chip_has_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(both_outlive_the_supply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refused_is_not_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(as_older_firmware_kept_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_code_outlives_its_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(longer_than_it_can_be_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_code_that_cannot_be_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_busy_chip_is_asked_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cut_leaves_the_old_or_the_new, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
