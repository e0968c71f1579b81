#include "meter/compacting.h"

#include "meter/keeping.h"

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

bool compacting_keep(struct meter *meter)
{
    uint8_t octets[COMPACT_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    uint32_t changes = meter->compact.changes;
    if (changes == meter->compact_changes) {
        return false;
    }
    compact_write(&meter->compact, &w);
    if (keeping_save(&meter->storage, kept, &w)) {
        meter->compact_changes = changes;
    }
    return true;
}
