/* Key pairs and certificates on the chip: whenever the supply fails, the meter comes back with the
 * old pair and its certificate or with the new ones, and takes the change then; and what the meter
 * tells when a certificate's time comes to its end. */
#include "dlms/security_certificates.h"
#include "meter/meter.h"
#include "port/posix/entropy.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEARINGS = 3, GETS_READY = 3000, DAY_S = 86400 };
static const int64_t begin_s = 1800000000;

static const struct meter_keys keys = {
    .suite = DLMS_SUITE_1, .unicast = "the unicast key", .authentication = "authenticating"};

static struct crypto_ecc curves; /* of the meters, and of the authority */
static struct crypto_random drawing;

/* The authority, and what of the meter it has certified. */
static struct {
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t name[CRYPTO_NAME_MAX];
    size_t name_size;
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    size_t size;
} authority;

struct stored {
    struct nor nor;
    struct flash flash;
    struct meter meter;
};

struct made {
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    size_t size;
};

static struct made sign(struct crypto_certificate_plan plan)
{
    static const uint8_t serial[] = {1, 2, 3};
    struct made made;
    curves.random = &drawing;
    plan.serial = (struct crypto_part){serial, sizeof serial};
    plan.issuer = (struct crypto_part){authority.name, authority.name_size};
    plan.since_s = begin_s - DAY_S;
    plan.curve = CRYPTO_P256;
    plan.issuer_curve = CRYPTO_P256;
    plan.issuer_private = authority.private_key;
    plan.issuer_public = authority.public_key;
    made.size = crypto_certificate_make(&curves, &plan, made.der, sizeof made.der);
    assert_true(made.size > 0);
    return made;
}

static int set_up(void **state)
{
    (void)state;
    assert_int_equal(crypto_random_begin(&drawing, &posix_entropy, NULL, 0), 0);
    curves.random = &drawing;
    assert_int_equal(
        crypto_ecc_make(&curves, CRYPTO_P256, authority.private_key, authority.public_key), 0);
    authority.name_size = crypto_name_make("authority", 9, authority.name, sizeof authority.name);
    const struct made made =
        sign((struct crypto_certificate_plan){.subject = {authority.name, authority.name_size},
                                              .public_key = authority.public_key,
                                              .until_s = INT64_MAX,
                                              .usage = CRYPTO_USE_CERTIFICATES,
                                              .authority = true});
    memcpy(authority.der, made.der, made.size);
    authority.size = made.size;
    return 0;
}

static void start(struct stored *stored)
{
    struct meter_setup setup = {
        .product = product_find("xs211"),
        .keys = &keys,
        .entropy = &posix_entropy,
        .curves = &curves,
        .anchor = authority.der,
        .anchor_size = authority.size,
        .flash = &stored->flash,
        .utc_ms = begin_s * 1000,
    };
    assert_int_equal(meter_init(&stored->meter, &setup), 0);
    while (meter_recover(&stored->meter) > 0) {
        nor_advance(&stored->nor, 1000);
    }
}

static void get_ready(struct stored *stored)
{
    for (int i = 0; i < GETS_READY; i++) {
        (void)storage_step(&stored->meter.storage);
        nor_advance(&stored->nor, 5000);
    }
}

static struct stored *new_chip(void)
{
    struct stored *stored = calloc(1, sizeof *stored);
    struct nor_config config = nor_config_default();
    char error[NOR_ERROR_SIZE];
    assert_non_null(stored);
    assert_int_equal(nor_open(&stored->nor, &config, NULL, error, sizeof error), 0);
    stored->flash = nor_port(&stored->nor);
    return stored;
}

static void end(struct stored *stored)
{
    nor_close(&stored->nor);
    free(stored);
}

static unsigned count(struct stored *stored)
{
    int64_t end_s;
    return dlms_certificate_count(&stored->meter.security, &end_s);
}

/* A meter that trusts the authority. */
static struct stored *new_meter(void)
{
    struct stored *stored = new_chip();
    start(stored);
    get_ready(stored);
    assert_int_equal(count(stored), 0);
    start(stored); /* the chip was not ready before */
    assert_int_equal(count(stored), 1);
    get_ready(stored);
    return stored;
}

static struct made certify(const struct dlms_key_pair *pair, const struct meter *meter,
                           int64_t until_s)
{
    uint8_t name[CRYPTO_NAME_MAX];
    char text[2 * DLMS_TITLE_SIZE + 1];
    for (size_t i = 0; i < DLMS_TITLE_SIZE; i++) {
        snprintf(text + 2 * i, 3, "%02X", meter->security.title[i]);
    }
    size_t size = crypto_name_make(text, 2 * DLMS_TITLE_SIZE, name, sizeof name);
    return sign((struct crypto_certificate_plan){.subject = {name, size},
                                                 .public_key = pair->public_key,
                                                 .until_s = until_s,
                                                 .usage = CRYPTO_USE_SIGNATURE});
}

static enum dlms_change import(struct meter *meter, const struct made *made)
{
    return dlms_certificate_import(&meter->security, (struct dlms_octets){made->der, made->size});
}

static struct dlms_key_pair *own(struct meter *meter)
{
    return &meter->security.signing.own[DLMS_USE_SIGNATURE];
}

static struct dlms_key_pair *waiting(struct meter *meter)
{
    return &meter->security.signing.made[DLMS_USE_SIGNATURE];
}

/* The pair in force is the one that is certified. */
static bool has_pair(struct stored *stored, const uint8_t *public_key)
{
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate held;
    struct dlms_security_setup *setup = &stored->meter.security;
    bool certified = false;
    for (uint8_t slot = 0; slot < METER_CERTIFICATES; slot++) {
        certified |= dlms_certificate_read(setup, slot, room, &held) &&
                     held.entity == DLMS_ENTITY_SERVER &&
                     memcmp(held.is.public_key, public_key, 64) == 0;
    }
    return certified && memcmp(own(&stored->meter)->public_key, public_key, 64) == 0;
}

/* Cuts the n-th operation from the import on; false when there are not as many. */
static bool cut_at(const struct stored *before, const struct made *made, uint64_t operation,
                   unsigned tearing, const uint8_t *old_key, const uint8_t *new_key)
{
    static const struct nor_tear tears[TEARINGS] = {
        {0, 0, 0, 1}, {20, 0, 300, 2}, {60, 200, 700, 5}};
    struct stored *stored = new_chip();
    nor_copy(&stored->nor, &before->nor);
    start(stored);
    assert_true(has_pair(stored, old_key));
    nor_plan_cut(&stored->nor, operation, &tears[tearing]);
    bool answered = import(&stored->meter, made) == DLMS_CHANGED;
    bool cut = stored->nor.dead;
    nor_power_on(&stored->nor);
    start(stored);
    bool is_new = has_pair(stored, new_key);
    assert_true(is_new || has_pair(stored, old_key));
    assert_true(is_new || !answered);
    get_ready(stored);
    if (!is_new) { /* the change is made now */
        assert_int_equal(import(&stored->meter, made), DLMS_CHANGED);
    }
    start(stored);
    assert_true(has_pair(stored, new_key));
    assert_int_equal(count(stored), 2);
    end(stored);
    return cut;
}

static void a_cut_leaves_old_or_new(void **state)
{
    (void)state;
    struct stored *before = new_meter();
    struct meter *meter = &before->meter;
    assert_int_equal(dlms_certificate_generate(&meter->security, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    struct made made = certify(waiting(meter), meter, INT64_MAX);
    assert_int_equal(import(meter, &made), DLMS_CHANGED);
    const struct dlms_key_pair old = *own(meter);
    assert_int_equal(dlms_certificate_generate(&meter->security, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    const struct dlms_key_pair pair = *waiting(meter);
    made = certify(&pair, meter, INT64_MAX);
    get_ready(before);
    unsigned cuts = 0;
    for (unsigned tearing = 0; tearing < TEARINGS; tearing++) {
        for (uint64_t operation = 1;
             cut_at(before, &made, operation, tearing, old.public_key, pair.public_key);
             operation++) {
            cuts++;
        }
    }
    assert_true(cuts > TEARINGS * 6);
    print_message("    %u cuts\n", cuts);
    end(before);
}

/* An event a month before the first end, and one at the end; none while nothing ends. */
static void the_end_is_told(void **state)
{
    (void)state;
    struct stored *stored = new_meter();
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
    end(stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_leaves_old_or_new),
        cmocka_unit_test(the_end_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
