#include "storage/storage.h"

#include "base/need.h"

/* The parts in the order of their recovery; the rings follow. */
enum part { PART_VALUES, PART_SECRETS, PART_STAGE, PART_COUNTERS, PART_RINGS };

static unsigned parts(const struct storage *storage)
{
    return PART_RINGS + (unsigned)storage->layout->rings_count;
}

void storage_init(struct storage *storage, const struct flash *flash,
                  const struct storage_layout *layout)
{
    need(layout->values_use.values <= STORAGE_VALUES &&
         layout->secrets_use.values <= STORAGE_SECRETS && layout->rings_count <= STORAGE_RINGS &&
         layout->counters_count <= STORAGE_COUNTERS);
    *storage = (struct storage){.layout = layout};
    journal_init(&storage->values, flash, &layout->values, &layout->values_use,
                 storage->value_places);
    journal_init(&storage->secrets, flash, &layout->secrets, &layout->secrets_use,
                 storage->secret_places);
    stage_init(&storage->stage, flash, &layout->stage, &storage->values, layout->stage_value);
    for (unsigned i = 0; i < layout->rings_count; i++) {
        record_init(&storage->rings[i], flash, &layout->rings[i]);
    }
}

static int recover_stage(struct storage *storage)
{
    int result = stage_recover(&storage->stage);
    storage->stage_damaged = storage->stage_damaged || result == STORAGE_DAMAGED;
    return result == 1;
}

static int recover_counters(struct storage *storage)
{
    for (unsigned i = 0; i < storage->layout->counters_count; i++) {
        counter_recover(&storage->counters[i], &storage->layout->counters[i], &storage->values);
    }
    return 0;
}

static int recover_part(struct storage *storage)
{
    switch (storage->part) {
    case PART_VALUES:
        return journal_recover(&storage->values);
    case PART_SECRETS:
        return journal_recover(&storage->secrets);
    case PART_STAGE:
        return recover_stage(storage);
    case PART_COUNTERS:
        return recover_counters(storage);
    default:
        return record_recover(&storage->rings[storage->part - PART_RINGS]);
    }
}

int storage_recover(struct storage *storage)
{
    if (!storage->recovered && recover_part(storage) == 0) {
        storage->part++;
        storage->recovered = storage->part == parts(storage);
    }
    return !storage->recovered;
}

static int step_counters(struct storage *storage)
{
    int result = 0;
    for (unsigned i = 0; i < storage->layout->counters_count && result == 0; i++) {
        result =
            counter_step(&storage->counters[i], &storage->layout->counters[i], &storage->values);
    }
    return result;
}

static int step_part(struct storage *storage, unsigned part)
{
    switch (part) {
    case PART_VALUES:
        return journal_step(&storage->values);
    case PART_SECRETS:
        return journal_step(&storage->secrets);
    case PART_STAGE:
        return stage_step(&storage->stage);
    case PART_COUNTERS:
        return step_counters(storage);
    default:
        return record_step(&storage->rings[part - PART_RINGS]);
    }
}

/* The part that works goes on until it is done: while it erases, none of the others can. */
int storage_step(struct storage *storage)
{
    need(storage->recovered);
    unsigned count = parts(storage);
    int worst = 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned part = (storage->part + i) % count;
        int result = step_part(storage, part);
        if (result > 0) {
            storage->part = (uint8_t)part;
            return 1;
        }
        worst = result < worst ? result : worst;
    }
    return worst;
}

int storage_counter_set(struct storage *storage, unsigned counter, uint32_t next)
{
    need(counter < storage->layout->counters_count);
    return counter_set(&storage->counters[counter], &storage->layout->counters[counter],
                       &storage->values, next);
}

int storage_counter_begin(struct storage *storage, unsigned counter, uint32_t generation,
                          uint32_t next)
{
    need(counter < storage->layout->counters_count);
    return counter_begin(&storage->counters[counter], &storage->layout->counters[counter],
                         &storage->values, generation, next);
}

int storage_counter_next(struct storage *storage, unsigned counter, uint32_t *number)
{
    need(counter < storage->layout->counters_count);
    return counter_next(&storage->counters[counter], &storage->layout->counters[counter],
                        &storage->values, number);
}

struct storage_losses storage_losses(const struct storage *storage)
{
    struct storage_losses losses = {
        .sectors = storage->values.belt.lost + storage->secrets.belt.lost +
                   (uint32_t)storage->stage.belt.lost,
        .values = storage->values.damaged + (uint32_t)storage->secrets.damaged,
        .stage = storage->stage_damaged,
    };
    for (unsigned i = 0; i < storage->layout->rings_count; i++) {
        losses.sectors += storage->rings[i].belt.lost;
        losses.records += storage->rings[i].damaged;
    }
    return losses;
}
