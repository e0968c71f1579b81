/* The legally relevant part: samples -> power -> energy -> ledger.
 *
 * Integer arithmetic per sample, IEEE basic operations per window, no libc state: host and target
 * agree to the bit. Terms: EN 50470-1/-3, IEC 62053-24 (reactive = fundamental), IEC 61000-4-30
 * (windows of 10/12 periods). */
#ifndef WATTHOUR_LEGAL_LEGAL_H
#define WATTHOUR_LEGAL_LEGAL_H

#include <stdbool.h>
#include <stdint.h>

enum {
    LEGAL_PHASES = 3,         /* at most; a single-phase meter uses the first */
    LEGAL_FRAME_HZ = 8192,    /* frames per second */
    LEGAL_CODE_MAX = 8388607, /* 24 bit, signed */
};

/* What a product fixes: const data on its page. */
struct legal_config {
    uint8_t phases;           /* 1 or 3 */
    uint8_t nominal_hz;       /* 50 or 60 */
    uint32_t u_nominal_mv;    /* phase to neutral, rms */
    uint32_t u_full_scale_mv; /* peak voltage at code 2^23 */
    uint32_t i_full_scale_ma; /* peak current at code 2^23 */
    uint32_t i_start_ua;      /* starting current, rms: at u_nominal it gives the no-load limit */
    uint32_t pulses_per_kwh;  /* LED constants */
    uint32_t pulses_per_kvarh;
};

/* What one window of 10 (12) periods measured on one phase; energies are kept apart. */
struct legal_phase {
    int64_t u_uv;          /* true rms, DC removed */
    int64_t i_na;          /* true rms, DC and noise power removed */
    int64_t p_uw;          /* active, all harmonics; > 0 import */
    int64_t p1_uw;         /* active, fundamental */
    int64_t q1_uvar;       /* reactive, fundamental; > 0 inductive import (quadrant I, II) */
    int64_t s_uva;         /* U * I */
    int32_t pf_ppm;        /* |P| / S with the sign of P, -1000000..1000000 */
    int32_t angle_ui_udeg; /* fundamental, U1 to I1 */
    int32_t angle_uu_udeg; /* fundamental, U1 of L1 to U1 of this phase */
};

/* Energies of one direction set, in uWs, uvars, uVAs. Never decrease. */
enum legal_energy {
    LEGAL_ENERGY_A_IMPORT,
    LEGAL_ENERGY_A_EXPORT,
    LEGAL_ENERGY_R1, /* quadrants I..IV */
    LEGAL_ENERGY_R2,
    LEGAL_ENERGY_R3,
    LEGAL_ENERGY_R4,
    LEGAL_ENERGY_S_IMPORT,
    LEGAL_ENERGY_S_EXPORT,
    LEGAL_ENERGIES
};

#endif
