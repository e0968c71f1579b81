/* Slices of at most MOST_OPERATIONS multiplications in the field, as Mbed TLS counts them: below
 * 100 ms at 64 MHz on a Cortex-M4 with either curve (make bench ONLY=curves_m4). */
#include "crypto/ecc_slices.h"

enum { MOST_OPERATIONS = 400 };

_Static_assert(sizeof(mbedtls_ecdsa_restart_ctx) + sizeof(mbedtls_ecp_restart_ctx) <=
                   sizeof(struct crypto_slices),
               "the place of a computation is too small");

struct place {
    mbedtls_ecp_restart_ctx point;
    mbedtls_ecdsa_restart_ctx signature;
};

void crypto_slices_begin(struct crypto_slices *slices)
{
    struct place *place = (void *)slices;
    mbedtls_ecp_set_max_ops(MOST_OPERATIONS);
    mbedtls_ecp_restart_init(&place->point);
    mbedtls_ecdsa_restart_init(&place->signature);
}

void crypto_slices_end(struct crypto_slices *slices)
{
    struct place *place = (void *)slices;
    mbedtls_ecp_restart_free(&place->point);
    mbedtls_ecdsa_restart_free(&place->signature);
}

mbedtls_ecp_restart_ctx *crypto_slices_of_point(struct crypto_slices *slices)
{
    return &((struct place *)(void *)slices)->point;
}

mbedtls_ecdsa_restart_ctx *crypto_slices_of_signature(struct crypto_slices *slices)
{
    return &((struct place *)(void *)slices)->signature;
}
