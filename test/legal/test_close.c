/* The supply fails anywhere in a window: what was measured until then is in the registers, to the
 * last frame, whether the window before had been computed or not. */
#include "test/dice.h"
#include "test/legal/rig.h"
#include "test/unit.h"

#include <math.h>

enum { ROUNDS = 60, FRAMES_LEAST = 4000, FRAMES_MORE = 9000 };

static uint64_t dice = 41;

static void assert_near(const char *what, int64_t frames, double found, double right,
                        double tolerance)
{
    if (!(fabs(found - right) <= tolerance * fabs(right))) {
        fail_msg("%s after %lld frames is %.9g, not %.9g", what, (long long)frames, found, right);
    }
}

static double net_active_ws(const struct rig *rig, unsigned phase)
{
    return rig_energy_ws(rig, phase, LEGAL_ENERGY_A_IMPORT) -
           rig_energy_ws(rig, phase, LEGAL_ENERGY_A_EXPORT);
}

/* From the beginning of the first frame's cell to the end of the last one's. */
static double true_ws(const struct rig *rig, unsigned phase, int64_t frames)
{
    return wave_product(&rig->u[phase], &rig->i[phase], -0.5 / LEGAL_FRAME_HZ,
                        ((double)frames - 0.5) / LEGAL_FRAME_HZ);
}

static void begin_any(struct rig *rig)
{
    static const double lags_deg[] = {0, 30, 60, 150, 210, 300};
    *rig = rig_of(dice_roll(&dice, 2) ? 1 : 3, 50);
    rig_begin(rig);
    rig_mains(rig, 49 + dice_roll(&dice, 200) / 100.0, 230, 1 + dice_roll(&dice, 50),
              lags_deg[dice_roll(&dice, 6)]);
}

static void assert_energies(const struct rig *rig, int64_t frames)
{
    for (unsigned phase = 1; phase <= rig->config.phases; phase++) {
        assert_near("energy", frames, net_active_ws(rig, phase), true_ws(rig, phase - 1, frames),
                    2e-3);
    }
}

static void active_energy_is_counted_to_the_last_frame(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct rig rig;
        begin_any(&rig);
        int64_t frames = FRAMES_LEAST + dice_roll(&dice, FRAMES_MORE);
        rig_frames(&rig, frames);
        legal_close(&rig.legal);
        assert_energies(&rig, frames);
    }
}

/* Frame by frame through a whole window: each adds what it measured, none is counted twice. */
static void every_frame_of_a_window_counts(void **state)
{
    (void)state;
    double before_ws = 0;
    for (int64_t frames = FRAMES_LEAST; frames < FRAMES_LEAST + 1800; frames += 7) {
        struct rig rig = rig_of(1, 50);
        rig_begin(&rig);
        rig_mains(&rig, 50, 230, 20, 0);
        rig_frames(&rig, frames);
        legal_close(&rig.legal);
        double now_ws = net_active_ws(&rig, 1);
        assert_true(now_ws >= before_ws);
        assert_near("energy", frames, now_ws, true_ws(&rig, 0, frames), 1e-3);
        before_ws = now_ws;
    }
}

/* The window has ended, and nobody has computed it: closing does. */
static void a_window_that_is_due_is_counted(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct rig rig;
        begin_any(&rig);
        int64_t frames = FRAMES_LEAST + dice_roll(&dice, FRAMES_MORE);
        rig_frames(&rig, frames);
        for (; !legal_window_due(&rig.legal); frames++) {
            int32_t frame[LEGAL_CHANNELS];
            for (unsigned phase = 0; phase < rig.config.phases; phase++) {
                double t = (double)frames / LEGAL_FRAME_HZ;
                frame[2 * phase] = (int32_t)lround(wave_at(&rig.u[phase], t) * 1000 /
                                                   rig.config.u_full_scale_mv * (1 << 23));
                frame[2 * phase + 1] = (int32_t)lround(wave_at(&rig.i[phase], t) * 1000 /
                                                       rig.config.i_full_scale_ma * (1 << 23));
            }
            (void)legal_samples(&rig.legal, frame);
        }
        legal_close(&rig.legal);
        assert_energies(&rig, frames);
    }
}

/* Beside whole windows the others are those of the powers, roughly. */
static void reactive_and_apparent_energy_follow(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct rig rig = rig_of(1, 50);
        rig_begin(&rig);
        rig_mains(&rig, 50, 230, 10, 60);
        int64_t frames = 2 * FRAMES_LEAST + dice_roll(&dice, FRAMES_MORE);
        rig_frames(&rig, frames);
        legal_close(&rig.legal);
        double seconds = (double)frames / LEGAL_FRAME_HZ;
        assert_near("R1", frames, rig_energy_ws(&rig, 1, LEGAL_ENERGY_R1),
                    2300 * sqrt(0.75) * seconds, 0.03);
        assert_near("S", frames, rig_energy_ws(&rig, 1, LEGAL_ENERGY_S_IMPORT), 2300 * seconds,
                    0.03);
        assert_true(rig_energy_ws(&rig, 1, LEGAL_ENERGY_R4) == 0);
    }
}

/* Before the first frame there is nothing; the total is what the phases are. */
static void nothing_measured_is_nothing_counted(void **state)
{
    (void)state;
    struct rig rig = rig_of(3, 50);
    rig_begin(&rig);
    legal_close(&rig.legal);
    for (unsigned phase = 0; phase <= 3; phase++) {
        for (int energy = 0; energy < LEGAL_ENERGIES; energy++) {
            assert_true(rig_energy_ws(&rig, phase, (enum legal_energy)energy) == 0);
        }
    }
    rig = rig_of(3, 50);
    rig_begin(&rig);
    rig_mains(&rig, 50, 230, 10, 0);
    rig_frames(&rig, FRAMES_LEAST);
    legal_close(&rig.legal);
    double sum_ws = net_active_ws(&rig, 1) + net_active_ws(&rig, 2) + net_active_ws(&rig, 3);
    assert_near("total", FRAMES_LEAST, net_active_ws(&rig, 0), sum_ws, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(active_energy_is_counted_to_the_last_frame),
        cmocka_unit_test(every_frame_of_a_window_counts),
        cmocka_unit_test(a_window_that_is_due_is_counted),
        cmocka_unit_test(reactive_and_apparent_energy_follow),
        cmocka_unit_test(nothing_measured_is_nothing_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
