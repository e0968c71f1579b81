/* Data protection on the chip: whenever the supply fails, what clients have set of it comes back as
 * it was or as it was set, whole; and what came protected before does not come again. */
#include "meter/meter.h"
#include "port/posix/entropy.h"
#include "test/unit.h"
#include "world/nor/nor.h"

#include <stdlib.h>
#include <string.h>

enum { TEARINGS = 5, STEPS = 3000, STEPS_TO_KEEP = 40, TOOK = 700 };

static const struct meter_keys keys = {
    .unicast = "a unicast key..", .authentication = "authentication", .master = "a master key..."};

static const uint8_t list_before[] = {1, 1, 2, 5};
static const uint8_t list_after[] = {1, 2, 2, 5, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
static const uint8_t parameters[] = {1, 1, 0x55, 0xAA};

struct stored {
    struct nor nor;
    struct flash flash;
    struct meter meter;
    struct legal_part legal;
    int64_t now_ms;
};

static void start(struct stored *stored)
{
    struct meter_setup setup = {
        .product = product_find("sm402d"),
        .keys = &keys,
        .entropy = &posix_entropy,
        .flash = &stored->flash,
        .legal = &stored->legal,
    };
    assert_int_equal(meter_init(&stored->meter, &setup), 0);
    stored->now_ms = 0;
    while (meter_recover(&stored->meter) > 0) {
        nor_advance(&stored->nor, 1000);
    }
}

static void live(struct stored *stored, int steps)
{
    for (int i = 0; i < steps && !stored->nor.dead; i++) {
        stored->now_ms += 10;
        (void)meter_step(&stored->meter, stored->now_ms);
        nor_advance(&stored->nor, 10000);
    }
}

static struct stored *new_chip(void)
{
    struct stored *stored = calloc(1, sizeof *stored);
    struct nor_config config = nor_config_default();
    char error[NOR_ERROR_SIZE];
    assert_non_null(stored);
    assert_int_equal(nor_open(&stored->nor, &config, NULL, error, sizeof error), 0);
    stored->flash = nor_port(&stored->nor);
    return stored;
}

static void end(struct stored *stored)
{
    nor_close(&stored->nor);
    free(stored);
}

static struct dlms_counter *received(struct stored *stored)
{
    return &stored->meter.security.received_data[DLMS_COUNTER_OF_UNICAST];
}

static int take(struct stored *stored, uint32_t counter)
{
    return dlms_counter_accept(received(stored), stored->meter.security.store, counter);
}

static bool holds(const struct stored *stored, enum protection_part part, const uint8_t *octets,
                  size_t size)
{
    struct reader text = protection_text(&stored->meter.protection, part);
    return text.size == size && memcmp(text.data, octets, size) == 0;
}

static struct stored *new_meter(void)
{
    struct stored *stored = new_chip();
    start(stored);
    live(stored, STEPS);
    protection_put(&stored->meter.protection, PROTECTION_OBJECTS, list_before, sizeof list_before);
    protection_put(&stored->meter.protection, PROTECTION_SET, parameters, sizeof parameters);
    protection_require(&stored->meter.protection, 0x24);
    live(stored, STEPS_TO_KEEP);
    assert_int_equal(take(stored, TOOK), 0);
    return stored;
}

static void settings_outlive_the_supply(void **state)
{
    (void)state;
    struct stored *stored = new_meter();
    start(stored);
    assert_true(holds(stored, PROTECTION_OBJECTS, list_before, sizeof list_before));
    assert_true(holds(stored, PROTECTION_SET, parameters, sizeof parameters));
    assert_true(holds(stored, PROTECTION_GET, (const uint8_t[]){1, 0}, 2));
    assert_int_equal(stored->meter.protection.required, 0x24);
    assert_false(dlms_counter_accepts(received(stored), TOOK));
    end(stored);
}

/* The counters of data are of their own: none of the associations' or of P1 moves with them. */
static void counters_are_of_their_own(void **state)
{
    (void)state;
    struct stored *stored = new_meter();
    struct dlms_security_setup *security = &stored->meter.security;
    uint32_t before[DLMS_SETUP_DATA];
    start(stored);
    for (uint8_t id = 0; id < DLMS_SETUP_DATA; id++) {
        before[id] = dlms_security_setup_numbered(security, id)->next;
    }
    for (int of = 0; of < DLMS_COUNTERS; of++) {
        uint32_t counter = UINT32_C(5000) * (uint32_t)(of + 1);
        assert_int_equal(
            dlms_counter_accept(&security->received_data[of], security->store, counter), 0);
    }
    start(stored);
    for (uint8_t id = 0; id < DLMS_SETUP_DATA; id++) {
        assert_int_equal(dlms_security_setup_numbered(security, id)->next, before[id]);
    }
    for (int of = 0; of < DLMS_COUNTERS; of++) {
        uint32_t counter = UINT32_C(5000) * (uint32_t)(of + 1);
        assert_false(dlms_counter_accepts(&security->received_data[of], counter));
        assert_true(dlms_counter_accepts(&security->received_data[of], counter + 200));
    }
    end(stored);
}

/* A longer list and other requirements, and one more that came, as far as the supply lasts. */
struct life {
    bool took;
};

static struct life change(struct stored *stored)
{
    struct life life;
    protection_put(&stored->meter.protection, PROTECTION_OBJECTS, list_after, sizeof list_after);
    protection_require(&stored->meter.protection, 0xE0);
    life.took = take(stored, 2 * TOOK) == 0;
    live(stored, STEPS_TO_KEEP);
    return life;
}

static void hold(struct stored *stored, const struct life *life)
{
    bool after = holds(stored, PROTECTION_OBJECTS, list_after, sizeof list_after);
    assert_true(after || holds(stored, PROTECTION_OBJECTS, list_before, sizeof list_before));
    assert_int_equal(stored->meter.protection.required, after ? 0xE0 : 0x24);
    assert_true(holds(stored, PROTECTION_SET, parameters, sizeof parameters));
    assert_false(dlms_counter_accepts(received(stored), TOOK));
    assert_false(life->took && dlms_counter_accepts(received(stored), 2 * TOOK));
}

static bool cut_at(const struct stored *before, uint64_t operation, unsigned tearing)
{
    static const struct nor_tear tears[TEARINGS] = {
        {0, 0, 0, 1}, {20, 0, 300, 2}, {0, 100, 500, 3}, {256, 0, 999, 4}, {60, 200, 700, 5}};
    struct stored *stored = new_chip();
    nor_copy(&stored->nor, &before->nor);
    start(stored);
    nor_plan_cut(&stored->nor, operation, &tears[tearing]);
    struct life life = change(stored);
    bool cut = stored->nor.dead;
    nor_power_on(&stored->nor);
    start(stored);
    hold(stored, &life);
    end(stored);
    return cut;
}

static void a_cut_leaves_old_or_new(void **state)
{
    (void)state;
    struct stored *before = new_meter();
    unsigned cuts = 0;
    for (unsigned tearing = 0; tearing < TEARINGS; tearing++) {
        for (uint64_t operation = 1; operation < 60 && cut_at(before, operation, tearing);
             operation++) {
            cuts++;
        }
    }
    assert_true(cuts > TEARINGS * 2);
    end(before);
}

/* What another firmware, or damage, has left is passed over whole. */
static void records_of_another_form_are_passed_over(void **state)
{
    (void)state;
    enum { NUMBER = 127 };
    uint8_t octets[PROTECTION_ROOM + 1];
    struct stored *stored = new_meter();
    memset(octets, 0, sizeof octets);
    octets[0] = 0xFC;
    for (uint16_t size = 0; size <= sizeof octets; size += 41) {
        octets[1] = (uint8_t)(size >> 8);
        octets[2] = (uint8_t)(size + 1);
        while (journal_put(&stored->meter.storage.values, NUMBER, PROTECTION_VERSION, octets,
                           size) != STORAGE_DONE) {
            live(stored, 1);
        }
        start(stored);
        assert_int_equal(stored->meter.protection.required, 0);
        assert_true(holds(stored, PROTECTION_OBJECTS, (const uint8_t[]){1, 0}, 2));
    }
    end(stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_outlive_the_supply),
        cmocka_unit_test(counters_are_of_their_own),
        cmocka_unit_test(a_cut_leaves_old_or_new),
        cmocka_unit_test(records_of_another_form_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
