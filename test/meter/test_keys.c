/* A key transfer on the chip: whenever the supply fails, the meter comes back with the old keys or
 * with the new ones, all of them, and no counter of a key comes back. */
#include "crypto/key_wrap.h"
#include "dlms/security_change.h"
#include "port/posix/entropy.h"
#include "test/meter/stored.h"
#include "test/unit.h"

#include <string.h>

enum { MANAGEMENT = 2, USED = 500, TEARINGS = STORED_TEARS };

static const struct meter_keys keys = {
    .unicast = "old unicast key", .authentication = "old authenticat", .master = "old master key"};
static const char new_unicast[METER_KEY] = "new unicast key";
static const char new_authentication[METER_KEY] = "new authenticat";

static void start(struct stored *stored)
{
    stored_start(stored, (struct meter_setup){.keys = &keys, .entropy = &posix_entropy});
}

static struct stored *new_meter(void)
{
    struct stored *stored = stored_new();
    start(stored);
    stored_settle(stored);
    return stored;
}

static void wrap(const char key[METER_KEY], uint8_t wrapped[METER_KEY + CRYPTO_KEY_WRAP_EXTRA])
{
    assert_int_equal(
        crypto_key_wrap(keys.master, METER_KEY, (const uint8_t *)key, METER_KEY, wrapped), 0);
}

/* Both encryption and authentication key, as a client's association would. */
static enum dlms_change transfer(struct meter *meter)
{
    uint8_t wrapped[2][METER_KEY + CRYPTO_KEY_WRAP_EXTRA];
    wrap(new_unicast, wrapped[0]);
    wrap(new_authentication, wrapped[1]);
    const struct dlms_wrapped_key list[] = {
        {DLMS_KEY_UNICAST, {wrapped[0], sizeof wrapped[0]}},
        {DLMS_KEY_AUTHENTICATION, {wrapped[1], sizeof wrapped[1]}},
    };
    static const struct dlms_association changer;
    return dlms_security_transfer(&meter->security, list, 2, &changer);
}

static bool holds(const struct meter *meter, enum dlms_key_id id, const void *key)
{
    const uint8_t *octets = dlms_keyring_octets(&meter->security.ring, id);
    return octets != NULL && memcmp(octets, key, METER_KEY) == 0;
}

static bool has_new_keys(const struct meter *meter)
{
    return holds(meter, DLMS_KEY_UNICAST, new_unicast) &&
           holds(meter, DLMS_KEY_AUTHENTICATION, new_authentication);
}

static bool has_old_keys(const struct meter *meter)
{
    return holds(meter, DLMS_KEY_UNICAST, keys.unicast) &&
           holds(meter, DLMS_KEY_AUTHENTICATION, keys.authentication);
}

static uint32_t use(struct meter *meter)
{
    uint32_t value = 0;
    struct dlms_security_setup *security = &meter->security;
    return dlms_counter_take(&security->sent, security->store, &value) == 0 ? value : 0;
}

static struct dlms_counter *received(struct meter *meter)
{
    return &meter->security.received[DLMS_COUNTER_OF_UNICAST];
}

static void use_old_keys(struct meter *meter)
{
    for (int i = 0; i < USED; i++) {
        assert_int_not_equal(use(meter), 0);
    }
    assert_int_equal(dlms_counter_accept(received(meter), meter->security.store, USED), 0);
}

/* What the meter did before its supply failed. */
struct life {
    bool answered; /* the transfer was */
    uint32_t sent; /* highest counter used with the new key */
    bool took;     /* a counter received by it: 5 */
};

/* Transfers and goes on with the new keys, as far as the supply lasts. */
static struct life live(struct meter *meter)
{
    struct life life = {.answered = transfer(meter) == DLMS_CHANGED};
    if (life.answered) {
        dlms_security_adopt(&meter->security);
        assert_true(has_new_keys(meter));
        life.sent = use(meter);
        life.took = dlms_counter_accept(received(meter), meter->security.store, 5) == 0;
        uint32_t more = use(meter);
        life.sent = more != 0 ? more : life.sent;
    }
    return life;
}

static void hold(struct meter *meter, const struct life *life)
{
    bool is_new = has_new_keys(meter);
    assert_true(is_new || has_old_keys(meter));
    assert_true(is_new || !life->answered);
    if (is_new) {
        assert_int_equal(meter->security.changes[DLMS_KEY_UNICAST], 1);
        assert_int_not_equal(life->took && dlms_counter_accepts(received(meter), 5), true);
        assert_true(meter->security.sent.next > life->sent);
        assert_true(life->took || dlms_counter_accepts(received(meter), 0) ||
                    dlms_counter_accepts(received(meter), 100));
    } else {
        assert_true(meter->security.sent.next > USED);
        assert_false(dlms_counter_accepts(received(meter), USED));
    }
    assert_true(holds(meter, DLMS_KEY_MASTER, keys.master));
}

/* Cuts the n-th operation from the transfer on; false when there are not as many. */
static bool cut_at(const struct stored *before, uint64_t operation, unsigned tearing)
{
    const struct meter_setup setup = {.keys = &keys, .entropy = &posix_entropy};
    struct stored *stored = stored_before_cut(before, setup, operation, tearing);
    struct life life = live(&stored->meter);
    bool cut = stored->nor.dead;
    nor_power_on(&stored->nor);
    start(stored);
    hold(&stored->meter, &life);
    stored_settle(stored);
    start(stored);
    hold(&stored->meter, &life);
    stored_end(stored);
    return cut;
}

static void a_cut_leaves_old_or_new(void **state)
{
    (void)state;
    struct stored *before = new_meter();
    use_old_keys(&before->meter);
    unsigned cuts = 0;
    for (unsigned tearing = 0; tearing < TEARINGS; tearing++) {
        for (uint64_t operation = 1; cut_at(before, operation, tearing); operation++) {
            cuts++;
        }
    }
    assert_true(cuts > TEARINGS * 4);
    stored_end(before);
}

/* An old key does not come back, and the chip does not hold it any more. */
static void keys_are_replaced_for_good(void **state)
{
    (void)state;
    struct stored *stored = new_meter();
    use_old_keys(&stored->meter);
    assert_int_equal(transfer(&stored->meter), DLMS_CHANGED);
    dlms_security_adopt(&stored->meter.security);
    assert_int_equal(use(&stored->meter), DLMS_COUNTER_FIRST);
    assert_true(dlms_counter_accepts(received(&stored->meter), 0));
    start(stored);
    assert_true(has_new_keys(&stored->meter));
    assert_true(stored->meter.security.sent.next > DLMS_COUNTER_FIRST);
    assert_true(stored->meter.security.sent.next < USED);
    assert_true(dlms_counter_accepts(received(&stored->meter), 0));
    stored_end(stored);
}

/* Versions before had a counter for each client: the highest goes on. */
static void counters_of_each_client_are_one_now(void **state)
{
    (void)state;
    enum { OF_PUBLIC = 2, OF_ESTABLISHED = 11, OF_ESTABLISHED_BROADCAST = 12 };
    struct stored *stored = new_meter();
    const struct dlms_counter_store *store = stored->meter.security.store;
    assert_int_equal(store->reserve(store->context, OF_ESTABLISHED, 900), 0);
    assert_int_equal(store->reserve(store->context, OF_PUBLIC, 200), 0);
    assert_int_equal(store->reserve(store->context, OF_ESTABLISHED_BROADCAST, 5000), 0);
    start(stored);
    assert_false(dlms_counter_accepts(received(&stored->meter), 899));
    assert_true(dlms_counter_accepts(received(&stored->meter), 900));
    assert_int_equal(dlms_counter_accept(received(&stored->meter), store, 950), 0);
    start(stored);
    assert_false(dlms_counter_accepts(received(&stored->meter), 950));
    assert_true(dlms_counter_accepts(received(&stored->meter), 2000));
    stored_end(stored);
}

static void a_policy_outlives_the_supply(void **state)
{
    (void)state;
    struct stored *stored = new_meter();
    assert_int_equal(stored->meter.security.policy, stored->meter.product->security_policy);
    assert_int_equal(dlms_security_activate(&stored->meter.security, DLMS_POLICY_CIPHERS),
                     DLMS_CHANGED);
    start(stored);
    assert_int_equal(stored->meter.security.policy, DLMS_POLICY_CIPHERS);
    assert_true(has_old_keys(&stored->meter));
    stored_end(stored);
}

/* The keys of signatures are those of the suite's curve, or the setup is not possible. */
static void keys_for_signatures(void **state)
{
    (void)state;
    static struct crypto_ecc curves;
    static struct crypto_random drawing;
    struct stored *stored = new_meter();
    struct meter_keys own = keys;
    uint8_t client[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    struct meter_setup setup = {.product = product_find("xs211"),
                                .keys = &own,
                                .entropy = &posix_entropy,
                                .curves = &curves,
                                .flash = &stored->flash,
                                .legal = &stored->legal};
    assert_int_equal(crypto_random_begin(&drawing, &posix_entropy, NULL, 0), 0);
    for (int suite = DLMS_SUITE_1; suite <= DLMS_SUITE_2; suite++) {
        enum crypto_curve curve = suite == DLMS_SUITE_1 ? CRYPTO_P256 : CRYPTO_P384;
        curves.random = &drawing;
        own.suite = (enum dlms_suite)suite;
        assert_int_equal(crypto_ecc_make(&curves, curve, own.signing, public_key), 0);
        assert_int_equal(crypto_ecc_make(&curves, curve, client, own.signing_peer), 0);
        assert_int_equal(meter_init(&stored->meter, &setup), 0);
        assert_true(dlms_security_setup_signs(&stored->meter.security, MANAGEMENT));
        assert_false(dlms_security_setup_signs(&stored->meter.security, MANAGEMENT - 1));
        own.signing_peer[0] ^= 1;
        assert_int_equal(meter_init(&stored->meter, &setup), -1);
        memset(own.signing_peer, 0, sizeof own.signing_peer); /* not given */
        assert_int_equal(meter_init(&stored->meter, &setup), 0);
        assert_false(dlms_security_setup_signs(&stored->meter.security, MANAGEMENT));
    }
    memset(own.signing_peer, 1, sizeof own.signing_peer);
    own.suite = DLMS_SUITE_0;
    assert_int_equal(meter_init(&stored->meter, &setup), -1);
    stored_end(stored);
}

/* What a damaged chip or a later firmware has there is passed over. */
static void records_of_another_form_are_passed_over(void **state)
{
    (void)state;
    enum { RECORD = 2 };
    struct stored *stored = new_meter();
    struct journal *secrets = &stored->meter.storage.secrets;
    uint8_t octets[200] = {0, 0xFF, 0x0F};
    for (uint16_t size = 0; size < sizeof octets; size += 7) {
        assert_int_equal(journal_put(secrets, RECORD, 1, octets, size), STORAGE_DONE);
        start(stored);
        assert_true(has_old_keys(&stored->meter));
        assert_int_equal(stored->meter.security.policy, 0);
        stored_settle(stored);
    }
    assert_int_equal(journal_put(secrets, RECORD, 2, octets, 19), STORAGE_DONE);
    start(stored);
    assert_int_equal(stored->meter.security.policy, 0);
    stored_end(stored);
}

/* On a chip that was never written: until a key can be used in both directions one sector has to be
 * erased for it, not all that are kept ready. */
static void a_new_chip_is_soon_used(void **state)
{
    enum { ERASES = 3 }; /* the legally relevant part's come in turn */
    (void)state;
    struct stored *stored = stored_new();
    start(stored);
    struct meter *meter = &stored->meter;
    int64_t now_ms = 0;
    while (use(meter) == 0) {
        assert_false(meter_ready(meter));
        assert_true(now_ms < 5000);
        (void)meter_step(meter, ++now_ms);
        nor_advance(&stored->nor, 1000);
    }
    assert_true(meter_ready(meter));
    assert_int_equal(dlms_counter_accept(received(meter), meter->security.store, 1), 0);
    assert_true(stored->nor.counts.erases <= ERASES);
    stored_end(stored);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_chip_is_soon_used),
        cmocka_unit_test(a_cut_leaves_old_or_new),
        cmocka_unit_test(keys_are_replaced_for_good),
        cmocka_unit_test(counters_of_each_client_are_one_now),
        cmocka_unit_test(a_policy_outlives_the_supply),
        cmocka_unit_test(keys_for_signatures),
        cmocka_unit_test(records_of_another_form_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
