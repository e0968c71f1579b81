/* Deciphers what others said, with keys that are given. */
#ifndef WATTHOUR_APP_DECIPHER_H
#define WATTHOUR_APP_DECIPHER_H

#include "app/keys.h"
#include "base/reader.h"
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
    struct decipher_title client; /* for the forms that carry no title */
    struct decipher_title server;
};

void decipher_init(struct decipher *decipher, const struct keys *keys);

/* The plain APDU, in `scratch` of DLMS_UNPROTECT_ROOM() octets or where it was: NULL, or why it
 * cannot be had. */
const char *decipher(struct decipher *decipher, struct dlms_ciphered *ciphered, uint8_t *scratch,
                     struct reader *plain);

#endif
