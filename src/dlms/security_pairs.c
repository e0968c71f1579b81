/* Key pairs that the meter makes for itself. */
#include "dlms/security_certificates.h"

#include "cosem/data.h"
#include "crypto/secret.h"
#include "dlms/security_change.h"

#include <string.h>

/* Of a request by suite 2, with its signature, two thirds. */
enum { REQUEST_MAX = 512 };

static int begin(struct dlms_security_setup *setup, enum crypto_curve *curve)
{
    if (setup->signing.ecc == NULL || dlms_security_setup_curve(setup, curve) != 0) {
        return -1;
    }
    setup->signing.ecc->random = setup->random;
    return 0;
}

enum dlms_change dlms_certificate_generate(struct dlms_security_setup *setup, enum dlms_key_use use)
{
    enum crypto_curve curve;
    struct dlms_key_pair pair = {.there = true};
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    if (begin(setup, &curve) != 0) {
        return DLMS_CHANGE_REFUSED;
    }
    if (crypto_ecc_make(setup->signing.ecc, curve, pair.private_key, public_key) != 0) {
        return DLMS_CHANGE_LATER;
    }
    memcpy(pair.public_id, public_key, sizeof pair.public_id);
    enum dlms_change change = dlms_security_make_pair(setup, use, &pair);
    crypto_wipe(&pair, sizeof pair);
    return change;
}

/* The subject is our system title. */
static size_t put_subject(const uint8_t title[DLMS_TITLE_SIZE], uint8_t name[CRYPTO_NAME_MAX])
{
    static const char digits[] = "0123456789ABCDEF";
    char text[2 * DLMS_TITLE_SIZE];
    for (size_t i = 0; i < DLMS_TITLE_SIZE; i++) {
        text[2 * i] = digits[title[i] >> 4];
        text[2 * i + 1] = digits[title[i] & 0xF];
    }
    return crypto_name_make(text, sizeof text, name, CRYPTO_NAME_MAX);
}

enum dlms_change dlms_certificate_request(struct dlms_security_setup *setup, enum dlms_key_use use,
                                          struct writer *returned)
{
    struct dlms_security_signing *signing = &setup->signing;
    const struct dlms_key_pair *pair =
        signing->made[use].there ? &signing->made[use] : &signing->own[use];
    uint8_t name[CRYPTO_NAME_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t der[REQUEST_MAX];
    struct crypto_request request = {.subject = {.octets = name}, .public_key = public_key};
    if (begin(setup, &request.curve) != 0 || !pair->there ||
        crypto_ecc_public(signing->ecc, request.curve, pair->private_key, public_key) != 0) {
        return DLMS_CHANGE_REFUSED;
    }
    request.subject.size = put_subject(setup->title, name);
    request.usage = use == DLMS_USE_SIGNATURE ? CRYPTO_USE_SIGNATURE : CRYPTO_USE_AGREEMENT;
    size_t size = crypto_request_make(signing->ecc, &request, pair->private_key, der, sizeof der);
    cosem_put_octet_string(returned, der, size);
    return size > 0 ? DLMS_CHANGED : DLMS_CHANGE_REFUSED;
}
