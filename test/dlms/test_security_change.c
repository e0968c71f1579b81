/* Changes of a setup in any order, with a chip that fails now and then and starts in between, held
 * to a naive model: one record for what is in force and one for what is kept. */
#include "crypto/key_wrap.h"
#include "dlms/security_change.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { LIVES = 300, STEPS = 60 };

static const uint8_t title[DLMS_TITLE_SIZE] = "MMM0001";
static const struct dlms_association *const by = (const void *)title;
static struct dlms_security_setup setup;

/* ---- the chip ---- */

static struct dlms_security_kept chip;
static bool chip_has_record;
static bool chip_fails;

static int keep(void *owner, const struct dlms_security_kept *kept)
{
    (void)owner;
    if (chip_fails) {
        return -1;
    }
    chip = *kept;
    chip_has_record = true;
    return 0;
}

static const struct dlms_security_keep to_chip = {.keep = keep};

/* ---- the model ---- */

static struct dlms_security_kept in_force;
static struct dlms_security_kept kept; /* what waits included: what is in force next */

static size_t size_of(uint8_t suite)
{
    return dlms_key_size((enum dlms_suite)suite);
}

static bool leaves_suite(void)
{
    return kept.suite != in_force.suite;
}

static bool has(uint8_t keys, int id)
{
    return (keys >> id & 1) != 0;
}

static void model_put(struct dlms_security_kept *record, int id, const uint8_t *octets, size_t size)
{
    if (size != size_of(record->suite)) {
        record->coming_keys |= (uint8_t)(1 << id);
        memcpy(record->coming[id], octets, size);
        return;
    }
    if (!has(record->keys, id) || memcmp(record->octets[id], octets, size) != 0) {
        record->changes[id]++;
    }
    record->keys |= (uint8_t)(1 << id);
    memcpy(record->octets[id], octets, size);
}

static void model_upgrade(struct dlms_security_kept *record, uint8_t suite)
{
    if (size_of(suite) != size_of(record->suite)) {
        for (int id = 0; id < DLMS_KEYS; id++) {
            record->changes[id] += has(record->coming_keys, id);
        }
        memcpy(record->octets, record->coming, sizeof record->octets);
        memset(record->coming, 0, sizeof record->coming);
        record->keys = record->coming_keys;
        record->coming_keys = 0;
    }
    record->suite = suite;
    memset(record->pairs, 0, sizeof record->pairs);
    memset(record->made, 0, sizeof record->made);
}

/* ---- both held to each other ---- */

static void assert_pairs(const struct dlms_key_pair *a, const struct dlms_key_pair *b)
{
    assert_memory_equal(a, b, DLMS_KEY_USES * sizeof *a);
}

static void assert_in_force(void)
{
    assert_int_equal(setup.ring.suite, in_force.suite);
    assert_int_equal(setup.policy, in_force.policy);
    assert_int_equal(setup.coming_keys, in_force.coming_keys);
    assert_memory_equal(setup.coming, in_force.coming, sizeof setup.coming);
    assert_memory_equal(setup.changes, in_force.changes, sizeof setup.changes);
    assert_int_equal(setup.ring.there, in_force.keys);
    for (int id = 0; id < DLMS_KEYS; id++) {
        const uint8_t *octets = dlms_keyring_octets(&setup.ring, (enum dlms_key_id)id);
        if (octets != NULL) {
            assert_memory_equal(octets, in_force.octets[id], size_of(in_force.suite));
        }
    }
    assert_pairs(setup.signing.own, in_force.pairs);
    assert_pairs(setup.signing.made, in_force.made);
}

static void assert_on_chip(void)
{
    if (chip_has_record) {
        assert_int_equal(chip.suite, kept.suite);
        assert_int_equal(chip.policy, kept.policy);
        assert_int_equal(chip.keys, kept.keys);
        assert_int_equal(chip.coming_keys, kept.coming_keys);
        assert_memory_equal(chip.changes, kept.changes, sizeof chip.changes);
        assert_memory_equal(chip.octets, kept.octets, sizeof chip.octets);
        assert_memory_equal(chip.coming, kept.coming, sizeof chip.coming);
        assert_pairs(chip.pairs, kept.pairs);
        assert_pairs(chip.made, kept.made);
    }
}

/* ---- the changes ---- */

static unsigned draw(unsigned below)
{
    return (unsigned)rand() % below;
}

/* Few different keys, zeros among them, so that one comes that is there already. */
static void draw_key(uint8_t octets[DLMS_KEY_MAX])
{
    memset(octets, (int)draw(3), DLMS_KEY_MAX);
}

/* What a change that may be made comes to: kept, or not because of the chip. */
static enum dlms_change expected(bool possible)
{
    if (!possible) {
        return DLMS_CHANGE_REFUSED;
    }
    return chip_fails ? DLMS_CHANGE_LATER : DLMS_CHANGED;
}

static void transfer(void)
{
    uint8_t wrapped[2][DLMS_WRAPPED_KEY_MAX];
    struct dlms_wrapped_key list[2];
    struct dlms_security_kept after = kept;
    bool possible = has(in_force.keys, DLMS_KEY_MASTER);
    size_t count = draw(3);
    size_t kek_size = size_of(in_force.suite);
    for (size_t i = 0; i < count; i++) {
        uint8_t kek[DLMS_KEY_MAX];
        uint8_t octets[DLMS_KEY_MAX];
        unsigned id = draw(DLMS_KEYS + (draw(8) == 0));
        size_t size = draw(2) == 0 ? 16 : 32;
        bool by_other = draw(10) == 0;
        memcpy(kek, in_force.octets[DLMS_KEY_MASTER], sizeof kek);
        kek[3] ^= by_other;
        draw_key(octets);
        assert_int_equal(crypto_key_wrap(kek, kek_size, octets, size, wrapped[i]), 0);
        list[i] = (struct dlms_wrapped_key){(enum dlms_key_id)id,
                                            {wrapped[i], size + CRYPTO_KEY_WRAP_EXTRA}};
        possible = possible && !by_other && id < DLMS_KEYS &&
                   (size == 32 || size_of(kept.suite) == 16) && (i == 0 || id != list[0].id);
        if (possible) {
            model_put(&after, (int)id, octets, size);
        }
    }
    possible = possible && count > 0;
    enum dlms_change change = dlms_security_transfer(&setup, list, count, by);
    assert_int_equal(change, expected(possible));
    if (change == DLMS_CHANGED) {
        kept = after;
        in_force.coming_keys = kept.coming_keys;
        memcpy(in_force.coming, kept.coming, sizeof kept.coming);
    }
}

static void upgrade(void)
{
    uint8_t suite = (uint8_t)draw(4);
    bool longer = suite == DLMS_SUITE_2 && size_of(kept.suite) == 16;
    bool lacks = longer && (kept.keys & ~(unsigned)kept.coming_keys) != 0;
    bool possible = suite <= DLMS_SUITE_2 && suite > kept.suite && !lacks &&
                    (kept.policy & DLMS_POLICY_SIGNS) == 0;
    enum dlms_change change = dlms_security_upgrade(&setup, (enum dlms_suite)suite, by);
    assert_int_equal(change, expected(possible));
    if (change == DLMS_CHANGED) {
        model_upgrade(&kept, suite);
        in_force.coming_keys = kept.coming_keys;
        memcpy(in_force.coming, kept.coming, sizeof kept.coming);
    }
}

static void activate(void)
{
    uint8_t policy = (uint8_t)(in_force.policy | 1U << draw(8));
    policy &= (uint8_t)(draw(6) == 0 ? ~(1U << draw(8)) : 0xFFU);
    bool signs = (policy & DLMS_POLICY_SIGNS) != 0;
    bool possible = (in_force.policy & ~policy) == 0 &&
                    (policy & ~(DLMS_POLICY_CIPHERS | DLMS_POLICY_SIGNS)) == 0 &&
                    (!signs || kept.pairs[DLMS_USE_SIGNATURE].there);
    enum dlms_change change = dlms_security_activate(&setup, policy);
    assert_int_equal(change, expected(possible));
    if (change == DLMS_CHANGED) {
        kept.policy = in_force.policy = policy;
    }
}

static void make_pair(void)
{
    struct dlms_key_pair pair = {.there = true, .private_key = {(uint8_t)rand()}};
    enum dlms_key_use use = (enum dlms_key_use)draw(DLMS_KEY_USES);
    enum dlms_change change = dlms_security_make_pair(&setup, use, &pair);
    assert_int_equal(change, leaves_suite() ? DLMS_CHANGE_LATER : expected(true));
    if (change == DLMS_CHANGED) {
        kept.made[use] = in_force.made[use] = pair;
    }
}

static void adopt_pair(void)
{
    enum dlms_key_use use = (enum dlms_key_use)draw(DLMS_KEY_USES);
    if (!in_force.made[use].there) {
        return;
    }
    enum dlms_change change = dlms_security_adopt_pair(&setup, use);
    assert_int_equal(change, leaves_suite() ? DLMS_CHANGE_LATER : expected(true));
    if (change == DLMS_CHANGED) {
        kept.pairs[use] = in_force.pairs[use] = in_force.made[use];
        memset(&kept.made[use], 0, sizeof kept.made[use]);
        memset(&in_force.made[use], 0, sizeof in_force.made[use]);
    }
}

/* A counter begins anew with its key; that of all other keys which are sent by never does. */
static void assert_counter(const struct dlms_counter *counter, int key, uint32_t first,
                           uint32_t before)
{
    bool anew = key < DLMS_KEYS && in_force.changes[key] != kept.changes[key];
    assert_int_equal(counter->next, anew ? first : before);
}

/* The answer has gone. */
static void adopt(void)
{
    static const struct dlms_security_next nothing;
    static const int keys[DLMS_COUNTERS] = {DLMS_KEY_UNICAST, DLMS_KEY_BROADCAST, DLMS_KEY_MASTER};
    uint32_t used = 1000 + draw(1000);
    dlms_counter_restore(&setup.sent, setup.sent.id, used);
    dlms_counter_restore(&setup.sent_other, setup.sent_other.id, used);
    for (int of = 0; of < DLMS_COUNTERS; of++) {
        dlms_counter_restore(&setup.received[of], setup.received[of].id, used);
        dlms_counter_restore(&setup.received_data[of], setup.received_data[of].id, used);
    }
    dlms_security_adopt(&setup);
    assert_memory_equal(&setup.next, &nothing, sizeof nothing);
    assert_counter(&setup.sent, DLMS_KEY_UNICAST, DLMS_COUNTER_FIRST, used);
    assert_counter(&setup.sent_other, DLMS_KEYS, 0, used);
    for (int of = 0; of < DLMS_COUNTERS; of++) {
        assert_counter(&setup.received[of], keys[of], 0, used);
        assert_counter(&setup.received_data[of], keys[of], 0, used);
    }
    in_force = kept;
}

/* As the factory made it: suite 0, and whatever keys. */
static void start(uint8_t keys)
{
    static const uint8_t octets[DLMS_KEY_MAX] = "the keys of the factory";
    dlms_security_setup_init(&setup, DLMS_SUITE_0, title, NULL);
    setup.keep = &to_chip;
    for (int id = 0; id < DLMS_KEYS; id++) {
        if (has(keys, id)) {
            assert_int_equal(dlms_keyring_put(&setup.ring, (enum dlms_key_id)id, octets, 16), 0);
        }
    }
    if (chip_has_record) {
        assert_int_equal(dlms_security_restore(&setup, &chip), 0);
        in_force = kept;
    }
}

static void be_born(uint8_t keys)
{
    chip_has_record = false;
    start(keys);
    memset(&kept, 0, sizeof kept);
    kept.keys = keys;
    memcpy(kept.octets, setup.ring.octets, sizeof kept.octets);
    in_force = kept;
}

static void any_order_of_changes(void **state)
{
    static void (*const changes[])(void) = {transfer, transfer,  transfer,   transfer, upgrade,
                                            activate, make_pair, adopt_pair, adopt};
    (void)state;
    unsigned of_suite[3] = {0};
    srand(1121);
    for (int life = 0; life < LIVES; life++) {
        uint8_t keys = (uint8_t)(draw(1 << DLMS_KEYS) | 1U << (draw(9) ? DLMS_KEY_MASTER : 0));
        be_born(keys);
        for (int step = 0; step < STEPS; step++) {
            chip_fails = draw(8) == 0;
            changes[draw(sizeof changes / sizeof *changes)]();
            if (draw(30) == 0) {
                start(keys);
            }
            assert_in_force();
            assert_on_chip();
        }
        of_suite[in_force.suite]++;
    }
    assert_true(of_suite[0] > 0 && of_suite[1] > 0 && of_suite[2] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
