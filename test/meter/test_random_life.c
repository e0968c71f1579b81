/* Random walks through the lives of all products: walk.h says what is done, walk_laws.c what holds.
 * A walk that fails tells its seed: `test_meter_random_life PRODUCT SEED STEPS` goes it again. */
#include "test/meter/walk.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

static struct walk walk;

static void go(const char *product, uint64_t seed, unsigned steps)
{
    walk_begin(&walk, product, seed);
    print_message("%s, seed %u, %u steps\n", product, (unsigned)seed, steps);
    while (walk.steps < steps) {
        walk_step(&walk);
    }
    for (int i = 0; i < WALK_ACTIONS; i++) {
        assert_true(walk.done[i] > 0);
    }
    assert_true(walk.taken > 0);
    walk_end(&walk);
}

static void random_lives(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        go(product_all[seed % PRODUCT_COUNT]->name, seed, STEPS);
    }
}

int main(int argc, char **argv)
{
    if (argc == 4) {
        go(argv[1], strtoull(argv[2], NULL, 10), (unsigned)strtoul(argv[3], NULL, 10));
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_lives)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
