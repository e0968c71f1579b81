/* watthour cert list: the certificates of a meter. */
#include "app/cert.h"
#include "app/command.h"
#include "app/value.h"
#include "cosem/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CERTIFICATES = 6 /* the attribute */, BY_SERIAL = 1, INFO_FIELDS = 6 };

static void put_by_serial(struct writer *w, struct dlms_octets serial, struct dlms_octets issuer)
{
    cosem_put_structure(w, 2);
    cosem_put_enum(w, BY_SERIAL);
    cosem_put_structure(w, 2);
    cosem_put_octet_string(w, serial.octets, serial.size);
    cosem_put_octet_string(w, issuer.octets, issuer.size);
}

/* When the certificate of this number ends, which the list does not tell; empty: not known. */
static void find_end(struct client *client, struct dlms_octets serial, struct dlms_octets issuer,
                     char *text, size_t room)
{
    uint8_t octets[CERT_NAME_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    struct reader returned;
    struct crypto_certificate certificate;
    put_by_serial(&w, serial, issuer);
    text[0] = '\0';
    if (!writer_overflow(&w) && cert_call(client, CERT_EXPORT, &w, &returned, "export") == 0) {
        struct dlms_octets der = cert_take_octets(&returned);
        if (der.size > 0 && crypto_certificate_take(&certificate, der.octets, der.size) == 0) {
            certificate_time_text(certificate.until_s, text, room);
        }
    }
}

static const char *word_of(const char *const *words, int64_t number)
{
    return number >= 0 && number <= 3 ? words[number] : "?";
}

static struct dlms_octets take_string(struct reader *r)
{
    struct cosem_value value = cosem_take_value(r);
    return (struct dlms_octets){value.octets, value.count};
}

/* One certificate_info. */
static cJSON *take_info(struct client *client, struct reader *r)
{
    char text[CERT_NAME_ROOM];
    cJSON *row = cJSON_CreateObject();
    if (cosem_take_value(r).count != INFO_FIELDS) {
        reader_fail(r);
    }
    cJSON_AddStringToObject(row, "of", word_of(cert_entities, cosem_take_value(r).integer));
    cJSON_AddStringToObject(row, "use", word_of(cert_uses, cosem_take_value(r).integer));
    struct dlms_octets serial = take_string(r);
    struct dlms_octets issuer = take_string(r);
    struct dlms_octets subject = take_string(r);
    cosem_skip_value(r);
    if (!r->fault) {
        certificate_name_text((struct crypto_part){subject.octets, subject.size}, text,
                              sizeof text);
        cJSON_AddStringToObject(row, "subject", text);
        certificate_name_text((struct crypto_part){issuer.octets, issuer.size}, text, sizeof text);
        cJSON_AddStringToObject(row, "issuer", text);
        certificate_hex_text(serial.octets, serial.size, text, sizeof text);
        cJSON_AddStringToObject(row, "serial", text);
        find_end(client, serial, issuer, text, sizeof text);
        cJSON_AddStringToObject(row, "until", text);
    }
    return row;
}

static void print_rows(const cJSON *rows)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, rows)
    {
        printf("%-10s %-10s %-20s by %-20s until %s\n", cJSON_GetObjectItem(row, "of")->valuestring,
               cJSON_GetObjectItem(row, "use")->valuestring,
               cJSON_GetObjectItem(row, "subject")->valuestring,
               cJSON_GetObjectItem(row, "issuer")->valuestring,
               cJSON_GetObjectItem(row, "until")->valuestring);
    }
}

int cert_list(struct client *client)
{
    enum cosem_result result;
    struct reader value;
    int read = client_read(client, CERT_SETUP_CLASS, &cert_setup, CERTIFICATES, &value, &result);
    if (read != 0) {
        return read > 0 ? cert_say(client, "its certificates", client_result_text(result))
                        : COMMAND_FAILED;
    }
    size_t size = reader_left(&value);
    uint8_t *copy = malloc(size + 1); /* the value goes with the next request */
    if (!copy) {
        return cert_say(client, "its certificates", "out of memory");
    }
    memcpy(copy, reader_octets(&value, size), size);
    struct reader r = reader_over(copy, size);
    cJSON *rows = cJSON_CreateArray();
    for (size_t left = cosem_take_value(&r).count; left > 0 && !r.fault; left--) {
        cJSON_AddItemToArray(rows, take_info(client, &r));
    }
    bool good = reader_done(&r);
    if (good && client->options->json) {
        value_print(rows);
    } else if (good) {
        print_rows(rows);
    }
    cJSON_Delete(rows);
    free(copy);
    return good ? COMMAND_DONE : cert_say(client, "its certificates", "malformed");
}
