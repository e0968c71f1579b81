#include "crypto/certificate.h"

#include "base/civil.h"
#include "crypto/certificate_form.h"

#include <string.h>

enum { VERSION_3 = 2, NOT_UTC = 2050, NEVER = 9999 };

/* ---- validity ---- */

/* The next `count` digits as a number. */
static unsigned take_digits(struct reader *r, int count)
{
    unsigned number = 0;
    for (int i = 0; i < count; i++) {
        uint8_t digit = reader_u8(r);
        if (digit < '0' || digit > '9') {
            reader_fail(r);
        }
        number = number * 10 + (unsigned)(digit - '0');
    }
    return number;
}

/* The fields behind the year, seconds included, and Z; a date that the calendar does not have comes
 * back as another one. */
static int64_t take_instant(struct reader *t, unsigned year)
{
    struct civil time = {.year = (int32_t)year};
    time.month = (uint8_t)take_digits(t, 2);
    time.day = (uint8_t)take_digits(t, 2);
    time.hour = (uint8_t)take_digits(t, 2);
    time.minute = (uint8_t)take_digits(t, 2);
    time.second = (uint8_t)take_digits(t, 2);
    if (reader_u8(t) != 'Z' || time.month < 1 || time.month > 12 || time.day < 1) {
        reader_fail(t);
        return 0;
    }
    int64_t seconds = civil_to_seconds(&time);
    struct civil back = civil_from_seconds(seconds);
    if (back.month != time.month || back.hour != time.hour || back.minute != time.minute ||
        back.second != time.second) {
        reader_fail(t);
    }
    return seconds;
}

/* UTCTime until 2049, GeneralizedTime from 2050 on. */
static int64_t take_time(struct reader *r)
{
    bool general = crypto_der_next_is(r, CRYPTO_DER_GENERALIZED_TIME);
    struct reader t =
        crypto_der_take(r, general ? CRYPTO_DER_GENERALIZED_TIME : CRYPTO_DER_UTC_TIME);
    unsigned year = take_digits(&t, general ? 4 : 2);
    year += general ? 0U : (year < 50 ? 2000U : 1900U);
    if (general && year < NOT_UTC) {
        reader_fail(r);
    }
    int64_t seconds = take_instant(&t, year);
    crypto_der_leave(r, &t);
    return year == NEVER ? INT64_MAX : seconds;
}

static void take_validity(struct reader *r, struct crypto_certificate *certificate)
{
    struct reader inside = crypto_der_take(r, CRYPTO_DER_SEQUENCE);
    certificate->since_s = take_time(&inside);
    certificate->until_s = take_time(&inside);
    crypto_der_leave(r, &inside);
    if (certificate->since_s > certificate->until_s) {
        reader_fail(r);
    }
}

/* ---- extensions ---- */

static void take_constraints(struct reader *r, struct crypto_certificate *certificate)
{
    struct reader inside = crypto_der_take(r, CRYPTO_DER_SEQUENCE);
    certificate->depth = UINT8_MAX;
    if (crypto_der_next_is(&inside, CRYPTO_DER_BOOLEAN)) {
        static const uint8_t yes = 0xFF;
        certificate->authority =
            crypto_part_is(crypto_der_part(&inside, CRYPTO_DER_BOOLEAN), &yes, 1);
        if (!certificate->authority) {
            reader_fail(r); /* FALSE is the default, which is left out */
        }
    }
    if (crypto_der_next_is(&inside, CRYPTO_DER_INTEGER)) {
        crypto_der_take_number(&inside, &certificate->depth, 1);
    }
    crypto_der_leave(r, &inside);
}

/* The first field of three that may be there. */
static struct crypto_part take_issuer_key_id(struct reader *r)
{
    struct reader inside = crypto_der_take(r, CRYPTO_DER_SEQUENCE);
    return crypto_der_next_is(&inside, CRYPTO_DER_KEY_ID)
               ? crypto_der_part(&inside, CRYPTO_DER_KEY_ID)
               : (struct crypto_part){NULL, 0};
}

enum extension {
    EXTENSION_SUBJECT_KEY_ID = 1 << 0,
    EXTENSION_USAGE = 1 << 1,
    EXTENSION_ALTERNATIVE = 1 << 2,
    EXTENSION_CONSTRAINTS = 1 << 3,
    EXTENSION_ISSUER_KEY_ID = 1 << 4,
};

static unsigned extension_of(struct crypto_part oid)
{
    const struct crypto_part known[] = {crypto_oid_subject_key_id, crypto_oid_key_usage,
                                        crypto_oid_alternative, crypto_oid_constraints,
                                        crypto_oid_issuer_key_id};
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (crypto_part_same(oid, known[i])) {
            return 1U << i;
        }
    }
    return 0;
}

static void take_known(struct reader *r, unsigned extension, struct crypto_certificate *certificate)
{
    switch (extension) {
    case EXTENSION_SUBJECT_KEY_ID:
        certificate->key_id = crypto_der_part(r, CRYPTO_DER_OCTET_STRING);
        break;
    case EXTENSION_USAGE:
        certificate->usage = crypto_form_take_usage(r);
        break;
    case EXTENSION_ALTERNATIVE:
        certificate->alternative = crypto_der_whole(r, CRYPTO_DER_SEQUENCE);
        break;
    case EXTENSION_CONSTRAINTS:
        take_constraints(r, certificate);
        break;
    default:
        certificate->issuer_key_id = take_issuer_key_id(r);
        break;
    }
}

/* One that is critical and not known must not be passed over; none comes twice. */
static unsigned take_extension(struct reader *r, struct crypto_certificate *certificate)
{
    static const uint8_t yes = 0xFF;
    struct reader inside = crypto_der_take(r, CRYPTO_DER_SEQUENCE);
    unsigned extension = extension_of(crypto_der_part(&inside, CRYPTO_DER_OID));
    bool critical = crypto_der_next_is(&inside, CRYPTO_DER_BOOLEAN);
    if (critical && !crypto_part_is(crypto_der_part(&inside, CRYPTO_DER_BOOLEAN), &yes, 1)) {
        reader_fail(r);
    }
    struct reader value = crypto_der_take(&inside, CRYPTO_DER_OCTET_STRING);
    crypto_der_leave(r, &inside);
    if (extension != 0) {
        take_known(&value, extension, certificate);
        crypto_der_leave(r, &value);
    } else if (critical) {
        reader_fail(r);
    }
    return extension;
}

static void take_extensions(struct reader *r, struct crypto_certificate *certificate)
{
    struct reader outside = crypto_der_take(r, CRYPTO_DER_CONTEXT + 3);
    struct reader list = crypto_der_take(&outside, CRYPTO_DER_SEQUENCE);
    unsigned seen = 0;
    while (reader_left(&list) > 0 && !list.fault) {
        unsigned extension = take_extension(&list, certificate);
        if ((seen & extension) != 0) {
            reader_fail(r);
        }
        seen |= extension;
    }
    crypto_der_leave(&outside, &list);
    crypto_der_leave(r, &outside);
    if ((seen & EXTENSION_USAGE) == 0) {
        reader_fail(r);
    }
}

/* ---- the whole ---- */

static void take_version(struct reader *r)
{
    uint8_t version = 0;
    struct reader inside = crypto_der_take(r, CRYPTO_DER_CONTEXT);
    crypto_der_take_number(&inside, &version, 1);
    crypto_der_leave(r, &inside);
    if (version != VERSION_3) {
        reader_fail(r);
    }
}

static struct crypto_part take_serial(struct reader *r)
{
    struct crypto_part serial = crypto_der_part(r, CRYPTO_DER_INTEGER);
    if (serial.size == 0 || serial.size > CRYPTO_SERIAL_MAX || (serial.octets[0] & 0x80) != 0) {
        reader_fail(r);
    }
    return serial;
}

static enum crypto_curve take_body(struct reader *r, struct crypto_certificate *certificate)
{
    struct crypto_part ignored;
    take_version(r);
    certificate->serial = take_serial(r);
    enum crypto_curve signed_by = crypto_form_take_algorithm(r);
    certificate->issuer = crypto_form_take_name(r, &ignored);
    take_validity(r, certificate);
    certificate->subject = crypto_form_take_name(r, &certificate->common_name);
    certificate->public_key = crypto_form_take_key(r, &certificate->curve);
    take_extensions(r, certificate);
    return signed_by;
}

int crypto_certificate_take(struct crypto_certificate *certificate, const uint8_t *der, size_t size)
{
    memset(certificate, 0, sizeof *certificate);
    struct reader r = reader_over(der, size);
    struct reader whole = crypto_der_take(&r, CRYPTO_DER_SEQUENCE);
    struct reader again = whole;
    certificate->body = crypto_der_whole(&whole, CRYPTO_DER_SEQUENCE);
    struct reader body = crypto_der_take(&again, CRYPTO_DER_SEQUENCE);
    enum crypto_curve inside = take_body(&body, certificate);
    crypto_der_leave(&whole, &body);
    certificate->signed_by = crypto_form_take_algorithm(&whole);
    crypto_form_take_signature(&whole, certificate->signed_by, certificate->signature);
    bool good = reader_done(&whole) && reader_done(&r) && size <= CRYPTO_CERTIFICATE_MAX &&
                inside == certificate->signed_by;
    return good ? 0 : -1;
}

int crypto_certificate_verify(struct crypto_ecc *ecc, const struct crypto_certificate *certificate,
                              enum crypto_curve curve, const uint8_t *public_key)
{
    uint8_t digest[CRYPTO_HASH_MAX];
    if (certificate->signed_by != curve) {
        return -1;
    }
    crypto_form_digest(curve, certificate->body, digest);
    return crypto_ecdsa_verify(ecc, curve, public_key, digest, certificate->signature);
}
