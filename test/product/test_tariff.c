/* The tariff as clients write it: what each attribute and method does, and what is refused. */
#include "cosem/data.h"
#include "test/product/hex_client.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <string.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, CALENDAR = 20, SPECIAL_DAYS = 11, SCRIPTS = 9, MASKS = 6 };
enum { NAME = 6, SEASONS = 7, WEEKS = 8, DAYS = 9, ACTIVATION = 10, PASSIVE = 4, OCTETS = 32768 };

static const struct cosem_name calendar_name = COSEM_NAME(0, 0, 13, 0, 0);
static const struct cosem_name specials_name = COSEM_NAME(0, 0, 11, 0, 0);
static const struct cosem_name scripts_name = COSEM_NAME(0, 0, 10, 0, 100);
static const struct cosem_name masks_name = COSEM_NAME(0, 0, 14, 0, 1);
static const struct cosem_name rate_name = COSEM_NAME(0, 0, 96, 14, 0);
static uint8_t value[RIG_VALUE_MOST];
static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("xs211"));
    rig_associate(&rig, SAP, 1024);
    return 0;
}

static enum cosem_result set_octets(uint16_t class_id, const struct cosem_name *name, int attribute,
                                    const uint8_t *octets, size_t size)
{
    struct dlms_target target = {class_id, *name, (int8_t)attribute};
    return rig_set(&rig, SAP, &target, reader_over(octets, size));
}

static enum cosem_result set(uint16_t class_id, const struct cosem_name *name, int attribute,
                             const char *hex)
{
    return hex_set(&rig, hex_target(class_id, name, attribute), hex);
}

static enum cosem_result act(uint16_t class_id, const struct cosem_name *name, int method,
                             const char *hex)
{
    return hex_act(&rig, hex_target(class_id, name, method), hex);
}

static void assert_reads(uint16_t class_id, const struct cosem_name *name, int attribute,
                         const char *expected)
{
    hex_assert_reads(&rig, hex_target(class_id, name, attribute), expected);
}

/* Winter from 1 November, summer from the last day of March: days 1 and 2. */
#define WINTER  "0203 090157 090C FFFF0B01FF 00000000 8000 00 090131"
#define SUMMER  "0203 090153 090C FFFF03FEFF 00000000 8000 00 090132"
#define WEEK_1  "0208 090131 1101 1101 1101 1101 1101 1102 1102"
#define WEEK_2  "0208 090132 1102 1102 1102 1102 1102 1102 1102"
#define RATE(n) "0906 00000A0064FF 12000" n
#define DAY_1   "0202 1101 0102 0203 0904 00000000 " RATE("2") " 0203 0904 06000000 " RATE("1")
#define DAY_2   "0202 1102 0101 0203 0904 00000000 " RATE("3")

static void write_calendar(void)
{
    assert_int_equal(set(CALENDAR, &calendar_name, NAME, "0902 4142"), COSEM_SUCCESS);
    assert_int_equal(set(CALENDAR, &calendar_name, SEASONS, "0102" WINTER SUMMER), COSEM_SUCCESS);
    assert_int_equal(set(CALENDAR, &calendar_name, WEEKS, "0102" WEEK_1 WEEK_2), COSEM_SUCCESS);
    assert_int_equal(set(CALENDAR, &calendar_name, DAYS, "0102" DAY_1 DAY_2), COSEM_SUCCESS);
}

/* The tariff as it is now, and that it is so still. */
static struct tariff noted;
static struct calendar_switch noted_switches[2 * CALENDAR_SWITCHES];

static void note(void)
{
    noted = rig.tariff;
    memcpy(noted_switches, rig.switches, sizeof noted_switches);
}

static void assert_unchanged(void)
{
    assert_memory_equal(&rig.tariff, &noted, sizeof noted);
    assert_memory_equal(rig.switches, noted_switches, sizeof noted_switches);
}

static void assert_rate(char rate)
{
    char expected[16];
    (void)tariff_step(&rig.tariff, &rig.clock);
    strcpy(expected, "090130");
    expected[5] = rate;
    assert_reads(1, &rate_name, 2, expected);
    assert_reads(MASKS, &masks_name, 4, expected);
}

/* Saturday, 2026-11-21, noon in winter. */
static void a_calendar_is_written_activated_and_rules(void **state)
{
    (void)state;
    write_calendar();
    assert_reads(CALENDAR, &calendar_name, NAME, "0902 4142");
    assert_reads(CALENDAR, &calendar_name, SEASONS, "0102" WINTER SUMMER);
    assert_reads(CALENDAR, &calendar_name, WEEKS, "0102" WEEK_1 WEEK_2);
    assert_reads(CALENDAR, &calendar_name, DAYS, "0102" DAY_1 DAY_2);
    assert_reads(CALENDAR, &calendar_name, NAME - PASSIVE, "0900");
    assert_rate('1');
    assert_int_equal(act(CALENDAR, &calendar_name, 1, "0F00"), COSEM_SUCCESS);
    assert_reads(CALENDAR, &calendar_name, NAME - PASSIVE, "0902 4142");
    assert_reads(CALENDAR, &calendar_name, SEASONS - PASSIVE, "0102" WINTER SUMMER);
    assert_reads(CALENDAR, &calendar_name, WEEKS - PASSIVE, "0102" WEEK_1 WEEK_2);
    assert_reads(CALENDAR, &calendar_name, DAYS - PASSIVE, "0102" DAY_1 DAY_2);
    assert_rate('3');
    clock_advance(&rig.clock, 2 * 86400000); /* Monday noon */
    assert_rate('1');
    clock_advance(&rig.clock, 13 * 3600000); /* Tuesday, 01:00 */
    assert_rate('2');
}

static void the_active_calendar_is_not_written(void **state)
{
    (void)state;
    for (int attribute = NAME - PASSIVE; attribute <= DAYS - PASSIVE; attribute++) {
        assert_int_equal(set(CALENDAR, &calendar_name, attribute, "0100"), COSEM_READ_WRITE_DENIED);
    }
}

/* Two terminals select rates 1 to 4, whatever calendar and commands say; then no more. */
static void terminals_select_the_rate(void **state)
{
    (void)state;
    static const struct cosem_name inputs = COSEM_NAME(0, 0, 128, 4, 0);
    static const struct cosem_name levels = COSEM_NAME(0, 0, 96, 3, 1);
    static const char rates[] = "12341234";
    rig_init(&rig, product_find("st402c"));
    rig_associate(&rig, SAP, 1024);
    write_calendar();
    assert_int_equal(act(CALENDAR, &calendar_name, 1, "0F00"), COSEM_SUCCESS);
    assert_rate('3');
    tariff_set_levels(&rig.tariff, 1);
    assert_rate('3'); /* not in use yet */
    assert_int_equal(set(3, &inputs, 2, "11 04"), COSEM_OTHER_REASON);
    assert_int_equal(set(3, &inputs, 2, "12 0002"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(set(3, &inputs, 2, "11 02"), COSEM_SUCCESS);
    assert_reads(3, &inputs, 2, "11 02");
    for (uint8_t i = 0; i < 8; i++) {
        char hex[8];
        (void)snprintf(hex, sizeof hex, "11 %02X", i);
        tariff_set_levels(&rig.tariff, i);
        assert_reads(1, &levels, 2, hex);
        assert_rate(rates[i]);
    }
    assert_int_equal(set(3, &inputs, 2, "11 00"), COSEM_SUCCESS);
    assert_rate('3');
}

static void activation_has_its_time(void **state)
{
    (void)state;
    const char *const tomorrow = "090C 07EA0B16 FF 000000 00 8000 00";
    write_calendar();
    assert_reads(CALENDAR, &calendar_name, ACTIVATION, "090C FFFFFFFFFFFFFFFFFF8000FF");
    assert_int_equal(set(CALENDAR, &calendar_name, ACTIVATION, tomorrow), COSEM_SUCCESS);
    assert_reads(CALENDAR, &calendar_name, ACTIVATION, "090C 07EA0B16 07 000000 00 FFC4 00");
    assert_rate('1');
    clock_advance(&rig.clock, 12 * 3600000 - 501);
    assert_rate('1');
    clock_advance(&rig.clock, 1);
    assert_rate('3');
    assert_int_equal(rig.tariff.activations, 1);
    assert_reads(CALENDAR, &calendar_name, ACTIVATION, "090C FFFFFFFFFFFFFFFFFF8000FF");
    /* taken back; at once; one that repeats is none */
    assert_int_equal(set(CALENDAR, &calendar_name, ACTIVATION, "090C FFFFFFFFFFFFFFFFFF8000FF"),
                     COSEM_SUCCESS);
    assert_int_equal(
        set(CALENDAR, &calendar_name, ACTIVATION, "090C 07E50101 FF 000000 00 8000 00"),
        COSEM_SUCCESS);
    assert_int_equal(rig.tariff.activations, 2);
    assert_int_equal(
        set(CALENDAR, &calendar_name, ACTIVATION, "090C FFFF0101 FF 000000 00 8000 00"),
        COSEM_OTHER_REASON);
}

/* Taking it back takes a date and a time of which nothing is specified: one that is open in part is
 * refused, and what was set stands. */
static void a_time_that_is_open_in_part_is_none(void **state)
{
    (void)state;
    static const char *const times[] = {
        "090C FFFFFFFF FF 0CFFFF FF 8000 FF", "090C FFFFFFFF FF FF00FF FF 8000 FF",
        "090C FFFFFFFF FF FFFF00 FF 8000 FF", "090C FFFFFFFF 01 FFFFFF FF 8000 FF",
        "090C FFFFFFFF FF 000000 00 8000 00", "090C FFFF0BFF FF FFFFFF FF 8000 FF",
        "090C FFFFFF16 FF FFFFFF FF 8000 FF", "090C 07EAFFFF FF FFFFFF FF 8000 FF",
        "090C 07EA0B16 FF FFFFFF FF 8000 FF", "090C 07EA0BFF FF 000000 00 8000 00",
    };
    write_calendar();
    assert_int_equal(
        set(CALENDAR, &calendar_name, ACTIVATION, "090C 07EA0B16 FF 000000 00 8000 00"),
        COSEM_SUCCESS);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        assert_int_equal(set(CALENDAR, &calendar_name, ACTIVATION, times[i]), COSEM_OTHER_REASON);
        assert_reads(CALENDAR, &calendar_name, ACTIVATION, "090C 07EA0B16 07 000000 00 FFC4 00");
    }
    assert_int_equal(
        set(CALENDAR, &calendar_name, ACTIVATION, "090C FFFFFFFF FF FFFFFF 00 8000 00"),
        COSEM_SUCCESS);
    assert_reads(CALENDAR, &calendar_name, ACTIVATION, "090C FFFFFFFFFFFFFFFFFF8000FF");
}

/* Whatever is wrong: refused as a whole, and nothing has changed. */
static void wrong_parts_are_refused(void **state)
{
    (void)state;
    static const struct {
        int attribute;
        const char *value;
        enum cosem_result result;
    } rows[] = {
        {NAME, "0909 414243444546474849", COSEM_OTHER_REASON},
        {NAME, "0A01 41", COSEM_TYPE_UNMATCHED},
        {SEASONS, "0102" WINTER WINTER, COSEM_OTHER_REASON},
        {SEASONS, "0101 0203 090157 090C FFFF0B1FFF 00000000 8000 00 090131", COSEM_OTHER_REASON},
        {SEASONS, "0101 0203 090157 090C FFFFFF01FF 00000000 8000 00 090131", COSEM_OTHER_REASON},
        {SEASONS, "0101 0203 090157 090C FFFF0B0103 00000000 8000 00 090131", COSEM_OTHER_REASON},
        {SEASONS, "0101 0203 090157 090C FFFF0B01FF 01000000 8000 00 090131", COSEM_OTHER_REASON},
        {SEASONS, "0101 0202 090157 090C FFFF0B01FF 00000000 8000 00", COSEM_TYPE_UNMATCHED},
        {WEEKS, "0102" WEEK_1 WEEK_1, COSEM_OTHER_REASON},
        {WEEKS, "0101 0208 090131 120001 1101 1101 1101 1101 1102 1102", COSEM_TYPE_UNMATCHED},
        {DAYS, "0102" DAY_1 DAY_1, COSEM_OTHER_REASON},
        {DAYS, "0101 0202 1101 0101 0203 0904 18000000 " RATE("1"), COSEM_OTHER_REASON},
        {DAYS, "0101 0202 1101 0101 0203 0904 003C0000 " RATE("1"), COSEM_OTHER_REASON},
        {DAYS, "0101 0202 1101 0101 0203 0904 00000000 " RATE("9"), COSEM_OTHER_REASON},
        {DAYS, "0101 0202 1101 0101 0203 0904 00000000 " RATE("0"), COSEM_OTHER_REASON},
        {DAYS, "0101 0202 1101 0101 0203 0904 00000000 0906 00000A006AFF 120001",
         COSEM_OTHER_REASON},
        {DAYS, "0101 0202 1101 0102 0203 0904 06000000 " RATE("1") "0203 0904 06000000 " RATE("2"),
         COSEM_OTHER_REASON},
        {DAYS, "0101 0202 1101 0102 0203 0904 06000000 " RATE("1") "0203 0904 05000000 " RATE("2"),
         COSEM_OTHER_REASON},
    };
    write_calendar();
    note();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum cosem_result result = set(CALENDAR, &calendar_name, rows[i].attribute, rows[i].value);
        if (result != rows[i].result) {
            fail_msg("attribute %d = %s: %d", rows[i].attribute, rows[i].value, (int)result);
        }
        assert_unchanged();
    }
}

/* What refers to nothing is found when all of it is activated. */
static void activation_of_a_broken_calendar_is_refused(void **state)
{
    (void)state;
    assert_int_equal(act(CALENDAR, &calendar_name, 1, "0F00"), COSEM_OTHER_REASON);
    assert_int_equal(rig.tariff.refused, CALENDAR_NO_SEASON);
    write_calendar();
    assert_int_equal(set(CALENDAR, &calendar_name, WEEKS, "0101" WEEK_1), COSEM_SUCCESS);
    assert_int_equal(act(CALENDAR, &calendar_name, 1, "0F00"), COSEM_OTHER_REASON);
    assert_int_equal(rig.tariff.refused, CALENDAR_UNKNOWN_WEEK);
    write_calendar();
    assert_int_equal(set(CALENDAR, &calendar_name, DAYS, "0101" DAY_1), COSEM_SUCCESS);
    assert_int_equal(act(CALENDAR, &calendar_name, 1, "0F00"), COSEM_OTHER_REASON);
    assert_int_equal(rig.tariff.refused, CALENDAR_UNKNOWN_DAY);
    assert_int_equal(
        set(CALENDAR, &calendar_name, ACTIVATION, "090C 07E50101 FF 000000 00 8000 00"),
        COSEM_OTHER_REASON);
    assert_int_equal(rig.tariff.activations, 0);
    assert_reads(CALENDAR, &calendar_name, SEASONS - PASSIVE, "0100");
    assert_rate('1');
}

/* Every value cut off at every octet. */
static void truncated_values_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint16_t class_id;
        const struct cosem_name *name;
        int attribute;
        const char *value;
    } rows[] = {
        {CALENDAR, &calendar_name, NAME, "0902 4142"},
        {CALENDAR, &calendar_name, SEASONS, "0102" WINTER SUMMER},
        {CALENDAR, &calendar_name, WEEKS, "0102" WEEK_1 WEEK_2},
        {CALENDAR, &calendar_name, DAYS, "0102" DAY_1 DAY_2},
        {CALENDAR, &calendar_name, ACTIVATION, "090C 07EA0B16 FF 000000 00 8000 00"},
        {SPECIAL_DAYS, &specials_name, 2, "0101 0203 120001 0905 FFFF0C19FF 1102"},
        {MASKS, &masks_name, 4, "0901 34"},
    };
    write_calendar();
    note();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t octets[256];
        size_t size = hex_read(rows[i].value, octets, sizeof octets);
        for (size_t cut = 1; cut < size; cut++) {
            struct dlms_target target = {rows[i].class_id, *rows[i].name,
                                         (int8_t)rows[i].attribute};
            rig_set_broken(&rig, SAP, &target, octets, cut);
            assert_unchanged();
        }
    }
}

static void special_days_replace_ordinary_ones(void **state)
{
    (void)state;
    write_calendar();
    assert_int_equal(set(SPECIAL_DAYS, &specials_name, 2, "0101 0203 120001 0905 FFFF0C19FF 1109"),
                     COSEM_OTHER_REASON);
    assert_int_equal(set(SPECIAL_DAYS, &specials_name, 2,
                         "0102 0203 120002 0905 07EA0B15FF 1101 0203 120001 0905 FFFF0C19FF 1102"),
                     COSEM_SUCCESS);
    assert_reads(SPECIAL_DAYS, &specials_name, 2,
                 "0102 0203 120001 0905 FFFF0C19FF 1102 0203 120002 0905 07EA0B15FF 1101");
    assert_int_equal(act(CALENDAR, &calendar_name, 1, "0F00"), COSEM_SUCCESS);
    assert_rate('1'); /* today is a special day */
    assert_int_equal(act(SPECIAL_DAYS, &specials_name, 2, "12 0002"), COSEM_SUCCESS);
    assert_rate('3');
    assert_int_equal(act(SPECIAL_DAYS, &specials_name, 2, "12 0002"), COSEM_OTHER_REASON);
    assert_int_equal(act(SPECIAL_DAYS, &specials_name, 1, "0203 120007 0905 07EA0B15FF 1101"),
                     COSEM_SUCCESS);
    assert_rate('1');
    assert_int_equal(act(SPECIAL_DAYS, &specials_name, 1, "0203 120008 0905 07EA0B15FF 1102"),
                     COSEM_SUCCESS); /* of the same date */
    assert_rate('3');
    assert_reads(SPECIAL_DAYS, &specials_name, 2,
                 "0102 0203 120001 0905 FFFF0C19FF 1102 0203 120008 0905 07EA0B15FF 1102");
    assert_int_equal(act(SPECIAL_DAYS, &specials_name, 1, "0203 120001 0905 FFFF021EFF 1101"),
                     COSEM_OTHER_REASON); /* 30 February */
    assert_int_equal(set(SPECIAL_DAYS, &specials_name, 2,
                         "0102 0203 120001 0905 FFFF0C19FF 1102 0203 120001 0905 FFFF0C1AFF 1102"),
                     COSEM_OTHER_REASON);
}

static void scripts_and_masks_select_rates(void **state)
{
    (void)state;
    assert_int_equal(act(SCRIPTS, &scripts_name, 1, "12 0005"), COSEM_SUCCESS);
    assert_rate('5');
    assert_int_equal(act(SCRIPTS, &scripts_name, 1, "12 0000"), COSEM_OTHER_REASON);
    assert_int_equal(act(SCRIPTS, &scripts_name, 1, "12 0009"), COSEM_OTHER_REASON);
    assert_int_equal(act(SCRIPTS, &scripts_name, 1, "11 01"), COSEM_TYPE_UNMATCHED);
    assert_rate('5');
    assert_int_equal(set(MASKS, &masks_name, 4, "0901 38"), COSEM_SUCCESS);
    assert_rate('8');
    assert_int_equal(set(MASKS, &masks_name, 4, "0901 39"), COSEM_OTHER_REASON);
    assert_int_equal(set(MASKS, &masks_name, 4, "0901 30"), COSEM_OTHER_REASON);
    assert_int_equal(set(MASKS, &masks_name, 4, "0902 3131"), COSEM_OTHER_REASON);
    assert_rate('8');
}

/* A mask lists the registers whose value group E is its digit. */
static void masks_are_made_of_the_registers_of_a_rate(void **state)
{
    (void)state;
    static uint8_t assigned[RIG_VALUE_MOST];
    enum cosem_result result;
    size_t size = rig_read(&rig, SAP, MASKS, &masks_name, 2, assigned, &result);
    struct reader r = reader_over(assigned, size);
    uint8_t rates[256] = {0};
    size_t count = cosem_take_value(&r).count;
    assert_int_equal(count, 13 * 8);
    for (size_t i = 1; i <= count; i++) {
        assert_int_equal(cosem_take_value(&r).count, 2);
        assert_int_equal(cosem_take_value(&r).integer, 3);
        rates[i] = cosem_take_value(&r).octets[4];
    }
    assert_true(reader_done(&r));
    size = rig_read(&rig, SAP, MASKS, &masks_name, 3, value, &result);
    r = reader_over(value, size);
    assert_int_equal(cosem_take_value(&r).count, 8);
    for (unsigned rate = 1; rate <= 8; rate++) {
        assert_int_equal(cosem_take_value(&r).count, 2);
        assert_int_equal(cosem_take_value(&r).octets[0], '0' + rate);
        assert_int_equal(cosem_take_value(&r).count, 13);
        for (int i = 0; i < 13; i++) {
            assert_int_equal(rates[cosem_take_value(&r).integer], rate);
        }
    }
    assert_true(reader_done(&r));
}

static size_t put(uint8_t *at, const char *hex)
{
    return hex_read(hex, at, 64);
}

/* A calendar as large as the product holds, and one switch or day more. */
static size_t make_days(uint8_t *octets, unsigned days, unsigned switches)
{
    size_t size = 0;
    octets[size++] = COSEM_ARRAY;
    octets[size++] = (uint8_t)days;
    for (unsigned day = 0; day < days; day++) {
        size += put(octets + size, "0202 1100 0100");
        octets[size - 3] = (uint8_t)(day + 1);
        octets[size - 1] = (uint8_t)switches;
        for (unsigned i = 0; i < switches; i++) {
            size += put(octets + size, "0203 0904 00000000 0906 00000A0064FF 120001");
            octets[size - 15] = (uint8_t)(i / 2);
            octets[size - 14] = (uint8_t)(i % 2 * 30);
            octets[size - 1] = (uint8_t)(1 + (day + i) % 8);
        }
    }
    return size;
}

static void capacity_of(const struct product *product)
{
    static uint8_t octets[OCTETS];
    const struct calendar_limits *limits = &product->tariff;
    rig_init(&rig, product);
    rig_associate(&rig, SAP, 1024);
    size_t size = make_days(octets, limits->days, limits->switches);
    assert_int_equal(set_octets(CALENDAR, &calendar_name, DAYS, octets, size), COSEM_SUCCESS);
    assert_int_equal(rig.tariff.passive.switch_count, limits->days * limits->switches);
    enum cosem_result result;
    assert_int_equal(rig_read(&rig, SAP, CALENDAR, &calendar_name, DAYS, value, &result), size);
    assert_memory_equal(value, octets, size);
    note();
    size = make_days(octets, limits->days + 1, 1);
    assert_int_equal(set_octets(CALENDAR, &calendar_name, DAYS, octets, size), COSEM_OTHER_REASON);
    size = make_days(octets, 1, limits->switches + 1);
    assert_int_equal(set_octets(CALENDAR, &calendar_name, DAYS, octets, size), COSEM_OTHER_REASON);
    assert_unchanged();
}

/* A meter that was given no memory for switches has days, and no switch in them. */
static void days_need_memory(void **state)
{
    (void)state;
    tariff_init(&rig.tariff, &rig.product->tariff, NULL, 0);
    note();
    assert_int_equal(set(CALENDAR, &calendar_name, DAYS, "0102" DAY_1 DAY_2), COSEM_OTHER_REASON);
    assert_unchanged();
    assert_int_equal(set(CALENDAR, &calendar_name, DAYS, "0101 0202 1101 0100"), COSEM_SUCCESS);
    assert_int_equal(rig.tariff.passive.day_count, 1);
}

/* Both calendars full: what one is written into is not the other's. */
static void calendars_keep_apart(void **state)
{
    (void)state;
    static uint8_t octets[OCTETS];
    const struct calendar_limits *limits = &rig.product->tariff;
    unsigned of_one = limits->days * limits->switches;
    write_calendar();
    size_t size = make_days(octets, limits->days, limits->switches);
    assert_int_equal(set_octets(CALENDAR, &calendar_name, DAYS, octets, size), COSEM_SUCCESS);
    assert_int_equal(act(CALENDAR, &calendar_name, 1, "0F00"), COSEM_SUCCESS);
    assert_memory_equal(rig.switches, rig.switches + of_one, of_one * sizeof rig.switches[0]);
    assert_int_equal(set(CALENDAR, &calendar_name, DAYS, "0101" DAY_1), COSEM_SUCCESS);
    assert_int_equal(rig.tariff.active.switch_count, of_one);
    enum cosem_result result;
    assert_int_equal(rig_read(&rig, SAP, CALENDAR, &calendar_name, DAYS - PASSIVE, value, &result),
                     size);
    assert_memory_equal(value, octets, size);
}

static void capacities_are_the_data_sheets(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        capacity_of(product_all[i]);
    }
    const struct calendar_limits xs211 = {12, 12, 30, 11, 30, 8, 0};
    const struct calendar_limits sx402 = {8, 8, 24, 48, 31, 8, 3};
    assert_memory_equal(&product_find("xs211")->tariff, &xs211, sizeof xs211);
    assert_memory_equal(&product_find("sm402d")->tariff, &sx402, sizeof sx402);
    assert_memory_equal(&product_find("st402d")->tariff, &sx402, sizeof sx402);
    assert_memory_equal(&product_find("st402c")->tariff, &sx402, sizeof sx402);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_calendar_is_written_activated_and_rules, set_up),
        cmocka_unit_test_setup(the_active_calendar_is_not_written, set_up),
        cmocka_unit_test_setup(terminals_select_the_rate, set_up),
        cmocka_unit_test_setup(activation_has_its_time, set_up),
        cmocka_unit_test_setup(a_time_that_is_open_in_part_is_none, set_up),
        cmocka_unit_test_setup(wrong_parts_are_refused, set_up),
        cmocka_unit_test_setup(activation_of_a_broken_calendar_is_refused, set_up),
        cmocka_unit_test_setup(truncated_values_are_refused, set_up),
        cmocka_unit_test_setup(special_days_replace_ordinary_ones, set_up),
        cmocka_unit_test_setup(scripts_and_masks_select_rates, set_up),
        cmocka_unit_test_setup(masks_are_made_of_the_registers_of_a_rate, set_up),
        cmocka_unit_test_setup(days_need_memory, set_up),
        cmocka_unit_test_setup(calendars_keep_apart, set_up),
        cmocka_unit_test_setup(capacities_are_the_data_sheets, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
