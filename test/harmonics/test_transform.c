/* The transform and the interpolation by themselves, against sums that are written down as they are
 * defined. */
#include "harmonics/inside.h"
#include "test/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct harmonics it;

static double turn(void)
{
    return 2 * acos(-1);
}

static void transform(void)
{
    for (unsigned part = 0; part < HARMONICS_TRANSFORM_PARTS; part++) {
        harmonics_transform(it.cell, part);
    }
}

/* -1..1, always the same ones. */
static double next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state / 2147483648.0 - 1;
}

static void every_line_has_a_place_of_its_own(void **state)
{
    (void)state;
    bool taken[HARMONICS_POINTS] = {false};
    for (unsigned k = 0; k < HARMONICS_POINTS; k++) {
        unsigned place = harmonics_transform_place(k);
        assert_true(place < HARMONICS_POINTS);
        assert_false(taken[place]);
        taken[place] = true;
    }
}

/* Any points: their transform is the sum that defines it. */
static void it_is_the_discrete_fourier_transform(void **state)
{
    (void)state;
    static double points[HARMONICS_POINTS][2];
    uint32_t random = 7;
    for (unsigned n = 0; n < HARMONICS_POINTS; n++) {
        for (unsigned c = 0; c < 2; c++) {
            points[n][c] = next_random(&random);
            it.cell[n][c].value = (float)points[n][c];
        }
    }
    transform();
    for (unsigned k = 0; k < HARMONICS_POINTS; k += 31) {
        double re = 0;
        double im = 0;
        for (unsigned n = 0; n < HARMONICS_POINTS; n++) {
            double angle = turn() * (double)((uint64_t)n * k % HARMONICS_POINTS) / HARMONICS_POINTS;
            re += points[n][0] * cos(angle) + points[n][1] * sin(angle);
            im += points[n][1] * cos(angle) - points[n][0] * sin(angle);
        }
        const union harmonics_cell *line = it.cell[harmonics_transform_place(k)];
        assert_true(fabs((double)line[0].value - re) < 2e-4);
        assert_true(fabs((double)line[1].value - im) < 2e-4);
    }
}

/* A single line comes out where it was put in, and nowhere else. */
static void a_line_stays_alone(void **state)
{
    (void)state;
    for (unsigned k = 1; k < HARMONICS_POINTS; k += 97) {
        for (unsigned n = 0; n < HARMONICS_POINTS; n++) {
            double angle = turn() * (double)((uint64_t)n * k % HARMONICS_POINTS) / HARMONICS_POINTS;
            it.cell[n][0].value = (float)cos(angle);
            it.cell[n][1].value = (float)sin(angle);
        }
        transform();
        for (unsigned line = 0; line < HARMONICS_POINTS; line++) {
            const union harmonics_cell *point = it.cell[harmonics_transform_place(line)];
            double expected = line == k ? HARMONICS_POINTS : 0;
            assert_true(hypot((double)point[0].value - expected, (double)point[1].value) < 2e-3);
        }
    }
}

/* A wave at a place of the track, in frames from its beginning. */
static double wave(double place, unsigned channel)
{
    double periods = channel == 0 ? 0.061 : 0.24;
    return 8e6 * sin(turn() * periods * place + 1 + channel);
}

/* Windows of every length, wherever they lie in the track: the points are the wave's, all of them,
 * though they take the place of the samples that they are made of. */
static void points_are_on_the_wave(void **state)
{
    (void)state;
    const double lengths[] = {1366.1, 1424.7, 1638.4, 1700.3, 1927.5, 2045.9};
    uint32_t random = 3;
    for (size_t n = 0; n < sizeof lengths / sizeof lengths[0]; n++) {
        double air = HARMONICS_FRAMES - lengths[n] - HARMONICS_TAPS - 3;
        double first = HARMONICS_TAPS / 2 + 1 + air * fabs(next_random(&random));
        for (unsigned frame = 0; frame < HARMONICS_FRAMES; frame++) {
            it.cell[frame][0].code = (int32_t)lrint(wave(frame, 0));
            it.cell[frame][1].code = (int32_t)lrint(wave(frame, 1));
        }
        unsigned up =
            HARMONICS_FRAMES - HARMONICS_TAPS / 2 - 2 - (unsigned)lengths[n] - (unsigned)first;
        it.place = (uint64_t)(first * 4294967296.0);
        it.step = (uint32_t)(lengths[n] / HARMONICS_POINTS * 4294967296.0);
        harmonics_move(&it, up);
        harmonics_interpolate(&it, 0, 700);
        harmonics_interpolate(&it, 700, HARMONICS_POINTS);
        for (unsigned k = 0; k < HARMONICS_POINTS; k++) {
            double place = first + k * lengths[n] / HARMONICS_POINTS;
            for (unsigned c = 0; c < 2; c++) {
                double off = (double)it.cell[k][c].value - wave(place, c);
                if (fabs(off) > 8e6 * 5e-5) {
                    fail_msg("%f: point %u is %f beside", lengths[n], k, off);
                }
            }
        }
    }
}

/* The frame was stored if it is one of the track's, of a phase that there is. */
static void assert_taken(const struct harmonics *harmonics, uint32_t frame)
{
    uint32_t place = frame - harmonics->begin;
    if (harmonics->state == HARMONICS_RECORDING && place < HARMONICS_FRAMES) {
        int phase = harmonics->phase < LEGAL_PHASES ? harmonics->phase : 0;
        assert_int_equal(harmonics->cell[place][0].code, 2 * phase);
        assert_int_equal(harmonics->cell[place][1].code, 2 * phase + 1);
    }
}

/* What has been written into the memory, the sample interrupt writes nowhere but into the track. */
static void whatever_the_memory_says_frames_stay_inside(void **state)
{
    (void)state;
    struct guarded {
        uint8_t before[64];
        struct harmonics harmonics;
        uint8_t after[64];
    };
    struct guarded *guarded = malloc(sizeof *guarded);
    int32_t *frame = malloc(LEGAL_CHANNELS * sizeof *frame); /* no more of it can be read */
    uint8_t untouched[64];
    memset(untouched, 0x5A, sizeof untouched);
    uint32_t random = 1;
    for (int channel = 0; channel < LEGAL_CHANNELS; channel++) {
        frame[channel] = channel;
    }
    for (int n = 0; n < 100000; n++) {
        memset(guarded->before, 0x5A, sizeof guarded->before);
        memset(guarded->after, 0x5A, sizeof guarded->after);
        (void)next_random(&random);
        guarded->harmonics.state = (uint8_t)(n % 4);
        guarded->harmonics.phase = (uint8_t)(random >> 13);
        guarded->harmonics.frame = random;
        guarded->harmonics.begin = random - (uint32_t)(n % 3000) + (random >> 24);
        harmonics_take(&guarded->harmonics, frame);
        assert_memory_equal(guarded->before, untouched, sizeof untouched);
        assert_memory_equal(guarded->after, untouched, sizeof untouched);
        assert_int_equal(guarded->harmonics.frame, random + 1);
        assert_taken(&guarded->harmonics, random);
    }
    free(frame);
    free(guarded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_has_a_place_of_its_own),
        cmocka_unit_test(it_is_the_discrete_fourier_transform),
        cmocka_unit_test(a_line_stays_alone),
        cmocka_unit_test(points_are_on_the_wave),
        cmocka_unit_test(whatever_the_memory_says_frames_stay_inside),
    };
    return cmocka_run_group_tests_name("harmonics_transform", tests, NULL, NULL);
}
