#include "stand/stand.h"

#include <math.h>
#include <stdlib.h>

enum { SETTLE_WINDOWS = 40, FRAMES_AT_ONCE = 64 };

/* Each step averages so long that what noise leaves is below the error aimed at; an offset is
 * small.
 */
static const double step_s = 60;
static const double offset_s = 960;

/* Points of the procedure; currents by the reference current. */
static const struct {
    enum legal_step step;
    double i;
    double lag_deg;
    double hz; /* by nominal */
    double warm_k;
} plan[STAND_FACTORY_STEPS] = {
    {LEGAL_STEP_OFFSET, 0, 0, 1, 0},       {LEGAL_STEP_GAIN, 1, 0, 1, 0},
    {LEGAL_STEP_ANGLE, 1, 60, 1, 0},       {LEGAL_STEP_FREQUENCY, 1, 60, 0.95, 0},
    {LEGAL_STEP_OFFSET, 0, 0, 1, 0},       {LEGAL_STEP_TEMPERATURE, 1, 0, 1, -40},
    {LEGAL_STEP_TEMPERATURE, 1, 0, 1, 35},
};

static struct world_point point_of(const struct stand_specimen *specimen,
                                   const struct stand_step *step)
{
    struct world_point point = {.frequency_hz = step->hz};
    for (unsigned p = 0; p < specimen->config.phases; p++) {
        point.phase[p] = (struct world_point_phase){
            .u_v = specimen->config.u_nominal_mv * 1e-3,
            .u_deg = -120.0 * p,
            .i_a = step->i_a,
            .lag_deg = step->lag_deg,
        };
    }
    return point;
}

/* Until another window has been computed. */
static void next_window(struct world *world, struct legal *legal)
{
    struct legal_snapshot snapshot;
    legal_read(legal, &snapshot);
    for (uint32_t window = snapshot.window; snapshot.window == window;) {
        int32_t frames[FRAMES_AT_ONCE * LEGAL_CHANNELS];
        world_frames(world, frames, FRAMES_AT_ONCE);
        legal_frames(legal, frames, FRAMES_AT_ONCE);
        legal_read(legal, &snapshot);
    }
}

/* The reference standard has no error here. */
static void read_reference(const struct world *world, unsigned phases,
                           struct legal_reference reference[LEGAL_PHASES])
{
    struct world_quantities truth;
    world_now(world, &truth);
    for (unsigned p = 0; p < phases; p++) {
        reference[p] = (struct legal_reference){
            .u_uv = llround(truth.phase[p].u_v * 1e6),
            .i_na = llround(truth.phase[p].i_a * 1e9),
            .p1_uw = llround(truth.phase[p].p1_w * 1e6),
            .q1_uvar = llround(truth.phase[p].q1_var * 1e6),
        };
    }
}

static int run_step(const struct stand_specimen *specimen, struct legal *legal,
                    struct legal_adjust *adjust, struct stand_step *step)
{
    struct world_frontend frontend = specimen->frontend;
    struct world_point point = point_of(specimen, step);
    frontend.temperature_k = step->warm_k;
    const struct world_options options = {
        .phases = specimen->config.phases,
        .point = &point,
        .frontend = &frontend,
        .seed = 77 + (uint64_t)step->step,
    };
    struct world *world;
    char error[WORLD_ERROR_SIZE];
    struct legal_reference reference[LEGAL_PHASES];
    if (world_open(&world, &options, error, sizeof error) != 0) {
        return -1;
    }
    legal_set_temperature(legal, LEGAL_REFERENCE_MC + (int32_t)lround(1000 * step->warm_k));
    for (int n = 0; n < SETTLE_WINDOWS; n++) {
        next_window(world, legal);
    }
    legal_adjust_begin(adjust, legal);
    double seconds = step->step == LEGAL_STEP_OFFSET ? offset_s : step_s;
    while (adjust->windows < seconds * 5) {
        next_window(world, legal);
        legal_adjust_collect(adjust, legal);
    }
    read_reference(world, specimen->config.phases, reference);
    world_close(world);
    return legal_adjust_end(adjust, legal, step->step, reference);
}

int stand_factory(const struct stand_specimen *specimen, struct legal *legal,
                  struct stand_protocol *protocol)
{
    struct legal_adjust adjust;
    legal_adjust_init(&adjust);
    *protocol = (struct stand_protocol){0};
    for (unsigned n = 0; n < STAND_FACTORY_STEPS; n++) {
        struct stand_step *step = &protocol->step[protocol->steps++];
        *step = (struct stand_step){
            .step = plan[n].step,
            .i_a = plan[n].i * stand_currents_of(specimen).reference,
            .lag_deg = plan[n].lag_deg,
            .hz = plan[n].hz * specimen->config.nominal_hz,
            .warm_k = plan[n].warm_k,
        };
        step->result = run_step(specimen, legal, &adjust, step);
        for (unsigned p = 0; p < LEGAL_PHASES; p++) {
            step->found[p] = adjust.found[p];
        }
        if (step->result != LEGAL_ADJUSTED) {
            return step->result;
        }
    }
    legal_set_temperature(legal, LEGAL_REFERENCE_MC);
    return LEGAL_ADJUSTED;
}

int stand_calibrate(struct stand_specimen *specimen, struct stand_protocol *protocol)
{
    struct legal *legal = calloc(1, sizeof *legal);
    if (!legal) {
        return -1;
    }
    legal_init(legal, &specimen->config, &specimen->calibration);
    int result = stand_factory(specimen, legal, protocol);
    specimen->calibration = legal_parameters(legal)->calibration;
    free(legal);
    return result;
}
