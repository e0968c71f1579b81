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
static int replace(struct dlms_keyring *ring, struct dlms_key *key, const uint8_t *octets)
{
    dlms_key_drop(key, &ring->gcm);
    return dlms_key_put(key, octets, dlms_key_size(ring->suite));
}

int dlms_keyring_put(struct dlms_keyring *ring, enum dlms_key_id id, const uint8_t *octets,
                     size_t size)
{
    if (size != dlms_key_size(ring->suite)) {
        return -1;
    }
    switch (id) {
    case DLMS_KEY_UNICAST:
        return replace(ring, &ring->unicast, octets);
    case DLMS_KEY_BROADCAST:
        return replace(ring, &ring->broadcast, octets);
    case DLMS_KEY_AUTHENTICATION:
        memcpy(ring->authentication, octets, size);
        ring->has_authentication = true;
        return 0;
    case DLMS_KEY_MASTER:
        memcpy(ring->master, octets, size);
        ring->has_master = true;
        return 0;
    case DLMS_KEYS:
        break;
    }
    return -1;
}

const uint8_t *dlms_keyring_octets(const struct dlms_keyring *ring, enum dlms_key_id id)
{
    switch (id) {
    case DLMS_KEY_UNICAST:
        return ring->unicast.size != 0 ? ring->unicast.octets : NULL;
    case DLMS_KEY_BROADCAST:
        return ring->broadcast.size != 0 ? ring->broadcast.octets : NULL;
    case DLMS_KEY_AUTHENTICATION:
        return ring->has_authentication ? ring->authentication : NULL;
    case DLMS_KEY_MASTER:
        return ring->has_master ? ring->master : NULL;
    case DLMS_KEYS:
        break;
    }
    return NULL;
}

int dlms_keyring_unwrap_for(const struct dlms_keyring *ring, enum dlms_suite suite,
                            const uint8_t *wrapped, size_t size, uint8_t key[DLMS_KEY_MAX])
{
    if (!ring->has_master || size != dlms_key_size(suite) + CRYPTO_KEY_WRAP_EXTRA) {
        return -1;
    }
    return crypto_key_unwrap(ring->master, dlms_key_size(ring->suite), wrapped, size, key);
}

int dlms_keyring_unwrap(const struct dlms_keyring *ring, const uint8_t *wrapped, size_t size,
                        uint8_t key[DLMS_KEY_MAX])
{
    return dlms_keyring_unwrap_for(ring, ring->suite, wrapped, size, key);
}

/* A key that came with the APDU. */
static struct dlms_key *unwrap(const struct dlms_keyring *ring, struct dlms_key *unwrapped,
                               const struct dlms_general *general)
{
    uint8_t octets[DLMS_KEY_MAX];
    if (unwrapped == NULL || general->key_id != 0 ||
        dlms_keyring_unwrap(ring, general->key_data.octets, general->key_data.size, octets) != 0) {
        return NULL;
    }
    int failed = dlms_key_put(unwrapped, octets, dlms_key_size(ring->suite));
    crypto_wipe(octets, sizeof octets);
    return failed ? NULL : unwrapped;
}

static struct dlms_key *global_key(struct dlms_keyring *ring, bool broadcast)
{
    return broadcast ? &ring->broadcast : &ring->unicast;
}

static struct dlms_key *key_of(struct dlms_keyring *ring, struct dlms_key *dedicated,
                               struct dlms_key *unwrapped, const struct dlms_protection *by)
{
    bool broadcast = (by->control & DLMS_CONTROL_BROADCAST) != 0;
    const struct dlms_general *general = &by->general;
    if (by->form == DLMS_FORM_DED || by->form == DLMS_FORM_GENERAL_DED) {
        return broadcast ? NULL : dedicated;
    }
    if (by->form != DLMS_FORM_GENERAL || general->key_info == DLMS_KEY_INFO_ABSENT) {
        return global_key(ring, broadcast);
    }
    if (general->key_info == DLMS_KEY_INFO_IDENTIFIED && general->key_id <= DLMS_KEY_BROADCAST) {
        return global_key(ring, general->key_id == DLMS_KEY_BROADCAST);
    }
    return general->key_info == DLMS_KEY_INFO_WRAPPED ? unwrap(ring, unwrapped, general) : NULL;
}

int dlms_keyring_material(struct dlms_keyring *ring, struct dlms_key *dedicated,
                          struct dlms_key *unwrapped, const struct dlms_protection *by,
                          struct dlms_material *material)
{
    if ((by->control & DLMS_CONTROL_SUITE) != ring->suite) {
        return -1;
    }
    struct dlms_key *key = key_of(ring, dedicated, unwrapped, by);
    if (key == NULL || key->size != dlms_key_size(ring->suite)) {
        return -1;
    }
    *material = (struct dlms_material){
        .gcm = &ring->gcm,
        .encryption = key->octets,
        .authentication = ring->has_authentication ? ring->authentication : NULL,
        .key_size = key->size,
    };
    return 0;
}
