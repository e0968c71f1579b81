#include "port/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

void crypto_arena_lend(void *octets, size_t size)
{
    *arena_lent() = (struct arena_lent){.octets = octets, .size = size};
}

void crypto_arena_lend_from(const struct crypto_arena_source *source)
{
    crypto_arena_lend(NULL, 0);
    arena_lent()->source = source;
}

size_t crypto_arena_return(void)
{
    size_t taken = arena_lent()->taken;
    crypto_arena_lend(NULL, 0);
    return taken;
}

void *crypto_calloc(size_t count, size_t size)
{
    struct arena_lent *lent = arena_lent();
    if (lent->source != NULL) {
        bool possible = size != 0 && count <= SIZE_MAX / size;
        return possible ? lent->source->take(lent->source->owner, count * size) : NULL;
    }
    size_t left = lent->size - lent->taken;
    if (size == 0 || count > left / size || CRYPTO_ARENA_TAKEN(count * size) > left) {
        return NULL;
    }
    void *piece = lent->octets + lent->taken;
    lent->taken += CRYPTO_ARENA_TAKEN(count * size);
    return memset(piece, 0, count * size);
}

void crypto_free(void *taken)
{
    const struct crypto_arena_source *source = arena_lent()->source;
    if (source != NULL) {
        source->give(source->owner, taken);
    }
}
