/* Key sets as people write them. */
#include "app/keys.h"
#include "test/unit.h"

#include <string.h>

#define KEY "000102030405060708090A0B0C0D0E0F"

static int take(struct keys *keys, const char *text, int *line)
{
    memset(keys, 0, sizeof *keys);
    return keys_take(keys, text, line);
}

static void sets(void **state)
{
    (void)state;
    static const char *const same[] = {
        "unicast " KEY "\ntitle 5754480000000001\n",
        "unicast " KEY ";title 5754480000000001",
        "# mine\n\n  unicast = " KEY "  # of the desk\r\n\ttitle=5754480000000001",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct keys keys;
        int line;
        assert_int_equal(take(&keys, same[i], &line), 0);
        assert_int_equal(keys.size[KEYS_UNICAST], 16);
        assert_int_equal(keys.octets[KEYS_UNICAST][15], 15);
        assert_int_equal(keys.size[KEYS_TITLE], 8);
        assert_memory_equal(keys.octets[KEYS_TITLE], "WTH\0\0\0\0\1", 8);
        assert_int_equal(keys.size[KEYS_MASTER], 0);
    }
}

static void every_name(void **state)
{
    (void)state;
    struct keys keys;
    int line;
    assert_int_equal(take(&keys,
                          "unicast " KEY "\nbroadcast " KEY "\nauthentication " KEY "\nmaster " KEY
                          "\ndedicated " KEY "\ntitle 0102030405060708\n"
                          "server-title 0102030405060708\nsuite 01\nsigning " KEY KEY
                          "\nsigning-peer " KEY KEY KEY KEY "\nagreement " KEY KEY
                          "\nagreement-peer " KEY KEY KEY KEY,
                          &line),
                     0);
    for (int i = 0; i < KEYS_NAMES; i++) {
        assert_true(keys.size[i] > 0);
    }
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
    } wrong[] = {
        {"unicast", 1},
        {"unicast 00", 1},
        {"unicast " KEY "00", 1},
        {"unicast " KEY " more", 1},
        {"\nunicast 0X0102030405060708090A0B0C0D0E0F", 2},
        {"unicast " KEY "\n# x\ntitle " KEY, 3},
        {"Unicast " KEY, 1},
        {"key " KEY, 1},
        {";;;;x", 5},
        {"suite 03", 1},
        {"suite 0001", 1},
        {"signing " KEY, 1},
        {"signing-peer " KEY KEY, 1},
        {"agreement " KEY, 1},
        {"agreement-peer " KEY KEY KEY, 1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct keys keys;
        int line;
        if (take(&keys, wrong[i].text, &line) == 0) {
            fail_msg("'%s': taken", wrong[i].text);
        }
        assert_int_equal(line, wrong[i].line);
    }
}

/* Suite 2 has longer keys. */
static void suites(void **state)
{
    (void)state;
    struct keys keys;
    int line;
    assert_int_equal(take(&keys, "unicast " KEY, &line), 0);
    assert_int_equal(keys_suite(&keys), DLMS_SUITE_0);
    assert_int_equal(take(&keys, "suite 02\nunicast " KEY KEY "\nsigning " KEY KEY KEY, &line), 0);
    assert_int_equal(keys_suite(&keys), DLMS_SUITE_2);
    assert_int_equal(keys.size[KEYS_UNICAST], 32);
    assert_int_equal(keys.size[KEYS_SIGNING], 48);
}

/* Any text is taken or refused. */
static void long_words(void **state)
{
    (void)state;
    char text[2000];
    struct keys keys;
    int line;
    for (size_t size = 1; size < sizeof text; size += 7) {
        memset(text, 'A', size);
        text[size] = '\0';
        assert_int_equal(take(&keys, text, &line), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets),   cmocka_unit_test(every_name), cmocka_unit_test(refused),
        cmocka_unit_test(suites), cmocka_unit_test(long_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
