/* watthour cert: key pairs, certificates and agreed keys of a meter's security setup. */
#include "app/certificate_file.h"
#include "app/client.h"
#include "app/command.h"
#include "app/data_text.h"
#include "app/url.h"
#include "app/value.h"
#include "base/writer.h"
#include "cosem/data.h"
#include "crypto/secret.h"
#include "dlms/security_agreed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SETUP_CLASS = 64, CERTIFICATES = 6, WORDS_LEAST = 2, WORDS_MOST = 5, NAME_ROOM = 512 };
enum { BY_ENTITY = 0, BY_SERIAL = 1, INFO_FIELDS = 6 };

enum method { AGREE = 3, GENERATE = 4, REQUEST = 5, IMPORT = 6, EXPORT = 7, REMOVE = 8 };

static const struct cosem_name setup_name = COSEM_NAME(0, 0, 43, 0, 0);

static const char *const entities[] = {"meter", "client", "authority", "other", NULL};
static const char *const uses[] = {"signature", "agreement", "tls", "other", NULL};

static const struct option_table table = {
    .command = "cert",
    .usage =
        "usage: watthour cert [OPTIONS] METER [list]\n"
        "       watthour cert [OPTIONS] METER request USE [FILE]\n"
        "       watthour cert [OPTIONS] METER renew USE [FILE]\n"
        "       watthour cert [OPTIONS] METER import FILE\n"
        "       watthour cert [OPTIONS] METER export WHO USE [FILE]\n"
        "       watthour cert [OPTIONS] METER remove WHO USE\n"
        "       watthour cert [OPTIONS] METER agree KEY FILE\n\n"
        "Certificates of a meter's security setup (suites 1 and 2). USE is signature or "
        "agreement;\n"
        "WHO is meter, a client's system title, or the name of an authority (its USE is other).\n"
        "request  has the meter make a new key pair, and prints its request for a certificate;\n"
        "         the pair is in force once that is imported ('watthour ca sign' certifies it)\n"
        "renew    prints a request for the pair that is there\n"
        "import   gives the meter a certificate: its own, a client's, or an authority's\n"
        "agree    agrees on a new key (unicast, broadcast, authentication, master), which is\n"
        "         written to FILE as a line of a key set\n" URL_HELP,
    .rows = client_option_rows,
    .count = CLIENT_OPTIONS,
};

static int say(const struct client *client, const char *what, const char *reason)
{
    fprintf(stderr, "watthour cert: %s: %s: %s\n", client->options->url, what, reason);
    return COMMAND_FAILED;
}

static int usage(const char *what)
{
    fprintf(stderr, "watthour cert: %s; see 'watthour cert --help'\n", what);
    return COMMAND_USAGE;
}

static int find(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return -1;
}

/* Calls a method of the setup; 0, or -1, and one line has said why. */
static int call(struct client *client, enum method method, const struct writer *parameter,
                struct reader *returned, const char *what)
{
    const struct dlms_target target = {SETUP_CLASS, setup_name, (int8_t)method};
    enum cosem_result result;
    int called = client_call(
        client, &target, reader_over(parameter->window, writer_kept(parameter)), returned, &result);
    if (called > 0) {
        (void)say(client, what, client_result_text(result));
    }
    return called == 0 ? 0 : -1;
}

static int print_done(const struct client *client, const char *what)
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

/* An octet string that a method gave back. */
static struct dlms_octets take_octets(struct reader *returned)
{
    struct cosem_value value = cosem_take_value(returned);
    bool good = reader_done(returned) && value.tag == COSEM_OCTET_STRING;
    return (struct dlms_octets){good ? value.octets : NULL, good ? value.count : 0};
}

static int write_file(const struct client *client, const char *path, enum certificate_label label,
                      struct reader returned)
{
    const char *reason;
    struct dlms_octets der = take_octets(&returned);
    if (der.size == 0) {
        return say(client, "what it gave back", "no octet string");
    }
    if (certificate_file_write(path, label, der.octets, der.size, &reason) != 0) {
        return say(client, path, reason);
    }
    return path != NULL && strcmp(path, "-") != 0 ? print_done(client, path) : COMMAND_DONE;
}

/* ---- list ---- */

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
    uint8_t octets[NAME_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    struct reader returned;
    struct crypto_certificate certificate;
    put_by_serial(&w, serial, issuer);
    text[0] = '\0';
    if (!writer_overflow(&w) && call(client, EXPORT, &w, &returned, "export") == 0) {
        struct dlms_octets der = take_octets(&returned);
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
    char text[NAME_ROOM];
    cJSON *row = cJSON_CreateObject();
    if (cosem_take_value(r).count != INFO_FIELDS) {
        reader_fail(r);
    }
    cJSON_AddStringToObject(row, "of", word_of(entities, cosem_take_value(r).integer));
    cJSON_AddStringToObject(row, "use", word_of(uses, cosem_take_value(r).integer));
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

static int list(struct client *client)
{
    enum cosem_result result;
    struct reader value;
    int read = client_read(client, SETUP_CLASS, &setup_name, CERTIFICATES, &value, &result);
    if (read != 0) {
        return read > 0 ? say(client, "its certificates", client_result_text(result))
                        : COMMAND_FAILED;
    }
    size_t size = reader_left(&value);
    uint8_t *copy = malloc(size + 1); /* the value goes with the next request */
    if (!copy) {
        return say(client, "its certificates", "out of memory");
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
    return good ? COMMAND_DONE : say(client, "its certificates", "malformed");
}

/* ---- request, import, export, remove ---- */

static int request(struct client *client, int use, bool anew, const char *path)
{
    uint8_t octets[2];
    struct writer w = writer_over(octets, sizeof octets);
    struct reader returned;
    cosem_put_enum(&w, (uint8_t)use);
    if ((anew && call(client, GENERATE, &w, &returned, "generate_key_pair") != 0) ||
        call(client, REQUEST, &w, &returned, "generate_certificate_request") != 0) {
        return COMMAND_FAILED;
    }
    return write_file(client, path, REQUEST_LABEL, returned);
}

/* What may be wrong with a certificate that the meter has refused, as far as it says so itself. */
static void explain_refusal(const uint8_t *der, size_t size, char *text, size_t room)
{
    struct crypto_certificate is;
    char of[NAME_ROOM];
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

static int import(struct client *client, const char *path)
{
    static const struct dlms_target method = {SETUP_CLASS, COSEM_NAME(0, 0, 43, 0, 0), IMPORT};
    enum cosem_result result;
    char why[2 * NAME_ROOM];
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    uint8_t octets[CRYPTO_CERTIFICATE_MAX + 8];
    const char *reason;
    struct writer w = writer_over(octets, sizeof octets);
    struct reader returned;
    size_t size = certificate_file_read(path, der, &reason);
    if (size == 0) {
        return say(client, path, reason);
    }
    cosem_put_octet_string(&w, der, size);
    int called =
        client_call(client, &method, reader_over(octets, writer_kept(&w)), &returned, &result);
    if (called == 0) {
        return print_done(client, "imported");
    }
    explain_refusal(der, size, why, sizeof why);
    if (called > 0 && result == COSEM_OTHER_REASON) {
        fprintf(stderr, "watthour cert: %s: %s: other-reason: %s\n", client->options->url, path,
                why);
        return COMMAND_FAILED;
    }
    return called > 0 ? say(client, path, client_result_text(result)) : COMMAND_FAILED;
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
    if (strcmp(who, entities[0]) == 0 && guard->has_peer) {
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
    return writer_overflow(w) ? say(client, who, "too long a name") : 0;
}

static int name_and_call(struct client *client, enum method method, const char *who, int use,
                         const char *path)
{
    uint8_t octets[NAME_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    struct reader returned;
    if (put_by_entity(client, &w, who, use) != 0 || call(client, method, &w, &returned, who) != 0) {
        return COMMAND_FAILED;
    }
    return method == EXPORT ? write_file(client, path, CERTIFICATE_LABEL, returned)
                            : print_done(client, "removed");
}

/* ---- agree ---- */

static const char *const key_names[] = {"unicast", "broadcast", "authentication", "master", NULL};

/* What the meter said to our part: {key_id, key_data}, once. */
static struct dlms_octets take_part(struct reader *returned, int key)
{
    size_t parts = cosem_take_value(returned).count;
    size_t fields = cosem_take_value(returned).count;
    bool same = cosem_take_value(returned).integer == key;
    struct dlms_octets data = take_octets(returned);
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
        (void)say(client, "agree", "give suite, signing and signing-peer in --keys");
        return -1;
    }
    cosem_put_array(&w, 1);
    cosem_put_structure(&w, 2);
    cosem_put_enum(&w, (uint8_t)key);
    cosem_put_octet_string(&w, data, dlms_exchange_size(signing->curve));
    if (call(client, AGREE, &w, &returned, "key_agreement") != 0) {
        return -1;
    }
    struct dlms_octets part = take_part(&returned, key);
    if (part.octets == NULL ||
        dlms_exchange_take(signing, (uint8_t)key, part, client->guard.peer, ephemeral,
                           client->guard.use.title, client->guard.peer, agreed) != 0) {
        (void)say(client, "key_agreement", "what it answered is not signed by it");
        return -1;
    }
    return 0;
}

/* The file is there before the meter has the key: nobody is locked out for want of a disk. */
static int agree(struct client *client, int key, const char *path)
{
    uint8_t agreed[DLMS_KEY_MAX];
    char text[2 * DLMS_KEY_MAX + 1];
    const char *reason;
    FILE *file = certificate_file_private(path, &reason);
    if (!file) {
        return say(client, path, reason);
    }
    bool done = exchange(client, key, agreed) == 0;
    if (done) {
        certificate_hex_text(agreed, dlms_key_size(client->guard.ring.suite), text, sizeof text);
        fprintf(file, "%s %s\n", key_names[key], text);
        crypto_wipe(text, sizeof text);
        crypto_wipe(agreed, sizeof agreed);
    }
    if (fclose(file) != 0) {
        return say(client, path, strerror(errno));
    }
    return done ? print_done(client, path) : COMMAND_FAILED;
}

/* ---- the command ---- */

/* What is to be done, understood before the meter is asked. */
struct order {
    enum { DO_LIST, DO_REQUEST, DO_RENEW, DO_IMPORT, DO_EXPORT, DO_REMOVE, DO_AGREE } what;
    int number; /* use, or key */
    const char *who;
    const char *path;
};

static int take_use(struct order *order, const char *word)
{
    order->number = find(uses, word);
    return order->number >= 0 ? 0 : usage("USE is signature, agreement or other");
}

static int take_order(struct order *order, const char **words, int count)
{
    static const char *const orders[] = {"list",   "request", "renew", "import",
                                         "export", "remove",  "agree", NULL};
    static const int least[] = {2, 3, 3, 3, 4, 4, 4};
    static const int most[] = {2, 4, 4, 3, 5, 4, 4};
    int what = count > 1 ? find(orders, words[1]) : DO_LIST;
    if (what < 0 || (count > 1 && (count < least[what] || count > most[what]))) {
        return usage(
            "give list, request, renew, import, export, remove or agree, and what it wants");
    }
    *order = (struct order){.what = what};
    switch (what) {
    case DO_REQUEST:
    case DO_RENEW:
        order->path = words[3];
        return take_use(order, words[2]);
    case DO_IMPORT:
        order->path = words[2];
        return 0;
    case DO_EXPORT:
    case DO_REMOVE:
        order->who = words[2];
        order->path = words[4];
        return take_use(order, words[3]);
    case DO_AGREE:
        order->path = words[3];
        order->number = find(key_names, words[2]);
        return order->number >= 0 ? 0
                                  : usage("KEY is unicast, broadcast, authentication or master");
    default:
        return 0;
    }
}

static int carry_out(struct client *client, const struct order *order)
{
    if (client_open(client) != 0) {
        return COMMAND_FAILED;
    }
    switch (order->what) {
    case DO_REQUEST:
        return request(client, order->number, true, order->path);
    case DO_RENEW:
        return request(client, order->number, false, order->path);
    case DO_IMPORT:
        return import(client, order->path);
    case DO_EXPORT:
        return name_and_call(client, EXPORT, order->who, order->number, order->path);
    case DO_REMOVE:
        return name_and_call(client, REMOVE, order->who, order->number, NULL);
    case DO_AGREE:
        return agree(client, order->number, order->path);
    case DO_LIST:
        break;
    }
    return list(client);
}

int command_cert(int argc, char **argv)
{
    struct client_options options = client_defaults;
    const char *words[WORDS_MOST] = {NULL};
    struct order order;
    int exit_code;
    options.command = table.command;
    int count = client_words(&options, &table, argc, argv, words, 1, WORDS_MOST, &exit_code);
    if (count < 0) {
        return exit_code;
    }
    exit_code = take_order(&order, words, count);
    if (exit_code != 0) {
        return exit_code;
    }
    struct client client;
    client_init(&client, &options);
    exit_code = carry_out(&client, &order);
    client_close(&client);
    return exit_code;
}
