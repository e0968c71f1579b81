/* Billing as clients see and set it: what each attribute and method does, and what is refused. */
#include "cosem/data.h"
#include "test/product/hex_client.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

enum {
    SAP = PRODUCT_SAP_MANAGEMENT,
    SCHEDULE = 22,
    SCRIPTS = 9,
    DATA = 1,
    REGISTER = 3,
    MAXIMUM = 4,
    OCTETS = 128
};
enum { SCRIPT = 2, TYPE = 3, TIMES = 4 };

static const struct cosem_name schedule_name = COSEM_NAME(0, 0, 15, 0, 0);
static const struct cosem_name scripts_name = COSEM_NAME(0, 0, 10, 0, 1);
static const struct cosem_name count_name = COSEM_NAME(0, 0, 0, 1, 0);
static const struct cosem_name end_name = COSEM_NAME(0, 0, 0, 1, 2);
static const struct cosem_name since_name = COSEM_NAME(1, 0, 1, 9, 0);
static const struct cosem_name today_name = COSEM_NAME(1, 0, 1, 137, 0);
static const struct cosem_name past_name = {{1, 0, 1, 8, 0, 101}};
static const struct cosem_name past_max_name = {{1, 0, 1, 6, 0, 115}};
static const struct cosem_name interval_name = COSEM_NAME(1, 0, 1, 29, 0);
static const struct cosem_name net_interval_name = COSEM_NAME(1, 0, 16, 30, 0);
static struct rig rig;

/* Saturday, 2026-11-21, noon. */
static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("xs211"));
    rig_associate(&rig, SAP, 512);
    return 0;
}

static void assert_reads(uint16_t class_id, const struct cosem_name *name, int attribute,
                         const char *expected)
{
    hex_assert_reads(&rig, hex_target(class_id, name, attribute), expected);
}

static enum cosem_result set(int attribute, const char *hex)
{
    return hex_set(&rig, hex_target(SCHEDULE, &schedule_name, attribute), hex);
}

static enum cosem_result execute(const char *hex)
{
    return hex_act(&rig, hex_target(SCRIPTS, &scripts_name, 1), hex);
}

static void pass(int64_t seconds)
{
    clock_advance(&rig.clock, seconds * 1000);
    (void)billing_step(&rig.billing);
}

static void a_script_ends_the_period(void **state)
{
    (void)state;
    assert_reads(DATA, &count_name, 2, "06 00000000");
    assert_reads(DATA, &end_name, 2, "090C FFFFFFFFFFFFFFFFFF8000FF");
    assert_reads(SCRIPTS, &scripts_name, 2,
                 "0101 0202 12 0001 0101 0205 1602 12 0007 0906 0000620100FF 0F02 0F00");
    assert_int_equal(execute("12 0002"), COSEM_OTHER_REASON);
    assert_int_equal(execute("12 0001"), COSEM_SUCCESS);
    assert_reads(DATA, &count_name, 2, "06 00000001");
    assert_reads(DATA, &end_name, 2, "090C 07EA0B15 06 0C0000 00 FFC4 00");
    assert_int_equal(execute("12 0001"), COSEM_OTHER_REASON); /* locked */
    assert_reads(DATA, &count_name, 2, "06 00000001");
}

static void the_schedule_ends_it(void **state)
{
    (void)state;
    assert_reads(SCHEDULE, &schedule_name, SCRIPT, "0202 0906 00000A0001FF 12 0001");
    assert_reads(SCHEDULE, &schedule_name, TYPE, "1601");
    assert_reads(SCHEDULE, &schedule_name, TIMES, "0101 0202 0904 00000000 0905 FFFFFF01FF");
    pass(9 * 86400 + 12 * 3600); /* the first of December */
    assert_reads(DATA, &count_name, 2, "06 00000001");
    /* Mondays at six, and every last day of a month at noon */
    assert_int_equal(set(TYPE, "1605"), COSEM_SUCCESS);
    assert_int_equal(
        set(TIMES, "0102 0202 0904 06000000 0905 FFFFFFFF01 0202 0904 0C000000 0905 FFFFFFFEFF"),
        COSEM_SUCCESS);
    assert_reads(SCHEDULE, &schedule_name, TIMES,
                 "0102 0202 0904 06000000 0905 FFFFFFFF01 0202 0904 0C000000 0905 FFFFFFFEFF");
    pass(6 * 86400); /* Monday, 2026-12-07 */
    assert_reads(DATA, &count_name, 2, "06 00000001");
    pass(6 * 3600);
    assert_reads(DATA, &count_name, 2, "06 00000002");
    assert_int_equal(set(TIMES, "0100"), COSEM_SUCCESS); /* never */
    pass(400 * 86400);
    assert_reads(DATA, &count_name, 2, "06 00000002");
}

/* Another script that the meter has: it is executed, and the period goes on. */
static void the_schedule_executes_any_script(void **state)
{
    (void)state;
    assert_int_equal(set(SCRIPT, "0202 0906 00000A0064FF 12 0004"), COSEM_SUCCESS);
    pass(10 * 86400);
    (void)tariff_step(&rig.tariff, &rig.clock);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 4);
    assert_int_equal(rig.billing.periods, 0);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        int attribute;
        const char *value;
        enum cosem_result result;
    } rows[] = {
        {SCRIPT, "0202 0906 00000A0001FF 12 0002", COSEM_OTHER_REASON},
        {SCRIPT, "0202 0906 00000A0077FF 12 0001", COSEM_OTHER_REASON},
        {SCRIPT, "0202 0906 00000A0064FF 12 0009", COSEM_OTHER_REASON},
        {SCRIPT, "0201 0906 00000A0001FF", COSEM_TYPE_UNMATCHED},
        {TYPE, "1600", COSEM_OTHER_REASON},
        {TYPE, "1606", COSEM_OTHER_REASON},
        {TYPE, "1602", COSEM_OTHER_REASON}, /* the time that there is has wildcards */
        {TYPE, "1101", COSEM_TYPE_UNMATCHED},
        {TIMES, "0102 0202 0904 00000000 0905 FFFFFF01FF 0202 0904 00000000 0905 FFFFFF02FF",
         COSEM_OTHER_REASON}, /* type 1 has one */
        {TIMES, "0101 0202 0904 18000000 0905 FFFFFF01FF", COSEM_OTHER_REASON},
        {TIMES, "0101 0202 0904 00000000 0905 FFFF021EFF", COSEM_OTHER_REASON},
        {TIMES, "0101 0202 0904 FFFFFFFF 0905 FFFFFF01FF", COSEM_OTHER_REASON},
        {TIMES, "0101 0201 0904 00000000", COSEM_TYPE_UNMATCHED},
    };
    struct single_action before = rig.billing.schedule;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        enum cosem_result result = set(rows[i].attribute, rows[i].value);
        if (result != rows[i].result) {
            fail_msg("attribute %d = %s: %d", rows[i].attribute, rows[i].value, (int)result);
        }
        assert_int_equal(rig.billing.schedule.changes, before.changes);
    }
}

static void truncated_values_change_nothing(void **state)
{
    (void)state;
    static const struct {
        int attribute;
        const char *value;
    } rows[] = {
        {SCRIPT, "0202 0906 00000A0064FF 12 0004"},
        {TYPE, "1605"},
        {TIMES, "0101 0202 0904 06000000 0905 FFFFFFFF01"},
    };
    uint32_t changes = rig.billing.schedule.changes;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t octets[OCTETS];
        size_t size = hex_read(rows[i].value, octets, sizeof octets);
        for (size_t cut = 1; cut < size; cut++) {
            struct dlms_target target = {SCHEDULE, schedule_name, (int8_t)rows[i].attribute};
            rig_set_broken(&rig, SAP, &target, octets, cut);
            assert_int_equal(rig.billing.schedule.changes, changes);
        }
    }
}

static void increments_begin_with_period_and_day(void **state)
{
    (void)state;
    struct legal_interval minute = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 50000000};
    minute.phase[0] =
        (struct legal_phase){.u_uv = 230000000, .i_na = 20000000000, .p_uw = INT64_C(4600000000)};
    for (int i = 0; i < 60; i++) {
        legal_direct(&rig.legal, &minute, NULL);
    }
    assert_reads(REGISTER, &since_name, 2, "06 000011F8");
    assert_reads(REGISTER, &since_name, 3, "0202 0F00 161E");
    assert_reads(REGISTER, &today_name, 2, "06 000011F8");
    assert_reads(REGISTER, &interval_name, 2, "06 000011F8");
    assert_reads(REGISTER, &net_interval_name, 2, "05 000011F8");
    assert_reads(REGISTER, &interval_name, 3, "0202 0F00 161E");
    increment_mark(&rig.increments[0]); /* a row is about to be captured, and is not */
    assert_reads(REGISTER, &interval_name, 2, "06 000011F8");
    pass(12 * 3600); /* midnight */
    assert_reads(REGISTER, &since_name, 2, "06 000011F8");
    assert_reads(REGISTER, &today_name, 2, "06 00000000");
    assert_int_equal(execute("12 0001"), COSEM_SUCCESS);
    assert_reads(REGISTER, &since_name, 2, "06 00000000");
}

/* Without a row there is no value; unit and scaler are those of the present register. */
static void past_values_that_there_are_not(void **state)
{
    (void)state;
    assert_reads(REGISTER, &past_name, 2, "00");
    assert_reads(REGISTER, &past_name, 3, "0202 0F00 161E");
    assert_reads(MAXIMUM, &past_max_name, 2, "00");
    assert_reads(MAXIMUM, &past_max_name, 3, "0202 0FFD 161B");
    assert_reads(MAXIMUM, &past_max_name, 4, "00");
    assert_reads(MAXIMUM, &past_max_name, 5, "00");
}

/* As it is `now`, with a period that began at `begun`, uWh. */
static int64_t since(enum quantity_kind kind, int64_t now_uwh, int64_t begun_uwh)
{
    int64_t before_uwh;
    int64_t increment_uwh;
    unsigned energy = (unsigned)kind - BILLING_FIRST;
    struct billing billing = rig.billing;
    billing.base_uwh[BILLING_SINCE_PERIOD][energy] = 0;
    assert_int_equal(billing_increment(&billing, BILLING_SINCE_PERIOD, kind, &before_uwh), 0);
    billing.base_uwh[BILLING_SINCE_PERIOD][energy] = before_uwh - now_uwh + begun_uwh;
    assert_int_equal(billing_increment(&billing, BILLING_SINCE_PERIOD, kind, &increment_uwh), 0);
    return increment_uwh;
}

/* A register that has rolled over counts on; the difference of two directions falls below zero. */
static void increments_of_registers_that_roll_over(void **state)
{
    (void)state;
    const int64_t end_uwh = INT64_C(1000000000000000); /* 10^9 Wh */
    static const enum quantity_kind kinds[] = {QUANTITY_A_IMPORT, QUANTITY_R_QIV,
                                               QUANTITY_VAH_EXPORT, QUANTITY_A_ABSOLUTE};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_true(since(kinds[i], 500, 500) == 0);
        assert_true(since(kinds[i], 501, 500) == 1);
        assert_true(since(kinds[i], 3, end_uwh - 4) == 7);
        assert_true(since(kinds[i], 0, 1) == end_uwh - 1);
    }
    assert_true(since(QUANTITY_A_NET, -50, 100) == -150);
    assert_true(since(QUANTITY_A_NET, 0, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_script_ends_the_period, set_up),
        cmocka_unit_test_setup(the_schedule_ends_it, set_up),
        cmocka_unit_test_setup(the_schedule_executes_any_script, set_up),
        cmocka_unit_test_setup(what_cannot_be_is_refused, set_up),
        cmocka_unit_test_setup(truncated_values_change_nothing, set_up),
        cmocka_unit_test_setup(increments_begin_with_period_and_day, set_up),
        cmocka_unit_test_setup(increments_of_registers_that_roll_over, set_up),
        cmocka_unit_test_setup(past_values_that_there_are_not, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
