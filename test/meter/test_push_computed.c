/* Where curves are computed in slices, what is pushed is made between steps. */
#include "dlms/apdu.h"
#include "dlms/security_signature.h"
#include "test/meter/push_rig.h"
#include "test/unit.h"

static struct crypto_ecc curves;

static void pause(void *owner)
{
    (void)owner;
}

/* The meter signs responses, on P-256. */
static void sign_responses(uint8_t public_key[CRYPTO_PUBLIC_MAX])
{
    struct dlms_security_setup *security = &push_rig_life->meter.security;
    uint8_t private_key[CRYPTO_CURVE_MAX];
    push_rig_configure(PUSH_ALARM);
    security->ring.suite = DLMS_SUITE_1;
    dlms_security_setup_compute(security, &curves);
    assert_int_equal(crypto_ecc_make(&curves, CRYPTO_P256, private_key, public_key), 0);
    assert_int_equal(dlms_security_setup_own(security, DLMS_USE_SIGNATURE, private_key), 0);
    security->policy = DLMS_POLICY_RESPONSE_SIGNED;
}

static void push_and_run(void)
{
    push_rig_trigger(PUSH_ALARM);
    life_run(push_rig_life, 5);
}

static void assert_signed(const uint8_t *public_key)
{
    const struct dlms_signing of_meter = {.ecc = &curves, .peer = public_key};
    struct reader r = reader_over(push_rig.apdu, push_rig.size);
    struct dlms_signed held = dlms_signed_take(&r);
    assert_false(r.fault);
    assert_int_equal(dlms_signed_check(&held, &of_meter, held.title), 0);
}

static void no_step_waits_for_curves(void **state)
{
    (void)state;
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    sign_responses(public_key);
    curves.pause = pause;
    curves.most = 0;
    unsigned begun = push_rig.begun;
    unsigned ended = push_rig.ended;
    push_and_run();
    assert_int_equal(push_rig.begun, begun);
    assert_int_equal(curves.most, 0);
    meter_compute(&push_rig_life->meter);
    assert_int_equal(push_rig.begun, begun + 1);
    assert_true(curves.most > 0);
    assert_signed(public_key);
    meter_compute(&push_rig_life->meter); /* it is out, and nothing else is due */
    life_run(push_rig_life, 3);
    assert_int_equal(push_rig.begun, begun + 1);
    assert_int_equal(push_rig.ended, ended + 1);
}

/* What a list holds may need curves too, whatever the policy says; where nothing pauses, a step
 * does it all. */
static void whatever_the_policy_says(void **state)
{
    (void)state;
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    sign_responses(public_key);
    push_rig_life->meter.security.policy = 0;
    curves.pause = pause;
    unsigned begun = push_rig.begun;
    push_and_run();
    assert_int_equal(push_rig.begun, begun);
    meter_compute(&push_rig_life->meter);
    assert_int_equal(push_rig.begun, begun + 1);
    curves.pause = NULL;
    life_run(push_rig_life, 3);
    push_and_run();
    assert_int_equal(push_rig.begun, begun + 2);
}

/* The supply fails between two slices of somebody else's curves: what needs none is told, what is
 * signed once they are given up. Nothing waits. */
static void a_failing_supply_while_curves_are_busy(void **state)
{
    (void)state;
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    sign_responses(public_key);
    push_rig_configure(PUSH_POWER_DOWN);
    curves.pause = pause;
    unsigned begun = push_rig.begun;
    curves.busy = true;
    push_rig_life->meter.security.policy = DLMS_POLICY_RESPONSE_ENCRYPTED;
    assert_int_equal(meter_power_fail(&push_rig_life->meter), 0);
    assert_int_equal(push_rig.begun, begun + 1);
    assert_int_equal(push_rig.apdu[0], DLMS_GENERAL_GLO_CIPHERING);
    push_rig_life->meter.security.policy = DLMS_POLICY_RESPONSE_SIGNED;
    assert_int_equal(meter_power_fail(&push_rig_life->meter), 0);
    assert_int_equal(push_rig.begun, begun + 1);
    assert_false(push_rig_push()->states[PUSH_POWER_DOWN].waiting);
    crypto_ecc_give_up(&curves);
    assert_int_equal(meter_power_fail(&push_rig_life->meter), 0);
    assert_int_equal(push_rig.begun, begun + 2);
    assert_signed(public_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_step_waits_for_curves, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(whatever_the_policy_says, push_rig_set_up,
                                        push_rig_tear_down),
        cmocka_unit_test_setup_teardown(a_failing_supply_while_curves_are_busy, push_rig_set_up,
                                        push_rig_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
