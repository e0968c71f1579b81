#include "meter/securing.h"

#include "base/reader.h"
#include "base/writer.h"
#include "crypto/secret.h"
#include "dlms/security_change.h"
#include "meter/keeping.h"

#include <string.h>

/* Reserved at once, and skipped at each start: a head end that is behind is told the counter. */
enum { AHEAD = 64, DOUBT = 2 * AHEAD };

enum { KEYS_MAX = DLMS_KEYS * DLMS_KEY_MAX };

void securing_title(const struct identity_config *config, uint32_t serial,
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
    struct meter *meter = context;
    uint32_t generation = dlms_security_setup_generation(&meter->security, id);
    int result = storage_counter_begin(&meter->storage, id, generation, bound);
    return result == STORAGE_DONE ? 0 : -1;
}

/* The record: suite, policy, which keys, how often each was changed, and those that are there. */
enum { RECORD_VERSION = 1, RECORD_HEAD = 3 + 4 * DLMS_KEYS, RECORD_MAX = RECORD_HEAD + KEYS_MAX };

static int keep(void *owner, const struct dlms_security_kept *kept)
{
    struct storage *storage = owner;
    uint8_t octets[RECORD_MAX];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u8(&w, kept->suite);
    writer_u8(&w, kept->policy);
    writer_u8(&w, kept->keys);
    for (int id = 0; id < DLMS_KEYS; id++) {
        writer_u32(&w, kept->changes[id]);
    }
    for (int id = 0; id < DLMS_KEYS; id++) {
        bool there = (kept->keys & 1 << id) != 0;
        writer_octets(&w, kept->octets[id], there ? dlms_key_size(kept->suite) : 0);
    }
    int result = journal_put(&storage->secrets, METER_SECRET_SECURITY, RECORD_VERSION, octets,
                             (uint16_t)writer_kept(&w));
    crypto_wipe(octets, sizeof octets);
    return result == STORAGE_DONE ? 0 : -1;
}

/* Whether there is a record; a later firmware finds its version. */
static bool take_record(const struct storage *storage, struct dlms_security_kept *kept)
{
    uint8_t octets[RECORD_MAX];
    uint8_t version;
    int size =
        journal_get(&storage->secrets, METER_SECRET_SECURITY, &version, octets, sizeof octets);
    if (size < 0 || size > RECORD_MAX || version != RECORD_VERSION) {
        return false;
    }
    struct reader r = reader_over(octets, (size_t)size);
    kept->suite = reader_u8(&r);
    kept->policy = reader_u8(&r);
    kept->keys = reader_u8(&r);
    for (int id = 0; id < DLMS_KEYS; id++) {
        kept->changes[id] = reader_u32(&r);
    }
    for (int id = 0; id < DLMS_KEYS; id++) {
        size_t key_size = (kept->keys & 1 << id) != 0 ? dlms_key_size(kept->suite) : 0;
        const uint8_t *key = reader_octets(&r, key_size);
        if (key != NULL) {
            memcpy(kept->octets[id], key, key_size);
        }
    }
    crypto_wipe(octets, sizeof octets);
    return reader_done(&r);
}

/* After three failures a client waits a second, then two, .., at most a minute. */
static const struct dlms_patience patience = {.free = 3, .first_s = 1, .most_s = 60};

/* Every so many failures of one client in a row are an event. What anybody on the line can bring
 * about as often as he likes is one at most in a minute. */
enum { FAILURES_OF_AN_EVENT = 5, PAUSE_MS = 60000 };

static void record_rarely(struct meter *meter, enum event_code code, int64_t *next_ms)
{
    if (meter->now_ms >= *next_ms) {
        *next_ms = meter->now_ms + PAUSE_MS;
        event_record(&meter->events, code);
    }
}

static void tell(void *owner, const struct dlms_incident *incident)
{
    struct meter *meter = owner;
    switch (incident->kind) {
    case DLMS_INCIDENT_AUTHENTICATION:
        if (incident->failures % FAILURES_OF_AN_EVENT == 0) {
            event_record(&meter->events, EVENT_AUTHENTICATION_FAILED);
        }
        break;
    case DLMS_INCIDENT_DECIPHERING:
        record_rarely(meter, EVENT_DECIPHERING_FAILED, &meter->deciphering_event_ms);
        break;
    case DLMS_INCIDENT_REPLAY:
        record_rarely(meter, EVENT_REPLAY, &meter->replay_event_ms);
        break;
    case DLMS_INCIDENT_KEYS:
        event_record(&meter->events, EVENT_KEY_CHANGED);
        break;
    case DLMS_INCIDENT_SECURITY:
        event_record(&meter->events, EVENT_PARAMETER_CHANGED);
        break;
    }
}

void securing_step(struct meter *meter)
{
    dlms_server_set_time(&meter->server, meter->now_ms);
}

static bool is_given(const uint8_t *octets, size_t size)
{
    static const uint8_t none[CRYPTO_PUBLIC_MAX];
    return !crypto_equal(octets, none, size);
}

static void put_optional(struct dlms_keyring *ring, enum dlms_key_id id, const uint8_t *key)
{
    if (is_given(key, dlms_key_size(ring->suite))) {
        (void)dlms_keyring_put(ring, id, key, dlms_key_size(ring->suite));
    }
}

static void put_keys(struct dlms_keyring *ring, const struct meter_keys *keys)
{
    size_t size = dlms_key_size(ring->suite);
    (void)dlms_keyring_put(ring, DLMS_KEY_UNICAST, keys->unicast, size);
    (void)dlms_keyring_put(ring, DLMS_KEY_AUTHENTICATION, keys->authentication, size);
    put_optional(ring, DLMS_KEY_BROADCAST, keys->broadcast);
    put_optional(ring, DLMS_KEY_MASTER, keys->master);
}

/* 0, or -1: that are no keys of the suite's curve. */
static int put_signing(struct meter *meter, const struct meter_setup *setup)
{
    const struct meter_keys *keys = setup->keys;
    bool given = is_given(keys->signing, sizeof keys->signing) &&
                 is_given(keys->signing_peer, sizeof keys->signing_peer);
    if (setup->curves == NULL || !given) {
        return 0;
    }
    if (dlms_security_setup_sign(&meter->security, setup->curves, keys->signing) != 0) {
        return -1;
    }
    uint8_t management = 0;
    while (setup->product->partners[management].sap != PRODUCT_SAP_MANAGEMENT) {
        management++;
    }
    return dlms_security_setup_know(&meter->security, management, keys->signing_peer);
}

int securing_init(struct meter *meter, const struct meter_setup *setup)
{
    meter->deciphering_event_ms = 0;
    meter->replay_event_ms = 0;
    dlms_server_set_patience(&meter->server, &patience);
    dlms_server_set_watch(&meter->server, (struct dlms_watch){tell, meter});
    if (setup->keys == NULL) {
        return 0;
    }
    const struct identity *identity = &meter->identity;
    if (setup->entropy == NULL || crypto_random_begin(&meter->random, setup->entropy,
                                                      identity->name, sizeof identity->name) != 0) {
        return -1;
    }
    uint8_t title[DLMS_TITLE_SIZE];
    securing_title(identity->config, setup->serial, title);
    dlms_security_setup_init(&meter->security, setup->keys->suite, title, &meter->random,
                             meter->deciphered, sizeof meter->deciphered);
    put_keys(&meter->security.ring, setup->keys);
    if (put_signing(meter, setup) != 0) {
        return -1;
    }
    meter->security.policy = setup->product->security_policy;
    if (setup->flash) {
        meter->counters =
            (struct dlms_counter_store){.reserve = reserve, .context = meter, .ahead = AHEAD};
        meter->security_keep = (struct dlms_security_keep){keep, &meter->storage};
        meter->security.store = &meter->counters;
        meter->security.keep = &meter->security_keep;
    }
    dlms_server_set_security(&meter->server, &meter->security);
    return 0;
}

/* A bound that was lost to damage is made up for; a counter that was never set, or was that of a
 * key before, begins. */
static void restore(struct meter *meter, uint8_t id)
{
    const struct storage *storage = &meter->storage;
    const struct counter *kept = &storage->counters[id];
    bool doubtful = storage->values.damaged > 0 || storage->values.belt.lost > 0;
    uint32_t more = doubtful ? DOUBT : 0;
    if (kept->next <= kept->ceiling &&
        kept->generation == dlms_security_setup_generation(&meter->security, id)) {
        uint32_t bound = kept->ceiling < UINT32_MAX - more ? kept->ceiling + more : UINT32_MAX;
        struct dlms_counter *counter = dlms_security_setup_numbered(&meter->security, id);
        dlms_counter_restore(counter, id, bound);
    }
}

void securing_restore(struct meter *meter)
{
    struct dlms_security_setup *security = meter->server.security;
    if (security == NULL) {
        return;
    }
    struct dlms_security_kept kept;
    memset(&kept, 0, sizeof kept);
    if (take_record(&meter->storage, &kept)) {
        (void)dlms_security_restore(security, &kept);
    }
    crypto_wipe(&kept, sizeof kept);
    for (uint8_t id = 0; id < DLMS_SETUP_COUNTERS; id++) {
        restore(meter, id);
    }
}
