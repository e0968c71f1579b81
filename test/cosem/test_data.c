#include "cosem/data.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 400 };

static const char *tag_name(enum cosem_tag tag)
{
    static const char *const names[] = {
        [COSEM_NULL] = "null",
        [COSEM_ARRAY] = "array",
        [COSEM_STRUCTURE] = "structure",
        [COSEM_BOOLEAN] = "boolean",
        [COSEM_BIT_STRING] = "bit-string",
        [COSEM_I32] = "i32",
        [COSEM_U32] = "u32",
        [COSEM_OCTET_STRING] = "octet-string",
        [COSEM_VISIBLE_STRING] = "visible-string",
        [COSEM_UTF8_STRING] = "utf8-string",
        [COSEM_BCD] = "bcd",
        [COSEM_I8] = "i8",
        [COSEM_I16] = "i16",
        [COSEM_U8] = "u8",
        [COSEM_U16] = "u16",
        [COSEM_I64] = "i64",
        [COSEM_U64] = "u64",
        [COSEM_ENUM] = "enum",
        [COSEM_COMPACT_ARRAY] = "compact-array",
        [COSEM_F32] = "float32",
        [COSEM_F64] = "float64",
        [COSEM_DATE_TIME] = "date-time",
        [COSEM_DATE] = "date",
        [COSEM_TIME] = "time",
    };
    return names[tag];
}

static void explain(const struct cosem_value *v, char *text)
{
    text += sprintf(text, "%s", tag_name(v->tag));
    if (v->tag == COSEM_ARRAY || v->tag == COSEM_STRUCTURE || v->tag == COSEM_BIT_STRING) {
        text += sprintf(text, "(%zu)", v->count);
    }
    if (v->octets != NULL) {
        size_t size = v->tag == COSEM_BIT_STRING ? (v->count + 7) / 8 : v->count;
        *text++ = ':';
        hex_write(v->octets, size, text);
    } else if (v->tag != COSEM_NULL && v->tag != COSEM_ARRAY && v->tag != COSEM_STRUCTURE) {
        sprintf(text, "(%lld)", (long long)v->integer);
    }
}

static void walk(struct reader *r, char *text)
{
    text[0] = '\0';
    while (reader_left(r) > 0) {
        struct cosem_value v = cosem_take_value(r);
        if (!r->fault) {
            sprintf(text + strlen(text), "%s", text[0] ? " " : "");
            explain(&v, text + strlen(text));
        }
    }
    if (r->fault) {
        strcpy(text, "malformed");
    }
}

/* Every line of the vector file: explained as it says, and, when it is well formed, a fault when
 * its last octet is missing; skipping agrees. */
static void vectors(void **state)
{
    (void)state;
    FILE *file = fopen(WATTHOUR_TEST "/vectors/data.txt", "r");
    assert_non_null(file);
    char line[LINE];
    int cases = 0;
    while (fgets(line, sizeof line, file)) {
        char *equals = strchr(line, '=');
        if (line[0] == '#' || equals == NULL) {
            continue;
        }
        uint8_t octets[LINE];
        size_t size = hex_read(line, octets, sizeof octets);
        equals[strcspn(equals, "\n")] = '\0';
        char text[LINE * 3];
        struct reader r = reader_over(octets, size);
        walk(&r, text);
        assert_string_equal(text, equals + 2);
        bool formed = strcmp(text, "malformed") != 0;
        struct reader whole = reader_over(octets, size);
        cosem_skip_value(&whole);
        assert_int_equal(reader_done(&whole), formed);
        struct reader shorter = reader_over(octets, size - 1);
        cosem_skip_value(&shorter);
        assert_true(shorter.fault);
        cases++;
    }
    fclose(file);
    assert_true(cases > 40);
}

#define ASSERT_PUTS(expected, call)                                                                \
    do {                                                                                           \
        uint8_t octets[64];                                                                        \
        char text[2 * sizeof octets + 1];                                                          \
        struct writer writer = writer_over(octets, sizeof octets);                                 \
        struct writer *w = &writer;                                                                \
        call;                                                                                      \
        hex_write(octets, writer_kept(w), text);                                                   \
        assert_string_equal(text, expected);                                                       \
    } while (0)

static void puts_what_vectors_say(void **state)
{
    (void)state;
    ASSERT_PUTS("00", cosem_put_null(w));
    ASSERT_PUTS("0102", cosem_put_array(w, 2));
    ASSERT_PUTS("0181C8", cosem_put_array(w, 200));
    ASSERT_PUTS("01820140", cosem_put_array(w, 320));
    ASSERT_PUTS("018400010000", cosem_put_array(w, 65536));
    ASSERT_PUTS("0202", cosem_put_structure(w, 2));
    ASSERT_PUTS("0301", cosem_put_boolean(w, true));
    ASSERT_PUTS("09060000010000FF", cosem_put_octet_string(w, "\0\0\1\0\0\377", 6));
}

static void puts_integers_of_every_type(void **state)
{
    (void)state;
    ASSERT_PUTS("0FFD", cosem_put_i8(w, -3));
    ASSERT_PUTS("10FFC4", cosem_put_i16(w, -60));
    ASSERT_PUTS("1105", cosem_put_u8(w, 5));
    ASSERT_PUTS("120007", cosem_put_u16(w, 7));
    ASSERT_PUTS("0600000001", cosem_put_u32(w, 1));
    ASSERT_PUTS("1623", cosem_put_enum(w, 35));
    ASSERT_PUTS("0FFD", cosem_put_integer(w, COSEM_I8, -3));
    ASSERT_PUTS("05FFFFFFFE", cosem_put_integer(w, COSEM_I32, -2));
    ASSERT_PUTS("148000000000000000", cosem_put_integer(w, COSEM_I64, INT64_MIN));
    ASSERT_PUTS("157FFFFFFFFFFFFFFF", cosem_put_integer(w, COSEM_U64, INT64_MAX));
}

static void what_a_type_cannot_hold_is_its_nearest(void **state)
{
    (void)state;
    ASSERT_PUTS("0F7F", cosem_put_integer(w, COSEM_I8, 128));
    ASSERT_PUTS("0F80", cosem_put_integer(w, COSEM_I8, INT64_MIN));
    ASSERT_PUTS("1100", cosem_put_integer(w, COSEM_U8, -1));
    ASSERT_PUTS("12FFFF", cosem_put_integer(w, COSEM_U16, 65536));
    ASSERT_PUTS("06FFFFFFFF", cosem_put_integer(w, COSEM_U32, INT64_MAX));
    ASSERT_PUTS("0600000000", cosem_put_integer(w, COSEM_U32, INT64_MIN));
    ASSERT_PUTS("057FFFFFFF", cosem_put_integer(w, COSEM_I32, INT64_MAX));
    ASSERT_PUTS("150000000000000000", cosem_put_integer(w, COSEM_U64, -1));
}

static void puts_bit_strings_from_the_highest_bit(void **state)
{
    (void)state;
    ASSERT_PUTS("0418001010", cosem_put_bit_string(w, 0x001010, 24));
    ASSERT_PUTS("0407FE", cosem_put_bit_string(w, 0x7F, 7));
    ASSERT_PUTS("0400", cosem_put_bit_string(w, 0, 0));
    ASSERT_PUTS("042080000001", cosem_put_bit_string(w, 0x80000001, 32));
}

/* A tower of containers takes no stack, and one that promises more than follows is a fault. */
static void depth_costs_nothing(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    uint8_t *tower = malloc(2 * DEPTH + 1);
    for (size_t i = 0; i < DEPTH; i++) {
        tower[2 * i] = COSEM_ARRAY;
        tower[2 * i + 1] = 1;
    }
    tower[2 * DEPTH] = COSEM_NULL;
    struct reader r = reader_over(tower, 2 * DEPTH + 1);
    cosem_skip_value(&r);
    assert_true(reader_done(&r));
    tower[1] = 2;
    r = reader_over(tower, 2 * DEPTH + 1);
    cosem_skip_value(&r);
    assert_true(r.fault);
    free(tower);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(puts_what_vectors_say),
        cmocka_unit_test(puts_integers_of_every_type),
        cmocka_unit_test(what_a_type_cannot_hold_is_its_nearest),
        cmocka_unit_test(puts_bit_strings_from_the_highest_bit),
        cmocka_unit_test(depth_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
