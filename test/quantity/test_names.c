/* Quantities by OBIS code, and whether the meter stands still. */
#include "quantity/quantity.h"
#include "test/unit.h"

#include <string.h>

static const struct legal_config config = {
    .phases = 3,
    .nominal_hz = 50,
    .u_nominal_mv = 230000,
    .u_full_scale_mv = 600000,
    .i_full_scale_ma = 170000,
    .i_start_ua = 20000,
    .pulses_per_kwh = 1000,
    .pulses_per_kvarh = 1000,
};

/* Each code leads back to its quantity; one that nothing has leads nowhere. */
static void every_code_is_found_again(void **state)
{
    (void)state;
    unsigned codes = 0;
    for (uint8_t kind = 0; kind < QUANTITY_KINDS; kind++) {
        for (uint8_t part = 0; part <= LEGAL_PHASES + QUANTITY_RATES; part++) {
            struct quantity quantity = {.kind = kind};
            struct quantity found;
            uint8_t code[6];
            quantity.phase = part <= LEGAL_PHASES ? part : 0;
            quantity.e = part <= LEGAL_PHASES ? 0 : (uint8_t)(part - LEGAL_PHASES);
            if (quantity_obis(quantity, code) != 0) {
                continue;
            }
            codes++;
            assert_int_equal(quantity_find_obis(code, &found), 0);
            assert_int_equal(found.kind, kind);
            assert_int_equal(found.phase, quantity.phase);
            assert_int_equal(found.e, quantity.e);
            code[1]++;
            assert_int_equal(quantity_find_obis(code, &found), -1);
        }
    }
    assert_true(codes > 100);
}

/* Harmonics are in value group E of U and I of a phase, and nowhere else. */
static void harmonics_have_codes_and_names(void **state)
{
    (void)state;
    unsigned names = 0;
    for (unsigned e = 1; e <= 255; e++) {
        for (uint8_t kind = 0; kind < QUANTITY_KINDS; kind++) {
            for (uint8_t phase = 0; phase <= LEGAL_PHASES; phase++) {
                struct quantity quantity = {kind, phase, (uint8_t)e};
                struct quantity found;
                uint8_t code[6];
                char name[QUANTITY_NAME_SIZE];
                if (quantity_row(kind)->energy || quantity_obis(quantity, code) != 0) {
                    continue;
                }
                bool orders = e <= QUANTITY_ORDERS && phase != 0;
                assert_true(kind == QUANTITY_U || kind == QUANTITY_I ? orders : code[4] != e);
                if (!orders || (kind != QUANTITY_U && kind != QUANTITY_I)) {
                    continue;
                }
                assert_int_equal(code[4], e);
                assert_int_equal(quantity_find_obis(code, &found), 0);
                assert_memory_equal(&found, &quantity, sizeof found);
                quantity_name(quantity, name);
                assert_int_equal(quantity_find(name, &found), 0);
                assert_memory_equal(&found, &quantity, sizeof found);
                names++;
            }
        }
    }
    assert_int_equal(names, 2 * LEGAL_PHASES * QUANTITY_ORDERS);
}

static void harmonics_that_are_none(void **state)
{
    (void)state;
    static const char *const names[] = {
        "u.1.h0",  "u.1.h41", "u.1.h",  "u.1.h05", "u.1.h1x",        "u.1.h99999999999",
        "i.h3",    "p.1.h3",  "f.h3",   ".h3",     "u.1.h3.h3",      "u.1.t3",
        "a+.1.h3", "u.4.h3",  "u.1.H3", "u.1h3",   "thd-uuuuuu.h3x", "u.1.h-3",
    };
    struct quantity found;
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        if (quantity_find(names[n], &found) == 0) {
            fail_msg("%s is found", names[n]);
        }
    }
    assert_int_equal(quantity_find("u.3.h40", &found), 0);
    assert_int_equal(found.kind, QUANTITY_U);
    assert_int_equal(found.phase, 3);
    assert_int_equal(found.e, 40);
}

static bool is_idle_at(int64_t i_na)
{
    static const struct legal_calibration ideal;
    static struct legal legal;
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        interval.phase[phase].u_uv = 230000000;
        interval.phase[phase].angle_uu_udeg = phase * 120000000;
    }
    interval.phase[1].i_na = i_na;
    interval.phase[1].p_uw = i_na * 23 / 100;
    interval.phase[1].p1_uw = interval.phase[1].p_uw;
    legal_init(&legal, &config, &ideal);
    legal_direct(&legal, &interval, NULL);
    return quantity_is_idle(&(struct quantity_source){.legal = &legal});
}

/* From half the starting current on something is counted, on whichever phase. */
static void it_stands_still_below_the_starting_limit(void **state)
{
    (void)state;
    assert_true(is_idle_at(0));
    assert_true(is_idle_at(9000000));
    assert_false(is_idle_at(11000000));
    assert_false(is_idle_at(5000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_is_found_again),
        cmocka_unit_test(harmonics_have_codes_and_names),
        cmocka_unit_test(harmonics_that_are_none),
        cmocka_unit_test(it_stands_still_below_the_starting_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
