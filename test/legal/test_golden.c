/* Every bit of every result over a made-up stream, as one number: the same from every compiler at
 * every optimisation, under sanitizers, whenever the window task ran. */
#define _POSIX_C_SOURCE 200809L

#include "test/legal/rig.h"
#include "test/unit.h"

#include <signal.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 30 };

/* Changes only with a change of the metrology that is meant. */
static const uint64_t golden_1phase = UINT64_C(0x927e4d40faea1cfa);
static const uint64_t golden_3phase = UINT64_C(0x02d491d0777f178f);

/* Integer source: resonators x' = k x - x_before, so that no library decides its bits. */
struct resonator {
    int64_t now;
    int64_t before;
    int64_t k_q30;
};

static int32_t next(struct resonator *r)
{
    int64_t after = ((r->k_q30 * r->now) >> 30) - r->before;
    r->before = r->now;
    r->now = after;
    return (int32_t)(after >> 8);
}

struct stream {
    struct resonator wave[LEGAL_CHANNELS];
    uint32_t seed;
};

/* 2 cos(2 pi f / 8192) for 49.3, 50.0 and 150.1 Hz. */
static const int64_t factor_q30[] = {2145948601, 2145904705, 2133268173};

/* Voltages of 49.3 Hz at several angles, currents of several frequencies. */
static struct stream stream_of(void)
{
    struct stream stream = {.seed = 1};
    for (int channel = 0; channel < LEGAL_CHANNELS; channel++) {
        stream.wave[channel] = (struct resonator){
            .now = (1 << 30) + channel * (1 << 23),
            .before = 1 << 30,
            .k_q30 = factor_q30[channel % 2 == 0 ? 0 : channel / 2],
        };
    }
    return stream;
}

static void next_frame(struct stream *stream, int32_t *frame)
{
    for (int channel = 0; channel < LEGAL_CHANNELS; channel++) {
        stream->seed = stream->seed * 1664525 + 1013904223;
        frame[channel] = next(&stream->wave[channel]) + (int32_t)(stream->seed >> 20) - 2048;
    }
}

/* FNV-1a. */
static void mix(uint64_t *hash, int64_t value)
{
    for (int octet = 0; octet < 8; octet++) {
        *hash ^= (uint64_t)value >> (8 * octet) & 0xff;
        *hash *= UINT64_C(0x100000001b3);
    }
}

static void mix_phase(uint64_t *hash, const struct legal_phase *phase)
{
    mix(hash, phase->u_uv);
    mix(hash, phase->i_na);
    mix(hash, phase->p_uw);
    mix(hash, phase->p1_uw);
    mix(hash, phase->q1_uvar);
    mix(hash, phase->s_uva);
    mix(hash, phase->pf_ppm);
    mix(hash, phase->angle_ui_udeg);
    mix(hash, phase->angle_uu_udeg);
    mix(hash, phase->alive);
    mix(hash, phase->direction);
}

static void mix_snapshot(uint64_t *hash, const struct legal *legal,
                         const struct legal_snapshot *snapshot, unsigned phases)
{
    mix(hash, snapshot->window);
    mix(hash, snapshot->end.frame);
    mix(hash, snapshot->end.fraction);
    mix(hash, snapshot->f_uhz);
    mix(hash, snapshot->total.p_uw);
    mix(hash, snapshot->total.pf_ppm);
    for (unsigned phase = 0; phase < phases; phase++) {
        mix_phase(hash, &snapshot->phase[phase]);
    }
    for (unsigned phase = 0; phase <= phases; phase++) {
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            mix(hash, legal_energy_uws(legal, phase, energy));
        }
    }
}

/* The last half period of a phase that ended before the window did. */
static void mix_half(uint64_t *hash, const struct legal *legal, unsigned phase, int64_t frame)
{
    struct legal_half half = {0};
    uint32_t number = legal_halves(legal, phase);
    while (legal_half(legal, phase, number, &half) == 0 && half.end.frame >= frame) {
        number--;
    }
    mix(hash, number);
    mix(hash, half.u_uv);
    mix(hash, half.end.frame);
    mix(hash, half.end.fraction);
}

static void mix_window(uint64_t *hash, const struct legal *legal, unsigned phases)
{
    struct legal_snapshot snapshot;
    legal_read(legal, &snapshot);
    mix_snapshot(hash, legal, &snapshot, phases);
    for (unsigned phase = 1; phase <= phases; phase++) {
        mix_half(hash, legal, phase, snapshot.end.frame);
    }
}

static void begin_with_everything(struct rig *rig, uint8_t phases)
{
    *rig = rig_of(phases, 50);
    rig->config.sinc3 = phases == 3;
    rig->config.pulses_per_kwh = 100000;
    rig->calibration.phase[0] = (struct legal_calibration_phase){
        .u_gain_ppb = 1234567, .i_gain_ppb = -7654321, .angle_nrad = 54321, .i_noise_na = 1000};
    rig_begin(rig);
}

/* All that the stream makes a meter say, with the window task `late` frames after its window. */
static uint64_t checksum(uint8_t phases, int late)
{
    struct rig rig;
    begin_with_everything(&rig, phases);
    struct stream stream = stream_of();
    uint64_t windows = UINT64_C(0xcbf29ce484222325);
    uint64_t pulses = windows;
    int waited = 0;
    for (int k = 0; k < SECONDS * LEGAL_FRAME_HZ; k++) {
        int32_t frame[LEGAL_CHANNELS];
        next_frame(&stream, frame);
        mix(&pulses, legal_samples(&rig.legal, frame));
        if (legal_window_due(&rig.legal) && waited++ >= late) {
            legal_window(&rig.legal);
            mix_window(&windows, &rig.legal, phases);
            waited = 0;
        }
    }
    mix(&windows, (int64_t)pulses);
    return windows;
}

static void late_windows_change_nothing(void **state)
{
    (void)state;
    assert_true(checksum(1, 0) == checksum(1, 1));
    assert_true(checksum(1, 0) == checksum(1, LEGAL_WINDOW_DEADLINE - 1));
    assert_true(checksum(3, 0) == checksum(3, 77));
}

static void single_phase(void **state)
{
    (void)state;
    print_message("1 phase: 0x%016llx\n", (unsigned long long)checksum(1, 0));
    assert_true(checksum(1, 0) == golden_1phase);
}

static void three_phases(void **state)
{
    (void)state;
    print_message("3 phases: 0x%016llx\n", (unsigned long long)checksum(3, 0));
    assert_true(checksum(3, 0) == golden_3phase);
}

/* Later than the deadline is our own fault, and not to be hidden. */
static void too_late_a_window_is_a_fault(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        assert_non_null(freopen("/dev/null", "w", stderr));
        checksum(1, LEGAL_WINDOW_DEADLINE);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_phase),
        cmocka_unit_test(three_phases),
        cmocka_unit_test(late_windows_change_nothing),
        cmocka_unit_test(too_late_a_window_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
