#include "p1/envelope.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT = 900, ROOM = TEXT + P1_ENVELOPE };

static const uint8_t title[P1_TITLE] = {'W', 'T', 'H', 102, 0, 0xBC, 0x61, 0x4E};

static struct p1_keys make_keys(void)
{
    struct p1_keys keys;
    memset(keys.encryption, 0xAA, sizeof keys.encryption);
    memcpy(keys.authentication, p1_authentication_key, P1_KEY);
    return keys;
}

static void the_head_is_that_of_the_specification(void **state)
{
    (void)state;
    struct p1_keys keys = make_keys();
    uint8_t text[300] = {'/'};
    uint8_t out[sizeof text + P1_ENVELOPE];
    size_t size = p1_seal(&keys, title, 0x01020304, text, sizeof text, out);
    assert_int_equal(size, sizeof out);
    static const uint8_t head[P1_ENVELOPE_HEAD] = {0xDB, 8,    'W',  'T', 'H',  102, 0, 0xBC, 0x61,
                                                   0x4E, 0x82, 0x01, 61,  0x30, 1,   2, 3,    4};
    assert_memory_equal(out, head, sizeof head);
    assert_int_equal(p1_envelope_size(out, sizeof out), sizeof out);
}

/* The ciphertext is that of the security setup's key under title, counter and these additional
 * data: computed with another implementation of AES-GCM. */
static void the_ciphertext_is_known(void **state)
{
    (void)state;
    struct p1_keys keys = make_keys();
    uint8_t out[5 + P1_ENVELOPE];
    (void)p1_seal(&keys, title, 1, (const uint8_t *)"/WTH5", 5, out);
    static const uint8_t expected[5 + CRYPTO_GCM_TAG_SIZE] = {0x2A, 0xBB, 0xE2, 0x78, 0x5D, 0x03,
                                                              0x58, 0x0D, 0x7B, 0x47, 0x27, 0xF5,
                                                              0xE6, 0x94, 0xBA, 0x39, 0xB2};
    assert_memory_equal(out + P1_ENVELOPE_HEAD, expected, sizeof expected);
}

static void what_was_sealed_is_opened(void **state)
{
    (void)state;
    struct p1_keys keys = make_keys();
    uint8_t text[TEXT];
    uint8_t sealed[ROOM];
    uint8_t opened[ROOM];
    for (size_t size = 0; size <= TEXT; size += 1 + size / 8) {
        for (size_t i = 0; i < size; i++) {
            text[i] = (uint8_t)rand();
        }
        size_t whole = p1_seal(&keys, title, (uint32_t)size, text, size, sealed);
        assert_int_equal(p1_open(&keys, sealed, whole, opened), size);
        assert_memory_equal(opened, text, size);
        uint8_t in_place[ROOM];
        memcpy(in_place + P1_ENVELOPE_HEAD, text, size);
        assert_int_equal(
            p1_seal(&keys, title, (uint32_t)size, in_place + P1_ENVELOPE_HEAD, size, in_place),
            whole);
        assert_memory_equal(in_place, sealed, whole);
        for (size_t part = 0; part < whole; part++) {
            int told = p1_envelope_size(sealed, part);
            assert_true(told == 0 || told == (int)whole);
            assert_int_equal(p1_open(&keys, sealed, part, opened), -1);
        }
    }
}

static void every_bit_is_guarded(void **state)
{
    (void)state;
    struct p1_keys keys = make_keys();
    uint8_t sealed[40 + P1_ENVELOPE];
    uint8_t opened[sizeof sealed];
    uint8_t text[40] = {'/'};
    size_t size = p1_seal(&keys, title, 7, text, sizeof text, sealed);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(p1_open(&keys, sealed, size, opened), -1);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    keys.authentication[0] ^= 1;
    assert_int_equal(p1_open(&keys, sealed, size, opened), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_is_that_of_the_specification),
        cmocka_unit_test(the_ciphertext_is_known),
        cmocka_unit_test(what_was_sealed_is_opened),
        cmocka_unit_test(every_bit_is_guarded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
