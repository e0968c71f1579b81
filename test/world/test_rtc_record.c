/* The clock chip as octets: a chip goes on from its record as it would have gone on itself, and
 * goes on from nothing else. */
#include "test/dice.h"
#include "test/unit.h"
#include "world/rtc_record.h"

#include <stdlib.h>
#include <string.h>

static uint64_t seed;

/* A chip that has lived: trimmed, warmed, cut off, its covers opened. */
static void live(struct rtc_chip *chip, unsigned days)
{
    const struct rtc port = rtc_chip_port(chip);
    for (unsigned day = 0; day < days; day++) {
        double temperature_c = (double)dice_up_to(&seed, 80) - 20;
        assert_int_equal(port.trim(port.context, (int32_t)dice_up_to(&seed, 20000) - 10000), 0);
        rtc_chip_advance(chip, 1 + dice_up_to(&seed, 86400000000), temperature_c,
                         dice_up_to(&seed, 1) == 0);
        rtc_chip_touch(chip, (enum rtc_input)dice_up_to(&seed, RTC_INPUTS - 1),
                       dice_up_to(&seed, 1) == 0, false);
        if (dice_up_to(&seed, 20) == 0) {
            rtc_chip_exchange(chip, dice_up_to(&seed, 1) == 0);
        }
    }
}

static struct rtc_chip new_chip(void)
{
    struct rtc_chip_config config = rtc_chip_config_default();
    struct rtc_chip chip;
    config.error_ppm = (double)dice_up_to(&seed, 40) - 20;
    config.ageing_ppm = 1;
    config.battery_mah = dice_up_to(&seed, 1) == 0 ? 1200 : 0.01;
    rtc_chip_open(&chip, &config);
    rtc_chip_set(&chip, INT64_C(1800000000000) + (int64_t)dice_up_to(&seed, 1000000000));
    return chip;
}

/* As a user sees it. */
static void assert_alike(struct rtc_chip *a, struct rtc_chip *b)
{
    struct rtc_reading says[2];
    struct rtc_input_reading felt[2][RTC_INPUTS];
    const struct rtc ports[2] = {rtc_chip_port(a), rtc_chip_port(b)};
    memset(says, 0, sizeof says);
    memset(felt, 0, sizeof felt);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ports[i].read(ports[i].context, &says[i]), 0);
        assert_int_equal(ports[i].inputs(ports[i].context, felt[i]), 0);
    }
    assert_int_equal(says[0].utc_ms, says[1].utc_ms);
    assert_int_equal(says[0].kept, says[1].kept);
    assert_int_equal(says[0].temperature_cc, says[1].temperature_cc);
    assert_int_equal(says[0].backup_mv, says[1].backup_mv);
    for (int i = 0; i < RTC_INPUTS; i++) {
        assert_int_equal(felt[0][i].there, felt[1][i].there);
        assert_int_equal(felt[0][i].count, felt[1][i].count);
        assert_int_equal(felt[0][i].begun_ms, felt[1][i].begun_ms);
        assert_int_equal(felt[0][i].ended_ms, felt[1][i].ended_ms);
    }
}

static void a_chip_goes_on_from_its_record(void **state)
{
    (void)state;
    for (seed = 1; seed < 2000; seed++) {
        uint8_t octets[RTC_RECORD_SIZE];
        struct rtc_record_stamp stamp = {.sequence = 0};
        struct rtc_chip chip = new_chip();
        uint64_t was = seed;
        live(&chip, 30);
        const struct rtc_record_stamp written = {
            (uint32_t)dice_up_to(&seed, UINT32_MAX),
            (int64_t)dice_up_to(&seed, INT64_C(4000000000000000))};
        rtc_record_write(octets, written, &chip);
        struct rtc_chip other;
        rtc_chip_open(&other, &chip.config);
        assert_true(rtc_record_read(octets, &stamp, &other));
        assert_int_equal(stamp.sequence, written.sequence);
        assert_int_equal(stamp.true_us, written.true_us);
        uint64_t future = seed;
        live(&chip, 10);
        seed = future;
        live(&other, 10);
        assert_alike(&chip, &other);
        seed = was;
    }
}

/* Any flipped bit, and any other octets. */
static void from_nothing_else(void **state)
{
    (void)state;
    uint8_t octets[RTC_RECORD_SIZE];
    struct rtc_record_stamp stamp = {1, 2};
    seed = 5;
    struct rtc_chip chip = new_chip();
    live(&chip, 30);
    rtc_record_write(octets, stamp, &chip);
    struct rtc_chip other = chip;
    for (unsigned bit = 0; bit < 8 * RTC_RECORD_SIZE; bit++) {
        octets[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(rtc_record_read(octets, &stamp, &other));
        octets[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (unsigned i = 0; i < 100000; i++) {
        uint8_t noise[RTC_RECORD_SIZE];
        for (unsigned k = 0; k < sizeof noise; k++) {
            noise[k] = (uint8_t)dice_up_to(&seed, 255);
        }
        assert_false(rtc_record_read(noise, &stamp, &other));
    }
    memset(octets, 0, sizeof octets); /* a new file */
    assert_false(rtc_record_read(octets, &stamp, &other));
    assert_memory_equal(&other, &chip, sizeof chip);
}

static void no_chip_is_so(void **state)
{
    (void)state;
    seed = 7;
    for (int i = 0; i < 8; i++) {
        uint8_t octets[RTC_RECORD_SIZE];
        struct rtc_record_stamp stamp = {1, 2};
        struct rtc_chip chip = new_chip();
        struct rtc_chip other = chip;
        double *const reals[] = {&chip.part_ns, &chip.trim_ppm, &chip.temperature_c, &chip.age_s,
                                 &chip.left};
        if (i < 5) {
            *reals[i] = strtod(i % 2 == 0 ? "nan" : "inf", NULL);
        } else if (i == 5) {
            stamp.true_us = -1;
        } else {
            chip.utc_ns = i == 6 ? INT64_MAX : INT64_MIN;
        }
        rtc_record_write(octets, stamp, &chip);
        assert_false(rtc_record_read(octets, &stamp, &other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chip_goes_on_from_its_record),
        cmocka_unit_test(from_nothing_else),
        cmocka_unit_test(no_chip_is_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
