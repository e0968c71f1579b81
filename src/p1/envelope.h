/* An encrypted telegram, as Luxembourg and Austria have it: a general-glo-ciphering APDU with
 * AES-128-GCM over the whole text.
 *
 *     DB 08 title 82 length 30 counter ciphertext tag
 *
 * The additional data are 30h and an authentication key, which Luxembourg publishes; meters of the
 * field do not keep to it, so it is a parameter. Source: Luxembourg P1 1.1.3, 3.2.5 and 3.4. */
#ifndef WATTHOUR_P1_ENVELOPE_H
#define WATTHOUR_P1_ENVELOPE_H

#include "crypto/gcm.h"

#include <stddef.h>
#include <stdint.h>

enum {
    P1_TITLE = 8,
    P1_KEY = 16,
    P1_ENVELOPE_HEAD = 18, /* octets before the ciphertext */
    P1_ENVELOPE = P1_ENVELOPE_HEAD + CRYPTO_GCM_TAG_SIZE,
};

struct p1_keys {
    uint8_t encryption[P1_KEY];
    uint8_t authentication[P1_KEY];
};

/* The authentication key of the Luxembourg specification. */
extern const uint8_t p1_authentication_key[P1_KEY];

/* Encrypts `size` octets (at most 65518) of `text` to `out`, which holds P1_ENVELOPE more. The text
 * lies apart or, to be replaced, P1_ENVELOPE_HEAD octets behind where `out` begins. Returns how
 * many it wrote. A counter is never used twice with one key. */
size_t p1_seal(const struct p1_keys *keys, const uint8_t title[P1_TITLE], uint32_t counter,
               const uint8_t *text, size_t size, uint8_t *out);

/* Where an envelope of `size` octets ends: its size; 0: more octets are needed to say; -1: these
 * octets are no envelope. */
int p1_envelope_size(const uint8_t *octets, size_t size);

/* Decrypts a whole envelope to `text`, which holds as many octets. Returns the size of the text, or
 * -1: it is none, or was not made with these keys; `text` is wiped then. */
int p1_open(const struct p1_keys *keys, const uint8_t *octets, size_t size, uint8_t *text);

#endif
