/* A heap in the caller's memory, for one computation: what is taken is given back piece by piece
 * and can be taken again. For elliptic curves, whose numbers come and go (crypto/ecc.h). */
#ifndef WATTHOUR_CRYPTO_HEAP_H
#define WATTHOUR_CRYPTO_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct crypto_heap {
    uint64_t *words; /* the memory; each piece behind a word that tells its size */
    size_t count;
    size_t most; /* words that lay below the highest piece's end so far */
};

/* Nothing is taken. */
void crypto_heap_init(struct crypto_heap *heap, uint64_t *words, size_t count);

/* Zeros, aligned for everything; NULL: there is no room in one piece. */
void *crypto_heap_take(struct crypto_heap *heap, size_t size);

/* Gives back what was taken; NULL does nothing. */
void crypto_heap_give(struct crypto_heap *heap, void *piece);

#endif
