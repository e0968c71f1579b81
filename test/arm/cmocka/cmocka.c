#include "cmocka.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum outcome { PASSED, FAILED, SKIPPED };

static jmp_buf end_of_test;

noreturn void trial_fail(const char *file, int line, const char *what, ...)
{
    va_list arguments;
    va_start(arguments, what);
    printf("%s:%d: ", file, line);
    vprintf(what, arguments);
    printf("\n");
    va_end(arguments);
    longjmp(end_of_test, FAILED);
}

noreturn void trial_skip(void)
{
    longjmp(end_of_test, SKIPPED);
}

void trial_message(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

void trial_equal(unsigned long long a, unsigned long long b, bool equal, const char *what,
                 const char *file, int line)
{
    if ((a == b) != equal) {
        trial_fail(file, line, "%s: %lld (0x%llx) and %lld (0x%llx)", what, a, a, b, b);
    }
}

void trial_octets(const void *a, const void *b, size_t size, bool equal, const char *file, int line)
{
    const uint8_t *left = a;
    const uint8_t *right = b;
    size_t at = 0;
    while (at < size && left[at] == right[at]) {
        at++;
    }
    if (equal && at < size) {
        trial_fail(file, line, "octet %zu of %zu differs: %02x and %02x", at, size, left[at],
                   right[at]);
    }
    if (!equal && at == size) {
        trial_fail(file, line, "%zu octets do not differ", size);
    }
}

void trial_strings(const char *a, const char *b, bool equal, const char *file, int line)
{
    if ((strcmp(a, b) == 0) != equal) {
        trial_fail(file, line, "\"%s\" and \"%s\"", a, b);
    }
}

void trial_range(unsigned long long value, unsigned long long least, unsigned long long most,
                 const char *file, int line)
{
    if (value < least || value > most) {
        trial_fail(file, line, "%llu is not within %llu..%llu", value, least, most);
    }
}

static int run_fixture(cmocka_fixture *fixture, void **state)
{
    return fixture != NULL ? fixture(state) : 0;
}

static enum outcome run(const struct CMUnitTest *test, void **state)
{
    /* volatile: it is read behind longjmp() */
    volatile enum outcome outcome = (enum outcome)setjmp(end_of_test);
    if (outcome == PASSED) {
        if (run_fixture(test->set_up, state) != 0) {
            return FAILED;
        }
        test->test(state);
    }
    (void)run_fixture(test->tear_down, state);
    return outcome;
}

int trial_run(const struct CMUnitTest *tests, size_t count, cmocka_fixture *set_up,
              cmocka_fixture *tear_down)
{
    static const char *const words[] = {
        [PASSED] = "ok", [FAILED] = "FAILED", [SKIPPED] = "skipped"};
    int failed = 0;
    void *group = NULL;
    if (run_fixture(set_up, &group) != 0) {
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        void *state = group;
        enum outcome outcome = run(&tests[i], &state);
        printf("%s %s\n", words[outcome], tests[i].name);
        failed += outcome == FAILED;
    }
    (void)run_fixture(tear_down, &group);
    return failed;
}
