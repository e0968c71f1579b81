#include "world/channel.h"

#include <string.h>

/* Typical figures of data sheets; none is of one particular part. */
static const struct world_sensor sensors[] = {
    {
        .name = "divider",
        .title = "voltage divider of thin film resistors",
        .gain = {.ppm_per_k = 10, .ppb_per_k2 = 30},
    },
    {
        .name = "shunt",
        .title = "shunt, 100 microohm, of manganin welded to copper",
        .inductive_us = 12,
        .heating_ppm = 150,
        .gain = {.ppm_per_k = 25, .ppb_per_k2 = -400},
    },
    {
        .name = "ct",
        .title = "current transformer 1:2500, tolerant to direct current",
        .lowest_hz = 3.9,
        .core_a = 90,
        .gain = {.ppm_per_k = 10},
        .corner_percent_per_k = 0.39,
    },
    {
        .name = "ct-plain",
        .title = "current transformer 1:2500 with a core of high permeability",
        .lowest_hz = 0.06,
        .core_a = 1,
        .gain = {.ppm_per_k = 5},
        .corner_percent_per_k = 0.39,
    },
    {
        .name = "rogowski",
        .title = "Rogowski coil with an integrator",
        .lowest_hz = 0.4,
        .noise_db = 6,
        .gain = {.ppm_per_k = 30, .ppb_per_k2 = 50},
    },
};

enum { SENSORS = sizeof sensors / sizeof sensors[0] };

const struct world_sensor *world_sensor(size_t index)
{
    return index < SENSORS ? &sensors[index] : NULL;
}

const struct world_sensor *world_sensor_find(const char *name)
{
    for (size_t i = 0; i < SENSORS; i++) {
        if (strcmp(sensors[i].name, name) == 0) {
            return &sensors[i];
        }
    }
    return NULL;
}
