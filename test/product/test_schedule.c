/* The schedule, and the single actions that push, as clients set them: what each attribute and
 * method does, and what is refused. */
#include "cosem/data.h"
#include "test/product/hex_client.h"
#include "test/unit.h"

#include <stdio.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, SCHEDULE = 10, SINGLE_ACTION = 22 };
enum { ENTRIES = 2, ENABLE = 1, INSERT = 2, DELETE = 3, DAY_S = 86400 };

static const struct cosem_name schedule_name = COSEM_NAME(0, 0, 12, 0, 0);
static struct rig rig;

/* Saturday, 2026-11-21, noon. */
static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("st402d"));
    rig_associate(&rig, SAP, 512);
    (void)schedule_step(&rig.schedule, &rig.clock, &rig.scripts);
    return 0;
}

static enum cosem_result set(uint16_t class_id, const struct cosem_name *name, int attribute,
                             const char *hex)
{
    return hex_set(&rig, hex_target(class_id, name, attribute), hex);
}

static enum cosem_result act(int method, const char *hex)
{
    return hex_act(&rig, hex_target(SCHEDULE, &schedule_name, method), hex);
}

static void assert_reads(uint16_t class_id, const struct cosem_name *name, int attribute,
                         const char *expected)
{
    hex_assert_reads(&rig, hex_target(class_id, name, attribute), expected);
}

static void pass(int64_t seconds)
{
    clock_advance(&rig.clock, seconds * 1000);
    (void)schedule_step(&rig.schedule, &rig.clock, &rig.scripts);
    (void)tariff_step(&rig.tariff, &rig.clock);
}

#define ENTRY(index, enabled, rate, time, window, weekdays, specials, from, to)                    \
    "020A 12" index "03" enabled "0906 00000A0064FF 12" rate "0904" time "12" window               \
    "0407" weekdays "0420" specials "0905" from "0905" to
#define ANY_DAY  "FFFFFFFFFF"
#define ALL_WEEK "FE"
#define NONE     "00000000"
#define AT_13    ENTRY("0005", "01", "0003", "0D000000", "FFFF", ALL_WEEK, NONE, ANY_DAY, ANY_DAY)
#define AT_14    ENTRY("0002", "01", "0004", "0E000000", "003C", "F8", NONE, ANY_DAY, ANY_DAY)

static void entries_are_written_read_and_executed(void **state)
{
    (void)state;
    assert_reads(SCHEDULE, &schedule_name, ENTRIES, "0100");
    assert_int_equal(set(SCHEDULE, &schedule_name, ENTRIES, "0102" AT_13 AT_14), COSEM_SUCCESS);
    assert_reads(SCHEDULE, &schedule_name, ENTRIES, "0102" AT_14 AT_13);
    pass(3600);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 3);
    pass(3600); /* the other is for working days */
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 3);
    pass(2 * DAY_S);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 4);
}

/* At a quarter past every hour. */
static void an_open_hour_is_every_one(void **state)
{
    (void)state;
    static const char quarter_past[] =
        ENTRY("0001", "01", "0006", "FF0F0000", "FFFF", ALL_WEEK, NONE, ANY_DAY, ANY_DAY);
    assert_int_equal(act(INSERT, quarter_past), COSEM_SUCCESS);
    assert_reads(
        SCHEDULE, &schedule_name, ENTRIES,
        "0101" ENTRY("0001", "01", "0006", "FF0F0000", "FFFF", ALL_WEEK, NONE, ANY_DAY, ANY_DAY));
    pass(900);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 6);
    assert_int_equal(act(INSERT, AT_13), COSEM_SUCCESS);
    pass(2700);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 3);
    pass(900);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 6);
}

static void methods_change_entries(void **state)
{
    (void)state;
    assert_int_equal(act(INSERT, AT_13), COSEM_SUCCESS);
    assert_int_equal(act(INSERT, AT_14), COSEM_SUCCESS);
    assert_int_equal(act(ENABLE, "0204 120005 120005 120001 120000"), COSEM_SUCCESS);
    pass(3600);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 1);
    assert_int_equal(act(ENABLE, "0204 120002 120002 120005 12FFFF"), COSEM_SUCCESS);
    pass(DAY_S);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 3);
    assert_false(rig.schedule.entries[0].enabled);
    assert_int_equal(act(DELETE, "0202 120003 120004"), COSEM_OTHER_REASON);
    assert_int_equal(act(DELETE, "0202 120000 120004"), COSEM_SUCCESS);
    assert_reads(SCHEDULE, &schedule_name, ENTRIES, "0101" AT_13);
}

/* Tomorrow is a special day, with the id 9: the days of the week do not count. */
static void special_days_are_chosen_by_their_id(void **state)
{
    (void)state;
    static const char on_9[] =
        ENTRY("0001", "01", "0006", "08000000", "FFFF", "00", "00400000", ANY_DAY, ANY_DAY);
    rig.tariff.specials.count = 1;
    rig.tariff.specials.entries[0] = (struct calendar_special){1, {2026, 11, 22, CALENDAR_ANY}, 9};
    assert_int_equal(act(INSERT, on_9), COSEM_SUCCESS);
    assert_reads(
        SCHEDULE, &schedule_name, ENTRIES,
        "0101" ENTRY("0001", "01", "0006", "08000000", "FFFF", "00", "00400000", ANY_DAY, ANY_DAY));
    assert_int_equal(act(INSERT, AT_13), COSEM_SUCCESS);
    pass(3600);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 3);
    pass(DAY_S);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 6);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *entry;
        enum cosem_result result;
    } rows[] = {
        {ENTRY("0001", "01", "0009", "08000000", "FFFF", "FE", NONE, ANY_DAY, ANY_DAY),
         COSEM_OTHER_REASON}, /* no such script */
        {ENTRY("0001", "01", "0001", "18000000", "FFFF", "FE", NONE, ANY_DAY, ANY_DAY),
         COSEM_OTHER_REASON},
        {ENTRY("0001", "01", "0001", "FFFFFF00", "FFFF", "FE", NONE, ANY_DAY, ANY_DAY),
         COSEM_OTHER_REASON},
        {ENTRY("0001", "01", "0001", "08000000", "FFFF", "FE", NONE, "07EB021EFF", ANY_DAY),
         COSEM_OTHER_REASON},
        {"020A 120001 0301 0906 00000A0064FF 120001 0904 08000000 12FFFF 0409 FE80 0400"
         "0905 FFFFFFFFFF 0905 FFFFFFFFFF",
         COSEM_OTHER_REASON}, /* an eighth weekday */
        {"0209 120001 0301 0906 00000A0064FF 120001 0904 08000000 12FFFF 0407 FE 0400"
         "0905 FFFFFFFFFF",
         COSEM_TYPE_UNMATCHED},
        {"0600000001", COSEM_TYPE_UNMATCHED},
    };
    assert_int_equal(act(INSERT, AT_13), COSEM_SUCCESS);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(act(INSERT, rows[i].entry), rows[i].result);
        assert_reads(SCHEDULE, &schedule_name, ENTRIES, "0101" AT_13);
    }
    assert_int_equal(set(SCHEDULE, &schedule_name, ENTRIES, "0102" AT_13 AT_13),
                     COSEM_OTHER_REASON);
    assert_int_equal(act(ENABLE, "0203 120001 120001 120001"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(act(DELETE, "0F00"), COSEM_TYPE_UNMATCHED);
    assert_reads(SCHEDULE, &schedule_name, ENTRIES, "0101" AT_13);
}

/* 0-1, 0-2, 0-3:15.0.4: each executes its own script, at times of its own. */
static void intervals_have_their_schedules(void **state)
{
    (void)state;
    for (uint8_t b = 1; b <= 3; b++) {
        const struct cosem_name name = COSEM_NAME(0, b, 15, 0, 4);
        char script[64];
        (void)snprintf(script, sizeof script, "0202 0906 00000A006CFF 12 %04X", b);
        assert_reads(SINGLE_ACTION, &name, 2, script);
        assert_reads(SINGLE_ACTION, &name, 3, "1605");
        assert_reads(SINGLE_ACTION, &name, 4, "0100");
    }
    const struct cosem_name second = COSEM_NAME(0, 2, 15, 0, 4);
    assert_int_equal(set(SINGLE_ACTION, &second, 4,
                         "0102 0202 0904 0D000000 0905 FFFFFFFFFF"
                         "0202 0904 14000000 0905 FFFFFFFFFF"),
                     COSEM_SUCCESS);
    assert_int_equal(set(SINGLE_ACTION, &second, 2, "0202 0906 00000A0064FF 12 0007"),
                     COSEM_SUCCESS);
    assert_int_equal(set(SINGLE_ACTION, &second, 2, "0202 0906 00000A0064FF 12 0009"),
                     COSEM_OTHER_REASON);
    assert_int_equal(rig.actions[0].plan.count, 0);
    assert_int_equal(rig.actions[1].plan.count, 2);
    assert_int_equal(rig.actions[1].plan.script.selector, 7);
    assert_int_equal(rig.actions[2].plan.script.selector, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(entries_are_written_read_and_executed, set_up),
        cmocka_unit_test_setup(an_open_hour_is_every_one, set_up),
        cmocka_unit_test_setup(methods_change_entries, set_up),
        cmocka_unit_test_setup(special_days_are_chosen_by_their_id, set_up),
        cmocka_unit_test_setup(what_cannot_be_is_refused, set_up),
        cmocka_unit_test_setup(intervals_have_their_schedules, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
