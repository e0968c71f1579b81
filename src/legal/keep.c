#include "legal/keep.h"

#include "base/crc32.h"
#include "base/need.h"
#include "legal/totals.h"

enum { TOTALS = 0, PARAMETERS = 1, STEP_BUSY_MS = 10, RETRY_MS = 1000 };

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

/* What the journal has of a value: WHOLE, with its size and version. */
static enum legal_keep_found fetch(const struct legal_keep *keep, uint16_t value, uint8_t *octets,
                                   size_t room, size_t *size, uint8_t *version)
{
    int found = journal_get(&keep->journal, value, version, octets, (uint16_t)room);
    if (found == STORAGE_ABSENT) {
        return LEGAL_KEEP_NEW;
    }
    *size = found >= 0 ? (size_t)found : 0;
    return found >= 0 && *size <= room ? LEGAL_KEEP_WHOLE : LEGAL_KEEP_DAMAGED;
}

static enum legal_keep_found restore_totals(struct legal_keep *keep, struct legal *legal)
{
    uint8_t octets[LEGAL_TOTALS_SIZE];
    uint8_t version;
    size_t size;
    enum legal_keep_found found = fetch(keep, TOTALS, octets, sizeof octets, &size, &version);
    if (found != LEGAL_KEEP_WHOLE) {
        return found;
    }
    if (legal_totals_read(legal, version, octets, size) != 0) {
        return LEGAL_KEEP_DAMAGED;
    }
    remember(keep, octets, size);
    return found;
}

/* A sector that was given up, with what had been in it. */
static bool was_in_use(const struct legal_keep *keep, uint32_t address)
{
    const struct belt *belt = &keep->journal.belt;
    struct belt_header header;
    struct item item;
    return belt_inspect(belt->flash, address, &header) == BELT_SECTOR_RETIRED &&
           header.identity == belt->partition->identity &&
           item_read(belt->flash, address, 0, &item) != ITEM_BLANK;
}

/* No sector is in use: then none was, or those are gone that a seal had left. */
static bool is_bereft(const struct legal_keep *keep)
{
    const struct belt *belt = &keep->journal.belt;
    bool bereft = false;
    for (uint32_t n = 0; belt->span == 0 && !bereft && n < belt->partition->sectors; n++) {
        bereft = was_in_use(keep, (belt->partition->first + n) * (uint32_t)belt->flash->sector);
    }
    return bereft;
}

/* Whether what was found of the parameters cannot be all: sectors are gone, or what the mark says
 * that there was, parameters with the seal, is not there. */
static bool is_incomplete(const struct legal_keep *keep, const struct legal *legal,
                          enum legal_keep_found found)
{
    bool marked = keep->journal.marked;
    if (found == LEGAL_KEEP_NEW) {
        return marked || keep->journal.belt.lost > 0 || is_bereft(keep);
    }
    return marked && !legal->parameters.sealed;
}

static enum legal_keep_found restore_parameters(struct legal_keep *keep, struct legal *legal)
{
    uint8_t octets[LEGAL_PARAMETERS_SIZE];
    uint8_t version;
    size_t size;
    enum legal_keep_found found = fetch(keep, PARAMETERS, octets, sizeof octets, &size, &version);
    if (found == LEGAL_KEEP_WHOLE &&
        (version != LEGAL_PARAMETERS_VERSION || legal_parameters_read(legal, octets, size) != 0)) {
        found = LEGAL_KEEP_DAMAGED;
    }
    if (is_incomplete(keep, legal, found)) {
        found = LEGAL_KEEP_DAMAGED;
    }
    keep->changes = legal->changes;
    if (found == LEGAL_KEEP_DAMAGED) {
        legal_seal(legal); /* what cannot be read does not open the meter, now or later */
    }
    return found;
}

/* Nothing of ours, but sectors of another type's registers: whoever chooses the type does not get
 * rid of them. */
static bool is_foreign(const struct legal_keep *keep)
{
    const struct belt *belt = &keep->journal.belt;
    const struct partition *partition = belt->partition;
    bool maybe = belt->span == 0 && belt->lost > 0;
    bool foreign = false;
    for (uint32_t n = 0; maybe && !foreign && n < partition->sectors; n++) {
        struct belt_header header;
        uint32_t address = (partition->first + n) * (uint32_t)belt->flash->sector;
        foreign = belt_inspect(belt->flash, address, &header) == BELT_SECTOR_DATA &&
                  header.kind == partition->kind && header.identity != partition->identity;
    }
    return foreign;
}

enum legal_keep_found legal_keep_restore(struct legal_keep *keep, struct legal *legal)
{
    keep->foreign = is_foreign(keep);
    if (keep->foreign) {
        legal_seal(legal);
        return LEGAL_KEEP_FOREIGN;
    }
    enum legal_keep_found totals = restore_totals(keep, legal);
    enum legal_keep_found parameters = restore_parameters(keep, legal);
    bool damaged = keep->journal.damaged > 0 || keep->journal.belt.lost > 0 ||
                   parameters == LEGAL_KEEP_DAMAGED;
    return damaged ? LEGAL_KEEP_DAMAGED : totals;
}

static bool has_changed(const struct legal_keep *keep, const uint8_t *octets, size_t size)
{
    return !keep->ever_kept || crc32(0, octets, size) != keep->kept_sum;
}

static void try_soon(struct legal_keep *keep, int64_t now_ms)
{
    if (keep->due_ms > now_ms + RETRY_MS) {
        keep->due_ms = now_ms + RETRY_MS;
    }
}

/* What the journal cannot take now is tried again soon. */
static bool put(struct legal_keep *keep, uint16_t value, uint8_t version, const uint8_t *octets,
                size_t size, int64_t now_ms)
{
    int result = journal_put(&keep->journal, value, version, octets, (uint16_t)size);
    keep->failed = result != STORAGE_DONE && result != STORAGE_LATER;
    if (result != STORAGE_DONE) {
        try_soon(keep, now_ms);
    }
    return result == STORAGE_DONE;
}

static void checkpoint(struct legal_keep *keep, const struct legal *legal, int64_t now_ms)
{
    uint8_t octets[LEGAL_TOTALS_SIZE];
    size_t size = legal_totals_write(legal, octets);
    keep->due_ms = now_ms + keep->period_ms;
    if (has_changed(keep, octets, size) &&
        put(keep, TOTALS, LEGAL_TOTALS_VERSION, octets, size, now_ms)) {
        remember(keep, octets, size);
    }
}

static void keep_parameters(struct legal_keep *keep, const struct legal *legal, int64_t now_ms)
{
    uint8_t octets[LEGAL_PARAMETERS_SIZE];
    size_t size = legal_parameters_write(legal, octets);
    if (put(keep, PARAMETERS, LEGAL_PARAMETERS_VERSION, octets, size, now_ms)) {
        keep->changes = legal->changes;
    }
}

/* Parameters with the seal are on the chip: from now on nothing that is there without it counts. */
static void mark_seal(struct legal_keep *keep, const struct legal *legal, int64_t now_ms)
{
    bool kept = legal->parameters.sealed && keep->changes == legal->changes;
    if (kept && journal_mark(&keep->journal) != STORAGE_DONE) {
        try_soon(keep, now_ms);
    }
}

int64_t legal_keep_step(struct legal_keep *keep, const struct legal *legal, int64_t now_ms)
{
    if (keep->foreign) {
        return INT64_MAX;
    }
    if (now_ms >= keep->due_ms || keep->due_ms - now_ms > keep->period_ms) {
        checkpoint(keep, legal, now_ms);
    }
    if (keep->changes != legal->changes) {
        keep_parameters(keep, legal, now_ms);
    }
    mark_seal(keep, legal, now_ms);
    bool busy = journal_step(&keep->journal) > 0;
    int64_t soon = now_ms + STEP_BUSY_MS;
    return busy && soon < keep->due_ms ? soon : keep->due_ms;
}

int legal_keep_power_fail(struct legal_keep *keep, struct legal *legal)
{
    uint8_t octets[LEGAL_TOTALS_SIZE];
    legal_close(legal);
    if (keep->foreign) {
        return STORAGE_FAILED;
    }
    size_t size = legal_totals_write(legal, octets);
    if (!has_changed(keep, octets, size)) {
        return STORAGE_DONE;
    }
    return journal_put_urgent(&keep->journal, TOTALS, LEGAL_TOTALS_VERSION, octets, (uint16_t)size);
}
