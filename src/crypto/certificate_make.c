#include "crypto/certificate.h"
#include "crypto/certificate_form.h"

#include "base/civil.h"

#include <string.h>

enum { TIME_ROOM = 15, NOT_UTC = 2050, VERSION_3 = 2 };

static const char never[] = "99991231235959Z";

static void put_digits(char **at, unsigned number, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        (*at)[i] = (char)('0' + number % 10);
        number /= 10;
    }
    *at += count;
}

static void put_time(struct crypto_der *der, int64_t time_s)
{
    char text[TIME_ROOM];
    char *at = text;
    if (time_s == INT64_MAX) {
        crypto_der_put_element(der, CRYPTO_DER_GENERALIZED_TIME, never, sizeof never - 1);
        return;
    }
    struct civil time = civil_from_seconds(time_s);
    bool general = time.year >= NOT_UTC;
    put_digits(&at, (unsigned)time.year, general ? 4 : 2);
    put_digits(&at, time.month, 2);
    put_digits(&at, time.day, 2);
    put_digits(&at, time.hour, 2);
    put_digits(&at, time.minute, 2);
    put_digits(&at, time.second, 2);
    *at++ = 'Z';
    crypto_der_put_element(der, general ? CRYPTO_DER_GENERALIZED_TIME : CRYPTO_DER_UTC_TIME, text,
                           (size_t)(at - text));
}

/* The SHA-1 of the public key as its BIT STRING has it (RFC 5280 4.2.1.2): a name, no proof. */
static void make_key_id(enum crypto_curve curve, const uint8_t *public_key,
                        uint8_t id[CRYPTO_KEY_ID_SIZE])
{
    static const uint8_t uncompressed = 4;
    struct crypto_hash hash;
    crypto_hash_begin(&hash, CRYPTO_SHA1);
    crypto_hash_add(&hash, &uncompressed, 1);
    crypto_hash_add(&hash, public_key, 2 * crypto_curve_size(curve));
    crypto_hash_end(&hash, id);
}

static void put_constraints(struct crypto_der *der, const struct crypto_certificate_plan *plan)
{
    static const uint8_t yes = 0xFF;
    size_t end = der->at;
    if (plan->limited) {
        crypto_der_put_number(der, &plan->depth, 1);
    }
    crypto_der_put_element(der, CRYPTO_DER_BOOLEAN, &yes, 1);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
    crypto_form_wrap_extension(der, crypto_oid_constraints, true, end);
}

static void put_key_ids(struct crypto_der *der, const struct crypto_certificate_plan *plan)
{
    uint8_t id[CRYPTO_KEY_ID_SIZE];
    size_t end = der->at;
    make_key_id(plan->curve, plan->public_key, id);
    crypto_der_put_element(der, CRYPTO_DER_OCTET_STRING, id, sizeof id);
    crypto_form_wrap_extension(der, crypto_oid_subject_key_id, false, end);
    end = der->at;
    make_key_id(plan->issuer_curve, plan->issuer_public, id);
    crypto_der_put_element(der, CRYPTO_DER_KEY_ID, id, sizeof id);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
    crypto_form_wrap_extension(der, crypto_oid_issuer_key_id, false, end);
}

static void put_extensions(struct crypto_der *der, const struct crypto_certificate_plan *plan)
{
    size_t end = der->at;
    if (plan->authority) {
        put_constraints(der, plan);
    }
    crypto_form_put_usage(der, plan->usage);
    put_key_ids(der, plan);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
    crypto_der_wrap(der, CRYPTO_DER_CONTEXT + 3, end);
}

static void put_version(struct crypto_der *der)
{
    static const uint8_t version = VERSION_3;
    size_t end = der->at;
    crypto_der_put_number(der, &version, 1);
    crypto_der_wrap(der, CRYPTO_DER_CONTEXT, end);
}

/* What of the body stands before the subject, the last first. */
static void put_front(struct crypto_der *der, const struct crypto_certificate_plan *plan)
{
    size_t end = der->at;
    put_time(der, plan->until_s);
    put_time(der, plan->since_s);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
    crypto_der_put(der, plan->issuer.octets, plan->issuer.size);
    crypto_form_put_algorithm(der, plan->issuer_curve);
    crypto_der_put_number(der, plan->serial.octets, plan->serial.size);
    put_version(der);
}

size_t crypto_certificate_make(struct crypto_ecc *ecc, const struct crypto_certificate_plan *plan,
                               uint8_t *der, size_t room)
{
    struct crypto_der d = crypto_der_begin(der, room);
    put_extensions(&d, plan);
    crypto_form_put_key(&d, plan->curve, plan->public_key);
    crypto_der_put(&d, plan->subject.octets, plan->subject.size);
    put_front(&d, plan);
    crypto_der_wrap(&d, CRYPTO_DER_SEQUENCE, room);
    if (crypto_form_sign(ecc, plan->issuer_curve, plan->issuer_private, &d, room) != 0) {
        return 0;
    }
    return crypto_der_end(&d, room);
}

size_t crypto_name_make(const void *common_name, size_t size, uint8_t *name, size_t room)
{
    struct crypto_der d = crypto_der_begin(name, room);
    crypto_der_put_element(&d, CRYPTO_DER_UTF8, common_name, size);
    crypto_form_put_oid(&d, crypto_oid_common_name);
    crypto_der_wrap(&d, CRYPTO_DER_SEQUENCE, room);
    crypto_der_wrap(&d, CRYPTO_DER_SET, room);
    crypto_der_wrap(&d, CRYPTO_DER_SEQUENCE, room);
    return crypto_der_end(&d, room);
}
