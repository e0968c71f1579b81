/* DataNotification: what is made is taken again; what is cut short is none. */
#include "cosem/data.h"
#include "dlms/notification.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t noon[DLMS_NOTIFICATION_TIME_SIZE] = {0x07, 0xEA, 0x0B, 0x15, 0x06, 0x0C,
                                                          0,    0,    0,    0xFF, 0xC4, 0};

static void make(const uint8_t *time, const char *expected)
{
    uint8_t apdu[64];
    char text[2 * sizeof apdu + 1];
    struct writer w = writer_over(apdu, sizeof apdu);
    dlms_notification_put_head(&w, 0x40000005, time);
    cosem_put_u8(&w, 7);
    hex_write(apdu, writer_kept(&w), text);
    assert_string_equal(text, expected);
}

static void what_is_made(void **state)
{
    (void)state;
    make(NULL, "0F40000005001107");
    make(noon, "0F400000050C07EA0B15060C000000FFC4001107");
}

static struct dlms_notification take(const char *hex, size_t cut, bool *good)
{
    static uint8_t apdu[64];
    size_t size = hex_read(hex, apdu, sizeof apdu) - cut;
    struct reader r = reader_over(apdu, size);
    struct dlms_notification notification = dlms_notification_take(&r);
    *good = reader_done(&r);
    return notification;
}

static void what_is_taken(void **state)
{
    (void)state;
    bool good;
    struct dlms_notification plain = take("0F400000050002021107090141", 0, &good);
    assert_true(good);
    assert_int_equal(plain.invoke, 0x40000005);
    assert_null(plain.time);
    assert_int_equal(plain.content.size, 7);
    struct dlms_notification timed = take("0F400000050C07EA0B15060C000000FFC4001107", 0, &good);
    assert_true(good);
    assert_memory_equal(timed.time, noon, sizeof noon);
    for (size_t cut = 1; cut <= 20; cut++) {
        take("0F400000050C07EA0B15060C000000FFC4001107", cut, &good);
        assert_false(good);
    }
    take("0F40000005001107FF", 0, &good);
    assert_false(good);
    take("0F400000050107001107", 0, &good);
    assert_false(good);
    take("1040000005001107", 0, &good);
    assert_false(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made),
        cmocka_unit_test(what_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
