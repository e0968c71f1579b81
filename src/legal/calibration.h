/* What the factory finds out about one meter, and the seal that ends it.
 *
 * Until the meter is sealed the calibration and the transformers' ratios may be set; afterwards
 * each try is refused and counted, and the count is kept with the energies. Nothing breaks the seal
 * but a new chip. Called at the level of legal_read(); what was set takes effect with the next
 * window. */
#ifndef WATTHOUR_LEGAL_CALIBRATION_H
#define WATTHOUR_LEGAL_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LEGAL_REFERENCE_MC = 23000, /* reference temperature of EN 50470-3, thousandths of a degree */
    LEGAL_CALIBRATED_PHASES = 3,
    LEGAL_RATIO_MAX = 100000, /* of primary and secondary values of a transformer */
};

/* How something changes with temperature, against the reference temperature: 10^-12 of it a kelvin,
 * and a kelvin squared. */
struct legal_drift {
    int32_t ppt_per_k;
    int32_t ppt_per_k2;
};

/* What the factory found on one phase; all zero is an ideal front end. */
struct legal_calibration_phase {
    int32_t u_gain_ppb; /* the measured value is multiplied by 1 + gain + drift */
    int32_t i_gain_ppb;
    struct legal_drift u_drift;
    struct legal_drift i_drift;
    /* By which the front end shows the current too early against the voltage, at nominal frequency:
     * what grows with frequency (delays), and what falls with it (a transformer's core, an
     * integrator). */
    int32_t angle_nrad;
    int32_t core_nrad;
    int32_t angle_nrad_per_k;
    int32_t p_offset_uw;   /* subtracted from active power; at nominal voltage, elsewhere as U^2 */
    int32_t q_offset_uvar; /* from reactive power, likewise */
    uint32_t u_noise_uv;   /* rms of the channel's own noise; its power is subtracted */
    uint32_t i_noise_na;
};

struct legal_calibration {
    struct legal_calibration_phase phase[LEGAL_CALIBRATED_PHASES];
};

/* A transformer: 200 A to 5 A. */
struct legal_ratio {
    uint32_t primary;
    uint32_t secondary;
};

/* What stands before a meter for transformers. Registers are of the primary side. */
struct legal_transformers {
    struct legal_ratio current;
    struct legal_ratio voltage;
};

/* All that is behind the seal. */
struct legal_parameters {
    struct legal_calibration calibration;
    struct legal_transformers transformers;
    bool sealed;
    uint32_t refused; /* calls since the seal */
};

enum legal_set_result {
    LEGAL_SET = 0,
    LEGAL_SEALED = -1,      /* refused, and counted */
    LEGAL_IMPLAUSIBLE = -2, /* beyond what a sound meter needs; nothing has changed */
};

struct legal;

/* Gains beyond 10 %, angles beyond 0.2 rad, offsets beyond 1 % of the power at full scale are
 * implausible: enum legal_set_result. */
int legal_calibrate(struct legal *legal, const struct legal_calibration *calibration);

/* Ratios are from 1 to 100000, each way; only of a meter for transformers:
 * enum legal_set_result. */
int legal_set_transformers(struct legal *legal, const struct legal_transformers *transformers);

/* From now on it stays as it is. */
void legal_seal(struct legal *legal);

/* Never changes but by the calls above and legal_parameters_read(). */
const struct legal_parameters *legal_parameters(const struct legal *legal);

/* The front end's temperature, thousandths of a degree Celsius, -100000 to 200000 (beyond: held
 * there); the reference temperature until told. */
void legal_set_temperature(struct legal *legal, int32_t temperature_mc);

enum {
    LEGAL_PARAMETERS_VERSION = 1,
    LEGAL_PARAMETERS_SIZE = 1 + LEGAL_CALIBRATED_PHASES * 13 * 4 + 4 * 4 + 1 + 4,
};

/* The parameters as octets (docs/FLASH.md); returns how many. */
size_t legal_parameters_write(const struct legal *legal, uint8_t octets[LEGAL_PARAMETERS_SIZE]);

/* Takes octets that were written so, before the first frame. 0; -1: they are no parameters of a
 * meter with as many phases, and nothing has changed. */
int legal_parameters_read(struct legal *legal, const uint8_t *octets, size_t size);

#endif
