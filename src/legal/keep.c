#include "legal/keep.h"

#include "base/crc32.h"
#include "base/need.h"
#include "legal/totals.h"

enum { TOTALS = 0, STEP_BUSY_MS = 10, RETRY_MS = 1000 };

static const struct journal_use use = {
    .values = LEGAL_KEEP_VALUES,
    .urgent = LEGAL_TOTALS_SIZE,
};

void legal_keep_init(struct legal_keep *keep, const struct flash *flash,
                     const struct partition *partition, int64_t period_ms)
{
    need(period_ms > 0 && period_ms <= LEGAL_KEEP_PERIOD_MAX_MS);
    *keep = (struct legal_keep){.period_ms = period_ms, .due_ms = period_ms};
    journal_init(&keep->journal, flash, partition, &use, keep->places);
}

int legal_keep_recover(struct legal_keep *keep)
{
    return journal_recover(&keep->journal);
}

static void remember(struct legal_keep *keep, const uint8_t *octets, size_t size)
{
    keep->kept_sum = crc32(0, octets, size);
    keep->ever_kept = true;
}

enum legal_keep_found legal_keep_restore(struct legal_keep *keep, struct legal *legal)
{
    uint8_t octets[LEGAL_TOTALS_SIZE];
    uint8_t version;
    int size = journal_get(&keep->journal, TOTALS, &version, octets, sizeof octets);
    bool damaged = keep->journal.damaged > 0 || keep->journal.belt.lost > 0;
    if (size == STORAGE_ABSENT) {
        return damaged ? LEGAL_KEEP_DAMAGED : LEGAL_KEEP_NEW;
    }
    if (size < 0 || (size_t)size > sizeof octets ||
        legal_totals_read(legal, version, octets, (size_t)size) != 0) {
        return LEGAL_KEEP_DAMAGED;
    }
    remember(keep, octets, (size_t)size);
    return damaged ? LEGAL_KEEP_DAMAGED : LEGAL_KEEP_WHOLE;
}

static bool has_changed(const struct legal_keep *keep, const uint8_t *octets, size_t size)
{
    return !keep->ever_kept || crc32(0, octets, size) != keep->kept_sum;
}

/* Tries again soon what the journal could not take now. */
static void checkpoint(struct legal_keep *keep, const struct legal *legal, int64_t now_ms)
{
    uint8_t octets[LEGAL_TOTALS_SIZE];
    size_t size = legal_totals_write(legal, octets);
    keep->due_ms = now_ms + keep->period_ms;
    if (!has_changed(keep, octets, size)) {
        return;
    }
    int result = journal_put(&keep->journal, TOTALS, LEGAL_TOTALS_VERSION, octets, (uint16_t)size);
    keep->failed = result != STORAGE_DONE && result != STORAGE_LATER;
    if (result != STORAGE_DONE) {
        keep->due_ms = now_ms + RETRY_MS;
        return;
    }
    remember(keep, octets, size);
}

int64_t legal_keep_step(struct legal_keep *keep, const struct legal *legal, int64_t now_ms)
{
    if (now_ms >= keep->due_ms) {
        checkpoint(keep, legal, now_ms);
    }
    bool busy = journal_step(&keep->journal) > 0;
    int64_t soon = now_ms + STEP_BUSY_MS;
    return busy && soon < keep->due_ms ? soon : keep->due_ms;
}

int legal_keep_power_fail(struct legal_keep *keep, struct legal *legal)
{
    uint8_t octets[LEGAL_TOTALS_SIZE];
    legal_close(legal);
    size_t size = legal_totals_write(legal, octets);
    if (!has_changed(keep, octets, size)) {
        return STORAGE_DONE;
    }
    return journal_put_urgent(&keep->journal, TOTALS, LEGAL_TOTALS_VERSION, octets, (uint16_t)size);
}
