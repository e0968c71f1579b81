/* Invocation counters: one for each key and each sender, strictly increasing, also across restarts
 * (Green Book 9.2.3.3.7.3). A counter that is used twice with a key breaks AES-GCM.
 *
 * Storing every use would wear the memory out. A counter is therefore reserved ahead: a bound is
 * stored before anything from it on is used, and after a restart the counter goes on at the bound.
 * So does a received one: what was accepted before a restart is below the bound and is refused. */
#ifndef WATTHOUR_DLMS_SECURITY_COUNTER_H
#define WATTHOUR_DLMS_SECURITY_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/* Where bounds are kept. */
struct dlms_counter_store {
    /* Stores that the counter `id` may be used up to `bound`, not included. 0 once that is kept;
     * anything else: it is not. */
    int (*reserve)(void *context, uint8_t id, uint32_t bound);
    void *context;
    uint32_t ahead; /* how many are reserved at once, at least 1 */
};

enum {
    /* A sender's first: 0 is what a receiver shows when it has accepted nothing. */
    DLMS_COUNTER_FIRST = 1,
};

struct dlms_counter {
    uint32_t next;  /* sent: to be used next; received: the lowest that is accepted */
    uint32_t bound; /* below it all is reserved */
    uint8_t id;     /* in the store */
};

/* Goes on at the bound that was stored last; a new key's counter begins at DLMS_COUNTER_FIRST when
 * sent and at 0 when received, and that is stored by the caller together with the key. */
void dlms_counter_restore(struct dlms_counter *counter, uint8_t id, uint32_t bound);

/* Sender: the counter for one APDU, used whether it is sent or not. 0, or -1: it cannot be stored,
 * or UINT32_MAX is reached and nothing is sent until the key changes. `store` NULL: the key does
 * not outlive a restart either. */
int dlms_counter_take(struct dlms_counter *counter, const struct dlms_counter_store *store,
                      uint32_t *value);

/* Receiver: whether the value is higher than all that were accepted. */
bool dlms_counter_accepts(const struct dlms_counter *counter, uint32_t value);

/* Receiver: takes a value that is acceptable, once the APDU proved authentic. 0, or -1: it cannot
 * be stored, and the APDU must not be served. */
int dlms_counter_accept(struct dlms_counter *counter, const struct dlms_counter_store *store,
                        uint32_t value);

#endif
