/* Values as the command line takes them. */
#include "app/data_text.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

static uint8_t octets[DATA_TEXT_ROOM];

static void values(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"null", "00"},
        {"i8:-3", "0FFD"},
        {"i16:-60", "10FFC4"},
        {"i32:-2", "05FFFFFFFE"},
        {"i64:-1", "14FFFFFFFFFFFFFFFF"},
        {"u8:255", "11FF"},
        {"u16:0x1234", "121234"},
        {"u32:4294967295", "06FFFFFFFF"},
        {"u64:1", "150000000000000001"},
        {"enum:3", "1603"},
        {"bool:true", "0301"},
        {"bool:0", "0300"},
        {"text:AB", "09024142"},
        {"text:", "0900"},
        {"visible:AB", "0A024142"},
        {"octets:0a 0B", "09020A0B"},
        {"octets:", "0900"},
        {"time:2026-11-21T12:00:05Z", "090C07EA0B15FF0C000500"
                                      "0000"
                                      "FF"},
        {"time:2026-11-21T12:00:05+01:00", "090C07EA0B15FF0C000500"
                                           "FFC4"
                                           "FF"},
        {"time:2026-11-21T12:00:05", "090C07EA0B15FF0C000500"
                                     "8000"
                                     "FF"},
        {"data:0202 1101 00", "0202110100"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];
        const char *wanted;
        size_t size = data_text_take(rows[i][0], octets, &wanted);
        hex_write(octets, size, text);
        assert_string_equal(text, rows[i][1]);
    }
}

static void what_is_no_value(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "5",
        "u8",
        "u8:",
        "u8:256",
        "u8:-1",
        "i8:128",
        "u16:5x",
        "u9:5",
        "bool:yes",
        "octets:0",
        "octets:0G",
        "time:noon",
        "data:",
        "data:11",
        "data:1105 00",
        "time:2026-11-21T12:00:05+99:00",
        "i64:99999999999999999999",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *wanted = NULL;
        assert_int_equal(data_text_take(rows[i], octets, &wanted), 0);
        assert_non_null(strstr(wanted, "TYPE:VALUE"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(what_is_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
