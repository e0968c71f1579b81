#include "meter/demanding.h"

#include "meter/keeping.h"

void demanding_init(struct meter *meter)
{
    demand_init(&meter->demand, &meter->product->demand, &meter->source, &meter->clock);
    meter->demand_changes = meter->demand.changes;
    meter->demand_windows_changes = meter->demand.windows_changes;
}

typedef int reads(struct demand *demand, struct reader *r);
typedef void writes(const struct demand *demand, struct writer *w);

static int restore(struct meter *meter, enum meter_value number, reads *read)
{
    uint8_t octets[DEMAND_ROOM];
    uint8_t version;
    int size =
        journal_get(&meter->storage.values, (uint16_t)number, &version, octets, sizeof octets);
    if (size < 0 || size > DEMAND_ROOM || version != DEMAND_VERSION) {
        return -1;
    }
    struct reader r = reader_over(octets, (size_t)size);
    return read(&meter->demand, &r);
}

/* Energies are not zero any more, as they were at demanding_init(). */
void demanding_recover(struct meter *meter)
{
    demanding_init(meter);
    if (restore(meter, METER_VALUE_DEMAND, demand_read) == 0) {
        (void)restore(meter, METER_VALUE_DEMAND_WINDOWS, demand_read_windows);
    }
    demand_recover(&meter->demand);
}

int64_t demanding_step(struct meter *meter)
{
    return demand_step(&meter->demand, meter->tariff.rates[TARIFF_DEMAND]);
}

static bool keep(struct meter *meter, enum meter_value number, writes *write, uint32_t changes,
                 uint32_t *kept)
{
    uint8_t octets[DEMAND_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    if (changes == *kept) {
        return false;
    }
    write(&meter->demand, &w);
    if (journal_put(&meter->storage.values, (uint16_t)number, DEMAND_VERSION, octets,
                    (uint16_t)writer_kept(&w)) == STORAGE_DONE) {
        *kept = changes;
    }
    return true;
}

/* Maxima first: windows are read behind them, with their settings. */
bool demanding_keep(struct meter *meter)
{
    bool maxima = keep(meter, METER_VALUE_DEMAND, demand_write, meter->demand.changes,
                       &meter->demand_changes);
    return keep(meter, METER_VALUE_DEMAND_WINDOWS, demand_write_windows,
                meter->demand.windows_changes, &meter->demand_windows_changes) ||
           maxima;
}
