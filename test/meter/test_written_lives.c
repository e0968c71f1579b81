/* Every attribute that Management may write, on every product: what was accepted is there after the
 * supply failed, with a warning and without one, and after a second failure. In each round every
 * attribute gets another value beside the one that it had, all of them before the supply fails. */
#include "test/dice.h"
#include "test/meter/furnish.h"
#include "test/meter/warp.h"
#include "test/meter/writable.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, ROUNDS = 5, SETTLE_S = 20 };

static struct life *life;
static struct head head;
static struct warp warp;
static struct writable list[WRITABLE_MOST];
static size_t count;
static struct writable_values before, written, after;
static uint64_t dice;

/* What is of the moment by its nature. */
static const struct {
    uint16_t class_id;
    uint8_t obis[5];
    int attribute;
} passing[] = {
    {8, {0, 0, 1, 0, 0}, 2}, /* the time itself */
    {8, {0, 0, 1, 0, 0}, 4},
    {1, {0, 0, 97, 98, 1}, 2},  /* alarms: a start is one, and a clock that was lost */
    {1, {0, 0, 97, 98, 21}, 2}, /* likewise */
};

static bool passes(const struct writable *writable)
{
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        if (passing[i].class_id == writable->one.object->ic->id &&
            memcmp(passing[i].obis, writable->one.name.obis, sizeof passing[i].obis) == 0 &&
            passing[i].attribute == writable->attribute) {
            return true;
        }
    }
    return false;
}

static void take(struct writable_values *values)
{
    writable_values_take(&head, list, count, values);
}

/* One of the values that are accepted, by chance. */
static void write_another(const struct writable *writable)
{
    static uint8_t old[WARP_ROOM];
    struct reader beside;
    unsigned passed = dice_roll(&dice, 12);
    size_t size = writable_get(&head, writable, old, sizeof old);
    warp_begin(&warp, old, size);
    while (warp_next(&warp, &beside)) {
        if (warp.kind != WARP_TYPE && writable_set(&head, writable, beside) == COSEM_SUCCESS) {
            life_rest(life);
            if (passed-- == 0) {
                return;
            }
        }
    }
}

/* The supply is gone for a minute; the head end comes back. */
static void fail_supply(bool warned)
{
    head_close(&head);
    if (warned) {
        life_cut(life, 60);
    } else {
        life_kill(life, 60);
    }
    head_open(&head, life, UINT16_MAX);
}

static void assert_all_there(const char *when)
{
    take(&after);
    for (size_t i = 0; i < count; i++) {
        if (!writable_values_same(&written, &after, i) && !passes(&list[i])) {
            fail_msg("%s: another value after the supply failed %s", writable_name(&list[i]), when);
        }
    }
}

/* How many attributes have another value than before. */
static unsigned write_all(void)
{
    unsigned changed = 0;
    take(&before);
    for (size_t i = 0; i < count; i++) {
        write_another(&list[i]);
    }
    for (int second = 0; second < SETTLE_S; second++) {
        life_run(life, 1);
        life_rest(life);
    }
    take(&written);
    for (size_t i = 0; i < count; i++) {
        changed += !writable_values_same(&before, &written, i);
    }
    return changed;
}

static void begin(const char *name)
{
    life = life_begin(name, life_utc_ms(2026, 11, 20, 20, 0, 0));
    head_admit(life);
    life_run(life, HOUR_S);
    head_open(&head, life, UINT16_MAX);
    furnish(&head);
    count = writable_list(life->meter.product, list);
}

static void end(void)
{
    head_close(&head);
    life_end(life);
}

static void every_written_of(const char *name)
{
    unsigned changed = 0;
    begin(name);
    for (int round = 0; round < ROUNDS; round++) {
        dice = (uint64_t)round;
        changed += write_all();
        fail_supply(round % 2 == 0);
        assert_all_there("once");
        fail_supply(round % 3 == 0);
        assert_all_there("twice");
    }
    assert_true(changed > ROUNDS * count / 3);
    end();
}

/* One by one, and without a warning: nothing but the one may be what another was kept by. */
static void each_written_of(const char *name)
{
    begin(name);
    dice = 7;
    for (size_t i = 0; i < count; i++) {
        write_another(&list[i]);
        life_run(life, SETTLE_S);
        take(&written);
        fail_supply(false);
        assert_all_there("alone");
    }
    end();
}

static void all_before_the_supply_fails(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        every_written_of(product_all[i]->name);
    }
}

static void each_before_the_supply_fails(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        each_written_of(product_all[i]->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_before_the_supply_fails),
        cmocka_unit_test(each_before_the_supply_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
