#include "crypto/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What is lent at the moment: there is one meter, and one loop. */
static struct {
    uint8_t *octets;
    size_t size;
    size_t taken;
    const struct crypto_arena_source *source; /* instead */
} lent;

void crypto_arena_lend(void *octets, size_t size)
{
    lent.octets = octets;
    lent.size = size;
    lent.taken = 0;
    lent.source = NULL;
}

void crypto_arena_lend_from(const struct crypto_arena_source *source)
{
    crypto_arena_lend(NULL, 0);
    lent.source = source;
}

size_t crypto_arena_return(void)
{
    size_t taken = lent.taken;
    crypto_arena_lend(NULL, 0);
    return taken;
}

void *crypto_calloc(size_t count, size_t size)
{
    if (lent.source != NULL) {
        bool possible = size != 0 && count <= SIZE_MAX / size;
        return possible ? lent.source->take(lent.source->owner, count * size) : NULL;
    }
    size_t left = lent.size - lent.taken;
    if (size == 0 || count > left / size || CRYPTO_ARENA_TAKEN(count * size) > left) {
        return NULL;
    }
    void *piece = lent.octets + lent.taken;
    lent.taken += CRYPTO_ARENA_TAKEN(count * size);
    return memset(piece, 0, count * size);
}

void crypto_free(void *taken)
{
    if (lent.source != NULL) {
        lent.source->give(lent.source->owner, taken);
    }
}
