#include "dlms/security_signature.h"

#include "cosem/data.h"
#include "crypto/hash.h"
#include "dlms/apdu.h"
#include "dlms/security_form.h"

const uint8_t *dlms_signing_peer(const struct dlms_signing *signing, enum dlms_key_use use,
                                 const uint8_t *title, uint8_t room[CRYPTO_PUBLIC_MAX])
{
    const uint8_t *given = use == DLMS_USE_SIGNATURE ? signing->peer : signing->peer_agreement;
    if (signing->find != NULL && title != NULL &&
        signing->find(signing->owner, use, title, room) == 0) {
        return room;
    }
    return given;
}

static struct dlms_signed take_head(struct reader *r)
{
    struct dlms_signed apdu = {.title = NULL};
    if (reader_u8(r) != DLMS_GENERAL_SIGNING) {
        reader_fail(r);
    }
    dlms_form_take_fields(r, &apdu.head);
    apdu.title = dlms_form_title(apdu.head.originator, r);
    apdu.content.size = cosem_take_length(r);
    if (apdu.content.size == 0) {
        reader_fail(r);
    }
    return apdu;
}

struct dlms_signed dlms_signed_take(struct reader *r)
{
    size_t begin = r->at + 1;
    struct dlms_signed apdu = take_head(r);
    apdu.content.octets = reader_octets(r, apdu.content.size);
    apdu.range = (struct dlms_octets){r->data + begin, r->at - begin};
    apdu.signature = dlms_form_take_string(r);
    if (!reader_done(r)) {
        reader_fail(r);
    }
    return apdu;
}

struct dlms_signed dlms_signed_take_head(struct reader *r, size_t size)
{
    struct dlms_signed apdu = take_head(r);
    if (r->fault || apdu.content.size > size - r->at) {
        reader_fail(r);
        return apdu;
    }
    apdu.range.size = r->at - 1 + apdu.content.size;
    apdu.signature.size = size - r->at - apdu.content.size;
    return apdu;
}

static void digest_of(enum crypto_curve curve, struct dlms_octets range,
                      uint8_t digest[CRYPTO_HASH_MAX])
{
    struct crypto_hash hash;
    crypto_hash_begin(&hash, crypto_curve_hash(curve));
    crypto_hash_add(&hash, range.octets, range.size);
    crypto_hash_end(&hash, digest);
}

int dlms_signed_verify(const struct dlms_signing *signing, const uint8_t *title,
                       const uint8_t *digest, struct dlms_octets signature)
{
    uint8_t room[CRYPTO_PUBLIC_MAX];
    const uint8_t *key = dlms_signing_peer(signing, DLMS_USE_SIGNATURE, title, room);
    if (key == NULL) {
        return DLMS_SECURITY_KEY;
    }
    bool right =
        signature.size == 2 * crypto_curve_size(signing->curve) &&
        crypto_ecdsa_verify(signing->ecc, signing->curve, key, digest, signature.octets) == 0;
    return right ? 0 : DLMS_SECURITY_TAG;
}

int dlms_signed_check(const struct dlms_signed *apdu, const struct dlms_signing *signing,
                      const uint8_t *title)
{
    uint8_t digest[CRYPTO_HASH_MAX];
    if (signing == NULL || signing->ecc == NULL) {
        return DLMS_SECURITY_KEY;
    }
    digest_of(signing->curve, apdu->range, digest);
    return dlms_signed_verify(signing, title, digest, apdu->signature);
}

static void put_head(struct writer *w, const struct dlms_general *general, size_t size)
{
    writer_u8(w, DLMS_GENERAL_SIGNING);
    dlms_form_put_fields(w, general);
    cosem_put_length(w, size);
}

size_t dlms_signed_put_head(const struct dlms_general *general, size_t size,
                            uint8_t head[DLMS_SIGNED_HEAD_MAX])
{
    struct writer w = writer_over(head, DLMS_SIGNED_HEAD_MAX);
    put_head(&w, general, size);
    return writer_overflow(&w) ? 0 : writer_kept(&w);
}

size_t dlms_signed_head(const struct dlms_general *general, size_t size)
{
    struct writer w = writer_measure();
    put_head(&w, general, size);
    return w.tape;
}

size_t dlms_signed_tail(const struct dlms_signing *signing)
{
    return 1 + 2 * crypto_curve_size(signing->curve);
}

int dlms_sign(const struct dlms_signing *signing, const struct dlms_general *general,
              uint8_t *content, size_t size)
{
    uint8_t digest[CRYPTO_HASH_MAX];
    size_t head = dlms_signed_head(general, size);
    struct writer w = writer_over(content - head, head);
    if (signing == NULL || signing->ecc == NULL || signing->own == NULL) {
        return -1;
    }
    put_head(&w, general, size);
    digest_of(signing->curve, (struct dlms_octets){content - head + 1, head - 1 + size}, digest);
    w = writer_over(content + size, 1);
    cosem_put_length(&w, 2 * crypto_curve_size(signing->curve));
    return crypto_ecdsa_sign(signing->ecc, signing->curve, signing->own, digest,
                             content + size + 1);
}
