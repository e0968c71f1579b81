/* Rounds in the life of a meter: a client writes some attributes, one after the other, values that
 * are good and values that are not; the supply fails at any operation of the chip meanwhile, or
 * when all is kept. A model has every attribute as it was before the round and behind each write:
 * afterwards each is one of those, whole; the last, when there was time to keep it; and the next
 * start does not change it again. */
#include "test/dice.h"
#include "test/meter/furnish.h"
#include "test/meter/warp.h"
#include "test/meter/writable.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, WRITES = 8, OPERATIONS = 30, SETTLE_S = 20, PASSED_MOST = 15 };

static struct life *life;
static struct head head;
static struct warp warp;
static struct writable list[WRITABLE_MOST];
static size_t count;
static struct writable_values
    versions[WRITES + 2]; /* before the round, behind each write, in the end */
static unsigned version;  /* in force */
static struct writable_values found, again;
static const struct writable *interrupted; /* the supply failed while it was written */
static unsigned refused, torn, kept;
static uint64_t dice;

static void take(struct writable_values *values)
{
    writable_values_take(&head, list, count, values);
}

static enum cosem_result write_by_wire(const struct writable *writable, struct reader value)
{
    const struct dlms_target target = {writable->one.object->ic->id, writable->one.name,
                                       (int8_t)writable->attribute};
    return head_set(&head, &target, value);
}

/* One of the values beside that of any attribute, of whatever kind. */
static void write_something(void)
{
    static uint8_t old[WARP_ROOM];
    static uint8_t now[WARP_ROOM];
    const struct writable *writable = &list[dice_roll(&dice, (uint32_t)count)];
    struct reader beside = {0};
    unsigned passed = dice_roll(&dice, PASSED_MOST);
    bool of_its_type = dice_roll(&dice, 3) > 0;
    size_t size = writable_get(&head, writable, old, sizeof old);
    if (size == 0 || writable->one.object->ic->id == 15) { /* a password */
        return;
    }
    warp_begin(&warp, old, size);
    while (warp_next(&warp, &beside) && passed > 0) {
        passed -= warp.kind != WARP_TYPE || !of_its_type;
    }
    if (write_by_wire(writable, beside) == COSEM_SUCCESS) {
        take(&versions[++version]);
    } else if (life->nor.dead) {
        interrupted = writable; /* that it was refused nobody heard */
    } else {
        refused++;
        assert_int_equal(writable_get(&head, writable, now, sizeof now), size);
        assert_true(writable_passes(writable) || memcmp(now, old, size) == 0);
    }
}

static void come_back(void)
{
    head_close(&head);
    life_kill(life, 60);
    life_run(life, 2);
    life_rest(life);
    head_open(&head, life, UINT16_MAX);
}

/* The mask in force follows the calendar, whose next switch may have come. */
static bool moves(const struct writable *writable)
{
    enum { REGISTER_ACTIVATION = 6, ACTIVE_MASK = 4 };
    return writable_passes(writable) || (writable->one.object->ic->id == REGISTER_ACTIVATION &&
                                         writable->attribute == ACTIVE_MASK);
}

/* Another attribute of that object may go with it. */
static bool was_interrupted(const struct writable *writable)
{
    return interrupted != NULL && writable->one.object == interrupted->one.object &&
           writable->one.member == interrupted->one.member;
}

static bool is_some_version(size_t i, unsigned from)
{
    for (unsigned v = from; v <= version; v++) {
        if (writable_values_same(&versions[v], &found, i)) {
            return true;
        }
    }
    return false;
}

/* Those from version `from` on may be found. */
static void assert_versions(unsigned from)
{
    take(&found);
    for (size_t i = 0; i < count; i++) {
        bool exempt = moves(&list[i]) || was_interrupted(&list[i]) ||
                      (from == 0 && writable_follows(&list[i]));
        if (!exempt && !is_some_version(i, from)) {
            fail_msg("%s: %s", writable_name(&list[i]),
                     from == 0 ? "no value that it had" : "not the value that was written last");
        }
    }
}

static void assert_stays(void)
{
    come_back();
    take(&again);
    for (size_t i = 0; i < count; i++) {
        bool exempt = moves(&list[i]) || writable_follows(&list[i]);
        if (!exempt && !writable_values_same(&found, &again, i)) {
            fail_msg("%s: another value after one more start", writable_name(&list[i]));
        }
    }
}

static void plan_cut(void)
{
    const struct nor_tear tear = {.octets = dice_roll(&dice, 300),
                                  .spread = (uint8_t)dice_roll(&dice, 256),
                                  .erased = (uint16_t)dice_roll(&dice, 1001),
                                  .seed = dice};
    nor_plan_cut(&life->nor, 1 + dice_roll(&dice, OPERATIONS), &tear);
}

static void go_round(void)
{
    version = 0;
    interrupted = NULL;
    take(&versions[0]);
    if (dice_roll(&dice, 3) > 0) {
        plan_cut();
    }
    for (int i = 0; i < WRITES && !life->nor.dead; i++) {
        write_something();
        life_run(life, dice_roll(&dice, 3));
    }
    for (int second = 0; second < SETTLE_S && !life->nor.dead; second++) {
        life_run(life, 1);
    }
    bool in_time = !life->nor.dead;
    kept += in_time && version > 0;
    torn += !in_time && version > 0;
    if (in_time) {
        take(&versions[++version]);
    }
    come_back();
    assert_versions(in_time ? version : 0);
    assert_stays();
}

static void rounds_of(const char *product, uint64_t seed)
{
    dice = seed;
    refused = torn = kept = 0;
    life = life_begin(product, life_utc_ms(2026, 11, 20, 20, 0, 0));
    head_admit(life);
    life_run(life, HOUR_S);
    head_open(&head, life, UINT16_MAX);
    furnish(&head);
    life_run(life, SETTLE_S);
    count = writable_list(life->meter.product, list);
    for (unsigned round = 0; round < ROUNDS; round++) {
        go_round();
    }
    assert_true(refused > ROUNDS && torn > ROUNDS / 10 && kept > ROUNDS / 5);
    head_close(&head);
    life_end(life);
}

static void all_products(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        rounds_of(product_all[i]->name, (uint64_t)i + 1);
    }
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        rounds_of(argv[1], strtoull(argv[2], NULL, 10));
        return 0;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_products)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
