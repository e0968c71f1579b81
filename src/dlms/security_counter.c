#include "dlms/security_counter.h"

#include <stddef.h>

void dlms_counter_restore(struct dlms_counter *counter, uint8_t id, uint32_t bound)
{
    *counter = (struct dlms_counter){.next = bound, .bound = bound, .id = id};
}

/* Makes `value` (below UINT32_MAX) one that is reserved. */
static int reserve(struct dlms_counter *counter, const struct dlms_counter_store *store,
                   uint32_t value)
{
    if (store == NULL || value < counter->bound) {
        return 0;
    }
    uint32_t left = UINT32_MAX - value;
    uint32_t bound = value + (store->ahead < left ? store->ahead : left);
    if (store->reserve(store->context, counter->id, bound) != 0) {
        return -1;
    }
    counter->bound = bound;
    return 0;
}

int dlms_counter_take(struct dlms_counter *counter, const struct dlms_counter_store *store,
                      uint32_t *value)
{
    if (counter->next == UINT32_MAX || reserve(counter, store, counter->next) != 0) {
        return -1;
    }
    *value = counter->next++;
    return 0;
}

bool dlms_counter_accepts(const struct dlms_counter *counter, uint32_t value)
{
    return value >= counter->next && value != UINT32_MAX;
}

int dlms_counter_accept(struct dlms_counter *counter, const struct dlms_counter_store *store,
                        uint32_t value)
{
    if (!dlms_counter_accepts(counter, value) || reserve(counter, store, value) != 0) {
        return -1;
    }
    counter->next = value + 1;
    return 0;
}
