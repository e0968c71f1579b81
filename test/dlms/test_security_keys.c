/* Keys of a security setup: their sizes, their transfer, and which one an APDU is protected by. */
#define _GNU_SOURCE /* memmem */
#include "crypto/key_wrap.h"
#include "dlms/security_keys.h"
#include "test/dlms/test_security_kit.h"
#include "test/unit.h"

#include <string.h>

static const enum dlms_key_id ids[] = {DLMS_KEY_UNICAST, DLMS_KEY_BROADCAST,
                                       DLMS_KEY_AUTHENTICATION, DLMS_KEY_MASTER};

static void test_sizes_of_keys(void **state)
{
    (void)state;
    const uint8_t key[64] = {0};
    for (unsigned suite = DLMS_SUITE_0; suite <= DLMS_SUITE_2; suite++) {
        struct dlms_keyring ring;
        size_t right = suite == DLMS_SUITE_2 ? 32 : 16;
        dlms_keyring_init(&ring, (enum dlms_suite)suite);
        assert_int_equal(dlms_key_size((enum dlms_suite)suite), right);
        for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
            for (size_t size = 0; size <= sizeof key; size++) {
                int expected = size == right ? 0 : -1;
                assert_int_equal(dlms_keyring_put(&ring, ids[i], key, size), expected);
            }
        }
        assert_int_equal(dlms_keyring_put(&ring, (enum dlms_key_id)4, key, right), -1);
    }
}

static void wrap(const uint8_t *kek, const uint8_t *key, uint8_t wrapped[24])
{
    assert_int_equal(crypto_key_wrap(kek, 16, key, 16, wrapped), 0);
}

static void test_transfer(void **state)
{
    (void)state;
    const uint8_t master[] = "0123456789abcdef";
    const uint8_t next_master[] = "fedcba9876543210";
    const uint8_t fresh[] = "a fresh key of 16";
    uint8_t wrapped[24];
    uint8_t key[DLMS_KEY_MAX] = {0};
    struct dlms_keyring ring;
    dlms_keyring_init(&ring, DLMS_SUITE_0);
    wrap(master, fresh, wrapped);
    assert_int_equal(dlms_keyring_unwrap(&ring, wrapped, sizeof wrapped, key), -1);
    assert_int_equal(dlms_keyring_put(&ring, DLMS_KEY_MASTER, master, 16), 0);
    assert_int_equal(dlms_keyring_unwrap(&ring, wrapped, sizeof wrapped, key), 0);
    assert_memory_equal(key, fresh, 16);
    /* a new master key comes under the old one, and is the one from then on */
    wrap(master, next_master, wrapped);
    assert_int_equal(dlms_keyring_unwrap(&ring, wrapped, sizeof wrapped, key), 0);
    assert_int_equal(dlms_keyring_put(&ring, DLMS_KEY_MASTER, key, 16), 0);
    assert_int_equal(dlms_keyring_unwrap(&ring, wrapped, sizeof wrapped, key), -1);
    wrap(next_master, fresh, wrapped);
    assert_int_equal(dlms_keyring_unwrap(&ring, wrapped, sizeof wrapped, key), 0);
    assert_int_equal(dlms_keyring_unwrap(&ring, wrapped, sizeof wrapped - 1, key), -1);
}

/* A key of the other suites' size, rightly wrapped, is refused. */
static void test_transfer_of_another_size(void **state)
{
    (void)state;
    const uint8_t octets[32] = {1, 2, 3};
    uint8_t wrapped[40];
    uint8_t key[DLMS_KEY_MAX];
    struct dlms_keyring ring;
    dlms_keyring_init(&ring, DLMS_SUITE_0);
    assert_int_equal(dlms_keyring_put(&ring, DLMS_KEY_MASTER, octets, 16), 0);
    assert_int_equal(crypto_key_wrap(octets, 16, octets, 32, wrapped), 0);
    assert_int_equal(dlms_keyring_unwrap(&ring, wrapped, 40, key), -1);
    dlms_keyring_init(&ring, DLMS_SUITE_2);
    assert_int_equal(dlms_keyring_put(&ring, DLMS_KEY_MASTER, octets, 32), 0);
    assert_int_equal(crypto_key_wrap(octets, 32, octets, 16, wrapped), 0);
    assert_int_equal(dlms_keyring_unwrap(&ring, wrapped, 24, key), -1);
}

enum which { NONE, UNICAST, BROADCAST, DEDICATED, UNWRAPPED };

struct choice {
    enum dlms_form form;
    uint8_t control;
    enum dlms_key_info info;
    uint8_t id;
    enum which expected;
};

static const struct choice choices[] = {
    {DLMS_FORM_GLO, 0x30, DLMS_KEY_INFO_ABSENT, 0, UNICAST},
    {DLMS_FORM_GLO, 0x70, DLMS_KEY_INFO_ABSENT, 0, BROADCAST},
    {DLMS_FORM_GLO, 0x31, DLMS_KEY_INFO_ABSENT, 0, NONE}, /* another suite */
    {DLMS_FORM_GLO, 0x3F, DLMS_KEY_INFO_ABSENT, 0, NONE},
    {DLMS_FORM_GENERAL_GLO, 0x10, DLMS_KEY_INFO_ABSENT, 0, UNICAST},
    {DLMS_FORM_GENERAL_GLO, 0x50, DLMS_KEY_INFO_ABSENT, 0, BROADCAST},
    {DLMS_FORM_DED, 0x30, DLMS_KEY_INFO_ABSENT, 0, DEDICATED},
    {DLMS_FORM_DED, 0x70, DLMS_KEY_INFO_ABSENT, 0, NONE},
    {DLMS_FORM_GENERAL_DED, 0x20, DLMS_KEY_INFO_ABSENT, 0, DEDICATED},
    {DLMS_FORM_GENERAL_DED, 0x60, DLMS_KEY_INFO_ABSENT, 0, NONE},
    {DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_ABSENT, 0, UNICAST},
    {DLMS_FORM_GENERAL, 0x70, DLMS_KEY_INFO_ABSENT, 0, BROADCAST},
    {DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_IDENTIFIED, 0, UNICAST},
    {DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_IDENTIFIED, 1, BROADCAST},
    {DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_IDENTIFIED, 2, NONE}, /* encrypts nothing */
    {DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_IDENTIFIED, 3, NONE},
    {DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_WRAPPED, 0, UNWRAPPED},
    {DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_WRAPPED, 1, NONE}, /* wrapped by no master key */
    {DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_AGREED, 0, NONE},
};

struct keys {
    struct dlms_keyring ring;
    struct dlms_key dedicated;
    struct dlms_key unwrapped;
    uint8_t wrapped[24];
};

static void fill(struct keys *keys)
{
    const uint8_t octets[16] = {9};
    kit_ring(&keys->ring, DLMS_SUITE_0);
    assert_int_equal(dlms_keyring_put(&keys->ring, DLMS_KEY_BROADCAST, octets, 16), 0);
    assert_int_equal(dlms_keyring_put(&keys->ring, DLMS_KEY_MASTER, octets, 16), 0);
    assert_int_equal(dlms_key_put(&keys->dedicated, octets, 16), 0);
    wrap(octets, (const uint8_t *)"0123456789abcdef", keys->wrapped);
}

static void check_choice(struct keys *keys, const struct choice *choice)
{
    const uint8_t *const expected[] = {[UNICAST] = keys->ring.octets[DLMS_KEY_UNICAST],
                                       [BROADCAST] = keys->ring.octets[DLMS_KEY_BROADCAST],
                                       [DEDICATED] = keys->dedicated.octets,
                                       [UNWRAPPED] = keys->unwrapped.octets};
    struct dlms_protection by = kit_protection(choice->form, choice->control);
    struct dlms_material material;
    by.general.key_info = choice->info;
    by.general.key_id = choice->id;
    by.general.key_data = (struct dlms_octets){keys->wrapped, sizeof keys->wrapped};
    int result =
        dlms_keyring_material(&keys->ring, &keys->dedicated, &keys->unwrapped, &by, &material);
    assert_int_equal(result, choice->expected == NONE ? -1 : 0);
    if (result == 0) {
        assert_ptr_equal(material.gcm, &keys->ring.gcm);
        assert_ptr_equal(material.encryption, expected[choice->expected]);
        assert_ptr_equal(material.authentication, keys->ring.octets[DLMS_KEY_AUTHENTICATION]);
        assert_int_equal(material.key_size, 16);
        assert_int_equal(material.aad, DLMS_AAD_HEAD);
    }
}

static void test_which_key(void **state)
{
    (void)state;
    struct keys keys;
    fill(&keys);
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        check_choice(&keys, &choices[i]);
    }
    check_choice(&keys,
                 &(struct choice){DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_WRAPPED, 0, UNWRAPPED});
    assert_memory_equal(keys.unwrapped.octets, "0123456789abcdef", 16);
    keys.wrapped[0] ^= 1;
    check_choice(&keys, &(struct choice){DLMS_FORM_GENERAL, 0x30, DLMS_KEY_INFO_WRAPPED, 0, NONE});
}

/* No key is found where none was set, or where the caller has no place for it. */
static void test_no_key(void **state)
{
    (void)state;
    struct keys keys;
    struct dlms_material material;
    fill(&keys);
    dlms_key_drop(&keys.dedicated, &keys.ring.gcm);
    dlms_keyring_init(&keys.ring, DLMS_SUITE_0);
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        struct choice choice = choices[i];
        choice.expected = NONE;
        check_choice(&keys, &choice);
    }
    struct dlms_protection by = kit_protection(DLMS_FORM_DED, 0x30);
    assert_int_equal(dlms_keyring_material(&keys.ring, NULL, NULL, &by, &material), -1);
    fill(&keys);
    by = kit_protection(DLMS_FORM_GENERAL, 0x30);
    by.general.key_info = DLMS_KEY_INFO_WRAPPED;
    by.general.key_data = (struct dlms_octets){keys.wrapped, sizeof keys.wrapped};
    assert_int_equal(dlms_keyring_material(&keys.ring, NULL, NULL, &by, &material), -1);
    /* a dedicated key of another suite's size */
    const uint8_t octets[32] = {0};
    assert_int_equal(dlms_key_put(&keys.dedicated, octets, 32), 0);
    by = kit_protection(DLMS_FORM_DED, 0x30);
    assert_int_equal(dlms_keyring_material(&keys.ring, &keys.dedicated, NULL, &by, &material), -1);
}

static void test_nothing_is_left(void **state)
{
    (void)state;
    static const struct keys zeros;
    struct keys keys;
    fill(&keys);
    assert_int_equal(dlms_key_put(&keys.dedicated, (const uint8_t *)"short", 5), -1);
    assert_memory_equal(&keys.dedicated, &zeros.dedicated, sizeof keys.dedicated);
    dlms_keyring_init(&keys.ring, DLMS_SUITE_0);
    assert_memory_equal(&keys.ring, &zeros.ring, sizeof keys.ring);
}

/* The key that `octets` are is set up in the ring's place, as for an APDU. */
static void use_key(struct dlms_keyring *ring, const uint8_t octets[16])
{
    const struct crypto_gcm_use use = {.key = octets, .key_size = 16};
    uint8_t tag[CRYPTO_GCM_TAG_SIZE];
    crypto_gcm_seal(&ring->gcm, &use, NULL, 0, NULL, tag);
    assert_non_null(memmem(ring, sizeof *ring, octets, 16));
}

/* Of a key that gives way to another nothing is left, neither its octets nor what it was set up to;
 * what is set up of others stays. */
static void test_a_key_goes_whole(void **state)
{
    (void)state;
    static const uint8_t before[] = "the key of before";
    static const uint8_t after[] = "the key of later!";
    static const uint8_t other[] = "a dedicated one!!";
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct keys keys = {.wrapped = {0}};
        dlms_keyring_init(&keys.ring, DLMS_SUITE_0);
        assert_int_equal(dlms_keyring_put(&keys.ring, ids[i], before, 16), 0);
        use_key(&keys.ring, before);
        assert_int_equal(dlms_keyring_put(&keys.ring, ids[i], after, 16), 0);
        assert_null(memmem(&keys.ring, sizeof keys.ring, before, 16));
        assert_int_equal(dlms_key_put(&keys.dedicated, other, 16), 0);
        use_key(&keys.ring, other);
        assert_int_equal(dlms_keyring_put(&keys.ring, ids[i], before, 16), 0);
        assert_non_null(memmem(&keys.ring, sizeof keys.ring, other, 16));
        dlms_key_drop(&keys.dedicated, &keys.ring.gcm);
        assert_null(memmem(&keys, sizeof keys, other, 16));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_of_keys),
        cmocka_unit_test(test_transfer),
        cmocka_unit_test(test_transfer_of_another_size),
        cmocka_unit_test(test_which_key),
        cmocka_unit_test(test_no_key),
        cmocka_unit_test(test_nothing_is_left),
        cmocka_unit_test(test_a_key_goes_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
