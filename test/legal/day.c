#include "test/legal/day.h"

#include "test/legal/rig.h"

#include <math.h>

#define TURN (2 * 3.14159265358979323846)

enum { BLOCK_FRAMES = 1024 };

static const double u_rms = 230;

/* A stretch of time in which nothing changes, and the voltage's angle at its beginning, which is
 * half a frame before its first frame. */
struct stretch {
    int64_t frames;
    int64_t load_left; /* frames until the load changes */
    int64_t hz_left;   /* and until the frequency does */
    double hz;
    double i_rms;
    double lag_turns;
    double turns;
};

static double random_between(uint64_t *seed, double low, double high)
{
    *seed = *seed * 6364136223846793005 + 1442695040888963407;
    return low + (high - low) * (double)(*seed >> 11) / 9007199254740992.0;
}

/* A load lasts half a second to three seconds: 20 mA to 60 A, evenly over the decades; PF 1 to
 * 0.25. The frequency takes a step each second. */
static void next_stretch(struct stretch *s, uint64_t *seed, double walk_hz)
{
    if (s->load_left == 0) {
        s->load_left = (int64_t)random_between(seed, 4096, 24576);
        s->i_rms = 0.02 * pow(3000, random_between(seed, 0, 1));
        s->lag_turns = random_between(seed, 0, 0.21);
    }
    if (s->hz_left == 0) {
        s->hz_left = LEGAL_FRAME_HZ;
        s->hz += random_between(seed, -walk_hz, walk_hz);
        s->hz = fmin(50.1, fmax(49.9, s->hz));
    }
    s->frames = s->load_left < s->hz_left ? s->load_left : s->hz_left;
    s->load_left -= s->frames;
    s->hz_left -= s->frames;
}

/* The integrals over the stretch of u * i, and of i times the voltage a quarter of a period late:
 * 2 cos(a) cos(a - lag) = cos(lag) + cos(2a - lag), 2 sin(a) cos(a - lag) = sin(lag) + ... */
static void integrate(struct day *day, const struct stretch *s)
{
    double seconds = (double)s->frames / LEGAL_FRAME_HZ;
    double begin = TURN * (2 * s->turns - s->lag_turns);
    double end = begin + TURN * 2 * s->hz * seconds;
    double cos_swing = (sin(end) - sin(begin)) / (TURN * 2 * s->hz);
    double sin_swing = (cos(begin) - cos(end)) / (TURN * 2 * s->hz);
    double va = u_rms * s->i_rms;
    day->true_active_ws += va * (cos(TURN * s->lag_turns) * seconds + cos_swing);
    day->true_reactive_ws += va * (sin(TURN * s->lag_turns) * seconds + sin_swing);
}

/* Frames from `from` on, by a phasor that turns from frame to frame. */
static void synthesise(const struct rig *rig, const struct stretch *s, int64_t from, int count,
                       int32_t *frames)
{
    double step = TURN * s->hz / LEGAL_FRAME_HZ;
    double angle = TURN * s->turns + step * ((double)from + 0.5);
    double u_scale = u_rms * sqrt(2) / (rig->config.u_full_scale_mv * 1e-3) * 8388608;
    double i_scale = s->i_rms * sqrt(2) / (rig->config.i_full_scale_ma * 1e-3) * 8388608;
    double i_cos = i_scale * cos(TURN * s->lag_turns);
    double i_sin = i_scale * sin(TURN * s->lag_turns);
    double c = cos(angle);
    double sn = sin(angle);
    for (int k = 0; k < count; k++) {
        frames[2 * k] = (int32_t)lrint(u_scale * c);
        frames[2 * k + 1] = (int32_t)lrint(i_cos * c + i_sin * sn);
        double next = c * cos(step) - sn * sin(step);
        sn = sn * cos(step) + c * sin(step);
        c = next;
    }
}

static void play(struct rig *rig, struct stretch *s)
{
    static int32_t frames[2 * BLOCK_FRAMES];
    for (int64_t done = 0; done < s->frames; done += BLOCK_FRAMES) {
        int64_t left = s->frames - done;
        int count = (int)(left < BLOCK_FRAMES ? left : BLOCK_FRAMES);
        synthesise(rig, s, done, count, frames);
        legal_frames(&rig->legal, frames, (size_t)count);
    }
    s->turns += s->hz * (double)s->frames / LEGAL_FRAME_HZ;
    s->turns -= floor(s->turns);
}

struct day day_run(double hours, double walk_hz)
{
    struct rig rig = rig_of(1, 50);
    struct day day = {0};
    struct stretch s = {.hz = 50, .turns = 0.3};
    uint64_t seed = 1;
    int64_t frames_left = (int64_t)(hours * 3600 * LEGAL_FRAME_HZ);
    rig_begin(&rig);
    while (frames_left > 0) {
        next_stretch(&s, &seed, walk_hz);
        frames_left -= s.frames;
        integrate(&day, &s);
        play(&rig, &s);
    }
    s.i_rms = 0;
    s.frames = LEGAL_FRAME_HZ;
    play(&rig, &s);
    day.active_ws = rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_IMPORT) -
                    rig_energy_ws(&rig, 0, LEGAL_ENERGY_A_EXPORT);
    day.reactive_ws =
        rig_energy_ws(&rig, 0, LEGAL_ENERGY_R1) + rig_energy_ws(&rig, 0, LEGAL_ENERGY_R2) -
        rig_energy_ws(&rig, 0, LEGAL_ENERGY_R3) - rig_energy_ws(&rig, 0, LEGAL_ENERGY_R4);
    return day;
}
