/* Every attribute that Management may write, on every product, and the names of masks, which
 * methods change: the supply fails at an operation of the chip while the new value is kept, which
 * is torn. Behind it each attribute of the meter has the value of before or the one that was
 * written, whole. */
#include "cosem/data.h"
#include "test/dice.h"
#include "test/meter/furnish.h"
#include "test/meter/warp.h"
#include "test/meter/writable.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, OPERATIONS = 9, SETTLE_S = 3, ROUNDS = 12 };

static struct life *life;
static struct head head;
static struct warp warp;
static struct writable list[WRITABLE_MOST];
static size_t count;
static struct writable_values before, written, after;
static uint64_t dice;

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
        if (warp.kind != WARP_TYPE && writable_set(&head, writable, beside) == COSEM_SUCCESS &&
            passed-- == 0) {
            return;
        }
    }
}

static void begin(const char *name)
{
    life = life_begin(name, life_utc_ms(2026, 11, 20, 20, 0, 0));
    head_admit(life);
    life_run(life, HOUR_S);
    head_open(&head, life, UINT16_MAX);
    furnish(&head);
    life_run(life, SETTLE_S);
    count = writable_list(life->meter.product, list);
}

static void end(void)
{
    head_close(&head);
    life_end(life);
}

/* From now on the supply lasts for some operations; then the meter begins again. */
static void cut(void)
{
    const struct nor_tear tear = {
        .octets = dice_roll(&dice, 300), .erased = (uint16_t)dice_roll(&dice, 1000), .seed = dice};
    nor_plan_cut(&life->nor, 1 + dice_roll(&dice, OPERATIONS), &tear);
    life_run(life, SETTLE_S);
    head_close(&head);
    life_kill(life, 1);
    life_run(life, SETTLE_S);
    life_rest(life);
    head_open(&head, life, UINT16_MAX);
}

struct outcome {
    unsigned old;
    unsigned new;
};

static void assert_old_or_new(size_t one, struct outcome *outcome)
{
    for (size_t i = 0; i < count; i++) {
        bool old_or_new =
            writable_values_same(&before, &after, i) || writable_values_same(&written, &after, i);
        if (!old_or_new && !writable_passes(&list[i]) &&
            (i == one || !writable_follows(&list[i]))) {
            fail_msg("%s: neither what was there nor what was written", writable_name(&list[i]));
        }
    }
    outcome->old +=
        writable_values_same(&before, &after, one) && !writable_values_same(&before, &written, one);
    outcome->new += writable_values_same(&written, &after, one) &&
                    !writable_values_same(&before, &written, one);
}

static void every_attribute_of(const char *name)
{
    struct outcome outcome = {0, 0};
    begin(name);
    for (size_t i = 0; i < count; i++) {
        take(&before);
        write_another(&list[i]);
        take(&written);
        cut();
        take(&after);
        assert_old_or_new(i, &outcome);
    }
    assert_true(outcome.old > 10 && outcome.new > 10);
    end();
}

static void attributes(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        dice = round;
        every_attribute_of(product_all[round % PRODUCT_COUNT]->name);
    }
}

/* ---- what methods change ---- */

enum { REGISTER_ACTIVATION = 6, MASK_LIST = 3, ADD_MASK = 2, DELETE_MASK = 3, MASK_MOST = 4096 };

static const struct cosem_name energy_masks = COSEM_NAME(0, 0, 14, 0, 1);

static size_t read_masks(uint8_t octets[MASK_MOST])
{
    const struct dlms_target target = {REGISTER_ACTIVATION, energy_masks, MASK_LIST};
    assert_int_equal(head_get(&head, &target), COSEM_SUCCESS);
    assert_true(head.client.size <= MASK_MOST);
    memcpy(octets, head.client.value, head.client.size);
    return head.client.size;
}

/* A name of two letters for the registers of the first mask. */
static void add_name(const uint8_t *masks, unsigned number)
{
    uint8_t octets[MASK_MOST];
    const uint8_t name[] = {COSEM_OCTET_STRING, 2, 'n', (uint8_t)('a' + number)};
    struct reader r = reader_over(masks, MASK_MOST);
    struct writer w = writer_over(octets, sizeof octets);
    const struct dlms_target target = {REGISTER_ACTIVATION, energy_masks, ADD_MASK};
    (void)cosem_take_value(&r); /* the list, the mask */
    (void)cosem_take_value(&r);
    cosem_skip_value(&r); /* its name */
    struct reader registers = cosem_take_part(&r);
    cosem_put_structure(&w, 2);
    writer_octets(&w, name, sizeof name);
    writer_octets(&w, registers.data, registers.size);
    assert_int_equal(head_act(&head, &target, reader_over(octets, writer_kept(&w))), COSEM_SUCCESS);
}

static void delete_name(unsigned number)
{
    const uint8_t name[] = {COSEM_OCTET_STRING, 2, 'n', (uint8_t)('a' + number)};
    const struct dlms_target target = {REGISTER_ACTIVATION, energy_masks, DELETE_MASK};
    assert_int_equal(head_act(&head, &target, reader_over(name, sizeof name)), COSEM_SUCCESS);
}

static void names_of_masks(void **state)
{
    (void)state;
    static uint8_t old[MASK_MOST];
    static uint8_t new[MASK_MOST];
    static uint8_t found[MASK_MOST];
    struct outcome outcome = {0, 0};
    dice = 4;
    begin("st402d");
    for (unsigned round = 0; round < 40; round++) {
        size_t old_size = read_masks(old);
        add_name(old, round % 20);
        size_t new_size = read_masks(new);
        cut();
        size_t size = read_masks(found);
        bool is_old = size == old_size && memcmp(found, old, size) == 0;
        bool is_new = size == new_size && memcmp(found, new, size) == 0;
        assert_true(is_old || is_new);
        outcome.old += is_old;
        outcome.new += is_new;
        if (is_new) {
            delete_name(round % 20);
            life_run(life, SETTLE_S);
        }
    }
    assert_true(outcome.old > 2 && outcome.new > 2);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes),
        cmocka_unit_test(names_of_masks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
