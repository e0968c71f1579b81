#include "legal/type.h"

/* By storage/layout.c, which names them for people; test/meter/test_part.c holds both together. */
enum { XS211 = 1, SM402D, ST402D, ST402C, ENERGY = 1, FIRST_SECTOR = 0, SECTORS = 128 };

#define PARTITION(type)                                                                            \
    {                                                                                              \
        .name = "energy", .identity = (type) << 8 | ENERGY, .kind = BELT_JOURNAL,                  \
        .first = FIRST_SECTOR, .sectors = SECTORS                                                  \
    }

/* Full scales are peaks: 424 V and 120 A rms of a sine, so that Imax and Un + 15 % pass with their
 * harmonics. The data sheet gives no LED constant; this is the usual one. */
const struct legal_type legal_type_xs211 = {
    .config =
        {
            .phases = 1,
            .nominal_hz = 50,
            .sum = LEGAL_SUM_VECTOR,
            .u_nominal_mv = 230000,
            .u_full_scale_mv = 600000,
            .i_full_scale_ma = 170000,
            .i_start_ua = 20000,
            .pulses_per_kwh = 1000,
            .pulses_per_kvarh = 1000,
        },
    .partition = PARTITION(XS211),
};

/* LED constants and limits of the data sheet, here and below. */
const struct legal_type legal_type_sm402d = {
    .config =
        {
            .phases = 1,
            .nominal_hz = 50,
            .sum = LEGAL_SUM_VECTOR,
            .u_nominal_mv = 230000,
            .u_full_scale_mv = 600000,
            .i_full_scale_ma = 170000,
            .i_start_ua = 20000,
            .pulses_per_kwh = 1000,
            .pulses_per_kvarh = 1000,
        },
    .partition = PARTITION(SM402D),
};

const struct legal_type legal_type_st402d = {
    .config =
        {
            .phases = 3,
            .nominal_hz = 50,
            .sum = LEGAL_SUM_VECTOR,
            .u_nominal_mv = 230000,
            .u_full_scale_mv = 600000,
            .i_full_scale_ma = 170000,
            .i_start_ua = 20000,
            .pulses_per_kwh = 1000,
            .pulses_per_kvarh = 1000,
        },
    .partition = PARTITION(ST402D),
};

/* Class 0.5 S: it starts at 0.1 % of In. The full scale of the current is 8.5 A rms of a sine. */
const struct legal_type legal_type_st402c = {
    .config =
        {
            .phases = 3,
            .transformers = true,
            .nominal_hz = 50,
            .sum = LEGAL_SUM_VECTOR,
            .u_nominal_mv = 230000,
            .u_full_scale_mv = 600000,
            .i_full_scale_ma = 12000,
            .i_start_ua = 5000,
            .pulses_per_kwh = 10000,
            .pulses_per_kvarh = 10000,
        },
    .partition = PARTITION(ST402C),
};
