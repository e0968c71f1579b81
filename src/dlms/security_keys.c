#include "dlms/security_keys.h"

#include "crypto/secret.h"

#include <string.h>

size_t dlms_key_size(enum dlms_suite suite)
{
    return suite == DLMS_SUITE_2 ? 32 : 16;
}

int dlms_key_put(struct dlms_key *key, const uint8_t *octets, size_t size)
{
    dlms_key_drop(key, NULL);
    if (!crypto_gcm_key_fits(size)) {
        return -1;
    }
    memcpy(key->octets, octets, size);
    key->size = (uint8_t)size;
    return 0;
}

void dlms_key_drop(struct dlms_key *key, struct crypto_gcm *gcm)
{
    if (gcm != NULL) {
        crypto_gcm_forget(gcm, key->octets, key->size);
    }
    crypto_wipe(key, sizeof *key);
}

void dlms_keyring_init(struct dlms_keyring *ring, enum dlms_suite suite)
{
    crypto_wipe(ring, sizeof *ring);
    ring->suite = suite;
}

/* Nothing is left of the key before. */
int dlms_keyring_put(struct dlms_keyring *ring, enum dlms_key_id id, const uint8_t *octets,
                     size_t size)
{
    if (id >= DLMS_KEYS || size != dlms_key_size(ring->suite)) {
        return -1;
    }
    crypto_gcm_forget(&ring->gcm, ring->octets[id], size);
    memcpy(ring->octets[id], octets, size);
    ring->there |= (uint8_t)(1U << id);
    return 0;
}

const uint8_t *dlms_keyring_octets(const struct dlms_keyring *ring, enum dlms_key_id id)
{
    return (ring->there >> id & 1U) != 0 ? ring->octets[id] : NULL;
}

struct dlms_material dlms_keyring_use(struct dlms_keyring *ring, const uint8_t *encryption)
{
    return (struct dlms_material){
        .gcm = &ring->gcm,
        .encryption = encryption,
        .authentication = dlms_keyring_octets(ring, DLMS_KEY_AUTHENTICATION),
        .key_size = dlms_key_size(ring->suite),
    };
}

int dlms_keyring_unwrap_for(const struct dlms_keyring *ring, enum dlms_suite suite,
                            const uint8_t *wrapped, size_t size, uint8_t key[DLMS_KEY_MAX])
{
    const uint8_t *master = dlms_keyring_octets(ring, DLMS_KEY_MASTER);
    if (master == NULL || size != dlms_key_size(suite) + CRYPTO_KEY_WRAP_EXTRA) {
        return -1;
    }
    return crypto_key_unwrap(master, dlms_key_size(ring->suite), wrapped, size, key);
}

int dlms_keyring_unwrap(const struct dlms_keyring *ring, const uint8_t *wrapped, size_t size,
                        uint8_t key[DLMS_KEY_MAX])
{
    return dlms_keyring_unwrap_for(ring, ring->suite, wrapped, size, key);
}

/* A key that came with the APDU. */
static const uint8_t *unwrap(const struct dlms_keyring *ring, struct dlms_key *unwrapped,
                             const struct dlms_general *general)
{
    uint8_t octets[DLMS_KEY_MAX];
    if (unwrapped == NULL || general->key_id != 0 ||
        dlms_keyring_unwrap(ring, general->key_data.octets, general->key_data.size, octets) != 0) {
        return NULL;
    }
    int failed = dlms_key_put(unwrapped, octets, dlms_key_size(ring->suite));
    crypto_wipe(octets, sizeof octets);
    return failed ? NULL : unwrapped->octets;
}

static const uint8_t *dedicated_octets(const struct dlms_keyring *ring,
                                       const struct dlms_key *dedicated)
{
    bool fits = dedicated != NULL && dedicated->size == dlms_key_size(ring->suite);
    return fits ? dedicated->octets : NULL;
}

/* Octets of the suite's size. */
static const uint8_t *key_of(const struct dlms_keyring *ring, const struct dlms_key *dedicated,
                             struct dlms_key *unwrapped, const struct dlms_protection *by)
{
    bool broadcast = (by->control & DLMS_CONTROL_BROADCAST) != 0;
    const struct dlms_general *general = &by->general;
    if (by->form == DLMS_FORM_DED || by->form == DLMS_FORM_GENERAL_DED) {
        return broadcast ? NULL : dedicated_octets(ring, dedicated);
    }
    if (by->form != DLMS_FORM_GENERAL || general->key_info == DLMS_KEY_INFO_ABSENT) {
        return dlms_keyring_octets(ring, broadcast ? DLMS_KEY_BROADCAST : DLMS_KEY_UNICAST);
    }
    if (general->key_info == DLMS_KEY_INFO_IDENTIFIED && general->key_id <= DLMS_KEY_BROADCAST) {
        return dlms_keyring_octets(ring, (enum dlms_key_id)general->key_id);
    }
    return general->key_info == DLMS_KEY_INFO_WRAPPED ? unwrap(ring, unwrapped, general) : NULL;
}

int dlms_keyring_material(struct dlms_keyring *ring, const struct dlms_key *dedicated,
                          struct dlms_key *unwrapped, const struct dlms_protection *by,
                          struct dlms_material *material)
{
    if ((by->control & DLMS_CONTROL_SUITE) != ring->suite) {
        return -1;
    }
    *material = dlms_keyring_use(ring, key_of(ring, dedicated, unwrapped, by));
    return material->encryption != NULL ? 0 : -1;
}
