/* The heap of a computation: pieces never meet, what is given back is there again. Held to a model
 * that knows where each piece lies. */
#include "crypto/heap.h"
#include "test/unit.h"

#include <string.h>

enum { WORDS = 256, PIECES = 24, ROUNDS = 20000 };

static uint64_t words[WORDS];
static struct crypto_heap heap;

struct piece {
    uint8_t *octets;
    size_t size;
    uint8_t mark;
};

static uint32_t draw(uint32_t *dice)
{
    *dice = *dice * 1664525 + 1013904223;
    return *dice >> 8;
}

static int set_up(void **state)
{
    (void)state;
    memset(words, 0xA5, sizeof words);
    crypto_heap_init(&heap, words, WORDS);
    return 0;
}

static void assert_is(const struct piece *piece, uint8_t octet)
{
    for (size_t i = 0; i < piece->size; i++) {
        assert_int_equal(piece->octets[i], octet);
    }
}

static void take(struct piece *piece, size_t size, uint8_t mark)
{
    *piece = (struct piece){crypto_heap_take(&heap, size), size, mark};
    if (piece->octets != NULL) {
        assert_int_equal((uintptr_t)piece->octets % 8, 0);
        assert_true(piece->octets >= (uint8_t *)words &&
                    piece->octets + size <= (uint8_t *)(words + WORDS));
        assert_is(piece, 0);
        memset(piece->octets, mark, size);
    }
}

/* Whatever is taken and given back, in any order: each piece keeps what was put into it. */
static void pieces_never_meet(void **state)
{
    (void)state;
    struct piece pieces[PIECES] = {{0}};
    uint32_t dice = 1;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct piece *piece = &pieces[draw(&dice) % PIECES];
        if (piece->octets != NULL) {
            assert_is(piece, piece->mark);
            crypto_heap_give(&heap, piece->octets);
            piece->octets = NULL;
        } else {
            take(piece, 1 + draw(&dice) % 200, (uint8_t)round);
            refused += piece->octets == NULL;
        }
    }
    assert_true(refused > 0);
    for (int i = 0; i < PIECES; i++) {
        crypto_heap_give(&heap, pieces[i].octets);
    }
    assert_non_null(crypto_heap_take(&heap, (WORDS - 1) * 8)); /* all is one piece again */
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    assert_null(crypto_heap_take(&heap, 0));
    assert_null(crypto_heap_take(&heap, SIZE_MAX));
    assert_null(crypto_heap_take(&heap, WORDS * 8));
    void *all = crypto_heap_take(&heap, (WORDS - 1) * 8);
    assert_ptr_equal(all, words + 1);
    assert_null(crypto_heap_take(&heap, 1));
    assert_int_equal(heap.most, WORDS);
    crypto_heap_give(&heap, all);
    crypto_heap_give(&heap, NULL);
    assert_ptr_equal(crypto_heap_take(&heap, 1), words + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(pieces_never_meet, set_up),
        cmocka_unit_test_setup(what_does_not_fit_is_refused, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
