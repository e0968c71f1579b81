#include "dlms/security_hls.h"

#include "base/need.h"
#include "base/writer.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "dlms/security_form.h"

#include <string.h>

/* A GMAC proof: control octet, counter, tag. */
enum { GMAC_HEAD = 5, GMAC_SIZE = GMAC_HEAD + DLMS_TAG_SIZE };

static bool is_same(struct dlms_octets a, struct dlms_octets b)
{
    return a.size == b.size && a.octets != NULL && b.octets != NULL &&
           memcmp(a.octets, b.octets, a.size) == 0;
}

bool dlms_mechanism_is_high(enum dlms_mechanism mechanism)
{
    return mechanism >= DLMS_MECHANISM_MD5 && mechanism <= DLMS_MECHANISM_ECDSA;
}

int dlms_challenge_make(struct crypto_random *random, struct dlms_octets other, uint8_t *challenge,
                        size_t size)
{
    need(size >= DLMS_CHALLENGE_LEAST && size <= DLMS_CHALLENGE_MOST);
    const struct dlms_octets made = {.octets = challenge, .size = size};
    do {
        if (crypto_random_octets(random, challenge, size) != 0) {
            return -1;
        }
    } while (is_same(made, other));
    return 0;
}

bool dlms_challenge_fits(struct dlms_octets received, struct dlms_octets own)
{
    return received.octets != NULL && received.size >= DLMS_CHALLENGE_LEAST &&
           received.size <= DLMS_CHALLENGE_MOST && !is_same(received, own);
}

/* The two sides as one of them sees them: the challenge that it answers is the other's. */
struct view {
    struct dlms_octets answered;
    struct dlms_octets own_challenge;
    const uint8_t *own_title;
    const uint8_t *other_title;
};

static struct view view_of(const struct dlms_hls *hls, enum dlms_side side)
{
    if (side == DLMS_CLIENT) {
        return (struct view){hls->challenge_s, hls->challenge_c, hls->title_c, hls->title_s};
    }
    return (struct view){hls->challenge_c, hls->challenge_s, hls->title_s, hls->title_c};
}

static void add(struct crypto_hash *hash, struct dlms_octets octets)
{
    crypto_hash_add(hash, octets.octets, octets.size);
}

/* MD5 and SHA-1: the challenge, then the secret. */
static size_t hash_simply(const struct dlms_hls *hls, enum dlms_side side,
                          enum crypto_hash_kind kind, uint8_t *proof)
{
    struct crypto_hash hash;
    crypto_hash_begin(&hash, kind);
    add(&hash, view_of(hls, side).answered);
    add(&hash, hls->secret);
    crypto_hash_end(&hash, proof);
    return crypto_hash_size(kind);
}

/* A secret, both titles and both challenges, the prover's title first; 0 without a title. */
static size_t hash_all(const struct dlms_hls *hls, enum dlms_side side, struct dlms_octets secret,
                       enum crypto_hash_kind kind, uint8_t *digest)
{
    struct view view = view_of(hls, side);
    if (view.own_title == NULL || view.other_title == NULL) {
        return 0;
    }
    struct crypto_hash hash;
    crypto_hash_begin(&hash, kind);
    add(&hash, secret);
    crypto_hash_add(&hash, view.own_title, DLMS_TITLE_SIZE);
    crypto_hash_add(&hash, view.other_title, DLMS_TITLE_SIZE);
    add(&hash, view.answered);
    add(&hash, view.own_challenge);
    crypto_hash_end(&hash, digest);
    return crypto_hash_size(kind);
}

/* ECDSA: the same, and no secret. */
static size_t digest_to_sign(const struct dlms_hls *hls, enum dlms_side side, uint8_t *digest)
{
    static const struct dlms_octets none;
    return hash_all(hls, side, none, crypto_curve_hash(hls->signing->curve), digest);
}

static size_t prove_by_ecdsa(const struct dlms_hls *hls, enum dlms_side side, uint8_t *proof)
{
    const struct dlms_signing *signing = hls->signing;
    uint8_t digest[CRYPTO_HASH_MAX];
    if (signing == NULL || signing->own == NULL || digest_to_sign(hls, side, digest) == 0 ||
        crypto_ecdsa_sign(signing->ecc, signing->curve, signing->own, digest, proof) != 0) {
        return 0;
    }
    return 2 * crypto_curve_size(signing->curve);
}

static int check_ecdsa(const struct dlms_hls *hls, enum dlms_side side, struct dlms_octets proof)
{
    const struct dlms_signing *signing = hls->signing;
    uint8_t digest[CRYPTO_HASH_MAX];
    uint8_t room[CRYPTO_PUBLIC_MAX];
    const uint8_t *title = view_of(hls, side).own_title;
    const uint8_t *key =
        signing != NULL ? dlms_signing_peer(signing, DLMS_USE_SIGNATURE, title, room) : NULL;
    if (key == NULL || digest_to_sign(hls, side, digest) == 0) {
        return DLMS_SECURITY_KEY;
    }
    bool right = proof.size == 2 * crypto_curve_size(signing->curve) &&
                 crypto_ecdsa_verify(signing->ecc, signing->curve, key, digest, proof.octets) == 0;
    return right ? 0 : DLMS_SECURITY_TAG;
}

/* A proof by hash; 0 without a secret. */
static size_t prove_by_hash(const struct dlms_hls *hls, enum dlms_side side, uint8_t *proof)
{
    if (hls->secret.size == 0) {
        return 0;
    }
    switch (hls->mechanism) {
    case DLMS_MECHANISM_MD5:
        return hash_simply(hls, side, CRYPTO_MD5, proof);
    case DLMS_MECHANISM_SHA1:
        return hash_simply(hls, side, CRYPTO_SHA1, proof);
    case DLMS_MECHANISM_SHA256:
        return hash_all(hls, side, hls->secret, CRYPTO_SHA256, proof);
    default:
        return 0;
    }
}

/* The challenge is authenticated as an APDU's text is, and nothing is encrypted. */
static void put_gmac(const struct dlms_protection *by, const struct dlms_material *material,
                     struct dlms_octets challenge, uint8_t proof[GMAC_SIZE])
{
    uint8_t aad[DLMS_PREFIX_MAX + DLMS_CHALLENGE_MOST];
    struct crypto_gcm_use use;
    need(dlms_form_use(by, material, aad, &use) == 0);
    memcpy(aad + use.aad_size, challenge.octets, challenge.size);
    use.aad_size += challenge.size;
    struct writer w = writer_over(proof, GMAC_HEAD);
    writer_u8(&w, by->control);
    writer_u32(&w, by->counter);
    crypto_gcm_seal(material->gcm, &use, NULL, 0, NULL, proof + GMAC_HEAD);
}

static struct dlms_protection gmac_protection(const struct dlms_security_context *context)
{
    struct dlms_protection by;
    memset(&by, 0, sizeof by);
    by.form = DLMS_FORM_GLO;
    by.control = (uint8_t)(DLMS_CONTROL_AUTHENTICATED | context->ring->suite);
    return by;
}

static size_t prove_by_gmac(const struct dlms_hls *hls, enum dlms_side side,
                            const struct dlms_security_context *context, uint8_t *proof)
{
    struct view view = view_of(hls, side);
    struct dlms_protection by = gmac_protection(context);
    struct dlms_material material;
    if (dlms_keyring_octets(context->ring, DLMS_KEY_AUTHENTICATION) == NULL ||
        view.answered.size > DLMS_CHALLENGE_MOST ||
        dlms_security_begin(context, &by, &material) != 0) {
        return 0;
    }
    put_gmac(&by, &material, view.answered, proof);
    return GMAC_SIZE;
}

size_t dlms_hls_prove(const struct dlms_hls *hls, enum dlms_side side,
                      const struct dlms_security_context *context, uint8_t proof[DLMS_PROOF_MAX])
{
    switch (hls->mechanism) {
    case DLMS_MECHANISM_GMAC:
        return prove_by_gmac(hls, side, context, proof);
    case DLMS_MECHANISM_ECDSA:
        return prove_by_ecdsa(hls, side, proof);
    default:
        return prove_by_hash(hls, side, proof);
    }
}

/* The proof says by which counter it was made; all else of it is expected. It is fresh by the
 * challenge. Its counter is below that of the ciphered APDU which brings it, and only raises what
 * is accepted next. */
static int check_gmac(const struct dlms_hls *hls, enum dlms_side side,
                      const struct dlms_security_context *context, struct dlms_octets proof)
{
    struct reader r = reader_over(proof.octets, proof.size);
    struct dlms_protection by = gmac_protection(context);
    uint8_t control = reader_u8(&r);
    by.counter = reader_u32(&r);
    by.title = context->peer;
    if (reader_left(&r) != DLMS_TAG_SIZE) {
        return DLMS_SECURITY_MALFORMED;
    }
    struct dlms_material material;
    struct dlms_octets answered = view_of(hls, side).answered;
    if (control != by.control || by.title == NULL || answered.size > DLMS_CHALLENGE_MOST ||
        dlms_keyring_material(context->ring, NULL, NULL, &by, &material) != 0 ||
        material.authentication == NULL) {
        return DLMS_SECURITY_KEY;
    }
    uint8_t expected[GMAC_SIZE];
    put_gmac(&by, &material, answered, expected);
    if (!crypto_equal(proof.octets, expected, GMAC_SIZE)) {
        return DLMS_SECURITY_TAG;
    }
    struct dlms_counter *counter = &context->received[DLMS_COUNTER_OF_UNICAST];
    if (!dlms_counter_accepts(counter, by.counter)) {
        return 0;
    }
    int failed = dlms_counter_accept(counter, context->store, by.counter);
    return failed ? DLMS_SECURITY_STORE : 0;
}

int dlms_hls_check(const struct dlms_hls *hls, enum dlms_side side,
                   const struct dlms_security_context *context, struct dlms_octets proof)
{
    if (hls->mechanism == DLMS_MECHANISM_GMAC) {
        return check_gmac(hls, side, context, proof);
    }
    if (hls->mechanism == DLMS_MECHANISM_ECDSA) {
        return check_ecdsa(hls, side, proof);
    }
    uint8_t expected[DLMS_PROOF_MAX];
    size_t size = prove_by_hash(hls, side, expected);
    if (size == 0) {
        return DLMS_SECURITY_KEY;
    }
    bool right = proof.size == size && crypto_equal(proof.octets, expected, size);
    crypto_wipe(expected, sizeof expected);
    return right ? 0 : DLMS_SECURITY_TAG;
}
