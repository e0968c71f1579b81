#include "crypto/heap.h"

#include "base/need.h"

#include <string.h>

/* A word before each piece: its words, the mark included, twice; and 1 when it is taken. */
enum { TAKEN = 1 };

static size_t words_of(uint64_t mark)
{
    return (size_t)(mark >> 1);
}

static uint64_t mark_of(size_t words, unsigned taken)
{
    return (uint64_t)words << 1 | taken;
}

void crypto_heap_init(struct crypto_heap *heap, uint64_t *words, size_t count)
{
    need(count >= 2);
    heap->words = words;
    heap->count = count;
    heap->most = 0;
    words[0] = mark_of(count, 0);
}

/* Joins the free piece at `at` with those behind it. */
static size_t join(struct crypto_heap *heap, size_t at)
{
    size_t words = words_of(heap->words[at]);
    while (at + words < heap->count && (heap->words[at + words] & TAKEN) == 0) {
        words += words_of(heap->words[at + words]);
    }
    heap->words[at] = mark_of(words, 0);
    return words;
}

static void *use(struct crypto_heap *heap, size_t at, size_t wanted)
{
    size_t left = words_of(heap->words[at]) - wanted;
    if (left > 0) {
        heap->words[at + wanted] = mark_of(left, 0);
    }
    heap->words[at] = mark_of(wanted, TAKEN);
    heap->most = at + wanted > heap->most ? at + wanted : heap->most;
    return memset(heap->words + at + 1, 0, (wanted - 1) * sizeof heap->words[0]);
}

void *crypto_heap_take(struct crypto_heap *heap, size_t size)
{
    if (size == 0 || size > heap->count * sizeof heap->words[0]) {
        return NULL;
    }
    size_t wanted = 1 + (size + sizeof heap->words[0] - 1) / sizeof heap->words[0];
    for (size_t at = 0; at < heap->count; at += words_of(heap->words[at])) {
        if ((heap->words[at] & TAKEN) == 0 && join(heap, at) >= wanted) {
            return use(heap, at, wanted);
        }
    }
    return NULL;
}

void crypto_heap_give(struct crypto_heap *heap, void *piece)
{
    if (piece == NULL) {
        return;
    }
    uint64_t *mark = (uint64_t *)piece - 1;
    need(mark >= heap->words && mark < heap->words + heap->count && (*mark & TAKEN) != 0);
    *mark &= ~(uint64_t)TAKEN;
}
