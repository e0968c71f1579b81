/* What struct legal is made of. Private to this room; it stands in a header of its own only so
 * that a caller can own a meter.
 *
 * Three levels share it. `sampler` belongs to legal_samples(). `edge` is filled there at the end
 * of a window and read by legal_window(), which owns the rest and answers with `plan`; the sampler
 * takes the plan LEGAL_WINDOW_DEADLINE frames later. The readers copy what the window wrote under
 * `writes`, which is odd while it writes.
 *
 * Axis of cells: frame k stands for the cell [k, k + 1), its instant is the middle. Places on it
 * are Q32 frames, modulo 2^32 frames where they are uint64_t. */
#ifndef WATTHOUR_LEGAL_STATE_H
#define WATTHOUR_LEGAL_STATE_H

/* What is summed up per phase; c and s are the cosine and sine of the follower's phase, Q28. */
enum legal_product {
    LEGAL_U,
    LEGAL_I,
    LEGAL_UU,
    LEGAL_II,
    LEGAL_UI,
    LEGAL_UC,
    LEGAL_US,
    LEGAL_IC,
    LEGAL_IS,
    LEGAL_PRODUCTS
};

/* The samples of one frame: all that the products are made of. */
struct legal_sample {
    int32_t x[LEGAL_CHANNELS];
    int32_t c;
    int32_t s;
};

/* The rotating phasor's step: 1 - cos and sin of the angle between two frames, Q35. */
struct legal_turn {
    int32_t one_minus_cos;
    int32_t sin;
};

/* Where the next zero of a phase's U is expected. */
struct legal_zero {
    uint64_t at;
    uint64_t half_period;
};

/* A zero of U that has passed: place, and the running sum of u * u there. */
struct legal_zero_seen {
    uint64_t at;
    uint64_t uu;
};

/* Coarse frequency: zeros of one phase's u, counted with hysteresis. */
struct legal_crossings {
    uint32_t first; /* frame */
    uint32_t last;
    uint32_t count;
};

/* A pulse output: an accumulator that fires at LEGAL_PULSE_FULL. */
struct legal_accumulator {
    uint32_t rate; /* added each frame */
    uint32_t level;
    uint32_t count;
};

/* What one window decides for the time after it. */
struct legal_plan {
    struct legal_turn turn;
    int32_t c; /* phasor one frame before the plan takes effect */
    int32_t s;
    uint32_t edge;   /* frame whose cell holds the end of the window under way */
    uint32_t effect; /* last frame before the next plan */
    uint32_t rate[LEGAL_PULSES];
    uint32_t watched; /* channel whose zeros are counted */
    struct legal_zero zero[LEGAL_PHASES];
};

/* What the sampler hands over at the end of a window. */
struct legal_edge {
    struct legal_sample around[3];              /* before, in and after the edge's cell */
    uint64_t sum[LEGAL_PHASES][LEGAL_PRODUCTS]; /* running, all three included */
    struct legal_crossings crossings;
};

struct legal_sampler {
    struct legal_sample now;
    struct legal_turn turn;
    uint32_t frame; /* the next one, modulo 2^32 */
    uint32_t due;   /* frame at which something is to be done beside summing up */
    uint32_t edge;
    uint32_t effect;
    uint8_t phases;
    bool sinc3;
    bool above; /* the watched channel's u was last seen above +level, not below -level */
    uint8_t watched;
    int32_t level;
    struct legal_accumulator pulse[LEGAL_PULSES];
    uint64_t sum[LEGAL_PHASES][LEGAL_PRODUCTS]; /* since the beginning, modulo 2^64 */
    int32_t before[LEGAL_CHANNELS][2];          /* droop: the last two raw samples */
    struct legal_crossings crossings;
    struct legal_zero zero[LEGAL_PHASES];
    uint32_t zeros[LEGAL_PHASES];
    struct legal_zero_seen seen[LEGAL_PHASES][LEGAL_HALVES];
};

/* Calibration and configuration of one phase as factors. */
struct legal_scale {
    double u_uv; /* per code */
    double i_na;
    double p_uw; /* per product of codes */
    double angle_turns_per_hz;
    double p_offset_uw;
    double q_offset_uvar;
    double u_noise_uv2;
    double i_noise_na2;
};

/* What the window keeps of one phase from the window before. */
struct legal_past {
    uint64_t sum[LEGAL_PRODUCTS];
    double right[LEGAL_PRODUCTS]; /* what of the edge's cell lies right of the edge */
    double u_mean;                /* slow mean, codes: what is taken for DC */
    double i_mean;
    double angle_turns; /* U1 against the follower */
    bool angle_known;
};

/* Follows the mains: the frequency of the windows. */
struct legal_follower {
    double hz;           /* in force after the next effect */
    double hz_before;    /* in force before it */
    double measured_hz;  /* last measured */
    double middle_turns; /* mean phase of the last window, from its start */
    double length;       /* of the last window, frames */
    uint32_t steady;     /* windows in a row that were followed without a jump */
};

struct legal_register {
    int64_t uws;
    uint32_t remainder; /* Q20 */
};

/* What the pulses still owe to the ledger, in uWs times pulses per kWh. */
struct legal_debt {
    int64_t owed;
    uint32_t constant;
};

struct legal {
    const struct legal_config *config;
    struct legal_sampler sampler;
    struct legal_edge edge;
    struct legal_plan plan;
    volatile bool due;
    volatile bool planned;
    struct legal_scale scale[LEGAL_PHASES];
    struct legal_past past[LEGAL_PHASES];
    struct legal_follower follower;
    int64_t start; /* of the window under way, Q32 frames... */
    volatile uint32_t writes;
    struct legal_snapshot snapshot;
    struct legal_register energy[1 + LEGAL_PHASES][LEGAL_ENERGIES];
    struct legal_debt debt[LEGAL_PULSES];
};

#endif
