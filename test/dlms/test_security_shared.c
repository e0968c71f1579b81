/* The published examples of the shared data: ciphered APDUs, HLS 5, key wrap, a real meter's push.
 */
#include "crypto/key_wrap.h"
#include "dlms/security_hls.h"
#include "test/dlms/test_security_kit.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1024 };

static cJSON *shared;

static int load(void **state)
{
    (void)state;
    FILE *file = fopen(WATTHOUR_SHARED "/data/dlms/vectors.json", "r");
    if (file == NULL) {
        print_message("skipped: %s/data/dlms/vectors.json is not there\n", WATTHOUR_SHARED);
        return 0;
    }
    static char text[65536];
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    shared = cJSON_ParseWithLength(text, size);
    return shared != NULL ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    cJSON_Delete(shared);
    return 0;
}

static const cJSON *section(const char *name)
{
    if (shared == NULL) {
        skip();
    }
    const cJSON *found = cJSON_GetObjectItem(shared, name);
    assert_non_null(found);
    return found;
}

static size_t octets(const cJSON *object, const char *name, uint8_t *out, size_t room)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(object, name));
    assert_non_null(text);
    size_t size = hex_read(text, out, room);
    assert_true(size > 0 && size == strlen(text) / 2);
    return size;
}

/* A ring with the keys named so. */
static void put_keys(const cJSON *object, const char *encryption, const char *authentication,
                     struct dlms_keyring *ring, enum dlms_suite suite)
{
    uint8_t key[DLMS_KEY_MAX];
    dlms_keyring_init(ring, suite);
    size_t size = octets(object, encryption, key, sizeof key);
    assert_int_equal(dlms_keyring_put(ring, DLMS_KEY_UNICAST, key, size), 0);
    if (authentication != NULL) {
        size = octets(object, authentication, key, sizeof key);
        assert_int_equal(dlms_keyring_put(ring, DLMS_KEY_AUTHENTICATION, key, size), 0);
    }
}

static void check_apdu(const cJSON *example, struct dlms_keyring *ring, const uint8_t *title)
{
    uint8_t expected[ROOM];
    uint8_t apdu[ROOM];
    uint8_t scratch[ROOM];
    struct reader plain;
    struct dlms_material material;
    print_message("    %s\n", cJSON_GetStringValue(cJSON_GetObjectItem(example, "name")));
    size_t plain_size = octets(example, "pt", expected, sizeof expected);
    size_t size = octets(example, "apdu", apdu, sizeof apdu);
    struct reader r = reader_over(apdu, size);
    struct dlms_ciphered ciphered = dlms_ciphered_take(&r);
    assert_true(reader_done(&r));
    ciphered.by.title = title;
    assert_int_equal(dlms_keyring_material(ring, NULL, NULL, &ciphered.by, &material), 0);
    assert_int_equal(dlms_unprotect(&ciphered, &material, scratch, sizeof scratch, &plain), 0);
    assert_int_equal(plain.size, plain_size);
    assert_memory_equal(plain.data, expected, plain_size);
    uint8_t made[ROOM];
    assert_int_equal(dlms_protect(&ciphered.by, &material, expected, plain_size, made, sizeof made),
                     size);
    assert_memory_equal(made, apdu, size);
}

static void test_apdus(void **state)
{
    (void)state;
    const cJSON *examples = section("gcm_apdu");
    const cJSON *common = section("common");
    const cJSON *example;
    struct dlms_keyring ring;
    uint8_t title[DLMS_TITLE_SIZE];
    int cases = 0;
    put_keys(common, "EK", "AK", &ring, DLMS_SUITE_0);
    octets(common, "ST_S_or_GB", title, sizeof title);
    cJSON_ArrayForEach(example, examples)
    {
        check_apdu(example, &ring, title);
        cases++;
    }
    assert_int_equal(cases, 5);
}

static void test_gmac(void **state)
{
    (void)state;
    const cJSON *example = section("hls5_gmac");
    static struct kit_side server;
    uint8_t challenges[2][DLMS_CHALLENGE_MOST];
    uint8_t expected[2][DLMS_PROOF_MAX];
    uint8_t counter[4];
    uint8_t proof[DLMS_PROOF_MAX];
    size_t size = octets(example, "f_StoC", expected[DLMS_CLIENT], DLMS_PROOF_MAX);
    assert_int_equal(octets(example, "f_CtoS", expected[DLMS_SERVER], DLMS_PROOF_MAX), size);
    kit_side_init(&server, kit_server, kit_client);
    put_keys(example, "EK", "AK", &server.ring, DLMS_SUITE_0);
    octets(example, "IC_server", counter, sizeof counter);
    struct reader r = reader_over(counter, sizeof counter);
    dlms_counter_restore(&server.sent, 7, reader_u32(&r));
    const struct dlms_hls hls = {
        .mechanism = DLMS_MECHANISM_GMAC,
        .challenge_c = {challenges[0], octets(example, "CtoS", challenges[0], 64)},
        .challenge_s = {challenges[1], octets(example, "StoC", challenges[1], 64)},
    };
    const struct dlms_octets clients = {expected[DLMS_CLIENT], size};
    assert_int_equal(dlms_hls_check(&hls, DLMS_CLIENT, &server.context, clients), 0);
    assert_int_equal(dlms_hls_prove(&hls, DLMS_SERVER, &server.context, proof), size);
    assert_memory_equal(proof, expected[DLMS_SERVER], size);
}

static void test_key_wrap(void **state)
{
    (void)state;
    const cJSON *examples = section("aes_key_wrap_rfc3394");
    const cJSON *example;
    int cases = 0;
    cJSON_ArrayForEach(example, examples)
    {
        uint8_t kek[32];
        uint8_t key[32];
        uint8_t wrapped[40];
        uint8_t made[40];
        size_t kek_size = octets(example, "KEK", kek, sizeof kek);
        size_t size = octets(example, "key", key, sizeof key);
        assert_int_equal(octets(example, "wrapped", wrapped, sizeof wrapped), size + 8);
        assert_int_equal(crypto_key_wrap(kek, kek_size, key, size, made), 0);
        assert_memory_equal(made, wrapped, size + 8);
        cases++;
    }
    assert_int_equal(cases, 2);
}

/* A push of a meter in the field: general-glo-ciphering, suite 1, only encrypted. */
static void test_push_of_a_meter(void **state)
{
    (void)state;
    const cJSON *example = section("mbus_push_enc_only");
    static uint8_t apdu[ROOM];
    static uint8_t scratch[ROOM];
    uint8_t prefix[64];
    struct dlms_keyring ring;
    struct dlms_material material;
    struct reader plain;
    put_keys(example, "key", NULL, &ring, DLMS_SUITE_1);
    size_t size = octets(example, "apdu", apdu, sizeof apdu);
    size_t prefix_size = octets(example, "pt_prefix", prefix, sizeof prefix);
    struct reader r = reader_over(apdu, size);
    struct dlms_ciphered ciphered = dlms_ciphered_take(&r);
    assert_true(reader_done(&r));
    assert_null(ciphered.mac);
    assert_int_equal(dlms_keyring_material(&ring, NULL, NULL, &ciphered.by, &material), 0);
    assert_int_equal(dlms_unprotect(&ciphered, &material, scratch, sizeof scratch, &plain), 0);
    assert_true(plain.size > prefix_size);
    assert_memory_equal(plain.data, prefix, prefix_size);
}

/* General-ciphering with an agreed key, of which the result of the agreement is given. Its tag does
 * not reproduce with the usual additional data (see the data's README): only the text is compared,
 * by taking the APDU for one that is encrypted only. */
static void test_general_ciphering_text(void **state)
{
    (void)state;
    const cJSON *suite1 = section("suite1");
    const cJSON *agreement = cJSON_GetArrayItem(cJSON_GetObjectItem(suite1, "kdf"), 0);
    uint8_t derived[32];
    uint8_t apdu[ROOM];
    uint8_t expected[ROOM];
    uint8_t scratch[ROOM];
    struct crypto_gcm gcm = {.state = {0}};
    struct reader plain;
    octets(agreement, "K", derived, sizeof derived);
    size_t size = octets(suite1, "general_ciphering_onepass_apdu", apdu, sizeof apdu);
    size_t plain_size = octets(suite1, "access_request", expected, sizeof expected);
    struct reader r = reader_over(apdu, size);
    struct dlms_ciphered ciphered = dlms_ciphered_take(&r);
    assert_true(reader_done(&r));
    assert_int_equal(ciphered.by.control, 0x31);
    assert_int_equal(ciphered.by.general.key_info, DLMS_KEY_INFO_AGREED);
    assert_int_equal(ciphered.by.general.key_data.size, 128);
    assert_int_equal(ciphered.by.general.transaction_id.size, 8);
    assert_memory_equal(ciphered.by.title, kit_server, DLMS_TITLE_SIZE);
    ciphered.by.control = DLMS_CONTROL_ENCRYPTED | DLMS_SUITE_1;
    const struct dlms_material material = {.gcm = &gcm, .encryption = derived, .key_size = 16};
    assert_int_equal(dlms_unprotect(&ciphered, &material, scratch, sizeof scratch, &plain), 0);
    assert_int_equal(plain.size, plain_size);
    assert_memory_equal(plain.data, expected, plain_size);
}

static int count_up(void *port, uint8_t *out, size_t size)
{
    static uint8_t next;
    (void)port;
    for (size_t i = 0; i < size; i++) {
        out[i] = next++;
    }
    return 0;
}

static struct crypto_ecc *curves(void)
{
    static const struct crypto_entropy entropy = {.read = count_up};
    static struct crypto_random drawing;
    static struct crypto_ecc ecc;
    assert_int_equal(crypto_random_begin(&drawing, &entropy, NULL, 0), 0);
    ecc.random = &drawing;
    return &ecc;
}

static void check_pair(const cJSON *keys, const char *private_name, const char *public_name)
{
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t expected[CRYPTO_PUBLIC_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    octets(keys, private_name, private_key, sizeof private_key);
    assert_int_equal(octets(keys, public_name, expected, sizeof expected), 64);
    assert_int_equal(crypto_ecc_public(curves(), CRYPTO_P256, private_key, public_key), 0);
    assert_memory_equal(public_key, expected, 64);
}

/* Whether the client signed what it sends for a key agreement. */
static void check_signed(const cJSON *suite1, const char *text_name, const char *signature_name)
{
    uint8_t text[ROOM];
    uint8_t digest[CRYPTO_HASH_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    uint8_t signature[CRYPTO_SIGNATURE_MAX];
    struct crypto_hash hash;
    size_t size = octets(suite1, text_name, text, sizeof text);
    assert_int_equal(octets(suite1, signature_name, signature, sizeof signature), 64);
    octets(suite1, "client_sign_pub", public_key, sizeof public_key);
    crypto_hash_begin(&hash, CRYPTO_SHA256);
    crypto_hash_add(&hash, text, size);
    crypto_hash_end(&hash, digest);
    assert_int_equal(crypto_ecdsa_verify(curves(), CRYPTO_P256, public_key, digest, signature), 0);
    digest[0] ^= 1;
    assert_int_equal(crypto_ecdsa_verify(curves(), CRYPTO_P256, public_key, digest, signature), -1);
}

/* The pairs of the Green Book's examples, and what the client signed with its. */
static void test_signatures_of_suite_1(void **state)
{
    (void)state;
    const cJSON *suite1 = section("suite1");
    check_pair(suite1, "client_sign_priv", "client_sign_pub");
    check_pair(suite1, "server_sign_priv", "server_sign_pub");
    check_signed(suite1, "C1_msg_keyid_epub_c", "C1_sig_c");
}

/* What is agreed gives the key, by the identifiers and titles of the two. */
static void test_derivations_of_suite_1(void **state)
{
    (void)state;
    const cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItem(section("suite1"), "kdf"))
    {
        uint8_t agreed[CRYPTO_CURVE_MAX];
        uint8_t other[64];
        uint8_t expected[CRYPTO_HASH_MAX];
        uint8_t key[CRYPTO_HASH_MAX];
        octets(row, "Z", agreed, sizeof agreed);
        size_t size = octets(row, "alg", other, sizeof other);
        size += octets(row, "u", other + size, sizeof other - size);
        size += octets(row, "v", other + size, sizeof other - size);
        size_t key_size = octets(row, "K", expected, sizeof expected);
        crypto_derive(CRYPTO_P256, agreed, other, size, key, key_size);
        assert_memory_equal(key, expected, key_size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apdus),
        cmocka_unit_test(test_gmac),
        cmocka_unit_test(test_key_wrap),
        cmocka_unit_test(test_push_of_a_meter),
        cmocka_unit_test(test_general_ciphering_text),
        cmocka_unit_test(test_signatures_of_suite_1),
        cmocka_unit_test(test_derivations_of_suite_1),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
