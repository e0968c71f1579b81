#include "app/profile_reader.h"

#include "app/reading.h"
#include "base/civil.h"
#include "cosem/compact.h"
#include "cosem/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROFILE_GENERIC = 7, CLOCK = 8, TIME = 2, TIME_SIZE = 12, PART_ROOM = 128 };
enum { BUFFER = 2, CAPTURE_OBJECTS = 3, CAPTURE_PERIOD = 4, ENTRIES_IN_USE = 7 };
enum { BY_RANGE = 1, BY_ENTRY = 2 };

static int say(const struct profile_reader *reader, const char *what)
{
    const struct client_options *options = reader->client->options;
    fprintf(stderr, "watthour %s: %s: %s\n", options->command, options->url, what);
    return -1;
}

static int read_attribute(struct profile_reader *reader, int attribute, struct reader *value)
{
    enum cosem_result result;
    int read =
        client_read(reader->client, PROFILE_GENERIC, &reader->name, attribute, value, &result);
    return read > 0 ? say(reader, client_result_text(result)) : read;
}

/* ---- What the columns are ---- */

static bool take_column(struct reader *r, struct profile_reader_column *column)
{
    struct cosem_value head = cosem_take_value(r);
    struct cosem_value class_id = cosem_take_value(r);
    struct cosem_value name = cosem_take_value(r);
    struct cosem_value attribute = cosem_take_value(r);
    struct cosem_value data = cosem_take_value(r);
    if (r->fault || head.tag != COSEM_STRUCTURE || head.count != 4 ||
        name.count != sizeof column->name.obis || name.octets == NULL) {
        return false;
    }
    *column = (struct profile_reader_column){.class_id = (uint16_t)class_id.integer,
                                             .attribute = (int8_t)attribute.integer,
                                             .data = (uint16_t)data.integer,
                                             .unit = ""};
    memcpy(column->name.obis, name.octets, sizeof column->name.obis);
    return true;
}

static int take_columns(struct profile_reader *reader, struct reader *r)
{
    struct cosem_value head = cosem_take_value(r);
    if (r->fault || head.tag != COSEM_ARRAY || head.count > PROFILE_READER_COLUMNS) {
        return say(reader, "its capture objects are no list");
    }
    reader->clock = -1;
    for (size_t i = 0; i < head.count; i++) {
        struct profile_reader_column *column = &reader->columns[i];
        if (!take_column(r, column)) {
            return say(reader, "its capture objects are no list");
        }
        bool time = column->class_id == CLOCK && column->attribute == TIME;
        column->meaning.date_time = time;
        reader->clock = time && reader->clock < 0 ? (int)i : reader->clock;
        reader->count = (int)i + 1;
    }
    return 0;
}

/* Scaler and unit, of what has them; what cannot be read has none. */
static int read_meaning(struct profile_reader *reader, struct profile_reader_column *column)
{
    struct reading reading;
    if (column->meaning.date_time || column->data != 0) {
        return 0;
    }
    int read =
        reading_take(&reading, reader->client, column->class_id, &column->name, column->attribute);
    if (read == 0) {
        column->meaning = reading.meaning;
        column->unit = reading.unit;
    }
    return read < 0 ? -1 : 0;
}

int profile_reader_open(struct profile_reader *reader, struct client *client,
                        const struct cosem_name *name)
{
    struct reader value;
    *reader = (struct profile_reader){.client = client, .name = *name, .clock = -1};
    reader->rows = cJSON_CreateArray();
    if (read_attribute(reader, CAPTURE_OBJECTS, &value) != 0 || take_columns(reader, &value) != 0) {
        return -1;
    }
    if (read_attribute(reader, CAPTURE_PERIOD, &value) != 0) {
        return -1;
    }
    reader->period_s = (uint32_t)cosem_take_value(&value).integer;
    if (read_attribute(reader, ENTRIES_IN_USE, &value) != 0) {
        return -1;
    }
    reader->entries = (uint32_t)cosem_take_value(&value).integer;
    for (int i = 0; i < reader->count; i++) {
        if (read_meaning(reader, &reader->columns[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

void profile_reader_close(struct profile_reader *reader)
{
    cJSON_Delete(reader->rows);
    reader->rows = NULL;
}

/* ---- Rows ---- */

static struct civil civil_of(const char *text, int *offset_min)
{
    unsigned year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, h = 0, m = 0;
    char sign = '+';
    sscanf(text, "%u-%u-%uT%u:%u:%u%c%u:%u", &year, &month, &day, &hour, &minute, &second, &sign,
           &h, &m);
    *offset_min = (sign == '-' ? -1 : 1) * (int)(h * 60 + m);
    return (struct civil){.year = (int32_t)year,
                          .month = (uint8_t)month,
                          .day = (uint8_t)day,
                          .hour = (uint8_t)hour,
                          .minute = (uint8_t)minute,
                          .second = (uint8_t)second};
}

static cJSON *newest(const struct profile_reader *reader, int column)
{
    int count = cJSON_GetArraySize(reader->rows);
    cJSON *row = count > 0 ? cJSON_GetArrayItem(reader->rows, count - 1) : NULL;
    return row ? cJSON_GetArrayItem(row, column) : NULL;
}

int64_t profile_reader_time(const struct profile_reader *reader)
{
    const cJSON *time = reader->clock >= 0 ? newest(reader, reader->clock) : NULL;
    if (time == NULL || !cJSON_IsString(time)) {
        return -1;
    }
    int offset_min;
    struct civil c = civil_of(time->valuestring, &offset_min);
    return civil_to_seconds(&c) - offset_min * 60L;
}

/* The time that a period later follows. */
static cJSON *time_behind(const char *text, uint32_t period_s)
{
    char later[64];
    int offset_min;
    struct civil c = civil_of(text, &offset_min);
    struct civil next = civil_from_seconds(civil_to_seconds(&c) + period_s);
    unsigned offset = (unsigned)(offset_min < 0 ? -offset_min : offset_min);
    snprintf(later, sizeof later, "%04d-%02u-%02uT%02u:%02u:%02u%c%02u:%02u", (int)next.year,
             next.month, next.day, next.hour, next.minute, next.second, offset_min < 0 ? '-' : '+',
             offset / 60, offset % 60);
    return cJSON_CreateString(later);
}

/* A value, or what null-data stands for. */
static cJSON *make_value(const struct profile_reader *reader, int column, struct reader data)
{
    const struct value_meaning *meaning = &reader->columns[column].meaning;
    const cJSON *before = newest(reader, column);
    bool null = data.size == 1 && data.data[0] == COSEM_NULL;
    if (null && meaning->date_time && cJSON_IsString(before)) {
        return time_behind(before->valuestring, reader->period_s);
    }
    if (null && before) {
        return cJSON_Duplicate(before, 1);
    }
    return value_json(data, meaning);
}

static int take_row(struct profile_reader *reader, struct reader *r)
{
    struct cosem_value head = cosem_take_value(r);
    if (r->fault || head.tag != COSEM_STRUCTURE || head.count != (size_t)reader->count) {
        return -1;
    }
    cJSON *row = cJSON_CreateArray();
    for (int i = 0; i < reader->count && !r->fault; i++) {
        size_t at = r->at;
        cosem_skip_value(r);
        struct reader data = reader_over(r->data + at, r->at - at);
        cJSON *value = r->fault ? NULL : make_value(reader, i, data);
        cJSON_AddItemToArray(row, value ? value : cJSON_CreateNull());
    }
    cJSON_AddItemToArray(reader->rows, row);
    return r->fault ? -1 : 0;
}

/* Elements of a compact array have lost nothing but their tags. */
static bool take_compact(struct profile_reader *reader, const struct cosem_value *rows)
{
    struct cosem_compact compact = cosem_compact_open(rows);
    uint8_t octets[VALUE_ELEMENT_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    bool good = true;
    while (good && cosem_compact_next(&compact, &w)) {
        struct reader row = reader_over(octets, writer_kept(&w));
        good = take_row(reader, &row) == 0;
        w = writer_over(octets, sizeof octets);
    }
    return good && !compact.contents.fault;
}

static bool take_rows(struct profile_reader *reader, struct reader *value)
{
    struct cosem_value head = cosem_take_value(value);
    if (!value->fault && head.tag == COSEM_COMPACT_ARRAY) {
        return take_compact(reader, &head);
    }
    bool good = !value->fault && head.tag == COSEM_ARRAY;
    for (size_t i = 0; good && i < head.count; i++) {
        good = take_row(reader, value) == 0;
    }
    return good;
}

static int read_part(struct profile_reader *reader, uint8_t selector, const struct writer *w)
{
    const struct dlms_target target = {PROFILE_GENERIC, reader->name, BUFFER};
    const struct dlms_selection part = {selector, reader_over(w->window, writer_kept(w))};
    enum cosem_result result;
    struct reader value;
    int read = client_read_part(reader->client, &target, &part, &value, &result);
    if (read != 0) {
        return read > 0 ? say(reader, client_result_text(result)) : -1;
    }
    return take_rows(reader, &value) ? 0
                                     : say(reader, "its buffer does not fit its capture objects");
}

int profile_reader_entries(struct profile_reader *reader, uint32_t from, uint32_t to)
{
    uint8_t octets[PART_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_structure(&w, 4);
    cosem_put_u32(&w, from);
    cosem_put_u32(&w, to);
    cosem_put_u16(&w, 1);
    cosem_put_u16(&w, 0);
    return read_part(reader, BY_ENTRY, &w);
}

static void put_time(struct writer *w, int64_t utc_s)
{
    struct civil c = civil_from_seconds(utc_s);
    writer_u8(w, COSEM_OCTET_STRING);
    writer_u8(w, TIME_SIZE);
    writer_u16(w, (uint16_t)c.year);
    writer_u8(w, c.month);
    writer_u8(w, c.day);
    writer_u8(w, c.weekday);
    writer_u8(w, c.hour);
    writer_u8(w, c.minute);
    writer_u8(w, c.second);
    writer_u8(w, 0);
    writer_u16(w, 0);
    writer_u8(w, 0);
}

int profile_reader_range(struct profile_reader *reader, int64_t from_s, int64_t to_s)
{
    uint8_t octets[PART_ROOM];
    struct writer w = writer_over(octets, sizeof octets);
    if (reader->clock < 0) {
        return say(reader, "it has no column of time: leave --from and --to out");
    }
    const struct profile_reader_column *clock = &reader->columns[reader->clock];
    cosem_put_structure(&w, 4);
    cosem_put_structure(&w, 4);
    cosem_put_u16(&w, clock->class_id);
    cosem_put_octet_string(&w, clock->name.obis, sizeof clock->name.obis);
    cosem_put_i8(&w, clock->attribute);
    cosem_put_u16(&w, clock->data);
    put_time(&w, from_s);
    put_time(&w, to_s);
    cosem_put_array(&w, 0);
    return read_part(reader, BY_RANGE, &w);
}
