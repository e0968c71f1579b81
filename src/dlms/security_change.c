#include "dlms/security_change.h"

#include "cosem/data.h"
#include "crypto/secret.h"
#include "dlms/security_agreed.h"

#include <string.h>

static void put_keys_in_force(struct dlms_security_kept *kept,
                              const struct dlms_security_setup *setup)
{
    kept->suite = (uint8_t)setup->ring.suite;
    kept->keys = setup->ring.there;
    memcpy(kept->changes, setup->changes, sizeof kept->changes);
    memcpy(kept->octets, setup->ring.octets, sizeof kept->octets);
}

static void put_keys_that_wait(struct dlms_security_kept *kept,
                               const struct dlms_security_next *next)
{
    kept->suite = next->suite;
    kept->keys = next->keys;
    memcpy(kept->changes, next->changes, sizeof kept->changes);
    memcpy(kept->octets, next->octets, sizeof kept->octets);
}

/* The setup stands before a change of its suite: what is of its curve goes with it, and nothing new
 * of that is taken. */
static bool is_leaving_suite(const struct dlms_security_setup *setup)
{
    return setup->changer != NULL && setup->next.suite != (uint8_t)setup->ring.suite;
}

/* What would be kept of the setup as it stands, what waits included. */
static struct dlms_security_kept record_of(const struct dlms_security_setup *setup)
{
    struct dlms_security_kept kept;
    memset(&kept, 0, sizeof kept);
    kept.policy = setup->policy;
    kept.coming_keys = setup->coming_keys;
    memcpy(kept.coming, setup->coming, sizeof kept.coming);
    if (setup->changer != NULL) {
        put_keys_that_wait(&kept, &setup->next);
    } else {
        put_keys_in_force(&kept, setup);
    }
    if (!is_leaving_suite(setup)) {
        memcpy(kept.pairs, setup->signing.own, sizeof kept.pairs);
        memcpy(kept.made, setup->signing.made, sizeof kept.made);
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

/* What is kept now and in force at the next adoption; keys of a suite to come wait anyway. */
static enum dlms_change keep_next(struct dlms_security_setup *setup,
                                  struct dlms_security_kept *kept,
                                  const struct dlms_association *by)
{
    enum dlms_change change = keep(setup, kept);
    if (change == DLMS_CHANGED) {
        struct dlms_security_next *next = &setup->next;
        next->suite = kept->suite;
        next->keys = kept->keys;
        memcpy(next->changes, kept->changes, sizeof next->changes);
        memcpy(next->octets, kept->octets, sizeof next->octets);
        setup->coming_keys = kept->coming_keys;
        memcpy(setup->coming, kept->coming, sizeof setup->coming);
        setup->changer = by;
    }
    crypto_wipe(kept, sizeof *kept);
    return change;
}

enum dlms_change dlms_security_activate(struct dlms_security_setup *setup, uint8_t policy)
{
    bool weaker = (setup->policy & ~(unsigned)policy) != 0;
    bool signs = setup->signing.own[DLMS_USE_SIGNATURE].there && !is_leaving_suite(setup);
    unsigned possible = DLMS_POLICY_CIPHERS | (signs ? (unsigned)DLMS_POLICY_SIGNS : 0U);
    if (weaker || (policy & ~possible) != 0) {
        return DLMS_CHANGE_REFUSED;
    }
    struct dlms_security_kept kept = record_of(setup);
    kept.policy = policy;
    enum dlms_change change = keep(setup, &kept);
    if (change == DLMS_CHANGED) {
        setup->policy = policy;
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

/* A key of the next suite's size does not touch those in force. */
static void put_coming(struct dlms_security_kept *kept, enum dlms_key_id id,
                       const uint8_t octets[DLMS_KEY_MAX])
{
    kept->coming_keys |= (uint8_t)(1U << id);
    memcpy(kept->coming[id], octets, DLMS_KEY_MAX);
}

static bool unwrap(const struct dlms_security_setup *setup, const struct dlms_wrapped_key *key,
                   struct dlms_security_kept *kept)
{
    uint8_t octets[DLMS_KEY_MAX];
    const struct dlms_octets *wrapped = &key->wrapped;
    const struct dlms_keyring *ring = &setup->ring;
    enum dlms_suite suite = (enum dlms_suite)kept->suite;
    bool good = dlms_keyring_unwrap_for(ring, suite, wrapped->octets, wrapped->size, octets) == 0;
    if (good) {
        replace(kept, key->id, octets, dlms_key_size(suite));
    } else if (dlms_keyring_unwrap_for(ring, DLMS_SUITE_2, wrapped->octets, wrapped->size,
                                       octets) == 0) {
        put_coming(kept, key->id, octets);
        good = true;
    }
    crypto_wipe(octets, sizeof octets);
    return good;
}

/* A key that comes once. */
static bool is_new(const struct dlms_wrapped_key *key, unsigned *seen)
{
    bool good = key->id < DLMS_KEYS && (*seen & 1U << key->id) == 0;
    *seen |= good ? 1U << key->id : 0;
    return good;
}

enum dlms_change dlms_security_transfer(struct dlms_security_setup *setup,
                                        const struct dlms_wrapped_key *keys, size_t count,
                                        const struct dlms_association *by)
{
    struct dlms_security_kept kept = record_of(setup);
    unsigned seen = 0;
    bool good = count > 0;
    for (size_t i = 0; i < count && good; i++) {
        good = is_new(&keys[i], &seen) && unwrap(setup, &keys[i], &kept);
    }
    if (!good) {
        crypto_wipe(&kept, sizeof kept);
        return DLMS_CHANGE_REFUSED;
    }
    return keep_next(setup, &kept, by);
}

/* All that is in use goes over, and nothing is left of what was made on the former curve. */
static void change_suite(struct dlms_security_kept *kept, enum dlms_suite suite)
{
    if (dlms_key_size(suite) != dlms_key_size((enum dlms_suite)kept->suite)) {
        for (int id = 0; id < DLMS_KEYS; id++) {
            kept->changes[id] += (kept->coming_keys >> id & 1U) != 0;
        }
        kept->keys = kept->coming_keys;
        memcpy(kept->octets, kept->coming, sizeof kept->octets);
        crypto_wipe(kept->coming, sizeof kept->coming);
        kept->coming_keys = 0;
    }
    kept->suite = (uint8_t)suite;
    crypto_wipe(kept->pairs, sizeof kept->pairs);
    crypto_wipe(kept->made, sizeof kept->made);
}

enum dlms_change dlms_security_upgrade(struct dlms_security_setup *setup, enum dlms_suite suite,
                                       const struct dlms_association *by)
{
    struct dlms_security_kept kept = record_of(setup);
    bool longer = dlms_key_size(suite) != dlms_key_size((enum dlms_suite)kept.suite);
    bool lacks = longer && (kept.keys & ~(unsigned)kept.coming_keys) != 0;
    bool signs = (kept.policy & DLMS_POLICY_SIGNS) != 0;
    if (suite > DLMS_SUITE_2 || (unsigned)suite <= kept.suite || lacks || signs) {
        crypto_wipe(&kept, sizeof kept);
        return DLMS_CHANGE_REFUSED;
    }
    change_suite(&kept, suite);
    return keep_next(setup, &kept, by);
}

/* Our part for one key goes back, and the key that follows from both is taken. */
static bool exchange(const struct dlms_security_setup *setup, const struct dlms_signing *signing,
                     const struct dlms_wrapped_key *key, const uint8_t *title,
                     struct dlms_security_kept *kept, struct writer *returned)
{
    uint8_t ephemeral[CRYPTO_CURVE_MAX];
    uint8_t data[DLMS_AGREED_MAX];
    uint8_t octets[DLMS_KEY_MAX];
    uint8_t id = (uint8_t)key->id;
    bool good = dlms_exchange_make(signing, id, ephemeral, data) == 0 &&
                dlms_exchange_take(signing, id, key->wrapped, title, ephemeral, title, setup->title,
                                   octets) == 0;
    if (good) {
        replace(kept, key->id, octets, dlms_key_size(setup->ring.suite));
        cosem_put_structure(returned, 2);
        cosem_put_enum(returned, id);
        cosem_put_octet_string(returned, data, dlms_exchange_size(signing->curve));
    }
    crypto_wipe(ephemeral, sizeof ephemeral);
    crypto_wipe(octets, sizeof octets);
    return good;
}

enum dlms_change dlms_security_agree(struct dlms_security_setup *setup,
                                     const struct dlms_signing *signing,
                                     const struct dlms_wrapped_key *keys, size_t count,
                                     const uint8_t *title, const struct dlms_association *by,
                                     struct writer *returned)
{
    struct dlms_security_kept kept = record_of(setup);
    unsigned seen = 0;
    bool good = count > 0 && title != NULL && signing->ecc != NULL && signing->own != NULL &&
                !is_leaving_suite(setup);
    cosem_put_array(returned, count);
    for (size_t i = 0; i < count && good; i++) {
        good =
            is_new(&keys[i], &seen) && exchange(setup, signing, &keys[i], title, &kept, returned);
    }
    if (!good || writer_overflow(returned)) {
        crypto_wipe(&kept, sizeof kept);
        return DLMS_CHANGE_REFUSED;
    }
    return keep_next(setup, &kept, by);
}

/* ---- key pairs ---- */

/* Keeps the record, and in force are its pairs. */
static enum dlms_change keep_pairs(struct dlms_security_setup *setup,
                                   struct dlms_security_kept *kept)
{
    enum dlms_change change = is_leaving_suite(setup) ? DLMS_CHANGE_LATER : keep(setup, kept);
    if (change == DLMS_CHANGED) {
        memcpy(setup->signing.own, kept->pairs, sizeof kept->pairs);
        memcpy(setup->signing.made, kept->made, sizeof kept->made);
    }
    crypto_wipe(kept, sizeof *kept);
    return change;
}

enum dlms_change dlms_security_make_pair(struct dlms_security_setup *setup, enum dlms_key_use use,
                                         const struct dlms_key_pair *pair)
{
    struct dlms_security_kept kept = record_of(setup);
    kept.made[use] = *pair;
    return keep_pairs(setup, &kept);
}

enum dlms_change dlms_security_adopt_pair(struct dlms_security_setup *setup, enum dlms_key_use use)
{
    struct dlms_security_kept kept = record_of(setup);
    kept.pairs[use] = kept.made[use];
    crypto_wipe(&kept.made[use], sizeof kept.made[use]);
    return keep_pairs(setup, &kept);
}

/* Takes the record's keys; the counters of those that have become others begin. */
static void take_keys(struct dlms_security_setup *setup, const struct dlms_security_kept *kept)
{
    uint32_t before[DLMS_SETUP_COUNTERS];
    for (uint8_t id = 0; id < DLMS_SETUP_COUNTERS; id++) {
        before[id] = dlms_security_setup_generation(setup, id);
    }
    bool anew = kept->suite != (uint8_t)setup->ring.suite;
    if (anew) {
        dlms_keyring_init(&setup->ring, (enum dlms_suite)kept->suite);
    }
    for (int id = 0; id < DLMS_KEYS; id++) {
        if ((kept->keys & 1 << id) != 0 && (anew || kept->changes[id] != setup->changes[id])) {
            setup->changes[id] = kept->changes[id];
            (void)dlms_keyring_put(&setup->ring, (enum dlms_key_id)id, kept->octets[id],
                                   dlms_key_size(setup->ring.suite));
        }
    }
    for (uint8_t id = 0; id < DLMS_SETUP_COUNTERS; id++) {
        struct dlms_counter *counter = dlms_security_setup_numbered(setup, id);
        if (before[id] != dlms_security_setup_generation(setup, id)) {
            uint32_t first = counter == &setup->sent ? DLMS_COUNTER_FIRST : 0;
            dlms_counter_restore(counter, counter->id, first);
        }
    }
}

/* What was given of another curve is of no use any more. */
static void take_pairs(struct dlms_security_setup *setup, const struct dlms_security_kept *kept,
                       bool anew)
{
    struct dlms_security_signing *signing = &setup->signing;
    if (anew) {
        crypto_wipe(signing->own, sizeof signing->own);
        memset(signing->peers, 0, sizeof signing->peers);
    }
    for (int use = 0; use < DLMS_KEY_USES; use++) {
        signing->own[use] = kept->pairs[use].there ? kept->pairs[use] : signing->own[use];
        signing->made[use] = kept->made[use];
    }
}

static void take_record(struct dlms_security_setup *setup, const struct dlms_security_kept *kept)
{
    bool anew = kept->suite != (uint8_t)setup->ring.suite;
    take_keys(setup, kept);
    take_pairs(setup, kept, anew);
    setup->coming_keys = kept->coming_keys;
    memcpy(setup->coming, kept->coming, sizeof setup->coming);
}

void dlms_security_adopt(struct dlms_security_setup *setup)
{
    if (setup->changer != NULL) {
        struct dlms_security_kept kept = record_of(setup);
        take_record(setup, &kept);
        crypto_wipe(&kept, sizeof kept);
        setup->changer = NULL;
        crypto_wipe(&setup->next, sizeof setup->next);
    }
}

int dlms_security_restore(struct dlms_security_setup *setup, const struct dlms_security_kept *kept)
{
    if (kept->suite < (uint8_t)setup->ring.suite || kept->suite > DLMS_SUITE_2) {
        return -1;
    }
    setup->policy = kept->policy;
    take_record(setup, kept);
    return 0;
}
