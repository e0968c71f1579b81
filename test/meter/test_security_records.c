/* What earlier versions kept of the security setup is taken up as they meant it, and kept from then
 * on as it is today. */
#include "base/writer.h"
#include "dlms/security_change.h"
#include "test/meter/certified_meter.h"
#include "test/unit.h"

#include <string.h>

enum { RECORD = 2, ROOM = 1024, KEY = 16, VERSION_KEYS = 1, VERSION_PUBLIC = 2, CHANGES = 5 };

static const uint8_t keys_kept[DLMS_KEYS][KEY] = {"unicast, before", "broadcast", "authenticating",
                                                  "master, before"};

/* Suite 1, all keys, a pair in force for signatures and one made for agreement. */
struct past {
    uint8_t version;
    uint8_t private_key[DLMS_KEY_USES][CRYPTO_CURVE_MAX];
    uint8_t public_key[DLMS_KEY_USES][CRYPTO_PUBLIC_MAX];
    uint8_t octets[ROOM];
    size_t size;
};

static void make_record(struct past *past)
{
    enum { OWN_SIGNATURE = 0x01, MADE_AGREEMENT = 0x08, ALL_KEYS = 0x0F };
    struct writer w = writer_over(past->octets, sizeof past->octets);
    writer_u8(&w, DLMS_SUITE_1);
    writer_u8(&w, DLMS_POLICY_CIPHERS);
    writer_u8(&w, ALL_KEYS);
    if (past->version == VERSION_PUBLIC) {
        writer_u8(&w, 0);
        writer_u8(&w, OWN_SIGNATURE | MADE_AGREEMENT);
    }
    for (int id = 0; id < DLMS_KEYS; id++) {
        writer_u32(&w, CHANGES);
    }
    writer_octets(&w, keys_kept, sizeof keys_kept);
    for (int use = 0; use < DLMS_KEY_USES && past->version == VERSION_PUBLIC; use++) {
        writer_octets(&w, past->private_key[use], 32);
        writer_octets(&w, past->public_key[use], 64);
    }
    past->size = writer_kept(&w);
}

static struct past past_of(uint8_t version)
{
    struct past past = {.version = version};
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        assert_int_equal(
            crypto_ecc_make(&curves, CRYPTO_P256, past.private_key[use], past.public_key[use]), 0);
    }
    make_record(&past);
    return past;
}

/* A chip that an earlier version left, with a certificate of its key for signatures. */
static struct stored *meter_of(const struct past *past)
{
    struct stored *stored = certified_meter();
    const struct made made = certify_title(stored->meter.security.title,
                                           past->public_key[DLMS_USE_SIGNATURE], begin_s + DAY_S);
    const struct dlms_certificate_store *store = stored->meter.security.signing.certificates;
    assert_int_equal(store->write(store->owner, 1, made.der, made.size), 0);
    assert_int_equal(journal_put(&stored->meter.storage.secrets, RECORD, past->version,
                                 past->octets, (uint16_t)past->size),
                     STORAGE_DONE);
    stored_start(stored, certified_setup());
    return stored;
}

static void assert_keys(const struct meter *meter)
{
    const struct dlms_security_setup *security = &meter->security;
    assert_int_equal(security->policy, DLMS_POLICY_CIPHERS);
    for (int id = 0; id < DLMS_KEYS; id++) {
        const uint8_t *octets = dlms_keyring_octets(&security->ring, (enum dlms_key_id)id);
        assert_non_null(octets);
        assert_memory_equal(octets, keys_kept[id], KEY);
        assert_int_equal(security->changes[id], CHANGES);
    }
}

static void assert_pairs(struct meter *meter, const struct past *past)
{
    const struct dlms_security_signing *signing = &meter->security.signing;
    const struct dlms_key_pair *pairs[] = {&signing->own[DLMS_USE_SIGNATURE],
                                           &signing->made[DLMS_USE_AGREEMENT]};
    for (int i = 0; i < 2; i++) {
        assert_true(pairs[i]->there);
        assert_memory_equal(pairs[i]->private_key, past->private_key[i], 32);
        assert_memory_equal(pairs[i]->public_id, past->public_key[i], DLMS_PUBLIC_ID);
    }
    assert_false(signing->own[DLMS_USE_AGREEMENT].there);
    assert_false(signing->made[DLMS_USE_SIGNATURE].there);
}

/* Its certificate counts, and does so still once the record has been written as today. */
static void public_keys_were_kept(void **state)
{
    (void)state;
    const struct past past = past_of(VERSION_PUBLIC);
    struct stored *stored = meter_of(&past);
    for (int start = 0; start <= 1; start++) {
        assert_keys(&stored->meter);
        assert_pairs(&stored->meter, &past);
        assert_int_equal(count(stored), 2);
        stored_settle(stored);
        assert_int_equal(dlms_security_activate(&stored->meter.security, DLMS_POLICY_CIPHERS),
                         DLMS_CHANGED);
        stored_start(stored, certified_setup());
    }
    stored_end(stored);
}

static void keys_alone_were_kept(void **state)
{
    (void)state;
    const struct past past = past_of(VERSION_KEYS);
    struct stored *stored = meter_of(&past);
    assert_keys(&stored->meter);
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        assert_false(stored->meter.security.signing.own[use].there);
        assert_false(stored->meter.security.signing.made[use].there);
    }
    assert_int_equal(count(stored), 1); /* the authority: of the other the key is missing */
    stored_end(stored);
}

/* One octet less or more is no record, whatever its version is. */
static void other_sizes_are_passed_over(void **state)
{
    (void)state;
    for (uint8_t version = VERSION_KEYS; version <= VERSION_PUBLIC; version++) {
        for (int by = -1; by <= 1; by += 2) {
            struct past past = past_of(version);
            past.size = (size_t)((int)past.size + by);
            struct stored *stored = meter_of(&past);
            assert_int_equal(stored->meter.security.policy, 0);
            assert_memory_equal(dlms_keyring_octets(&stored->meter.security.ring, DLMS_KEY_UNICAST),
                                "the unicast key", KEY);
            assert_int_equal(count(stored), 1);
            stored_end(stored);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_keys_were_kept),
        cmocka_unit_test(keys_alone_were_kept),
        cmocka_unit_test(other_sizes_are_passed_over),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
