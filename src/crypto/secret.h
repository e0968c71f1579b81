/* Secrets in memory. */
#ifndef WATTHOUR_CRYPTO_SECRET_H
#define WATTHOUR_CRYPTO_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the octets are the same, in a time that depends on `size` alone. */
bool crypto_equal(const void *a, const void *b, size_t size);

/* Zeros that no compiler leaves out. */
void crypto_wipe(void *secret, size_t size);

#endif
