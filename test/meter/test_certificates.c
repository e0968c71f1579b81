/* What the meter tells when a certificate's time comes to its end. */
#include "test/meter/certified_meter.h"
#include "test/unit.h"

/* An event a month before the first end, and one at the end; none while nothing ends. */
static void the_end_is_told(void **state)
{
    (void)state;
    struct stored *stored = certified_meter();
    struct meter *meter = &stored->meter;
    assert_int_equal(dlms_certificate_generate(&meter->security, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    const struct made made = certify(waiting(meter), meter, begin_s + 40 * DAY_S);
    assert_int_equal(import(meter, &made), DLMS_CHANGED);
    int64_t now_ms = 0;
    static const struct {
        int64_t at_s;
        bool ends;
        bool expired;
    } days[] = {{3600, false, false},
                {9 * DAY_S, false, false},
                {11 * DAY_S, true, false},
                {39 * DAY_S, true, false},
                {41 * DAY_S, false, true}};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        clock_set(&meter->clock, (begin_s + days[i].at_s) * 1000);
        for (int hour = 0; hour < 3; hour++) {
            now_ms += 3600000 / 2;
            (void)meter_step(meter, now_ms);
            nor_advance(&stored->nor, 5000);
        }
        assert_int_equal(event_is_raised(&meter->events, EVENT_CERTIFICATE_ENDS), days[i].ends);
        assert_int_equal(event_is_raised(&meter->events, EVENT_CERTIFICATE_EXPIRED),
                         days[i].expired);
    }
    stored_end(stored);
}

/* However long a new meter computes before its chip is ready, it takes the factory's certificate.
 */
static void the_anchor_waits_for_busy_curves(void **state)
{
    enum { LONG = 1000 };
    (void)state;
    struct stored *stored = stored_new();
    int64_t now_ms = 0;
    stored_start(stored, certified_setup());
    curves.busy = true;
    for (int i = 0; i < LONG; i++) {
        now_ms += 20;
        (void)meter_step(&stored->meter, now_ms);
        nor_advance(&stored->nor, 5000);
    }
    assert_int_equal(count(stored), 0);
    curves.busy = false;
    (void)meter_step(&stored->meter, now_ms + 20);
    assert_int_equal(count(stored), 1);
    stored_end(stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_anchor_waits_for_busy_curves),
        cmocka_unit_test(the_end_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
