#include "storage/counter.h"

#include "base/reader.h"
#include "base/writer.h"

#include <stddef.h>

enum { COUNTER_SIZE = 8, COUNTER_VERSION = 2 };

static uint32_t sum_at_most(uint32_t number, uint32_t more)
{
    return more < UINT32_MAX - number ? number + more : UINT32_MAX;
}

static bool is_set(const struct counter *counter)
{
    return counter->next <= counter->ceiling;
}

void counter_recover(struct counter *counter, const struct counter_row *row,
                     const struct journal *journal)
{
    uint8_t octets[COUNTER_SIZE];
    *counter = (struct counter){.next = 1};
    uint8_t version;
    if (journal_get(journal, row->value, &version, octets, sizeof octets) != COUNTER_SIZE ||
        version != COUNTER_VERSION) {
        return;
    }
    struct reader r = reader_over(octets, sizeof octets);
    bool doubtful = journal->damaged > 0 || journal->belt.lost > 0;
    counter->ceiling = sum_at_most(reader_u32(&r), doubtful ? row->doubt : 0u);
    counter->next = counter->ceiling;
    counter->generation = reader_u32(&r);
}

static int keep(struct counter *counter, const struct counter_row *row, struct journal *journal,
                uint32_t generation, uint32_t ceiling)
{
    uint8_t octets[COUNTER_SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u32(&w, ceiling);
    writer_u32(&w, generation);
    int result = journal_put(journal, row->value, COUNTER_VERSION, octets, sizeof octets);
    if (result == STORAGE_DONE) {
        counter->ceiling = ceiling;
        counter->generation = generation;
    }
    return result;
}

static int reserve(struct counter *counter, const struct counter_row *row, struct journal *journal,
                   uint32_t ceiling)
{
    return keep(counter, row, journal, counter->generation, ceiling);
}

int counter_begin(struct counter *counter, const struct counter_row *row, struct journal *journal,
                  uint32_t generation, uint32_t next)
{
    int result = keep(counter, row, journal, generation, next);
    if (result == STORAGE_DONE) {
        counter->next = next;
    }
    return result;
}

int counter_set(struct counter *counter, const struct counter_row *row, struct journal *journal,
                uint32_t next)
{
    return counter_begin(counter, row, journal, counter->generation, next);
}

/* Makes sure that `number` is reserved. */
static int secure(struct counter *counter, const struct counter_row *row, struct journal *journal,
                  uint32_t number)
{
    if (!is_set(counter)) {
        return STORAGE_ABSENT;
    }
    if (number == UINT32_MAX) {
        return STORAGE_FULL;
    }
    if (number < counter->ceiling) {
        return STORAGE_DONE;
    }
    return reserve(counter, row, journal, sum_at_most(number, row->block));
}

int counter_next(struct counter *counter, const struct counter_row *row, struct journal *journal,
                 uint32_t *number)
{
    int result = secure(counter, row, journal, counter->next);
    if (result == STORAGE_DONE) {
        *number = counter->next++;
    }
    return result;
}

int counter_step(struct counter *counter, const struct counter_row *row, struct journal *journal)
{
    if (!is_set(counter) || counter->ceiling == UINT32_MAX ||
        counter->ceiling - counter->next >= row->block / 2u) {
        return 0;
    }
    uint32_t ceiling = sum_at_most(counter->ceiling, row->block);
    int result = reserve(counter, row, journal, ceiling);
    return result == STORAGE_DONE ? 1 : result == STORAGE_LATER ? 0 : result;
}
