#include "app/data_text.h"

#include "base/civil.h"
#include "base/writer.h"
#include "cosem/data.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = strchr(digits, tolower((unsigned char)c));
    return c != '\0' && at ? (int)(at - digits) : -1;
}

int data_text_hex(const char *text, uint8_t *octets, size_t room)
{
    size_t count = 0;
    for (;;) {
        while (isspace((unsigned char)*text) || *text == ':') {
            text++;
        }
        if (*text == '\0') {
            return (int)count;
        }
        int high = digit_of(text[0]);
        int low = high < 0 ? -1 : digit_of(text[1]);
        if (low < 0 || count == room) {
            return -1;
        }
        octets[count++] = (uint8_t)(high << 4 | low);
        text += 2;
    }
}

static const struct integer_type {
    const char *name;
    enum cosem_tag tag;
    int64_t least, most;
} integer_types[] = {
    {"i8", COSEM_I8, INT8_MIN, INT8_MAX},     {"i16", COSEM_I16, INT16_MIN, INT16_MAX},
    {"i32", COSEM_I32, INT32_MIN, INT32_MAX}, {"i64", COSEM_I64, INT64_MIN, INT64_MAX},
    {"u8", COSEM_U8, 0, UINT8_MAX},           {"u16", COSEM_U16, 0, UINT16_MAX},
    {"u32", COSEM_U32, 0, UINT32_MAX},        {"u64", COSEM_U64, 0, INT64_MAX},
    {"enum", COSEM_ENUM, 0, UINT8_MAX},
};

static const struct integer_type *find_integer(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof integer_types / sizeof integer_types[0]; i++) {
        if (strlen(integer_types[i].name) == size &&
            memcmp(integer_types[i].name, name, size) == 0) {
            return &integer_types[i];
        }
    }
    return NULL;
}

static bool put_integer(struct writer *w, const struct integer_type *type, const char *text)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 0);
    if (end == text || *end != '\0' || errno != 0 || value < type->least || value > type->most) {
        return false;
    }
    cosem_put_integer(w, type->tag, value);
    return true;
}

static bool put_boolean(struct writer *w, const char *text)
{
    bool yes = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    cosem_put_boolean(w, yes);
    return yes || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

static bool put_string(struct writer *w, enum cosem_tag tag, const char *text)
{
    writer_u8(w, (uint8_t)tag);
    cosem_put_length(w, strlen(text));
    writer_octets(w, text, strlen(text));
    return true;
}

static bool put_octets(struct writer *w, const char *text)
{
    uint8_t *octets = malloc(DATA_TEXT_ROOM);
    int size = octets ? data_text_hex(text, octets, DATA_TEXT_ROOM) : -1;
    if (size >= 0) {
        cosem_put_octet_string(w, octets, (size_t)size);
    }
    free(octets);
    return size >= 0;
}

/* "+01:00", "Z", or nothing: the deviation is what has to be added to come to UTC. */
static bool take_deviation(const char *text, int *deviation)
{
    enum { ANY = -0x8000 };
    char sign;
    unsigned hours;
    unsigned minutes;
    int used = 0;
    if (*text == '\0' || strcmp(text, "Z") == 0) {
        *deviation = *text == '\0' ? ANY : 0;
        return true;
    }
    if (sscanf(text, "%c%2u:%2u%n", &sign, &hours, &minutes, &used) != 3 || text[used] != '\0' ||
        (sign != '+' && sign != '-') || hours > 14 || minutes > 59) {
        return false;
    }
    int offset = (int)(hours * 60 + minutes);
    *deviation = sign == '+' ? -offset : offset;
    return true;
}

static bool put_time(struct writer *w, const char *text)
{
    enum { SIZE = 12, ANY = 0xFF };
    int year;
    unsigned f[5];
    int used = 0;
    int deviation;
    if (sscanf(text, "%4d-%2u-%2uT%2u:%2u:%2u%n", &year, &f[0], &f[1], &f[2], &f[3], &f[4],
               &used) != 6 ||
        !take_deviation(text + used, &deviation)) {
        return false;
    }
    writer_u8(w, COSEM_OCTET_STRING);
    writer_u8(w, SIZE);
    writer_u16(w, (uint16_t)year);
    writer_u8(w, (uint8_t)f[0]);
    writer_u8(w, (uint8_t)f[1]);
    writer_u8(w, ANY); /* the weekday follows from the date */
    writer_u8(w, (uint8_t)f[2]);
    writer_u8(w, (uint8_t)f[3]);
    writer_u8(w, (uint8_t)f[4]);
    writer_u8(w, 0);
    writer_u16(w, (uint16_t)deviation);
    writer_u8(w, ANY);
    return true;
}

/* Octets as they are, which must be one value. */
static bool put_data(struct writer *w, const char *text)
{
    int size = data_text_hex(text, w->window, w->room);
    struct reader r = reader_over(w->window, size > 0 ? (size_t)size : 0);
    cosem_skip_value(&r);
    w->tape = r.size;
    return reader_done(&r);
}

static bool put(struct writer *w, const char *type, size_t size, const char *text)
{
    static const struct {
        const char *name;
        bool (*put)(struct writer *w, const char *text);
    } types[] = {
        {"bool", put_boolean}, {"octets", put_octets}, {"time", put_time}, {"data", put_data}};
    const struct integer_type *integer = find_integer(type, size);
    if (integer) {
        return put_integer(w, integer, text);
    }
    if (size == 4 && memcmp(type, "text", size) == 0) {
        return put_string(w, COSEM_OCTET_STRING, text);
    }
    if (size == 7 && memcmp(type, "visible", size) == 0) {
        return put_string(w, COSEM_VISIBLE_STRING, text);
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strlen(types[i].name) == size && memcmp(types[i].name, type, size) == 0) {
            return types[i].put(w, text);
        }
    }
    return false;
}

size_t data_text_take(const char *text, uint8_t octets[DATA_TEXT_ROOM], const char **wanted)
{
    struct writer w = writer_over(octets, DATA_TEXT_ROOM);
    *wanted = "give TYPE:VALUE, as u8:5, time:2026-11-21T12:00:00Z or data:1105";
    if (strcmp(text, "null") == 0) {
        cosem_put_null(&w);
        return writer_kept(&w);
    }
    const char *colon = strchr(text, ':');
    if (!colon || !put(&w, text, (size_t)(colon - text), colon + 1) || writer_overflow(&w)) {
        return 0;
    }
    return writer_kept(&w);
}
