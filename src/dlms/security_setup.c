#include "dlms/security_setup.h"

#include <string.h>

enum { SENT = 0, RECEIVED = 1 };

uint8_t dlms_security_setup_counter(uint8_t client, enum dlms_counter_of of)
{
    return (uint8_t)(RECEIVED + client * DLMS_COUNTERS + of);
}

void dlms_security_setup_init(struct dlms_security_setup *setup, enum dlms_suite suite,
                              const uint8_t title[DLMS_TITLE_SIZE], struct crypto_random *random,
                              uint8_t *scratch, size_t scratch_room)
{
    memset(setup, 0, sizeof *setup);
    dlms_keyring_init(&setup->ring, suite);
    memcpy(setup->title, title, DLMS_TITLE_SIZE);
    setup->random = random;
    setup->scratch = scratch;
    setup->scratch_room = scratch_room;
    dlms_counter_restore(&setup->sent, SENT, DLMS_COUNTER_FIRST);
    for (uint8_t client = 0; client < DLMS_SETUP_CLIENTS; client++) {
        for (int of = 0; of < DLMS_COUNTERS; of++) {
            uint8_t id = dlms_security_setup_counter(client, (enum dlms_counter_of)of);
            dlms_counter_restore(&setup->received[client][of], id, 0);
        }
    }
}
