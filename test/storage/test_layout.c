/* The layouts of the four products: nothing overlaps, everything fits, and it lasts. */
#include "storage/layout.h"
#include "storage/life.h"
#include "test/unit.h"

#include <string.h>

static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};

enum { PRODUCTS = sizeof products / sizeof *products, PARTITIONS_MAX = 4 + STORAGE_RINGS };

static unsigned partitions_of(const struct storage_layout *layout,
                              const struct partition *list[PARTITIONS_MAX])
{
    unsigned count = 0;
    list[count++] = &layout->energy;
    list[count++] = &layout->values;
    list[count++] = &layout->secrets;
    list[count++] = &layout->stage;
    for (unsigned i = 0; i < layout->rings_count; i++) {
        list[count++] = &layout->rings[i];
    }
    return count;
}

static bool overlap(const struct partition *a, const struct partition *b)
{
    return a->first < b->first + b->sectors && b->first < a->first + a->sectors;
}

static void test_partitions(void **state)
{
    (void)state;
    for (unsigned p = 0; p < PRODUCTS; p++) {
        const struct partition *list[PARTITIONS_MAX];
        const struct storage_layout *layout = layout_of(products[p]);
        assert_non_null(layout);
        assert_string_equal(layout->product, products[p]);
        unsigned count = partitions_of(layout, list);
        for (unsigned i = 0; i < count; i++) {
            assert_true((list[i]->first + list[i]->sectors) * LAYOUT_SECTOR <= LAYOUT_CHIP);
            assert_ptr_equal(layout_of_identity(list[i]->identity), layout);
            for (unsigned k = 0; k < i; k++) {
                assert_false(overlap(list[i], list[k]));
                assert_int_not_equal(list[i]->identity, list[k]->identity);
                assert_string_not_equal(list[i]->name, list[k]->name);
            }
        }
    }
    assert_null(layout_of("st402"));
    assert_null(layout_of_identity(0x7701));
}

static void test_lasts_a_hundred_years(void **state)
{
    (void)state;
    for (unsigned p = 0; p < PRODUCTS; p++) {
        const struct partition *list[PARTITIONS_MAX];
        unsigned count = partitions_of(layout_of(products[p]), list);
        for (unsigned i = 0; i < count; i++) {
            uint32_t years = life_years(list[i], LAYOUT_SECTOR, layout_use(list[i]));
            if (years < 100) {
                fail_msg("%s lasts %u years", list[i]->name, years);
            }
        }
    }
}

/* The formula by hand: 400 sectors with 49 records each, one a minute. */
static void test_life_by_hand(void **state)
{
    const struct storage_layout *layout = layout_of("xs211");
    const struct life_use ring_use = {1, 1, 0, 0};
    (void)state;
    assert_int_equal(life_writes_in_round(&layout->rings[XS211_PROFILE_1], 4096, &ring_use),
                     400 * 49);
    assert_int_equal(life_years(&layout->rings[XS211_PROFILE_1], 4096, &ring_use),
                     100000ull * 400 * 49 / 525960);
    const struct life_use nothing = {0};
    assert_int_equal(life_years(&layout->values, 4096, &nothing), UINT32_MAX);
}

static uint32_t kept(const struct partition *ring)
{
    return (ring->sectors - 2u) *
           ((LAYOUT_SECTOR - BELT_DATA) / (ring->record + (unsigned)RECORD_FRAME));
}

static void test_keeps_what_is_asked_for(void **state)
{
    enum { HALF_A_YEAR = 184 * 96, LOG_ENTRIES = 255, BILLINGS = 15, MONTH_OF_HOURS = 31 * 24 };
    (void)state;
    for (unsigned p = 0; p < PRODUCTS; p++) {
        const struct storage_layout *layout = layout_of(products[p]);
        assert_true(kept(&layout->rings[0]) >= HALF_A_YEAR);
        for (unsigned i = 0; i < layout->rings_count; i++) {
            const struct partition *ring = &layout->rings[i];
            if (strstr(ring->name, "log")) {
                assert_true(kept(ring) >= LOG_ENTRIES);
            } else if (strstr(ring->name, "billing")) {
                assert_true(kept(ring) >= BILLINGS);
            } else {
                assert_true(kept(ring) >= MONTH_OF_HOURS);
            }
        }
    }
}

/* 2 kB and less than two pages, pointers of 64 bits included. */
static void test_ram(void **state)
{
    (void)state;
    assert_true(sizeof(struct storage) <= 2048 + 384);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partitions),   cmocka_unit_test(test_lasts_a_hundred_years),
        cmocka_unit_test(test_life_by_hand), cmocka_unit_test(test_keeps_what_is_asked_for),
        cmocka_unit_test(test_ram),
    };
    return cmocka_run_group_tests_name("storage_layout", tests, NULL, NULL);
}
