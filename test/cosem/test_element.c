/* An element cut out of data that comes in pieces is what a walk through the whole finds, however
 * the pieces are cut. */
#include "cosem/data.h"
#include "cosem/element.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 4096, DEEP = 4, WORLDS = 300 };

static uint8_t data[ROOM];
static size_t size;

static void take(const char *hex)
{
    size = hex_read(hex, data, sizeof data);
}

/* What comes of pieces of `piece` octets each, in memory of their own. */
static size_t cut(uint16_t number, size_t piece, uint8_t *kept, struct cosem_element *element)
{
    size_t found = 0;
    cosem_element_begin(element, number);
    for (size_t at = 0; at < size; at += piece) {
        size_t part = size - at < piece ? size - at : piece;
        uint8_t *octets = malloc(part);
        memcpy(octets, data + at, part);
        size_t some = cosem_element_pass(element, octets, part);
        assert_true(some <= part);
        memcpy(kept + found, octets, some);
        found += some;
        free(octets);
    }
    return found;
}

/* The model: by the whole, in memory. */
static struct reader model(uint16_t number)
{
    struct reader r = reader_over(data, size);
    struct cosem_value head = cosem_take_value(&r);
    bool container = head.tag == COSEM_ARRAY || head.tag == COSEM_STRUCTURE;
    if (!container || number == 0 || number > head.count) {
        return reader_over(NULL, 0);
    }
    for (uint16_t before = 1; before < number; before++) {
        cosem_skip_value(&r);
    }
    return cosem_take_part(&r);
}

static void assert_as_the_model(uint16_t number)
{
    static const size_t pieces[] = {1, 2, 3, 7, 16, ROOM};
    static uint8_t kept[ROOM];
    struct reader expected = model(number);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct cosem_element element;
        size_t found = cut(number, pieces[i], kept, &element);
        assert_int_equal(found, expected.size);
        assert_int_equal(element.found, expected.size > 0);
        assert_true(element.ended);
        assert_true(found == 0 || memcmp(kept, expected.data, found) == 0);
    }
}

static void elements_of_what_has_some(void **state)
{
    (void)state;
    static const char *const values[] = {
        "0202 0F00 161E",                               /* a scaler and a unit */
        "0103 00 0905 0102030405 00",                   /* null-data has no octets */
        "0204 0900 0400 0A00 0100",                     /* nor has what is empty */
        "0203 0204 1101 1102 0201 00 0100 120003 1104", /* nested */
        "0202 0409 FF80 0410 ABCD",                     /* bits: nine, and sixteen */
        "0102 098105 0102030405 09820002 AABB",         /* long forms of a length */
        "0100",
        "01820003 1101 1102 1103",
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        take(values[i]);
        for (uint16_t number = 0; number < 6; number++) {
            assert_as_the_model(number);
        }
    }
}

static void what_has_none(void **state)
{
    (void)state;
    static const char *const values[] = {"00", "1105", "0905 0102030405", "0600000001"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        take(values[i]);
        assert_as_the_model(1);
    }
}

/* It is not looked into: an element before it is found, one behind it is not. */
static void a_compact_array_is_passed_by_nobody(void **state)
{
    (void)state;
    uint8_t kept[ROOM];
    struct cosem_element element;
    take("0203 1101 13 11 02 0506 1102");
    assert_int_equal(cut(1, 1, kept, &element), 2);
    assert_int_equal(cut(3, 1, kept, &element), 0);
    assert_true(element.ended && !element.found);
}

static void put_any(struct writer *w, unsigned deep)
{
    static const uint8_t octets[200];
    size_t length = (size_t)rand() % (rand() % 8 == 0 ? sizeof octets : 5);
    switch (rand() % (deep < DEEP ? 8 : 5)) {
    case 0:
        cosem_put_null(w);
        break;
    case 1:
        cosem_put_octet_string(w, octets, length);
        break;
    case 2:
        cosem_put_bit_string(w, 0x55, (unsigned)length % 33);
        break;
    case 3:
        cosem_put_u16(w, (uint16_t)length);
        break;
    case 4:
        cosem_put_integer(w, COSEM_I64, -1);
        break;
    default:
        length %= 5;
        (rand() % 2 ? cosem_put_array : cosem_put_structure)(w, length);
        for (size_t i = 0; i < length; i++) {
            put_any(w, deep + 1);
        }
    }
}

static void any_data(void **state)
{
    (void)state;
    srand(1);
    for (int world = 0; world < WORLDS; world++) {
        size_t elements = (size_t)rand() % 6;
        struct writer w = writer_over(data, sizeof data);
        cosem_put_structure(&w, elements);
        for (size_t i = 0; i < elements; i++) {
            put_any(&w, 1);
        }
        if (writer_overflow(&w)) {
            continue;
        }
        size = writer_kept(&w);
        for (uint16_t number = 0; number <= elements + 1; number++) {
            assert_as_the_model(number);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_of_what_has_some),
        cmocka_unit_test(what_has_none),
        cmocka_unit_test(a_compact_array_is_passed_by_nobody),
        cmocka_unit_test(any_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
