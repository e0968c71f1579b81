#include "test/arm/measure.h"

#include "product/product.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A half period is measured together with the one before, and begins at a zero. */
enum { FIRST_HALF = 3 };

/* The rate changes so often: now and then twice within a window. */
enum { RATE_FRAMES = 1021 };

/* Every correction at work. */
static const struct legal_calibration calibration = {
    .phase = {
        {.u_gain_ppb = 1234567, .i_gain_ppb = -765432, .angle_nrad = 87654, .i_noise_na = 1000},
        {.u_gain_ppb = -55555, .i_gain_ppb = 99999, .angle_nrad = -12345, .u_noise_uv = 2000},
        {.p_offset_uw = 1500, .q_offset_uvar = -900, .angle_nrad = 3},
    }};

bool measure_config(const char *name, struct legal_config *config)
{
    const struct product *product = product_find(name);
    if (product) {
        *config = product->legal->config;
        config->sinc3 = config->phases == 3;
    }
    return product != NULL;
}

void measure_init(struct measure *measure, const struct legal_config *config)
{
    *measure = (struct measure){.config = *config};
    for (unsigned phase = 0; phase < config->phases; phase++) {
        measure->printed_half[phase] = FIRST_HALF - 1;
    }
    legal_init(&measure->legal, &measure->config, &calibration);
    harmonics_begin(&measure->harmonics, &measure->config);
}

void measure_count_pulses(struct measure *measure, unsigned fired)
{
    for (unsigned output = 0; fired != 0; output++, fired >>= 1) {
        if (fired & 1) {
            measure->pulses[output]++;
            measure->pulse_frames[output] += measure->frame;
        }
    }
    if (measure->frame % RATE_FRAMES == 0) {
        legal_rate_select(&measure->legal, 1 + measure->frame / RATE_FRAMES % LEGAL_RATES);
    }
    measure->frame++;
}

static void print_phase(const struct legal_phase *phase)
{
    printf("  %" PRId64 " uV %" PRId64 " nA %" PRId64 " uW %" PRId64 " uW1 %" PRId64
           " uvar1 %" PRId64 " uVA",
           phase->u_uv, phase->i_na, phase->p_uw, phase->p1_uw, phase->q1_uvar, phase->s_uva);
    printf(" %" PRId32 " ppm %" PRId32 " %" PRId32 " udeg alive %d direction %d\n", phase->pf_ppm,
           phase->angle_ui_udeg, phase->angle_uu_udeg, phase->alive, (int)phase->direction);
}

static void print_window(const struct legal_snapshot *snapshot, unsigned phases)
{
    const struct legal_total *total = &snapshot->total;
    printf("window %" PRIu32 " from %" PRId64 "+%" PRIu32 " to %" PRId64 "+%" PRIu32,
           snapshot->window, snapshot->start.frame, snapshot->start.fraction, snapshot->end.frame,
           snapshot->end.fraction);
    printf(" locked %d %" PRId64 " uHz missing %d\n", snapshot->locked, snapshot->f_uhz,
           snapshot->missing);
    for (unsigned i = 0; i < phases; i++) {
        print_phase(&snapshot->phase[i]);
    }
    printf("  total %" PRId64 " nA %" PRId64 " uW %" PRId64 " uW1 %" PRId64 " uvar1 %" PRId64
           " uVA %" PRId32 " ppm direction %d\n",
           total->i_na, total->p_uw, total->p1_uw, total->q1_uvar, total->s_uva, total->pf_ppm,
           (int)total->direction);
}

/* The half periods of a phase that ended well before the window did: known by then to whoever
 * prints, however late the main loop comes. */
static void print_halves(struct measure *measure, unsigned phase, int64_t before_frame)
{
    enum { MARGIN_FRAMES = 200 };
    uint32_t number = measure->printed_half[phase - 1] + 1;
    struct legal_half half;
    while (legal_half(&measure->legal, phase, number, &half) == 0 &&
           half.end.frame < before_frame - MARGIN_FRAMES) {
        printf("  half %u.%" PRIu32 " %" PRId64 "+%" PRIu32 " %" PRId64 " uV\n", phase, number,
               half.end.frame, half.end.fraction, half.u_uv);
        measure->printed_half[phase - 1] = number++;
    }
}

void measure_print_new(struct measure *measure)
{
    struct legal_snapshot snapshot;
    legal_read(&measure->legal, &snapshot);
    if (snapshot.window == measure->printed_window) {
        return;
    }
    measure->printed_window = snapshot.window;
    unsigned phases = measure->config.phases;
    print_window(&snapshot, phases);
    for (unsigned phase = 1; phase <= phases; phase++) {
        print_halves(measure, phase, snapshot.end.frame);
    }
}

/* The phase whose window was the last. */
static unsigned newest_phase(const struct measure *measure)
{
    unsigned newest = 1;
    for (unsigned phase = 2; phase <= measure->config.phases; phase++) {
        const struct harmonics_spectrum *spectrum = measure->harmonics.spectrum;
        newest = spectrum[phase - 1].window > spectrum[newest - 1].window ? phase : newest;
    }
    return newest;
}

uint32_t measure_harmonics(struct measure *measure, bool *found)
{
    const struct harmonics_spectrum *spectrum = measure->harmonics.spectrum;
    uint32_t before = spectrum[newest_phase(measure) - 1].window;
    uint32_t wait = harmonics_step(&measure->harmonics, &measure->legal);
    *found = spectrum[newest_phase(measure) - 1].window != before;
    return wait;
}

void measure_print_harmonics(const struct measure *measure)
{
    unsigned phase = newest_phase(measure);
    printf("harmonics of %u in window %" PRIu32 ":", phase,
           measure->harmonics.spectrum[phase - 1].window);
    for (unsigned order = 1; order <= HARMONICS_ORDERS; order++) {
        int64_t u_uv;
        int64_t i_na;
        if (harmonics_order(&measure->harmonics, &measure->legal, phase, order, &u_uv, &i_na) ==
            0) {
            printf(" %" PRId64 " %" PRId64, u_uv, i_na);
        }
    }
    int32_t ppm;
    printf(" thd %" PRId32,
           harmonics_thd_u_ppm(&measure->harmonics, &measure->legal, phase, &ppm) == 0 ? ppm : -1);
    printf(" %" PRId32 "\n",
           harmonics_thd_i_ppm(&measure->harmonics, &measure->legal, phase, &ppm) == 0 ? ppm : -1);
}

void measure_print_totals(const struct measure *measure)
{
    for (unsigned phase = 0; phase <= measure->config.phases; phase++) {
        printf("energies of %u:", phase);
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            printf(" %" PRId64, legal_energy_uws(&measure->legal, phase, energy));
        }
        printf("\n");
    }
    for (unsigned rate = 1; rate <= LEGAL_RATES; rate++) {
        printf("energies of rate %u:", rate);
        for (unsigned energy = 0; energy < LEGAL_ENERGIES; energy++) {
            printf(" %" PRId64, legal_rate_energy_uws(&measure->legal, rate, energy));
        }
        printf("\n");
    }
    for (unsigned output = 0; output < LEGAL_PULSES; output++) {
        printf("pulses of %u: %" PRIu32 " = %" PRIu32 ", at %" PRIu64 "\n", output,
               measure->pulses[output], legal_pulses(&measure->legal, output),
               measure->pulse_frames[output]);
    }
    printf("frames: %" PRIu64 "\n", measure->frame);
}
