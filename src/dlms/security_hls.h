/* High level security: each side proves that it knows a secret by what it makes of the other's
 * challenge (Green Book 9.2.2.2.3, 9.2.7.4). Mechanisms 3 MD5, 4 SHA-1, 5 GMAC, 6 SHA-256 and, for
 * suites 1 and 2, 7 ECDSA.
 *
 * The client proves itself first, by reply_to_HLS_authentication; the server answers with its own
 * proof only to a client that did. */
#ifndef WATTHOUR_DLMS_SECURITY_HLS_H
#define WATTHOUR_DLMS_SECURITY_HLS_H

#include "crypto/ecc.h"
#include "crypto/random.h"
#include "dlms/security_context.h"

enum {
    DLMS_CHALLENGE_LEAST = 8,
    DLMS_CHALLENGE_MOST = 64,
    DLMS_CHALLENGE_SIGNED = 32, /* octets of a challenge for ECDSA, at least */
};

/* Whether a mechanism is one of high level security. */
bool dlms_mechanism_is_high(enum dlms_mechanism mechanism);

/* Makes a challenge of so many octets that is not `other`, the other side's (octets NULL: none
 * yet). 0, or -1: the port has no entropy, and nobody can be authenticated. */
int dlms_challenge_make(struct crypto_random *random, struct dlms_octets other, uint8_t *challenge,
                        size_t size);

/* Whether a challenge received is one that is answered: of a right size, and not our own. */
bool dlms_challenge_fits(struct dlms_octets received, struct dlms_octets own);

enum dlms_side { DLMS_CLIENT, DLMS_SERVER };

struct dlms_hls {
    enum dlms_mechanism mechanism;
    struct dlms_octets secret;      /* MD5, SHA-1, SHA-256: at least one octet */
    struct dlms_octets challenge_c; /* CtoS, the client's */
    struct dlms_octets challenge_s; /* StoC, the server's */
    const uint8_t *title_c;         /* SHA-256, ECDSA: system titles; NULL: not known */
    const uint8_t *title_s;
    const struct dlms_signing *signing; /* ECDSA; NULL: none */
};

enum { DLMS_PROOF_MAX = CRYPTO_SIGNATURE_MAX };

/* Our proof, as `side`: its size; 0: there is no secret, title, key, or counter. `context` is
 * needed for GMAC alone: that is made with the unicast key and its own title, and uses a counter
 * up. */
size_t dlms_hls_prove(const struct dlms_hls *hls, enum dlms_side side,
                      const struct dlms_security_context *context, uint8_t proof[DLMS_PROOF_MAX]);

/* The proof of the other side, `side`. 0, or enum dlms_security_error: TAG (wrong), KEY (nothing to
 * check it by), and of GMAC: MALFORMED, STORE. Fresh is what answers a challenge that is used but
 * once: that is the caller's to see to. */
int dlms_hls_check(const struct dlms_hls *hls, enum dlms_side side,
                   const struct dlms_security_context *context, struct dlms_octets proof);

#endif
