#include "test/meter/certified_meter.h"

#include "port/posix/entropy.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>

const int64_t begin_s = 1800000000;
struct crypto_ecc curves;

static const struct meter_keys keys = {.suite = DLMS_SUITE_1,
                                       .unicast = "the unicast key",
                                       .authentication = "authenticating",
                                       .master = "the master key"};
static struct crypto_random drawing;

static struct {
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t name[CRYPTO_NAME_MAX];
    size_t name_size;
    struct made itself;
} authority;

static struct made sign(struct crypto_certificate_plan plan)
{
    static uint8_t serial[] = {1, 0, 0};
    struct made made;
    serial[2]++;
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

int set_up(void **state)
{
    (void)state;
    assert_int_equal(crypto_random_begin(&drawing, &posix_entropy, NULL, 0), 0);
    curves.random = &drawing;
    assert_int_equal(
        crypto_ecc_make(&curves, CRYPTO_P256, authority.private_key, authority.public_key), 0);
    authority.name_size = crypto_name_make("authority", 9, authority.name, sizeof authority.name);
    authority.itself =
        sign((struct crypto_certificate_plan){.subject = {authority.name, authority.name_size},
                                              .public_key = authority.public_key,
                                              .until_s = INT64_MAX,
                                              .usage = CRYPTO_USE_CERTIFICATES,
                                              .authority = true});
    return 0;
}

struct meter_setup certified_setup(void)
{
    return (struct meter_setup){
        .keys = &keys,
        .entropy = &posix_entropy,
        .curves = &curves,
        .anchor = authority.itself.der,
        .anchor_size = authority.itself.size,
        .utc_ms = begin_s * 1000,
    };
}

unsigned count(struct stored *stored)
{
    int64_t end_s;
    return dlms_certificate_count(&stored->meter.security, &end_s);
}

struct stored *certified_meter(void)
{
    struct stored *stored = stored_new();
    stored_start(stored, certified_setup());
    stored_settle(stored);
    assert_int_equal(count(stored), 0);
    stored_start(stored, certified_setup()); /* the chip was not ready before */
    assert_int_equal(count(stored), 1);
    stored_settle(stored);
    return stored;
}

struct made certify_title(const uint8_t title[DLMS_TITLE_SIZE], const uint8_t *public_key,
                          int64_t until_s)
{
    uint8_t name[CRYPTO_NAME_MAX];
    char text[2 * DLMS_TITLE_SIZE + 1];
    for (size_t i = 0; i < DLMS_TITLE_SIZE; i++) {
        snprintf(text + 2 * i, 3, "%02X", title[i]);
    }
    size_t size = crypto_name_make(text, 2 * DLMS_TITLE_SIZE, name, sizeof name);
    return sign((struct crypto_certificate_plan){.subject = {name, size},
                                                 .public_key = public_key,
                                                 .until_s = until_s,
                                                 .usage = CRYPTO_USE_SIGNATURE});
}

struct made certify(const struct dlms_key_pair *pair, const struct meter *meter, int64_t until_s)
{
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    enum crypto_curve curve;
    assert_int_equal(dlms_security_setup_curve(&meter->security, &curve), 0);
    assert_int_equal(crypto_ecc_public(&curves, curve, pair->private_key, public_key), 0);
    return certify_title(meter->security.title, public_key, until_s);
}

enum dlms_change import(struct meter *meter, const struct made *made)
{
    return dlms_certificate_import(&meter->security, (struct dlms_octets){made->der, made->size});
}

struct dlms_key_pair *own(struct meter *meter)
{
    return &meter->security.signing.own[DLMS_USE_SIGNATURE];
}

struct dlms_key_pair *waiting(struct meter *meter)
{
    return &meter->security.signing.made[DLMS_USE_SIGNATURE];
}
