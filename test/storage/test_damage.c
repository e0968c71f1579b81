/* Damaged and foreign images: what is intact is there, what is lost is said, nothing is invented.
 */
#include "test/storage/kit.h"
#include "test/storage/model.h"
#include "test/unit.h"
#include "world/nor/dice.h"

#include <string.h>

enum { ACTIONS = 1500, OCTETS_MAX = 512 };

/* A meter that has lived for a while; `written` are the serials of all that was ever written. */
struct past {
    struct nor nor;
    struct meter meter;
    struct model model;
    struct action written[ACTIONS];
    uint64_t energies[ACTIONS];
    unsigned count;
};

static struct past past;
static struct nor copy;
static struct meter meter;

static void open_chip(struct nor *nor)
{
    char error[NOR_ERROR_SIZE];
    const struct nor_config config = model_chip(1024, 256, 5);
    assert_int_equal(nor_open(nor, &config, NULL, error, sizeof error), 0);
}

static int make_past(void **state)
{
    uint64_t dice = 77;
    (void)state;
    open_chip(&past.nor);
    open_chip(&copy);
    model_init(&past.model);
    meter_start(&past.meter, &past.nor);
    meter_settle(&past.meter);
    while (past.count < ACTIONS || past.model.stage_committed == false) {
        struct action action = model_choose(&past.model, &dice);
        model_do(&past.model, &past.meter, &action);
        if (past.count < ACTIONS) {
            past.energies[past.count] = past.model.checkpoint[0];
            past.written[past.count++] = action;
        }
        if (past.count == ACTIONS) {
            past.energies[ACTIONS - 1] = past.model.checkpoint[0];
        }
    }
    meter_settle(&past.meter);
    return past.model.broken ? -1 : 0;
}

static int drop_past(void **state)
{
    (void)state;
    nor_close(&past.nor);
    nor_close(&copy);
    return 0;
}

/* ---- What is there ---- */

static bool value_is(const struct journal *journal, unsigned number, uint32_t serial, uint16_t size)
{
    uint8_t octets[OCTETS_MAX];
    uint8_t expected[OCTETS_MAX];
    int got = journal_get(journal, (uint16_t)number, NULL, octets, sizeof octets);
    model_octets(expected, 0, size, serial);
    return serial == 0 ? got == STORAGE_ABSENT : got == size && memcmp(octets, expected, size) == 0;
}

/* Something that is there but not what was last written: then it was written before. */
static void assert_was_written(const struct journal *journal, unsigned number,
                               enum action_kind kind)
{
    if (journal_get(journal, (uint16_t)number, NULL, NULL, 0) < 0) {
        return;
    }
    for (unsigned i = 0; i < past.count; i++) {
        const struct action *action = &past.written[i];
        uint32_t state = action->serial | MODEL_STATE;
        if (action->target != number) {
            continue;
        }
        if (action->kind == kind &&
            value_is(journal, number, action->serial,
                     kind == ACTION_VALUE ? model_value_size(action->serial)
                                          : model_secret_size(action->serial))) {
            return;
        }
        if (action->kind == ACTION_WARNING && kind == ACTION_VALUE &&
            value_is(journal, number, state, model_value_size(state))) {
            return;
        }
    }
    fail_msg("value %u was invented", number);
}

static unsigned lost_values(void)
{
    unsigned lost = 0;
    const struct model *model = &past.model;
    for (unsigned i = 0; i < MODEL_VALUES; i++) {
        if (!value_is(&meter.storage.values, i, model->value[i],
                      model_value_size(model->value[i]))) {
            assert_was_written(&meter.storage.values, i, ACTION_VALUE);
            lost++;
        }
    }
    for (unsigned i = 0; i < MODEL_SECRETS; i++) {
        if (!value_is(&meter.storage.secrets, i, model->secret[i],
                      model_secret_size(model->secret[i]))) {
            assert_was_written(&meter.storage.secrets, i, ACTION_SECRET);
            lost++;
        }
    }
    return lost;
}

static unsigned lost_records(unsigned target)
{
    unsigned lost = 0;
    const struct model_ring *ring = &past.model.ring[target];
    const struct record_ring *found = &meter.storage.rings[target];
    uint8_t octets[OCTETS_MAX];
    uint8_t expected[OCTETS_MAX];
    uint32_t first = record_first(&past.meter.storage.rings[target]);
    for (uint32_t number = first; number < ring->next; number++) {
        struct record record;
        int result = record_read(found, number, &record, octets);
        if (result != STORAGE_DONE) {
            lost++;
            continue;
        }
        model_octets(expected, 0, ring->size, ring->serial[number % MODEL_KEPT]);
        assert_memory_equal(octets, expected, ring->size);
        assert_int_equal(record.time_s, ring->time_s[number % MODEL_KEPT]);
    }
    assert_true(record_next(found) <= ring->next);
    return lost;
}

static unsigned lost_energies(void)
{
    uint8_t octets[8];
    uint64_t uws = 0;
    if (journal_get(&meter.energy.journal, 0, NULL, octets, sizeof octets) < 0) {
        return 1;
    }
    for (unsigned i = 0; i < sizeof octets; i++) {
        uws = uws << 8 | octets[i];
    }
    if (uws == past.model.checkpoint[0]) {
        return 0;
    }
    for (unsigned i = 0; i < past.count; i++) {
        if (past.energies[i] == uws) {
            return 1;
        }
    }
    fail_msg("energy was invented");
    return 1;
}

static unsigned lost_stage(void)
{
    uint8_t octets[OCTETS_MAX];
    uint8_t expected[OCTETS_MAX];
    uint32_t tag;
    uint32_t size;
    if (!stage_committed(&meter.storage.stage, &tag, &size)) {
        return 1;
    }
    assert_int_equal(tag, past.model.stage_serial);
    assert_int_equal(size, past.model.stage_size);
    for (uint32_t at = 0; at < size; at += OCTETS_MAX) {
        uint32_t now = size - at < OCTETS_MAX ? size - at : OCTETS_MAX;
        assert_int_equal(stage_read(&meter.storage.stage, at, octets, now), STORAGE_DONE);
        model_octets(expected, at, now, tag);
        assert_memory_equal(octets, expected, now);
    }
    return 0;
}

/* Counters that are there use no number again. */
static unsigned lost_counters(void)
{
    unsigned lost = 0;
    for (unsigned i = 0; i < MODEL_COUNTERS; i++) {
        const struct counter *counter = &meter.storage.counters[i];
        bool set = counter->next <= counter->ceiling;
        /* The one that receives skips nothing: an older number of it counts as lost. */
        lost += !set || (i == MODEL_SENT && counter->next < past.model.used[i]);
        if (set && i < MODEL_SENT) {
            assert_true(counter->next >= past.model.used[i]);
        }
    }
    return lost;
}

static bool said_at_the_start(void)
{
    struct storage_losses losses = storage_losses(&meter.storage);
    return losses.sectors + losses.values + losses.records > 0 || losses.stage ||
           meter.energy.journal.damaged > 0 || meter.energy.journal.belt.lost > 0;
}

/* Starts from the damaged copy; at most so many things are lost. Returns how many values. */
static unsigned assert_lost_at_most(unsigned most)
{
    meter_start(&meter, &copy);
    unsigned records = 0;
    for (unsigned i = 0; i < MODEL_RINGS; i++) {
        records += lost_records(i);
    }
    unsigned others = lost_values() + lost_energies() + lost_stage() + lost_counters();
    assert_in_range(records + others, 0, most);
    return others;
}

/* Whatever the chip held, it can be used. */
static void assert_usable(void)
{
    uint32_t number;
    meter_settle(&meter);
    struct journal *values = &meter.storage.values;
    struct record record;
    uint8_t octets[128] = "new";
    assert_int_equal(journal_put(values, 1, 9, octets, 5), STORAGE_DONE);
    assert_int_equal(journal_put(&meter.energy.journal, 0, 9, octets, 64), STORAGE_DONE);
    uint32_t next = record_next(&meter.storage.rings[1]);
    assert_int_equal(record_append(&meter.storage.rings[1], 7, octets), STORAGE_DONE);
    assert_int_equal(storage_counter_set(&meter.storage, 0, 1000), STORAGE_DONE);
    meter_settle(&meter);
    if (stage_begin(&meter.storage.stage) == STORAGE_DONE) {
        assert_int_equal(stage_append(&meter.storage.stage, octets, 5), STORAGE_DONE);
        assert_int_equal(stage_commit(&meter.storage.stage, 5), STORAGE_DONE);
    }
    meter_start(&meter, &copy);
    assert_int_equal(journal_get(values, 1, NULL, octets, sizeof octets), 5);
    assert_int_equal(record_read(&meter.storage.rings[1], next, &record, octets), STORAGE_DONE);
    assert_int_equal(record.time_s, 7);
    assert_string_equal(octets, "new");
    assert_int_equal(storage_counter_next(&meter.storage, 0, &number), STORAGE_DONE);
    assert_in_range(number, 1000, 1016);
}

/* ---- Tests ---- */

static void test_unharmed(void **state)
{
    (void)state;
    nor_copy(&copy, &past.nor);
    assert_lost_at_most(0);
    assert_usable();
}

static void test_one_bit(void **state)
{
    enum { STRIDE = 23 };
    (void)state;
    for (uint32_t bit = 0; bit < past.nor.config.size * 8; bit += STRIDE) {
        nor_copy(&copy, &past.nor);
        nor_flip(&copy, bit / 8, (uint8_t)(1 << bit % 8));
        assert_true(assert_lost_at_most(1) == 0 || said_at_the_start());
        if (bit % (STRIDE * 64) == 0) {
            assert_usable();
        }
    }
}

static void test_two_bits(void **state)
{
    enum { PAIRS = 12000 };
    uint64_t dice = 3;
    (void)state;
    for (uint32_t i = 0; i < PAIRS; i++) {
        uint32_t a = dice_below(&dice, past.nor.config.size * 8);
        uint32_t near = a / 8 / 1024 * 1024 * 8 + dice_below(&dice, 1024 * 8);
        uint32_t b = i % 2 ? near : dice_below(&dice, past.nor.config.size * 8);
        nor_copy(&copy, &past.nor);
        nor_flip(&copy, a / 8, (uint8_t)(1 << a % 8));
        nor_flip(&copy, b / 8, (uint8_t)(1 << b % 8));
        assert_true(assert_lost_at_most(2) == 0 || said_at_the_start());
        if (i % 64 == 0) {
            assert_usable();
        }
    }
}

static void make_octets(uint32_t from, uint32_t to, uint64_t *dice)
{
    for (uint32_t at = from; at < to; at++) {
        uint8_t wanted = dice ? (uint8_t)dice_below(dice, 256) : 0xff;
        nor_flip(&copy, at, nor_peek(&copy, at) ^ wanted);
    }
}

/* The end is missing, or the beginning, and reads as erased or as garbage. */
static void test_truncated(void **state)
{
    uint64_t dice = 9;
    (void)state;
    for (uint32_t size = 0; size < past.nor.config.size; size += 555) {
        for (unsigned way = 0; way < 4; way++) {
            nor_copy(&copy, &past.nor);
            make_octets(way % 2 ? 0 : size, way % 2 ? size : past.nor.config.size,
                        way < 2 ? NULL : &dice);
            bool lost = assert_lost_at_most(UINT16_MAX) > 0;
            /* What reads as erased may never have been written; garbage is told. */
            assert_true(!lost || way < 2 || said_at_the_start());
            assert_usable();
        }
    }
}

static void test_random(void **state)
{
    uint64_t dice = 10;
    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        nor_copy(&copy, &past.nor);
        make_octets(0, copy.config.size, &dice);
        meter_start(&meter, &copy);
        assert_true(said_at_the_start());
        assert_int_equal(record_next(&meter.storage.rings[0]), 1);
        assert_int_equal(journal_get(&meter.storage.values, 0, NULL, NULL, 0), STORAGE_ABSENT);
        assert_usable();
    }
}

/* All sectors moved by some places: each is intact, none is where it belongs. */
static void test_moved(void **state)
{
    (void)state;
    uint32_t size = past.nor.config.size;
    for (uint32_t shift = 1; shift < 43; shift++) {
        nor_copy(&copy, &past.nor);
        for (uint32_t at = 0; at < size; at++) {
            uint8_t wanted = nor_peek(&past.nor, (at + shift * 1024) % size);
            nor_flip(&copy, at, nor_peek(&copy, at) ^ wanted);
        }
        meter_start(&meter, &copy);
        assert_true(said_at_the_start());
        assert_int_equal(journal_get(&meter.energy.journal, 0, NULL, NULL, 0), STORAGE_ABSENT);
        assert_int_equal(record_next(&meter.storage.rings[0]), 1);
        assert_usable();
    }
}

/* The chip of another product: the same partitions in the same places, with other identities. */
static void test_other_product(void **state)
{
    (void)state;
    struct partition rings[MODEL_RINGS];
    struct storage_layout layout = model_layout;
    memcpy(rings, model_layout.rings, sizeof rings);
    layout.rings = rings;
    layout.values.identity ^= 0x0300;
    layout.secrets.identity ^= 0x0300;
    layout.stage.identity ^= 0x0300;
    for (unsigned i = 0; i < MODEL_RINGS; i++) {
        rings[i].identity ^= 0x0300;
    }
    nor_copy(&copy, &past.nor);
    struct flash flash = nor_port(&copy);
    struct storage storage;
    storage_init(&storage, &flash, &layout);
    while (storage_recover(&storage) > 0) {
    }
    assert_true(storage_losses(&storage).sectors > 10);
    assert_int_equal(record_next(&storage.rings[0]), 1);
    assert_int_equal(journal_get(&storage.values, 0, NULL, NULL, 0), STORAGE_ABSENT);
    /* Looking at it has changed nothing: its own product still finds everything. */
    assert_lost_at_most(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unharmed),      cmocka_unit_test(test_one_bit),
        cmocka_unit_test(test_two_bits),      cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_random),        cmocka_unit_test(test_moved),
        cmocka_unit_test(test_other_product),
    };
    return cmocka_run_group_tests_name("storage_damage", tests, make_past, drop_past);
}
