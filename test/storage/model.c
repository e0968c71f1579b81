#include "test/storage/model.h"

#include "base/writer.h"
#include "world/nor/dice.h"

#include <string.h>

enum { VALUE_MAX = 160, SECRET_MAX = 32, BLOCK_MAX = 300, STATE_SIZE = 20, START_S = 1800000000 };

static const uint16_t record_sizes[] = {40, 16, 100, 24, 64};

void model_init(struct model *model)
{
    memset(model, 0, sizeof *model);
    for (unsigned i = 0; i < MODEL_RINGS; i++) {
        model->ring[i].first = 1;
        model->ring[i].floor = 1;
        model->ring[i].next = 1;
        model->ring[i].size = model_layout.rings[i].record;
        model->ring[i].clock_s = START_S;
    }
}

void model_octets(uint8_t *octets, uint32_t from, uint32_t size, uint32_t serial)
{
    for (uint32_t i = 0; i < size; i++) {
        uint32_t mixed = serial * 2654435761u ^ (from + i) * 2246822519u;
        mixed = (mixed ^ mixed >> 15) * 3266489917u;
        octets[i] = (uint8_t)(mixed >> 24);
    }
}

uint16_t model_value_size(uint32_t serial)
{
    if (serial & MODEL_STATE) {
        return STATE_SIZE;
    }
    return serial % 7 == 0 ? (uint16_t)(serial / 7 % VALUE_MAX) : (uint16_t)(serial % 24);
}

uint16_t model_secret_size(uint32_t serial)
{
    return (uint16_t)(16 + serial % (SECRET_MAX - 16 + 1));
}

/* Out of 1000: how often each action is chosen. */
static const uint16_t weights[ACTION_KINDS] = {
    [ACTION_VALUE] = 200, [ACTION_SECRET] = 25,  [ACTION_APPEND] = 330, [ACTION_CLEAR] = 3,
    [ACTION_FORMAT] = 2,  [ACTION_NUMBER] = 60,  [ACTION_RESERVE] = 20, [ACTION_GATHER] = 25,
    [ACTION_COMMIT] = 8,  [ACTION_APPLIED] = 12, [ACTION_MEASURE] = 80, [ACTION_WARNING] = 5,
    [ACTION_STEP] = 200,  [ACTION_SETTLE] = 30,
};

static unsigned targets(enum action_kind kind)
{
    switch (kind) {
    case ACTION_VALUE:
    case ACTION_WARNING:
        return MODEL_VALUES;
    case ACTION_SECRET:
        return MODEL_SECRETS;
    case ACTION_NUMBER:
        return MODEL_SENT;
    default:
        return MODEL_RINGS;
    }
}

struct action model_choose(struct model *model, uint64_t *dice)
{
    uint32_t thrown = dice_below(dice, 1000);
    enum action_kind kind = ACTION_NONE;
    for (uint32_t sum = 0; sum <= thrown;) {
        kind++;
        sum += weights[kind];
    }
    unsigned target = dice_below(dice, targets(kind));
    /* Half of the values are parameters: they change rarely. */
    if (kind == ACTION_VALUE && target < MODEL_VALUES / 2 && dice_below(dice, 16) > 0) {
        target += MODEL_VALUES / 2;
    }
    return (struct action){kind, target, ++model->serial};
}

/* ---- Doing ---- */

static int do_value(struct model *model, struct meter *meter, const struct action *action)
{
    uint8_t octets[VALUE_MAX];
    uint16_t size = model_value_size(action->serial);
    model_octets(octets, 0, size, action->serial);
    int result = journal_put(&meter->storage.values, (uint16_t)action->target,
                             (uint8_t)action->serial, octets, size);
    if (result == STORAGE_DONE) {
        model->value[action->target] = action->serial;
    }
    return result;
}

static int do_secret(struct model *model, struct meter *meter, const struct action *action)
{
    uint8_t octets[SECRET_MAX];
    uint16_t size = model_secret_size(action->serial);
    model_octets(octets, 0, size, action->serial);
    int result = journal_put(&meter->storage.secrets, (uint16_t)action->target,
                             (uint8_t)action->serial, octets, size);
    if (result == STORAGE_DONE) {
        model->secret_before[action->target] = model->secret[action->target];
        model->secret[action->target] = action->serial;
    }
    return result;
}

static int do_append(struct model *model, struct meter *meter, const struct action *action)
{
    uint8_t octets[128];
    struct model_ring *ring = &model->ring[action->target];
    uint32_t time_s = ring->clock_s + 60;
    if (action->serial % 29 == 0) {
        time_s -= 60 * (action->serial / 29 % 40);
    }
    /* Noted before: the record may be found although its append was cut off. */
    ring->serial[ring->next % MODEL_KEPT] = action->serial;
    ring->time_s[ring->next % MODEL_KEPT] = time_s;
    model_octets(octets, 0, ring->size, action->serial);
    int result = record_append(&meter->storage.rings[action->target], time_s, octets);
    if (result == STORAGE_DONE) {
        ring->clock_s = time_s;
        ring->next++;
    }
    return result;
}

static int do_clear(struct model *model, struct meter *meter, const struct action *action)
{
    struct model_ring *ring = &model->ring[action->target];
    int result = record_clear(&meter->storage.rings[action->target]);
    if (result == STORAGE_DONE) {
        ring->floor = ring->next;
    }
    return result;
}

static uint16_t size_of_format(const struct action *action)
{
    return record_sizes[action->serial % (sizeof record_sizes / sizeof record_sizes[0])];
}

static int do_format(struct model *model, struct meter *meter, const struct action *action)
{
    struct model_ring *ring = &model->ring[action->target];
    int result = record_format(&meter->storage.rings[action->target], size_of_format(action),
                               (uint8_t)action->serial);
    if (result == STORAGE_DONE) {
        ring->floor = ring->next;
        ring->size = size_of_format(action);
        ring->version = (uint8_t)action->serial;
    }
    return result;
}

static int do_number(struct model *model, struct meter *meter, const struct action *action)
{
    uint32_t number;
    int result = storage_counter_next(&meter->storage, action->target, &number);
    if (result == STORAGE_ABSENT) {
        return storage_counter_set(&meter->storage, action->target, 0);
    }
    if (result == STORAGE_DONE && number < model->used[action->target]) {
        model->broken = "a counter's number was used twice";
    }
    if (result == STORAGE_DONE) {
        model->used[action->target] = number + 1;
    }
    return result;
}

/* Numbers that were received: who counts them reserves up to a bound. */
static int do_reserve(struct model *model, struct meter *meter, const struct action *action)
{
    const struct counter *counter = &meter->storage.counters[MODEL_SENT];
    bool set = counter->next <= counter->ceiling;
    uint32_t bound = (set ? counter->next : 0) + action->serial % 3;
    int result = storage_counter_begin(&meter->storage, MODEL_SENT, action->serial, bound);
    if (result == STORAGE_DONE && counter->generation != action->serial) {
        model->broken = "a counter is not of the generation that it began with";
    }
    if (result == STORAGE_DONE) {
        model->used[MODEL_SENT] = bound;
    }
    return result;
}

static int do_gather(struct model *model, struct meter *meter, const struct action *action)
{
    uint8_t octets[BLOCK_MAX];
    uint32_t size = 1 + action->serial % BLOCK_MAX;
    if (!model->stage_gathering) {
        int result = stage_begin(&meter->storage.stage);
        if (result != STORAGE_DONE) {
            return result;
        }
        model->stage_gathering = true;
        model->stage_serial = action->serial;
        model->stage_size = 0;
    }
    model_octets(octets, model->stage_size, size, model->stage_serial);
    int result = stage_append(&meter->storage.stage, octets, size);
    if (result == STORAGE_DONE) {
        model->stage_size += size;
    } else if (result == STORAGE_FAILED) {
        model->stage_gathering = false;
    }
    return result;
}

static int do_commit(struct model *model, struct meter *meter)
{
    if (!model->stage_gathering) {
        return STORAGE_DONE;
    }
    int result = stage_commit(&meter->storage.stage, model->stage_serial);
    if (result == STORAGE_DONE) {
        model->stage_gathering = false;
        model->stage_committed = true;
    }
    return result;
}

static int do_applied(struct model *model, struct meter *meter)
{
    if (!model->stage_committed) {
        return STORAGE_DONE;
    }
    int result = stage_done(&meter->storage.stage);
    if (result == STORAGE_DONE) {
        model->stage_committed = false;
    }
    return result;
}

/* ---- Energy ---- */

static void measure(struct model *model, struct meter *meter, uint32_t serial)
{
    for (unsigned i = 0; i + 1 < MODEL_ENERGIES; i++) {
        uint64_t more = (serial * 7919ull + i * 104729ull) % 1000003 * 1000;
        model->truth[i] += more;
        model->truth[MODEL_ENERGIES - 1] += more;
        meter->energy.uws[i] += more;
        meter->energy.uws[MODEL_ENERGIES - 1] += more;
    }
}

static int checkpoint(struct model *model, struct meter *meter, bool urgent)
{
    uint8_t octets[8 * MODEL_ENERGIES];
    struct writer w = writer_over(octets, sizeof octets);
    for (unsigned i = 0; i < MODEL_ENERGIES; i++) {
        writer_u64(&w, meter->energy.uws[i]);
    }
    struct journal *journal = &meter->energy.journal;
    int result = urgent ? journal_put_urgent(journal, 0, 1, octets, sizeof octets)
                        : journal_put(journal, 0, 1, octets, sizeof octets);
    if (result == STORAGE_DONE) {
        memcpy(model->checkpoint, meter->energy.uws, sizeof model->checkpoint);
    }
    return result;
}

/* The energies and a state, before the hold-up ends and without an erase. */
static int do_warning(struct model *model, struct meter *meter, const struct action *action)
{
    uint8_t octets[STATE_SIZE];
    uint64_t begin_ns = meter->nor->now_ns;
    uint32_t serial = action->serial | MODEL_STATE;
    bool steady = model->steady;
    model->steady = false;
    measure(model, meter, action->serial);
    int energy = checkpoint(model, meter, true);
    model_octets(octets, 0, sizeof octets, serial);
    int state = journal_put_urgent(&meter->storage.values, (uint16_t)action->target,
                                   (uint8_t)serial, octets, sizeof octets);
    if (state == STORAGE_DONE) {
        model->value[action->target] = serial;
    }
    if (meter->nor->dead || !steady) {
        return energy;
    }
    if (energy != STORAGE_DONE || (state != STORAGE_DONE && state != STORAGE_FULL)) {
        model->broken = "a write at the power-fail warning was refused";
    }
    if (meter->flash.page == FLASH_PAGE_MAX &&
        meter->nor->now_ns - begin_ns > MODEL_HOLDUP_US * 1000ull) {
        model->broken = "the hold-up time was not enough";
    }
    return energy;
}

static int do_time(struct model *model, struct meter *meter, const struct action *action)
{
    if (action->kind == ACTION_SETTLE) {
        meter_settle(meter);
        model->steady = true;
        return STORAGE_DONE;
    }
    for (unsigned i = 0; i < action->serial % 8; i++) {
        meter_step(meter);
        nor_advance(meter->nor, action->serial % 4 * 20000);
    }
    return STORAGE_DONE;
}

static int do_energy(struct model *model, struct meter *meter, const struct action *action)
{
    if (action->kind == ACTION_WARNING) {
        return do_warning(model, meter, action);
    }
    measure(model, meter, action->serial);
    return action->serial % 3 == 0 ? checkpoint(model, meter, false) : STORAGE_DONE;
}

static int do_it(struct model *model, struct meter *meter, const struct action *action)
{
    switch (action->kind) {
    case ACTION_VALUE:
        return do_value(model, meter, action);
    case ACTION_SECRET:
        return do_secret(model, meter, action);
    case ACTION_APPEND:
        return do_append(model, meter, action);
    case ACTION_CLEAR:
        return do_clear(model, meter, action);
    case ACTION_FORMAT:
        return do_format(model, meter, action);
    case ACTION_NUMBER:
        return do_number(model, meter, action);
    case ACTION_RESERVE:
        return do_reserve(model, meter, action);
    case ACTION_GATHER:
        return do_gather(model, meter, action);
    case ACTION_COMMIT:
        return do_commit(model, meter);
    case ACTION_APPLIED:
        return do_applied(model, meter);
    case ACTION_MEASURE:
    case ACTION_WARNING:
        return do_energy(model, meter, action);
    default:
        return do_time(model, meter, action);
    }
}

int model_do(struct model *model, struct meter *meter, const struct action *action)
{
    model->doing = *action;
    int result = do_it(model, meter, action);
    if (!meter->nor->dead) {
        model->doing = (struct action){0};
    }
    if (meter->nor->counts.refused > 0) {
        model->broken = meter->nor->refusal;
    }
    return result;
}
