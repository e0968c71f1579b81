/* The image of the legally relevant part: its memory, and the table at its first address. Who calls
 * in the wrong order, or with what makes no sense, changes nothing. */
#include "legal/interface.h"

#include "base/need.h"

#include <string.h>

/* All that the image can write to; cleared by reset(). */
static struct {
    struct legal_part part;
    bool begun;
    bool running;
} memory;

extern const struct legal_interface legal_image;

/* A bug of ours: the fault that follows tells where. */
noreturn void need_failed(const char *file, int line)
{
    (void)file;
    (void)line;
    __builtin_trap();
}

static void reset(void)
{
    memset(&memory, 0, sizeof memory);
}

/* Type parameters are the image's own. */
static bool is_own(const struct legal_type *type)
{
    bool own = false;
    for (unsigned n = 0; n < LEGAL_TYPES; n++) {
        own = own || type == legal_image.types[n];
    }
    return own;
}

static int begin(const struct legal_begin *how)
{
    if (memory.begun || !is_own(how->type) || legal_part_begin(&memory.part, how) != 0) {
        return -1;
    }
    memory.begun = true;
    memory.running = memory.part.recovered;
    return 0;
}

static int recover(void)
{
    if (!memory.begun || memory.running) {
        return 0;
    }
    int more = legal_part_recover(&memory.part);
    memory.running = more == 0;
    return more;
}

static unsigned samples(const int32_t *frame)
{
    return memory.running ? legal_samples(&memory.part.legal, frame) : 0;
}

/* Never before there was a frame. */
static bool window_due(void)
{
    return legal_window_due(&memory.part.legal);
}

static void window(void)
{
    if (memory.running && window_due()) {
        legal_window(&memory.part.legal);
    }
}

static int rate_select(unsigned rate)
{
    if (!memory.running || rate < 1 || rate > LEGAL_RATES) {
        return -1;
    }
    legal_rate_select(&memory.part.legal, rate);
    return 0;
}

static int64_t keep(int64_t now_ms)
{
    bool sound = memory.running && now_ms >= 0 && now_ms < INT64_MAX / 2;
    return sound ? legal_part_keep(&memory.part, now_ms) : INT64_MAX;
}

/* The meter does not go on from here. */
static int power_fail(void)
{
    if (!memory.running) {
        return 0;
    }
    memory.running = false;
    return legal_part_power_fail(&memory.part);
}

/* ---- what the seal ends ---- */

static int calibrate(const struct legal_calibration *calibration)
{
    return memory.running ? legal_calibrate(&memory.part.legal, calibration) : LEGAL_SEALED;
}

static int set_transformers(const struct legal_transformers *transformers)
{
    return memory.running ? legal_set_transformers(&memory.part.legal, transformers) : LEGAL_SEALED;
}

static void seal(void)
{
    if (memory.running) {
        legal_seal(&memory.part.legal);
    }
}

static void set_temperature(int32_t temperature_mc)
{
    if (memory.running) {
        legal_set_temperature(&memory.part.legal, temperature_mc);
    }
}

/* ---- for reading ---- */

static const struct legal_config *configuration(void)
{
    return &memory.part.config;
}

static const struct legal_parameters *parameters(void)
{
    return &memory.part.legal.parameters;
}

static enum legal_keep_found found(void)
{
    return legal_part_found(&memory.part);
}

static void read_snapshot(struct legal_snapshot *snapshot)
{
    *snapshot = (struct legal_snapshot){.window = 0};
    if (memory.running) {
        legal_read(&memory.part.legal, snapshot);
    }
}

static int64_t energy_uws(unsigned phase, enum legal_energy energy)
{
    bool there =
        memory.running && phase <= memory.part.config.phases && (unsigned)energy < LEGAL_ENERGIES;
    return there ? legal_energy_uws(&memory.part.legal, phase, energy) : 0;
}

static int64_t rate_energy_uws(unsigned rate, enum legal_energy energy)
{
    bool there = memory.running && rate >= 1 && rate <= LEGAL_RATES;
    there = there && (unsigned)energy < LEGAL_ENERGIES;
    return there ? legal_rate_energy_uws(&memory.part.legal, rate, energy) : 0;
}

static unsigned rate(void)
{
    return legal_rate(&memory.part.legal);
}

static uint32_t pulses(enum legal_pulse output)
{
    bool there = memory.running && (unsigned)output < LEGAL_PULSES;
    return there ? legal_pulses(&memory.part.legal, output) : 0;
}

static void read_code(unsigned phase, struct legal_code *code)
{
    *code = (struct legal_code){.u_uv = 0};
    if (memory.running && phase >= 1 && phase <= memory.part.config.phases) {
        legal_read_code(&memory.part.legal, phase, code);
    }
}

/* Size and checksum are those of the finished image: tools/seal-legal.py fills them in. */
__attribute__((section(".legal_interface"), used)) const struct legal_interface legal_image = {
    .mark = LEGAL_INTERFACE_MARK,
    .version = LEGAL_INTERFACE_VERSION,
    .identity = {.name = "watthour legal " LEGAL_VERSION},
    .part = &memory.part,
    .types = {&legal_type_xs211, &legal_type_sm402d, &legal_type_st402d, &legal_type_st402c},
    .reset = reset,
    .begin = begin,
    .recover = recover,
    .samples = samples,
    .window = window,
    .rate_select = rate_select,
    .keep = keep,
    .power_fail = power_fail,
    .calibrate = calibrate,
    .set_transformers = set_transformers,
    .seal = seal,
    .set_temperature = set_temperature,
    .window_due = window_due,
    .configuration = configuration,
    .parameters = parameters,
    .found = found,
    .read = read_snapshot,
    .energy_uws = energy_uws,
    .rate_energy_uws = rate_energy_uws,
    .rate = rate,
    .pulses = pulses,
    .read_code = read_code,
};
