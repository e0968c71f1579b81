#include "crypto/random.h"

#include "base/need.h"
#include "crypto/secret.h"

#include <mbedtls/ctr_drbg.h>

struct generator {
    mbedtls_ctr_drbg_context drbg;
    const struct crypto_entropy *entropy;
};

_Static_assert(sizeof(struct generator) <= sizeof(struct crypto_random),
               "the generator's state is too small");
_Static_assert(MBEDTLS_CTR_DRBG_ENTROPY_LEN + CRYPTO_RANDOM_OWN_MAX <=
                   MBEDTLS_CTR_DRBG_MAX_SEED_INPUT,
               "more than the generator is seeded with");
_Static_assert(CRYPTO_RANDOM_MAX <= MBEDTLS_CTR_DRBG_MAX_REQUEST, "more than the generator gives");

static int read_entropy(void *context, unsigned char *octets, size_t size)
{
    const struct generator *state = context;
    int failed = state->entropy->read(state->entropy->port, octets, size);
    return failed == 0 ? 0 : MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
}

int crypto_random_begin(struct crypto_random *random, const struct crypto_entropy *entropy,
                        const void *own, size_t own_size)
{
    need(own_size <= CRYPTO_RANDOM_OWN_MAX);
    struct generator *state = (void *)random;
    crypto_wipe(random, sizeof *random);
    state->entropy = entropy;
    mbedtls_ctr_drbg_init(&state->drbg);
    return mbedtls_ctr_drbg_seed(&state->drbg, read_entropy, state, own, own_size) == 0 ? 0 : -1;
}

int crypto_random_octets(struct crypto_random *random, uint8_t *octets, size_t size)
{
    need(size <= CRYPTO_RANDOM_MAX);
    struct generator *state = (void *)random;
    if (mbedtls_ctr_drbg_random(&state->drbg, octets, size) != 0) {
        crypto_wipe(octets, size);
        return -1;
    }
    return 0;
}
