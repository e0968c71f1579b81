#include "dlms/security_certificates.h"
#include "dlms/security_setup.h"

#include "base/need.h"
#include "crypto/secret.h"

#include <string.h>

int dlms_security_setup_curve(const struct dlms_security_setup *setup, enum crypto_curve *curve)
{
    *curve = setup->ring.suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    return setup->ring.suite == DLMS_SUITE_0 ? -1 : 0;
}

void dlms_security_setup_compute(struct dlms_security_setup *setup, struct crypto_ecc *ecc)
{
    crypto_wipe(&setup->signing, sizeof setup->signing);
    setup->signing.ecc = ecc;
    ecc->random = setup->random;
}

int dlms_security_setup_own(struct dlms_security_setup *setup, enum dlms_key_use use,
                            const uint8_t *private_key)
{
    enum crypto_curve curve;
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    struct dlms_key_pair *pair = &setup->signing.own[use];
    crypto_wipe(pair, sizeof *pair);
    if (setup->signing.ecc == NULL || dlms_security_setup_curve(setup, &curve) != 0 ||
        crypto_ecc_public(setup->signing.ecc, curve, private_key, public_key) != 0) {
        return -1;
    }
    pair->there = true;
    memcpy(pair->public_id, public_key, sizeof pair->public_id);
    memcpy(pair->private_key, private_key, crypto_curve_size(curve));
    return 0;
}

static bool is_peer(const struct dlms_security_peer *peer, uint8_t client, enum dlms_key_use use)
{
    return peer->known && peer->client == client && peer->use == use;
}

/* The public key of a client for a use, given as such; NULL: none is. */
static const uint8_t *peer_of(const struct dlms_security_signing *signing, uint8_t client,
                              enum dlms_key_use use)
{
    for (size_t i = 0; i < DLMS_SETUP_PEERS; i++) {
        if (is_peer(&signing->peers[i], client, use)) {
            return signing->peers[i].octets;
        }
    }
    return NULL;
}

/* Where to put it: NULL when others have all places. */
static struct dlms_security_peer *place_for(struct dlms_security_signing *signing, uint8_t client,
                                            enum dlms_key_use use)
{
    struct dlms_security_peer *place = NULL;
    for (size_t i = 0; i < DLMS_SETUP_PEERS; i++) {
        struct dlms_security_peer *peer = &signing->peers[i];
        if (is_peer(peer, client, use)) {
            return peer;
        }
        place = peer->known ? place : peer;
    }
    return place;
}

int dlms_security_setup_know(struct dlms_security_setup *setup, uint8_t client,
                             enum dlms_key_use use, const uint8_t *public_key)
{
    enum crypto_curve curve;
    struct dlms_security_signing *signing = &setup->signing;
    need(client < DLMS_SETUP_CLIENTS && signing->ecc != NULL);
    struct dlms_security_peer *peer = place_for(signing, client, use);
    if (peer == NULL || dlms_security_setup_curve(setup, &curve) != 0 ||
        !crypto_ecc_is_public(signing->ecc, curve, public_key)) {
        return -1;
    }
    *peer = (struct dlms_security_peer){.known = true, .client = client, .use = (uint8_t)use};
    memcpy(peer->octets, public_key, 2 * crypto_curve_size(curve));
    return 0;
}

bool dlms_security_setup_signs(const struct dlms_security_setup *setup, uint8_t client)
{
    const struct dlms_security_signing *signing = &setup->signing;
    return signing->ecc != NULL && signing->own[DLMS_USE_SIGNATURE].there &&
           (signing->certificates != NULL || peer_of(signing, client, DLMS_USE_SIGNATURE) != NULL);
}

static int find(void *owner, enum dlms_key_use use, const uint8_t *title,
                uint8_t public_key[CRYPTO_PUBLIC_MAX])
{
    return dlms_certificate_find_key(owner, use, title, public_key);
}

struct dlms_signing dlms_security_setup_signing(struct dlms_security_setup *setup, uint8_t client)
{
    const struct dlms_security_signing *keys = &setup->signing;
    struct dlms_signing signing = {.ecc = keys->ecc};
    if (keys->ecc == NULL || dlms_security_setup_curve(setup, &signing.curve) != 0) {
        signing.ecc = NULL;
        return signing;
    }
    keys->ecc->random = setup->random; /* others compute with it, too */
    const uint8_t *own[DLMS_KEY_USES];
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        own[use] = keys->own[use].there ? keys->own[use].private_key : NULL;
    }
    signing.own = own[DLMS_USE_SIGNATURE];
    signing.own_agreement = own[DLMS_USE_AGREEMENT];
    signing.peer = peer_of(keys, client, DLMS_USE_SIGNATURE);
    signing.peer_agreement = peer_of(keys, client, DLMS_USE_AGREEMENT);
    signing.find = keys->certificates != NULL ? find : NULL;
    signing.owner = setup;
    return signing;
}

int dlms_security_setup_sign(struct dlms_security_setup *setup, enum crypto_curve curve,
                             const uint8_t *digest, uint8_t *signature)
{
    const struct dlms_signing signing = dlms_security_setup_signing(setup, 0);
    if (signing.ecc == NULL || signing.own == NULL || signing.curve != curve) {
        return -1;
    }
    return crypto_ecdsa_sign(signing.ecc, curve, signing.own, digest, signature);
}
