/* The only heap there is: memory that crypto/ lends to Mbed TLS for one call.
 *
 * Mbed TLS allocates inside some of its contexts. Every object of this room therefore has room of
 * its own for what Mbed TLS takes for it, and lends that while Mbed TLS sets the object up: the
 * memory is the caller's, as all state is, lives and goes with the object, and cannot run out.
 * Outside such a call nothing is lent and every allocation fails.
 *
 * calloc() cannot be told where to take from, so one pointer has to outlive a call. The port keeps
 * it: it gives these functions, as it gives need_failed(). */
#ifndef WATTHOUR_CRYPTO_ARENA_H
#define WATTHOUR_CRYPTO_ARENA_H

#include <stddef.h>

enum { CRYPTO_ARENA_ALIGNMENT = 8 /* octets: the strictest that Mbed TLS needs */ };

/* Octets that an allocation of `size` takes. */
#define CRYPTO_ARENA_TAKEN(size)                                                                   \
    (((size) + CRYPTO_ARENA_ALIGNMENT - 1) / CRYPTO_ARENA_ALIGNMENT * CRYPTO_ARENA_ALIGNMENT)

/* Mbed TLS takes from these octets, which begin aligned, until they are returned. */
void crypto_arena_lend(void *octets, size_t size);

/* Ends the lending; the octets that were taken. What was taken stays in use. */
size_t crypto_arena_return(void);

/* Where pieces come from that are given back one by one (crypto/heap.h). */
struct crypto_arena_source {
    void *(*take)(void *owner, size_t size); /* zeros; NULL: there is no room */
    void (*give)(void *owner, void *piece);
    void *owner;
};

/* The same for a computation that takes and gives back: from `source`, which must stay where it is
 * until crypto_arena_return(). */
void crypto_arena_lend_from(const struct crypto_arena_source *source);

/* What Mbed TLS calls for calloc() and free(). Of lent octets nothing is given back before their
 * object goes. */
void *crypto_calloc(size_t count, size_t size);
void crypto_free(void *taken);

#endif
