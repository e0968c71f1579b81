/* Maximum demand with the longest windows that a client can set, on every channel: what was
 * measured outlives the supply, wherever it fails. */
#include "product/product.h"
#include "storage/layout.h"
#include "test/meter/head.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

enum { DEMAND = 5, MAXIMUM = 4, MINUTE_S = 60, LONGEST = 15, OCTETS = 64 };

static const uint8_t quantities[DEMAND_CHANNELS] = {1, 2, 3, 4, 9, 10}; /* value group C */
static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
static struct life *life;
static struct head head;

static void begin(const char *product)
{
    life = life_begin(product, life_utc_ms(2026, 11, 21, 11, 0, 0));
    head_admit(life);
    head_open(&head, life, UINT16_MAX);
}

static void end(void)
{
    head_close(&head);
    life_end(life);
}

static struct dlms_target target_of(uint16_t class_id, uint8_t quantity, uint8_t kind,
                                    int8_t attribute)
{
    return (struct dlms_target){class_id, COSEM_NAME(1, 0, quantity, kind, 0), attribute};
}

static void set(uint8_t quantity, int8_t attribute, const char *hex)
{
    uint8_t octets[OCTETS];
    struct dlms_target target = target_of(DEMAND, quantity, 4, attribute);
    struct reader value = reader_over(octets, hex_read(hex, octets, sizeof octets));
    assert_int_equal(head_set(&head, &target, value), COSEM_SUCCESS);
    life_run(life, 1);
}

static void set_longest(void)
{
    for (int i = 0; i < DEMAND_CHANNELS; i++) {
        set(quantities[i], 8, "06 0000003C");
        set(quantities[i], 9, "12 000F");
    }
}

struct shown {
    size_t size;
    uint8_t octets[1024];
};

static void show(struct shown *shown, uint16_t class_id, uint8_t quantity, uint8_t kind,
                 int8_t attribute)
{
    struct dlms_target target = target_of(class_id, quantity, kind, attribute);
    assert_int_equal(head_get(&head, &target), COSEM_SUCCESS);
    struct reader value = dlms_client_value(&head.client);
    size_t size = reader_left(&value);
    assert_true(shown->size + size <= sizeof shown->octets);
    memcpy(shown->octets + shown->size, reader_octets(&value, size), size);
    shown->size += size;
}

/* Averages, settings and maxima of all channels, as a client reads them. */
static struct shown show_all(void)
{
    struct shown shown = {0};
    for (int i = 0; i < DEMAND_CHANNELS; i++) {
        for (int8_t attribute = 3; attribute <= 9; attribute++) {
            show(&shown, DEMAND, quantities[i], 4, attribute);
        }
        show(&shown, MAXIMUM, quantities[i], 6, 2);
        show(&shown, MAXIMUM, quantities[i], 6, 5);
    }
    return shown;
}

/* To so many seconds behind the beginning of a minute. */
static void run_to(int64_t second)
{
    int64_t now = life->meter.clock.utc_ms / 1000 % MINUTE_S;
    life_run(life, (second - now + MINUTE_S) % MINUTE_S);
}

static void restart(void (*lose_supply)(struct life *life, int64_t seconds))
{
    head_close(&head);
    lose_supply(life, 3);
    life_run(life, 5);
    life_rest(life);
    head_open(&head, life, UINT16_MAX);
}

static void the_longest_windows_outlive_the_supply(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        begin(products[i]);
        set_longest();
        life_run(life, 20 * MINUTE_S);
        run_to(20);
        struct shown before = show_all();
        restart(life_cut);
        struct shown after = show_all();
        assert_int_equal(before.size, after.size);
        assert_memory_equal(before.octets, after.octets, before.size);
        restart(life_kill);
        after = show_all();
        assert_memory_equal(before.octets, after.octets, before.size);
        assert_true(life->meter.demand.channels[0].max[0].uw > 0);
        assert_int_equal(life->meter.demand.channels[5].begun, LONGEST);
        end();
    }
}

static void a_value_of_the_journal_is_as_long_as_the_layout_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        begin(products[i]);
        assert_int_equal(journal_value_max(&life->meter.storage.values), LAYOUT_VALUE);
        assert_int_equal(journal_value_max(&life->meter.storage.secrets), LAYOUT_VALUE);
        end();
    }
}

/* What is kept is a whole one, of before a period's end or of behind it. */
static void assert_whole(const struct demand *before)
{
    for (int i = 0; i < DEMAND_CHANNELS; i++) {
        const struct demand_channel *was = &before->channels[i];
        const struct demand_channel *is = &life->meter.demand.channels[i];
        assert_int_equal(is->periods, LONGEST);
        assert_int_equal(is->begun, LONGEST);
        assert_int_equal(is->end_s, was->end_s + MINUTE_S);
        assert_true(is->max[0].uw >= was->max[0].uw);
        assert_true(is->start_uwh[LONGEST - 1] >= was->start_uwh[LONGEST - 1]);
        assert_int_equal(is->start_uwh[2], was->start_uwh[1]);
    }
}

/* At every operation of a period's end, and of what is kept of it. */
static void every_cut_leaves_a_whole_one(void **state)
{
    (void)state;
    unsigned torn = 0;
    bool failed = true;
    begin("sm402d");
    set_longest();
    life_run(life, 20 * MINUTE_S);
    for (uint64_t operation = 1; failed && operation < 100; operation++) {
        run_to(58);
        life_rest(life);
        struct demand before = life->meter.demand;
        nor_plan_cut(&life->nor, operation, &(struct nor_tear){.octets = 37 * (uint32_t)operation});
        life_run(life, 4);
        failed = life->nor.dead;
        torn += failed;
        restart(life_kill);
        assert_whole(&before);
    }
    assert_false(failed);
    assert_true(torn > 8); /* a page each, and a descriptor */
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_windows_outlive_the_supply),
        cmocka_unit_test(a_value_of_the_journal_is_as_long_as_the_layout_says),
        cmocka_unit_test(every_cut_leaves_a_whole_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
