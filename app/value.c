#define _POSIX_C_SOURCE 200809L /* strndup */
#include "app/value.h"

#include "cosem/compact.h"
#include "cosem/data.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 32, NUMBER_ROOM = 320, DATE_TIME_SIZE = 12, DATE_TIME_ROOM = 64 };
enum { BITS_SHOWN = 64, ANY_YEAR = 0xFFFF };

/* digits * 10^scaler, exactly. */
static void scale(const char *digits, int scaler, char text[NUMBER_ROOM])
{
    char plain[NUMBER_ROOM] = "";
    bool negative = *digits == '-';
    digits += negative;
    int size = (int)strlen(digits);
    int before = size <= -scaler ? 1 - scaler - size : 0;
    int behind = scaler > 0 && *digits != '0' ? scaler : 0;
    memset(plain, '0', (size_t)(before + size + behind));
    memcpy(plain + before, digits, (size_t)size);
    int whole = before + size + behind - (scaler < 0 ? -scaler : 0);
    snprintf(text, NUMBER_ROOM, "%s%.*s%s%s", negative ? "-" : "", whole, plain,
             scaler < 0 ? "." : "", plain + whole);
}

static cJSON *make_integer(const struct cosem_value *v, int scaler)
{
    char digits[24];
    char text[NUMBER_ROOM];
    if (v->tag == COSEM_U64) {
        snprintf(digits, sizeof digits, "%" PRIu64, (uint64_t)v->integer);
    } else {
        snprintf(digits, sizeof digits, "%" PRId64, v->integer);
    }
    scale(digits, scaler, text);
    return cJSON_CreateRaw(text);
}

static cJSON *make_float(const struct cosem_value *v)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < v->count; i++) {
        bits = bits << 8 | v->octets[i];
    }
    double number;
    if (v->tag == COSEM_F32) {
        uint32_t single_bits = (uint32_t)bits;
        float single;
        memcpy(&single, &single_bits, sizeof single);
        number = (double)single;
    } else {
        memcpy(&number, &bits, sizeof number);
    }
    char text[32];
    snprintf(text, sizeof text, v->tag == COSEM_F32 ? "%.9g" : "%.17g", number);
    return isfinite(number) ? cJSON_CreateRaw(text) : cJSON_CreateNull();
}

static cJSON *make_hex(const uint8_t *octets, size_t size)
{
    char *text = malloc(2 * size + 1);
    if (!text) {
        return NULL;
    }
    for (size_t i = 0; i < size; i++) {
        snprintf(text + 2 * i, 3, "%02X", octets[i]);
    }
    text[2 * size] = '\0';
    cJSON *hex = cJSON_CreateString(text);
    free(text);
    return hex;
}

static cJSON *make_bits(const struct cosem_value *v)
{
    char text[BITS_SHOWN + 1];
    if (v->count > BITS_SHOWN) {
        return make_hex(v->octets, v->count / 8 + (v->count % 8 != 0));
    }
    for (size_t i = 0; i < v->count; i++) {
        text[i] = (char)('0' + (v->octets[i / 8] >> (7 - i % 8) & 1));
    }
    text[v->count] = '\0';
    return cJSON_CreateString(text);
}

/* One field of a date or a time: what is not specified is a star. */
static int put_field(char *text, unsigned value, unsigned unspecified, int digits)
{
    return value == unspecified ? sprintf(text, "*") : sprintf(text, "%0*u", digits, value);
}

static int put_day(char *text, unsigned day)
{
    enum { LAST = 0xFE, LAST_BUT_ONE = 0xFD };
    if (day == LAST || day == LAST_BUT_ONE) {
        return sprintf(text, day == LAST ? "last" : "last but one");
    }
    return put_field(text, day, 0xFF, 2);
}

/* "+01:00" from the minutes that UTC is ahead of local time; "" when they are not specified. */
static int put_offset(char *text, int deviation)
{
    int offset = deviation > 0 ? deviation : -deviation;
    return deviation == INT16_MIN
               ? 0
               : sprintf(text, "%c%02d:%02d", deviation > 0 ? '-' : '+', offset / 60, offset % 60);
}

/* "2026-11-21T12:00:00+01:00"; of what repeats also the weekday, "*-03-lastT02:00:00 Sun". */
static void put_date_time(const uint8_t *octets, char text[DATE_TIME_ROOM])
{
    static const char *const weekdays[] = {"",     " Mon", " Tue", " Wed",
                                           " Thu", " Fri", " Sat", " Sun"};
    struct reader r = reader_over(octets, DATE_TIME_SIZE);
    uint16_t year = reader_u16(&r);
    text += put_field(text, year, ANY_YEAR, 4);
    *text++ = '-';
    text += put_field(text, reader_u8(&r), 0xFF, 2);
    *text++ = '-';
    text += put_day(text, reader_u8(&r));
    uint8_t weekday = reader_u8(&r);
    for (const char *before = "T::"; *before; before++) {
        *text++ = *before;
        text += put_field(text, reader_u8(&r), 0xFF, 2);
    }
    reader_u8(&r); /* hundredths */
    text += put_offset(text, (int16_t)reader_u16(&r));
    sprintf(text, "%s", year == ANY_YEAR && weekday <= 7 ? weekdays[weekday] : "");
}

static bool is_printable(const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (octets[i] < 0x20 || octets[i] > 0x7E) {
            return false;
        }
    }
    return size > 0;
}

static cJSON *make_string(const struct cosem_value *v, const struct value_meaning *meaning)
{
    if (v->tag == COSEM_DATE_TIME || (meaning->date_time && v->count == DATE_TIME_SIZE)) {
        char text[DATE_TIME_ROOM];
        put_date_time(v->octets, text);
        return cJSON_CreateString(text);
    }
    if (!is_printable(v->octets, v->count)) {
        return make_hex(v->octets, v->count);
    }
    char *text = strndup((const char *)v->octets, v->count);
    cJSON *string = text ? cJSON_CreateString(text) : NULL;
    free(text);
    return string;
}

static cJSON *make_scalar(const struct cosem_value *v, const struct value_meaning *meaning)
{
    switch (v->tag) {
    case COSEM_NULL:
        return cJSON_CreateNull();
    case COSEM_BOOLEAN:
        return cJSON_CreateBool(v->integer != 0);
    case COSEM_F32:
    case COSEM_F64:
        return make_float(v);
    case COSEM_BIT_STRING:
        return make_bits(v);
    case COSEM_ENUM:
    case COSEM_BCD:
        return make_integer(v, 0);
    default:
        return v->octets ? make_string(v, meaning) : make_integer(v, meaning->scaler);
    }
}

static cJSON *make(struct reader *r, const struct value_meaning *meaning, int depth);

/* Appends; an element that is none spoils the array. */
static bool add(cJSON *array, cJSON *element)
{
    bool added = element && cJSON_AddItemToArray(array, element);
    if (!added) {
        cJSON_Delete(element);
    }
    return added;
}

static bool add_elements(cJSON *array, struct reader *r, size_t count,
                         const struct value_meaning *meaning, int depth)
{
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        good = add(array, make(r, meaning, depth));
    }
    return good;
}

static bool add_compact(cJSON *array, const struct cosem_value *v,
                        const struct value_meaning *meaning, int depth)
{
    struct cosem_compact compact = cosem_compact_open(v);
    uint8_t octets[VALUE_ELEMENT_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    bool good = true;
    while (good && cosem_compact_next(&compact, &w)) {
        struct reader element = reader_over(octets, writer_kept(&w));
        good = add(array, make(&element, meaning, depth));
        w = writer_over(octets, sizeof octets);
    }
    return good && !compact.contents.fault;
}

static cJSON *make(struct reader *r, const struct value_meaning *meaning, int depth)
{
    struct cosem_value v = cosem_take_value(r);
    bool compact = v.tag == COSEM_COMPACT_ARRAY;
    if (r->fault || depth > DEPTH_MOST) {
        return NULL;
    }
    if (!compact && v.tag != COSEM_ARRAY && v.tag != COSEM_STRUCTURE) {
        return make_scalar(&v, meaning);
    }
    cJSON *array = cJSON_CreateArray();
    bool good = compact ? add_compact(array, &v, meaning, depth + 1)
                        : add_elements(array, r, v.count, meaning, depth + 1);
    if (!good) {
        cJSON_Delete(array);
        return NULL;
    }
    return array;
}

cJSON *value_json(struct reader value, const struct value_meaning *meaning)
{
    cJSON *json = make(&value, meaning, 0);
    if (!reader_done(&value)) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

char *value_text(struct reader value, const struct value_meaning *meaning)
{
    cJSON *json = value_json(value, meaning);
    if (!json) {
        return NULL;
    }
    const char *bare = cJSON_GetStringValue(json);
    char *text = bare ? strdup(bare) : cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}

void value_print(const cJSON *json)
{
    char *text = cJSON_Print(json);
    if (text) {
        puts(text);
    }
    free(text);
}
