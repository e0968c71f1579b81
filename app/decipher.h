/* Deciphers what others said, with keys that are given. */
#ifndef WATTHOUR_APP_DECIPHER_H
#define WATTHOUR_APP_DECIPHER_H

#include "app/keys.h"
#include "base/reader.h"
#include "dlms/security_agreed.h"
#include "dlms/security_keys.h"

#include <stdbool.h>

struct decipher_title {
    uint8_t octets[DLMS_TITLE_SIZE];
    bool known;
};

/* Not to be copied or moved. */
struct decipher {
    struct dlms_keyring ring;
    struct dlms_key dedicated;
    struct dlms_key unwrapped;
    struct crypto_random random;
    struct crypto_ecc curves;
    struct dlms_signing signing;  /* by the keys of the set: ours, and the other side's */
    struct decipher_title client; /* for the forms that carry no title */
    struct decipher_title server;
};

void decipher_init(struct decipher *decipher, const struct keys *keys);

/* Whether it is signed by the key of the set: NULL, or why that is not known. */
const char *decipher_signed(struct decipher *decipher, const struct dlms_signed *apdu);

/* The plain APDU, in `scratch` of as many octets or where it was: NULL, or why it
 * cannot be had. */
const char *decipher(struct decipher *decipher, struct dlms_ciphered *ciphered, uint8_t *scratch,
                     struct reader *plain);

#endif
