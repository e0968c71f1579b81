/* How long who fails has to wait: by a table, and by what must hold of any settings. */
#include "dlms/patience.h"
#include "test/unit.h"

static const struct dlms_patience usual = {.free = 3, .first_s = 1, .most_s = 60};

static void waits_double_up_to_the_most(void **state)
{
    (void)state;
    static const int64_t waits_s[] = {0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60};
    struct dlms_attempts attempts = {0};
    for (size_t i = 0; i < sizeof waits_s / sizeof waits_s[0]; i++) {
        int64_t now_ms = 1000000 * (int64_t)i;
        dlms_attempts_fail(&attempts, &usual, now_ms);
        assert_int_equal(attempts.until_ms, now_ms + waits_s[i] * 1000);
        assert_int_equal(dlms_attempts_wait(&attempts, now_ms), waits_s[i] > 0);
        assert_false(dlms_attempts_wait(&attempts, attempts.until_ms));
    }
}

static void success_forgets(void **state)
{
    (void)state;
    struct dlms_attempts attempts = {0};
    for (int i = 0; i < 10; i++) {
        dlms_attempts_fail(&attempts, &usual, 500);
    }
    assert_true(dlms_attempts_wait(&attempts, 500));
    dlms_attempts_succeed(&attempts);
    assert_false(dlms_attempts_wait(&attempts, 500));
    dlms_attempts_fail(&attempts, &usual, 500);
    assert_false(dlms_attempts_wait(&attempts, 500));
}

static void without_patience_nobody_waits(void **state)
{
    (void)state;
    struct dlms_attempts attempts = {0};
    for (int i = 0; i < 100; i++) {
        dlms_attempts_fail(&attempts, NULL, 0);
        assert_false(dlms_attempts_wait(&attempts, 0));
    }
    assert_int_equal(attempts.failures, 100);
}

/* Whatever the settings: no wait is longer than the most, none is shorter than the one before, and
 * failures are counted without an end. */
static void no_wait_is_for_good(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 2000; seed += 7) {
        const struct dlms_patience any = {.free = (uint8_t)seed,
                                          .first_s = (uint16_t)(seed * 31),
                                          .most_s = (uint16_t)(seed * 97)};
        struct dlms_attempts attempts = {.failures = seed % 3 == 0 ? UINT32_MAX - 5 : 0};
        int64_t before_ms = 0;
        for (int i = 0; i < 300; i++) {
            dlms_attempts_fail(&attempts, &any, 0);
            assert_true(attempts.until_ms <= any.most_s * INT64_C(1000));
            assert_true(attempts.until_ms >= before_ms);
            before_ms = attempts.until_ms;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_the_most),
        cmocka_unit_test(success_forgets),
        cmocka_unit_test(without_patience_nobody_waits),
        cmocka_unit_test(no_wait_is_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
