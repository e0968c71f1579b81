#include "display/item.h"

#include "base/reader.h"
#include "base/writer.h"
#include "cosem/data.h"
#include "display/decimal.h"

#include <string.h>

/* Classes whose attribute 2 is a value that a line can hold. */
enum { CLASS_DATA = 1, CLASS_REGISTER = 3, CLASS_EXTENDED_REGISTER = 4, CLASS_DEMAND = 5 };
enum { CLASS_CLOCK = 8 };

/* Value groups C of abstract objects that stand for themselves, without an association that asks:
 * clock, general and service entries, errors. */
enum { GROUP_C_CLOCK = 1, GROUP_C_GENERAL = 96, GROUP_C_ERRORS = 97 };

enum { ENCODED = 2 + SCREEN_TEXT, NO_UNIT = QUANTITY_UNIT_COUNT };

/* How numbers of a unit are shown: thousands of it, the step of the last digit, digits behind the
 * point. Constants of pulse outputs are per thousand. */
static const struct unit_form {
    uint8_t unit;
    bool kilo;
    int8_t scaler;
    uint8_t decimals;
} unit_forms[] = {
    {QUANTITY_UNIT_WH, true, 0, 3},        {QUANTITY_UNIT_VARH, true, 0, 3},
    {QUANTITY_UNIT_VAH, true, 0, 3},       {QUANTITY_UNIT_W, true, 0, 3},
    {QUANTITY_UNIT_VAR, true, 0, 3},       {QUANTITY_UNIT_VA, true, 0, 3},
    {QUANTITY_UNIT_V, false, -2, 2},       {QUANTITY_UNIT_A, false, -3, 3},
    {QUANTITY_UNIT_HZ, false, -2, 2},      {QUANTITY_UNIT_DEGREE, false, -1, 1},
    {QUANTITY_UNIT_PERCENT, false, -2, 2}, {QUANTITY_UNIT_PER_WH, true, -3, 0},
    {QUANTITY_UNIT_PER_VARH, true, -3, 0},
};

static const char invalid[] = "-------";

static bool is_showable(const struct cosem_name *name, uint16_t class_id)
{
    uint8_t c = name->obis[2];
    switch (class_id) {
    case CLASS_DATA:
    case CLASS_REGISTER:
    case CLASS_EXTENDED_REGISTER:
    case CLASS_DEMAND:
        return name->obis[0] != 0 || c == GROUP_C_GENERAL || c == GROUP_C_ERRORS;
    case CLASS_CLOCK:
        return c == GROUP_C_CLOCK;
    default:
        return false;
    }
}

int32_t item_number(const struct cosem_model *model, const struct display_item *item)
{
    if (!is_showable(&item->name, item->class_id)) {
        return -1;
    }
    int32_t number = cosem_model_number(model, item->class_id, &item->name);
    if (number < 0) {
        return -1;
    }
    struct cosem_instance shown = cosem_model_object(model, (uint32_t)number);
    return cosem_object_gettable(shown.object, item->attribute) ? number : -1;
}

struct cosem_instance item_object(const struct cosem_model *model, const struct display_item *item)
{
    return cosem_model_object(model, (uint32_t)item_number(model, item));
}

static char letter_of(uint8_t group)
{
    static const char letters[] = "CFLP";
    return group >= 96 && group <= 99 ? letters[group - 96] : '\0';
}

static size_t put_number(char *at, uint8_t group)
{
    char text[4];
    decimal_write(group, (struct decimal_form){1, 0}, text, 3);
    memcpy(at, text, strlen(text));
    return strlen(text);
}

/* Letters are of value group C; group D has one where it is the same: F.F.0, but P.98.0. */
static size_t put_group(char *at, uint8_t group, uint8_t c)
{
    if (letter_of(group) != '\0' && group == c) {
        at[0] = letter_of(group);
        return 1;
    }
    return put_number(at, group);
}

void item_identifier(const struct cosem_name *name, char id[SCREEN_ID + 1])
{
    char whole[3 * 4];
    uint8_t c = name->obis[2];
    size_t length = put_group(whole, c, c);
    whole[length++] = '.';
    length += put_group(&whole[length], name->obis[3], c);
    if (length + 2 <= SCREEN_ID) {
        whole[length++] = '.';
        char e[4];
        size_t size = put_number(e, name->obis[4]);
        size = length + size <= SCREEN_ID ? size : SCREEN_ID - length;
        memcpy(&whole[length], e, size);
        length += size;
    }
    length = length < SCREEN_ID ? length : SCREEN_ID;
    memcpy(id, whole, length);
    id[length] = '\0';
}

/* ---- numbers ---- */

static const struct unit_form *unit_form_of(uint8_t unit)
{
    for (size_t i = 0; i < sizeof unit_forms / sizeof unit_forms[0]; i++) {
        if (unit_forms[i].unit == unit) {
            return &unit_forms[i];
        }
    }
    return NULL;
}

static bool is_energy(uint8_t unit)
{
    return unit == QUANTITY_UNIT_WH || unit == QUANTITY_UNIT_VARH || unit == QUANTITY_UNIT_VAH;
}

static void show_energy(const struct quantity_value *value, struct display_form form,
                        struct screen *screen)
{
    int8_t scaler = (int8_t)(3 - form.decimals);
    int64_t shown = quantity_register(value, scaler, form.digits + form.decimals);
    decimal_write(shown, (struct decimal_form){form.digits, form.decimals}, screen->data,
                  screen->room);
}

/* A number without a unit of ours: as many decimals as its scaler has. */
static void show_plain(const struct quantity_value *value, struct screen *screen)
{
    enum { DECIMALS_MAX = 4 };
    int decimals = value->scaler < 0 ? -value->scaler : 0;
    decimals = decimals < DECIMALS_MAX ? decimals : DECIMALS_MAX;
    int64_t shown = quantity_scaled(value, (int8_t)-decimals);
    decimal_write(shown, (struct decimal_form){1, (uint8_t)decimals}, screen->data, screen->room);
}

void item_show_number(const struct quantity_value *value, struct display_form form,
                      struct screen *screen)
{
    const struct unit_form *unit = unit_form_of(value->unit);
    screen->number = true;
    screen->unit = unit ? value->unit : NO_UNIT;
    screen->kilo = unit && unit->kilo;
    if (!value->valid) {
        memcpy(screen->data, invalid, sizeof invalid);
    } else if (is_energy(value->unit)) {
        show_energy(value, form, screen);
    } else if (unit) {
        decimal_write(quantity_scaled(value, unit->scaler),
                      (struct decimal_form){1, unit->decimals}, screen->data, screen->room);
    } else {
        show_plain(value, screen);
    }
}

/* ---- other data ---- */

/* An octet of a time or a date that is not specified (Blue Book 4.1.6.1) has all bits set. */
enum { NOT_SPECIFIED = 0xFF };

static void put_two(char *at, unsigned number)
{
    bool specified = number < 100;
    at[0] = specified ? (char)('0' + number / 10) : '-';
    at[1] = specified ? (char)('0' + number % 10) : '-';
}

/* Octets 0..2: hour, minute, second. */
static void show_time(const uint8_t *time, char *text)
{
    put_two(text, time[0]);
    text[2] = ':';
    put_two(text + 3, time[1]);
    text[5] = ':';
    put_two(text + 6, time[2]);
    text[8] = '\0';
}

/* Octets 0..3: year, month, day. */
static void show_date(const uint8_t *date, char *text)
{
    unsigned year = (unsigned)date[0] << 8 | date[1];
    bool specified = year < 10000;
    put_two(text, specified ? year / 100 : NOT_SPECIFIED);
    put_two(text + 2, specified ? year % 100 : NOT_SPECIFIED);
    text[4] = '-';
    put_two(text + 5, date[2]);
    text[7] = '-';
    put_two(text + 8, date[3]);
    text[10] = '\0';
}

static bool is_text(const struct cosem_value *value)
{
    for (size_t i = 0; i < value->count; i++) {
        if (value->octets[i] < ' ' || value->octets[i] > '~') {
            return false;
        }
    }
    return true;
}

static void show_octets(const struct cosem_value *value, struct screen *screen)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t room = SCREEN_TEXT;
    size_t size = 0;
    if (is_text(value)) {
        size = value->count < room ? value->count : room;
        memcpy(screen->data, value->octets, size);
    }
    for (size_t i = 0; size / 2 == i && i < value->count && size + 2 <= room && !is_text(value);
         i++) {
        screen->data[size++] = hex[value->octets[i] >> 4];
        screen->data[size++] = hex[value->octets[i] & 15];
    }
    screen->data[size] = '\0';
}

static void show_string(const struct cosem_value *value, struct screen *screen)
{
    enum { DATE_TIME = 12, DATE = 5, TIME = 4, TIME_OF_DATE_TIME = 5 };
    bool clockwork = value->tag == COSEM_OCTET_STRING || value->tag == COSEM_TIME ||
                     value->tag == COSEM_DATE || value->tag == COSEM_DATE_TIME;
    if (clockwork && value->count == DATE_TIME && !is_text(value)) {
        show_date(value->octets, screen->data);
        screen->data[10] = ' ';
        show_time(value->octets + TIME_OF_DATE_TIME, screen->data + 11);
    } else if (clockwork && value->count == DATE && !is_text(value)) {
        show_date(value->octets, screen->data);
    } else if (clockwork && value->count == TIME && !is_text(value)) {
        show_time(value->octets, screen->data);
    } else {
        show_octets(value, screen);
    }
}

static bool is_string(enum cosem_tag tag)
{
    return tag == COSEM_OCTET_STRING || tag == COSEM_VISIBLE_STRING || tag == COSEM_UTF8_STRING ||
           tag == COSEM_TIME || tag == COSEM_DATE || tag == COSEM_DATE_TIME;
}

static bool is_number(enum cosem_tag tag)
{
    return tag == COSEM_I8 || tag == COSEM_I16 || tag == COSEM_I32 || tag == COSEM_I64 ||
           tag == COSEM_U8 || tag == COSEM_U16 || tag == COSEM_U32 || tag == COSEM_U64 ||
           tag == COSEM_ENUM || tag == COSEM_BOOLEAN;
}

/* ---- through the object ---- */

/* Of a string that is too long its beginning. */
static struct cosem_value take_shown(struct reader *r)
{
    enum cosem_tag tag = (enum cosem_tag)reader_peek(r);
    if (tag != COSEM_OCTET_STRING && tag != COSEM_VISIBLE_STRING && tag != COSEM_UTF8_STRING) {
        return cosem_take_value(r);
    }
    (void)reader_u8(r);
    size_t size = cosem_take_length(r);
    size = size < reader_left(r) ? size : reader_left(r);
    return (struct cosem_value){.tag = tag, .count = size, .octets = reader_octets(r, size)};
}

static enum cosem_result read_attribute(const struct display_source *source,
                                        const struct cosem_instance *shown, int attribute,
                                        uint8_t octets[ENCODED], struct cosem_value *value)
{
    struct cosem_call call = {.object = shown->object,
                              .model = source->model,
                              .context = source->context,
                              .member = shown->member};
    struct writer w = writer_over(octets, ENCODED);
    enum cosem_result result = cosem_object_get(&call, attribute, &w);
    struct reader r = reader_over(octets, writer_kept(&w));
    *value = take_shown(&r);
    return result != COSEM_SUCCESS || r.fault ? COSEM_TEMPORARY_FAILURE : COSEM_SUCCESS;
}

/* scaler_unit of registers (attribute 3) and of demand registers (attribute 4). */
static void read_scaler_unit(const struct display_source *source,
                             const struct cosem_instance *shown, struct quantity_value *value)
{
    uint8_t octets[ENCODED];
    struct cosem_value head;
    uint16_t class_id = shown->object->ic->id;
    int attribute = class_id == CLASS_DEMAND ? 4 : 3;
    value->unit = NO_UNIT;
    if (class_id == CLASS_DATA || class_id == CLASS_CLOCK ||
        read_attribute(source, shown, attribute, octets, &head) != COSEM_SUCCESS) {
        return;
    }
    enum { HEAD = 2, PARTS = 4 };
    struct reader r = reader_over(octets + HEAD, PARTS);
    value->scaler = (int8_t)cosem_take_value(&r).integer;
    value->unit = (uint8_t)cosem_take_value(&r).integer;
    value->energy = is_energy(value->unit);
}

static void show_read(const struct display_source *source, const struct cosem_instance *shown,
                      const struct cosem_value *read, struct display_form form,
                      struct screen *screen)
{
    if (is_string(read->tag)) {
        show_string(read, screen);
    } else if (is_number(read->tag)) {
        struct quantity_value value = {.value = read->integer, .valid = true};
        read_scaler_unit(source, shown, &value);
        item_show_number(&value, form, screen);
    } else {
        memcpy(screen->data, invalid, sizeof invalid);
    }
}

static void show_attribute(const struct display_source *source, const struct cosem_instance *shown,
                           const struct display_item *item, struct display_form form,
                           struct screen *screen)
{
    uint8_t octets[ENCODED];
    struct cosem_value read;
    if (read_attribute(source, shown, item->attribute, octets, &read) != COSEM_SUCCESS) {
        read.tag = COSEM_NULL;
    }
    show_read(source, shown, &read, form, screen);
}

/* Active energies, import and export: what the legally relevant part answers for. */
static bool is_legal(const struct display_item *item, uint8_t unit)
{
    enum { ENERGY = 8 };
    return item->name.obis[0] == 1 && item->name.obis[3] == ENERGY && unit == QUANTITY_UNIT_WH;
}

void item_show(const struct display_source *source, const struct display_item *item,
               struct display_form form, struct screen *screen)
{
    enum { VALUE = 2 };
    struct quantity quantity;
    struct quantity_value value;
    struct cosem_instance shown = item_object(source->model, item);
    item_identifier(&item->name, screen->id);
    screen->unit = NO_UNIT;
    if (shown.object == NULL) {
        memcpy(screen->data, invalid, sizeof invalid);
    } else if (shown.object->ic->id == CLASS_REGISTER && item->attribute == VALUE &&
               quantity_find_obis(item->name.obis, &quantity) == 0 &&
               quantity_read(source->quantities, quantity, &value) == 0) {
        item_show_number(&value, form, screen);
    } else {
        show_attribute(source, &shown, item, form, screen);
    }
    screen->legal = is_legal(item, screen->unit);
}

void item_show_kept(const struct display_source *source, const struct display_item *item,
                    struct display_form form, struct reader *kept, struct screen *screen)
{
    struct cosem_instance shown = item_object(source->model, item);
    struct cosem_value read = take_shown(kept);
    item_identifier(&item->name, screen->id);
    screen->unit = NO_UNIT;
    if (shown.object == NULL || kept->fault) {
        read.tag = COSEM_NULL;
    }
    show_read(source, &shown, &read, form, screen);
}

bool item_take_number(const struct display_source *source, const struct display_item *item,
                      struct reader *kept, struct quantity_value *value)
{
    struct cosem_instance shown = item_object(source->model, item);
    struct cosem_value read = cosem_take_value(kept);
    if (shown.object == NULL || kept->fault || !is_number(read.tag)) {
        return false;
    }
    *value = (struct quantity_value){.value = read.integer, .valid = true};
    read_scaler_unit(source, &shown, value);
    return true;
}
