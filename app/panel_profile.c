#include "app/panel_profile.h"

#include "app/words.h"

#include "cosem/data.h"

#include <cjson/cJSON.h>
#include <string.h>

enum { ROWS = 192, NO_UNIT = 255, TEXT = WORDS_OBIS_ROOM };

/* A column: what it is, and what its numbers are times 10^scaler of. */
struct column {
    struct profile_column row;
    int8_t scaler;
    uint8_t unit;
};

/* Whoever may read it; NULL: the product has none. */
static struct cosem_instance find_object(const struct cosem_model *model,
                                         const struct profile_column *column)
{
    for (uint32_t i = 0; i < cosem_model_count(model); i++) {
        struct cosem_instance one = cosem_model_object(model, i);
        if (one.object->ic->id == column->class_id &&
            memcmp(one.name.obis, column->obis, sizeof column->obis) == 0) {
            return one;
        }
    }
    return (struct cosem_instance){.object = NULL};
}

/* scaler_unit of registers, as the object tells it. */
static void read_scaler(const struct meter *meter, struct column *column)
{
    enum { SCALER_UNIT = 3, SCALER_AT = 3, UNIT_AT = 5, SIZE = 6, REGISTER = 3, EXTENDED = 4 };
    uint8_t octets[SIZE + COSEM_CARRY];
    struct writer w = writer_over(octets, sizeof octets);
    struct cosem_call call = {.model = &meter->product->model, .context = &meter->context};
    bool is_register = column->row.class_id == REGISTER || column->row.class_id == EXTENDED;
    if (is_register) {
        struct cosem_instance found = find_object(call.model, &column->row);
        call.object = found.object;
        call.member = found.member;
    }
    const struct cosem_attribute *attribute =
        call.object ? cosem_object_attribute(call.object, SCALER_UNIT) : NULL;
    if (attribute && attribute->get && attribute->get(&call, &w) == COSEM_SUCCESS &&
        writer_kept(&w) == SIZE) {
        column->scaler = (int8_t)octets[SCALER_AT];
        column->unit = octets[UNIT_AT];
    }
}

static struct column column_of(const struct meter *meter, struct profile_column row)
{
    struct column column = {.row = row, .unit = NO_UNIT};
    read_scaler(meter, &column);
    return column;
}

/* "1.8.0" of electricity, else all six groups. */
static void add_name(cJSON *json, const uint8_t obis[6])
{
    struct cosem_name name;
    char text[TEXT];
    memcpy(name.obis, obis, sizeof name.obis);
    words_obis(&name, text);
    cJSON_AddStringToObject(json, "name", text);
}

static void add_columns(cJSON *json, const struct column *columns, unsigned count)
{
    cJSON *array = cJSON_AddArrayToObject(json, "columns");
    for (unsigned i = 0; i < count; i++) {
        cJSON *row = cJSON_CreateObject();
        add_name(row, columns[i].row.obis);
        cJSON_AddStringToObject(row, "unit", words_unit(columns[i].unit));
        cJSON_AddItemToArray(array, row);
    }
}

/* null: no number (the time, a text), or there was none. */
static cJSON *number_of(const struct cosem_value *value, int8_t scaler)
{
    bool text = value->octets != NULL || value->tag == COSEM_NULL || value->tag == COSEM_ARRAY ||
                value->tag == COSEM_STRUCTURE;
    if (text) {
        return cJSON_CreateNull();
    }
    double number = (double)value->integer;
    for (; scaler < 0; scaler++) {
        number /= 10;
    }
    for (; scaler > 0; scaler--) {
        number *= 10;
    }
    return cJSON_CreateNumber(number);
}

/* [local seconds, a value for each column ...] */
static void add_row(cJSON *rows, const struct profile_row *row, const struct column *columns,
                    unsigned count)
{
    struct reader r = reader_over(row->octets, row->size);
    cJSON *array = cJSON_CreateArray();
    double local_s = (double)row->stamp.utc_s + 60.0 * row->stamp.offset_min;
    cJSON_AddItemToArray(array, cJSON_CreateNumber(local_s));
    for (unsigned i = 0; i < count; i++) {
        struct cosem_value value = {.tag = COSEM_NULL};
        if (!profile_is_clock(&columns[i].row)) {
            struct reader at = r;
            value = cosem_take_value(&at);
            cosem_skip_value(&r);
        }
        cJSON_AddItemToArray(array, number_of(&value, columns[i].scaler));
    }
    cJSON_AddItemToArray(rows, array);
}

static void add_rows(cJSON *json, const struct profile *profile, const struct column *columns,
                     unsigned count)
{
    cJSON *rows = cJSON_AddArrayToObject(json, "rows");
    uint32_t next = profile_next(profile);
    uint32_t first = profile_first(profile);
    first = next - first > ROWS ? next - ROWS : first;
    for (uint32_t number = first; number < next; number++) {
        struct profile_row row;
        if (profile_read(profile, number, &row) == STORAGE_DONE) {
            add_row(rows, &row, columns, count);
        }
    }
}

static void add_profile(cJSON *profiles, const struct meter *meter,
                        const struct display_profile *shown)
{
    const struct profile *profile = &meter->profiles[shown->place];
    unsigned count = profile->settings.column_count;
    struct column columns[PROFILE_COLUMNS];
    cJSON *json = cJSON_CreateObject();
    for (unsigned i = 0; i < count; i++) {
        columns[i] = column_of(meter, profile_column_at(profile, i));
    }
    add_name(json, shown->name.obis);
    cJSON_AddNumberToObject(json, "period_s", profile->settings.period_s);
    add_columns(json, columns, count);
    add_rows(json, profile, columns, count);
    cJSON_AddItemToArray(profiles, json);
}

char *panel_json_profiles(const struct panel_view *view)
{
    const struct meter *meter = &view->simulation->meter;
    cJSON *json = cJSON_CreateObject();
    cJSON *profiles = cJSON_AddArrayToObject(json, "profiles");
    for (unsigned i = 0; i < meter->product->display->profile_count && view->simulation->on; i++) {
        add_profile(profiles, meter, &meter->product->display->profiles[i]);
    }
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    return text;
}

double panel_profile_rows(const struct panel_view *view)
{
    const struct meter *meter = &view->simulation->meter;
    double rows = 0;
    for (unsigned i = 0; i < meter->product->display->profile_count; i++) {
        rows += profile_next(&meter->profiles[meter->product->display->profiles[i].place]);
    }
    return rows;
}
