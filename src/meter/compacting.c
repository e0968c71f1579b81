#include "meter/compacting.h"

#include "meter/keeping.h"

#include <string.h>

static const struct keeping_value kept = {METER_VALUE_COMPACT, COMPACT_VERSION, COMPACT_ROOM};

void compacting_init(struct meter *meter)
{
    compact_init(&meter->compact, &meter->objects);
    meter->compact_changes = 0;
}

void compacting_recover(struct meter *meter)
{
    uint8_t octets[COMPACT_ROOM];
    struct reader r;
    if (keeping_load(&meter->storage, kept, octets, &r)) {
        (void)compact_read(&meter->compact, &r);
    }
}

/* A column whose object this firmware lacks came from the chip, for clients name what there is: its
 * name stays as it stands there. */
static void keep_names(const struct meter *meter, uint8_t octets[COMPACT_ROOM])
{
    const struct compact *compact = &meter->compact;
    for (uint8_t i = 0; i < compact->column_count; i++) {
        uint8_t name[COLUMN_SIZE];
        uint16_t at = (uint16_t)(COMPACT_COLUMNS_AT + i * COLUMN_SIZE);
        if (compact->columns[i].object == OBJECT_NONE &&
            journal_read(&meter->storage.values, kept.number, at, name, sizeof name) ==
                STORAGE_DONE) {
            memcpy(octets + at, name, sizeof name);
        }
    }
}

bool compacting_keep(struct meter *meter)
{
    uint8_t octets[COMPACT_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    uint32_t changes = meter->compact.changes;
    if (changes == meter->compact_changes) {
        return false;
    }
    compact_write(&meter->compact, &w);
    keep_names(meter, octets);
    if (keeping_save(&meter->storage, kept, &w)) {
        meter->compact_changes = changes;
    }
    return true;
}
