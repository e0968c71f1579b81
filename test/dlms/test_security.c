/* Ciphered APDUs: the vector file in both directions, and everything that is not one of them. */
#include "dlms/apdu.h"
#include "dlms/security_keys.h"
#include "test/crypto/blocks.h"
#include "test/dlms/test_security_kit.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

struct example {
    struct dlms_keyring ring;
    struct dlms_key dedicated;
    struct dlms_key unwrapped;
    enum dlms_aad aad;
    uint8_t plain[KIT_TEXT];
    size_t plain_size;
    uint8_t apdu[KIT_TEXT];
    size_t size;
    struct dlms_ciphered ciphered; /* the APDU taken apart */
    struct dlms_material material;
};

static void put_key(struct example *e, const struct block *block, const char *name,
                    enum dlms_key_id id)
{
    uint8_t key[DLMS_KEY_MAX];
    size_t size = block_octets(block, name, key, sizeof key);
    if (size > 0) {
        assert_int_equal(dlms_keyring_put(&e->ring, id, key, size), 0);
    }
}

static void read_example(const struct block *block, struct example *e)
{
    bool other_suite = block_text(block, "suite") != NULL;
    kit_ring(&e->ring, other_suite ? (enum dlms_suite)block_number(block, "suite") : DLMS_SUITE_0);
    put_key(e, block, "unicast", DLMS_KEY_UNICAST);
    put_key(e, block, "broadcast", DLMS_KEY_BROADCAST);
    put_key(e, block, "authentication", DLMS_KEY_AUTHENTICATION);
    put_key(e, block, "master", DLMS_KEY_MASTER);
    uint8_t key[DLMS_KEY_MAX];
    size_t size = block_octets(block, "dedicated", key, sizeof key);
    dlms_key_drop(&e->dedicated, &e->ring.gcm);
    if (size > 0) {
        assert_int_equal(dlms_key_put(&e->dedicated, key, size), 0);
    }
    e->aad = block_text(block, "aad") != NULL ? DLMS_AAD_SHORT : DLMS_AAD_HEAD;
    e->plain_size = block_octets(block, "plain", e->plain, sizeof e->plain);
    e->size = block_octets(block, "apdu", e->apdu, sizeof e->apdu);
    assert_true(e->plain_size > 0 && e->size > 0);
}

static void take_apart(struct example *e)
{
    struct reader r = reader_over(e->apdu, e->size);
    assert_true(dlms_is_ciphered(e->apdu[0]));
    e->ciphered = dlms_ciphered_take(&r);
    assert_true(reader_done(&r));
    if (e->ciphered.by.title == NULL) {
        e->ciphered.by.title = kit_server;
    }
    assert_memory_equal(e->ciphered.by.title, kit_server, DLMS_TITLE_SIZE);
    assert_int_equal(dlms_keyring_material(&e->ring, &e->dedicated, &e->unwrapped, &e->ciphered.by,
                                           &e->material),
                     0);
    e->material.aad = e->aad;
}

static int unprotect(struct example *e, size_t room, struct reader *plain, uint8_t *scratch)
{
    return dlms_unprotect(&e->ciphered, &e->material, scratch, room, plain);
}

/* The text of a server's request is deciphered where it stands, and nothing around it moves. */
static void check_unprotect_in_place(const struct example *e)
{
    uint8_t apdu[KIT_ROOM];
    struct dlms_ciphered ciphered = e->ciphered;
    struct reader plain;
    size_t at = (size_t)(e->ciphered.text.octets - e->apdu);
    size_t size = e->ciphered.text.size;
    memcpy(apdu, e->apdu, e->size);
    ciphered.text.octets = apdu + at;
    assert_int_equal(dlms_unprotect(&ciphered, &e->material, apdu + at, size, &plain), 0);
    assert_ptr_equal(plain.data, apdu + at);
    assert_int_equal(plain.size, e->plain_size);
    assert_memory_equal(plain.data, e->plain, e->plain_size);
    assert_memory_equal(apdu, e->apdu, at);
    assert_memory_equal(apdu + at + size, e->apdu + at + size, e->size - at - size);
}

static void check_unprotect(struct example *e)
{
    uint8_t scratch[KIT_ROOM];
    struct reader plain;
    size_t room = e->ciphered.text.size;
    assert_int_equal(unprotect(e, room, &plain, scratch), 0);
    assert_int_equal(plain.size, e->plain_size);
    assert_memory_equal(plain.data, e->plain, e->plain_size);
    assert_int_equal(unprotect(e, room - 1, &plain, scratch), DLMS_SECURITY_ROOM);
    check_unprotect_in_place(e);
}

static void check_protect(struct example *e)
{
    const struct dlms_protection *by = &e->ciphered.by;
    uint8_t apdu[KIT_ROOM];
    memset(apdu, 0xEE, sizeof apdu);
    size_t room = DLMS_PROTECT_HEAD + e->plain_size;
    assert_int_equal(dlms_protect(by, &e->material, e->plain, e->plain_size, apdu, room), e->size);
    assert_memory_equal(apdu, e->apdu, e->size);
    assert_int_equal(apdu[room], 0xEE);
    memset(apdu, 0xEE, sizeof apdu);
    uint8_t *plain = memcpy(apdu + DLMS_PROTECT_HEAD, e->plain, e->plain_size);
    assert_int_equal(dlms_protect(by, &e->material, plain, e->plain_size, apdu, room), e->size);
    assert_memory_equal(apdu, e->apdu, e->size);
    assert_int_equal(apdu[room], 0xEE);
    assert_int_equal(dlms_protect(by, &e->material, e->plain, e->plain_size, apdu, room - 1), 0);
}

/* The limit that is told for the size of this APDU is the plain APDU's, and exact. */
static void check_limit(const struct example *e)
{
    assert_int_equal(dlms_protect_limit(&e->ciphered.by, e->size), e->plain_size);
    assert_int_equal(dlms_protect_limit(&e->ciphered.by, e->size - 1), e->plain_size - 1);
}

static void test_vectors(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_apdu.txt");
    struct block block;
    int cases = 0;
    while (blocks_next(&blocks, &block)) {
        static struct example example;
        print_message("    %s\n", block.title);
        read_example(&block, &example);
        take_apart(&example);
        check_unprotect(&example);
        check_protect(&example);
        check_limit(&example);
        cases++;
    }
    assert_int_equal(cases, 26);
}

/* Which service in which form, protected how, the file has: none may be missing. */
struct audit {
    uint8_t seen[256][DLMS_FORM_GENERAL + 1]; /* by the plain tag: bits of the controls */
};

static void note(struct audit *audit, const struct example *e)
{
    uint8_t *seen = &audit->seen[e->plain[0]][e->ciphered.by.form];
    *seen |= (uint8_t)(1U << (e->ciphered.by.control >> 4));
}

static void assert_complete(const struct audit *audit)
{
    static const uint8_t services[] = {
        DLMS_GET_REQUEST,    DLMS_GET_RESPONSE,    DLMS_SET_REQUEST,
        DLMS_SET_RESPONSE,   DLMS_ACTION_REQUEST,  DLMS_ACTION_RESPONSE,
        DLMS_ACCESS_REQUEST, DLMS_ACCESS_RESPONSE, DLMS_DATA_NOTIFICATION,
    };
    enum { ALL = 1 << 1 | 1 << 2 | 1 << 3 }; /* authenticated, encrypted, both */
    for (size_t i = 0; i < sizeof services; i++) {
        bool general_only = services[i] > DLMS_EXCEPTION_RESPONSE || services[i] < DLMS_AARQ;
        for (int form = DLMS_FORM_GLO; form <= DLMS_FORM_GENERAL; form++) {
            bool there = !general_only || form >= DLMS_FORM_GENERAL_GLO;
            if (audit->seen[services[i]][form] != (there ? ALL : 0)) {
                fail_msg("service %02X, form %d", services[i], form);
            }
        }
    }
}

static void test_every_service_in_every_form(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_services.txt");
    struct block block;
    static struct audit audit;
    while (blocks_next(&blocks, &block)) {
        static struct example example;
        read_example(&block, &example);
        take_apart(&example);
        check_unprotect(&example);
        check_protect(&example);
        check_limit(&example);
        note(&audit, &example);
    }
    assert_complete(&audit);
}

/* Whether octets are taken as a ciphered APDU, from memory of exactly their size. */
static bool is_taken(const uint8_t *apdu, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, apdu, size);
    struct reader r = reader_over(copy, size);
    dlms_ciphered_take(&r);
    bool taken = reader_done(&r);
    free(copy);
    return taken;
}

static void test_every_truncation_is_malformed(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_apdu.txt");
    struct block block;
    while (blocks_next(&blocks, &block)) {
        static struct example example;
        read_example(&block, &example);
        assert_true(is_taken(example.apdu, example.size));
        for (size_t size = 0; size < example.size; size++) {
            assert_false(is_taken(example.apdu, size));
        }
        example.apdu[example.size] = 0;
        assert_false(is_taken(example.apdu, example.size + 1));
    }
}

/* What the APDU as it is now gives for an authentic one. */
static bool is_authentic(struct example *e)
{
    uint8_t scratch[KIT_ROOM];
    struct reader plain;
    struct reader r = reader_over(e->apdu, e->size);
    e->ciphered = dlms_ciphered_take(&r);
    if (e->ciphered.by.title == NULL) {
        e->ciphered.by.title = kit_server;
    }
    return reader_done(&r) && (e->ciphered.by.control & DLMS_CONTROL_AUTHENTICATED) != 0 &&
           dlms_keyring_material(&e->ring, &e->dedicated, &e->unwrapped, &e->ciphered.by,
                                 &e->material) == 0 &&
           unprotect(e, sizeof scratch, &plain, scratch) == 0;
}

/* Not so in general-ciphering, the key-info of which is not authenticated. */
static void test_every_bit_is_authenticated(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_apdu.txt");
    struct block block;
    int checked = 0;
    while (blocks_next(&blocks, &block)) {
        static struct example e;
        read_example(&block, &e);
        if (!is_authentic(&e) || e.ciphered.by.form == DLMS_FORM_GENERAL) {
            continue;
        }
        for (size_t bit = 0; bit < 8 * e.size; bit++) {
            e.apdu[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_false(is_authentic(&e));
            e.apdu[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        checked++;
    }
    assert_int_equal(checked, 13);
}

/* The fields of general-ciphering are authenticated as the Green Book says, unless configured. */
static void test_fields_of_general_ciphering(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("security_apdu.txt");
    struct block block;
    int checked = 0;
    while (blocks_next(&blocks, &block)) {
        static struct example e;
        uint8_t scratch[KIT_ROOM];
        struct reader plain;
        read_example(&block, &e);
        take_apart(&e);
        bool authenticated = (e.ciphered.by.control & DLMS_CONTROL_AUTHENTICATED) != 0;
        if (e.ciphered.by.general.transaction_id.size == 0) {
            continue;
        }
        e.apdu[2] ^= 1; /* in the transaction-id */
        int expected = authenticated && e.aad == DLMS_AAD_HEAD ? DLMS_SECURITY_TAG : 0;
        assert_int_equal(unprotect(&e, sizeof scratch, &plain, scratch), expected);
        checked++;
    }
    assert_int_equal(checked, 11);
}

static void test_limits_are_exact(void **state)
{
    (void)state;
    struct dlms_keyring ring;
    kit_ring(&ring, DLMS_SUITE_0);
    static const uint8_t plain[KIT_TEXT] = {DLMS_GET_RESPONSE};
    uint8_t apdu[KIT_ROOM];
    for (size_t pdu = 0; pdu < 400; pdu++) {
        struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL_GLO, 0x30);
        struct dlms_material material;
        by.title = kit_server;
        assert_int_equal(dlms_keyring_material(&ring, NULL, NULL, &by, &material), 0);
        size_t limit = dlms_protect_limit(&by, pdu);
        if (limit > 0) {
            assert_true(dlms_protect(&by, &material, plain, limit, apdu, sizeof apdu) <= pdu);
        }
        assert_true(dlms_protect(&by, &material, plain, limit + 1, apdu, sizeof apdu) > pdu);
    }
}

/* Control octets that protect nothing, and compression. */
static void test_control_octets(void **state)
{
    (void)state;
    for (unsigned control = 0; control <= 0xFF; control++) {
        uint8_t apdu[32] = {0xC8, 30, (uint8_t)control, 0, 0, 0, 1, DLMS_GET_REQUEST};
        bool protects = (control & 0x30) != 0 && (control & 0x80) == 0;
        assert_int_equal(is_taken(apdu, sizeof apdu), protects);
    }
}

static void test_tags(void **state)
{
    (void)state;
    static const uint8_t ciphered[] = {0x21, 0x28, 0x2E, 0x4E, 0xC8, 0xC9, 0xCA,
                                       0xCB, 0xCC, 0xCD, 0xCF, 0xD0, 0xD1, 0xD2,
                                       0xD3, 0xD4, 0xD5, 0xD7, 0xDB, 0xDC, 0xDD};
    for (unsigned tag = 0; tag <= 0xFF; tag++) {
        bool expected = memchr(ciphered, (int)tag, sizeof ciphered) != NULL;
        const uint8_t apdu[] = {(uint8_t)tag, 6, 0x20, 0, 0, 0, 1, 0xAA};
        assert_int_equal(dlms_is_ciphered((uint8_t)tag), expected);
        assert_int_equal(is_taken(apdu, sizeof apdu), expected && tag < 0xDB);
    }
}

/* glo-get-request must hold a GET-request. */
static void test_service_inside(void **state)
{
    (void)state;
    struct dlms_keyring ring;
    kit_ring(&ring, DLMS_SUITE_0);
    struct dlms_protection by = kit_protection(DLMS_FORM_GLO, 0x30);
    struct dlms_material material;
    by.title = kit_server;
    assert_int_equal(dlms_keyring_material(&ring, NULL, NULL, &by, &material), 0);
    uint8_t apdu[KIT_ROOM];
    uint8_t scratch[KIT_ROOM];
    struct reader plain;
    const uint8_t set[] = {DLMS_SET_REQUEST, 1, 2, 3};
    size_t size = dlms_protect(&by, &material, set, sizeof set, apdu, sizeof apdu);
    assert_int_equal(apdu[0], DLMS_SET_REQUEST + DLMS_GLO);
    apdu[0] = DLMS_GET_REQUEST + DLMS_GLO;
    struct reader r = reader_over(apdu, size);
    struct dlms_ciphered ciphered = dlms_ciphered_take(&r);
    ciphered.by.title = kit_server;
    assert_int_equal(dlms_unprotect(&ciphered, &material, scratch, sizeof scratch, &plain),
                     DLMS_SECURITY_MALFORMED);
    /* what has no such tag is not made: ACCESS, and InitiateRequest with a dedicated key */
    const uint8_t access[] = {DLMS_ACCESS_REQUEST, 0};
    const uint8_t initiate[] = {DLMS_INITIATE_REQUEST, 0};
    assert_int_equal(dlms_protect(&by, &material, access, 2, apdu, sizeof apdu), 0);
    by.form = DLMS_FORM_DED;
    assert_int_equal(dlms_protect(&by, &material, initiate, 2, apdu, sizeof apdu), 0);
    assert_int_equal(dlms_protect(&by, &material, set, 0, apdu, sizeof apdu), 0);
}

static void test_authentication_needs_its_key(void **state)
{
    (void)state;
    static struct example e;
    struct blocks blocks = blocks_open("security_apdu.txt");
    struct block block;
    uint8_t octets[KIT_ROOM];
    struct reader plain;
    assert_true(blocks_next(&blocks, &block));
    fclose(blocks.file);
    read_example(&block, &e);
    take_apart(&e);
    e.material.authentication = NULL;
    assert_int_equal(unprotect(&e, sizeof octets, &plain, octets), DLMS_SECURITY_KEY);
    assert_int_equal(
        dlms_protect(&e.ciphered.by, &e.material, e.plain, e.plain_size, octets, sizeof octets), 0);
}

static void test_fields_that_are_too_long(void **state)
{
    (void)state;
    struct dlms_keyring ring;
    kit_ring(&ring, DLMS_SUITE_0);
    static const uint8_t long_field[DLMS_GENERAL_MAX];
    struct dlms_protection by = kit_protection(DLMS_FORM_GENERAL, 0x30);
    struct dlms_material material;
    const uint8_t plain[] = {DLMS_GET_REQUEST, 1};
    uint8_t apdu[KIT_ROOM];
    by.title = kit_server;
    assert_int_equal(dlms_keyring_material(&ring, NULL, NULL, &by, &material), 0);
    by.general.transaction_id = (struct dlms_octets){long_field, DLMS_GENERAL_MAX - 5};
    size_t size = dlms_protect(&by, &material, plain, sizeof plain, apdu, sizeof apdu);
    assert_true(size > 0 && is_taken(apdu, size));
    by.general.transaction_id.size++;
    assert_int_equal(dlms_protect(&by, &material, plain, sizeof plain, apdu, sizeof apdu), 0);
    /* the longest wrapped key that there is, and one too long */
    by.general.transaction_id.size--;
    by.general.key_info = DLMS_KEY_INFO_WRAPPED;
    by.general.key_data = (struct dlms_octets){long_field, DLMS_WRAPPED_KEY_MAX};
    size = dlms_protect(&by, &material, plain, sizeof plain, apdu, sizeof apdu);
    assert_true(size > 0 && is_taken(apdu, size));
    by.general.key_data.size = 2 * DLMS_KEY_MAX;
    assert_int_equal(dlms_protect(&by, &material, plain, sizeof plain, apdu, sizeof apdu), 0);
}

/* The fields take `size` octets; then no key-info, and one octet that is encrypted. */
static void test_fields_that_are_taken(void **state)
{
    (void)state;
    for (size_t size = DLMS_GENERAL_MAX - 1; size <= DLMS_GENERAL_MAX + 1; size++) {
        const uint8_t content[] = {0, 6, DLMS_CONTROL_ENCRYPTED, 0, 0, 0, 1, 0xAA};
        uint8_t apdu[1 + DLMS_GENERAL_MAX + 1 + sizeof content] = {DLMS_GENERAL_CIPHERING};
        apdu[1] = (uint8_t)(size - 5);
        memcpy(apdu + 1 + size, content, sizeof content);
        assert_int_equal(is_taken(apdu, 1 + size + sizeof content), size <= DLMS_GENERAL_MAX);
    }
}

static void test_titles_and_key_info(void **state)
{
    (void)state;
    /* a title of another size than 8 octets, or none; key-info of another choice */
    const uint8_t none[] = {0xDB, 0x00, 6, 0x20, 0, 0, 0, 1, 0xAA};
    const uint8_t seven[] = {0xDB, 7, 1, 2, 3, 4, 5, 6, 7, 6, 0x20, 0, 0, 0, 1, 0xAA};
    const uint8_t absent[] = {0xDD, 0, 0, 0, 0, 0, 0, 6, 0x20, 0, 0, 0, 1, 0xAA};
    const uint8_t two[] = {0xDD, 0, 0, 0, 0, 0, 2, 6, 0x20, 0, 0, 0, 1, 0xAA};
    const uint8_t choice[] = {0xDD, 0, 0, 0, 0, 0, 1, 3, 0, 6, 0x20, 0, 0, 0, 1, 0xAA};
    const uint8_t agreed[] = {0xDD, 0, 0, 0, 0, 0, 1, 2, 1, 2, 0, 6, 0x20, 0, 0, 0, 1, 0xAA};
    assert_true(is_taken(none, sizeof none));
    assert_false(is_taken(seven, sizeof seven));
    assert_true(is_taken(absent, sizeof absent));
    assert_false(is_taken(two, sizeof two));
    assert_false(is_taken(choice, sizeof choice));
    assert_true(is_taken(agreed, sizeof agreed));
    struct reader r = reader_over(agreed, sizeof agreed);
    struct dlms_ciphered ciphered = dlms_ciphered_take(&r);
    struct dlms_keyring ring;
    struct dlms_key unwrapped;
    struct dlms_material material;
    kit_ring(&ring, DLMS_SUITE_0);
    assert_int_equal(ciphered.by.general.key_info, DLMS_KEY_INFO_AGREED);
    assert_int_equal(dlms_keyring_material(&ring, NULL, &unwrapped, &ciphered.by, &material), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_every_service_in_every_form),
        cmocka_unit_test(test_every_truncation_is_malformed),
        cmocka_unit_test(test_every_bit_is_authenticated),
        cmocka_unit_test(test_fields_of_general_ciphering),
        cmocka_unit_test(test_limits_are_exact),
        cmocka_unit_test(test_control_octets),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_service_inside),
        cmocka_unit_test(test_authentication_needs_its_key),
        cmocka_unit_test(test_fields_that_are_too_long),
        cmocka_unit_test(test_fields_that_are_taken),
        cmocka_unit_test(test_titles_and_key_info),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
