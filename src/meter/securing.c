#include "meter/securing.h"

#include "base/reader.h"
#include "base/writer.h"
#include "crypto/secret.h"
#include "dlms/security_change.h"
#include "meter/certifying.h"
#include "meter/keeping.h"
#include "storage/layout.h"

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

/* The storage's counter for one of the setup: that of P1's telegrams stands among them. */
static uint8_t storage_number(uint8_t id)
{
    return (uint8_t)(id < METER_COUNTER_P1 ? id : id + 1);
}

static int reserve(void *context, uint8_t id, uint32_t bound)
{
    struct meter *meter = context;
    uint32_t generation = dlms_security_setup_generation(&meter->security, id);
    int result = storage_counter_begin(&meter->storage, storage_number(id), generation, bound);
    return result == STORAGE_DONE ? 0 : -1;
}

/* The record: suite, policy, which keys there are, of the next suite too, which key pairs; how
 * often each key was changed, and what there is. */
enum {
    RECORD_VERSION_KEYS = 1,   /* knew neither pairs nor keys of the next suite */
    RECORD_VERSION_PUBLIC = 2, /* had the public keys of pairs whole */
    RECORD_VERSION = 3,
    RECORD_HEAD = 5 + 4 * DLMS_KEYS,
    PAIRS = 2 * DLMS_KEY_USES, /* in force, and made */
    RECORD_PUBLIC = RECORD_HEAD + 2 * KEYS_MAX + PAIRS * (CRYPTO_CURVE_MAX + CRYPTO_PUBLIC_MAX),
    RECORD_MAX = RECORD_PUBLIC - PAIRS * (CRYPTO_PUBLIC_MAX - DLMS_PUBLIC_ID),
};

_Static_assert((int)RECORD_PUBLIC <= (int)LAYOUT_VALUE, "all keys can be kept");

static enum crypto_curve curve_of(const struct dlms_security_kept *kept)
{
    return kept->suite == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256;
}

static void put_keys_kept(struct writer *w, unsigned mask,
                          const uint8_t octets[DLMS_KEYS][DLMS_KEY_MAX], size_t size)
{
    for (int id = 0; id < DLMS_KEYS; id++) {
        writer_octets(w, octets[id], (mask & 1U << id) != 0 ? size : 0);
    }
}

static void put_pairs(struct writer *w, const struct dlms_key_pair pairs[DLMS_KEY_USES],
                      enum crypto_curve curve)
{
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        writer_octets(w, pairs[use].private_key, pairs[use].there ? crypto_curve_size(curve) : 0);
        writer_octets(w, pairs[use].public_id, pairs[use].there ? DLMS_PUBLIC_ID : 0);
    }
}

static unsigned mask_of(const struct dlms_key_pair pairs[DLMS_KEY_USES])
{
    unsigned mask = 0;
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        mask |= pairs[use].there ? 1U << use : 0;
    }
    return mask;
}

static int keep(void *owner, const struct dlms_security_kept *kept)
{
    struct storage *storage = owner;
    uint8_t octets[RECORD_MAX];
    struct writer w = writer_over(octets, sizeof octets);
    writer_u8(&w, kept->suite);
    writer_u8(&w, kept->policy);
    writer_u8(&w, kept->keys);
    writer_u8(&w, kept->coming_keys);
    writer_u8(&w, (uint8_t)(mask_of(kept->pairs) | mask_of(kept->made) << DLMS_KEY_USES));
    for (int id = 0; id < DLMS_KEYS; id++) {
        writer_u32(&w, kept->changes[id]);
    }
    put_keys_kept(&w, kept->keys, kept->octets, dlms_key_size(kept->suite));
    put_keys_kept(&w, kept->coming_keys, kept->coming, DLMS_KEY_MAX);
    put_pairs(&w, kept->pairs, curve_of(kept));
    put_pairs(&w, kept->made, curve_of(kept));
    int result = journal_put(&storage->secrets, METER_SECRET_SECURITY, RECORD_VERSION, octets,
                             (uint16_t)writer_kept(&w));
    crypto_wipe(octets, sizeof octets);
    return result == STORAGE_DONE ? 0 : -1;
}

static void take_octets(struct reader *r, uint8_t *octets, size_t size)
{
    const uint8_t *taken = reader_octets(r, size);
    if (taken != NULL) {
        memcpy(octets, taken, size);
    }
}

static void take_keys(struct reader *r, unsigned mask, uint8_t octets[DLMS_KEYS][DLMS_KEY_MAX],
                      size_t size)
{
    for (int id = 0; id < DLMS_KEYS; id++) {
        take_octets(r, octets[id], (mask & 1U << id) != 0 ? size : 0);
    }
}

static void take_pairs(struct reader *r, uint8_t version, unsigned mask, enum crypto_curve curve,
                       struct dlms_key_pair pairs[DLMS_KEY_USES])
{
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        struct dlms_key_pair *pair = &pairs[use];
        pair->there = (mask & 1U << use) != 0;
        if (!pair->there) {
            continue;
        }
        take_octets(r, pair->private_key, crypto_curve_size(curve));
        take_octets(r, pair->public_id, DLMS_PUBLIC_ID);
        if (version == RECORD_VERSION_PUBLIC) {
            (void)reader_octets(r, 2 * crypto_curve_size(curve) - DLMS_PUBLIC_ID);
        }
    }
}

static bool take_record(struct reader *r, uint8_t version, struct dlms_security_kept *kept)
{
    kept->suite = reader_u8(r);
    kept->policy = reader_u8(r);
    kept->keys = reader_u8(r);
    kept->coming_keys = version > RECORD_VERSION_KEYS ? reader_u8(r) : 0;
    unsigned pairs = version > RECORD_VERSION_KEYS ? reader_u8(r) : 0;
    for (int id = 0; id < DLMS_KEYS; id++) {
        kept->changes[id] = reader_u32(r);
    }
    take_keys(r, kept->keys, kept->octets, dlms_key_size(kept->suite));
    take_keys(r, kept->coming_keys, kept->coming, DLMS_KEY_MAX);
    take_pairs(r, version, pairs, curve_of(kept), kept->pairs);
    take_pairs(r, version, pairs >> DLMS_KEY_USES, curve_of(kept), kept->made);
    return reader_done(r);
}

/* Whether there is a record; a later firmware finds its version. */
static bool find_record(const struct storage *storage, struct dlms_security_kept *kept)
{
    uint8_t octets[RECORD_PUBLIC];
    uint8_t version;
    int size =
        journal_get(&storage->secrets, METER_SECRET_SECURITY, &version, octets, sizeof octets);
    if (size < 0 || size > RECORD_PUBLIC || version < RECORD_VERSION_KEYS ||
        version > RECORD_VERSION) {
        return false;
    }
    struct reader r = reader_over(octets, (size_t)size);
    bool good = take_record(&r, version, kept);
    crypto_wipe(octets, sizeof octets);
    return good;
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
        meter->parameter_event_ms = meter->now_ms + PAUSE_MS;
        break;
    }
}

/* What a client writes or executes is one event with what he changes within a minute. */
static void record_changes(struct meter *meter)
{
    if (meter->server.changes != meter->parameter_changes) {
        meter->parameter_changes = meter->server.changes;
        record_rarely(meter, EVENT_PARAMETER_CHANGED, &meter->parameter_event_ms);
    }
}

void securing_step(struct meter *meter)
{
    dlms_server_set_time(&meter->server, meter->now_ms);
    certifying_step(meter);
    record_changes(meter);
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

/* What is given of one use: our private key, Management's public one. */
static int put_curve_keys(struct meter *meter, enum dlms_key_use use, const uint8_t *own,
                          const uint8_t *peer)
{
    struct dlms_security_setup *security = &meter->security;
    if (is_given(own, CRYPTO_CURVE_MAX) && dlms_security_setup_own(security, use, own) != 0) {
        return -1;
    }
    return is_given(peer, CRYPTO_PUBLIC_MAX)
               ? dlms_security_setup_know(
                     security, (uint8_t)dlms_server_partner(&meter->server, PRODUCT_SAP_MANAGEMENT),
                     use, peer)
               : 0;
}

/* 0, or -1: that are no keys of the suite's curve. */
static int put_signing(struct meter *meter, const struct meter_setup *setup)
{
    const struct meter_keys *keys = setup->keys;
    if (setup->curves == NULL) {
        return 0;
    }
    dlms_security_setup_compute(&meter->security, setup->curves);
    if (put_curve_keys(meter, DLMS_USE_SIGNATURE, keys->signing, keys->signing_peer) != 0) {
        return -1;
    }
    return put_curve_keys(meter, DLMS_USE_AGREEMENT, keys->agreement, keys->agreement_peer);
}

int securing_init(struct meter *meter, const struct meter_setup *setup)
{
    meter->deciphering_event_ms = 0;
    meter->replay_event_ms = 0;
    certifying_init(meter, setup);
    meter->parameter_event_ms = 0;
    meter->parameter_changes = meter->server.changes;
    dlms_server_set_patience(&meter->server, &patience);
    dlms_server_set_watch(&meter->server, (struct dlms_watch){tell, meter});
    /* The display's keys are set up there, too. */
    dlms_keyring_init(&meter->security.ring, DLMS_SUITE_0);
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
    dlms_security_setup_init(&meter->security, setup->keys->suite, title, &meter->random);
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
    meter->context.security = &meter->security;
    return 0;
}

/* A bound that was lost to damage is made up for; a counter that was never set, or was that of a
 * key before, begins. */
static void restore(struct meter *meter, uint8_t id)
{
    const struct storage *storage = &meter->storage;
    const struct counter *kept = &storage->counters[storage_number(id)];
    bool doubtful = storage->values.damaged > 0 || storage->values.belt.lost > 0;
    uint32_t more = doubtful ? DOUBT : 0;
    if (kept->next <= kept->ceiling &&
        kept->generation == dlms_security_setup_generation(&meter->security, id)) {
        uint32_t bound = kept->ceiling < UINT32_MAX - more ? kept->ceiling + more : UINT32_MAX;
        struct dlms_counter *counter = dlms_security_setup_numbered(&meter->security, id);
        dlms_counter_restore(counter, counter->id, bound > counter->next ? bound : counter->next);
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
    if (find_record(&meter->storage, &kept)) {
        (void)dlms_security_restore(security, &kept);
    }
    crypto_wipe(&kept, sizeof kept);
    for (uint8_t id = 0; id < DLMS_SETUP_COUNTERS; id++) {
        restore(meter, id);
    }
}
