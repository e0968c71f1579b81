/* A line that damages one octet in a thousand: long reads complete and are right, whatever is
 * negotiated, and the client notices what happened. */
#include "test/meter/over_line.h"
#include "test/unit.h"

#include <stdlib.h>
#include <string.h>

enum { SEEDS = 12, WRONG_PPM = 1000, PERIOD_S = 300, ROWS = 240 };

static const struct dlms_target object_list = {15, COSEM_NAME(0, 0, 40, 0, 0), 2};
static const struct dlms_target load_profile = {7, COSEM_NAME(1, 0, 99, 1, 0), 2};

static struct life *begin(void)
{
    struct life *life = life_begin("st402c", life_utc_ms(2026, 11, 21, 11, 0, 0));
    life->setup.management_password = "password";
    life->setup.management_low = true;
    assert_int_equal(profile_set_period(&life->meter.profiles[0], PERIOD_S), 0);
    life_run(life, ROWS * PERIOD_S);
    life_cut(life, 1); /* what is read has to come from flash */
    life->meter.links.lines[LINK_OPTICAL].limits = (struct hdlc_limits){2030, 2030, 7, 7};
    return life;
}

/* Reads over a line that is clean at first. */
static size_t read_whole(struct life *life, const struct dlms_target *target,
                         const struct hdlc_settings *settings, struct bus_random *noise,
                         uint8_t *whole, uint32_t *repeated)
{
    struct over_line *over = over_line_begin(life, settings, 0);
    assert_true(over_line_connect(over));
    over_line_associate(over);
    over->bus.noise = noise ? bus_random_noise : NULL;
    over->bus.owner = noise;
    size_t size = over_line_read(over, target);
    memcpy(whole, over->value, size);
    *repeated = over->line.station.line.statistics.frames_repeated;
    over_line_end(over);
    return size;
}

static void compare(const struct dlms_target *target, uint16_t info, uint8_t window)
{
    struct life *life = begin();
    const struct hdlc_settings settings = {
        .limits = {info, info, window, window}, .inter_octet_time_ms = 25, .response_time_ms = 20};
    uint8_t *clean = malloc(OVER_LINE_VALUE);
    uint8_t *lossy = malloc(OVER_LINE_VALUE);
    uint32_t repeated;
    uint32_t all = 0;
    size_t size = read_whole(life, target, &settings, NULL, clean, &repeated);
    assert_true(size > 5000);
    assert_int_equal(repeated, 0);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct bus_random noise = {.state = seed, .wrong_ppm = WRONG_PPM};
        assert_int_equal(read_whole(life, target, &settings, &noise, lossy, &repeated), size);
        assert_memory_equal(lossy, clean, size);
        all += repeated;
    }
    assert_true(all > 0);
    free(clean);
    free(lossy);
    life_end(life);
}

static void fields_of_128_octets(void **state)
{
    (void)state;
    compare(&object_list, 128, 1);
    compare(&object_list, 128, 7);
}

static void fields_of_32_octets(void **state)
{
    (void)state;
    compare(&object_list, 32, 4);
}

/* Twenty hours of the load profile, as they lie on flash. */
static void rows_of_a_profile(void **state)
{
    (void)state;
    compare(&load_profile, 128, 1);
    compare(&load_profile, 128, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_of_128_octets),
        cmocka_unit_test(fields_of_32_octets),
        cmocka_unit_test(rows_of_a_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
