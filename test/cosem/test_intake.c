/* Taking values apart: every type against every other, every range at its ends, and random walks
 * beside a naive model of "the first thing amiss is the result". */
#include "cosem/intake.h"
#include "test/dice.h"
#include "test/unit.h"

#include <string.h>

enum { ROOM = 256, ROUNDS = 20000, FIELDS_MOST = 6 };

static uint64_t dice = 3;

/* ---- one value, one take ---- */

static const struct {
    enum cosem_tag tag;
    uint8_t size, octets[10];
    int64_t integer;
} integers[] = {
    {COSEM_BOOLEAN, 2, {3, 1}, 1},
    {COSEM_ENUM, 2, {22, 7}, 7},
    {COSEM_I8, 2, {15, 0xF6}, -10},
    {COSEM_U8, 2, {17, 0xF6}, 246},
    {COSEM_I16, 3, {16, 0x80, 0}, -32768},
    {COSEM_U16, 3, {18, 0x80, 0}, 32768},
    {COSEM_I32, 5, {5, 0xFF, 0xFF, 0xFF, 0xFE}, -2},
    {COSEM_U32, 5, {6, 0xFF, 0xFF, 0xFF, 0xFE}, 4294967294},
    {COSEM_I64, 9, {20, 0x80, 0, 0, 0, 0, 0, 0, 0}, INT64_MIN},
    {COSEM_U64, 9, {21, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, INT64_MAX},
};

enum { INTEGERS = sizeof integers / sizeof integers[0] };

static enum cosem_result take_integer(int n, enum cosem_tag tag, int32_t least, uint32_t most,
                                      int64_t *integer)
{
    struct reader r = reader_over(integers[n].octets, integers[n].size);
    struct cosem_intake in = cosem_intake_begin(&r);
    *integer = cosem_intake_integer(&in, tag, least, most);
    return cosem_intake_end(&in);
}

/* Settings have no more than 32 bits. */
static bool fits(int n)
{
    return integers[n].integer >= INT32_MIN && integers[n].integer <= UINT32_MAX;
}

static void integers_are_of_just_their_type(void **state)
{
    (void)state;
    int64_t integer;
    for (int n = 0; n < INTEGERS; n++) {
        for (int other = 0; other < INTEGERS; other++) {
            enum cosem_result result =
                take_integer(n, integers[other].tag, INT32_MIN, UINT32_MAX, &integer);
            enum cosem_result of_its_type = fits(n) ? COSEM_SUCCESS : COSEM_OTHER_REASON;
            assert_int_equal(result, n == other ? of_its_type : COSEM_TYPE_UNMATCHED);
            assert_true(integer == (n == other && fits(n) ? integers[n].integer : 0));
        }
        assert_int_equal(take_integer(n, COSEM_OCTET_STRING, INT32_MIN, UINT32_MAX, &integer),
                         COSEM_TYPE_UNMATCHED);
    }
}

/* At the ends of the range, and just beyond each. */
static void ranges_include_their_ends(void **state)
{
    (void)state;
    int64_t integer;
    for (int n = 1; n < INTEGERS - 2; n++) {
        enum cosem_tag tag = integers[n].tag;
        int64_t value = integers[n].integer;
        if (value < INT32_MAX) { /* as the least one */
            int32_t least = (int32_t)value;
            assert_int_equal(take_integer(n, tag, least, UINT32_MAX, &integer), COSEM_SUCCESS);
            assert_true(integer == value);
            assert_int_equal(take_integer(n, tag, least + 1, UINT32_MAX, &integer),
                             COSEM_OTHER_REASON);
            assert_true(integer == 0);
        }
        if (value > 0) { /* as the greatest */
            uint32_t most = (uint32_t)value;
            assert_int_equal(take_integer(n, tag, INT32_MIN, most, &integer), COSEM_SUCCESS);
            assert_true(integer == value);
            assert_int_equal(take_integer(n, tag, INT32_MIN, most - 1, &integer),
                             COSEM_OTHER_REASON);
            assert_true(integer == 0);
        }
    }
}

/* The short forms, each against every type and the values at the ends of its own. */
static void unsigned_ones_have_all_of_their_type(void **state)
{
    (void)state;
    static const uint8_t values[][5] = {{COSEM_U8, 0},           {COSEM_U8, 255},
                                        {COSEM_U16, 0, 0},       {COSEM_U16, 255, 255},
                                        {COSEM_U32, 0, 0, 0, 0}, {COSEM_U32, 255, 255, 255, 255}};
    static const uint8_t sizes[] = {2, 3, 5};
    static const uint32_t greatest[] = {UINT8_MAX, UINT16_MAX, UINT32_MAX};
    for (unsigned v = 0; v < 6; v++) {
        for (unsigned form = 0; form < 3; form++) {
            struct reader r = reader_over(values[v], sizes[v / 2]);
            struct cosem_intake in = cosem_intake_begin(&r);
            uint32_t taken = form == 0   ? cosem_intake_u8(&in)
                             : form == 1 ? cosem_intake_u16(&in)
                                         : cosem_intake_u32(&in);
            bool own = v / 2 == form;
            assert_int_equal(cosem_intake_end(&in), own ? COSEM_SUCCESS : COSEM_TYPE_UNMATCHED);
            assert_true(taken == (own && v % 2 == 1 ? greatest[form] : 0));
        }
    }
}

static void strings_are_of_just_their_type_and_length(void **state)
{
    (void)state;
    static const uint8_t octets[] = {COSEM_OCTET_STRING, 3, 'a', 'b', 'c'};
    for (size_t least = 0; least <= 5; least++) {
        for (size_t most = least; most <= 6; most++) {
            struct reader r = reader_over(octets, sizeof octets);
            struct cosem_intake in = cosem_intake_begin(&r);
            size_t size = 99;
            const uint8_t *at = cosem_intake_string(&in, COSEM_OCTET_STRING, least, most, &size);
            bool fits = least <= 3 && 3 <= most;
            assert_int_equal(cosem_intake_end(&in), fits ? COSEM_SUCCESS : COSEM_OTHER_REASON);
            assert_int_equal(size, fits ? 3 : 0);
            assert_ptr_equal(at, fits ? octets + 2 : NULL);
        }
    }
    struct reader r = reader_over(octets, sizeof octets);
    struct cosem_intake in = cosem_intake_begin(&r);
    size_t size = 99;
    assert_null(cosem_intake_string(&in, COSEM_VISIBLE_STRING, 0, 9, &size));
    assert_int_equal(size, 0);
    assert_int_equal(cosem_intake_end(&in), COSEM_TYPE_UNMATCHED);
}

static void structures_have_just_so_many_elements(void **state)
{
    (void)state;
    for (uint8_t elements = 0; elements < 4; elements++) {
        for (size_t wanted = 0; wanted < 4; wanted++) {
            const uint8_t octets[5] = {COSEM_STRUCTURE, elements}; /* each null-data */
            struct reader r = reader_over(octets, 2U + elements);
            struct cosem_intake in = cosem_intake_begin(&r);
            cosem_intake_structure(&in, wanted);
            (void)reader_octets(&r, elements);
            assert_int_equal(cosem_intake_end(&in),
                             wanted == elements ? COSEM_SUCCESS : COSEM_TYPE_UNMATCHED);
        }
    }
}

static void arrays_have_at_most_so_many_elements(void **state)
{
    (void)state;
    for (uint8_t elements = 0; elements < 5; elements++) {
        for (size_t most = 0; most < 5; most++) {
            const uint8_t octets[6] = {COSEM_ARRAY, elements}; /* each null-data */
            struct reader r = reader_over(octets, 2U + elements);
            struct cosem_intake in = cosem_intake_begin(&r);
            assert_int_equal(cosem_intake_array(&in, most), elements <= most ? elements : 0);
            (void)reader_octets(&r, elements);
            assert_int_equal(cosem_intake_end(&in),
                             elements <= most ? COSEM_SUCCESS : COSEM_OTHER_REASON);
        }
    }
}

static void what_is_left_over_is_amiss(void **state)
{
    (void)state;
    static const uint8_t octets[] = {COSEM_U8, 5, COSEM_U8, 6};
    struct reader r = reader_over(octets, sizeof octets);
    struct cosem_intake in = cosem_intake_begin(&r);
    assert_int_equal(cosem_intake_integer(&in, COSEM_U8, 0, 255), 5);
    assert_int_equal(cosem_intake_end(&in), COSEM_TYPE_UNMATCHED);
    r = reader_over(octets, sizeof octets);
    in = cosem_intake_begin(&r);
    cosem_intake_refuse(&in); /* the first thing amiss stays the result */
    assert_int_equal(cosem_intake_end(&in), COSEM_OTHER_REASON);
    r = reader_over(octets, 1);
    in = cosem_intake_begin(&r);
    assert_int_equal(cosem_intake_integer(&in, COSEM_U8, 0, 255), 0);
    assert_int_equal(cosem_intake_end(&in), COSEM_TYPE_UNMATCHED);
}

static void zero_is_an_integer_of_eight_bits(void **state)
{
    (void)state;
    static const struct {
        uint8_t size, octets[3];
        enum cosem_result result;
    } rows[] = {
        {2, {COSEM_I8, 0}, COSEM_SUCCESS},
        {2, {COSEM_I8, 1}, COSEM_OTHER_REASON},
        {2, {COSEM_I8, 255}, COSEM_OTHER_REASON},
        {2, {COSEM_U8, 0}, COSEM_TYPE_UNMATCHED},
        {3, {COSEM_I16, 0, 0}, COSEM_TYPE_UNMATCHED},
        {1, {COSEM_NULL}, COSEM_TYPE_UNMATCHED},
        {3, {COSEM_I8, 0, 0}, COSEM_TYPE_UNMATCHED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reader r = reader_over(rows[i].octets, rows[i].size);
        assert_int_equal(cosem_intake_zero(&r), rows[i].result);
    }
}

/* ---- walks ---- */

/* A field as it is written, and as it is asked for. */
struct field {
    enum cosem_tag written;
    enum cosem_tag asked;
    uint8_t value;
    uint8_t least;
    uint8_t most;
};

static enum cosem_tag roll_tag(void)
{
    static const enum cosem_tag tags[] = {COSEM_U8, COSEM_ENUM, COSEM_OCTET_STRING, COSEM_ARRAY};
    return tags[dice_roll(&dice, 4)];
}

static struct field roll_field(void)
{
    struct field field = {.written = roll_tag(), .value = (uint8_t)dice_roll(&dice, 12)};
    field.asked = dice_roll(&dice, 8) == 0 ? roll_tag() : field.written;
    field.least = field.asked == COSEM_ARRAY
                      ? 0
                      : (uint8_t)(dice_roll(&dice, 4) == 0 ? dice_roll(&dice, 12) : 0);
    field.most = (uint8_t)(field.least + (dice_roll(&dice, 3) == 0 ? dice_roll(&dice, 12) : 12));
    return field;
}

static void put_field(struct writer *w, const struct field *field)
{
    static const uint8_t letters[12] = "abcdefghijkl";
    writer_u8(w, (uint8_t)field->written);
    writer_u8(w, field->value);
    if (field->written == COSEM_OCTET_STRING) {
        writer_octets(w, letters, field->value);
    }
    for (uint8_t i = 0; field->written == COSEM_ARRAY && i < field->value; i++) {
        cosem_put_null(w);
    }
}

/* What is taken, of a string or array its size. */
static int64_t take_field(struct cosem_intake *in, const struct field *field)
{
    size_t size = 0;
    switch (field->asked) {
    case COSEM_OCTET_STRING:
        (void)cosem_intake_string(in, COSEM_OCTET_STRING, field->least, field->most, &size);
        return (int64_t)size;
    case COSEM_ARRAY:
        size = cosem_intake_array(in, field->most);
        (void)reader_octets(in->value, size);
        return (int64_t)size;
    default:
        return cosem_intake_integer(in, field->asked, field->least, field->most);
    }
}

static enum cosem_result amiss(const struct field *field)
{
    if (field->written != field->asked) {
        return COSEM_TYPE_UNMATCHED;
    }
    bool inside = field->value >= field->least && field->value <= field->most;
    return inside ? COSEM_SUCCESS : COSEM_OTHER_REASON;
}

static void the_first_thing_amiss_is_the_result(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct field fields[FIELDS_MOST];
        uint8_t octets[ROOM];
        struct writer w = writer_over(octets, sizeof octets);
        unsigned count = 1 + dice_roll(&dice, FIELDS_MOST);
        for (unsigned i = 0; i < count; i++) {
            fields[i] = roll_field();
            put_field(&w, &fields[i]);
        }
        struct reader r = reader_over(octets, writer_kept(&w));
        struct cosem_intake in = cosem_intake_begin(&r);
        enum cosem_result expected = COSEM_SUCCESS;
        for (unsigned i = 0; i < count; i++) {
            expected = expected == COSEM_SUCCESS ? amiss(&fields[i]) : expected;
            int64_t taken = take_field(&in, &fields[i]);
            assert_true(taken == (expected == COSEM_SUCCESS ? fields[i].value : 0));
            assert_int_equal(in.result, expected);
        }
        assert_int_equal(cosem_intake_end(&in), expected);
    }
}

/* Six octets and no others; what was there before is gone when it is amiss, too. */
static void names_have_six_octets(void **state)
{
    (void)state;
    static const uint8_t zeros[COSEM_NAME_SIZE];
    for (uint8_t tag = COSEM_OCTET_STRING; tag <= COSEM_VISIBLE_STRING; tag++) {
        for (uint8_t size = 0; size <= 2 * COSEM_NAME_SIZE; size++) {
            const uint8_t octets[2 + 2 * COSEM_NAME_SIZE] = {tag, size, 1, 0, 99, 1, 0, 255};
            uint8_t obis[COSEM_NAME_SIZE] = {7, 7, 7, 7, 7, 7};
            struct reader r = reader_over(octets, 2U + size);
            struct cosem_intake in = cosem_intake_begin(&r);
            cosem_intake_name(&in, obis);
            bool good = tag == COSEM_OCTET_STRING && size == COSEM_NAME_SIZE;
            enum cosem_result amiss =
                tag == COSEM_OCTET_STRING ? COSEM_OTHER_REASON : COSEM_TYPE_UNMATCHED;
            assert_memory_equal(obis, good ? octets + 2 : zeros, sizeof obis);
            assert_int_equal(cosem_intake_end(&in), good ? COSEM_SUCCESS : amiss);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_of_just_their_type),
        cmocka_unit_test(ranges_include_their_ends),
        cmocka_unit_test(unsigned_ones_have_all_of_their_type),
        cmocka_unit_test(names_have_six_octets),
        cmocka_unit_test(strings_are_of_just_their_type_and_length),
        cmocka_unit_test(structures_have_just_so_many_elements),
        cmocka_unit_test(arrays_have_at_most_so_many_elements),
        cmocka_unit_test(what_is_left_over_is_amiss),
        cmocka_unit_test(zero_is_an_integer_of_eight_bits),
        cmocka_unit_test(the_first_thing_amiss_is_the_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
