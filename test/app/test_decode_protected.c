/* `watthour decode` of protected data (class 30): the layers in words, and what is in them by the
 * keys of a set; the data are another implementation's. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "app/apdu_text.h"
#include "app/keys.h"
#include "cosem/data.h"
#include "crypto/ecc.h"
#include "crypto/random.h"
#include "port/posix/entropy.h"
#include "test/crypto/blocks.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OCTETS = 1600, SET = 2048 };

static char *explain(const uint8_t *octets, size_t size, const char *set)
{
    static struct apdu_text text;
    struct keys keys = {.size = {0}};
    size_t length;
    char *lines;
    int line;
    assert_int_equal(keys_take(&keys, set, &line), 0);
    decipher_init(&text.decipher, &keys);
    text.out = open_memstream(&lines, &length);
    struct reader r = reader_over(octets, size);
    apdu_text_print(&text, &r, 0);
    (void)fclose(text.out);
    assert_false(r.fault);
    return lines;
}

static void add_hex(char *set, const char *name, const uint8_t *octets, size_t size)
{
    size_t at = strlen(set);
    (void)snprintf(set + at, SET - at, "%s ", name);
    hex_write(octets, size, set + strlen(set));
    strcat(set, ";");
}

static void add_key(char *set, const char *name, unsigned suite, uint8_t first)
{
    uint8_t key[32];
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(first + i);
    }
    add_hex(set, name, key, suite == 2 ? 32 : 16);
}

/* The public key of a private one that is a small number. */
static void add_public(char *set, const char *name, unsigned suite, uint8_t scalar)
{
    static struct crypto_random random;
    static struct crypto_ecc ecc;
    uint8_t private_key[CRYPTO_CURVE_MAX] = {0};
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    enum crypto_curve curve = suite == 2 ? CRYPTO_P384 : CRYPTO_P256;
    size_t size = crypto_curve_size(curve);
    assert_int_equal(crypto_random_begin(&random, &posix_entropy, NULL, 0), 0);
    ecc.random = &random;
    private_key[size - 1] = scalar;
    assert_int_equal(crypto_ecc_public(&ecc, curve, private_key, public_key), 0);
    add_hex(set, name, public_key, 2 * size);
}

/* The key set of the server, of the vectors. */
static void make_set(unsigned suite, char set[SET])
{
    uint8_t agreement[CRYPTO_CURVE_MAX] = {0};
    size_t size = suite == 2 ? 48 : 32;
    (void)snprintf(set, SET, "suite 0%u;", suite);
    add_key(set, "unicast", suite, 0);
    add_key(set, "authentication", suite, 0xD0);
    add_key(set, "broadcast", suite, 0xB0);
    add_key(set, "master", suite, 0x40);
    if (suite > 0) {
        agreement[size - 1] = 11;
        add_hex(set, "agreement", agreement, size);
        add_public(set, "agreement-peer", suite, 7);
        add_public(set, "signing-peer", suite, 3);
    }
}

/* {parameters, octet-string} in an ACTION-response. */
static size_t make_apdu(const struct block *block, uint8_t apdu[OCTETS])
{
    static const uint8_t head[] = {0xC7, 1, 0xC1, 0, 1, 0};
    uint8_t octets[OCTETS];
    struct writer w = writer_over(apdu, OCTETS);
    writer_octets(&w, head, sizeof head);
    cosem_put_structure(&w, 2);
    writer_octets(&w, octets, block_octets(block, "parameters", octets, sizeof octets));
    size_t size = block_octets(block, "protected", octets, sizeof octets);
    cosem_put_octet_string(&w, octets, size);
    assert_false(writer_overflow(&w));
    return writer_kept(&w);
}

static void assert_says(const char *title, const char *lines, const char *what, bool says)
{
    if ((strstr(lines, what) != NULL) != says) {
        fail_msg("%s: %s", title, lines);
    }
}

static void opened_by_the_keys(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("protected_data.txt");
    static struct block block;
    static uint8_t apdu[OCTETS];
    char set[SET];
    while (blocks_next(&blocks, &block)) {
        size_t size = make_apdu(&block, apdu);
        make_set((unsigned)block_number(&block, "suite"), set);
        char *lines = explain(apdu, size, set);
        assert_says(block.title, lines, "protected data (class 30)\n", true);
        assert_says(block.title, lines, "layer 1: ", true);
        assert_says(block.title, lines, "from 4D4D4D0000000001", true);
        assert_says(block.title, lines, "plain\n", true);
        bool is_long = strncmp(block.title, "long", 4) == 0;
        assert_says(block.title, lines, "double-long-unsigned 5\n", !is_long);
        free(lines);
    }
}

static void without_keys_the_layers_are_told(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("protected_data.txt");
    static struct block block;
    static uint8_t apdu[OCTETS];
    while (blocks_next(&blocks, &block)) {
        char *lines = explain(apdu, make_apdu(&block, apdu), "");
        assert_says(block.title, lines, "layer 1: ", true);
        assert_says(block.title, lines, "not taken apart: ", true);
        assert_says(block.title, lines, "plain\n", false);
        free(lines);
    }
}

static void changed_data_are_not_believed(void **state)
{
    (void)state;
    struct blocks blocks = blocks_open("protected_data.txt");
    static struct block block;
    static uint8_t apdu[OCTETS];
    char set[SET];
    while (blocks_next(&blocks, &block)) {
        size_t size = make_apdu(&block, apdu);
        make_set((unsigned)block_number(&block, "suite"), set);
        apdu[size - 1] ^= 1;
        char *lines = explain(apdu, size, set);
        bool proves = strncmp(block.title + strlen("suite 0, "), "encrypted", 9) != 0;
        assert_says(block.title, lines, "not taken apart: not authentic", proves);
        free(lines);
    }
}

/* Requests: the layers that are wanted; a value that only looks a little like it is none. */
static void requests_and_others(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"C301C1001E00002B0200FF0101 0202 0100"
         "0101 0202 1602 0205 0900 0908 4D4D4D0000000001 0900 0900 0202 1600 1601",
         "layer 1: authentication and encryption by the broadcast key, from 4D4D4D0000000001\n"},
        {"C301C1001E00002B0200FF0101 0202 0100"
         "0101 0202 1603 0205 0901AA 0900 0900 0901BB 00",
         "layer 1: signature, transaction AA, other information BB\n"},
    };
    static const char *const others[] = {
        "C701C1000100 0202 0100 0900", "C701C1000100 0202 1100 1100",
        "C701C1000100 0203 0100 0101 1600 0901AA", "C701C1000100 0101 0202 0100 0100"};
    uint8_t octets[OCTETS];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *lines = explain(octets, hex_read(rows[i][0], octets, sizeof octets), "");
        assert_says(rows[i][0], lines, rows[i][1], true);
        assert_says(rows[i][0], lines, "taken apart", false);
        free(lines);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char *lines = explain(octets, hex_read(others[i], octets, sizeof octets), "");
        assert_says(others[i], lines, "protected", false);
        free(lines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opened_by_the_keys),
        cmocka_unit_test(without_keys_the_layers_are_told),
        cmocka_unit_test(changed_data_are_not_believed),
        cmocka_unit_test(requests_and_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
