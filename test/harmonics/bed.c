#include "test/harmonics/bed.h"

#include "test/unit.h"

#include <math.h>
#include <stdlib.h>

static const double u_codes = 8388608 / 500.0;
static const double i_codes = 8388608 / 170.0;

struct bed *bed_new(uint8_t phases, double hz, bool sinc3)
{
    const struct legal_calibration ideal = {0};
    struct bed *bed = calloc(1, sizeof *bed);
    bed->config = (struct legal_config){
        .phases = phases,
        .nominal_hz = hz > 58 ? 60 : 50,
        .sinc3 = sinc3,
        .u_nominal_mv = 230000,
        .u_full_scale_mv = 500000,
        .i_full_scale_ma = 170000,
        .i_start_ua = 20000,
        .pulses_per_kwh = 1000,
        .pulses_per_kvarh = 1000,
    };
    bed->hz = hz;
    bed->u[1] = 230;
    bed->i[1] = 10;
    legal_init(&bed->legal, &bed->config, &ideal);
    harmonics_begin(&bed->harmonics, &bed->config);
    return bed;
}

static double droop(const struct bed *bed, double hz)
{
    double x = acos(-1) * hz / LEGAL_FRAME_HZ;
    return bed->config.sinc3 ? pow(sin(x) / x, 3) : 1;
}

/* Each order at an angle of its own. */
static void prepare(struct bed *bed)
{
    for (int order = 1; order <= HARMONICS_ORDERS; order++) {
        double passes = droop(bed, order * bed->hz) * sqrt(2);
        double u_angle = order;
        double i_angle = -0.3 * order * order;
        double *wave = bed->wave[order];
        wave[0] = passes * bed->u[order] * cos(u_angle) * u_codes;
        wave[1] = -passes * bed->u[order] * sin(u_angle) * u_codes;
        wave[2] = passes * bed->i[order] * cos(i_angle) * i_codes;
        wave[3] = -passes * bed->i[order] * sin(i_angle) * i_codes;
    }
}

/* Orders turn in whole multiples of the first. */
static void sample(const struct bed *bed, unsigned phase, double *u, double *i)
{
    bool pure = bed->only_phase != 0 && bed->only_phase != phase + 1;
    double angle = 2 * acos(-1) * (bed->turns - phase / 3.0);
    double c = cos(angle);
    double s = sin(angle);
    double cosine = 1;
    double sine = 0;
    for (int order = 1; order <= (pure ? 1 : HARMONICS_ORDERS); order++) {
        const double *wave = bed->wave[order];
        double next = cosine * c - sine * s;
        sine = sine * c + cosine * s;
        cosine = next;
        *u += wave[0] * cosine + wave[1] * sine;
        *i += wave[2] * cosine + wave[3] * sine;
    }
}

void bed_feed(struct bed *bed)
{
    int32_t frame[LEGAL_CHANNELS];
    double t = (double)bed->frame++ / LEGAL_FRAME_HZ;
    for (unsigned phase = 0; phase < bed->config.phases; phase++) {
        double u = bed->line_v * sqrt(2) * cos(2 * acos(-1) * bed->line_hz * t) * u_codes;
        double i = 0;
        sample(bed, phase, &u, &i);
        frame[2 * phase] = (int32_t)lrint(u);
        frame[2 * phase + 1] = (int32_t)lrint(i);
    }
    bed->hz += bed->walk_hz_per_s / LEGAL_FRAME_HZ;
    bed->turns += bed->hz / LEGAL_FRAME_HZ;
    legal_samples(&bed->legal, frame);
    harmonics_take(&bed->harmonics, frame);
    if (legal_window_due(&bed->legal)) {
        legal_window(&bed->legal);
    }
}

uint32_t bed_newest(const struct bed *bed)
{
    uint32_t newest = 0;
    for (unsigned p = 0; p < bed->config.phases; p++) {
        uint32_t window = bed->harmonics.spectrum[p].window;
        newest = window > newest ? window : newest;
    }
    return newest;
}

unsigned bed_live(struct bed *bed, double seconds, unsigned every)
{
    unsigned analysed = 0;
    long end = bed->frame + (long)(seconds * LEGAL_FRAME_HZ);
    prepare(bed);
    while (bed->frame < end) {
        bed_feed(bed);
        if (bed->frame % every == 0) {
            uint32_t before = bed_newest(bed);
            (void)harmonics_step(&bed->harmonics, &bed->legal);
            analysed += bed_newest(bed) != before;
        }
    }
    return analysed;
}

static void assert_phase(const struct bed *bed, unsigned p)
{
    double uu = 0;
    double ii = 0;
    for (unsigned order = 1; order <= HARMONICS_ORDERS; order++) {
        int64_t u_uv;
        int64_t i_na;
        assert_int_equal(harmonics_order(&bed->harmonics, &bed->legal, p, order, &u_uv, &i_na), 0);
        assert_true(fabs((double)u_uv * 1e-6 - bed->u[order]) < 1e-5 * bed->u[1]);
        assert_true(fabs((double)i_na * 1e-9 - bed->i[order]) < 1e-5 * bed->i[1]);
        uu += order > 1 ? bed->u[order] * bed->u[order] : 0;
        ii += order > 1 ? bed->i[order] * bed->i[order] : 0;
    }
    int32_t ppm;
    assert_int_equal(harmonics_thd_u_ppm(&bed->harmonics, &bed->legal, p, &ppm), 0);
    assert_true(fabs(ppm - 1e6 * sqrt(uu) / bed->u[1]) < 100);
    assert_int_equal(harmonics_thd_i_ppm(&bed->harmonics, &bed->legal, p, &ppm), 0);
    assert_true(fabs(ppm - 1e6 * sqrt(ii) / bed->i[1]) < 100);
}

void bed_assert_orders(const struct bed *bed)
{
    for (unsigned p = 1; p <= bed->config.phases; p++) {
        assert_phase(bed, p);
    }
}
