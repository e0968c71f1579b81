#include "dlms/security_agreed.h"

#include "cosem/data.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

#include <string.h>

/* AlgorithmID of the key derivation, its last arc: what the key is for. */
enum { FOR_GCM_128 = 0, FOR_GCM_256 = 1, FOR_WRAP_128 = 2, FOR_WRAP_256 = 3 };

enum { OTHER_MAX = 7 + 2 * DLMS_TITLE_SIZE + 1 + DLMS_GENERAL_MAX, NO_KEY_ID = -1 };

static size_t key_size_of(enum crypto_curve curve)
{
    return curve == CRYPTO_P384 ? 32 : 16;
}

static void put_algorithm(struct writer *w, enum crypto_curve curve, bool wraps)
{
    static const uint8_t family[] = {0x60, 0x85, 0x74, 0x05, 0x08, 0x03};
    bool large = curve == CRYPTO_P384;
    writer_octets(w, family, sizeof family);
    writer_u8(w,
              wraps ? (large ? FOR_WRAP_256 : FOR_WRAP_128) : (large ? FOR_GCM_256 : FOR_GCM_128));
}

/* What a public key is signed with, key agreement's with the key id before it. */
static void digest_of(enum crypto_curve curve, int key_id, const uint8_t *public_key,
                      uint8_t digest[CRYPTO_HASH_MAX])
{
    struct crypto_hash hash;
    const uint8_t id = (uint8_t)key_id;
    crypto_hash_begin(&hash, crypto_curve_hash(curve));
    crypto_hash_add(&hash, &id, key_id == NO_KEY_ID ? 0 : 1);
    crypto_hash_add(&hash, public_key, 2 * crypto_curve_size(curve));
    crypto_hash_end(&hash, digest);
}

/* A new ephemeral pair: the public key, and its signature, in `data`. */
static int make_ephemeral(const struct dlms_signing *signing, int key_id,
                          uint8_t ephemeral[CRYPTO_CURVE_MAX], uint8_t data[DLMS_AGREED_MAX])
{
    uint8_t digest[CRYPTO_HASH_MAX];
    if (signing == NULL || signing->ecc == NULL || signing->own == NULL ||
        crypto_ecc_make(signing->ecc, signing->curve, ephemeral, data) != 0) {
        return -1;
    }
    digest_of(signing->curve, key_id, data, digest);
    return crypto_ecdsa_sign(signing->ecc, signing->curve, signing->own, digest,
                             data + 2 * crypto_curve_size(signing->curve));
}

/* The other's ephemeral key: whether it has signed it. */
static int check_ephemeral(const struct dlms_signing *signing, int key_id, struct dlms_octets data,
                           const uint8_t *title)
{
    uint8_t room[CRYPTO_PUBLIC_MAX];
    uint8_t digest[CRYPTO_HASH_MAX];
    size_t size = 2 * crypto_curve_size(signing->curve);
    const uint8_t *key = dlms_signing_peer(signing, DLMS_USE_SIGNATURE, title, room);
    if (key == NULL || data.size != 2 * size) {
        return DLMS_SECURITY_KEY;
    }
    digest_of(signing->curve, key_id, data.octets, digest);
    return crypto_ecdsa_verify(signing->ecc, signing->curve, key, digest, data.octets + size) == 0
               ? 0
               : DLMS_SECURITY_TAG;
}

size_t dlms_exchange_size(enum crypto_curve curve)
{
    return 4 * crypto_curve_size(curve);
}

int dlms_exchange_make(const struct dlms_signing *signing, uint8_t key_id,
                       uint8_t ephemeral[CRYPTO_CURVE_MAX], uint8_t data[DLMS_AGREED_MAX])
{
    return make_ephemeral(signing, key_id, ephemeral, data);
}

static int agree(const struct dlms_signing *signing, const uint8_t *private_key,
                 const uint8_t *public_key, const struct writer *other, uint8_t key[DLMS_KEY_MAX])
{
    uint8_t agreed[CRYPTO_CURVE_MAX];
    if (private_key == NULL || public_key == NULL ||
        crypto_ecdh(signing->ecc, signing->curve, private_key, public_key, agreed) != 0) {
        return DLMS_SECURITY_KEY;
    }
    crypto_derive(signing->curve, agreed, other->window, writer_kept(other), key,
                  key_size_of(signing->curve));
    crypto_wipe(agreed, sizeof agreed);
    return 0;
}

int dlms_exchange_take(const struct dlms_signing *signing, uint8_t key_id, struct dlms_octets data,
                       const uint8_t *title, const uint8_t *ephemeral, const uint8_t *client,
                       const uint8_t *server, uint8_t key[DLMS_KEY_MAX])
{
    uint8_t other[OTHER_MAX];
    struct writer w = writer_over(other, sizeof other);
    put_algorithm(&w, signing->curve, key_id == DLMS_KEY_MASTER);
    writer_octets(&w, client, DLMS_TITLE_SIZE);
    writer_octets(&w, server, DLMS_TITLE_SIZE);
    int failed = check_ephemeral(signing, key_id, data, title);
    return failed ? failed : agree(signing, ephemeral, data.octets, &w, key);
}

/* The scheme of an APDU; 0: none that we know. */
static unsigned scheme_of(const struct dlms_general *general)
{
    return general->key_parameters.size == 1 ? general->key_parameters.octets[0] : 0;
}

/* PartyUInfo is the originator's title, and PartyVInfo the recipient's; what is static throughout
 * is told apart by the transaction. */
static struct writer put_parties(uint8_t other[OTHER_MAX], enum crypto_curve curve,
                                 const struct dlms_protection *by, const uint8_t *recipient)
{
    struct writer w = writer_over(other, OTHER_MAX);
    put_algorithm(&w, curve, false);
    writer_octets(&w, by->title, DLMS_TITLE_SIZE);
    if (scheme_of(&by->general) == DLMS_AGREEMENT_STATIC) {
        cosem_put_length(&w, by->general.transaction_id.size);
        writer_octets(&w, by->general.transaction_id.octets, by->general.transaction_id.size);
    }
    writer_octets(&w, recipient, DLMS_TITLE_SIZE);
    return w;
}

static int put_key(struct dlms_key *key, enum crypto_curve curve, uint8_t octets[DLMS_KEY_MAX])
{
    int failed = dlms_key_put(key, octets, key_size_of(curve));
    crypto_wipe(octets, DLMS_KEY_MAX);
    return failed;
}

int dlms_agreed_take(const struct dlms_signing *signing, const struct dlms_protection *by,
                     const uint8_t *recipient, struct dlms_key *key)
{
    uint8_t octets[DLMS_KEY_MAX];
    uint8_t other[OTHER_MAX];
    uint8_t room[CRYPTO_PUBLIC_MAX];
    const struct dlms_octets data = by->general.key_data;
    if (signing == NULL || signing->ecc == NULL || by->title == NULL) {
        return DLMS_SECURITY_KEY;
    }
    const uint8_t *public_key = data.octets;
    int failed = DLMS_SECURITY_KEY;
    if (scheme_of(&by->general) == DLMS_AGREEMENT_ONE_PASS) {
        failed = check_ephemeral(signing, NO_KEY_ID, data, by->title);
    } else if (scheme_of(&by->general) == DLMS_AGREEMENT_STATIC && data.size == 0) {
        public_key = dlms_signing_peer(signing, DLMS_USE_AGREEMENT, by->title, room);
        failed = 0;
    }
    const struct writer w = put_parties(other, signing->curve, by, recipient);
    failed = failed ? failed : agree(signing, signing->own_agreement, public_key, &w, octets);
    return failed ? failed : put_key(key, signing->curve, octets);
}

int dlms_agreed_make(const struct dlms_signing *signing, struct dlms_protection *by,
                     const uint8_t *recipient, uint8_t data[DLMS_AGREED_MAX], struct dlms_key *key)
{
    uint8_t octets[DLMS_KEY_MAX];
    uint8_t other[OTHER_MAX];
    uint8_t room[CRYPTO_PUBLIC_MAX];
    uint8_t ephemeral[CRYPTO_CURVE_MAX];
    if (signing == NULL || signing->ecc == NULL || recipient == NULL) {
        return -1;
    }
    const uint8_t *public_key = dlms_signing_peer(signing, DLMS_USE_AGREEMENT, recipient, room);
    const uint8_t *private_key = signing->own_agreement;
    by->general.key_data = (struct dlms_octets){data, 0};
    if (scheme_of(&by->general) == DLMS_AGREEMENT_ONE_PASS) {
        if (make_ephemeral(signing, NO_KEY_ID, ephemeral, data) != 0) {
            return -1;
        }
        private_key = ephemeral;
        by->general.key_data.size = dlms_exchange_size(signing->curve);
    } else if (scheme_of(&by->general) != DLMS_AGREEMENT_STATIC) {
        return -1;
    }
    const struct writer w = put_parties(other, signing->curve, by, recipient);
    int failed = agree(signing, private_key, public_key, &w, octets);
    crypto_wipe(ephemeral, sizeof ephemeral);
    return failed ? -1 : put_key(key, signing->curve, octets);
}
