#include "crypto/certificate.h"
#include "crypto/certificate_form.h"

#include <string.h>

/* One of the extensions asked for; all but keyUsage are the authority's to decide. */
static void take_extension(struct reader *r, struct crypto_request *request)
{
    struct reader inside = crypto_der_take(r, CRYPTO_DER_SEQUENCE);
    struct crypto_part oid = crypto_der_part(&inside, CRYPTO_DER_OID);
    if (crypto_der_next_is(&inside, CRYPTO_DER_BOOLEAN)) {
        (void)crypto_der_part(&inside, CRYPTO_DER_BOOLEAN);
    }
    struct reader value = crypto_der_take(&inside, CRYPTO_DER_OCTET_STRING);
    crypto_der_leave(r, &inside);
    if (crypto_part_same(oid, crypto_oid_key_usage)) {
        request->usage = crypto_form_take_usage(&value);
        crypto_der_leave(r, &value);
    }
}

static void take_attribute(struct reader *r, struct crypto_request *request)
{
    struct reader attribute = crypto_der_take(r, CRYPTO_DER_SEQUENCE);
    struct crypto_part type = crypto_der_part(&attribute, CRYPTO_DER_OID);
    struct reader values = crypto_der_take(&attribute, CRYPTO_DER_SET);
    crypto_der_leave(r, &attribute);
    if (!crypto_part_same(type, crypto_oid_extensions)) {
        return;
    }
    struct reader list = crypto_der_take(&values, CRYPTO_DER_SEQUENCE);
    while (reader_left(&list) > 0 && !list.fault) {
        take_extension(&list, request);
    }
    crypto_der_leave(&values, &list);
    crypto_der_leave(r, &values);
}

static void take_info(struct reader *r, struct crypto_request *request)
{
    uint8_t version = 1;
    crypto_der_take_number(r, &version, 1);
    if (version != 0) {
        reader_fail(r);
    }
    request->subject = crypto_form_take_name(r, &request->common_name);
    request->public_key = crypto_form_take_key(r, &request->curve);
    struct reader attributes = crypto_der_take(r, CRYPTO_DER_CONTEXT);
    while (reader_left(&attributes) > 0 && !attributes.fault) {
        take_attribute(&attributes, request);
    }
    crypto_der_leave(r, &attributes);
}

int crypto_request_take(struct crypto_request *request, struct crypto_ecc *ecc, const uint8_t *der,
                        size_t size)
{
    uint8_t digest[CRYPTO_HASH_MAX];
    uint8_t signature[CRYPTO_SIGNATURE_MAX];
    memset(request, 0, sizeof *request);
    struct reader r = reader_over(der, size);
    struct reader whole = crypto_der_take(&r, CRYPTO_DER_SEQUENCE);
    struct reader again = whole;
    struct crypto_part body = crypto_der_whole(&whole, CRYPTO_DER_SEQUENCE);
    struct reader info = crypto_der_take(&again, CRYPTO_DER_SEQUENCE);
    take_info(&info, request);
    crypto_der_leave(&whole, &info);
    enum crypto_curve signed_by = crypto_form_take_algorithm(&whole);
    crypto_form_take_signature(&whole, signed_by, signature);
    if (!reader_done(&whole) || !reader_done(&r) || signed_by != request->curve) {
        return -1;
    }
    crypto_form_digest(signed_by, body, digest);
    return crypto_ecdsa_verify(ecc, signed_by, request->public_key, digest, signature);
}

static void put_attributes(struct crypto_der *der, uint8_t usage)
{
    size_t end = der->at;
    if (usage != 0) {
        crypto_form_put_usage(der, usage);
        crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
        crypto_der_wrap(der, CRYPTO_DER_SET, end);
        crypto_form_put_oid(der, crypto_oid_extensions);
        crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
    }
    crypto_der_wrap(der, CRYPTO_DER_CONTEXT, end);
}

size_t crypto_request_make(struct crypto_ecc *ecc, const struct crypto_request *request,
                           const uint8_t *private_key, uint8_t *der, size_t room)
{
    static const uint8_t version;
    struct crypto_der d = crypto_der_begin(der, room);
    put_attributes(&d, request->usage);
    crypto_form_put_key(&d, request->curve, request->public_key);
    crypto_der_put(&d, request->subject.octets, request->subject.size);
    crypto_der_put_number(&d, &version, 1);
    crypto_der_wrap(&d, CRYPTO_DER_SEQUENCE, room);
    if (crypto_form_sign(ecc, request->curve, private_key, &d, room) != 0) {
        return 0;
    }
    return crypto_der_end(&d, room);
}
