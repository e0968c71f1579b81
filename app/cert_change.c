/* watthour cert request, renew, import, export, remove. */
#include "app/cert.h"
#include "app/command.h"
#include "app/data_text.h"
#include "cosem/data.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { BY_ENTITY = 0 };

int cert_request(struct client *client, int use, bool anew, const char *path)
{
    uint8_t octets[2];
    struct writer w = writer_over(octets, sizeof octets);
    struct reader returned;
    cosem_put_enum(&w, (uint8_t)use);
    if ((anew && cert_call(client, CERT_GENERATE, &w, &returned, "generate_key_pair") != 0) ||
        cert_call(client, CERT_REQUEST, &w, &returned, "generate_certificate_request") != 0) {
        return COMMAND_FAILED;
    }
    return cert_write(client, path, REQUEST_LABEL, returned);
}

/* What may be wrong with a certificate that the meter has refused, as far as it says so itself. */
static void explain_refusal(const uint8_t *der, size_t size, char *text, size_t room)
{
    struct crypto_certificate is;
    char of[CERT_NAME_ROOM];
    int64_t now_s = (int64_t)time(NULL);
    if (crypto_certificate_take(&is, der, size) != 0) {
        snprintf(text, room, "it is none of the DLMS profile, or cut off");
    } else if (now_s < is.since_s || now_s > is.until_s) {
        certificate_time_text(now_s < is.since_s ? is.since_s : is.until_s, of, sizeof of);
        snprintf(text, room, "it %s %s", now_s < is.since_s ? "begins at" : "ended at", of);
    } else {
        certificate_name_text(is.issuer, of, sizeof of);
        snprintf(text, room,
                 "is its issuer, %s, among the meter's authorities, its curve that of the meter's "
                 "suite, and the meter's own key pair the one it is for?",
                 of);
    }
}

int cert_import(struct client *client, const char *path)
{
    const struct dlms_target method = {CERT_SETUP_CLASS, cert_setup, CERT_IMPORT};
    enum cosem_result result;
    char why[2 * CERT_NAME_ROOM];
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    uint8_t octets[CRYPTO_CERTIFICATE_MAX + 8];
    const char *reason;
    struct writer w = writer_over(octets, sizeof octets);
    struct reader returned;
    size_t size = certificate_file_read(path, der, &reason);
    if (size == 0) {
        return cert_say(client, path, reason);
    }
    cosem_put_octet_string(&w, der, size);
    int called =
        client_call(client, &method, reader_over(octets, writer_kept(&w)), &returned, &result);
    if (called == 0) {
        return cert_done(client, "imported");
    }
    explain_refusal(der, size, why, sizeof why);
    if (called > 0 && result == COSEM_OTHER_REASON) {
        fprintf(stderr, "watthour cert: %s: %s: other-reason: %s\n", client->options->url, path,
                why);
        return COMMAND_FAILED;
    }
    return called > 0 ? cert_say(client, path, client_result_text(result)) : COMMAND_FAILED;
}

/* {entity, type, system title}; `who` is meter, a system title, or an authority's name. */
static int put_by_entity(const struct client *client, struct writer *w, const char *who, int use)
{
    uint8_t title[DLMS_TITLE_SIZE];
    const struct dlms_client_guard *guard = &client->guard;
    int size = data_text_hex(who, title, sizeof title);
    cosem_put_structure(w, 2);
    cosem_put_enum(w, BY_ENTITY);
    cosem_put_structure(w, 3);
    if (strcmp(who, cert_entities[0]) == 0 && guard->has_peer) {
        cosem_put_enum(w, 0);
        cosem_put_enum(w, (uint8_t)use);
        cosem_put_octet_string(w, guard->peer, DLMS_TITLE_SIZE);
    } else if (size == DLMS_TITLE_SIZE) {
        cosem_put_enum(w, 1);
        cosem_put_enum(w, (uint8_t)use);
        cosem_put_octet_string(w, title, DLMS_TITLE_SIZE);
    } else {
        cosem_put_enum(w, 2);
        cosem_put_enum(w, (uint8_t)use);
        cosem_put_octet_string(w, who, strlen(who));
    }
    return writer_overflow(w) ? cert_say(client, who, "too long a name") : 0;
}

static int name_and_call(struct client *client, enum cert_method method, const char *who, int use,
                         struct reader *returned)
{
    uint8_t octets[CERT_NAME_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    return put_by_entity(client, &w, who, use) == 0 ? cert_call(client, method, &w, returned, who)
                                                    : -1;
}

int cert_export(struct client *client, const char *who, int use, const char *path)
{
    struct reader returned;
    return name_and_call(client, CERT_EXPORT, who, use, &returned) == 0
               ? cert_write(client, path, CERTIFICATE_LABEL, returned)
               : COMMAND_FAILED;
}

int cert_remove(struct client *client, const char *who, int use)
{
    struct reader returned;
    return name_and_call(client, CERT_REMOVE, who, use, &returned) == 0
               ? cert_done(client, "removed")
               : COMMAND_FAILED;
}
