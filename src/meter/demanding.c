#include "meter/demanding.h"

#include "meter/keeping.h"
#include "storage/layout.h"

_Static_assert((int)DEMAND_ROOM <= (int)LAYOUT_VALUE,
               "the longest windows of all channels can be kept");

static const struct keeping_value kept = {METER_VALUE_DEMAND, DEMAND_VERSION, DEMAND_ROOM};

void demanding_init(struct meter *meter)
{
    demand_init(&meter->demand, &meter->product->demand, &meter->source, &meter->clock);
    meter->demand_changes = meter->demand.changes;
}

/* Energies are not zero any more, as they were at demanding_init(). */
void demanding_recover(struct meter *meter)
{
    uint8_t octets[LAYOUT_VALUE];
    uint8_t version;
    demanding_init(meter);
    int size = journal_get(&meter->storage.values, kept.number, &version, octets, sizeof octets);
    if (size > 0 && size <= LAYOUT_VALUE) {
        struct reader r = reader_over(octets, (size_t)size);
        (void)demand_read(&meter->demand, version, &r);
    }
    demand_recover(&meter->demand);
}

/* Without a legally relevant part no energy is known: no window ends, what is kept stays. */
int64_t demanding_step(struct meter *meter)
{
    if (!meter->legal) {
        return INT64_MAX;
    }
    return demand_step(&meter->demand, meter->tariff.rates[TARIFF_DEMAND]);
}

static void render(const void *demand, struct writer *w)
{
    demand_write(demand, w);
}

bool demanding_keep(struct meter *meter)
{
    uint32_t changes = meter->demand.changes;
    if (changes == meter->demand_changes || !meter->legal) {
        return false;
    }
    if (keeping_render(&meter->storage, kept, render, &meter->demand)) {
        meter->demand_changes = changes;
    }
    return true;
}
