/* The clock as a client sets it: each row names what is written or called, and what the clock is
 * afterwards. */
#include "cosem/data.h"
#include "test/product/hex_client.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <string.h>

enum { SAP = PRODUCT_SAP_MANAGEMENT, CLOCK = 8, OCTETS = 64 };

static const struct cosem_name name = COSEM_NAME(0, 0, 1, 0, 0);
static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_init(&rig, product_find("xs211"));
    clock_set_limit(&rig.clock, 0);
    rig_associate(&rig, SAP, 512);
    return 0;
}

static enum cosem_result set(int attribute, const char *hex)
{
    return hex_set(&rig, hex_target(CLOCK, &name, attribute), hex);
}

static enum cosem_result act(int method, const char *hex)
{
    return hex_act(&rig, hex_target(CLOCK, &name, method), hex);
}

/* 2026-11-21T11:00:00.500Z is what the rig begins at. */
static const int64_t begin_ms = INT64_C(1795258800500);

static void assert_clock(int64_t after_begin_ms)
{
    assert_true(rig.clock.utc_ms == begin_ms + after_begin_ms);
}

static void time_is_set(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int64_t after_begin_ms;
    } rows[] = {
        {"090C 07EA0B15 06 0C0102 03 FFC4 00", 61530},        /* CET */
        {"19 07EA0B15 06 0C0102 03 FFC4 00", 61530},          /* as a date-time */
        {"090C 07EA0B15 06 0B0102 03 0000 00", 61530},        /* UTC */
        {"090C 07EA0B15 FF 0C0102 03 8000 FF", 61530},        /* local time */
        {"090C 07EA0B15 FF 0C01FF FF 8000 FF", 59500},        /* no seconds */
        {"090C 07EA0A19 07 020000 00 8000 80", -2372400500},  /* autumn's hour, before: 00:00Z */
        {"090C 07EA0A19 07 020000 00 8000 00", -2368800500},  /* .. and after the change: 01:00Z */
        {"090C 07EA031D 07 021E00 00 8000 FF", -20511000500}, /* an hour that spring leaves out */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rig.clock.utc_ms = begin_ms;
        rig.clock.valid = false;
        assert_int_equal(set(2, rows[i].value), COSEM_SUCCESS);
        assert_true(rig.clock.valid);
        assert_clock(rows[i].after_begin_ms);
    }
}

static void times_that_are_none(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "090C FFFF0B15 06 0C0102 03 FFC4 00", "090C 07EAFF15 06 0C0102 03 FFC4 00",
        "090C 07EA0BFF 06 0C0102 03 FFC4 00", "090C 07EA0BFE 06 0C0102 03 FFC4 00",
        "090C 07EA0B15 06 FF0102 03 FFC4 00", "090C 07EA0B15 06 0CFF02 03 FFC4 00",
        "090C 07EA0D15 06 0C0102 03 FFC4 00", "090C 07EA0B1F 06 0C0102 03 FFC4 00",
        "090C 07EA0B00 06 0C0102 03 FFC4 00", "090C 07EA0B15 08 0C0102 03 FFC4 00",
        "090C 07EA0B15 06 180102 03 FFC4 00", "090C 07EA0B15 06 0C3C02 03 FFC4 00",
        "090C 07EA0B15 06 0C013C 03 FFC4 00", "090C 07EA0B15 06 0C0102 64 FFC4 00",
        "090C 07EA0B15 06 0C0102 03 0349 00", "090C 07CF0B15 06 0C0102 03 FFC4 00",
        "090C 08340B15 06 0C0102 03 FFC4 00", "090C 07EA021D FF 0C0102 03 FFC4 00",
        "090B 07EA0B15 06 0C0102 03 FFC4",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(set(2, wrong[i]), COSEM_OTHER_REASON);
        assert_clock(0);
    }
    assert_int_equal(set(2, "06 00000000"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(set(2, "00"), COSEM_TYPE_UNMATCHED);
    assert_clock(0);
}

/* Local time follows; the instant stays. */
static void zone_and_daylight_saving(void **state)
{
    (void)state;
    assert_int_equal(set(3, "10 FFEC"), COSEM_SUCCESS);
    assert_int_equal(clock_read(&rig.clock).offset_min, 20);
    assert_int_equal(set(3, "10 02D1"), COSEM_OTHER_REASON);
    assert_int_equal(set(3, "10 FCB7"), COSEM_OTHER_REASON);
    assert_int_equal(set(3, "12 0000"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(rig.clock.zone.offset_min, 20);
    assert_int_equal(set(5, "090C FFFF0B08 06 02000000 8000 00"), COSEM_SUCCESS);
    assert_int_equal(set(6, "090C FFFF0BFE 07 03000000 8000 80"), COSEM_SUCCESS);
    assert_int_equal(set(7, "0F 1E"), COSEM_SUCCESS);
    assert_true(clock_read(&rig.clock).dst_active);
    assert_int_equal(clock_read(&rig.clock).offset_min, 50);
    assert_int_equal(set(8, "03 00"), COSEM_SUCCESS);
    assert_int_equal(clock_read(&rig.clock).offset_min, 20);
    assert_int_equal(rig.clock.dst_min, 30);
    assert_int_equal(set(8, "03 01"), COSEM_SUCCESS);
    assert_int_equal(clock_read(&rig.clock).offset_min, 50);
    assert_int_equal(rig.clock.settings_changes, 7);
    assert_clock(0);
}

static void rules_that_the_clock_cannot_follow(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "090C 07CF03FE 07 02000000 8000 00", "090C FFFFFFFE 07 02000000 8000 00",
        "090C FFFFFEFE 07 02000000 8000 00", "090C FFFF03FF 07 02000000 8000 00",
        "090C FFFF021E FF 02000000 8000 00", "090C 07EB021D FF 02000000 8000 00",
        "090C FFFF03FD 07 02000000 8000 00", "090C FFFF03FE 07 02FF0000 8000 00",
        "090C FFFF03FE 07 FF000000 8000 00", "090C FFFF03FE 07 02000100 8000 00",
    };
    struct civil_zone before = rig.clock.zone;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(set(5, wrong[i]), COSEM_OTHER_REASON);
        assert_int_equal(set(6, wrong[i]), COSEM_OTHER_REASON);
    }
    assert_int_equal(set(7, "0F 79"), COSEM_OTHER_REASON);
    assert_int_equal(set(7, "0F 87"), COSEM_OTHER_REASON);
    assert_int_equal(set(8, "16 01"), COSEM_TYPE_UNMATCHED);
    assert_memory_equal(&rig.clock.zone, &before, sizeof before);
    clock_init(&rig.clock, &(const struct civil_zone){.offset_min = 60});
    assert_int_equal(set(8, "03 01"), COSEM_OTHER_REASON);
    assert_false(rig.clock.dst_enabled);
}

/* Begin of daylight saving as a client writes it, and when it begins in 2026 and 2027, UTC. */
static void begins_by_rule_or_date(void **state)
{
    (void)state;
    static const struct {
        const char *begin;
        int64_t in_2026_s, in_2027_s;
    } rows[] = {
        {"090C FFFF03FE 07 02000000 8000 00", 1774746000, 1806195600}, /* last Sunday: 29, 28 */
        {"090C FFFF0308 07 02000000 8000 00", 1772931600, 1804986000}, /* second Sunday: 8, 14 */
        {"090C FFFF0302 07 02000000 8000 00", 1772931600, 1804381200}, /* Sunday from the 2nd */
        {"090C FFFF0319 07 02000000 8000 00", 1774746000, 1806195600}, /* from the 25th */
        {"090C FFFF0314 FF 021E0000 8000 00", 1773970200, 1805506200}, /* 20 March, 02:30 */
        {"090C FFFF03FE FF 02000000 8000 00", 1774918800, 1806454800}, /* 31 March */
        {"090C FFFF03FD FF 02000000 8000 00", 1774832400, 1806368400}, /* 30 March */
        {"090C 07EA0314 FF 02000000 8000 00", 1773968400, INT64_MAX},  /* in 2026 only */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(set(5, rows[i].begin), COSEM_SUCCESS);
        assert_true(civil_stretch_at(&rig.clock.zone, 1767225600).until_s == rows[i].in_2026_s);
        assert_true(civil_stretch_at(&rig.clock.zone, 1798761600).until_s == rows[i].in_2027_s ||
                    rows[i].in_2027_s == INT64_MAX);
        uint8_t octets[OCTETS];
        uint8_t shown[RIG_VALUE_MOST];
        enum cosem_result result;
        size_t size = rig_read(&rig, SAP, CLOCK, &name, 5, shown, &result);
        assert_int_equal(size, hex_read(rows[i].begin, octets, OCTETS));
        assert_memory_equal(shown, octets, size);
    }
}

static void adjustments(void **state)
{
    (void)state;
    static const struct {
        int method;
        const char *parameter;
        int64_t before_ms, after_ms; /* from the begin, which is 500 ms after a full hour */
    } rows[] = {
        {1, "0F 00", 0, -500},
        {1, "0F 00", 7 * 60000 + 29499, -500},
        {1, "0F 00", 7 * 60000 + 29500, 15 * 60000 - 500},
        {1, "0F 00", -8 * 60000, -15 * 60000 - 500},
        {2, "0F 00", 7 * 60000 + 29500, 15 * 60000 - 500},
        {2, "0F 00", 7 * 60000 + 29499, -500},
        {3, "0F 00", 29499, -500},
        {3, "0F 00", 29500, 59500},
        {6, "10 0384", 0, 900000},
        {6, "10 FC7C", 0, -900000},
        {6, "10 0000", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rig.clock.utc_ms = begin_ms + rows[i].before_ms;
        assert_int_equal(act(rows[i].method, rows[i].parameter), COSEM_SUCCESS);
        assert_clock(rows[i].after_ms);
    }
    assert_int_equal(act(1, "0F 01"), COSEM_OTHER_REASON);
    assert_int_equal(act(3, "11 00"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(act(6, "10 0385"), COSEM_OTHER_REASON);
    assert_int_equal(act(6, "10 FC7B"), COSEM_OTHER_REASON);
    assert_int_equal(act(6, "0F 00"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(act(2, "0F 01"), COSEM_OTHER_REASON);
    assert_int_equal(act(7, "0F 00"), COSEM_OBJECT_UNDEFINED);
    assert_clock(0);
}

/* Within the limit the clock slews: it shows the time that it was set to when it is there. */
static void small_corrections_are_slewed(void **state)
{
    (void)state;
    clock_set_limit(&rig.clock, 30);
    assert_int_equal(act(3, "0F 00"), COSEM_SUCCESS); /* 500 ms late */
    assert_clock(0);
    assert_int_equal(clock_slewing_ms(&rig.clock), -500);
    assert_int_equal(act(6, "10 FFF6"), COSEM_SUCCESS); /* 10 s more */
    assert_int_equal(clock_slewing_ms(&rig.clock), -10500);
    assert_int_equal(set(2, "090C 07EA0B15 06 0C0014 00 FFC4 00"), COSEM_SUCCESS); /* 12:00:20 */
    assert_int_equal(clock_slewing_ms(&rig.clock), 19500);
    assert_clock(0);
    clock_advance(&rig.clock, 1000000);
    assert_clock(1001000);
    clock_advance(&rig.clock, 100000000);
    assert_clock(101019500);
    assert_int_equal(set(2, "090C 07EA0B15 06 0C0014 00 FFC4 00"), COSEM_SUCCESS);
    assert_clock(19500);
}

/* 12:01:02.03, to be set between 12:00 and 12:10 of local time. */
static void an_announced_time(void **state)
{
    (void)state;
    static const char announced[] = "0203 090C07EA0B15060C010203FFC400 090C07EA0B15060C000000FFC400"
                                    "090C07EA0B15060C0A0000FFC400";
    assert_int_equal(act(4, "0F 00"), COSEM_TEMPORARY_FAILURE);
    assert_int_equal(act(5, announced), COSEM_SUCCESS);
    assert_clock(0);
    assert_int_equal(act(4, "0F 00"), COSEM_SUCCESS);
    assert_clock(61530);
    assert_int_equal(act(4, "0F 00"), COSEM_TEMPORARY_FAILURE);
    assert_int_equal(act(5, announced), COSEM_SUCCESS);
    rig.clock.utc_ms = begin_ms + 10 * 60000;
    assert_int_equal(act(4, "0F 00"), COSEM_TEMPORARY_FAILURE);
    rig.clock.utc_ms = begin_ms - 501;
    assert_int_equal(act(4, "0F 00"), COSEM_TEMPORARY_FAILURE);
    assert_clock(-501);
    assert_int_equal(act(5, "0203 090C07EA0B15060C010203FFC400 090C07EA0B15060C0A0000FFC400"
                            "090C07EA0B15060C000000FFC400"),
                     COSEM_OTHER_REASON);
    assert_int_equal(act(5, "0201 090C07EA0B15060C010203FFC400"), COSEM_TYPE_UNMATCHED);
}

static enum cosem_result set_object(struct cosem_name object, const char *hex)
{
    uint8_t octets[OCTETS];
    struct dlms_target target = {3, object, 2};
    return rig_set(&rig, SAP, &target, reader_over(octets, hex_read(hex, octets, OCTETS)));
}

static void settings_beside_the_clock(void **state)
{
    (void)state;
    const struct cosem_name limit = COSEM_NAME(1, 0, 0, 9, 11);
    const struct cosem_name used = COSEM_NAME(0, 0, 96, 6, 0);
    const struct cosem_name voltage = COSEM_NAME(0, 0, 96, 6, 3);
    assert_int_equal(set_object(limit, "12 0385"), COSEM_OTHER_REASON);
    assert_int_equal(set_object(limit, "11 05"), COSEM_TYPE_UNMATCHED);
    assert_int_equal(rig.clock.limit_s, 0);
    assert_int_equal(set_object(limit, "12 0001"), COSEM_SUCCESS);
    assert_int_equal(act(3, "0F 00"), COSEM_SUCCESS); /* half a second: slewed from now on */
    assert_clock(0);
    assert_int_equal(set_object(used, "06 00000001"), COSEM_OTHER_REASON);
    assert_int_equal(rig.timekeeper.memory.used_s, 7200);
    assert_int_equal(set_object(used, "06 00000000"), COSEM_SUCCESS);
    assert_int_equal(rig.timekeeper.memory.used_s, 0);
    assert_true(rig.timekeeper.memory.installed_s == begin_ms / 1000);
    assert_int_equal(set_object(voltage, "12 0000"), COSEM_READ_WRITE_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(time_is_set, set_up),
        cmocka_unit_test_setup(times_that_are_none, set_up),
        cmocka_unit_test_setup(zone_and_daylight_saving, set_up),
        cmocka_unit_test_setup(rules_that_the_clock_cannot_follow, set_up),
        cmocka_unit_test_setup(begins_by_rule_or_date, set_up),
        cmocka_unit_test_setup(adjustments, set_up),
        cmocka_unit_test_setup(small_corrections_are_slewed, set_up),
        cmocka_unit_test_setup(settings_beside_the_clock, set_up),
        cmocka_unit_test_setup(an_announced_time, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
