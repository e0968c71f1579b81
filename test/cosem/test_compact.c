/* Compact arrays: every vector taken apart; and whatever is made of random rows of one type comes
 * back as it was. */
#include "cosem/compact.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 400, ROOM = 4096 };

/* Its elements behind each other; how many, or -1: malformed. */
static int take_all(const uint8_t *octets, size_t size, struct writer *elements)
{
    struct reader r = reader_over(octets, size);
    struct cosem_value value = cosem_take_value(&r);
    if (!reader_done(&r)) {
        return -1;
    }
    assert_int_equal(value.tag, COSEM_COMPACT_ARRAY);
    struct cosem_compact compact = cosem_compact_open(&value);
    int count = 0;
    while (cosem_compact_next(&compact, elements)) {
        count++;
    }
    return compact.contents.fault ? -1 : count;
}

/* "11 01 | 11 02": the octets of all elements; how many there are. */
static int read_elements(const char *text, struct writer *w)
{
    int count = 0;
    while (text != NULL) {
        uint8_t octets[LINE];
        size_t size = hex_read(text, octets, sizeof octets);
        writer_octets(w, octets, size);
        count += size > 0;
        text = strchr(text, '|');
        text = text != NULL ? text + 1 : NULL;
    }
    return count;
}

static void vectors(void **state)
{
    (void)state;
    FILE *file = fopen(WATTHOUR_TEST "/vectors/compact.txt", "r");
    assert_non_null(file);
    char line[LINE];
    int cases = 0;
    while (fgets(line, sizeof line, file)) {
        char *equals = strchr(line, '=');
        if (line[0] == '#' || equals == NULL) {
            continue;
        }
        uint8_t octets[LINE];
        uint8_t taken[ROOM];
        uint8_t expected[ROOM];
        struct writer w = writer_over(taken, sizeof taken);
        struct writer e = writer_over(expected, sizeof expected);
        size_t size = hex_read(line, octets, sizeof octets);
        bool malformed = strstr(equals, "malformed") != NULL;
        int count = malformed ? -1 : read_elements(equals + 1, &e);
        assert_int_equal(take_all(octets, size, &w), count);
        assert_true(malformed || writer_kept(&w) == writer_kept(&e));
        assert_true(malformed || memcmp(taken, expected, writer_kept(&e)) == 0);
        cases++;
    }
    fclose(file);
    assert_true(cases >= 18);
}

/* However long the octets that are missing or too many, nothing is read beyond them. */
static void truncated(void **state)
{
    (void)state;
    static const uint8_t whole[] = {0x13, 2, 2, 0x11, 1, 0, 2, 0x12, 5, 9, 0, 1, 0, 2};
    uint8_t taken[ROOM];
    struct writer w = writer_over(taken, sizeof taken);
    assert_int_equal(take_all(whole, sizeof whole, &w), 1);
    for (size_t size = 1; size < sizeof whole; size++) {
        assert_int_equal(take_all(whole, size, &w), -1);
    }
}

/* Nine arrays of one within each other are one too many; a huge one needs room. */
static void bounds(void **state)
{
    (void)state;
    static const uint8_t eight[] = {0x13, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0,    1, 1,
                                    0,    1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0x11, 1, 7};
    static const uint8_t nine[] = {0x13, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1,    1, 0, 1,
                                   1,    0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0x11, 1, 7};
    static const uint8_t huge[] = {0x13, 1, 0xFF, 0xFF, 1, 0xFF, 0xFF, 0, 1, 7};
    uint8_t taken[ROOM];
    struct writer w = writer_over(taken, sizeof taken);
    assert_int_equal(take_all(eight, sizeof eight, &w), 1);
    assert_int_equal(take_all(nine, sizeof nine, &w), -1);
    assert_int_equal(take_all(huge, sizeof huge, &w), -1);
}

/* ---- there and back ---- */

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void put_random(struct writer *w, uint32_t kind, uint32_t *values)
{
    static const char text[] = "abcdefgh";
    switch (kind % 8) {
    case 0:
        cosem_put_null(w);
        break;
    case 1:
        cosem_put_u8(w, (uint8_t)next(values));
        break;
    case 2:
        cosem_put_integer(w, COSEM_I64, (int64_t)next(values) - 8000000);
        break;
    case 3:
        cosem_put_octet_string(w, text + next(values) % 4, kind % 5);
        break;
    case 4:
        cosem_put_bit_string(w, next(values), kind % 30);
        break;
    case 5:
        cosem_put_structure(w, 2);
        cosem_put_u16(w, (uint16_t)next(values));
        cosem_put_boolean(w, next(values) % 2 != 0);
        break;
    case 6:
        writer_u8(w, kind % 3 == 0 ? COSEM_VISIBLE_STRING : COSEM_UTF8_STRING);
        cosem_put_length(w, 3);
        writer_octets(w, text + next(values) % 4, 3);
        break;
    default:
        cosem_put_u32(w, next(values));
    }
}

/* One row: `shape` says of what, `values` what. */
static struct reader make_row(uint8_t octets[ROOM], uint32_t shape, uint32_t *values)
{
    struct writer w = writer_over(octets, ROOM);
    unsigned columns = 1 + next(&shape) % 9;
    cosem_put_structure(&w, columns + 1);
    cosem_put_u8(&w, (uint8_t)next(values)); /* so that a row is never without octets */
    for (unsigned i = 0; i < columns; i++) {
        put_random(&w, next(&shape), values);
    }
    return reader_over(octets, writer_kept(&w));
}

static void there_and_back(void **state)
{
    (void)state;
    for (uint32_t shape = 0; shape < 500; shape++) {
        uint8_t rows[ROOM];
        uint8_t contents[ROOM];
        uint8_t compact[ROOM];
        uint8_t taken[ROOM];
        uint8_t octets[ROOM];
        struct writer plain = writer_over(rows, sizeof rows);
        struct writer behind = writer_over(contents, sizeof contents);
        uint32_t values = shape * 7 + 1;
        int count = (int)(shape % 12) + 1;
        struct reader row = {0};
        for (int i = 0; i < count; i++) {
            row = make_row(octets, shape, &values);
            writer_octets(&plain, row.data, row.size);
            cosem_compact_put_contents(&behind, row);
        }
        struct writer w = writer_over(compact, sizeof compact);
        writer_u8(&w, COSEM_COMPACT_ARRAY);
        cosem_compact_put_types(&w, row);
        cosem_put_length(&w, writer_kept(&behind));
        writer_octets(&w, contents, writer_kept(&behind));
        struct writer back = writer_over(taken, sizeof taken);
        assert_int_equal(take_all(compact, writer_kept(&w), &back), count);
        assert_int_equal(writer_kept(&back), writer_kept(&plain));
        assert_memory_equal(taken, rows, writer_kept(&plain));
    }
}

/* A blank row has the types and the octets of the one that it stands for. */
static void blank_rows(void **state)
{
    (void)state;
    for (uint32_t shape = 0; shape < 200; shape++) {
        uint8_t octets[ROOM];
        uint8_t filled[ROOM];
        uint8_t blank[ROOM];
        uint8_t taken[ROOM];
        uint32_t values = shape;
        struct reader row = make_row(octets, shape, &values);
        struct writer of_row = writer_over(filled, sizeof filled);
        struct writer of_blank = writer_over(blank, sizeof blank);
        cosem_compact_put_contents(&of_row, row);
        cosem_compact_put_blank(&of_blank, row);
        assert_int_equal(writer_kept(&of_blank), writer_kept(&of_row));
        struct writer w = writer_over(filled, sizeof filled);
        writer_u8(&w, COSEM_COMPACT_ARRAY);
        cosem_compact_put_types(&w, row);
        cosem_put_length(&w, writer_kept(&of_blank));
        writer_octets(&w, blank, writer_kept(&of_blank));
        struct writer back = writer_over(taken, sizeof taken);
        assert_int_equal(take_all(filled, writer_kept(&w), &back), 1);
        assert_true(cosem_compact_same(reader_over(taken, writer_kept(&back)), row));
    }
}

static bool same(const char *a, const char *b)
{
    uint8_t of_a[64];
    uint8_t of_b[64];
    struct reader first = reader_over(of_a, hex_read(a, of_a, sizeof of_a));
    struct reader second = reader_over(of_b, hex_read(b, of_b, sizeof of_b));
    return cosem_compact_same(first, second);
}

static void what_is_alike(void **state)
{
    (void)state;
    assert_true(same("02 02 11 01 12 00 02", "02 02 11 FF 12 03 04"));
    assert_true(same("09 02 AA BB", "09 02 00 00"));
    assert_false(same("09 02 AA BB", "09 01 AA"));
    assert_false(same("02 02 11 01 12 00 02", "02 02 11 01 11 02"));
    assert_false(same("02 02 11 01 11 02", "02 01 11 01"));
    assert_false(same("11 01", "00"));
    assert_false(same("01 01 11 01", "01 01 11 01"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),    cmocka_unit_test(truncated),
        cmocka_unit_test(bounds),     cmocka_unit_test(there_and_back),
        cmocka_unit_test(blank_rows), cmocka_unit_test(what_is_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
