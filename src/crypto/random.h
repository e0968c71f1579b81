/* Random octets: a generator (AES-256 CTR_DRBG, NIST SP 800-90A) over the entropy of the port. */
#ifndef WATTHOUR_CRYPTO_RANDOM_H
#define WATTHOUR_CRYPTO_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a port gives: a hardware generator, or an operating system's. */
struct crypto_entropy {
    /* Fills `size` octets, each with full entropy. 0; anything else: there is none. */
    int (*read)(void *port, uint8_t *octets, size_t size);
    void *port;
};

/* The generator's state, opaque; not to be copied or moved. It owns nothing outside itself. */
struct crypto_random {
    uint64_t state[32 + 9 * sizeof(void *) / 4];
};

/* Seeds the generator; `entropy` must outlive it. `own`, at most CRYPTO_RANDOM_OWN_MAX octets,
 * tells this meter from others: its serial number, say. 0, or -1: there is no entropy. */
enum { CRYPTO_RANDOM_OWN_MAX = 64 };
int crypto_random_begin(struct crypto_random *random, const struct crypto_entropy *entropy,
                        const void *own, size_t own_size);

/* At most CRYPTO_RANDOM_MAX octets. 0, or -1: new entropy was due, and there is none; then the
 * octets are zeros. */
enum { CRYPTO_RANDOM_MAX = 1024 };
int crypto_random_octets(struct crypto_random *random, uint8_t *octets, size_t size);

#endif
