/* Random lives beside the model: hundreds of thousands of actions, thousands of power cuts.
 * `test_storage_property N` lives N actions in each of its lives instead. */
#include "test/storage/property.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t actions = 30000;

struct kind {
    uint16_t sector;
    uint16_t page;
    bool stuck;
};

static const struct kind kinds[] = {
    {1024, 256, false}, {512, 64, false}, {4096, 256, false},
    {1024, 256, true},  {512, 64, true},  {4096, 256, true},
};

enum { KINDS = sizeof kinds / sizeof *kinds, SEEDS = 3 };

static void test_lives(void **state)
{
    uint64_t cuts = 0;
    (void)state;
    for (unsigned i = 0; i < KINDS * SEEDS; i++) {
        const struct kind *kind = &kinds[i % KINDS];
        struct property life =
            property_run(1000 + i, actions, kind->sector, kind->page, kind->stuck);
        if (life.broken) {
            fail_msg("%s (sectors of %u%s): %s", life.where, kind->sector,
                     kind->stuck ? ", stuck bits" : "", life.broken);
        }
        assert_int_equal(life.actions, actions);
        cuts += life.cuts;
    }
    assert_in_range(cuts, actions * KINDS * SEEDS / 300, UINT64_MAX);
    print_message("%llu actions, %llu power cuts\n", (unsigned long long)(actions * KINDS * SEEDS),
                  (unsigned long long)cuts);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lives)};
    if (argc == 2) {
        actions = strtoull(argv[1], NULL, 10);
    }
    return cmocka_run_group_tests_name("storage_property", tests, NULL, NULL);
}
