#include "app/words.h"

#include "product/product.h"
#include "quantity/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REGISTER_CLASS = 3, VALUE_ATTRIBUTE = 2, TEXT_ROOM = 64 };

static const struct {
    const char *word;
    uint16_t class_id;
    struct cosem_name name;
} things[] = {
    {"clock", 8, COSEM_NAME(0, 0, 1, 0, 0)},
    {"association", 15, COSEM_NAME(0, 0, 40, 0, 0)},
    {"saps", 17, COSEM_NAME(0, 0, 41, 0, 0)},
    {"name", 1, COSEM_NAME(0, 0, 42, 0, 0)},
    {"serial", 1, COSEM_NAME(0, 0, 96, 1, 0)},
    {"firmware", 1, COSEM_NAME(1, 1, 0, 2, 0)},
    {"metrology", 1, COSEM_NAME(1, 0, 0, 2, 0)},
    {"checksum", 1, COSEM_NAME(1, 0, 0, 2, 8)},
    {"harmonics-u.1", 61, COSEM_NAME(1, 0, 98, 10, 32)},
    {"harmonics-i.1", 61, COSEM_NAME(1, 0, 98, 10, 31)},
    {"harmonics-u.2", 61, COSEM_NAME(1, 0, 98, 10, 52)},
    {"harmonics-i.2", 61, COSEM_NAME(1, 0, 98, 10, 51)},
    {"harmonics-u.3", 61, COSEM_NAME(1, 0, 98, 10, 72)},
    {"harmonics-i.3", 61, COSEM_NAME(1, 0, 98, 10, 71)},
};

enum { THINGS = sizeof things / sizeof things[0] };

static int find_thing(const char *word, struct words_target *target)
{
    for (int i = 0; i < THINGS; i++) {
        if (strcmp(things[i].word, word) == 0) {
            target->class_id = things[i].class_id;
            target->name = things[i].name;
            return 0;
        }
    }
    return -1;
}

/* "u1" is "u.1", and so is "u": a voltage has no total. */
static int find_phase(const char *word, struct quantity *quantity)
{
    char dotted[TEXT_ROOM + 2];
    size_t size = strlen(word);
    bool numbered = size > 1 && word[size - 1] >= '1' && word[size - 1] <= '3';
    snprintf(dotted, sizeof dotted, "%.*s.%c", (int)(numbered ? size - 1 : size), word,
             numbered ? word[size - 1] : '1');
    return quantity_find(dotted, quantity);
}

static bool is_same(struct quantity shown, struct quantity quantity)
{
    return shown.kind == quantity.kind && shown.phase == quantity.phase && shown.e == quantity.e;
}

/* The register of our own products that has the name, or, without one, shows the quantity. */
static struct cosem_instance find_register(const struct cosem_name *name, struct quantity quantity)
{
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        const struct cosem_model *model = &product_all[i]->model;
        for (uint32_t n = 0; n < cosem_model_count(model); n++) {
            struct cosem_instance one = cosem_model_object(model, n);
            struct quantity shown;
            if (product_quantity(&one, &shown) &&
                (name ? memcmp(&one.name, name, sizeof *name) == 0 : is_same(shown, quantity))) {
                return one;
            }
        }
    }
    return (struct cosem_instance){.object = NULL};
}

static int find_quantity(const char *word, struct words_target *target)
{
    struct quantity quantity;
    if (quantity_find(word, &quantity) != 0 && find_phase(word, &quantity) != 0) {
        return -1;
    }
    struct cosem_instance found = find_register(NULL, quantity);
    if (found.object == NULL) {
        return -1;
    }
    target->class_id = REGISTER_CLASS;
    target->name = found.name;
    return 0;
}

/* Takes "CLASS:" from the beginning, if it is there: the number before the first colon, where an
 * OBIS code has two of them and a line. */
static int take_class(const char **text, uint16_t *class_id)
{
    size_t digits = strspn(*text, "0123456789");
    *class_id = 0;
    if (digits == 0 || (*text)[digits] != ':') {
        return 0;
    }
    unsigned long number = strtoul(*text, NULL, 10);
    *text += digits + 1;
    *class_id = (uint16_t)number;
    return number >= 1 && number <= UINT16_MAX ? 0 : -1;
}

/* A.B.C.D.E.F, as others write it: how many characters that are; 0: it is none. */
static int scan_dotted(const char *text, unsigned g[6])
{
    unsigned found[6];
    int used = 0;
    if (sscanf(text, "%3u.%3u.%3u.%3u.%3u.%3u%n", &found[0], &found[1], &found[2], &found[3],
               &found[4], &found[5], &used) != 6) {
        return 0;
    }
    memcpy(g, found, sizeof found);
    return used;
}

/* A-B:C.D.E.F, of which A-B: and .F may be left out; how many characters that are, or -1. */
static int scan_groups(const char *text, unsigned g[6])
{
    int used = 0;
    bool medium = strchr(text, '-') != NULL;
    int groups =
        medium ? sscanf(text, "%3u-%3u:%3u.%3u.%3u%n", &g[0], &g[1], &g[2], &g[3], &g[4], &used)
               : sscanf(text, "%3u.%3u.%3u%n", &g[2], &g[3], &g[4], &used);
    if (groups != (medium ? 5 : 3)) {
        return -1;
    }
    int more = 0;
    if (sscanf(text + used, ".%3u%n", &g[5], &more) == 1 ||
        sscanf(text + used, "*%3u%n", &g[5], &more) == 1) {
        used += more;
    }
    return used;
}

/* Nothing may follow. */
static int find_obis(const char *text, struct words_target *target)
{
    unsigned g[6] = {1, 0, 0, 0, 0, 255};
    if (take_class(&text, &target->class_id) != 0) {
        return -1;
    }
    int used = scan_dotted(text, g);
    used = used > 0 ? used : scan_groups(text, g);
    if (used < 0) {
        return -1;
    }
    for (int i = 0; i < 6; i++) {
        if (g[i] > 255) {
            return -1;
        }
        target->name.obis[i] = (uint8_t)g[i];
    }
    return text[used] == '\0' ? 0 : -1;
}

/* Cuts ":ATTRIBUTE" off. The colon of an OBIS code stands before dots. */
static int cut_attribute(char *text, int *attribute)
{
    *attribute = VALUE_ATTRIBUTE;
    char *colon = strrchr(text, ':');
    if (colon == NULL || strchr(colon, '.') != NULL) {
        return 0;
    }
    char *end;
    long number = strtol(colon + 1, &end, 10);
    if (end == colon + 1 || *end != '\0' || number < 1 || number > INT8_MAX) {
        return -1;
    }
    *colon = '\0';
    *attribute = (int)number;
    return 0;
}

int words_find(const char *word, struct words_target *target)
{
    char text[TEXT_ROOM];
    if (strlen(word) >= sizeof text) {
        return -1;
    }
    memcpy(text, word, strlen(word) + 1);
    if (cut_attribute(text, &target->attribute) != 0) {
        return -1;
    }
    if (find_thing(text, target) == 0 || find_quantity(text, target) == 0) {
        return 0;
    }
    return find_obis(text, target);
}

void words_obis(const struct cosem_name *name, char text[WORDS_OBIS_ROOM])
{
    const uint8_t *g = name->obis;
    int size = snprintf(text, WORDS_OBIS_ROOM, "%u-%u:%u.%u.%u", g[0], g[1], g[2], g[3], g[4]);
    if (g[5] != 255) {
        snprintf(text + size, (size_t)(WORDS_OBIS_ROOM - size), ".%u", g[5]);
    }
}

void words_label(const struct cosem_name *name, char text[WORDS_LABEL_ROOM])
{
    text[0] = '\0';
    for (int i = 0; i < THINGS; i++) {
        if (memcmp(things[i].name.obis, name->obis, sizeof name->obis) == 0) {
            snprintf(text, WORDS_LABEL_ROOM, "%s", things[i].word);
            return;
        }
    }
    struct cosem_instance found = find_register(name, (struct quantity){0});
    struct quantity quantity;
    if (found.object != NULL && product_quantity(&found, &quantity)) {
        quantity_name(quantity, text);
    }
}

/* Blue Book; those that smart meters have. */
void words_class(uint16_t class_id, char text[WORDS_CLASS_ROOM])
{
    static const struct {
        uint16_t id;
        const char *name;
    } classes[] = {
        {1, "Data"},
        {3, "Register"},
        {4, "Extended register"},
        {5, "Demand register"},
        {6, "Register activation"},
        {7, "Profile generic"},
        {8, "Clock"},
        {9, "Script table"},
        {10, "Schedule"},
        {11, "Special days table"},
        {15, "Association LN"},
        {17, "SAP assignment"},
        {18, "Image transfer"},
        {19, "IEC local port setup"},
        {20, "Activity calendar"},
        {21, "Register monitor"},
        {22, "Single action schedule"},
        {23, "IEC HDLC setup"},
        {40, "Push setup"},
        {41, "TCP-UDP setup"},
        {42, "IPv4 setup"},
        {45, "GPRS modem setup"},
        {47, "GSM diagnostic"},
        {48, "IPv6 setup"},
        {61, "Register table"},
        {62, "Compact data"},
        {64, "Security setup"},
        {70, "Disconnect control"},
        {71, "Limiter"},
        {72, "M-Bus client"},
    };
    snprintf(text, WORDS_CLASS_ROOM, "class %u", class_id);
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (classes[i].id == class_id) {
            snprintf(text, WORDS_CLASS_ROOM, "%s", classes[i].name);
        }
    }
}

const char *words_unit(uint8_t unit)
{
    static const char *const units[] = {
        [5] = "h",    [6] = "min",  [7] = "s",    [8] = "deg",   [9] = "degC",    [13] = "m3",
        [19] = "l",   [23] = "Pa",  [24] = "bar", [25] = "J",    [27] = "W",      [28] = "VA",
        [29] = "var", [30] = "Wh",  [31] = "VAh", [32] = "varh", [33] = "A",      [34] = "C",
        [35] = "V",   [38] = "ohm", [44] = "Hz",  [45] = "1/Wh", [46] = "1/varh", [47] = "1/VAh",
        [52] = "K",   [56] = "%",   [57] = "Ah",  [70] = "dBm",
    };
    const char *text = unit < sizeof units / sizeof units[0] ? units[unit] : NULL;
    return text != NULL ? text : "";
}
