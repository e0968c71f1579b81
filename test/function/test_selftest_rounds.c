/* The self-test beside a plain model: parts of any length, that fail and are right again at
 * random, looked at whenever the meter is stepped. */
#include "function/selftest.h"
#include "test/dice.h"
#include "test/unit.h"

#include <string.h>

enum { LIVES = 200, STEPS = 3000 };

static uint64_t seed;

/* A part as it should be seen. */
struct part {
    bool there;
    uint32_t every_s;
    unsigned slices;   /* of the test under way */
    unsigned at;       /* of them done; 0: no test is under way */
    bool failed;       /* the last test that ended */
    unsigned tests;    /* that ended */
    int64_t ended_ms;  /* the last */
    int64_t served_ms; /* the last slice, or since when it has been due */
};

static struct part parts[SELFTEST_PARTS];
static struct selftest test;
static int64_t now_ms;
static unsigned slices_of_step;

/* Each slice is wrong now and then, and ends its test. */
static enum selftest_verdict slice(void *context, bool first)
{
    struct part *part = context;
    slices_of_step++;
    assert_int_equal(first, part->at == 0);
    if (first) {
        bool early = part->tests > 0 && now_ms < part->ended_ms + part->every_s * INT64_C(1000);
        assert_false(early);
        part->slices = 1 + (unsigned)dice_up_to(&seed, 20);
    }
    part->served_ms = now_ms;
    bool wrong = dice_up_to(&seed, 60) == 0;
    if (!wrong && ++part->at < part->slices) {
        return SELFTEST_MORE;
    }
    part->at = 0;
    part->failed = wrong;
    part->tests++;
    part->ended_ms = now_ms;
    return wrong ? SELFTEST_WRONG : SELFTEST_RIGHT;
}

static bool is_due(const struct part *part)
{
    return part->there &&
           (part->tests == 0 || now_ms >= part->ended_ms + part->every_s * INT64_C(1000));
}

static void begin(void)
{
    struct selftest_row rows[SELFTEST_PARTS];
    memset(parts, 0, sizeof parts);
    for (int i = 0; i < SELFTEST_PARTS; i++) {
        parts[i].there = dice_up_to(&seed, 4) != 0;
        parts[i].every_s = (uint32_t)dice_up_to(&seed, 30);
        rows[i] = (struct selftest_row){parts[i].there ? slice : NULL, &parts[i], parts[i].every_s};
    }
    now_ms = 0;
    selftest_init(&test, rows);
}

static void assert_seen(void)
{
    bool complete = true;
    uint32_t tests = 0;
    for (int i = 0; i < SELFTEST_PARTS; i++) {
        const struct part *part = &parts[i];
        assert_int_equal(selftest_has_failed(&test, (enum selftest_part)i), part->failed);
        complete = complete && (!part->there || part->tests > 0);
        tests += part->tests;
    }
    assert_int_equal(selftest_is_complete(&test), complete);
    assert_int_equal(test.rounds, tests);
}

/* Whoever is due has its slice within as many steps as there are parts. */
static void assert_served(unsigned waits[SELFTEST_PARTS], const bool due[SELFTEST_PARTS])
{
    for (int i = 0; i < SELFTEST_PARTS; i++) {
        bool served = parts[i].served_ms == now_ms && due[i];
        waits[i] = due[i] && !served ? waits[i] + 1 : 0;
        assert_in_range(waits[i], 0, SELFTEST_PARTS);
    }
}

static void random_rounds(void **state)
{
    (void)state;
    for (uint64_t life = 1; life <= LIVES; life++) {
        unsigned waits[SELFTEST_PARTS] = {0};
        seed = life;
        begin();
        for (int step = 0; step < STEPS; step++) {
            bool due[SELFTEST_PARTS];
            bool any = false;
            now_ms += 1 + (int64_t)dice_up_to(&seed, dice_up_to(&seed, 9) == 0 ? 20000 : 20);
            for (int i = 0; i < SELFTEST_PARTS; i++) {
                due[i] = is_due(&parts[i]);
                any = any || due[i];
            }
            slices_of_step = 0;
            selftest_step(&test, now_ms);
            assert_int_equal(slices_of_step, any ? 1 : 0);
            assert_served(waits, due);
            assert_seen();
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_rounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
