/* How long computations are cut into slices: by which of two files is linked. ecc_sliced.c needs a
 * build of Mbed TLS with MBEDTLS_ECP_RESTARTABLE, which a target's is; with ecc_whole.c nothing is
 * cut. For ecc.c alone. */
#ifndef WATTHOUR_CRYPTO_ECC_SLICES_H
#define WATTHOUR_CRYPTO_ECC_SLICES_H

#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <stdint.h>

/* Where a computation has come to; what it points to is in memory that crypto/ lends. */
struct crypto_slices {
    uint64_t state[8];
};

void crypto_slices_begin(struct crypto_slices *slices);
void crypto_slices_end(struct crypto_slices *slices);

/* For the functions of Mbed TLS that give MBEDTLS_ERR_ECP_IN_PROGRESS; NULL: they never do. */
mbedtls_ecp_restart_ctx *crypto_slices_of_point(struct crypto_slices *slices);
mbedtls_ecdsa_restart_ctx *crypto_slices_of_signature(struct crypto_slices *slices);

#endif
