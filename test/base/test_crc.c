/* The three check sums: the standards' check values, and each beside its polynomial bit by bit. */
#include "base/crc16.h"
#include "base/crc32.h"
#include "test/unit.h"

#include <stdlib.h>

enum { ROUNDS = 2000, OCTETS = 300 };

static uint32_t hdlc(uint32_t crc, const void *octets, size_t size)
{
    return crc16((uint16_t)crc, octets, size);
}

static uint32_t arc(uint32_t crc, const void *octets, size_t size)
{
    return crc16_arc((uint16_t)crc, octets, size);
}

/* Reflected, as all of them are. */
static const struct kind {
    uint32_t (*crc)(uint32_t crc, const void *octets, size_t size);
    uint32_t polynomial;
    uint32_t ones;  /* it begins with these, and ends turned by them */
    uint32_t check; /* of "123456789" */
} kinds[] = {
    {hdlc, 0x8408, 0xFFFF, 0x906E},              /* ISO/IEC 13239 */
    {arc, 0xA001, 0, 0xBB3D},                    /* of telegrams: DSMR P1 6.2 */
    {crc32, 0xEDB88320, 0xFFFFFFFF, 0xCBF43926}, /* IEEE 802.3 */
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static uint32_t by_bits(const struct kind *kind, const uint8_t *octets, size_t size)
{
    uint32_t crc = kind->ones;
    for (size_t i = 0; i < size; i++) {
        crc ^= octets[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1) != 0 ? crc >> 1 ^ kind->polynomial : crc >> 1;
        }
    }
    return crc ^ kind->ones;
}

static void check_values_of_the_standards(void **state)
{
    (void)state;
    for (int k = 0; k < KINDS; k++) {
        assert_int_equal(kinds[k].crc(0, "123456789", 9), kinds[k].check);
        assert_int_equal(kinds[k].crc(0, "", 0), 0);
    }
}

static void they_agree_with_their_polynomials_in_any_pieces(void **state)
{
    (void)state;
    uint8_t octets[OCTETS];
    srand(1);
    for (int round = 0; round < KINDS * ROUNDS; round++) {
        const struct kind *kind = &kinds[round % KINDS];
        size_t size = (size_t)rand() % sizeof octets;
        size_t piece = size > 0 ? (size_t)rand() % size : 0;
        for (size_t i = 0; i < size; i++) {
            octets[i] = (uint8_t)(rand() >> 7);
        }
        uint32_t expected = by_bits(kind, octets, size);
        assert_int_equal(kind->crc(0, octets, size), expected);
        uint32_t begun = kind->crc(0, octets, piece);
        assert_int_equal(kind->crc(begun, octets + piece, size - piece), expected);
    }
}

/* One bit that is turned, anywhere, is noticed. */
static void every_single_bit_matters(void **state)
{
    (void)state;
    for (int k = 0; k < KINDS; k++) {
        uint8_t octets[64] = {0};
        uint32_t whole = kinds[k].crc(0, octets, sizeof octets);
        for (size_t bit = 0; bit < 8 * sizeof octets; bit++) {
            octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_int_not_equal(kinds[k].crc(0, octets, sizeof octets), whole);
            octets[bit / 8] = 0;
        }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_values_of_the_standards),
        cmocka_unit_test(they_agree_with_their_polynomials_in_any_pieces),
        cmocka_unit_test(every_single_bit_matters),
        cmocka_unit_test(octets_and_their_crc_give_one_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
