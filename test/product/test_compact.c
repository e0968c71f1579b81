/* Compact data as clients set and read it: buffer and description together say what GETs of the
 * columns say. */
#include "cosem/data.h"
#include "test/product/hex_client.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, COMPACT = 62, OCTETS = 512 };
enum { BUFFER = 2, COLUMNS = 3, TEMPLATE = 4, DESCRIPTION = 5, METHOD = 6, RESET = 1, CAPTURE = 2 };

static const struct cosem_name name = COSEM_NAME(0, 0, 66, 0, 0);
static uint8_t value[RIG_VALUE_MOST];
static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("xs211"));
    rig_associate(&rig, SAP, 512);
    return 0;
}

static enum cosem_result set(int attribute, const char *hex)
{
    return hex_set(&rig, hex_target(COMPACT, &name, attribute), hex);
}

static enum cosem_result act(int method)
{
    return hex_act(&rig, hex_target(COMPACT, &name, method), "0F00");
}

static void assert_reads(int attribute, const char *expected)
{
    hex_assert_reads(&rig, hex_target(COMPACT, &name, attribute), expected);
}

#define TOTAL   "0204 120003 0906 0100010800FF 0F02 120000"
#define UNIT    "0204 120003 0906 0100010800FF 0F03 120000"
#define RATE    "0204 120001 0906 0000600E00FF 0F02 120000"
#define HOUR_WH "00001208" /* and what the rig has measured before */

static void live_an_hour(void)
{
    struct legal_interval hour = {.frames = 3600 * LEGAL_FRAME_HZ, .f_uhz = 50000000};
    hour.phase[0] =
        (struct legal_phase){.u_uv = 230000000, .i_na = 20000000000, .p_uw = INT64_C(4600000000)};
    for (int minute = 0; minute < 60; minute++) {
        hour.frames = 60 * LEGAL_FRAME_HZ;
        legal_direct(&rig.legal, &hour, NULL);
    }
}

static void captured_when_read(void **state)
{
    (void)state;
    assert_reads(BUFFER, "0901 00");
    assert_reads(DESCRIPTION, "0903 00 0200");
    assert_int_equal(set(TEMPLATE, "11 2A"), COSEM_SUCCESS);
    assert_int_equal(set(COLUMNS, "0103" TOTAL RATE UNIT), COSEM_SUCCESS);
    assert_reads(TEMPLATE, "11 2A");
    assert_reads(COLUMNS, "0103" TOTAL RATE UNIT);
    assert_reads(DESCRIPTION, "0909 2A 0203 06 09 0202 0F 16");
    live_an_hour();
    assert_reads(BUFFER, "0909 2A" HOUR_WH "0131"
                         "00 1E");
    tariff_select(&rig.tariff, TARIFF_ENERGY, 3, rig.clock.utc_ms);
    (void)tariff_step(&rig.tariff, &rig.clock);
    assert_reads(BUFFER, "0909 2A" HOUR_WH "0133"
                         "00 1E");
    assert_int_equal(act(CAPTURE), COSEM_OTHER_REASON); /* it is captured when it is read */
}

static void captured_by_its_method(void **state)
{
    (void)state;
    assert_int_equal(set(COLUMNS, "0101" TOTAL), COSEM_SUCCESS);
    assert_int_equal(set(METHOD, "16 00"), COSEM_SUCCESS);
    assert_reads(METHOD, "16 00");
    assert_reads(BUFFER, "0900");
    assert_int_equal(act(CAPTURE), COSEM_SUCCESS);
    live_an_hour();
    assert_reads(BUFFER, "0905 00 00000010");
    assert_int_equal(act(CAPTURE), COSEM_SUCCESS);
    assert_reads(BUFFER, "0905 00" HOUR_WH);
    assert_int_equal(act(RESET), COSEM_SUCCESS);
    assert_reads(BUFFER, "0900");
    assert_int_equal(act(CAPTURE), COSEM_SUCCESS);
    assert_int_equal(set(TEMPLATE, "11 01"), COSEM_SUCCESS); /* another template: nothing fits it */
    assert_reads(BUFFER, "0900");
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        int attribute;
        const char *hex;
        enum cosem_result result;
    } rows[] = {
        {METHOD, "16 02", COSEM_OTHER_REASON},
        {METHOD, "11 00", COSEM_TYPE_UNMATCHED},
        {TEMPLATE, "12 0001", COSEM_TYPE_UNMATCHED},
        {COLUMNS, "0101 0204 120003 0906 0100010800FF 0F02 120001", COSEM_OTHER_REASON},
        {COLUMNS, "0101 0204 120003 0906 0100630800FF 0F02 120000", COSEM_OTHER_REASON},
        {COLUMNS, "0101 0204 120007 0906 0100630100FF 0F02 120000", COSEM_OTHER_REASON},
        {COLUMNS, "0101 0204 120003 0906 0100010800FF 0F04 120000", COSEM_OTHER_REASON},
        {COLUMNS, "0101 0203 120003 0906 0100010800FF 0F02", COSEM_TYPE_UNMATCHED},
        {COLUMNS, "02 00", COSEM_TYPE_UNMATCHED},
    };
    assert_int_equal(set(COLUMNS, "0102" TOTAL RATE), COSEM_SUCCESS);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(set(rows[i].attribute, rows[i].hex), rows[i].result);
        assert_reads(COLUMNS, "0102" TOTAL RATE);
        assert_reads(METHOD, "16 01");
        assert_reads(TEMPLATE, "11 00");
    }
}

/* ---- buffer and description against GETs ---- */

static const char *const columns[] = {TOTAL,
                                      UNIT,
                                      RATE,
                                      "0204 120008 0906 0000010000FF 0F02 120000",
                                      "0204 120003 0906 0100200700FF 0F02 120000",
                                      "0204 120005 0906 0100010400FF 0F06 120000",
                                      "0204 120001 0906 0000000100FF 0F02 120000"};
enum { KINDS = sizeof columns / sizeof columns[0] };

/* The octet-string of an attribute. */
static struct reader read_string(int attribute, uint8_t octets[RIG_VALUE_MOST])
{
    enum cosem_result result;
    size_t size = rig_read(&rig, SAP, COMPACT, &name, attribute, octets, &result);
    struct reader r = reader_over(octets, size);
    struct cosem_value string = cosem_take_value(&r);
    assert_true(reader_done(&r));
    return reader_over(string.octets, string.count);
}

static size_t size_of(uint8_t tag, const struct reader *contents)
{
    switch (tag) {
    case COSEM_U32:
    case COSEM_I32:
        return 4;
    case COSEM_U16:
        return 2;
    case COSEM_OCTET_STRING:
        return 1u + reader_peek(contents);
    case COSEM_STRUCTURE:
        return 0;
    default:
        return 1;
    }
}

/* Puts the tags of the description back to the values. */
static void put_together(struct reader *types, struct reader *contents, struct writer *w)
{
    while (reader_left(types) > 0) {
        uint8_t tag = reader_u8(types);
        size_t size = size_of(tag, contents);
        writer_u8(w, tag);
        writer_octets(w, reader_octets(contents, size), size);
        if (tag == COSEM_STRUCTURE) {
            writer_u8(w, reader_u8(types));
        }
    }
    assert_true(reader_done(contents));
}

static void assert_is_what_get_gives(const char *column, struct reader *whole)
{
    uint8_t asked[OCTETS];
    enum cosem_result result;
    (void)hex_read(column, asked, sizeof asked);
    struct cosem_name object;
    memcpy(object.obis, asked + 7, sizeof object.obis);
    size_t size = rig_read(&rig, SAP, asked[4], &object, asked[14], value, &result);
    struct reader part = cosem_take_part(whole);
    assert_int_equal(part.size, size);
    assert_memory_equal(part.data, value, size);
}

static void buffer_and_description_make_the_values(void **state)
{
    (void)state;
    static uint8_t described[RIG_VALUE_MOST];
    static uint8_t buffered[RIG_VALUE_MOST];
    srand(62);
    for (int round = 0; round < 100; round++) {
        char hex[2 * OCTETS];
        int chosen[COMPACT_COLUMNS];
        int count = rand() % COMPACT_COLUMNS;
        (void)snprintf(hex, sizeof hex, "01%02X", (unsigned)count);
        for (int i = 0; i < count; i++) {
            chosen[i] = rand() % KINDS;
            strcat(hex, columns[chosen[i]]);
        }
        assert_int_equal(set(COLUMNS, hex), COSEM_SUCCESS);
        struct reader types = read_string(DESCRIPTION, described);
        struct reader contents = read_string(BUFFER, buffered);
        assert_int_equal(reader_u8(&types), reader_u8(&contents)); /* the template */
        assert_int_equal(reader_u8(&types), COSEM_STRUCTURE);
        assert_int_equal(reader_u8(&types), count);
        uint8_t octets[OCTETS];
        struct writer w = writer_over(octets, sizeof octets);
        put_together(&types, &contents, &w);
        struct reader whole = reader_over(octets, writer_kept(&w));
        for (int i = 0; i < count; i++) {
            assert_is_what_get_gives(columns[chosen[i]], &whole);
        }
        assert_true(reader_done(&whole));
    }
}

static void what_is_kept_is_read_or_refused(void **state)
{
    (void)state;
    uint8_t octets[COMPACT_ROOM];
    struct compact other;
    assert_int_equal(set(COLUMNS, "0102" TOTAL RATE), COSEM_SUCCESS);
    assert_int_equal(set(METHOD, "16 00"), COSEM_SUCCESS);
    assert_int_equal(act(CAPTURE), COSEM_SUCCESS);
    struct writer w = writer_over(octets, sizeof octets);
    compact_write(&rig.compact, &w);
    size_t head = 3 + 2 * 11;
    compact_init(&other, &rig.objects);
    for (size_t cut = 0; cut < head; cut++) {
        struct reader r = reader_over(octets, cut);
        assert_int_equal(compact_read(&other, &r), -1);
        assert_int_equal(other.column_count, 0);
    }
    struct reader r = reader_over(octets, writer_kept(&w));
    assert_int_equal(compact_read(&other, &r), 0);
    assert_int_equal(other.column_count, 2);
    assert_int_equal(other.method, COMPACT_INVOKE);
    assert_int_equal(other.size, rig.compact.size);
    assert_memory_equal(other.buffer, rig.compact.buffer, other.size);
    octets[2] = COMPACT_COLUMNS + 1;
    r = reader_over(octets, writer_kept(&w));
    assert_int_equal(compact_read(&other, &r), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(captured_when_read, set_up),
        cmocka_unit_test_setup(captured_by_its_method, set_up),
        cmocka_unit_test_setup(what_cannot_be_is_refused, set_up),
        cmocka_unit_test_setup(buffer_and_description_make_the_values, set_up),
        cmocka_unit_test_setup(what_is_kept_is_read_or_refused, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
