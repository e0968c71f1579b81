#include "dlms/secret.h"

#include <string.h>

int dlms_secret_set(struct dlms_secret *secret, const void *octets, size_t size)
{
    if (size > DLMS_SECRET_MAX) {
        return -1;
    }
    *secret = (struct dlms_secret){.size = (uint8_t)size};
    memcpy(secret->octets, octets, size);
    return 0;
}

/* Every octet given is compared, with one of the secret's or of the padding behind it, so that
 * the time depends on nothing but the length that the peer chose. */
bool dlms_secret_matches(const struct dlms_secret *secret, const uint8_t *given, size_t size)
{
    unsigned difference = secret->size != size || secret->size == 0;
    for (size_t i = 0; i < size; i++) {
        difference |= (unsigned)(given[i] ^ secret->octets[i % DLMS_SECRET_MAX]);
    }
    return difference == 0;
}
