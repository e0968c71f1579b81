/* What the orders of `watthour cert` have in common: methods called, files written, words. */
#include "app/cert.h"

#include "app/command.h"
#include "app/value.h"
#include "cosem/data.h"

#include <stdio.h>
#include <string.h>

const struct cosem_name cert_setup = COSEM_NAME(0, 0, 43, 0, 0);

const char *const cert_entities[] = {"meter", "client", "authority", "other", NULL};
const char *const cert_uses[] = {"signature", "agreement", "tls", "other", NULL};
const char *const cert_keys[] = {"unicast", "broadcast", "authentication", "master", NULL};

int cert_say(const struct client *client, const char *what, const char *reason)
{
    fprintf(stderr, "watthour cert: %s: %s: %s\n", client->options->url, what, reason);
    return COMMAND_FAILED;
}

int cert_call(struct client *client, enum cert_method method, const struct writer *parameter,
              struct reader *returned, const char *what)
{
    const struct dlms_target target = {CERT_SETUP_CLASS, cert_setup, (int8_t)method};
    enum cosem_result result;
    int called = client_call(
        client, &target, reader_over(parameter->window, writer_kept(parameter)), returned, &result);
    if (called > 0) {
        (void)cert_say(client, what, client_result_text(result));
    }
    return called == 0 ? 0 : -1;
}

int cert_done(const struct client *client, const char *what)
{
    if (client->options->json) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "done", what);
        value_print(row);
        cJSON_Delete(row);
    } else {
        puts(what);
    }
    return COMMAND_DONE;
}

struct dlms_octets cert_take_octets(struct reader *returned)
{
    struct cosem_value value = cosem_take_value(returned);
    bool good = reader_done(returned) && value.tag == COSEM_OCTET_STRING;
    return (struct dlms_octets){good ? value.octets : NULL, good ? value.count : 0};
}

int cert_write(const struct client *client, const char *path, enum certificate_label label,
               struct reader returned)
{
    const char *reason;
    struct dlms_octets der = cert_take_octets(&returned);
    if (der.size == 0) {
        return cert_say(client, "what it gave back", "no octet string");
    }
    if (certificate_file_write(path, label, der.octets, der.size, &reason) != 0) {
        return cert_say(client, path, reason);
    }
    return path != NULL && strcmp(path, "-") != 0 ? cert_done(client, path) : COMMAND_DONE;
}
