#include "base/crc16.h"
#include "test/unit.h"

#include <stdlib.h>

/* Bit by bit, as the polynomial is written. */
static uint16_t crc_by_bits(const uint8_t *octets, size_t size)
{
    unsigned crc = 0xffff;
    for (size_t i = 0; i < size; i++) {
        crc ^= octets[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? crc >> 1 ^ 0x8408 : crc >> 1;
        }
    }
    return (uint16_t)~crc;
}

static void check_value_of_the_standard(void **state)
{
    (void)state;
    assert_int_equal(crc16(0, "123456789", 9), 0x906e);
    assert_int_equal(crc16(0, "", 0), 0);
}

static void agrees_with_the_polynomial_in_any_pieces(void **state)
{
    (void)state;
    uint8_t octets[300];
    srand(1);
    for (int round = 0; round < 2000; round++) {
        size_t size = (size_t)rand() % sizeof octets;
        size_t piece = size > 0 ? (size_t)rand() % size : 0;
        for (size_t i = 0; i < size; i++) {
            octets[i] = (uint8_t)(rand() >> 7);
        }
        uint16_t expected = crc_by_bits(octets, size);
        assert_int_equal(crc16(0, octets, size), expected);
        assert_int_equal(crc16(crc16(0, octets, piece), octets + piece, size - piece), expected);
    }
}

static void octets_and_their_crc_give_one_value(void **state)
{
    (void)state;
    uint8_t octets[40] = {0};
    for (size_t size = 0; size + 2 <= sizeof octets; size++) {
        octets[size / 2] = (uint8_t)(7 * size);
        uint16_t crc = crc16(0, octets, size);
        uint8_t check[2] = {(uint8_t)crc, (uint8_t)(crc >> 8)};
        assert_int_equal(crc16(crc, check, sizeof check), CRC16_GOOD);
    }
}

static uint16_t arc_by_bits(const uint8_t *octets, size_t size)
{
    unsigned crc = 0;
    for (size_t i = 0; i < size; i++) {
        crc ^= octets[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
        }
    }
    return (uint16_t)crc;
}

static void the_crc_of_telegrams_agrees_with_its_polynomial(void **state)
{
    (void)state;
    uint8_t octets[300];
    assert_int_equal(crc16_arc(0, "123456789", 9), 0xbb3d);
    srand(2);
    for (int round = 0; round < 2000; round++) {
        size_t size = (size_t)rand() % sizeof octets;
        size_t piece = size > 0 ? (size_t)rand() % size : 0;
        for (size_t i = 0; i < size; i++) {
            octets[i] = (uint8_t)(rand() >> 7);
        }
        uint16_t begun = crc16_arc(0, octets, piece);
        assert_int_equal(crc16_arc(begun, octets + piece, size - piece), arc_by_bits(octets, size));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_value_of_the_standard),
        cmocka_unit_test(agrees_with_the_polynomial_in_any_pieces),
        cmocka_unit_test(octets_and_their_crc_give_one_value),
        cmocka_unit_test(the_crc_of_telegrams_agrees_with_its_polynomial),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
