/* The consumer message: what is printable and short enough is taken, nothing else changes it. */
#include "function/message.h"
#include "test/function/message_text.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_ROOM = MESSAGE_TEXT_MAX + 8 };

static struct message message;
static char memory[MESSAGE_TEXT_MAX];

static int set_up(void **state)
{
    (void)state;
    message_init(&message, memory);
    return 0;
}

static void a_new_meter_has_none(void **state)
{
    (void)state;
    assert_int_equal(message.text_size, 0);
    assert_int_equal(message.code_size, 0);
}

static void what_was_set_is_there(void **state)
{
    (void)state;
    assert_int_equal(message_set_text(&message, "Hello", 5), 0);
    assert_int_equal(message_set_code(&message, "42", 2), 0);
    assert_int_equal(message.text_size, 5);
    assert_message_text(&message, "Hello", 5);
    assert_int_equal(message.code_size, 2);
    assert_memory_equal(message.code, "42", 2);
    assert_int_equal(message_set_text(&message, "", 0), 0);
    assert_int_equal(message.text_size, 0);
    assert_int_equal(message.code_size, 2);
}

static void the_longest(void **state)
{
    (void)state;
    char text[TEXT_ROOM];
    memset(text, 'x', sizeof text);
    assert_int_equal(message_set_text(&message, text, MESSAGE_TEXT_MAX), 0);
    assert_int_equal(message.text_size, MESSAGE_TEXT_MAX);
    assert_int_equal(message_set_text(&message, text, MESSAGE_TEXT_MAX + 1), -1);
    assert_int_equal(message_set_code(&message, text, MESSAGE_CODE_MAX), 0);
    assert_int_equal(message_set_code(&message, text, MESSAGE_CODE_MAX + 1), -1);
    assert_int_equal(message.text_size, MESSAGE_TEXT_MAX);
    assert_int_equal(message.code_size, MESSAGE_CODE_MAX);
}

/* Each octet alone, within others: printable ASCII is 32 to 126. */
static void every_octet(void **state)
{
    (void)state;
    for (int octet = 0; octet < 256; octet++) {
        const uint8_t text[] = {'a', (uint8_t)octet, 'b'};
        bool printable = octet >= 32 && octet <= 126;
        message_init(&message, memory);
        assert_int_equal(message_set_text(&message, text, 3), printable ? 0 : -1);
        assert_int_equal(message_set_code(&message, text, 3), printable ? 0 : -1);
        assert_int_equal(message.text_size, printable ? 3 : 0);
        assert_int_equal(message.code_size, printable ? 3 : 0);
    }
}

/* Whatever comes: it is taken whole, or nothing has changed. */
static void all_or_nothing(void **state)
{
    (void)state;
    srand(6);
    char kept[MESSAGE_TEXT_MAX];
    size_t kept_size = 0;
    for (int i = 0; i < 20000; i++) {
        char text[TEXT_ROOM];
        size_t size = (size_t)rand() % (i % 10 == 0 ? TEXT_ROOM : 40);
        bool good = size <= MESSAGE_TEXT_MAX;
        for (size_t at = 0; at < size; at++) {
            text[at] = (char)(rand() % 400 == 0 ? rand() : ' ' + rand() % 95);
            good = good && text[at] >= ' ' && text[at] <= '~';
        }
        assert_int_equal(message_set_text(&message, text, size), good ? 0 : -1);
        if (good) {
            memcpy(kept, text, size);
            kept_size = size;
        }
        assert_int_equal(message.text_size, kept_size);
        assert_message_text(&message, kept, kept_size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_new_meter_has_none, set_up),
        cmocka_unit_test_setup(what_was_set_is_there, set_up),
        cmocka_unit_test_setup(the_longest, set_up),
        cmocka_unit_test_setup(every_octet, set_up),
        cmocka_unit_test_setup(all_or_nothing, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
