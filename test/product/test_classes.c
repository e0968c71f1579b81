/* What classes show: the vector file, and what it has no place for. */
#include "test/product/rig.h"

#include "cosem/data.h"
#include "test/dlms/session_ask.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 8192 };

static const struct cosem_name clock_name = COSEM_NAME(0, 0, 1, 0, 0);
static const struct cosem_name public_association = COSEM_NAME(0, 0, 40, 0, 3);
static uint8_t value[RIG_VALUE_MOST];
static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("st402d"));
    rig_associate(&rig, PRODUCT_SAP_READING, UINT16_MAX);
    return 0;
}

static size_t read(uint16_t class_id, const struct cosem_name *name, int attribute)
{
    enum cosem_result result;
    size_t size = rig_read(&rig, PRODUCT_SAP_READING, class_id, name, attribute, value, &result);
    assert_int_equal(result, COSEM_SUCCESS);
    return size;
}

static void check_line(const char *line)
{
    unsigned class_id;
    unsigned g[5];
    int attribute;
    int used = 0;
    uint8_t expected[LINE];
    char expected_text[2 * LINE + 1];
    char found_text[2 * LINE + 1];
    assert_int_equal(sscanf(line, "%u %u-%u:%u.%u.%u %d = %n", &class_id, &g[0], &g[1], &g[2],
                            &g[3], &g[4], &attribute, &used),
                     7);
    struct cosem_name name =
        COSEM_NAME((uint8_t)g[0], (uint8_t)g[1], (uint8_t)g[2], (uint8_t)g[3], (uint8_t)g[4]);
    size_t size = hex_read(line + used, expected, sizeof expected);
    hex_write(expected, size, expected_text);
    hex_write(value, read((uint16_t)class_id, &name, attribute), found_text);
    if (strcmp(expected_text, found_text) != 0) {
        fail_msg("%.*s= %s", used - 2, line, found_text);
    }
}

static void vectors(void **state)
{
    (void)state;
    FILE *file = fopen(WATTHOUR_TEST "/vectors/classes.txt", "r");
    assert_non_null(file);
    char line[LINE];
    int cases = 0;
    while (fgets(line, sizeof line, file)) {
        if (line[0] >= '0' && line[0] <= '9') {
            check_line(line);
            cases++;
        }
    }
    fclose(file);
    assert_true(cases > 50);
}

/* Of L2, as if a window had been analysed: order n is n V, n^2 mA; then THD is as their sums. */
static void harmonics_are_in_a_table(void **state)
{
    (void)state;
    static const struct cosem_name u = COSEM_NAME(1, 0, 98, 10, 52);
    static const struct cosem_name i = COSEM_NAME(1, 0, 98, 10, 51);
    static struct harmonics harmonics;
    harmonics_begin(&harmonics, &rig.product->legal->config);
    rig.source.harmonics = &harmonics;
    harmonics.spectrum[1].window = 1;
    for (unsigned order = 1; order <= QUANTITY_ORDERS; order++) {
        double u_codes = order * 1e6 / rig.legal.scale[1].u_uv;
        double i_codes = order * order * 1e6 / rig.legal.scale[1].i_na;
        harmonics.spectrum[1].uu[order] = (float)(u_codes * u_codes);
        harmonics.spectrum[1].ii[order] = (float)(i_codes * i_codes);
    }
    assert_int_equal(read(61, &u, 2), 2 + QUANTITY_ORDERS * 5);
    struct reader values = reader_over(&value[2], QUANTITY_ORDERS * 5);
    for (unsigned order = 1; order <= QUANTITY_ORDERS; order++) {
        assert_int_equal(reader_u8(&values), COSEM_U32);
        assert_int_equal(reader_u32(&values), order * 1000);
    }
    assert_int_equal(read(61, &i, 2), 2 + QUANTITY_ORDERS * 5);
    values = reader_over(&value[2], QUANTITY_ORDERS * 5);
    for (unsigned order = 1; order <= QUANTITY_ORDERS; order++) {
        assert_int_equal(reader_u8(&values), COSEM_U32);
        assert_int_equal(reader_u32(&values), order * order * 1000);
    }
}

/* What has not been measured yet, and what the other phases have. */
static void harmonics_come_with_the_first_window(void **state)
{
    (void)state;
    static const struct cosem_name u = COSEM_NAME(1, 0, 98, 10, 72);
    enum cosem_result result;
    static struct harmonics harmonics;
    harmonics_begin(&harmonics, &rig.product->legal->config);
    rig.source.harmonics = &harmonics;
    assert_int_equal(rig_read(&rig, PRODUCT_SAP_READING, 61, &u, 2, value, &result), 0);
    assert_int_equal(result, COSEM_TEMPORARY_FAILURE);
    harmonics.spectrum[0].window = 1;
    assert_int_equal(rig_read(&rig, PRODUCT_SAP_READING, 61, &u, 2, value, &result), 0);
    assert_int_equal(result, COSEM_TEMPORARY_FAILURE);
}

static void assert_reads(uint16_t class_id, const struct cosem_name *name, int attribute,
                         const char *expected)
{
    char found[2 * LINE + 1];
    hex_write(value, read(class_id, name, attribute), found);
    assert_string_equal(found, expected);
}

/* Every client reads them, and each object shows its own: sags 1, 3, 5, swells 2, 4, 6 and 65535.
 */
static void sags_and_swells_are_those_of_the_phase(void **state)
{
    (void)state;
    for (uint8_t phase = 0; phase < VOLTAGE_PHASES; phase++) {
        const struct cosem_name sags = COSEM_NAME(1, 0, (uint8_t)(32 + 20 * phase), 32, 0);
        const struct cosem_name swells = COSEM_NAME(1, 0, (uint8_t)(32 + 20 * phase), 36, 0);
        char expected[8];
        assert_reads(1, &sags, 2, "120000");
        rig.voltage_count.phase[phase].sags = (uint16_t)(2 * phase + 1);
        rig.voltage_count.phase[phase].swells = (uint16_t)(2 * phase + 2);
        snprintf(expected, sizeof expected, "12%04X", 2u * phase + 1);
        assert_reads(1, &sags, 2, expected);
        snprintf(expected, sizeof expected, "12%04X", 2u * phase + 2);
        assert_reads(1, &swells, 2, expected);
    }
    static const struct cosem_name last = COSEM_NAME(1, 0, 72, 36, 0);
    rig.voltage_count.phase[2].swells = UINT16_MAX;
    assert_reads(1, &last, 2, "12FFFF");
}

/* 2026-07-01T10:00:00Z: noon of summer time. */
static void summer_time_is_in_the_deviation_and_the_status(void **state)
{
    (void)state;
    clock_set(&rig.clock, INT64_C(1782900000000));
    assert_reads(8, &clock_name, 2, "090C07EA0701030C000000FF8880");
    assert_reads(8, &clock_name, 4, "1180");
    assert_reads(8, &clock_name, 3, "10FFC4");
}

static void a_clock_that_was_never_set_says_so(void **state)
{
    (void)state;
    clock_init(&rig.clock, &rig.product->zone);
    assert_reads(8, &clock_name, 2, "090C07B201010401000000FFC401");
    assert_reads(8, &clock_name, 4, "1101");
}

static void a_zone_without_summer_time(void **state)
{
    (void)state;
    clock_init(&rig.clock, &(const struct civil_zone){.offset_min = -300});
    assert_reads(8, &clock_name, 3, "10012C");
    assert_reads(8, &clock_name, 5, "090CFFFFFFFFFFFFFFFFFF8000FF");
    assert_reads(8, &clock_name, 6, "090CFFFFFFFFFFFFFFFFFF8000FF");
    assert_reads(8, &clock_name, 7, "0F00");
    assert_reads(8, &clock_name, 8, "0300");
}

/* The second Sunday of March, the first of November, 02:00. */
static void weeks_that_count_from_the_first(void **state)
{
    (void)state;
    rig.clock.zone = (struct civil_zone){-300, 60, {3, 2, 7, 120, 0, 0}, {11, 1, 7, 120, 0, 0}};
    assert_reads(8, &clock_name, 5, "090CFFFF03080702000000800000");
    assert_reads(8, &clock_name, 6, "090CFFFF0B010702000000800080");
}

static void another_association_is_seen_to_open_and_close(void **state)
{
    (void)state;
    struct dlms_session other;
    struct dlms_association place;
    static const uint8_t aarq[] = {0x60, 0x1D, 0xA1, 0x09, 0x06, 0x07, 0x60, 0x85, 0x74, 0x05, 0x08,
                                   0x01, 0x01, 0xBE, 0x10, 0x04, 0x0E, 0x01, 0x00, 0x00, 0x00, 0x06,
                                   0x5F, 0x1F, 0x04, 0x00, 0x00, 0x7E, 0x1F, 0x04, 0xB0};
    uint8_t answer[DLMS_ANSWER_ROOM(DLMS_PDU_LEAST)];
    dlms_session_init(&other, &rig.server, 1024);
    dlms_session_lend(&other, &place, 1);
    assert_reads(15, &public_association, 8, "1600");
    assert_int_equal(session_ask(&other, 16, 1, aarq, sizeof aarq, answer, sizeof answer), 43);
    assert_reads(15, &public_association, 8, "1602");
    dlms_session_close(&other);
    assert_reads(15, &public_association, 8, "1600");
}

/* Before the first window there is no power, but there are energies. */
static void what_was_not_measured_is_a_temporary_failure(void **state)
{
    (void)state;
    static const struct legal_calibration ideal;
    static const struct cosem_name voltage = COSEM_NAME(1, 0, 32, 7, 0);
    static const struct cosem_name energy = COSEM_NAME(1, 0, 1, 8, 0);
    enum cosem_result result;
    legal_init(&rig.legal, &rig.product->legal->config, &ideal);
    rig_read(&rig, PRODUCT_SAP_READING, 3, &voltage, 2, value, &result);
    assert_int_equal(result, COSEM_TEMPORARY_FAILURE);
    assert_reads(3, &voltage, 3, "02020FFD1623");
    assert_reads(3, &energy, 2, "0600000000");
}

/* Nine digits of Wh: 1000 MWh later a register begins at zero again. */
static void energy_rolls_over(void **state)
{
    (void)state;
    enum { WH_A_MINUTE = 1500, MINUTES = 1000000000 / WH_A_MINUTE };
    static const struct legal_calibration ideal;
    static const struct cosem_name phase = COSEM_NAME(1, 0, 21, 8, 0);
    struct legal_interval interval = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 50000000};
    interval.phase[0] = (struct legal_phase){.u_uv = 230000000,
                                             .i_na = INT64_C(391304347826),
                                             .p_uw = WH_A_MINUTE * INT64_C(60000000),
                                             .p1_uw = WH_A_MINUTE * INT64_C(60000000)};
    legal_init(&rig.legal, &rig.product->legal->config, &ideal);
    for (int i = 0; i < MINUTES; i++) {
        legal_direct(&rig.legal, &interval, NULL);
    }
    assert_reads(3, &phase, 2, "063B9AC618");
    legal_direct(&rig.legal, &interval, NULL);
    assert_reads(3, &phase, 2, "06000001F4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(vectors, set_up),
        cmocka_unit_test_setup(sags_and_swells_are_those_of_the_phase, set_up),
        cmocka_unit_test_setup(harmonics_are_in_a_table, set_up),
        cmocka_unit_test_setup(harmonics_come_with_the_first_window, set_up),
        cmocka_unit_test_setup(summer_time_is_in_the_deviation_and_the_status, set_up),
        cmocka_unit_test_setup(a_clock_that_was_never_set_says_so, set_up),
        cmocka_unit_test_setup(a_zone_without_summer_time, set_up),
        cmocka_unit_test_setup(weeks_that_count_from_the_first, set_up),
        cmocka_unit_test_setup(another_association_is_seen_to_open_and_close, set_up),
        cmocka_unit_test_setup(what_was_not_measured_is_a_temporary_failure, set_up),
        cmocka_unit_test_setup(energy_rolls_over, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
