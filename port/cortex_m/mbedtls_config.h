/* Mbed TLS as the target has it: what src/crypto uses, its heap lent by src/crypto (arena.h), no
 * threads, no files, no entropy of its own. */
#ifndef WATTHOUR_PORT_CORTEX_M_MBEDTLS_CONFIG_H
#define WATTHOUR_PORT_CORTEX_M_MBEDTLS_CONFIG_H

#define MBEDTLS_HAVE_ASM
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES
#define MBEDTLS_AES_FEWER_TABLES /* 6 kB less: one of four, the others are its rotations */
#define MBEDTLS_CIPHER_C
#define MBEDTLS_GCM_C
#define MBEDTLS_CTR_DRBG_C
#define MBEDTLS_NO_PLATFORM_ENTROPY
/* What a generator is seeded with: 48 octets of entropy, and 64 of the caller's own. The default,
 * 384, would be twice on the stack, wherever a curve draws. */
#define MBEDTLS_CTR_DRBG_MAX_SEED_INPUT 128

#define MBEDTLS_MD_C
#define MBEDTLS_MD5_C
#define MBEDTLS_SHA1_C
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#define MBEDTLS_SHA512_SMALLER

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_MPI_MAX_SIZE 48
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_NIST_OPTIM
/* Tables of multiples: a third of the memory that Mbed TLS takes for them by default, for 4 % of
 * its time. */
#define MBEDTLS_ECP_WINDOW_SIZE       3
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0
#define MBEDTLS_ECP_RESTARTABLE
#define MBEDTLS_ECDH_LEGACY_CONTEXT
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ECDSA_DETERMINISTIC
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C

#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO crypto_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO   crypto_free

#include "crypto/arena.h"

#include <mbedtls/check_config.h>

#endif
