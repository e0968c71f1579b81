/* The rounds of the self-test: what is due, when, and what is told of it. */
#include "function/selftest.h"
#include "test/unit.h"

#include <stddef.h>

/* A part whose test has so many slices, of which one may be wrong. */
struct part {
    int slices;
    int wrong; /* 1 to slices; 0: none */
    int at;
    int begun;
};

static struct part parts[SELFTEST_PARTS];
static struct selftest test;

static enum selftest_verdict slice(void *context, bool first)
{
    struct part *part = context;
    part->at = first ? 1 : part->at + 1;
    part->begun += first;
    if (part->at == part->wrong) {
        return SELFTEST_WRONG;
    }
    return part->at == part->slices ? SELFTEST_RIGHT : SELFTEST_MORE;
}

static int set_up(void **state)
{
    (void)state;
    struct selftest_row rows[SELFTEST_PARTS] = {{NULL, NULL, 0}};
    for (int i = 0; i < SELFTEST_PARTS; i++) {
        parts[i] = (struct part){.slices = 1 + 10 * i};
        rows[i] = (struct selftest_row){slice, &parts[i], 100};
    }
    rows[SELFTEST_LEGAL].slice = NULL;
    selftest_init(&test, rows);
    return 0;
}

static int steps_until_complete(int64_t now_ms)
{
    int steps = 0;
    while (!selftest_is_complete(&test) && steps < 10000) {
        selftest_step(&test, now_ms);
        steps++;
    }
    return steps;
}

/* One slice a step, no part before the others: the long ones do not hold up the short ones. */
static void all_are_tested_at_the_start(void **state)
{
    (void)state;
    for (int step = 0; step < SELFTEST_PARTS; step++) {
        selftest_step(&test, 0);
    }
    assert_int_equal(test.rounds, 1);
    for (int i = 0; i < SELFTEST_PARTS; i++) {
        assert_true(parts[i].begun == 1 || i == SELFTEST_LEGAL);
    }
    assert_int_equal(SELFTEST_PARTS + steps_until_complete(0), 1 + 21 + 31 + 41 + 51);
    assert_int_equal(test.failed, 0);
    selftest_step(&test, 99999);
    assert_int_equal(test.rounds, SELFTEST_PARTS - 1);
}

static void again_and_again(void **state)
{
    (void)state;
    (void)steps_until_complete(0);
    for (int64_t now_ms = 0; now_ms < 1000000; now_ms += 10) {
        selftest_step(&test, now_ms);
    }
    for (int i = 0; i < SELFTEST_PARTS; i++) {
        assert_true(i == SELFTEST_LEGAL || (parts[i].begun >= 9 && parts[i].begun <= 11));
    }
}

static void a_wrong_slice_fails_its_part(void **state)
{
    (void)state;
    parts[SELFTEST_RAM].wrong = 7;
    parts[SELFTEST_MEASUREMENT].wrong = 51;
    (void)steps_until_complete(0);
    for (int part = 0; part < SELFTEST_PARTS; part++) {
        assert_int_equal(selftest_has_failed(&test, (enum selftest_part)part),
                         part == SELFTEST_RAM || part == SELFTEST_MEASUREMENT);
    }
    assert_int_equal(parts[SELFTEST_RAM].at, 7);
}

static void what_is_right_again_counts_as_right(void **state)
{
    (void)state;
    parts[SELFTEST_CLOCK].wrong = 1;
    (void)steps_until_complete(0);
    assert_true(selftest_has_failed(&test, SELFTEST_CLOCK));
    parts[SELFTEST_CLOCK].wrong = 0;
    for (int step = 0; step < 1000; step++) {
        selftest_step(&test, 100000);
    }
    assert_false(selftest_has_failed(&test, SELFTEST_CLOCK));
}

static void nothing_to_test_is_complete(void **state)
{
    (void)state;
    const struct selftest_row none[SELFTEST_PARTS] = {{NULL, NULL, 0}};
    selftest_init(&test, none);
    selftest_step(&test, 0);
    assert_true(selftest_is_complete(&test));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_are_tested_at_the_start, set_up),
        cmocka_unit_test_setup(again_and_again, set_up),
        cmocka_unit_test_setup(a_wrong_slice_fails_its_part, set_up),
        cmocka_unit_test_setup(what_is_right_again_counts_as_right, set_up),
        cmocka_unit_test_setup(nothing_to_test_is_complete, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
