/* The memory that is lent to Mbed TLS (crypto/arena.h): the one pointer that calloc cannot be
 * given. Where it lies is the port's. */
#ifndef WATTHOUR_PORT_ARENA_H
#define WATTHOUR_PORT_ARENA_H

#include "crypto/arena.h"

#include <stddef.h>
#include <stdint.h>

/* What is lent at the moment; all zero: nothing. */
struct arena_lent {
    uint8_t *octets;
    size_t size;
    size_t taken;
    const struct crypto_arena_source *source; /* instead */
};

/* The caller's. */
struct arena_lent *arena_lent(void);

#endif
