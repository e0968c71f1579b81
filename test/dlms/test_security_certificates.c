/* The certificates of a security setup: what is taken, what is not, what replaces what. */
#include "cosem/data.h"
#include "test/dlms/certificate_rig.h"
#include "test/unit.h"

#include <string.h>

static bool knows(enum dlms_key_use use, const uint8_t *public_key)
{
    uint8_t found[CRYPTO_PUBLIC_MAX];
    return dlms_certificate_find_key(&setup, use, kit_client, found) == 0 &&
           memcmp(found, public_key, 2 * crypto_curve_size(client.curve)) == 0;
}

static struct dlms_octets given(struct writer *w)
{
    struct reader r = reader_over(w->window, writer_kept(w));
    struct cosem_value value = cosem_take_value(&r);
    assert_true(reader_done(&r) && value.tag == COSEM_OCTET_STRING);
    return (struct dlms_octets){value.octets, value.count};
}

/* The key of a client is known by its certificate, for what that says, while its time is. */
static void a_client_is_known(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        set_up((enum dlms_suite)suite);
        struct crypto_certificate_plan plan = plan_of(&client, &root, CRYPTO_USE_SIGNATURE);
        const struct made made = make(&plan);
        assert_false(knows(DLMS_USE_SIGNATURE, client.public_key));
        assert_int_equal(import(&made), DLMS_CHANGED);
        assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
        assert_false(knows(DLMS_USE_AGREEMENT, client.public_key));
        start((enum dlms_suite)suite);
        assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
        setup.signing.now_s = RIG_TIME_S + DAY_S;
        assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
        setup.signing.now_s++;
        assert_false(knows(DLMS_USE_SIGNATURE, client.public_key));
        setup.signing.now_s = RIG_TIME_S - DAY_S - 1;
        assert_false(knows(DLMS_USE_SIGNATURE, client.public_key));
        setup.signing.now_s = 0; /* a clock that is not set judges nobody */
        assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
    }
}

/* A newer one takes the place of the older, in one write. */
static void a_client_is_renewed(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    struct crypto_certificate_plan plan = plan_of(&client, &root, CRYPTO_USE_SIGNATURE);
    struct made made = make(&plan);
    assert_int_equal(import(&made), DLMS_CHANGED);
    struct party renewed;
    make_party(&renewed, CRYPTO_P256, "4D4D4D0000000001");
    plan = plan_of(&renewed, &root, CRYPTO_USE_SIGNATURE);
    made = make(&plan);
    chip.writes = 0;
    chip.writes_left = 0;
    assert_int_equal(import(&made), DLMS_CHANGE_LATER);
    assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
    chip.writes_left = -1;
    assert_int_equal(import(&made), DLMS_CHANGED);
    assert_int_equal(chip.writes, 1);
    assert_int_equal(count(), 2);
    assert_true(knows(DLMS_USE_SIGNATURE, renewed.public_key));
    plan = plan_of(&renewed, &root, CRYPTO_USE_AGREEMENT);
    made = make(&plan);
    assert_int_equal(import(&made), DLMS_CHANGED);
    assert_int_equal(count(), 3);
}

/* Whatever is wrong with a certificate, nothing changes. */
static void every_failure_is_refused(void **state)
{
    (void)state;
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        set_up((enum dlms_suite)suite);
        struct party stranger;
        struct party other_curve;
        make_party(&stranger, root.curve, "authority");
        make_party(&other_curve, root.curve == CRYPTO_P256 ? CRYPTO_P384 : CRYPTO_P256,
                   "4D4D4D0000000001");
        struct crypto_certificate_plan good = plan_of(&client, &root, CRYPTO_USE_SIGNATURE);
        struct crypto_certificate_plan plan = good;
        struct made made;
        plan.until_s = RIG_TIME_S - 1;
        made = make(&plan);
        assert_refused(&made, "expired");
        plan = good;
        plan.since_s = RIG_TIME_S + 1;
        made = make(&plan);
        assert_refused(&made, "not valid yet");
        static const uint8_t usages[] = {CRYPTO_USE_SIGNATURE | CRYPTO_USE_AGREEMENT,
                                         CRYPTO_USE_CERTIFICATES, CRYPTO_USE_REVOCATIONS, 0x40,
                                         0x20};
        for (size_t i = 0; i < sizeof usages; i++) {
            plan = good;
            plan.usage = usages[i];
            made = make(&plan);
            assert_refused(&made, "wrong usage");
        }
        plan = plan_of(&other_curve, &root, CRYPTO_USE_SIGNATURE);
        made = make(&plan);
        assert_refused(&made, "wrong curve");
        plan = plan_of(&client, &stranger, CRYPTO_USE_SIGNATURE);
        made = make(&plan);
        assert_refused(&made, "an authority of the same name");
        made = make(&good);
        made.der[made.size - 1] ^= 1;
        assert_refused(&made, "bad signature");
        plan = plan_of(&root, &root, CRYPTO_USE_SIGNATURE);
        made = make(&plan);
        assert_refused(&made, "no system title");
        plan = plan_of(&stranger, &stranger, CRYPTO_USE_CERTIFICATES);
        plan.authority = true;
        made = make(&plan);
        assert_refused(&made, "an authority that nobody trusts");
        made = make(&good);
        const size_t whole = made.size;
        for (made.size = 0; made.size < whole; made.size++) {
            assert_refused(&made, "cut off");
        }
        assert_int_equal(import(&made), DLMS_CHANGED);
    }
}

/* A key that is no point of the curve is nobody's. */
static void what_is_no_point_is_refused(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    struct crypto_certificate_plan plan = plan_of(&client, &root, CRYPTO_USE_SIGNATURE);
    uint8_t off_curve[CRYPTO_PUBLIC_MAX];
    memcpy(off_curve, client.public_key, sizeof off_curve);
    off_curve[33] ^= 1;
    plan.public_key = off_curve;
    const struct made made = make(&plan);
    assert_refused(&made, "no point");
}

/* An authority that one we trust has signed is trusted, and so is what it signs; unless its own
 * time is over. */
static void authorities_certify_authorities(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    struct party below;
    make_party(&below, CRYPTO_P384, "below"); /* of another curve, for the suite to come */
    struct crypto_certificate_plan plan = plan_of(&below, &root, CRYPTO_USE_CERTIFICATES);
    plan.authority = true;
    struct made made = make(&plan);
    struct crypto_certificate_plan of_client = plan_of(&client, &below, CRYPTO_USE_SIGNATURE);
    of_client.until_s = INT64_MAX;
    const struct made end_entity = make(&of_client);
    assert_refused(&end_entity, "before its authority");
    assert_int_equal(import(&made), DLMS_CHANGED);
    setup.signing.now_s = RIG_TIME_S + DAY_S + 1;
    assert_refused(&end_entity, "by an authority whose time is over");
    setup.signing.now_s = RIG_TIME_S;
    assert_int_equal(import(&end_entity), DLMS_CHANGED);
    assert_int_equal(count(), 3);
}

static struct made make_authority(const struct party *subject, const struct party *issuer,
                                  int depth)
{
    struct crypto_certificate_plan plan = plan_of(subject, issuer, CRYPTO_USE_CERTIFICATES);
    plan.authority = true;
    plan.limited = depth >= 0;
    plan.depth = (uint8_t)(depth >= 0 ? depth : 0);
    return make(&plan);
}

static struct made make_client(const struct party *issuer)
{
    struct crypto_certificate_plan plan = plan_of(&client, issuer, CRYPTO_USE_SIGNATURE);
    plan.until_s = INT64_MAX;
    return make(&plan);
}

/* From the anchor by an authority below it to a client; each may allow so many below itself, and
 * what the one at the top allows holds for all of them. */
static void paths_have_a_length(void **state)
{
    (void)state;
    static const struct {
        int upper, lower; /* what they allow; -1: any number */
        bool takes_lower, takes_lowest;
    } rows[] = {
        {-1, -1, true, true}, {0, -1, false, false}, {1, -1, true, false}, {1, 0, true, false},
        {2, -1, true, true},  {2, 0, true, false},   {-1, 0, true, false}, {-1, 1, true, true},
    };
    struct party upper;
    struct party lower;
    struct party lowest;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_up(DLMS_SUITE_1);
        make_party(&upper, CRYPTO_P256, "upper");
        make_party(&lower, CRYPTO_P256, "lower");
        make_party(&lowest, CRYPTO_P256, "lowest");
        const struct made first = make_authority(&upper, &root, rows[i].upper);
        const struct made second = make_authority(&lower, &upper, rows[i].lower);
        const struct made third = make_authority(&lowest, &lower, -1);
        const struct made by_upper = make_client(&upper);
        const struct made by_lowest = make_client(&lowest);
        assert_int_equal(import(&first), DLMS_CHANGED);
        assert_int_equal(import(&second), rows[i].takes_lower ? DLMS_CHANGED : DLMS_CHANGE_REFUSED);
        assert_int_equal(import(&third), rows[i].takes_lowest ? DLMS_CHANGED : DLMS_CHANGE_REFUSED);
        assert_int_equal(import(&by_lowest),
                         rows[i].takes_lowest ? DLMS_CHANGED : DLMS_CHANGE_REFUSED);
        assert_int_equal(knows(DLMS_USE_SIGNATURE, client.public_key), rows[i].takes_lowest);
        assert_int_equal(import(&by_upper), DLMS_CHANGED);
        assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
    }
}

/* A client counts as long as everybody above it does: an authority whose time is over, or that was
 * removed, takes with it what it has certified. */
static void a_client_ends_with_its_authority(void **state)
{
    (void)state;
    struct party between;
    set_up(DLMS_SUITE_1);
    make_party(&between, CRYPTO_P256, "between");
    const struct made authority = make_authority(&between, &root, 0);
    const struct made end_entity = make_client(&between);
    assert_int_equal(import(&authority), DLMS_CHANGED);
    assert_int_equal(import(&end_entity), DLMS_CHANGED);
    assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
    setup.signing.now_s = RIG_TIME_S + DAY_S + 1;
    assert_false(knows(DLMS_USE_SIGNATURE, client.public_key));
    setup.signing.now_s = RIG_TIME_S - DAY_S - 1;
    assert_false(knows(DLMS_USE_SIGNATURE, client.public_key));
    setup.signing.now_s = 0; /* no time is known */
    assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
    setup.signing.now_s = RIG_TIME_S;
    start(DLMS_SUITE_1);
    assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
    const struct dlms_certificate_name name = {.entity = DLMS_ENTITY_AUTHORITY,
                                               .type = DLMS_CERTIFICATE_OTHER,
                                               .title = {(const uint8_t *)"between", 7}};
    assert_int_equal(dlms_certificate_remove(&setup, &name), DLMS_CHANGED);
    assert_false(knows(DLMS_USE_SIGNATURE, client.public_key));
    assert_int_equal(import(&authority), DLMS_CHANGED);
    assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
}

/* Two authorities of one name are told apart by their keys. */
static void an_authority_of_the_same_name_does_not_answer(void **state)
{
    (void)state;
    struct party one;
    struct party other;
    set_up(DLMS_SUITE_1);
    make_party(&one, CRYPTO_P256, "twin");
    make_party(&other, CRYPTO_P256, "twin");
    const struct made of_one = make_authority(&one, &root, -1);
    const struct made of_other = make_authority(&other, &root, -1);
    const struct made end_entity = make_client(&one);
    struct writer w;
    uint8_t octets[CRYPTO_CERTIFICATE_MAX + 8];
    assert_int_equal(import(&of_other), DLMS_CHANGED);
    assert_refused(&end_entity, "by the other");
    assert_int_equal(import(&of_one), DLMS_CHANGED);
    assert_int_equal(import(&end_entity), DLMS_CHANGED);
    assert_true(knows(DLMS_USE_SIGNATURE, client.public_key));
    const struct dlms_certificate_name name = {.entity = DLMS_ENTITY_AUTHORITY,
                                               .type = DLMS_CERTIFICATE_OTHER,
                                               .title = {(const uint8_t *)"twin", 4}};
    for (bool gone = false; !gone;) {
        w = writer_over(octets, sizeof octets);
        assert_int_equal(dlms_certificate_give(&setup, &name, &w), DLMS_CHANGED);
        gone = memcmp(octets + writer_kept(&w) - of_one.size, of_one.der, of_one.size) == 0;
        assert_int_equal(dlms_certificate_remove(&setup, &name), DLMS_CHANGED);
    }
    assert_false(knows(DLMS_USE_SIGNATURE, client.public_key));
    (void)import(&of_other);
    assert_false(knows(DLMS_USE_SIGNATURE, client.public_key));
}

/* All slots are taken. */
static void no_slot_is_left(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    for (int i = 0; i < RIG_SLOTS; i++) {
        struct party another;
        char name[] = "4D4D4D0000000100";
        name[15] = (char)('0' + i);
        make_party(&another, CRYPTO_P256, name);
        struct crypto_certificate_plan plan = plan_of(&another, &root, CRYPTO_USE_SIGNATURE);
        const struct made made = make(&plan);
        assert_int_equal(import(&made), i < RIG_SLOTS - 1 ? DLMS_CHANGED : DLMS_CHANGE_REFUSED);
    }
    assert_int_equal(count(), RIG_SLOTS);
}

/* ---- export and removal ---- */

static void named_certificates(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    struct crypto_certificate_plan plan = plan_of(&client, &root, CRYPTO_USE_AGREEMENT);
    const struct made made = make(&plan);
    assert_int_equal(import(&made), DLMS_CHANGED);
    struct dlms_certificate_name by_entity = {.entity = DLMS_ENTITY_CLIENT,
                                              .type = DLMS_CERTIFICATE_AGREEMENT,
                                              .title = {kit_client, DLMS_TITLE_SIZE}};
    struct dlms_certificate_name by_serial = {.by_serial = true,
                                              .serial = {serial, sizeof serial},
                                              .issuer = {root.name, root.name_size}};
    const struct dlms_certificate_name *names[] = {&by_entity, &by_serial};
    for (int i = 0; i < 2; i++) {
        uint8_t octets[CRYPTO_CERTIFICATE_MAX + 8];
        struct writer w = writer_over(octets, sizeof octets);
        assert_int_equal(dlms_certificate_give(&setup, names[i], &w), DLMS_CHANGED);
        struct dlms_octets der = given(&w);
        assert_int_equal(der.size, made.size);
        assert_memory_equal(der.octets, made.der, made.size);
        assert_int_equal(dlms_certificate_remove(&setup, names[i]), DLMS_CHANGED);
        assert_int_equal(dlms_certificate_remove(&setup, names[i]), DLMS_CHANGE_REFUSED);
        assert_int_equal(dlms_certificate_give(&setup, names[i], &w), DLMS_CHANGE_REFUSED);
        assert_int_equal(import(&made), DLMS_CHANGED);
    }
    by_entity.type = DLMS_CERTIFICATE_SIGNATURE;
    assert_int_equal(dlms_certificate_remove(&setup, &by_entity), DLMS_CHANGE_REFUSED);
    by_serial.serial.size--;
    assert_int_equal(dlms_certificate_remove(&setup, &by_serial), DLMS_CHANGE_REFUSED);
}

/* Without an authority nothing would be taken any more: the last one stays. */
static void the_last_authority_stays(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    const struct dlms_certificate_name first = {.entity = DLMS_ENTITY_AUTHORITY,
                                                .type = DLMS_CERTIFICATE_OTHER,
                                                .title = {(const uint8_t *)"authority", 9}};
    assert_int_equal(dlms_certificate_remove(&setup, &first), DLMS_CHANGE_REFUSED);
    struct party next;
    make_party(&next, CRYPTO_P256, "next");
    struct crypto_certificate_plan plan = plan_of(&next, &root, CRYPTO_USE_CERTIFICATES);
    plan.authority = true;
    struct made made = make(&plan);
    assert_int_equal(import(&made), DLMS_CHANGED);
    assert_int_equal(dlms_certificate_remove(&setup, &first), DLMS_CHANGED);
    plan = plan_of(&client, &root, CRYPTO_USE_SIGNATURE);
    made = make(&plan);
    assert_refused(&made, "by an authority that is gone");
}

/* An anchor is written once, and is an authority. */
static void anchors(void **state)
{
    (void)state;
    set_up(DLMS_SUITE_1);
    const struct made made = make_root();
    assert_int_equal(dlms_certificate_trust(&setup, made.der, made.size), 0);
    int writes = chip.writes;
    assert_int_equal(dlms_certificate_trust(&setup, made.der, made.size), 0);
    assert_int_equal(chip.writes, writes);
    struct crypto_certificate_plan plan = plan_of(&client, &root, CRYPTO_USE_SIGNATURE);
    const struct made none = make(&plan);
    assert_int_equal(dlms_certificate_trust(&setup, none.der, none.size), -1);
    assert_int_equal(dlms_certificate_trust(&setup, made.der, made.size - 1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_is_known),
        cmocka_unit_test(a_client_is_renewed),
        cmocka_unit_test(every_failure_is_refused),
        cmocka_unit_test(what_is_no_point_is_refused),
        cmocka_unit_test(authorities_certify_authorities),
        cmocka_unit_test(paths_have_a_length),
        cmocka_unit_test(a_client_ends_with_its_authority),
        cmocka_unit_test(an_authority_of_the_same_name_does_not_answer),
        cmocka_unit_test(no_slot_is_left),
        cmocka_unit_test(named_certificates),
        cmocka_unit_test(the_last_authority_stays),
        cmocka_unit_test(anchors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
