#include "dlms/security_setup.h"

#include "base/need.h"

#include <string.h>

enum { SENT = 0, SENT_OTHER = 1, RECEIVED = 2 };

void dlms_security_setup_init(struct dlms_security_setup *setup, enum dlms_suite suite,
                              const uint8_t title[DLMS_TITLE_SIZE], struct crypto_random *random)
{
    memset(setup, 0, sizeof *setup);
    dlms_keyring_init(&setup->ring, suite);
    memcpy(setup->title, title, DLMS_TITLE_SIZE);
    setup->random = random;
    dlms_counter_restore(&setup->sent, SENT, DLMS_COUNTER_FIRST);
    dlms_counter_restore(&setup->sent_other, SENT_OTHER, DLMS_COUNTER_FIRST);
    for (int of = 0; of < DLMS_COUNTERS; of++) {
        dlms_counter_restore(&setup->received[of], (uint8_t)(DLMS_SETUP_RECEIVED + of), 0);
        dlms_counter_restore(&setup->received_data[of], (uint8_t)(DLMS_SETUP_DATA + of), 0);
    }
}

struct dlms_counter *dlms_security_setup_numbered(struct dlms_security_setup *setup, uint8_t id)
{
    need(id < DLMS_SETUP_COUNTERS);
    if (id < RECEIVED) {
        return id == SENT ? &setup->sent : &setup->sent_other;
    }
    if (id >= DLMS_SETUP_DATA) {
        return &setup->received_data[id - DLMS_SETUP_DATA];
    }
    return &setup->received[(id - RECEIVED) % DLMS_COUNTERS];
}

/* What comes wrapped comes by the master key: once that is another, nothing of before unwraps. */
uint32_t dlms_security_setup_generation(const struct dlms_security_setup *setup, uint8_t id)
{
    static const uint8_t key_of[DLMS_COUNTERS] = {
        [DLMS_COUNTER_OF_UNICAST] = DLMS_KEY_UNICAST,
        [DLMS_COUNTER_OF_BROADCAST] = DLMS_KEY_BROADCAST,
        [DLMS_COUNTER_OF_WRAPPED] = DLMS_KEY_MASTER,
    };
    if (id < RECEIVED) {
        return id == SENT ? setup->changes[DLMS_KEY_UNICAST] : 0;
    }
    return setup->changes[key_of[(id - RECEIVED) % DLMS_COUNTERS]];
}
