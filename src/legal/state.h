/* What struct legal is made of. Private to this room; it stands in a header of its own only so
 * that a caller can own a meter.
 *
 * Three levels share it. `sampler` belongs to legal_samples(). It fills `edge` at the end of a
 * window and sets `due`; legal_window() reads it, owns everything else and answers with `plan`,
 * which the sampler takes LEGAL_WINDOW_DEADLINE frames later. The readers copy what the window
 * wrote under `writes`, which is odd while it writes.
 *
 * Places are on the axis of cells: frame k stands for [k, k + 1), its instant is the middle. Those
 * of the sampler are Q32 frames, modulo 2^32 frames. */
#ifndef WATTHOUR_LEGAL_STATE_H
#define WATTHOUR_LEGAL_STATE_H

/* What is summed up per phase; c and s are the follower's phasor. */
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

/* What one frame's products are made of: u1, i1, ... and the phasor's cosine and sine, Q28. */
struct legal_sample {
    int32_t x[LEGAL_CHANNELS];
    int32_t c;
    int32_t s;
};

/* The phasor's step from frame to frame: 1 - cos and sin of its angle, Q35. */
struct legal_turn {
    int32_t one_minus_cos;
    int32_t sin;
};

/* A period of U, which began at a zero of its fundamental. */
struct legal_cycle {
    uint64_t from;
    uint64_t to;
    uint64_t uu; /* sum of u * u; while under way, what the running sum's value then lacks to it */
};

/* How fast zeros of U follow each other. */
struct legal_pace {
    uint64_t half_period;
    int32_t radian; /* Q20 frames */
    bool known;     /* from the mains: periods are worth measuring */
};

/* What the zeros of a phase's U say of one window. */
struct legal_rhythm {
    uint64_t first; /* zero, after LEGAL_RHYTHM_SKIPS */
    uint64_t last;
    uint64_t uu; /* running sum there */
    uint32_t count;
    uint32_t shortest; /* of the half periods that ended with them, Q16 frames */
    uint32_t longest;
    uint32_t weakest; /* of their sums of u * u, in units of 2^24 */
    uint32_t strongest;
};

/* A frame near a zero of U, and the running sums at the zero. */
struct legal_zero {
    uint64_t instant;
    int32_t c;
    int32_t s;
    uint64_t uc;
    uint64_t us;
};

/* Zeros of the fundamental U of a phase, and the periods that begin there. */
struct legal_zeros {
    uint64_t next;               /* where one is expected */
    struct legal_zero before[2]; /* the last one and the one before */
    uint32_t begun;              /* periods, the last of which are still under way */
    uint32_t ended;
    struct legal_cycle cycle[LEGAL_HALVES];
    struct legal_rhythm rhythm; /* of the window under way */
};

/* A pulse output: fires when `level` reaches LEGAL_PULSE_FULL. */
struct legal_accumulator {
    uint32_t rate; /* added each frame */
    uint32_t level;
    uint32_t count;
};

/* What a window decides for the time after it. */
struct legal_plan {
    struct legal_turn turn;
    int32_t c; /* phasor one frame before the plan takes effect */
    int32_t s;
    uint32_t edge;   /* frame whose cell holds the end of the window under way */
    uint32_t effect; /* last frame of this plan: the next one follows */
    uint32_t rate[LEGAL_PULSES];
    struct legal_pace pace;
};

/* What the sampler hands over at the end of a window. */
struct legal_edge {
    struct legal_sample around[3];              /* the frames before, at and after the edge */
    uint64_t sum[LEGAL_PHASES][LEGAL_PRODUCTS]; /* running, with all three */
    struct legal_rhythm rhythm[LEGAL_PHASES];
};

struct legal_sampler {
    struct legal_sample now;
    struct legal_turn turn;
    uint32_t frame; /* the one under way or next */
    uint32_t due;   /* the frame that asks for more than summing up */
    uint32_t edge;
    uint32_t effect;
    uint8_t phases;
    bool sinc3;
    uint8_t rate; /* whose frames these are */
    struct legal_accumulator pulse[LEGAL_PULSES];
    int32_t before[LEGAL_CHANNELS][2];          /* the last two raw samples, for the droop */
    uint64_t sum[LEGAL_PHASES][LEGAL_PRODUCTS]; /* running, modulo 2^64 */
    struct legal_pace pace;
    struct legal_zeros zeros[LEGAL_PHASES];
};

/* Configuration and calibration of one phase as factors. */
struct legal_scale {
    double u_uv; /* per code */
    double i_na;
    double p_uw;        /* per product of codes */
    double angle_turns; /* that temperature adds */
    double angle_turns_per_hz;
    double core_turns_hz; /* divided by the frequency */
    double p_offset;      /* uW by uV squared */
    double q_offset;      /* uvar likewise */
    double u_noise_uv2;
    double i_noise_na2;
};

/* What a window keeps of one phase for the next. */
struct legal_past {
    uint64_t sum[LEGAL_PRODUCTS];
    double right[LEGAL_PRODUCTS]; /* of the edge's cell, what lies right of the edge */
    double u_mean;                /* slow means, codes: what is taken for DC */
    double i_mean;
    double angle_turns; /* of U1 against the follower */
    bool angle_known;
    bool loaded; /* above the starting limit */
};

/* Follows the mains: which frequency the windows are made for. */
struct legal_follower {
    struct legal_position start; /* of the window under way */
    struct legal_position end;
    double hz;            /* in force, or from the next effect on */
    double hz_before;     /* in force at the start of the window under way */
    double kink;          /* frames from that start to the change between them */
    double frames_before; /* length of the window before */
    double turns_before;  /* from the middle of the window before to its end */
    double measured_hz;
    double measured_s; /* 1 / measured_hz */
    double change_hz;  /* of measured_hz, last time */
    double proven_hz;  /* measured_hz of a window that a good one followed */
    uint32_t steady;   /* windows in a row whose frequency came from angles */
    bool known;        /* hz is, from the mains */
    bool whole;        /* the last window was of whole periods, as far as can be known, */
    bool locked;       /* and the follower was right about it, */
    bool calm;         /* even very much so, */
    uint32_t calms;    /* which so many windows were, up to LEGAL_CALMS */
};

struct legal_register {
    int64_t uws;
    uint32_t q12; /* and a fraction */
};

/* A change of the rate, from its first frame until the ledger has booked its window. */
struct legal_split {
    uint32_t frame;            /* the new rate's first */
    uint64_t ui[LEGAL_PHASES]; /* running sums of u * i before it */
    uint8_t rate;
    volatile bool waits;
};

/* What a pulse output owes to the ledger. */
struct legal_debt {
    struct legal_register counted; /* by the ledger since last time */
    int64_t owed;                  /* uWs times pulses per kWh */
    int64_t constant;              /* pulses per kWh */
    int64_t rate;                  /* in force until the next effect */
};

struct legal {
    const struct legal_config *config;
    struct legal_sampler sampler;
    struct legal_edge edge;
    struct legal_plan plan;
    volatile bool due;
    volatile bool planned;
    volatile uint32_t writes;
    volatile uint8_t rate_wanted; /* these count from 0 */
    uint8_t rate;                 /* in force at the end of the last window */
    struct legal_split split;
    struct legal_parameters parameters;
    uint32_t changes;       /* of them, by calls */
    volatile bool rescale;  /* parameters or temperature have changed */
    int32_t temperature_mc; /* of the front end */
    struct legal_scale scale[LEGAL_PHASES];
    struct legal_past past[LEGAL_PHASES];
    struct legal_follower follower;
    struct legal_snapshot snapshot;
    struct legal_register energy[1 + LEGAL_PHASES][LEGAL_ENERGIES];
    int64_t rate_uws[LEGAL_RATES][LEGAL_ENERGIES]; /* whole steps of the total's registers */
    struct legal_debt debt[LEGAL_PULSES];
};

#endif
