#include "function/reversal.h"

#include "base/reader.h"
#include "base/writer.h"

/* As a value: docs/FLASH.md. */
enum { VERSION = 1, SIZE = 4 };

static const int64_t uw_per_w = 1000000;

void reversal_init(struct reversal *reversal, struct event_book *events)
{
    *reversal = (struct reversal){.events = events};
}

void reversal_recover(struct reversal *reversal, struct storage *storage, uint16_t value)
{
    uint8_t octets[SIZE];
    uint8_t version;
    reversal->storage = storage;
    reversal->value = value;
    int size = journal_get(&storage->values, value, &version, octets, sizeof octets);
    if (size == SIZE && version == VERSION) {
        struct reader r = reader_over(octets, sizeof octets);
        reversal->limit_w = reader_u32(&r);
    }
    reversal->seen = event_is_raised(reversal->events, EVENT_CURRENT_REVERSED);
}

static void follow(struct reversal *reversal, int64_t p_uw, int64_t now_ms)
{
    bool flows = reversal->limit_w != 0 && p_uw <= -(int64_t)reversal->limit_w * uw_per_w;
    if (flows != reversal->seen) {
        reversal->seen = flows;
        reversal->since_ms = now_ms;
    }
    if (now_ms - reversal->since_ms >= REVERSAL_AFTER_MS) {
        event_follow(reversal->events, EVENT_CURRENT_REVERSED, flows);
    }
}

static int keep(struct reversal *reversal)
{
    uint8_t octets[SIZE];
    struct writer w = writer_over(octets, sizeof octets);
    if (reversal->storage == NULL || !reversal->changed) {
        return 0;
    }
    writer_u32(&w, reversal->limit_w);
    int result =
        journal_put(&reversal->storage->values, reversal->value, VERSION, octets, sizeof octets);
    reversal->changed = result != STORAGE_DONE;
    return reversal->changed;
}

int reversal_step(struct reversal *reversal, int64_t p_uw, int64_t now_ms)
{
    follow(reversal, p_uw, now_ms);
    return keep(reversal);
}

void reversal_set_limit(struct reversal *reversal, uint32_t limit_w)
{
    reversal->limit_w = limit_w;
    reversal->changed = true;
}
