/* The generator over a port's entropy: what it depends on, that it never repeats, and what happens
 * when the entropy fails. */
#include "crypto/random.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { DRAW = 8, DRAWS = 30000 };

struct source {
    uint8_t value;
    int reads;
    int fails_after; /* reads; negative: never */
};

static int read_source(void *port, uint8_t *octets, size_t size)
{
    struct source *source = port;
    if (source->fails_after >= 0 && source->reads >= source->fails_after) {
        return -1;
    }
    memset(octets, source->value, size);
    source->reads++;
    return 0;
}

static void draw(struct source *source, const char *own, uint8_t octets[32])
{
    struct crypto_random random;
    const struct crypto_entropy entropy = {.read = read_source, .port = source};
    assert_int_equal(crypto_random_begin(&random, &entropy, own, strlen(own)), 0);
    assert_int_equal(crypto_random_octets(&random, octets, 32), 0);
}

static void test_entropy_and_meter_decide(void **state)
{
    (void)state;
    uint8_t octets[4][32];
    draw(&(struct source){.value = 1, .fails_after = -1}, "A", octets[0]);
    draw(&(struct source){.value = 1, .fails_after = -1}, "A", octets[1]);
    draw(&(struct source){.value = 2, .fails_after = -1}, "A", octets[2]);
    draw(&(struct source){.value = 1, .fails_after = -1}, "B", octets[3]);
    assert_memory_equal(octets[0], octets[1], 32);
    assert_memory_not_equal(octets[0], octets[2], 32);
    assert_memory_not_equal(octets[0], octets[3], 32);
    assert_memory_not_equal(octets[2], octets[3], 32);
}

static void test_no_entropy_no_generator(void **state)
{
    (void)state;
    struct source source = {.fails_after = 0};
    const struct crypto_entropy entropy = {.read = read_source, .port = &source};
    struct crypto_random random;
    assert_int_equal(crypto_random_begin(&random, &entropy, "A", 1), -1);
}

static int compare_draws(const void *a, const void *b)
{
    return memcmp(a, b, DRAW);
}

/* So many draws ask for new entropy on the way. */
static void test_no_draw_repeats(void **state)
{
    (void)state;
    struct source source = {.fails_after = -1};
    const struct crypto_entropy entropy = {.read = read_source, .port = &source};
    struct crypto_random random;
    uint8_t(*draws)[DRAW] = malloc(sizeof(uint8_t[DRAWS][DRAW]));
    assert_non_null(draws);
    assert_int_equal(crypto_random_begin(&random, &entropy, NULL, 0), 0);
    int reads = source.reads;
    for (int i = 0; i < DRAWS; i++) {
        assert_int_equal(crypto_random_octets(&random, draws[i], DRAW), 0);
    }
    assert_true(source.reads > reads);
    qsort(draws, DRAWS, DRAW, compare_draws);
    for (int i = 1; i < DRAWS; i++) {
        assert_memory_not_equal(draws[i - 1], draws[i], DRAW);
    }
    free(draws);
}

static void test_entropy_that_ends(void **state)
{
    (void)state;
    struct source source = {.fails_after = -1};
    const struct crypto_entropy entropy = {.read = read_source, .port = &source};
    struct crypto_random random;
    uint8_t octets[DRAW];
    assert_int_equal(crypto_random_begin(&random, &entropy, NULL, 0), 0);
    source.fails_after = source.reads;
    int draws = 0;
    while (crypto_random_octets(&random, octets, sizeof octets) == 0) {
        assert_true(++draws < 1000000);
    }
    assert_memory_equal(octets, "\0\0\0\0\0\0\0\0", DRAW);
    assert_true(draws > 0);
    source.fails_after = -1; /* it came back */
    assert_int_equal(crypto_random_octets(&random, octets, sizeof octets), 0);
    assert_memory_not_equal(octets, "\0\0\0\0\0\0\0\0", DRAW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entropy_and_meter_decide),
        cmocka_unit_test(test_no_entropy_no_generator),
        cmocka_unit_test(test_no_draw_repeats),
        cmocka_unit_test(test_entropy_that_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
