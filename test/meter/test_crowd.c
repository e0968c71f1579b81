/* Several clients of one meter at once, on each product: crowd.h says what they do, crowd_model.c
 * what each of them must see. One that fails tells its seed:
 * `test_meter_crowd PRODUCT SEED STEPS` goes through it again. */
#include "test/meter/crowd.h"
#include "test/unit.h"

#include <stdlib.h>

static struct crowd crowd;

static void live(const char *product, uint64_t seed, unsigned steps)
{
    print_message("%s, seed %u, %u steps\n", product, (unsigned)seed, steps);
    crowd_begin(&crowd, product, seed);
    while (crowd.steps < steps) {
        crowd_step(&crowd);
    }
    crowd_end(&crowd);
}

/* Nothing of what the story is about was left out. */
static void assert_lively(void)
{
    for (int task = CROWD_IDLE + 1; task < CROWD_TASKS; task++) {
        assert_true(crowd.done[task] > 0);
    }
    assert_true(crowd.refused > 0 && crowd.aborted > 0 && crowd.torn > 0);
    assert_true(crowd.timed_out > 0 && crowd.displaced > 0);
}

static void clients_of(const char *product)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        live(product, seed, STEPS);
        assert_lively();
    }
}

static void xs211(void **state)
{
    (void)state;
    clients_of("xs211");
}

static void sm402d(void **state)
{
    (void)state;
    clients_of("sm402d");
}

static void st402d(void **state)
{
    (void)state;
    clients_of("st402d");
}

static void st402c(void **state)
{
    (void)state;
    clients_of("st402c");
}

int main(int argc, char **argv)
{
    if (argc == 4) {
        live(argv[1], strtoull(argv[2], NULL, 10), (unsigned)strtoul(argv[3], NULL, 10));
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xs211),
        cmocka_unit_test(sm402d),
        cmocka_unit_test(st402d),
        cmocka_unit_test(st402c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
