#include "dlms/security_setup.h"

#include "base/need.h"
#include "crypto/secret.h"

#include <string.h>

int dlms_security_setup_curve(const struct dlms_security_setup *setup, enum crypto_curve *curve)
{
    *curve = setup->ring.suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
    return setup->ring.suite == DLMS_SUITE_0 ? -1 : 0;
}

int dlms_security_setup_sign(struct dlms_security_setup *setup, struct crypto_ecc *ecc,
                             const uint8_t *private_key)
{
    enum crypto_curve curve;
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    struct dlms_security_signing *signing = &setup->signing;
    crypto_wipe(signing, sizeof *signing);
    ecc->random = setup->random;
    if (dlms_security_setup_curve(setup, &curve) != 0 ||
        crypto_ecc_public(ecc, curve, private_key, public_key) != 0) {
        return -1;
    }
    signing->ecc = ecc;
    signing->has_own = true;
    memcpy(signing->own, private_key, crypto_curve_size(curve));
    return 0;
}

int dlms_security_setup_know(struct dlms_security_setup *setup, uint8_t client,
                             const uint8_t *public_key)
{
    enum crypto_curve curve;
    struct dlms_security_signing *signing = &setup->signing;
    need(client < DLMS_SETUP_CLIENTS && signing->has_own);
    signing->peers[client].known = false;
    if (dlms_security_setup_curve(setup, &curve) != 0 ||
        !crypto_ecc_is_public(signing->ecc, curve, public_key)) {
        return -1;
    }
    signing->peers[client].known = true;
    memcpy(signing->peers[client].octets, public_key, 2 * crypto_curve_size(curve));
    return 0;
}

bool dlms_security_setup_signs(const struct dlms_security_setup *setup, uint8_t client)
{
    return setup->signing.has_own && setup->signing.peers[client].known;
}
