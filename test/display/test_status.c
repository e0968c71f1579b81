/* What stands beside every screen, against what was measured: direction, quadrant, phases and their
 * sequence, the bars of the signal. */
#include "display/screen.h"
#include "test/product/rig.h"
#include "test/unit.h"

#include <stdlib.h>

enum { ROUNDS = 5000, THIRD_UDEG = 120000000, UV_PER_V = 1000000, UW_PER_W = 1000000 };

static struct rig rig;

/* A second of something. */
static struct legal_interval any_interval(unsigned phases)
{
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    bool wrong = rand() % 4 == 0;
    for (unsigned phase = 0; phase < phases; phase++) {
        int64_t p_w = rand() % 5 == 0 ? 0 : rand() % 2000 - 1000;
        int64_t q_var = rand() % 5 == 0 ? 0 : rand() % 2000 - 1000;
        bool dead = rand() % 5 == 0;
        unsigned turn = wrong ? (3 - phase) % 3 : phase;
        interval.phase[phase] = (struct legal_phase){
            .u_uv = dead ? 0 : 230 * (int64_t)UV_PER_V,
            .i_na = dead ? 0 : INT64_C(20000000000),
            .p_uw = dead ? 0 : p_w * UW_PER_W,
            .p1_uw = dead ? 0 : p_w * UW_PER_W,
            .q1_uvar = dead ? 0 : q_var * UW_PER_W,
            .angle_uu_udeg = (int32_t)(turn * THIRD_UDEG),
        };
    }
    return interval;
}

struct seen {
    int64_t p_uw;
    int64_t q_uvar;
    uint8_t alive;
    uint8_t exporting;
    bool reversed;
};

static struct seen see(const struct legal_interval *interval, unsigned phases)
{
    struct seen seen = {0};
    for (unsigned phase = 0; phase < phases; phase++) {
        const struct legal_phase *of = &interval->phase[phase];
        seen.p_uw += of->p_uw;
        seen.q_uvar += of->q1_uvar;
        seen.alive |= (uint8_t)(of->u_uv > 0 ? 1U << phase : 0);
        seen.exporting |= (uint8_t)(of->p_uw < 0 ? 1U << phase : 0);
    }
    seen.reversed = seen.alive == 7 && interval->phase[1].angle_uu_udeg == 2 * THIRD_UDEG;
    return seen;
}

/* The quadrants as the standard counts them: P to the right, Q upwards. */
static unsigned quadrant_of(const struct seen *seen)
{
    if (seen->alive == 0 || (seen->p_uw == 0 && seen->q_uvar == 0)) {
        return 0;
    }
    if (seen->q_uvar >= 0) {
        return seen->p_uw >= 0 ? 1 : 2;
    }
    return seen->p_uw < 0 ? 3 : 4;
}

static void assert_status(const struct status *status, const struct seen *seen, unsigned phases)
{
    assert_int_equal(status->phases, phases);
    assert_int_equal(status->alive, seen->alive);
    assert_int_equal(status->exporting, seen->exporting);
    assert_int_equal(status->reversed, seen->reversed);
    assert_int_equal(status->quadrant, quadrant_of(seen));
    assert_int_equal(status->flow, seen->alive == 0 ? STATUS_NO_FLOW
                                   : seen->p_uw < 0 ? STATUS_EXPORT
                                                    : STATUS_IMPORT);
}

static void it_follows_what_is_measured(void **state)
{
    (void)state;
    srand(8);
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        rig_init(&rig, product_all[i]);
        unsigned phases = product_all[i]->legal->config.phases;
        for (int round = 0; round < ROUNDS; round++) {
            struct legal_interval interval = any_interval(phases);
            struct seen seen = see(&interval, phases);
            struct status status;
            legal_direct(&rig.legal, &interval, NULL);
            status_compose(&rig.display, &status);
            assert_status(&status, &seen, phases);
        }
    }
}

/* Below -134 dBm no bar, to -120 one, to -105 two, then three; without a modem none. */
static void bars_by_the_signal(void **state)
{
    (void)state;
    rig_init(&rig, product_find("xs211"));
    for (int dbm = -160; dbm <= 0; dbm++) {
        struct status status;
        unsigned bars = (dbm >= -134) + (dbm >= -120) + (dbm >= -105);
        rig.marks = (struct display_marks){.modem = true, .rsrp_dbm = (int16_t)dbm};
        status_compose(&rig.display, &status);
        assert_int_equal(status.bars, bars);
        rig.marks.modem = false;
        status_compose(&rig.display, &status);
        assert_int_equal(status.bars, 0);
    }
}

/* What blinks is on in every other second, whatever the second began with. */
static void blinking_is_by_the_second(void **state)
{
    (void)state;
    rig_init(&rig, product_find("st402d"));
    for (int64_t ms = 0; ms < 20000; ms += 250) {
        struct status status;
        display_step(&rig.display, ms);
        status_compose(&rig.display, &status);
        assert_int_equal(status.on, ms / 1000 % 2 == 0);
    }
}

static void clock_and_message(void **state)
{
    (void)state;
    struct status status;
    rig_init(&rig, product_find("st402d"));
    status_compose(&rig.display, &status);
    assert_false(status.clock_invalid || status.message);
    clock_init(&rig.clock, &rig.product->zone);
    assert_int_equal(message_set_text(&rig.message, "Hello", 5), 0);
    status_compose(&rig.display, &status);
    assert_true(status.clock_invalid && status.message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_follows_what_is_measured),
        cmocka_unit_test(bars_by_the_signal),
        cmocka_unit_test(blinking_is_by_the_second),
        cmocka_unit_test(clock_and_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
