#include "stand/stand.h"

#include "world/random.h"

#include <math.h>
#include <string.h>

enum { STREAM_TOLERANCE = 2000 };

/* Bounds within which parts of one design differ, evenly spread. */
struct tolerance {
    double gain;
    double lag_us;
    double offset; /* of full scale */
    double ppm_per_k;
    double ppb_per_k2;
    double lag_ns_per_k;
    double crosstalk; /* of full scale: 2e-6 is -114 dB */
};

static const struct tolerance of_voltage = {.gain = 0.01,
                                            .lag_us = 2,
                                            .offset = 1e-4,
                                            .ppm_per_k = 10,
                                            .ppb_per_k2 = 30,
                                            .lag_ns_per_k = 2};

static const struct tolerance of_current = {.gain = 0.02,
                                            .lag_us = 3,
                                            .offset = 1e-4,
                                            .ppm_per_k = 15,
                                            .ppb_per_k2 = 50,
                                            .lag_ns_per_k = 5,
                                            .crosstalk = 2e-6};

struct draw {
    uint64_t seed;
    uint64_t index;
};

static double drawn(struct draw *draw, double bound)
{
    uint64_t hash = random_hash(draw->seed, STREAM_TOLERANCE, draw->index++);
    return bound * (2 * random_unit(hash) - 1);
}

static struct world_channel channel_of(struct draw *draw, const struct tolerance *t,
                                       double full_scale)
{
    struct world_channel channel = {.gain_error = drawn(draw, t->gain)};
    channel.lag_us = drawn(draw, t->lag_us);
    channel.offset = drawn(draw, t->offset) * full_scale;
    channel.gain_drift.ppm_per_k = drawn(draw, t->ppm_per_k);
    channel.gain_drift.ppb_per_k2 = drawn(draw, t->ppb_per_k2);
    channel.lag_ns_per_k = drawn(draw, t->lag_ns_per_k);
    channel.offset_per_k = drawn(draw, t->offset) * full_scale / 100;
    channel.from_voltage = drawn(draw, t->crosstalk);
    channel.from_voltage_capacitive = drawn(draw, t->crosstalk);
    channel.from_current = drawn(draw, t->crosstalk);
    return channel;
}

const char *stand_sensor_of(const struct product *product)
{
    if (product->legal->config.transformers) {
        return "ct-plain";
    }
    return product->legal->config.phases == 1 ? "shunt" : "ct";
}

static void draw_channels(struct stand_specimen *specimen, uint64_t seed,
                          const struct world_sensor *sensor)
{
    struct draw draw = {.seed = seed};
    struct world_frontend *frontend = &specimen->frontend;
    for (unsigned p = 0; p < specimen->config.phases; p++) {
        frontend->u[p] = channel_of(&draw, &of_voltage, frontend->u_full_scale_mv * 1e-3);
        frontend->i[p] = channel_of(&draw, &of_current, frontend->i_full_scale_ma * 1e-3);
        frontend->u[p].sensor = world_sensor_find("divider");
        frontend->i[p].sensor = sensor;
    }
}

int stand_make(struct stand_specimen *specimen, const struct stand_making *making)
{
    const struct product *product = making->product;
    const char *name = making->sensor ? making->sensor : stand_sensor_of(product);
    const struct world_sensor *sensor = world_sensor_find(name);
    if (!sensor) {
        return -1;
    }
    *specimen = (struct stand_specimen){
        .product = product,
        .config = product->legal->config,
        .transformers = {{1, 1}, {1, 1}},
        .told = {{1, 1}, {1, 1}},
        .frontend = {.sampling = WORLD_SAMPLING_SINC3,
                     .u_full_scale_mv = product->legal->config.u_full_scale_mv,
                     .i_full_scale_ma = product->legal->config.i_full_scale_ma},
    };
    specimen->config.sinc3 = true;
    if (making->nominal_hz != 0) {
        specimen->config.nominal_hz = making->nominal_hz;
    }
    if (making->seed != 0) {
        draw_channels(specimen, making->seed, sensor);
    }
    for (unsigned p = 0; p < specimen->config.phases; p++) {
        specimen->frontend.u[p].snr_db = making->snr_db;
        specimen->frontend.i[p].snr_db = making->snr_db;
    }
    return 0;
}
