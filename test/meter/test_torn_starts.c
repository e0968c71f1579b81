/* A supply that bounces: start after start is torn. When one comes through, values are taken again
 * at once, by the chip's time; nothing that was kept is lost. */
#include "test/dice.h"
#include "test/meter/life.h"
#include "test/unit.h"

enum { STARTS = 40, STEP_MS = 10, PATIENCE_MS = 1000, PUT = 200, LIVES = 40 };

static const int64_t noon = INT64_C(1800000000000);

static uint64_t seed;

/* As often as the meter wants it while it is busy. */
static void step(struct life *life)
{
    (void)meter_step(&life->meter, life->meter.now_ms + STEP_MS);
    nor_advance(&life->nor, 1000 * STEP_MS);
}

/* Recovery, then some steps; torn at an operation of the chip, if it comes to that. */
static void torn_start(struct life *life, uint64_t operation, uint64_t steps)
{
    const struct nor_tear tear = {.octets = (uint32_t)dice_up_to(&seed, 60),
                                  .spread = (uint8_t)dice_up_to(&seed, 255),
                                  .erased = (uint16_t)dice_up_to(&seed, 1000),
                                  .seed = dice_up_to(&seed, UINT32_MAX)};
    life_kill(life, 1);
    nor_plan_cut(&life->nor, operation, &tear);
    for (uint64_t i = 0; i < steps && !life->nor.dead; i++) {
        step(life);
    }
    nor_cut(&life->nor, NULL, &tear);
}

static int64_t put_within(struct life *life, uint8_t octet)
{
    int64_t ms = 0;
    while (journal_put(&life->meter.storage.values, PUT, 1, &octet, 1) != STORAGE_DONE) {
        assert_in_range(ms, 0, PATIENCE_MS);
        step(life);
        ms += STEP_MS;
    }
    return ms;
}

static void assert_kept(const struct life *life, uint8_t octet)
{
    uint8_t kept = 0;
    uint8_t version = 0;
    assert_int_equal(journal_get(&life->meter.storage.values, PUT, &version, &kept, sizeof kept),
                     1);
    assert_int_equal(kept, octet);
    assert_int_equal(version, 1);
}

/* All starts are torn at the same operation: the worst that always does the same. */
static void at_the_same_operation(void **state)
{
    (void)state;
    for (uint64_t operation = 1; operation <= 10; operation++) {
        struct life *life = life_begin("sm402d", noon);
        seed = operation;
        life_run(life, 70);
        (void)put_within(life, 1);
        for (int i = 0; i < STARTS; i++) {
            torn_start(life, operation, 200);
        }
        life_kill(life, 1);
        assert_kept(life, 1);
        (void)put_within(life, 2);
        assert_kept(life, 2);
        life_end(life);
    }
}

static void anywhere(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= LIVES; i++) {
        struct life *life = life_begin(i % 2 == 0 ? "xs211" : "st402c", noon);
        seed = i;
        life_run(life, 70);
        for (uint8_t round = 1; round <= 5; round++) {
            (void)put_within(life, round);
            for (uint64_t starts = dice_up_to(&seed, STARTS); starts > 0; starts--) {
                torn_start(life, 1 + dice_up_to(&seed, 30), dice_up_to(&seed, 60));
            }
            life_kill(life, 1);
            assert_kept(life, round);
        }
        life_end(life);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_the_same_operation),
        cmocka_unit_test(anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
