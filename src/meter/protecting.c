#include "meter/protecting.h"

#include "meter/keeping.h"

static const struct keeping_value kept = {METER_VALUE_PROTECTION, PROTECTION_VERSION,
                                          PROTECTION_ROOM};

void protecting_init(struct meter *meter)
{
    protection_init(&meter->protection);
    meter->protection_changes = 0;
}

void protecting_recover(struct meter *meter)
{
    uint8_t octets[PROTECTION_ROOM];
    struct reader r;
    if (keeping_load(&meter->storage, kept, octets, &r)) {
        (void)protection_read(&meter->protection, &r);
        meter->protection_changes = meter->protection.changes;
    }
}

static void render(const void *protection, struct writer *w)
{
    protection_write(protection, w);
}

bool protecting_keep(struct meter *meter)
{
    uint32_t changes = meter->protection.changes;
    if (changes == meter->protection_changes) {
        return false;
    }
    if (keeping_render(&meter->storage, kept, render, &meter->protection)) {
        meter->protection_changes = changes;
    }
    return true;
}
