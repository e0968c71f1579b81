#include "app/decipher.h"

#include <string.h>

static void put_title(const struct keys *keys, enum keys_name name, struct decipher_title *title)
{
    title->known = keys->size[name] == DLMS_TITLE_SIZE;
    memcpy(title->octets, keys->octets[name], DLMS_TITLE_SIZE);
}

void decipher_init(struct decipher *decipher, const struct keys *keys)
{
    memset(decipher, 0, sizeof *decipher);
    dlms_keyring_init(&decipher->ring, DLMS_SUITE_0);
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
    if (dlms_keyring_material(&decipher->ring, &decipher->dedicated, &decipher->unwrapped, by,
                              &material) != 0) {
        return "there is no such key; give it in --keys";
    }
    switch (dlms_unprotect(ciphered, &material, scratch, DLMS_UNPROTECT_ROOM(ciphered->text.size),
                           plain)) {
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
