/* What the metrology core costs on the host: times real time on one core, front end not counted. */
#include "bench/bench.h"
#include "legal/legal.h"

#include <math.h>
#include <stdlib.h>

enum { FRAMES = LEGAL_FRAME_HZ, RUNS = 15, SECONDS_PER_RUN = 200, DIRECT_PER_RUN = 1000000 };

static const struct legal_calibration calibration;

static struct legal_config config_of(uint8_t phases, bool sinc3)
{
    return (struct legal_config){
        .phases = phases,
        .nominal_hz = 50,
        .sinc3 = sinc3,
        .u_nominal_mv = 230000,
        .u_full_scale_mv = 500000,
        .i_full_scale_ma = 170000,
        .i_start_ua = 20000,
        .pulses_per_kwh = 1000,
        .pulses_per_kvarh = 1000,
    };
}

/* One second of 50 Hz, which fits its own end. */
static void synthesise(int32_t *frames, int phases)
{
    for (int k = 0; k < FRAMES; k++) {
        for (int p = 0; p < phases; p++) {
            double angle = 2 * 3.14159265358979323846 * (50.0 * k / LEGAL_FRAME_HZ - p / 3.0);
            frames[2 * (k * phases + p)] = (int32_t)lrint(5.4e6 * cos(angle));
            frames[2 * (k * phases + p) + 1] = (int32_t)lrint(1.3e6 * cos(angle - 0.7));
        }
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, RUNS, sizeof *values, ascending);
    return values[RUNS / 2];
}

static double realtime_factor(uint8_t phases, bool sinc3)
{
    static int32_t frames[FRAMES * LEGAL_CHANNELS];
    static struct legal legal;
    struct legal_config config = config_of(phases, sinc3);
    double factors[RUNS];
    synthesise(frames, phases);
    legal_init(&legal, &config, &calibration);
    for (int run = 0; run < RUNS; run++) {
        double begin_s = bench_now_s();
        for (int second = 0; second < SECONDS_PER_RUN; second++) {
            legal_frames(&legal, frames, FRAMES);
        }
        factors[run] = SECONDS_PER_RUN / (bench_now_s() - begin_s);
    }
    return median(factors);
}

/* Nanoseconds of an interval of three phases, straight from phasors. */
static double direct_ns(void)
{
    static struct legal legal;
    struct legal_config config = config_of(3, false);
    struct legal_interval interval = {.frames = LEGAL_FRAME_HZ, .f_uhz = 50000000};
    double times_ns[RUNS];
    for (int p = 0; p < LEGAL_PHASES; p++) {
        interval.phase[p] = (struct legal_phase){
            .u_uv = 230000000, .i_na = 5000000000, .p_uw = 1000000000, .p1_uw = 1000000000};
    }
    legal_init(&legal, &config, &calibration);
    for (int run = 0; run < RUNS; run++) {
        double begin_s = bench_now_s();
        for (int n = 0; n < DIRECT_PER_RUN; n++) {
            legal_direct(&legal, &interval, NULL);
        }
        times_ns[run] = (bench_now_s() - begin_s) / DIRECT_PER_RUN * 1e9;
    }
    return median(times_ns);
}

int main(void)
{
    struct bench bench = bench_begin("metrology");
    bench_higher(&bench, "metrology.core_1phase_realtime_factor", realtime_factor(1, false), "x",
                 3000);
    bench_higher(&bench, "metrology.core_3phase_realtime_factor", realtime_factor(3, false), "x",
                 BENCH_NO_GOAL);
    bench_higher(&bench, "metrology.core_3phase_droop_realtime_factor", realtime_factor(3, true),
                 "x", BENCH_NO_GOAL);
    bench_lower(&bench, "metrology.direct_interval_ns", direct_ns(), "ns", BENCH_NO_GOAL);
    bench_lower(&bench, "metrology.state_octets", (double)sizeof(struct legal), "octets",
                BENCH_NO_GOAL);
    return bench_end(&bench);
}
