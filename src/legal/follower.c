#include "legal/elementary.h"
#include "legal/steps.h"

static const double coarse_limit_hz = 1.0;  /* further off than this: angles are ambiguous */
static const double locked_limit_hz = 0.25; /* nearer than this: windows of whole periods */
static const double calm_limit_hz = 0.02;   /* so much so that their means are direct current */
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
        .measured_s = 1.0 / config->nominal_hz,
        .proven_hz = config->nominal_hz,
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

/* Of whole half periods, none of which is shorter or weaker than the others: the voltage lasted all
 * through the window, and its angle did not jump. */
static bool regular(const struct legal_rhythm *r)
{
    return r->count >= 8 && r->longest - r->shortest < r->shortest / 32 &&
           r->weakest > r->strongest / 2;
}

/* Good to 0.05 Hz, and true however far the follower is off. */
static double rhythm_hz(const struct legal_rhythm *r)
{
    double frames = (double)(int64_t)(r->last - r->first) / 4294967296.0;
    return (r->count - 1 - LEGAL_RHYTHM_SKIPS) / 2.0 * LEGAL_FRAME_HZ / frames;
}

/* The phase to follow: one that lives and is regular, rather one whose angle was known before; or
 * none. */
static int phase_to_follow(const struct legal *legal, const struct legal_measure *measures)
{
    int found = -1;
    for (int phase = legal->config->phases - 1; phase >= 0; phase--) {
        bool good = measures[phase].alive && regular(&legal->edge.rhythm[phase]);
        bool better =
            found < 0 || legal->past[phase].angle_known || !legal->past[found].angle_known;
        found = good && better ? phase : found;
    }
    return found;
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

/* What a window says of the frequency. */
struct sight {
    double followed_hz; /* where the follower was */
    double hz;
    bool measured; /* hz is; else it is where the follower was */
    bool fine;     /* hz is from angles */
};

static struct sight look(const struct legal *legal, const struct legal_measure *measures,
                         double middle, double frames)
{
    double followed_hz = legal_window_periods(legal->config) / frames * LEGAL_FRAME_HZ;
    struct sight sight = {.followed_hz = followed_hz, .hz = followed_hz};
    int phase = phase_to_follow(legal, measures);
    double coarse = phase >= 0 ? rhythm_hz(&legal->edge.rhythm[phase]) : 0;
    if (coarse != within_range(coarse, legal->config->nominal_hz)) {
        return sight;
    }
    sight.measured = true;
    sight.hz = coarse;
    if (legal->past[phase].angle_known) {
        double fine = fine_hz(legal, measures, phase, middle, frames);
        sight.fine = magnitude(coarse - fine) < coarse_limit_hz;
        sight.hz = sight.fine ? fine : coarse;
    }
    return sight;
}

/* How much the frequency will change from the last window to the middle of the next plan, if it
 * goes on as it did. */
static double ramp_hz(struct legal_follower *f, double change_hz, double frames)
{
    bool ramp = f->steady >= 3 && magnitude(change_hz) < ramp_limit_hz &&
                magnitude(change_hz - f->change_hz) < ramp_spread_hz;
    f->change_hz = change_hz;
    return ramp ? change_hz * (1.5 + LEGAL_WINDOW_DEADLINE / frames) : 0;
}

/* A window without a frequency of its own, such as one in which the voltage died, also takes from
 * the window before what that may have seen of it. */
static double next_hz(struct legal_follower *f, const struct sight *sight, double frames)
{
    double before_hz = f->measured_hz;
    f->steady = sight->fine ? f->steady + 1 : 0;
    if (!sight->measured) {
        f->measured_hz = f->proven_hz;
        return f->proven_hz;
    }
    f->known = true;
    f->proven_hz = sight->fine ? before_hz : sight->hz;
    f->measured_hz = sight->hz;
    return sight->hz + ramp_hz(f, sight->hz - before_hz, frames);
}

static void remember_angles(struct legal *legal, const struct legal_measure *measures, bool near)
{
    for (unsigned phase = 0; phase < legal->config->phases; phase++) {
        legal->past[phase].angle_turns = measures[phase].angle_turns;
        legal->past[phase].angle_known =
            near && measures[phase].alive && regular(&legal->edge.rhythm[phase]);
    }
}

void legal_follow(struct legal *legal, const struct legal_measure *measures)
{
    struct legal_follower *f = &legal->follower;
    double frames = legal_follower_frames(f);
    double periods = legal_window_periods(legal->config);
    double middle = middle_turns(f, frames, periods);
    struct sight sight = look(legal, measures, middle, frames);
    double off_hz = magnitude(sight.hz - sight.followed_hz);
    f->whole = off_hz < locked_limit_hz && (sight.measured || f->known);
    double hz = next_hz(f, &sight, frames);
    f->measured_s = 1 / f->measured_hz;
    f->locked = sight.measured && f->whole;
    f->calm = sight.measured && off_hz < calm_limit_hz;
    f->calms += f->calm && f->calms < LEGAL_CALMS;
    f->hz_before = f->hz;
    f->hz = within_range(hz, legal->config->nominal_hz);
    f->frames_before = frames;
    f->turns_before = periods - middle;
    remember_angles(legal, measures, off_hz < coarse_limit_hz);
}
