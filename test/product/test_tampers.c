/* What was counted of covers and fields, as its objects show it. */
#include "test/product/rig.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

static struct rig rig;
static uint8_t value[RIG_VALUE_MOST];

static void assert_shows(uint16_t sap, uint8_t e, const char *hex)
{
    uint8_t expected[64];
    const struct cosem_name name = COSEM_NAME(0, 0, 96, 20, e);
    enum cosem_result result;
    size_t size = hex_read(hex, expected, sizeof expected);
    assert_int_equal(rig_read(&rig, sap, 1, &name, 2, value, &result), size);
    assert_int_equal(result, COSEM_SUCCESS);
    assert_memory_equal(value, expected, size);
}

static void nothing_has_happened(void **state)
{
    (void)state;
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        static const uint8_t groups[] = {0, 5, 15};
        rig_init(&rig, product_all[i]);
        rig_associate(&rig, PRODUCT_SAP_READING, 512);
        for (size_t g = 0; g < sizeof groups; g++) {
            assert_shows(PRODUCT_SAP_READING, groups[g], "06 00000000");
            assert_shows(PRODUCT_SAP_READING, (uint8_t)(groups[g] + 1),
                         "090C FFFF FF FF FF FF FF FF FF 8000 FF");
            assert_shows(PRODUCT_SAP_READING, groups[g] + 2, "06 00000000");
            assert_shows(PRODUCT_SAP_READING, groups[g] + 3, "06 00000000");
        }
    }
}

/* The terminal cover has been open for an hour at 12:00:00 CET, for the third time. */
static void what_has_happened(void **state)
{
    (void)state;
    rig_init(&rig, product_find("xs211"));
    rig_associate(&rig, PRODUCT_SAP_READING, 512);
    struct tamper_input *cover = &rig.tamper.inputs[RTC_TERMINAL_COVER];
    *cover = (struct tamper_input){.there = true, .count = 3, .total_s = 100};
    cover->begun = event_stamp_at(&rig.clock, rig.clock.utc_ms);
    clock_advance(&rig.clock, 3600000);
    assert_shows(PRODUCT_SAP_READING, 5, "06 00000003");
    assert_shows(PRODUCT_SAP_READING, 6, "090C 07EA 0B 15 06 0C 00 00 00 FFC4 00");
    assert_shows(PRODUCT_SAP_READING, 7, "06 00000E10");
    assert_shows(PRODUCT_SAP_READING, 8, "06 00000E74");
    cover->there = false;
    assert_shows(PRODUCT_SAP_READING, 7, "06 00000000");
    assert_shows(PRODUCT_SAP_READING, 8, "06 00000064");
    assert_shows(PRODUCT_SAP_READING, 0, "06 00000000"); /* the meter cover stayed shut */
}

/* Nobody writes them, and the public does not see them. */
static void they_are_only_read(void **state)
{
    (void)state;
    static const uint8_t zero[] = {0x06, 0, 0, 0, 0};
    const struct dlms_target target = {
        .class_id = 1, .name = COSEM_NAME(0, 0, 96, 20, 5), .member = 2};
    const struct cosem_name name = COSEM_NAME(0, 0, 96, 20, 5);
    enum cosem_result result;
    rig_init(&rig, product_find("st402d"));
    rig.tamper.inputs[RTC_TERMINAL_COVER].count = 7;
    rig_associate(&rig, PRODUCT_SAP_MANAGEMENT, 512);
    assert_int_not_equal(
        rig_set(&rig, PRODUCT_SAP_MANAGEMENT, &target, reader_over(zero, sizeof zero)),
        COSEM_SUCCESS);
    assert_shows(PRODUCT_SAP_MANAGEMENT, 5, "06 00000007");
    rig_associate(&rig, PRODUCT_SAP_PUBLIC, 512);
    assert_int_equal(rig_read(&rig, PRODUCT_SAP_PUBLIC, 1, &name, 2, value, &result), 0);
    assert_int_not_equal(result, COSEM_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_happened),
        cmocka_unit_test(what_has_happened),
        cmocka_unit_test(they_are_only_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
