/* Maximum demand as clients see, set and reset it: what each attribute and method does. */
#include "cosem/data.h"
#include "test/product/hex_client.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

enum {
    SAP = PRODUCT_SAP_MANAGEMENT,
    DEMAND = 5,
    MAXIMUM = 4,
    REGISTER = 3,
    MASKS = 6,
    OCTETS = 64
};

static const struct cosem_name import_name = COSEM_NAME(1, 0, 1, 4, 0);
static const struct cosem_name last_name = COSEM_NAME(1, 0, 1, 5, 0);
static const struct cosem_name max_name = COSEM_NAME(1, 0, 1, 6, 0);
static const struct cosem_name max_2_name = COSEM_NAME(1, 0, 1, 6, 2);
static const struct cosem_name sum_name = COSEM_NAME(1, 0, 1, 2, 0);
static const struct cosem_name masks_name = COSEM_NAME(0, 0, 14, 0, 2);
static const struct cosem_name apparent_name = COSEM_NAME(1, 0, 9, 6, 0);
static const struct cosem_name apparent_sum_name = COSEM_NAME(1, 0, 10, 2, 3);
static uint8_t value[RIG_VALUE_MOST];
static struct rig rig;

/* Noon, and a period begins. */
static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("sm402d"));
    clock_start(&rig.clock, (int64_t)1795258800 * 1000);
    demand_init(&rig.demand, &rig.product->demand, &rig.source, &rig.clock);
    rig_associate(&rig, SAP, 512);
    return 0;
}

static void live_minute(int64_t power_w)
{
    struct legal_interval minute = {.frames = 60 * LEGAL_FRAME_HZ, .f_uhz = 50000000};
    minute.phase[0] =
        (struct legal_phase){.u_uv = 230000000, .i_na = 20000000000, .p_uw = power_w * 1000000};
    legal_direct(&rig.legal, &minute, NULL);
    clock_advance(&rig.clock, 60000);
    (void)demand_step(&rig.demand, rig.tariff.rates[TARIFF_DEMAND]);
}

static void live_quarter(int64_t power_w)
{
    for (int i = 0; i < 15; i++) {
        live_minute(power_w);
    }
}

static void assert_reads(uint16_t class_id, const struct cosem_name *name, int attribute,
                         const char *expected)
{
    hex_assert_reads(&rig, hex_target(class_id, name, attribute), expected);
}

static enum cosem_result set(const struct cosem_name *name, int attribute, const char *hex)
{
    return hex_set(&rig, hex_target(DEMAND, name, attribute), hex);
}

static enum cosem_result act(uint16_t class_id, const struct cosem_name *name, int method,
                             const char *hex)
{
    uint8_t octets[OCTETS];
    struct dlms_target target = {class_id, *name, (int8_t)method};
    return rig_act(&rig, SAP, &target, reader_over(octets, hex_read(hex, octets, sizeof octets)));
}

static void averages_and_maxima_are_shown(void **state)
{
    (void)state;
    assert_reads(MAXIMUM, &max_name, 2, "05 00000000");
    assert_reads(MAXIMUM, &max_name, 5, "090C FFFFFFFFFFFFFFFFFF8000FF");
    live_minute(3000);
    assert_reads(DEMAND, &import_name, 2, "05 00030D40");
    assert_reads(DEMAND, &import_name, 3, "05 00000000");
    assert_reads(DEMAND, &import_name, 4, "0202 0FFD 161B");
    assert_reads(DEMAND, &import_name, 5, "11 01");
    assert_reads(DEMAND, &import_name, 7, "090C 07EA0B15 06 0C0000 00 FFC4 00");
    assert_reads(DEMAND, &import_name, 8, "06 00000384");
    assert_reads(DEMAND, &import_name, 9, "12 0001");
    for (int i = 0; i < 14; i++) {
        live_minute(3000);
    }
    live_quarter(3000);
    assert_reads(DEMAND, &import_name, 3, "05 002DC6C0");
    assert_reads(DEMAND, &import_name, 5, "11 00");
    assert_reads(DEMAND, &import_name, 6, "090C 07EA0B15 06 0C1E00 00 FFC4 00");
    assert_reads(REGISTER, &last_name, 2, "05 002DC6C0");
    assert_reads(REGISTER, &last_name, 3, "0202 0FFD 161B");
    assert_reads(MAXIMUM, &max_name, 2, "05 002DC6C0");
    assert_reads(MAXIMUM, &max_name, 3, "0202 0FFD 161B");
    assert_reads(MAXIMUM, &max_name, 4, "11 00");
    assert_reads(MAXIMUM, &max_name, 5, "090C 07EA0B15 06 0C0F00 00 FFC4 00");
    assert_reads(REGISTER, &sum_name, 2, "06 00000000");
    assert_int_equal(demand_reset(&rig.demand, false), 0);
    assert_reads(REGISTER, &sum_name, 2, "06 00000BB8");
    assert_reads(REGISTER, &sum_name, 3, "0202 0F00 161B");
}

/* S+ and S-: volt-amperes. */
static void apparent_demand_is_shown(void **state)
{
    (void)state;
    live_quarter(3000);
    live_quarter(-3000);
    assert_reads(MAXIMUM, &apparent_name, 2, "05 004630C0"); /* 20 A at 230 V */
    assert_reads(MAXIMUM, &apparent_name, 3, "0202 0FFD 161C");
    assert_int_equal(demand_reset(&rig.demand, true), 0);
    assert_reads(MAXIMUM, &apparent_name, 2, "05 00000000");
    assert_reads(REGISTER, &apparent_sum_name, 3, "0202 0F00 161C");
    assert_reads(REGISTER, &apparent_sum_name, 2, "06 00000000"); /* of rate 3 */
    const struct cosem_name all = COSEM_NAME(1, 0, 10, 2, 0);
    assert_reads(REGISTER, &all, 2, "06 000011F8");
}

static void period_and_number_are_set(void **state)
{
    (void)state;
    assert_int_equal(set(&import_name, 8, "06 0000012C"), COSEM_SUCCESS);
    assert_int_equal(set(&import_name, 9, "12 0003"), COSEM_SUCCESS);
    for (int i = 0; i < 5; i++) {
        live_minute(3000);
    }
    assert_reads(DEMAND, &import_name, 3, "05 000F4240"); /* 3 kW in one of three periods */
    assert_reads(DEMAND, &import_name, 8, "06 0000012C");
    assert_reads(DEMAND, &import_name, 9, "12 0003");
    static const struct {
        int attribute;
        const char *value;
        enum cosem_result result;
    } wrong[] = {
        {8, "06 00000000", COSEM_OTHER_REASON}, {8, "06 0000012D", COSEM_OTHER_REASON},
        {8, "06 00015181", COSEM_OTHER_REASON}, {8, "12 0384", COSEM_TYPE_UNMATCHED},
        {9, "12 0000", COSEM_OTHER_REASON},     {9, "12 0010", COSEM_OTHER_REASON},
        {9, "12 0101", COSEM_OTHER_REASON},     {9, "11 01", COSEM_TYPE_UNMATCHED},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(set(&import_name, wrong[i].attribute, wrong[i].value), wrong[i].result);
    }
    assert_int_equal(rig.demand.channels[0].period_s, 300);
    assert_int_equal(rig.demand.channels[0].periods, 3);
    assert_int_equal(rig.demand.channels[1].period_s, 900); /* each has its own */
}

static void methods_do_what_they_say(void **state)
{
    (void)state;
    live_minute(3000);
    assert_int_equal(act(DEMAND, &import_name, 2, "0F00"), COSEM_SUCCESS);
    assert_reads(DEMAND, &import_name, 3, "05 002DC6C0");
    assert_reads(DEMAND, &import_name, 2, "05 00000000");
    assert_reads(MAXIMUM, &max_name, 2, "05 002DC6C0");
    assert_int_equal(act(DEMAND, &import_name, 1, "0F00"), COSEM_SUCCESS);
    assert_reads(DEMAND, &import_name, 3, "05 00000000");
    assert_reads(MAXIMUM, &max_name, 2, "05 002DC6C0");
    assert_int_equal(act(MAXIMUM, &max_name, 1, "0F00"), COSEM_SUCCESS);
    assert_reads(MAXIMUM, &max_name, 2, "05 00000000");
    assert_int_equal(act(MAXIMUM, &max_name, 1, "0F01"), COSEM_OTHER_REASON);
    assert_int_equal(act(DEMAND, &import_name, 1, "00"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(act(DEMAND, &import_name, 3, "0F00"), COSEM_OBJECT_UNDEFINED);
}

/* The mask of the demand is another than that of energy. */
static void masks_select_the_rate_of_maxima(void **state)
{
    (void)state;
    static const uint8_t two[] = {COSEM_OCTET_STRING, 1, '2'};
    struct dlms_target mask = {MASKS, masks_name, 4};
    assert_int_equal(rig_set(&rig, SAP, &mask, reader_over(two, sizeof two)), COSEM_SUCCESS);
    (void)tariff_step(&rig.tariff, &rig.clock);
    assert_int_equal(rig.tariff.rates[TARIFF_ENERGY], 1);
    assert_reads(MASKS, &masks_name, 4, "0901 32");
    live_quarter(3000);
    assert_reads(MAXIMUM, &max_2_name, 2, "05 002DC6C0");
    assert_int_equal(rig.demand.channels[0].max[1].uw, 0);
    enum cosem_result result;
    size_t size = rig_read(&rig, SAP, MASKS, &masks_name, 2, value, &result);
    struct reader r = reader_over(value, size);
    assert_int_equal(cosem_take_value(&r).count, DEMAND_CHANNELS * DEMAND_RATES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(averages_and_maxima_are_shown, set_up),
        cmocka_unit_test_setup(apparent_demand_is_shown, set_up),
        cmocka_unit_test_setup(period_and_number_are_set, set_up),
        cmocka_unit_test_setup(methods_do_what_they_say, set_up),
        cmocka_unit_test_setup(masks_select_the_rate_of_maxima, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
