#include "app/p1_text.h"

#include "app/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the lines mean that no quantity stands behind; B is any channel. */
static const struct {
    uint8_t a, c, d, e;
    const char *name;
} meanings[] = {
    {1, 0, 2, 8, "version"},
    {0, 96, 1, 4, "version"},
    {0, 1, 0, 0, "time"},
    {0, 96, 1, 1, "serial number"},
    {0, 42, 0, 0, "device name"},
    {0, 96, 14, 0, "rate"},
    {0, 96, 7, 21, "power failures"},
    {0, 96, 7, 9, "long failures"},
    {1, 99, 97, 0, "failure log"},
    {1, 32, 32, 0, "sags L1"},
    {1, 52, 32, 0, "sags L2"},
    {1, 72, 32, 0, "sags L3"},
    {1, 32, 36, 0, "swells L1"},
    {1, 52, 36, 0, "swells L2"},
    {1, 72, 36, 0, "swells L3"},
    {0, 96, 13, 0, "message"},
    {0, 96, 13, 1, "message code"},
    {0, 17, 0, 0, "limit"},
    {0, 96, 3, 10, "breaker"},
    {1, 31, 4, 0, "fuse"},
    {1, 1, 4, 0, "demand"},
    {1, 1, 6, 0, "maximum demand"},
    {0, 98, 1, 0, "peaks of months"},
    {0, 24, 1, 0, "device type"},
    {0, 96, 1, 0, "device number"},
    {0, 24, 2, 1, "device reading"},
    {0, 24, 2, 3, "device reading"},
    {0, 24, 4, 0, "device valve"},
};

enum { NAME_ROOM = 32, VALUE_ROOM = 4608 };

static void find_name(const uint8_t code[6], char name[NAME_ROOM])
{
    struct cosem_name obis;
    char label[WORDS_LABEL_ROOM];
    memcpy(obis.obis, code, sizeof obis.obis);
    words_label(&obis, label);
    snprintf(name, NAME_ROOM, "%s", label);
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (meanings[i].a == code[0] && meanings[i].c == code[2] && meanings[i].d == code[3] &&
            meanings[i].e == code[4]) {
            snprintf(name, NAME_ROOM, "%s", meanings[i].name);
        }
    }
}

static void say_code(const uint8_t code[6], char text[NAME_ROOM])
{
    snprintf(text, NAME_ROOM, "%u-%u:%u.%u.%u", code[0], code[1], code[2], code[3], code[4]);
}

static bool is_hex_text(const struct p1_item *item)
{
    const uint8_t *code = item->code;
    return code[0] == 0 && ((code[2] == 96 && (code[3] == 1 || code[3] == 13)) || code[2] == 42) &&
           !(code[3] == 1 && code[4] == 4);
}

/* Hexadecimal digits of printable text as that text; anything else as it is. */
static void say_hex(struct p1_text group, char *text)
{
    size_t size = group.size / 2;
    bool printable = group.size > 0 && group.size % 2 == 0;
    for (size_t i = 0; i < size && printable; i++) {
        char digits[3] = {group.at[2 * i], group.at[2 * i + 1], '\0'};
        char *end;
        long octet = strtol(digits, &end, 16);
        printable = *end == '\0' && octet >= 0x20 && octet < 0x7F;
        text[i] = (char)octet;
    }
    text[size] = '\0';
    if (!printable) {
        snprintf(text, VALUE_ROOM, "%.*s", (int)group.size, group.at);
    }
}

/* The value of a line with one group, and its unit; all groups as they stand when there are more.
 */
static struct p1_text say_value(const struct p1_item *item, char text[VALUE_ROOM])
{
    struct p1_text groups = item->groups;
    struct p1_text group;
    struct p1_number number;
    struct p1_text none = {"", 0};
    bool one = p1_group_next(&groups, &group) && groups.size == 0;
    if (!one || group.size >= VALUE_ROOM) {
        snprintf(text, VALUE_ROOM, "%.*s", (int)item->groups.size, item->groups.at);
        return none;
    }
    if (is_hex_text(item)) {
        say_hex(group, text);
        return none;
    }
    if (p1_number_take(group, &number) == 0 && number.unit.size > 0) {
        snprintf(text, VALUE_ROOM, "%.*f", number.decimals,
                 (double)number.value / pow(10, number.decimals));
        return number.unit;
    }
    snprintf(text, VALUE_ROOM, "%.*s", (int)group.size, group.at);
    return none;
}

void p1_text_print(const uint8_t *octets, size_t size)
{
    static char value[VALUE_ROOM];
    struct p1_reading reading;
    struct p1_item item;
    if (p1_reading_begin(&reading, octets, size) != 0) {
        return;
    }
    printf("%.*s\n", (int)reading.identification.size, reading.identification.at);
    while (p1_reading_next(&reading, &item)) {
        char code[NAME_ROOM];
        char name[NAME_ROOM];
        say_code(item.code, code);
        find_name(item.code, name);
        struct p1_text unit = say_value(&item, value);
        printf("  %-14s %-16s %s%s%.*s\n", code, name, value, unit.size > 0 ? " " : "",
               (int)unit.size, unit.at);
    }
}

static cJSON *line_json(const struct p1_item *item)
{
    static char value[VALUE_ROOM];
    char code[NAME_ROOM];
    char name[NAME_ROOM];
    char unit_text[NAME_ROOM];
    cJSON *row = cJSON_CreateObject();
    say_code(item->code, code);
    find_name(item->code, name);
    struct p1_text unit = say_value(item, value);
    cJSON_AddStringToObject(row, "obis", code);
    if (name[0]) {
        cJSON_AddStringToObject(row, "name", name);
    }
    if (unit.size > 0) {
        snprintf(unit_text, sizeof unit_text, "%.*s", (int)unit.size, unit.at);
        cJSON_AddRawToObject(row, "value", value);
        cJSON_AddStringToObject(row, "unit", unit_text);
    } else {
        cJSON_AddStringToObject(row, "value", value);
    }
    return row;
}

cJSON *p1_text_json(const uint8_t *octets, size_t size)
{
    static const char *const checks[] = {
        [P1_CHECK_GOOD] = "good", [P1_CHECK_ABSENT] = "absent", [P1_CHECK_UNPADDED] = "unpadded",
        [P1_CHECK_X25] = "x25",   [P1_CHECK_BAD] = "bad",
    };
    static char identification[VALUE_ROOM];
    struct p1_reading reading;
    struct p1_item item;
    cJSON *telegram = cJSON_CreateObject();
    if (p1_reading_begin(&reading, octets, size) != 0) {
        return telegram;
    }
    snprintf(identification, sizeof identification, "%.*s", (int)reading.identification.size,
             reading.identification.at);
    cJSON_AddStringToObject(telegram, "identification", identification);
    cJSON_AddStringToObject(telegram, "crc", checks[reading.check]);
    cJSON *lines = cJSON_AddArrayToObject(telegram, "lines");
    while (p1_reading_next(&reading, &item)) {
        cJSON_AddItemToArray(lines, line_json(&item));
    }
    return telegram;
}
