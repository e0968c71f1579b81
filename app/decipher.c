#include "app/decipher.h"

#include "port/posix/entropy.h"

#include <string.h>

static void put_title(const struct keys *keys, enum keys_name name, struct decipher_title *title)
{
    title->known = keys->size[name] == DLMS_TITLE_SIZE;
    memcpy(title->octets, keys->octets[name], DLMS_TITLE_SIZE);
}

static const uint8_t *key_of(const struct keys *keys, enum keys_name name)
{
    return keys->size[name] > 0 ? keys->octets[name] : NULL;
}

/* Without random octets nothing is computed with curves. */
static void put_curve_keys(struct decipher *decipher, const struct keys *keys)
{
    bool curved = keys_suite(keys) != DLMS_SUITE_0 &&
                  crypto_random_begin(&decipher->random, &posix_entropy, NULL, 0) == 0;
    decipher->curves.random = &decipher->random;
    decipher->signing = (struct dlms_signing){
        .ecc = curved ? &decipher->curves : NULL,
        .curve = keys_suite(keys) == DLMS_SUITE_2 ? CRYPTO_P384 : CRYPTO_P256,
        .peer = key_of(keys, KEYS_SIGNING_PEER),
        .own_agreement = key_of(keys, KEYS_AGREEMENT),
        .peer_agreement = key_of(keys, KEYS_AGREEMENT_PEER),
    };
}

void decipher_init(struct decipher *decipher, const struct keys *keys)
{
    memset(decipher, 0, sizeof *decipher);
    dlms_keyring_init(&decipher->ring, keys_suite(keys));
    put_curve_keys(decipher, keys);
    (void)keys_put(keys, &decipher->ring);
    if (keys->size[KEYS_DEDICATED] > 0) {
        (void)dlms_key_put(&decipher->dedicated, keys->octets[KEYS_DEDICATED],
                           keys->size[KEYS_DEDICATED]);
    }
    put_title(keys, KEYS_TITLE, &decipher->client);
    put_title(keys, KEYS_SERVER_TITLE, &decipher->server);
}

/* Tags of what only a server says: InitiateResponse, ConfirmedServiceError, responses. */
static bool is_of_server(uint8_t tag)
{
    return tag == 0x28 || tag == 0x2E || tag == 0x4E || (tag >= 0xCC && tag <= 0xCF) ||
           (tag >= 0xD4 && tag <= 0xD7);
}

static const char *unprotect(const struct dlms_ciphered *ciphered,
                             const struct dlms_material *material, uint8_t *scratch,
                             struct reader *plain)
{
    switch (dlms_unprotect(ciphered, material, scratch, ciphered->text.size, plain)) {
    case 0:
        return NULL;
    case DLMS_SECURITY_KEY:
        return "the authentication key is not given";
    case DLMS_SECURITY_TAG:
        return "not authentic: other keys, another title, or changed on the way";
    default:
        return "what is in it is of another kind than its tag says";
    }
}

/* By a key that sender and recipient agreed on: our key pair is the recipient's. */
static const char *decipher_agreed(struct decipher *decipher, const struct dlms_ciphered *ciphered,
                                   uint8_t *scratch, struct reader *plain)
{
    const struct dlms_protection *by = &ciphered->by;
    struct dlms_octets recipient = by->general.recipient;
    struct dlms_key *key = &decipher->unwrapped;
    if (recipient.size != DLMS_TITLE_SIZE ||
        dlms_agreed_take(&decipher->signing, by, recipient.octets, key) != 0) {
        return "its key cannot be agreed on; give suite, agreement, agreement-peer and "
               "signing-peer in --keys";
    }
    const struct dlms_material material = dlms_keyring_use(&decipher->ring, key->octets);
    return unprotect(ciphered, &material, scratch, plain);
}

const char *decipher_signed(struct decipher *decipher, const struct dlms_signed *apdu)
{
    switch (dlms_signed_check(apdu, &decipher->signing, apdu->title)) {
    case 0:
        return NULL;
    case DLMS_SECURITY_KEY:
        return "whose key is not known; give suite and signing-peer in --keys";
    default:
        return "which is not that of the key in --keys";
    }
}

const char *decipher(struct decipher *decipher, struct dlms_ciphered *ciphered, uint8_t *scratch,
                     struct reader *plain)
{
    struct dlms_protection *by = &ciphered->by;
    const struct decipher_title *title =
        is_of_server(ciphered->tag) ? &decipher->server : &decipher->client;
    if (by->title == NULL && !title->known) {
        return "the sender's system title is not known; give title or server-title in --keys";
    }
    by->title = by->title ? by->title : title->octets;
    struct dlms_material material;
    if (by->form == DLMS_FORM_GENERAL && by->general.key_info == DLMS_KEY_INFO_AGREED) {
        return decipher_agreed(decipher, ciphered, scratch, plain);
    }
    if (dlms_keyring_material(&decipher->ring, &decipher->dedicated, &decipher->unwrapped, by,
                              &material) != 0) {
        return "there is no such key; give it in --keys";
    }
    return unprotect(ciphered, &material, scratch, plain);
}
