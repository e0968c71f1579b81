#include "meter/securing.h"

#include <string.h>

/* Reserved at once, and skipped at each start: a head end that is behind is told the counter. */
enum { AHEAD = 64, DOUBT = 2 * AHEAD };

/* Three letters of the manufacturer, the device type, functions and serial number. */
static void make_title(const struct identity_config *config, uint32_t serial,
                       uint8_t title[DLMS_TITLE_SIZE])
{
    memcpy(title, config->manufacturer, 3);
    title[3] = config->device_type;
    title[4] = (uint8_t)(config->functions << 4 | serial >> 24);
    title[5] = (uint8_t)(serial >> 16);
    title[6] = (uint8_t)(serial >> 8);
    title[7] = (uint8_t)serial;
}

static int reserve(void *context, uint8_t id, uint32_t bound)
{
    return storage_counter_set(context, id, bound) == STORAGE_DONE ? 0 : -1;
}

static void put_keys(struct dlms_keyring *ring, const struct meter_keys *keys)
{
    (void)dlms_keyring_put(ring, DLMS_KEY_UNICAST, keys->unicast, METER_KEY);
    (void)dlms_keyring_put(ring, DLMS_KEY_AUTHENTICATION, keys->authentication, METER_KEY);
    (void)dlms_keyring_put(ring, DLMS_KEY_MASTER, keys->master, METER_KEY);
}

int securing_init(struct meter *meter, const struct meter_setup *setup)
{
    if (setup->keys == NULL) {
        return 0;
    }
    const struct identity *identity = &meter->identity;
    if (setup->entropy == NULL || crypto_random_begin(&meter->random, setup->entropy,
                                                      identity->name, sizeof identity->name) != 0) {
        return -1;
    }
    uint8_t title[DLMS_TITLE_SIZE];
    make_title(identity->config, setup->serial, title);
    dlms_security_setup_init(&meter->security, DLMS_SUITE_0, title, &meter->random,
                             meter->deciphered, sizeof meter->deciphered);
    put_keys(&meter->security.ring, setup->keys);
    if (setup->flash) {
        meter->counters = (struct dlms_counter_store){
            .reserve = reserve, .context = &meter->storage, .ahead = AHEAD};
        meter->security.store = &meter->counters;
    }
    dlms_server_set_security(&meter->server, &meter->security);
    return 0;
}

/* A bound that was lost to damage is made up for; a counter that was never set begins. */
static void restore(const struct storage *storage, struct dlms_counter *counter)
{
    const struct counter *kept = &storage->counters[counter->id];
    bool doubtful = storage->values.damaged > 0 || storage->values.belt.lost > 0;
    uint32_t more = doubtful ? DOUBT : 0;
    if (kept->next <= kept->ceiling) {
        uint32_t bound = kept->ceiling < UINT32_MAX - more ? kept->ceiling + more : UINT32_MAX;
        dlms_counter_restore(counter, counter->id, bound);
    }
}

void securing_restore(struct meter *meter)
{
    struct dlms_security_setup *security = meter->server.security;
    if (security == NULL) {
        return;
    }
    restore(&meter->storage, &security->sent);
    for (uint8_t client = 0; client < DLMS_SETUP_CLIENTS; client++) {
        for (int of = 0; of < DLMS_COUNTERS; of++) {
            restore(&meter->storage, &security->received[client][of]);
        }
    }
}
