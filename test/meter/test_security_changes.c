/* What a client changes of the security setup, on the chip: whenever the supply fails, the meter
 * comes back as it was or as it was to be, all of it, and the change can be made then. */
#include "crypto/hash.h"
#include "crypto/key_wrap.h"
#include "dlms/security_agreed.h"
#include "dlms/security_change.h"
#include "test/meter/certified_meter.h"
#include "test/unit.h"

#include <string.h>

enum { TEARINGS = 3, KEY = 16, DIGEST = 32, MANAGEMENT = 2 };

static const uint8_t master[DLMS_KEY_MAX] = "the master key";
static const uint8_t client_title[DLMS_TITLE_SIZE] = {0x4D, 0x4D, 0x4D, 0, 0, 0, 0, 1};

static struct {
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
} of_client;
static struct made client_now;    /* certificates of the client */
static struct made client_later;  /* that takes the place of the one before */
static struct made meter_renewed; /* of the pair that waits */
static const struct dlms_association by = {.server = NULL};

/* ---- what a meter is: everything that such a change can touch ---- */

static void add_pair(struct crypto_hash *hash, const struct dlms_key_pair *pair)
{
    crypto_hash_add(hash, &(uint8_t){pair->there}, 1);
    if (pair->there) {
        crypto_hash_add(hash, pair->private_key, CRYPTO_CURVE_MAX);
        crypto_hash_add(hash, pair->public_id, DLMS_PUBLIC_ID);
    }
}

static void add_keys(struct crypto_hash *hash, const struct dlms_security_setup *setup)
{
    for (int id = 0; id < DLMS_KEYS; id++) {
        const uint8_t *octets = dlms_keyring_octets(&setup->ring, (enum dlms_key_id)id);
        if (octets != NULL) {
            crypto_hash_add(hash, octets, dlms_key_size(setup->ring.suite));
        }
    }
    crypto_hash_add(hash, &setup->coming_keys, 1);
    crypto_hash_add(hash, setup->coming, sizeof setup->coming);
}

struct state {
    uint8_t keys[DIGEST]; /* and policy and suite: the one record */
    uint8_t certificates[DIGEST];
};

static void digest_certificates(const struct dlms_security_setup *setup, uint8_t digest[DIGEST])
{
    struct crypto_hash hash;
    uint8_t room[CRYPTO_CERTIFICATE_MAX];
    struct dlms_certificate held;
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    for (uint8_t slot = 0; slot < METER_CERTIFICATES; slot++) {
        if (dlms_certificate_read(setup, slot, room, &held)) {
            crypto_hash_add(&hash, held.der, held.size);
        }
    }
    crypto_hash_end(&hash, digest);
}

static struct state state_of(const struct stored *stored)
{
    const struct dlms_security_setup *setup = &stored->meter.security;
    const uint8_t numbers[] = {(uint8_t)setup->ring.suite, setup->policy};
    struct state state;
    struct crypto_hash hash;
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    crypto_hash_add(&hash, numbers, sizeof numbers);
    add_keys(&hash, setup);
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        add_pair(&hash, &setup->signing.own[use]);
        add_pair(&hash, &setup->signing.made[use]);
    }
    crypto_hash_end(&hash, state.keys);
    digest_certificates(setup, state.certificates);
    return state;
}

static bool has_same_keys(const struct state *a, const struct state *b)
{
    return memcmp(a->keys, b->keys, DIGEST) == 0;
}

static bool is_same(const struct state *a, const struct state *b)
{
    return has_same_keys(a, b) && memcmp(a->certificates, b->certificates, DIGEST) == 0;
}

/* What draws its keys has no state that is known before: its pairs are pairs at least. */
static void assert_pairs(struct meter *meter)
{
    enum crypto_curve curve;
    assert_int_equal(dlms_security_setup_curve(&meter->security, &curve), 0);
    for (int i = 0; i < 2 * DLMS_KEY_USES; i++) {
        struct dlms_security_signing *signing = &meter->security.signing;
        const struct dlms_key_pair *pair =
            i < DLMS_KEY_USES ? &signing->own[i] : &signing->made[i - DLMS_KEY_USES];
        uint8_t public_key[CRYPTO_PUBLIC_MAX];
        if (pair->there) {
            assert_int_equal(crypto_ecc_public(&curves, curve, pair->private_key, public_key), 0);
            assert_memory_equal(public_key, pair->public_id, sizeof pair->public_id);
        }
    }
}

/* ---- the changes ---- */

/* The first `count` keys, all of one size. */
static enum dlms_change transfer_keys(struct meter *meter, const char *text, size_t size, int count)
{
    uint8_t octets[DLMS_KEY_MAX] = {0};
    uint8_t wrapped[DLMS_KEYS][DLMS_KEY_MAX + CRYPTO_KEY_WRAP_EXTRA];
    struct dlms_wrapped_key list[DLMS_KEYS];
    memcpy(octets, text, strlen(text));
    for (int id = 0; id < count; id++) {
        octets[size - 1] = (uint8_t)id;
        assert_int_equal(crypto_key_wrap(master, KEY, octets, size, wrapped[id]), 0);
        list[id] = (struct dlms_wrapped_key){(enum dlms_key_id)id,
                                             {wrapped[id], size + CRYPTO_KEY_WRAP_EXTRA}};
    }
    return dlms_security_transfer(&meter->security, list, (size_t)count, &by);
}

static enum dlms_change transfer(struct meter *meter)
{
    return transfer_keys(meter, "another key", KEY, DLMS_KEY_MASTER);
}

static enum dlms_change transfer_for_suite_2(struct meter *meter)
{
    return transfer_keys(meter, "a key of the next suite", DLMS_KEY_MAX, DLMS_KEYS);
}

static enum dlms_change upgrade(struct meter *meter)
{
    return dlms_security_upgrade(&meter->security, DLMS_SUITE_2, &by);
}

static enum dlms_change activate(struct meter *meter)
{
    return dlms_security_activate(&meter->security, DLMS_POLICY_SIGNS | DLMS_POLICY_CIPHERS);
}

static enum dlms_change agree(struct meter *meter)
{
    uint8_t ephemeral[CRYPTO_CURVE_MAX];
    uint8_t data[DLMS_AGREED_MAX];
    uint8_t octets[2 * DLMS_AGREED_MAX];
    struct writer returned = writer_over(octets, sizeof octets);
    const struct dlms_signing client = {
        .ecc = &curves, .curve = CRYPTO_P256, .own = of_client.private_key};
    struct dlms_signing signing = dlms_security_setup_signing(&meter->security, MANAGEMENT);
    assert_int_equal(dlms_exchange_make(&client, DLMS_KEY_UNICAST, ephemeral, data), 0);
    const struct dlms_wrapped_key key = {DLMS_KEY_UNICAST, {data, dlms_exchange_size(CRYPTO_P256)}};
    return dlms_security_agree(&meter->security, &signing, &key, 1, client_title, &by, &returned);
}

static enum dlms_change generate(struct meter *meter)
{
    return dlms_certificate_generate(&meter->security, DLMS_USE_AGREEMENT);
}

static enum dlms_change import_client(struct meter *meter)
{
    return import(meter, &client_later);
}

static enum dlms_change import_own(struct meter *meter)
{
    return import(meter, &meter_renewed);
}

static enum dlms_change remove_client(struct meter *meter)
{
    const struct dlms_certificate_name name = {
        .entity = DLMS_ENTITY_CLIENT, .type = 0, .title = {client_title, DLMS_TITLE_SIZE}};
    return dlms_certificate_remove(&meter->security, &name);
}

static const struct change {
    const char *name;
    enum dlms_change (*make)(struct meter *meter);
    bool draws; /* what comes of it is not known before */
    bool once;  /* it cannot be made again */
} changes[] = {
    {"security_policy", activate, false, false},
    {"security_suite", upgrade, false, true},
    {"key_transfer", transfer, false, false},
    {"key_agreement", agree, true, false},
    {"generate_key_pair", generate, true, false},
    {"import_certificate, of a client", import_client, false, false},
    {"import_certificate, of the meter", import_own, false, false},
    {"remove_certificate", remove_client, false, true},
};

/* ---- cuts ---- */

static enum dlms_change make(struct stored *stored, const struct change *change)
{
    enum dlms_change made = change->make(&stored->meter);
    if (made == DLMS_CHANGED) {
        dlms_security_adopt(&stored->meter.security);
    }
    return made;
}

/* Back with supply: as it was, or as it was to be. */
static bool is_new(struct stored *stored, const struct change *change, const struct state *old,
                   const struct state *expected)
{
    const struct state now = state_of(stored);
    if (is_same(&now, old)) {
        return false;
    }
    assert_true(is_same(&now, expected) || change->draws);
    assert_pairs(&stored->meter);
    return true;
}

/* False when there are not as many operations. */
static bool cut_at(const struct stored *before, const struct change *change, uint64_t operation,
                   unsigned tearing, const struct state *expected)
{
    struct state old = state_of(before);
    struct stored *stored = stored_before_cut(before, certified_setup(), operation, tearing);
    bool answered = make(stored, change) == DLMS_CHANGED;
    struct state lived = state_of(stored); /* without its chip, if that is dead */
    bool cut = stored->nor.dead;
    nor_power_on(&stored->nor);
    stored_start(stored, certified_setup());
    bool changed = is_new(stored, change, &old, expected);
    assert_true(changed || !answered);
    if (answered) {
        const struct state now = state_of(stored);
        assert_true(has_same_keys(&now, &lived));
    }
    stored_settle(stored);
    if (!changed || !change->once) {
        assert_int_equal(make(stored, change), DLMS_CHANGED);
    }
    stored_start(stored, certified_setup());
    assert_true(is_new(stored, change, &old, expected));
    stored_end(stored);
    return cut;
}

static void check_change(const struct stored *before, const struct change *change)
{
    struct stored *whole = stored_before_cut(before, certified_setup(), 0, 0);
    struct state old = state_of(whole);
    assert_int_equal(make(whole, change), DLMS_CHANGED);
    struct state expected = state_of(whole);
    assert_false(is_same(&old, &expected));
    stored_end(whole);
    unsigned cuts = 0;
    for (unsigned tearing = 0; tearing < TEARINGS; tearing++) {
        for (uint64_t operation = 1; cut_at(before, change, operation, tearing, &expected);
             operation++) {
            cuts++;
        }
    }
    assert_true(cuts >= TEARINGS * 3);
    print_message("    %s: %u cuts\n", change->name, cuts);
}

/* A meter that has all that a change may need: its pairs, a client's certificate, keys for suite 2.
 */
static struct stored *furnished(void)
{
    struct stored *stored = certified_meter();
    struct meter *meter = &stored->meter;
    struct dlms_security_setup *setup = &meter->security;
    assert_int_equal(
        crypto_ecc_make(&curves, CRYPTO_P256, of_client.private_key, of_client.public_key), 0);
    client_now = certify_title(client_title, of_client.public_key, begin_s + DAY_S);
    client_later = certify_title(client_title, of_client.public_key, begin_s + 2 * DAY_S);
    assert_int_equal(import(meter, &client_now), DLMS_CHANGED);
    assert_int_equal(transfer_for_suite_2(meter), DLMS_CHANGED);
    dlms_security_adopt(setup);
    stored_settle(stored);
    assert_int_equal(dlms_certificate_generate(setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    const struct made made = certify(waiting(meter), meter, begin_s + DAY_S);
    assert_int_equal(import(meter, &made), DLMS_CHANGED);
    assert_int_equal(dlms_certificate_generate(setup, DLMS_USE_SIGNATURE), DLMS_CHANGED);
    meter_renewed = certify(waiting(meter), meter, begin_s + DAY_S);
    stored_settle(stored);
    return stored;
}

static void a_cut_leaves_old_or_new(void **state)
{
    (void)state;
    struct stored *before = furnished();
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        check_change(before, &changes[i]);
    }
    stored_end(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_leaves_old_or_new),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
