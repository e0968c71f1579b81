/* Keys that two sides agree on, by Diffie-Hellman on the suite's curve: for one APDU (general-
 * ciphering with an agreed key), or for a key of the security setup (key_agreement of class 64).
 * Sources: Green Book 9.2.3.4.6 (schemes C(2e,0s), C(1e,1s), C(0e,2s)), NIST SP 800-56A. */
#ifndef WATTHOUR_DLMS_SECURITY_AGREED_H
#define WATTHOUR_DLMS_SECURITY_AGREED_H

#include "dlms/security_keys.h"
#include "dlms/security_signature.h"

/* The key for an APDU with an agreed key, as its originator says. 0, or enum dlms_security_error:
 * KEY (no such scheme, a key that is missing or none), TAG (the ephemeral key is not signed by the
 * originator). `by->title` is the originator's, `recipient` ours. */
int dlms_agreed_take(const struct dlms_signing *signing, const struct dlms_protection *by,
                     const uint8_t *recipient, struct dlms_key *key);

/* The same as originator, `by->title` being ours: makes what by->general.key_data then points to,
 * in `data`. 0, or -1. */
int dlms_agreed_make(const struct dlms_signing *signing, struct dlms_protection *by,
                     const uint8_t *recipient, uint8_t data[DLMS_AGREED_MAX], struct dlms_key *key);

/* key_agreement: what one side sends, an ephemeral public key with its signature over key id and
 * key. */
size_t dlms_exchange_size(enum crypto_curve curve);

/* Makes ours, 0, or -1; `ephemeral` is the private key to keep until the other's has come. */
int dlms_exchange_make(const struct dlms_signing *signing, uint8_t key_id,
                       uint8_t ephemeral[CRYPTO_CURVE_MAX], uint8_t data[DLMS_AGREED_MAX]);

/* Takes the other's, who has `title`, and derives the key of the suite's size, the client's title
 * being `client` and the server's `server`. 0, or enum dlms_security_error. */
int dlms_exchange_take(const struct dlms_signing *signing, uint8_t key_id, struct dlms_octets data,
                       const uint8_t *title, const uint8_t *ephemeral, const uint8_t *client,
                       const uint8_t *server, uint8_t key[DLMS_KEY_MAX]);

#endif
