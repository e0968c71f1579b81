/* What the unit tests use of cmocka, for the target, which Debian has no cmocka for: the very same
 * sources of tests are compiled with this header. A failing assertion ends its test and is told. */
#ifndef WATTHOUR_TEST_ARM_CMOCKA_H
#define WATTHOUR_TEST_ARM_CMOCKA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

typedef void cmocka_test(void **state);
typedef int cmocka_fixture(void **state);

struct CMUnitTest {
    const char *name;
    cmocka_test *test;
    cmocka_fixture *set_up;
    cmocka_fixture *tear_down;
    void *state;
};

#define cmocka_unit_test(function) cmocka_unit_test_setup_teardown(function, NULL, NULL)
#define cmocka_unit_test_setup(function, setup)                                                    \
    cmocka_unit_test_setup_teardown(function, setup, NULL)
#define cmocka_unit_test_teardown(function, teardown)                                              \
    cmocka_unit_test_setup_teardown(function, NULL, teardown)
#define cmocka_unit_test_setup_teardown(function, setup, teardown)                                 \
    {                                                                                              \
        .name = #function, .test = (function), .set_up = (setup), .tear_down = (teardown)          \
    }

#define cmocka_run_group_tests(tests, set_up, tear_down)                                           \
    trial_run(tests, sizeof(tests) / sizeof((tests)[0]), set_up, tear_down)
#define cmocka_run_group_tests_name(name, tests, set_up, tear_down)                                \
    cmocka_run_group_tests(tests, set_up, tear_down)

/* How many of them failed. */
int trial_run(const struct CMUnitTest *tests, size_t count, cmocka_fixture *set_up,
              cmocka_fixture *tear_down);

noreturn void trial_fail(const char *file, int line, const char *what, ...);
noreturn void trial_skip(void);
void trial_message(const char *format, ...);

#define TRIAL(condition, ...) ((condition) ? (void)0 : trial_fail(__FILE__, __LINE__, __VA_ARGS__))
#define TRIAL_NUMBER(number)  ((unsigned long long)(number))

void trial_equal(unsigned long long a, unsigned long long b, bool equal, const char *what,
                 const char *file, int line);
void trial_octets(const void *a, const void *b, size_t size, bool equal, const char *file,
                  int line);
void trial_strings(const char *a, const char *b, bool equal, const char *file, int line);
void trial_range(unsigned long long value, unsigned long long least, unsigned long long most,
                 const char *file, int line);

#define assert_true(condition)   TRIAL((condition), "%s", #condition)
#define assert_false(condition)  TRIAL(!(condition), "not %s", #condition)
#define assert_null(pointer)     TRIAL((pointer) == NULL, "%s is NULL", #pointer)
#define assert_non_null(pointer) TRIAL((pointer) != NULL, "%s is not NULL", #pointer)
#define assert_ptr_equal(a, b)   TRIAL((const void *)(a) == (const void *)(b), "%s == %s", #a, #b)
#define assert_int_equal(a, b)                                                                     \
    trial_equal(TRIAL_NUMBER(a), TRIAL_NUMBER(b), true, #a " == " #b, __FILE__, __LINE__)
#define assert_int_not_equal(a, b)                                                                 \
    trial_equal(TRIAL_NUMBER(a), TRIAL_NUMBER(b), false, #a " != " #b, __FILE__, __LINE__)
#define assert_in_range(value, least, most)                                                        \
    trial_range(TRIAL_NUMBER(value), TRIAL_NUMBER(least), TRIAL_NUMBER(most), __FILE__, __LINE__)
#define assert_memory_equal(a, b, size)     trial_octets(a, b, size, true, __FILE__, __LINE__)
#define assert_memory_not_equal(a, b, size) trial_octets(a, b, size, false, __FILE__, __LINE__)
#define assert_string_equal(a, b)           trial_strings(a, b, true, __FILE__, __LINE__)
#define assert_string_not_equal(a, b)       trial_strings(a, b, false, __FILE__, __LINE__)
#define fail()                              trial_fail(__FILE__, __LINE__, "%s", "fail()")
#define fail_msg(...)                       trial_fail(__FILE__, __LINE__, __VA_ARGS__)
#define skip()                              trial_skip()
#define print_message(...)                  trial_message(__VA_ARGS__)

#endif
