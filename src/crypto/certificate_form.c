#include "crypto/certificate_form.h"

#include "base/need.h"

#include <string.h>

enum { UNCOMPRESSED = 4, USAGE_BITS = 8, FORM_CURVES = 2 };

#define OID(name, ...)                                                                             \
    static const uint8_t name##_octets[] = {__VA_ARGS__};                                          \
    const struct crypto_part name = {name##_octets, sizeof name##_octets}

OID(crypto_oid_common_name, 0x55, 4, 3);
OID(crypto_oid_subject_key_id, 0x55, 29, 14);
OID(crypto_oid_key_usage, 0x55, 29, 15);
OID(crypto_oid_alternative, 0x55, 29, 17);
OID(crypto_oid_constraints, 0x55, 29, 19);
OID(crypto_oid_issuer_key_id, 0x55, 29, 35);
OID(crypto_oid_extensions, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 14);

static const uint8_t public_key_octets[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1};
static const struct crypto_part oid_public_key = {public_key_octets, sizeof public_key_octets};

static const uint8_t p256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7};
static const uint8_t p384[] = {0x2B, 0x81, 4, 0, 0x22};
static const struct crypto_part curves[FORM_CURVES] = {
    [CRYPTO_P256] = {p256, sizeof p256},
    [CRYPTO_P384] = {p384, sizeof p384},
};

static const uint8_t with_sha256[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2};
static const uint8_t with_sha384[] = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 3};
static const struct crypto_part algorithms[FORM_CURVES] = {
    [CRYPTO_P256] = {with_sha256, sizeof with_sha256},
    [CRYPTO_P384] = {with_sha384, sizeof with_sha384},
};

static enum crypto_curve take_one_of(struct reader *r, const struct crypto_part oids[FORM_CURVES])
{
    struct crypto_part oid = crypto_der_part(r, CRYPTO_DER_OID);
    if (crypto_part_same(oid, oids[CRYPTO_P384])) {
        return CRYPTO_P384;
    }
    if (!crypto_part_same(oid, oids[CRYPTO_P256])) {
        reader_fail(r);
    }
    return CRYPTO_P256;
}

/* One attribute of one value; a set of several is not in the profile. */
static void take_attribute(struct reader *r, struct crypto_part *common_name)
{
    struct reader set = crypto_der_take(r, CRYPTO_DER_SET);
    struct reader attribute = crypto_der_take(&set, CRYPTO_DER_SEQUENCE);
    struct crypto_part type = crypto_der_part(&attribute, CRYPTO_DER_OID);
    unsigned tag = reader_peek(&attribute);
    struct crypto_part value = crypto_der_part(&attribute, tag);
    bool text = tag == CRYPTO_DER_UTF8 || tag == CRYPTO_DER_PRINTABLE;
    crypto_der_leave(&set, &attribute);
    crypto_der_leave(r, &set);
    if (crypto_part_same(type, crypto_oid_common_name) && text) {
        *common_name = value;
    }
}

struct crypto_part crypto_form_take_name(struct reader *r, struct crypto_part *common_name)
{
    struct crypto_part whole = crypto_der_whole(r, CRYPTO_DER_SEQUENCE);
    struct reader again = reader_over(whole.octets, whole.size);
    struct reader inside = crypto_der_take(&again, CRYPTO_DER_SEQUENCE);
    *common_name = (struct crypto_part){NULL, 0};
    while (reader_left(&inside) > 0 && !inside.fault) {
        take_attribute(&inside, common_name);
    }
    crypto_der_leave(r, &inside);
    if (whole.size > CRYPTO_NAME_MAX) {
        reader_fail(r);
    }
    return whole;
}

const uint8_t *crypto_form_take_key(struct reader *r, enum crypto_curve *curve)
{
    struct reader info = crypto_der_take(r, CRYPTO_DER_SEQUENCE);
    struct reader algorithm = crypto_der_take(&info, CRYPTO_DER_SEQUENCE);
    if (!crypto_part_same(crypto_der_part(&algorithm, CRYPTO_DER_OID), oid_public_key)) {
        reader_fail(r);
    }
    *curve = take_one_of(&algorithm, curves);
    crypto_der_leave(&info, &algorithm);
    struct crypto_part point = crypto_der_take_bits(&info);
    crypto_der_leave(r, &info);
    if (r->fault || point.size != 1 + 2 * crypto_curve_size(*curve) ||
        point.octets[0] != UNCOMPRESSED) {
        reader_fail(r);
        return NULL;
    }
    return point.octets + 1;
}

/* A BIT STRING without trailing zeros; the ninth bit, decipherOnly, is nobody's here. */
uint8_t crypto_form_take_usage(struct reader *r)
{
    struct crypto_part bits = crypto_der_part(r, CRYPTO_DER_BIT_STRING);
    if (r->fault || bits.size != 2 || bits.octets[0] >= USAGE_BITS ||
        (bits.octets[1] & ((2U << bits.octets[0]) - 1)) != 1U << bits.octets[0]) {
        reader_fail(r);
        return 0;
    }
    return bits.octets[1];
}

enum crypto_curve crypto_form_take_algorithm(struct reader *r)
{
    struct reader inside = crypto_der_take(r, CRYPTO_DER_SEQUENCE);
    enum crypto_curve curve = take_one_of(&inside, algorithms);
    crypto_der_leave(r, &inside);
    return curve;
}

void crypto_form_take_signature(struct reader *r, enum crypto_curve curve,
                                uint8_t signature[CRYPTO_SIGNATURE_MAX])
{
    size_t size = crypto_curve_size(curve);
    struct crypto_part bits = crypto_der_take_bits(r);
    struct reader inside = reader_over(bits.octets, bits.size);
    struct reader numbers = crypto_der_take(&inside, CRYPTO_DER_SEQUENCE);
    crypto_der_take_number(&numbers, signature, size);
    crypto_der_take_number(&numbers, signature + size, size);
    crypto_der_leave(&inside, &numbers);
    crypto_der_leave(r, &inside);
}

void crypto_form_digest(enum crypto_curve curve, struct crypto_part body,
                        uint8_t digest[CRYPTO_HASH_MAX])
{
    struct crypto_hash hash;
    crypto_hash_begin(&hash, crypto_curve_hash(curve));
    crypto_hash_add(&hash, body.octets, body.size);
    crypto_hash_end(&hash, digest);
}

void crypto_form_put_oid(struct crypto_der *der, struct crypto_part oid)
{
    crypto_der_put_element(der, CRYPTO_DER_OID, oid.octets, oid.size);
}

void crypto_form_put_key(struct crypto_der *der, enum crypto_curve curve, const uint8_t *public_key)
{
    static const uint8_t form = UNCOMPRESSED;
    size_t end = der->at;
    crypto_der_put(der, public_key, 2 * crypto_curve_size(curve));
    crypto_der_put(der, &form, 1);
    crypto_der_wrap_bits(der, end);
    size_t algorithm = der->at;
    crypto_form_put_oid(der, curves[curve]);
    crypto_form_put_oid(der, oid_public_key);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, algorithm);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
}

void crypto_form_wrap_extension(struct crypto_der *der, struct crypto_part oid, bool critical,
                                size_t end)
{
    static const uint8_t yes = 0xFF;
    crypto_der_wrap(der, CRYPTO_DER_OCTET_STRING, end);
    if (critical) {
        crypto_der_put_element(der, CRYPTO_DER_BOOLEAN, &yes, 1);
    }
    crypto_form_put_oid(der, oid);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
}

void crypto_form_put_usage(struct crypto_der *der, uint8_t usage)
{
    need(usage != 0);
    size_t end = der->at;
    uint8_t unused = 0;
    while ((usage & 1U << unused) == 0) {
        unused++;
    }
    const uint8_t bits[] = {unused, usage};
    crypto_der_put_element(der, CRYPTO_DER_BIT_STRING, bits, sizeof bits);
    crypto_form_wrap_extension(der, crypto_oid_key_usage, true, end);
}

void crypto_form_put_algorithm(struct crypto_der *der, enum crypto_curve curve)
{
    size_t end = der->at;
    crypto_form_put_oid(der, algorithms[curve]);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
}

static void put_signature(struct crypto_der *der, enum crypto_curve curve, const uint8_t *signature)
{
    size_t size = crypto_curve_size(curve);
    size_t end = der->at;
    crypto_der_put_number(der, signature + size, size);
    crypto_der_put_number(der, signature, size);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, end);
    crypto_der_wrap_bits(der, end);
}

/* The signature stands behind the body, which is at the end of the room: it is made apart, and the
 * body moved before it. */
int crypto_form_sign(struct crypto_ecc *ecc, enum crypto_curve curve, const uint8_t *private_key,
                     struct crypto_der *der, size_t room)
{
    uint8_t digest[CRYPTO_HASH_MAX];
    uint8_t signature[CRYPTO_SIGNATURE_MAX];
    uint8_t tail[64 + CRYPTO_SIGNATURE_MAX];
    struct crypto_part body = {der->octets + der->at, room - der->at};
    if (der->overflow) {
        return -1;
    }
    crypto_form_digest(curve, body, digest);
    if (crypto_ecdsa_sign(ecc, curve, private_key, digest, signature) != 0) {
        return -1;
    }
    struct crypto_der behind = crypto_der_begin(tail, sizeof tail);
    put_signature(&behind, curve, signature);
    crypto_form_put_algorithm(&behind, curve);
    size_t size = crypto_der_end(&behind, sizeof tail);
    if (size == 0 || size > der->at) {
        return -1;
    }
    der->at -= size;
    memmove(der->octets + der->at, body.octets, body.size);
    memcpy(der->octets + room - size, tail, size);
    crypto_der_wrap(der, CRYPTO_DER_SEQUENCE, room);
    return der->overflow ? -1 : 0;
}
