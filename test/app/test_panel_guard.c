/* Who may ask the panel, by what a request says of itself. */
#include "app/panel_guard.h"
#include "test/unit.h"

static void names_of_this_machine(void **state)
{
    (void)state;
    static const char *const own[] = {"127.0.0.1:8080", "localhost", "[::1]:1", "127.0.0.1"};
    static const char *const others[] = {"127.0.0.1.evil.example",
                                         "localhost:",
                                         "localhost:80a",
                                         "",
                                         "[::1",
                                         "[::1]x",
                                         "10.0.0.1",
                                         "local"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        assert_true(guard_host(own[i]));
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_false(guard_host(others[i]));
    }
}

static void origins(void **state)
{
    (void)state;
    assert_true(guard_origin("", "a"));
    assert_true(guard_origin("http://a:1", "a:1"));
    assert_false(guard_origin("http://a", "a:1"));
    assert_false(guard_origin("a:1", "a:1"));
    assert_false(guard_origin("http://", "a"));
    assert_false(guard_origin("null", "a"));
}

static void loopback(void **state)
{
    (void)state;
    assert_true(guard_is_loopback("127.0.0.9"));
    assert_true(guard_is_loopback("::1"));
    assert_false(guard_is_loopback("0.0.0.0"));
    assert_false(guard_is_loopback("::"));
}

static void tokens(void **state)
{
    (void)state;
    assert_true(guard_token("abc", "abc"));
    assert_false(guard_token("abd", "abc"));
    assert_false(guard_token("ab", "abc"));
    assert_false(guard_token("", "abc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_this_machine),
        cmocka_unit_test(origins),
        cmocka_unit_test(loopback),
        cmocka_unit_test(tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
