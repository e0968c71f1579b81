/* Key pairs that the meter makes, and suites that change: a cut between any two writes leaves the
 * old or the new. */
#include "cosem/data.h"
#include "dlms/security_change.h"
#include "test/dlms/certificate_rig.h"
#include "test/unit.h"

#include <string.h>

/* ---- the meter's own ---- */

static struct dlms_octets given(struct writer *w)
{
    struct reader r = reader_over(w->window, writer_kept(w));
    struct cosem_value value = cosem_take_value(&r);
    assert_true(reader_done(&r) && value.tag == COSEM_OCTET_STRING);
    return (struct dlms_octets){value.octets, value.count};
}

/* The authority certifies what the meter asks for. */
static struct made certify(enum dlms_key_use use)
{
    uint8_t octets[CRYPTO_CERTIFICATE_MAX];
    struct writer w = writer_over(octets, sizeof octets);
    struct crypto_request request;
    assert_int_equal(dlms_certificate_request(&setup, use, &w), DLMS_CHANGED);
    struct dlms_octets der = given(&w);
    assert_int_equal(crypto_request_take(&request, &ecc, der.octets, der.size), 0);
    assert_true(crypto_part_is(request.common_name, "4D4D4D0000BC614E", 16));
    assert_int_equal(request.usage,
                     use == DLMS_USE_SIGNATURE ? CRYPTO_USE_SIGNATURE : CRYPTO_USE_AGREEMENT);
    struct crypto_certificate_plan plan = plan_of(&client, &root, request.usage);
    plan.subject = request.subject;
    plan.curve = request.curve;
    plan.public_key = request.public_key;
    return make(&plan);
}

static void a_pair_is_in_force_once_certified(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        for (int use = 0; use < DLMS_KEY_USES; use++) {
            set_up((enum dlms_suite)suite);
            struct writer nowhere = writer_measure();
            assert_int_equal(dlms_certificate_request(&setup, (enum dlms_key_use)use, &nowhere),
                             DLMS_CHANGE_REFUSED);
            assert_int_equal(dlms_certificate_generate(&setup, (enum dlms_key_use)use),
                             DLMS_CHANGED);
            assert_false(setup.signing.own[use].there);
            struct made made = certify((enum dlms_key_use)use);
            start((enum dlms_suite)suite); /* the pair that waits outlives the supply */
            assert_int_equal(import(&made), DLMS_CHANGED);
            assert_true(setup.signing.own[use].there);
            assert_false(setup.signing.made[use].there);
            assert_int_equal(count(), 2);
            start((enum dlms_suite)suite);
            assert_true(setup.signing.own[use].there);
            assert_int_equal(count(), 2);
            made = certify((enum dlms_key_use)use); /* renewed, for the same pair */
            assert_int_equal(import(&made), DLMS_CHANGED);
            assert_int_equal(count(), 2);
        }
    }
}

static void put_public(const struct dlms_key_pair *pair, uint8_t public_key[CRYPTO_PUBLIC_MAX])
{
    assert_int_equal(crypto_ecc_public(&ecc, CRYPTO_P256, pair->private_key, public_key), 0);
}

/* For a key that the meter does not have, or not for this use. */
static void a_certificate_of_the_meter_needs_its_key(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    struct party impostor;
    make_party(&impostor, CRYPTO_P256, "4D4D4D0000BC614E");
    struct crypto_certificate_plan plan = plan_of(&impostor, &root, CRYPTO_USE_SIGNATURE);
    struct made made = make(&plan);
    assert_refused(&made, "a key of somebody else");
    assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    assert_refused(&made, "a key of somebody else");
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    put_public(&setup.signing.made[DLMS_USE_SIGNATURE], public_key);
    plan.public_key = public_key;
    plan.usage = CRYPTO_USE_AGREEMENT;
    made = make(&plan);
    assert_refused(&made, "for another use");
    assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    plan.usage = CRYPTO_USE_SIGNATURE;
    made = make(&plan);
    assert_refused(&made, "the pair made last is another");
    put_public(&setup.signing.made[DLMS_USE_SIGNATURE], public_key);
    made = make(&plan);
    assert_int_equal(import(&made), DLMS_CHANGED);
}

/* The meter's key and its certificate, which always belong together. */
static void assert_own(const struct dlms_key_pair *pair)
{
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate held;
    unsigned own = 0;
    assert_memory_equal(&setup.signing.own[DLMS_USE_SIGNATURE], pair, sizeof *pair);
    put_public(pair, public_key);
    for (uint8_t slot = 0; slot < RIG_SLOTS; slot++) {
        if (dlms_certificate_read(&setup, slot, room, &held) && held.entity == DLMS_ENTITY_SERVER) {
            assert_memory_equal(held.is.public_key, public_key, 64);
            own++;
        }
    }
    assert_int_equal(own, 1);
}

/* The supply fails before each write of the change to a new pair. */
static void a_cut_leaves_the_old_or_the_new(void **state)
{
    (void)state;
    for (int left = 0; left <= 2; left++) {
        set_up(DLMS_SUITE_1);
        assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
        struct made made = certify(DLMS_USE_SIGNATURE);
        assert_int_equal(import(&made), DLMS_CHANGED);
        const struct dlms_key_pair old = setup.signing.own[DLMS_USE_SIGNATURE];
        assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
        const struct dlms_key_pair pair = setup.signing.made[DLMS_USE_SIGNATURE];
        assert_own(&old);
        made = certify(DLMS_USE_SIGNATURE);
        chip.writes_left = left;
        assert_int_equal(import(&made), left < 2 ? DLMS_CHANGE_LATER : DLMS_CHANGED);
        start(DLMS_SUITE_1);
        assert_own(left < 2 ? &old : &pair);
        if (left < 2) { /* and the change can be made again */
            assert_int_equal(import(&made), DLMS_CHANGED);
            start(DLMS_SUITE_1);
        }
        assert_own(&pair);
    }
}

/* ---- the next suite ---- */

static const uint8_t longer[2 * 16] = "a key of thirty-two octets, new";

static enum dlms_change transfer_octets(enum dlms_key_id id, const uint8_t *octets, size_t size)
{
    uint8_t wrapped[DLMS_WRAPPED_KEY_MAX];
    assert_int_equal(crypto_key_wrap(setup.ring.octets[DLMS_KEY_MASTER], 16, octets, size, wrapped),
                     0);
    const struct dlms_wrapped_key key = {id, {wrapped, size + CRYPTO_KEY_WRAP_EXTRA}};
    const struct dlms_association *nobody = (const void *)&chip;
    return dlms_security_transfer(&setup, &key, 1, nobody);
}

static enum dlms_change transfer(enum dlms_key_id id)
{
    return transfer_octets(id, longer, sizeof longer);
}

/* A setup that is to leave suite 1 once the answer has gone. */
static void leave_suite_1(void)
{
    const struct dlms_association *nobody = (const void *)&chip;
    set_up(DLMS_SUITE_1);
    assert_int_equal(
        dlms_keyring_put(&setup.ring, DLMS_KEY_MASTER, (const uint8_t *)"the master's key", 16), 0);
    assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    struct made made = certify(DLMS_USE_SIGNATURE);
    assert_int_equal(import(&made), DLMS_CHANGED);
    assert_int_equal(transfer(DLMS_KEY_UNICAST), DLMS_CHANGED);
    assert_int_equal(transfer(DLMS_KEY_AUTHENTICATION), DLMS_CHANGED);
    assert_int_equal(transfer(DLMS_KEY_MASTER), DLMS_CHANGED);
    assert_int_equal(dlms_security_upgrade(&setup, DLMS_SUITE_2, nobody), DLMS_CHANGED);
}

/* Before the suite changes nothing more is taken that would go with the former one, nor what only
 * that could do. */
static void what_leaves_takes_nothing_along(void **state)
{
    (void)state;
    leave_suite_1();
    const struct dlms_key_pair own = setup.signing.own[DLMS_USE_SIGNATURE];
    assert_true(own.there);
    assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGE_LATER);
    assert_false(setup.signing.made[DLMS_USE_SIGNATURE].there);
    assert_int_equal(dlms_security_activate(&setup, DLMS_POLICY_RESPONSE_SIGNED),
                     DLMS_CHANGE_REFUSED);
    assert_int_equal(dlms_security_activate(&setup, DLMS_POLICY_RESPONSE_AUTHENTICATED),
                     DLMS_CHANGED);
    assert_memory_equal(&setup.signing.own[DLMS_USE_SIGNATURE], &own, sizeof own);
    dlms_security_adopt(&setup);
    assert_int_equal(setup.ring.suite, DLMS_SUITE_2);
    assert_int_equal(setup.policy, DLMS_POLICY_RESPONSE_AUTHENTICATED);
    assert_false(setup.signing.own[DLMS_USE_SIGNATURE].there);
    assert_false(setup.signing.made[DLMS_USE_SIGNATURE].there);
    assert_int_equal(setup.coming_keys, 0);
    assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    start(DLMS_SUITE_1); /* the chip says the same */
    assert_int_equal(setup.ring.suite, DLMS_SUITE_2);
    assert_int_equal(setup.policy, DLMS_POLICY_RESPONSE_AUTHENTICATED);
    assert_false(setup.signing.own[DLMS_USE_SIGNATURE].there);
    assert_true(setup.signing.made[DLMS_USE_SIGNATURE].there);
}

/* Keys that come while the suite is to change are keys of the suite to be. */
static void what_comes_late_is_of_the_next_suite(void **state)
{
    static const uint8_t later[] = "another key of thirty-two octets";
    (void)state;
    for (int cut = 0; cut <= 1; cut++) {
        leave_suite_1();
        assert_int_equal(transfer_octets(DLMS_KEY_UNICAST, later, 16), DLMS_CHANGE_REFUSED);
        assert_int_equal(transfer_octets(DLMS_KEY_UNICAST, later, 32), DLMS_CHANGED);
        assert_int_equal(dlms_key_size(setup.ring.suite), 16);
        if (cut) {
            start(DLMS_SUITE_1);
        } else {
            dlms_security_adopt(&setup);
        }
        assert_int_equal(setup.ring.suite, DLMS_SUITE_2);
        assert_memory_equal(setup.ring.octets[DLMS_KEY_UNICAST], later, 32);
        assert_memory_equal(setup.ring.octets[DLMS_KEY_AUTHENTICATION], longer, 32);
        assert_memory_equal(setup.ring.octets[DLMS_KEY_MASTER], longer, 32);
        assert_int_equal(setup.coming_keys, 0);
    }
}

/* What is not kept changes nothing: neither keys that wait nor those of the next suite. */
static void what_is_not_kept_does_not_wait(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    assert_int_equal(
        dlms_keyring_put(&setup.ring, DLMS_KEY_MASTER, (const uint8_t *)"the master's key", 16), 0);
    for (size_t size = 16; size <= 32; size += 16) {
        chip.writes_left = 0;
        assert_int_equal(transfer_octets(DLMS_KEY_UNICAST, longer, size), DLMS_CHANGE_LATER);
        assert_null(setup.changer);
        assert_int_equal(setup.coming_keys, 0);
        dlms_security_adopt(&setup);
        assert_int_equal(setup.ring.octets[DLMS_KEY_UNICAST][1], 1);
    }
}

/* Upwards only, with a longer key for each, and nothing of the former curve goes along. */
static void suites_change_upwards(void **state)
{
    const struct dlms_association *nobody = (const void *)&chip;
    (void)state;
    set_up(DLMS_SUITE_1);
    assert_int_equal(
        dlms_keyring_put(&setup.ring, DLMS_KEY_MASTER, (const uint8_t *)"the master's key", 16), 0);
    assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    struct made made = certify(DLMS_USE_SIGNATURE);
    assert_int_equal(import(&made), DLMS_CHANGED);
    for (int suite = DLMS_SUITE_0; suite <= 3; suite++) {
        assert_int_equal(dlms_security_upgrade(&setup, (enum dlms_suite)suite, nobody),
                         DLMS_CHANGE_REFUSED);
    }
    static const enum dlms_key_id ids[] = {DLMS_KEY_UNICAST, DLMS_KEY_AUTHENTICATION,
                                           DLMS_KEY_MASTER};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(dlms_security_upgrade(&setup, DLMS_SUITE_2, nobody), DLMS_CHANGE_REFUSED);
        assert_int_equal(transfer(ids[i]), DLMS_CHANGED);
        dlms_security_adopt(&setup);
        assert_int_equal(dlms_key_size(setup.ring.suite), 16);
    }
    start(DLMS_SUITE_1); /* what waits outlives the supply */
    assert_int_equal(dlms_security_upgrade(&setup, DLMS_SUITE_2, nobody), DLMS_CHANGED);
    assert_int_equal(setup.ring.suite, DLMS_SUITE_1); /* until the answer has gone */
    start(DLMS_SUITE_1);                              /* the record is the change */
    assert_int_equal(setup.ring.suite, DLMS_SUITE_2);
    assert_memory_equal(setup.ring.octets[DLMS_KEY_UNICAST], longer, sizeof longer);
    assert_int_equal(dlms_security_setup_generation(&setup, 0), 1);
    assert_false(setup.signing.own[DLMS_USE_SIGNATURE].there);
    assert_int_equal(count(), 1); /* the authority */
    assert_int_equal(dlms_security_upgrade(&setup, DLMS_SUITE_1, nobody), DLMS_CHANGE_REFUSED);
}

/* From suite 0 to 1 keys and counters stay. */
static void suite_1_keeps_the_keys(void **state)
{
    const struct dlms_association *nobody = (const void *)&chip;
    (void)state;
    set_up(DLMS_SUITE_1);
    start(DLMS_SUITE_0);
    uint32_t used;
    assert_int_equal(dlms_counter_take(&setup.sent, NULL, &used), 0);
    assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGE_REFUSED);
    assert_int_equal(dlms_security_upgrade(&setup, DLMS_SUITE_1, nobody), DLMS_CHANGED);
    dlms_security_adopt(&setup);
    assert_int_equal(setup.ring.suite, DLMS_SUITE_1);
    assert_int_equal(setup.ring.octets[DLMS_KEY_UNICAST][1], 1);
    assert_non_null(dlms_keyring_octets(&setup.ring, DLMS_KEY_AUTHENTICATION));
    assert_int_equal(setup.sent.next, used + 1);
    assert_int_equal(count(), 1);
    assert_int_equal(dlms_certificate_generate(&setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_is_in_force_once_certified),
        cmocka_unit_test(a_certificate_of_the_meter_needs_its_key),
        cmocka_unit_test(a_cut_leaves_the_old_or_the_new),
        cmocka_unit_test(what_leaves_takes_nothing_along),
        cmocka_unit_test(what_comes_late_is_of_the_next_suite),
        cmocka_unit_test(what_is_not_kept_does_not_wait),
        cmocka_unit_test(suites_change_upwards),
        cmocka_unit_test(suite_1_keeps_the_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
