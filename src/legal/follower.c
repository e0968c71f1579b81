#include "legal/elementary.h"
#include "legal/steps.h"

static const double coarse_limit_hz = 1.0;  /* further off than this: the fine one is wrong */
static const double locked_limit_hz = 0.25; /* nearer than this: windows of whole periods */
static const double calm_limit_hz = 0.05;   /* so much so that their means are direct current */
static const double ramp_limit_hz = 0.4;    /* change per window: 2 Hz/s */
static const double ramp_spread_hz = 0.1;

static double magnitude(double x)
{
    return x < 0 ? -x : x;
}

void legal_follower_init(struct legal_follower *follower, const struct legal_config *config)
{
    *follower = (struct legal_follower){
        .hz = config->nominal_hz,
        .hz_before = config->nominal_hz,
        .measured_hz = config->nominal_hz,
    };
}

double legal_follower_frames(const struct legal_follower *follower)
{
    double fraction = (double)follower->end.fraction - (double)follower->start.fraction;
    return (double)(int32_t)(follower->end.frame - follower->start.frame) + fraction / 4294967296.0;
}

static double within_range(double hz, double nominal_hz)
{
    double low = nominal_hz * 0.8;
    double high = nominal_hz * 1.2;
    return hz < low ? low : hz > high ? high : hz;
}

/* From the zeros of the watched phase: good to 0.1 Hz, and true however far the follower is off;
 * 0: too few of them, or too many to be those of the fundamental. */
static double coarse_hz(const struct legal_crossings *crossings, double nominal_hz)
{
    if (crossings->count < 6) {
        return 0;
    }
    double halves = crossings->count - 2;
    double hz = halves / 2 * LEGAL_FRAME_HZ / (crossings->last - crossings->first);
    return hz == within_range(hz, nominal_hz) ? hz : 0;
}

/* The first phase whose angle is known from this window and the one before; or none. */
static int steady_phase(const struct legal *legal, const struct legal_measure *measures)
{
    for (int phase = 0; phase < legal->config->phases; phase++) {
        if (measures[phase].alive && legal->past[phase].angle_known) {
            return phase;
        }
    }
    return -1;
}

/* The mean phase of the window against its start. The follower's own speed changed at the kink. */
static double middle_turns(const struct legal_follower *f, double frames, double periods)
{
    double at_kink = f->kink * f->hz_before / LEGAL_FRAME_HZ;
    double area = f->kink * at_kink + (frames - f->kink) * (at_kink + periods);
    return area / (2 * frames);
}

/* Between the middles of two windows the follower has turned by what it was told to, and the mains
 * by that and the change of their angle. */
static double fine_hz(const struct legal *legal, const struct legal_measure *measures, int phase,
                      double middle, double frames)
{
    double slip = measures[phase].angle_turns - legal->past[phase].angle_turns;
    slip -= (double)legal_round(slip);
    double turns = legal->follower.turns_before + middle + slip;
    return turns / ((frames + legal->follower.frames_before) / 2) * LEGAL_FRAME_HZ;
}

/* Where the frequency will be in the middle of the next plan, if it goes on as it did. */
static double predicted_hz(struct legal_follower *f, double hz, double frames)
{
    double change = hz - f->measured_hz;
    bool ramp = f->steady >= 2 && magnitude(change) < ramp_limit_hz &&
                magnitude(change - f->change_hz) < ramp_spread_hz;
    f->change_hz = change;
    f->measured_hz = hz;
    f->steady++;
    return ramp ? hz + change * (1.5 + LEGAL_WINDOW_DEADLINE / frames) : hz;
}

static void remember_angles(struct legal *legal, const struct legal_measure *measures, bool jumped)
{
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        legal->past[phase].angle_turns = measures[phase].angle_turns;
        legal->past[phase].angle_known = measures[phase].alive && !jumped;
    }
}

/* What a window says of the frequency. */
struct sight {
    double followed_hz; /* where the follower was */
    double coarse_hz;
    double fine_hz;
    bool jumped;   /* the mains have left the follower behind: the coarse one is right */
    bool measured; /* the fine one is */
};

static struct sight look(const struct legal *legal, const struct legal_measure *measures,
                         double middle, double frames)
{
    double periods = legal_window_periods(legal->config);
    int phase = steady_phase(legal, measures);
    struct sight sight = {
        .followed_hz = periods / frames * LEGAL_FRAME_HZ,
        .coarse_hz = coarse_hz(&legal->edge.crossings, legal->config->nominal_hz),
    };
    sight.fine_hz =
        phase >= 0 ? fine_hz(legal, measures, phase, middle, frames) : sight.followed_hz;
    sight.jumped =
        sight.coarse_hz > 0 && magnitude(sight.coarse_hz - sight.fine_hz) > coarse_limit_hz;
    sight.measured = phase >= 0 && !sight.jumped;
    return sight;
}

static double next_hz(struct legal_follower *f, const struct sight *sight, double frames)
{
    f->known = sight->measured || (f->known && !sight->jumped);
    if (sight->measured) {
        return predicted_hz(f, sight->fine_hz, frames);
    }
    f->steady = 0;
    return sight->jumped ? sight->coarse_hz : f->hz;
}

void legal_follow(struct legal *legal, const struct legal_measure *measures)
{
    struct legal_follower *f = &legal->follower;
    double frames = legal_follower_frames(f);
    double periods = legal_window_periods(legal->config);
    double middle = middle_turns(f, frames, periods);
    struct sight sight = look(legal, measures, middle, frames);
    double off_hz = magnitude(sight.fine_hz - sight.followed_hz);
    double hz = next_hz(f, &sight, frames);
    f->locked = sight.measured && off_hz < locked_limit_hz;
    f->calm = sight.measured && off_hz < calm_limit_hz;
    f->calms += f->calm && f->calms < LEGAL_CALMS;
    f->hz_before = f->hz;
    f->hz = within_range(hz, legal->config->nominal_hz);
    f->frames_before = frames;
    f->turns_before = periods - middle;
    remember_angles(legal, measures, sight.jumped);
}
