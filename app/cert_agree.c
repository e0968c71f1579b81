/* watthour cert agree: a new key that both sides agree on. */
#include "app/cert.h"
#include "app/command.h"
#include "cosem/data.h"
#include "crypto/secret.h"
#include "dlms/security_agreed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What the meter said to our part: {key_id, key_data}, once. */
static struct dlms_octets take_part(struct reader *returned, int key)
{
    size_t parts = cosem_take_value(returned).count;
    size_t fields = cosem_take_value(returned).count;
    bool same = cosem_take_value(returned).integer == key;
    struct dlms_octets data = cert_take_octets(returned);
    return parts == 1 && fields == 2 && same ? data : (struct dlms_octets){NULL, 0};
}

/* One key of ours and the meter's; -1, and one line has said why. */
static int exchange(struct client *client, int key, uint8_t agreed[DLMS_KEY_MAX])
{
    const struct dlms_signing *signing = &client->signing;
    uint8_t ephemeral[CRYPTO_CURVE_MAX];
    uint8_t data[DLMS_AGREED_MAX];
    uint8_t octets[DLMS_AGREED_MAX + 16];
    struct writer w = writer_over(octets, sizeof octets);
    struct reader returned;
    if (!client->guard.has_peer || client->guard.ring.suite == DLMS_SUITE_0 ||
        dlms_exchange_make(signing, (uint8_t)key, ephemeral, data) != 0) {
        (void)cert_say(client, "agree", "give suite, signing and signing-peer in --keys");
        return -1;
    }
    cosem_put_array(&w, 1);
    cosem_put_structure(&w, 2);
    cosem_put_enum(&w, (uint8_t)key);
    cosem_put_octet_string(&w, data, dlms_exchange_size(signing->curve));
    if (cert_call(client, CERT_AGREE, &w, &returned, "key_agreement") != 0) {
        return -1;
    }
    struct dlms_octets part = take_part(&returned, key);
    if (part.octets == NULL ||
        dlms_exchange_take(signing, (uint8_t)key, part, client->guard.peer, ephemeral,
                           client->guard.use.title, client->guard.peer, agreed) != 0) {
        (void)cert_say(client, "key_agreement", "what it answered is not signed by it");
        return -1;
    }
    return 0;
}

/* The file is there before the meter has the key: nobody is locked out for want of a disk. */
int cert_agree(struct client *client, int key, const char *path)
{
    uint8_t agreed[DLMS_KEY_MAX];
    char text[2 * DLMS_KEY_MAX + 1];
    const char *reason;
    FILE *file = certificate_file_private(path, &reason);
    if (!file) {
        return cert_say(client, path, reason);
    }
    bool done = exchange(client, key, agreed) == 0;
    if (done) {
        certificate_hex_text(agreed, dlms_key_size(client->guard.ring.suite), text, sizeof text);
        fprintf(file, "%s %s\n", cert_keys[key], text);
        crypto_wipe(text, sizeof text);
        crypto_wipe(agreed, sizeof agreed);
    }
    if (fclose(file) != 0) {
        return cert_say(client, path, strerror(errno));
    }
    return done ? cert_done(client, path) : COMMAND_FAILED;
}
