#include "dlms/security_change.h"

#include "crypto/secret.h"

#include <string.h>

/* What would be kept of the setup as it stands, what waits included. */
static struct dlms_security_kept record_of(const struct dlms_security_setup *setup)
{
    if (setup->changer != NULL) {
        return setup->next;
    }
    struct dlms_security_kept kept;
    memset(&kept, 0, sizeof kept);
    kept.suite = (uint8_t)setup->ring.suite;
    kept.policy = setup->policy;
    memcpy(kept.changes, setup->changes, sizeof kept.changes);
    for (int id = 0; id < DLMS_KEYS; id++) {
        const uint8_t *octets = dlms_keyring_octets(&setup->ring, (enum dlms_key_id)id);
        if (octets != NULL) {
            kept.keys |= (uint8_t)(1 << id);
            memcpy(kept.octets[id], octets, dlms_key_size(setup->ring.suite));
        }
    }
    return kept;
}

static enum dlms_change keep(const struct dlms_security_setup *setup,
                             const struct dlms_security_kept *kept)
{
    const struct dlms_security_keep *where = setup->keep;
    bool kept_now = where == NULL || where->keep(where->owner, kept) == 0;
    return kept_now ? DLMS_CHANGED : DLMS_CHANGE_LATER;
}

enum dlms_change dlms_security_activate(struct dlms_security_setup *setup, uint8_t policy)
{
    bool weaker = (setup->policy & ~(unsigned)policy) != 0;
    if (weaker || (policy & ~(unsigned)DLMS_POLICY_ALL) != 0) {
        return DLMS_CHANGE_REFUSED;
    }
    struct dlms_security_kept kept = record_of(setup);
    kept.policy = policy;
    enum dlms_change change = keep(setup, &kept);
    if (change == DLMS_CHANGED) {
        setup->policy = policy;
        setup->next.policy = policy;
    }
    crypto_wipe(&kept, sizeof kept);
    return change;
}

/* The key as it is counts as changed when it becomes another. */
static void replace(struct dlms_security_kept *kept, enum dlms_key_id id,
                    const uint8_t octets[DLMS_KEY_MAX], size_t size)
{
    bool same = (kept->keys & 1U << id) != 0 && crypto_equal(kept->octets[id], octets, size);
    if (!same) {
        kept->keys |= (uint8_t)(1U << id);
        kept->changes[id]++;
        memcpy(kept->octets[id], octets, size);
    }
}

/* Whether all keys are there, each once, and wrapped by the master key. */
static bool unwrap_all(const struct dlms_security_setup *setup, const struct dlms_wrapped_key *keys,
                       size_t count, struct dlms_security_kept *kept)
{
    uint8_t octets[DLMS_KEY_MAX];
    unsigned seen = 0;
    bool good = count > 0;
    for (size_t i = 0; i < count && good; i++) {
        good = keys[i].id < DLMS_KEYS && (seen & 1U << keys[i].id) == 0 &&
               dlms_keyring_unwrap(&setup->ring, keys[i].wrapped.octets, keys[i].wrapped.size,
                                   octets) == 0;
        if (good) {
            seen |= 1U << keys[i].id;
            replace(kept, keys[i].id, octets, dlms_key_size(setup->ring.suite));
        }
    }
    crypto_wipe(octets, sizeof octets);
    return good;
}

enum dlms_change dlms_security_transfer(struct dlms_security_setup *setup,
                                        const struct dlms_wrapped_key *keys, size_t count,
                                        const struct dlms_association *by)
{
    struct dlms_security_kept kept = record_of(setup);
    enum dlms_change change =
        unwrap_all(setup, keys, count, &kept) ? keep(setup, &kept) : DLMS_CHANGE_REFUSED;
    if (change == DLMS_CHANGED) {
        setup->next = kept;
        setup->changer = by;
    }
    crypto_wipe(&kept, sizeof kept);
    return change;
}

/* Takes the record's keys; the counters of those that have become others begin. */
static void take_keys(struct dlms_security_setup *setup, const struct dlms_security_kept *kept)
{
    uint32_t before[DLMS_SETUP_COUNTERS];
    for (uint8_t id = 0; id < DLMS_SETUP_COUNTERS; id++) {
        before[id] = dlms_security_setup_generation(setup, id);
    }
    for (int id = 0; id < DLMS_KEYS; id++) {
        if ((kept->keys & 1 << id) != 0 && kept->changes[id] != setup->changes[id]) {
            setup->changes[id] = kept->changes[id];
            (void)dlms_keyring_put(&setup->ring, (enum dlms_key_id)id, kept->octets[id],
                                   dlms_key_size(setup->ring.suite));
        }
    }
    for (uint8_t id = 0; id < DLMS_SETUP_COUNTERS; id++) {
        struct dlms_counter *counter = dlms_security_setup_numbered(setup, id);
        if (before[id] != dlms_security_setup_generation(setup, id)) {
            dlms_counter_restore(counter, id, counter == &setup->sent ? DLMS_COUNTER_FIRST : 0);
        }
    }
}

void dlms_security_adopt(struct dlms_security_setup *setup)
{
    if (setup->changer != NULL) {
        take_keys(setup, &setup->next);
        setup->changer = NULL;
        crypto_wipe(&setup->next, sizeof setup->next);
    }
}

int dlms_security_restore(struct dlms_security_setup *setup, const struct dlms_security_kept *kept)
{
    if (kept->suite != (uint8_t)setup->ring.suite) {
        return -1;
    }
    setup->policy = kept->policy;
    take_keys(setup, kept);
    return 0;
}
