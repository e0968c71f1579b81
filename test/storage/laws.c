#include "test/storage/model.h"

#include "base/reader.h"
#include "test/storage/kit.h"

#include <string.h>

enum { OCTETS_MAX = 512 };

static bool content_is(const uint8_t *octets, uint32_t from, uint32_t size, uint32_t serial)
{
    uint8_t expected[OCTETS_MAX];
    model_octets(expected, from, size, serial);
    return memcmp(octets, expected, size) == 0;
}

/* Whether a part of a value is what it is of the whole, and beyond its end there is none. */
static bool parts_are(const struct journal *journal, uint16_t number, uint32_t serial,
                      uint16_t size)
{
    uint8_t octets[OCTETS_MAX];
    uint16_t from = (uint16_t)(serial * 7 % (size + 1U));
    uint16_t part = (uint16_t)((size - from) / (1 + serial % 3));
    return journal_read(journal, number, from, octets, part) == STORAGE_DONE &&
           content_is(octets, from, part, serial) &&
           journal_read(journal, number, from, octets, (uint16_t)(size - from + 1)) ==
               STORAGE_ABSENT;
}

/* Whether a journal's value is the one of a serial; 0: absent. */
static bool value_is(const struct journal *journal, unsigned number, uint32_t serial, uint16_t size)
{
    uint8_t octets[OCTETS_MAX];
    uint8_t version;
    int got = journal_get(journal, (uint16_t)number, &version, octets, sizeof octets);
    if (serial == 0) {
        return got == STORAGE_ABSENT &&
               journal_read(journal, (uint16_t)number, 0, octets, 0) == STORAGE_ABSENT;
    }
    return got == size && version == (uint8_t)serial && content_is(octets, 0, size, serial) &&
           parts_are(journal, (uint16_t)number, serial, size);
}

/* What an interrupted action may have made of a value; 0: it was not about that one. */
static uint32_t serial_in_doubt(const struct model *model, enum action_kind kind, unsigned target)
{
    const struct action *doing = &model->doing;
    if (doing->kind == ACTION_WARNING && kind == ACTION_VALUE && doing->target == target) {
        return doing->serial | MODEL_STATE;
    }
    return doing->kind == kind && doing->target == target ? doing->serial : 0;
}

static const char *check_values(struct model *model, const struct storage *storage)
{
    for (unsigned i = 0; i < MODEL_VALUES; i++) {
        uint32_t doubt = serial_in_doubt(model, ACTION_VALUE, i);
        if (value_is(&storage->values, i, model->value[i], model_value_size(model->value[i]))) {
            continue;
        }
        if (!doubt || !value_is(&storage->values, i, doubt, model_value_size(doubt))) {
            return "a value is neither the last nor the one being written";
        }
        model->value[i] = doubt;
    }
    return NULL;
}

static const char *check_secrets(struct model *model, const struct storage *storage)
{
    for (unsigned i = 0; i < MODEL_SECRETS; i++) {
        uint32_t doubt = serial_in_doubt(model, ACTION_SECRET, i);
        if (value_is(&storage->secrets, i, model->secret[i], model_secret_size(model->secret[i]))) {
            continue;
        }
        if (!doubt || !value_is(&storage->secrets, i, doubt, model_secret_size(doubt))) {
            return "a secret is neither the last nor the one being written";
        }
        model->secret_before[i] = model->secret[i];
        model->secret[i] = doubt;
    }
    return NULL;
}

/* ---- Rings ---- */

/* A format or a clear that was interrupted may have happened. */
static void settle_format(struct model *model, unsigned target, const struct record_ring *found)
{
    struct model_ring *ring = &model->ring[target];
    bool about = model->doing.target == target &&
                 (model->doing.kind == ACTION_FORMAT || model->doing.kind == ACTION_CLEAR);
    if (!about || record_first(found) != record_next(found)) {
        return;
    }
    ring->floor = ring->next;
    if (model->doing.kind == ACTION_FORMAT &&
        record_version(found) == (uint8_t)model->doing.serial) {
        ring->size = record_size(found);
        ring->version = record_version(found);
    }
}

static const char *check_records(const struct model_ring *ring, const struct record_ring *found)
{
    uint8_t octets[RECORD_SIZE_MAX];
    for (uint32_t number = record_first(found); number < record_next(found); number++) {
        struct record record;
        if (record_read(found, number, &record, octets) != STORAGE_DONE ||
            record.number != number || record.time_s != ring->time_s[number % MODEL_KEPT]) {
            return "a record is missing or has another time";
        }
        if (!content_is(octets, 0, ring->size, ring->serial[number % MODEL_KEPT])) {
            return "a record has other octets";
        }
    }
    return NULL;
}

/* What walking through all of them finds. */
static uint32_t walk(const struct model_ring *ring, uint32_t from, uint32_t from_s, uint32_t to_s)
{
    for (uint32_t number = from; number < ring->next; number++) {
        uint32_t time_s = ring->time_s[number % MODEL_KEPT];
        if (time_s >= from_s && time_s <= to_s) {
            return number;
        }
    }
    return 0;
}

/* Looks for times around those of a record in the middle. */
static const char *check_finding(const struct model_ring *ring, const struct record_ring *found,
                                 uint32_t salt)
{
    uint32_t first = record_first(found);
    uint32_t count = record_next(found) - first;
    if (count == 0) {
        return NULL;
    }
    uint32_t about_s = ring->time_s[(first + salt % count) % MODEL_KEPT];
    uint32_t from_s = about_s - salt % 200;
    uint32_t to_s = about_s + salt % 3 * 100;
    uint32_t from = first + salt / 7 % count;
    struct record record = {0};
    int result = record_find(found, from, from_s, to_s, &record);
    uint32_t number = walk(ring, from, from_s, to_s);
    bool same = number == 0 ? result == STORAGE_ABSENT
                            : result == STORAGE_DONE && record.number == number &&
                                  record.time_s == ring->time_s[number % MODEL_KEPT];
    return same ? NULL : "a search by time finds another record than walking does";
}

static const char *check_ring(struct model *model, unsigned target, const struct record_ring *found)
{
    struct model_ring *ring = &model->ring[target];
    settle_format(model, target, found);
    if (record_size(found) != ring->size || record_version(found) != ring->version) {
        return "a ring's records have another form";
    }
    if (record_next(found) == ring->next + 1 && model->doing.kind == ACTION_APPEND &&
        model->doing.target == target) {
        ring->clock_s = ring->time_s[ring->next % MODEL_KEPT];
        ring->next++;
    }
    if (record_next(found) != ring->next) {
        return "a ring's numbers do not go on where they were";
    }
    uint32_t first = record_first(found);
    if (first < ring->first || first < ring->floor || first > ring->next) {
        return "a ring begins where it should not";
    }
    ring->first = first;
    const char *broken = check_records(ring, found);
    return broken ? broken : check_finding(ring, found, model->serial * 2654435761u >> 8);
}

/* ---- The rest ---- */

static const char *check_counters(struct model *model, const struct storage *storage)
{
    for (unsigned i = 0; i < MODEL_COUNTERS; i++) {
        const struct counter *counter = &storage->counters[i];
        const struct counter_row *row = &model_layout.counters[i];
        bool set = counter->next <= counter->ceiling;
        if (model->used[i] > 0 && (!set || counter->next < model->used[i])) {
            return "a counter's numbers would be used again";
        }
        /* The next one being reserved may be the one that was interrupted. */
        bool doubt = i == MODEL_SENT && model->doing.kind == ACTION_RESERVE;
        uint32_t seen = model->seen[i] > model->used[i] ? model->seen[i] : model->used[i];
        uint32_t most = seen + model->starts * (row->block * 2u + row->doubt) + (doubt ? 3 : 0);
        if (set && counter->next > most) {
            return "a counter has skipped too many numbers";
        }
        model->seen[i] = set ? counter->next : 0;
    }
    return NULL;
}

static const char *check_stage(struct model *model, const struct storage *storage)
{
    uint8_t octets[OCTETS_MAX];
    uint32_t tag;
    uint32_t size;
    bool committed = stage_committed(&storage->stage, &tag, &size);
    bool doubt = model->doing.kind == ACTION_COMMIT || model->doing.kind == ACTION_APPLIED;
    if (committed != model->stage_committed && !doubt) {
        return committed ? "what was not committed is" : "what was committed is lost";
    }
    model->stage_committed = committed;
    model->stage_gathering = false;
    if (!committed) {
        return NULL;
    }
    if (tag != model->stage_serial || size != model->stage_size) {
        return "something else was committed";
    }
    for (uint32_t at = 0; at < size; at += sizeof octets) {
        uint32_t now = size - at < sizeof octets ? size - at : (uint32_t)sizeof octets;
        if (stage_read(&storage->stage, at, octets, now) != STORAGE_DONE ||
            !content_is(octets, at, now, tag)) {
            return "what was committed has other octets";
        }
    }
    return NULL;
}

static const char *check_energy(struct model *model, struct meter *meter)
{
    uint8_t octets[8 * MODEL_ENERGIES] = {0};
    int size = journal_get(&meter->energy.journal, 0, NULL, octets, sizeof octets);
    if (size != sizeof octets && (size != STORAGE_ABSENT || model->checkpoint[0] > 0)) {
        return "the energies cannot be read";
    }
    struct reader r = reader_over(octets, sizeof octets);
    uint64_t sum = 0;
    for (unsigned i = 0; i < MODEL_ENERGIES; i++) {
        uint64_t uws = reader_u64(&r);
        if (uws < model->checkpoint[i]) {
            return "an energy is below its last checkpoint";
        }
        if (uws > model->truth[i]) {
            return "an energy is above the truth";
        }
        meter->energy.uws[i] = uws;
        sum += i + 1 < MODEL_ENERGIES ? uws : 0;
    }
    memcpy(model->checkpoint, meter->energy.uws, sizeof model->checkpoint);
    return sum == meter->energy.uws[MODEL_ENERGIES - 1] ? NULL
                                                        : "the energies are not of one instant";
}

const char *model_check(struct model *model, struct meter *meter)
{
    const struct storage *storage = &meter->storage;
    const char *broken = check_values(model, storage);
    broken = broken ? broken : check_secrets(model, storage);
    for (unsigned i = 0; i < MODEL_RINGS && !broken; i++) {
        broken = check_ring(model, i, &storage->rings[i]);
    }
    broken = broken ? broken : check_counters(model, storage);
    broken = broken ? broken : check_stage(model, storage);
    broken = broken ? broken : check_energy(model, meter);
    model->doing = (struct action){0};
    model->starts = 0;
    model->steady = false;
    return broken;
}

const char *model_check_secrets(const struct model *model, const struct nor *nor)
{
    enum { WINDOW = 8 };
    for (unsigned i = 0; i < MODEL_SECRETS; i++) {
        uint32_t before = model->secret_before[i];
        for (uint32_t at = 0; before > 0 && at + WINDOW <= model_secret_size(before);
             at += WINDOW) {
            uint8_t octets[WINDOW];
            model_octets(octets, at, WINDOW, before);
            if (kit_finds(nor, octets, WINDOW)) {
                return "a part of a secret that was replaced is still on the chip";
            }
        }
    }
    return NULL;
}
