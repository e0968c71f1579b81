/* A meter's storage beside a plain model of it in memory: what has been written for sure, and the
 * one thing that is being written. After any power cut a new storage is opened from the chip alone
 * and held to the model: laws.c. Shared by the property test and the exhaustive cuts. */
#ifndef WATTHOUR_TEST_STORAGE_MODEL_H
#define WATTHOUR_TEST_STORAGE_MODEL_H

#include "storage/storage.h"
#include "world/nor/nor.h"

enum {
    MODEL_VALUES = 16, /* of the journal; behind them the counters' and the stage's */
    MODEL_SECRETS = 4,
    MODEL_RINGS = 3,
    MODEL_SENT = 2, /* counters that send; one that receives follows */
    MODEL_COUNTERS = 3,
    MODEL_ENERGIES = 8, /* the last is the sum of the others */
    MODEL_KEPT = 1024,  /* records that the model remembers of a ring: more than the chip holds */
    MODEL_HOLDUP_US = 20000,
    MODEL_STATE = 0x40000000, /* in the serial of a value that a warning writes */
};

/* ---- The chip and what runs on it ---- */

/* The energies' own journal: what the legally relevant part will do. */
struct energy {
    struct journal journal;
    uint16_t places[1];
    uint64_t uws[MODEL_ENERGIES]; /* since the last start: recovered plus measured */
};

struct meter {
    struct nor *nor;
    struct flash flash;
    struct storage storage;
    struct energy energy;
};

extern const struct storage_layout model_layout;
extern const struct journal_use model_energy_use;

/* A chip that the layout fits, in sectors of the given size. */
struct nor_config model_chip(uint16_t sector, uint16_t page, uint64_t seed);

/* A new meter on a chip, recovered. */
void meter_start(struct meter *meter, struct nor *nor);

/* One step of both the energies' journal and the storage: whether there was anything to do. */
bool meter_step(struct meter *meter);

/* Steps until nothing is left to do, as time passes. */
void meter_settle(struct meter *meter);

/* ---- The model ---- */

enum action_kind {
    ACTION_NONE,
    ACTION_VALUE,   /* target: value */
    ACTION_SECRET,  /* target: secret */
    ACTION_APPEND,  /* target: ring */
    ACTION_CLEAR,   /* target: ring */
    ACTION_FORMAT,  /* target: ring */
    ACTION_NUMBER,  /* target: counter that sends */
    ACTION_RESERVE, /* target: counter whose numbers others count */
    ACTION_GATHER,  /* a block of a long SET */
    ACTION_COMMIT,
    ACTION_APPLIED,
    ACTION_MEASURE, /* energy, and a checkpoint of it */
    ACTION_WARNING, /* power-fail warning: energies and states at once */
    ACTION_STEP,    /* a few steps */
    ACTION_SETTLE,  /* time passes until everything is prepared */
    ACTION_KINDS
};

/* What an action writes follows from its serial: sizes and octets are derived from it. */
struct action {
    enum action_kind kind;
    unsigned target;
    uint32_t serial;
};

struct model_ring {
    uint32_t first; /* as last seen: it never goes back */
    uint32_t floor; /* cleared below */
    uint32_t next;
    uint16_t size;
    uint8_t version;
    uint32_t clock_s; /* set back at times */
    uint32_t serial[MODEL_KEPT];
    uint32_t time_s[MODEL_KEPT];
};

struct model {
    uint32_t value[MODEL_VALUES]; /* serials; 0: absent */
    uint32_t secret[MODEL_SECRETS];
    uint32_t secret_before[MODEL_SECRETS]; /* must not be found on the chip any more */
    struct model_ring ring[MODEL_RINGS];
    uint32_t used[MODEL_COUNTERS]; /* numbers below were used or reserved */
    uint32_t seen[MODEL_COUNTERS]; /* where they went on when last looked at */
    uint32_t stage_serial;
    uint32_t stage_size;
    bool stage_gathering;
    bool stage_committed;
    uint64_t truth[MODEL_ENERGIES];
    uint64_t checkpoint[MODEL_ENERGIES]; /* written for sure */
    struct action doing;                 /* may or may not be found done */
    uint32_t serial;
    uint32_t starts; /* since it was last held to the laws */
    bool steady;     /* since the chip was last prepared there was no start and no warning */
    const char *broken;
};

void model_init(struct model *model);

/* What an action writes: octets from..from + size - 1 of an endless content; sizes of values. */
void model_octets(uint8_t *octets, uint32_t from, uint32_t size, uint32_t serial);
uint16_t model_value_size(uint32_t serial);
uint16_t model_secret_size(uint32_t serial);

/* The next action, by chance. */
struct action model_choose(struct model *model, uint64_t *dice);

/* Does an action on the meter. Returns 0, or a negative enum storage_result: then nothing has
 * changed. What a cut interrupts stays in model->doing; a law broken at once in model->broken. */
int model_do(struct model *model, struct meter *meter, const struct action *action);

/* Holds a freshly started meter to the model, and takes over what was being done. NULL, or what law
 * is broken. */
const char *model_check(struct model *model, struct meter *meter);

/* No secret that was replaced is left on the chip. */
const char *model_check_secrets(const struct model *model, const struct nor *nor);

#endif
