#define _POSIX_C_SOURCE 200809L /* open, fdopen */
#include "app/certificate_file.h"

#include "app/value.h"
#include "base/civil.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_ROOM = 8192, LINE = 64, DIGITS = 6 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static const char *const labels[] = {"CERTIFICATE", "CERTIFICATE REQUEST"};

/* ---- PEM ---- */

/* Base64 up to '-'; the size, or 0: it is none. */
static size_t take_base64(const char *text, uint8_t der[CRYPTO_CERTIFICATE_MAX])
{
    unsigned bits = 0;
    unsigned held = 0;
    size_t size = 0;
    for (; *text != '\0' && *text != '-' && *text != '='; text++) {
        const char *digit = strchr(alphabet, *text);
        if (strchr(" \r\n\t", *text) != NULL) {
            continue;
        }
        if (digit == NULL || size == CRYPTO_CERTIFICATE_MAX) {
            return 0;
        }
        held = (held << DIGITS | (unsigned)(digit - alphabet)) & 0xFFFFFF;
        bits += DIGITS;
        if (bits >= 8) {
            bits -= 8;
            der[size++] = (uint8_t)(held >> bits);
        }
    }
    return size;
}

/* The first block of a text that has one. */
static size_t take_pem(const char *text, uint8_t der[CRYPTO_CERTIFICATE_MAX])
{
    const char *begin = strstr(text, "-----BEGIN ");
    const char *body = begin ? strchr(begin, '\n') : NULL;
    return body ? take_base64(body + 1, der) : 0;
}

size_t certificate_file_read(const char *path, uint8_t der[CRYPTO_CERTIFICATE_MAX],
                             const char **reason)
{
    char text[FILE_ROOM];
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) {
        *reason = strerror(errno);
        return 0;
    }
    size_t size = fread(text, 1, sizeof text - 1, file);
    if (file != stdin) {
        (void)fclose(file);
    }
    text[size] = '\0';
    *reason = "neither PEM nor DER, or longer than 1024 octets";
    if (size > 0 && (uint8_t)text[0] == CRYPTO_DER_SEQUENCE && size <= CRYPTO_CERTIFICATE_MAX) {
        memcpy(der, text, size);
        return size;
    }
    return take_pem(text, der);
}

static void print_base64(FILE *out, const uint8_t *der, size_t size)
{
    for (size_t at = 0; at < size; at += 3) {
        size_t left = size - at;
        unsigned held = (unsigned)der[at] << 16 | (left > 1 ? (unsigned)der[at + 1] << 8 : 0) |
                        (left > 2 ? der[at + 2] : 0U);
        fputc(alphabet[held >> 18], out);
        fputc(alphabet[held >> 12 & 0x3F], out);
        fputc(left > 1 ? alphabet[held >> 6 & 0x3F] : '=', out);
        fputc(left > 2 ? alphabet[held & 0x3F] : '=', out);
        if ((at / 3 + 1) % (LINE / 4) == 0 || left <= 3) {
            fputc('\n', out);
        }
    }
}

void certificate_file_print(FILE *out, enum certificate_label label, const uint8_t *der,
                            size_t size)
{
    fprintf(out, "-----BEGIN %s-----\n", labels[label]);
    print_base64(out, der, size);
    fprintf(out, "-----END %s-----\n", labels[label]);
}

int certificate_file_write(const char *path, enum certificate_label label, const uint8_t *der,
                           size_t size, const char **reason)
{
    if (path == NULL || strcmp(path, "-") == 0) {
        certificate_file_print(stdout, label, der, size);
        return 0;
    }
    FILE *file = fopen(path, "w");
    if (!file) {
        *reason = strerror(errno);
        return -1;
    }
    certificate_file_print(file, label, der, size);
    if (fclose(file) != 0) {
        *reason = strerror(errno);
        return -1;
    }
    return 0;
}

FILE *certificate_file_private(const char *path, const char **reason)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        *reason = strerror(errno);
    }
    return file;
}

/* ---- what a certificate says ---- */

void certificate_hex_text(const uint8_t *octets, size_t size, char *text, size_t room)
{
    text[0] = '\0';
    for (size_t i = 0; i < size && 2 * i + 2 < room; i++) {
        snprintf(text + 2 * i, 3, "%02X", octets[i]);
    }
}

/* A common name is the last element of a Name that we make, and of most. */
static struct crypto_part common_name_of(struct crypto_part name)
{
    static const uint8_t oid[] = {CRYPTO_DER_OID, 3, 0x55, 4, 3};
    struct crypto_part none = {NULL, 0};
    for (size_t at = 0; at + sizeof oid + 2 <= name.size; at++) {
        if (memcmp(name.octets + at, oid, sizeof oid) == 0) {
            size_t size = name.octets[at + sizeof oid + 1];
            size_t begin = at + sizeof oid + 2;
            return begin + size <= name.size ? (struct crypto_part){name.octets + begin, size}
                                             : none;
        }
    }
    return none;
}

void certificate_name_text(struct crypto_part name, char *text, size_t room)
{
    struct crypto_part common = common_name_of(name);
    if (common.octets == NULL) {
        certificate_hex_text(name.octets, name.size, text, room);
        return;
    }
    size_t size = common.size < room - 1 ? common.size : room - 1;
    for (size_t i = 0; i < size; i++) { /* whoever made it chose the text: no control characters */
        text[i] = common.octets[i] >= ' ' && common.octets[i] < 0x7F ? (char)common.octets[i] : '?';
    }
    text[size] = '\0';
}

void certificate_time_text(int64_t time_s, char *text, size_t room)
{
    if (time_s == INT64_MAX) {
        snprintf(text, room, "never");
        return;
    }
    struct civil t = civil_from_seconds(time_s);
    snprintf(text, room, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)t.year, t.month, t.day, t.hour,
             t.minute, t.second);
}

static const char *usage_text(const struct crypto_certificate *c)
{
    return c->authority                             ? "authority"
           : (c->usage & CRYPTO_USE_SIGNATURE) != 0 ? "signature"
           : (c->usage & CRYPTO_USE_AGREEMENT) != 0 ? "agreement"
                                                    : "other";
}

static void add_time(cJSON *row, const char *name, int64_t time_s)
{
    char text[LINE];
    certificate_time_text(time_s, text, sizeof text);
    cJSON_AddStringToObject(row, name, text);
}

static void add_hex(cJSON *row, const char *name, const uint8_t *octets, size_t size)
{
    char text[2 * CRYPTO_PUBLIC_MAX + 1];
    certificate_hex_text(octets, size, text, sizeof text);
    cJSON_AddStringToObject(row, name, text);
}

static cJSON *certificate_json(const struct crypto_certificate *c)
{
    char name[2 * CRYPTO_NAME_MAX + 1];
    cJSON *row = cJSON_CreateObject();
    certificate_name_text(c->subject, name, sizeof name);
    cJSON_AddStringToObject(row, "subject", name);
    certificate_name_text(c->issuer, name, sizeof name);
    cJSON_AddStringToObject(row, "issuer", name);
    add_hex(row, "serial", c->serial.octets, c->serial.size);
    cJSON_AddStringToObject(row, "use", usage_text(c));
    cJSON_AddStringToObject(row, "curve", c->curve == CRYPTO_P384 ? "P-384" : "P-256");
    add_time(row, "since", c->since_s);
    add_time(row, "until", c->until_s);
    add_hex(row, "public_key", c->public_key, 2 * crypto_curve_size(c->curve));
    return row;
}

int certificate_file_show(const uint8_t *der, size_t size, bool json)
{
    struct crypto_certificate c;
    if (crypto_certificate_take(&c, der, size) != 0) {
        return -1;
    }
    cJSON *row = certificate_json(&c);
    if (json) {
        value_print(row);
    } else {
        const cJSON *field;
        cJSON_ArrayForEach(field, row)
        {
            printf("%-11s %s\n", field->string, field->valuestring);
        }
    }
    cJSON_Delete(row);
    return 0;
}
