#include "crypto/secret.h"

#include <mbedtls/constant_time.h>
#include <mbedtls/platform_util.h>

bool crypto_equal(const void *a, const void *b, size_t size)
{
    return mbedtls_ct_memcmp(a, b, size) == 0;
}

void crypto_wipe(void *secret, size_t size)
{
    mbedtls_platform_zeroize(secret, size);
}
