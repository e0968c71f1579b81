#include "world/json.h"

#include "world/line.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void json_at(struct json *json, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(json->place, sizeof json->place, format, arguments);
    va_end(arguments);
}

void json_fail(struct json *json, const char *format, ...)
{
    if (json->failed) {
        return;
    }
    json->failed = true;
    char what[160];
    va_list arguments;
    va_start(arguments, format);
    line_write(what, sizeof what, format, arguments);
    va_end(arguments);
    const char *colon = json->place[0] ? ": " : "";
    snprintf(json->error, json->error_size, "%s: %s%s%s", json->file, json->place, colon, what);
}

static unsigned line_of(const char *text, const char *place)
{
    unsigned line = 1;
    for (; text < place; text++) {
        line += *text == '\n';
    }
    return line;
}

cJSON *json_parse(struct json *json, const char *text, size_t size)
{
    const char *end = text;
    cJSON *root = cJSON_ParseWithLengthOpts(text, size, &end, false);
    if (root == NULL) {
        size_t offset = (size_t)(end - text);
        json_at(json, "line %u", line_of(text, text + (offset < size ? offset : size)));
        json_fail(json, "not JSON from here on; see docs/WORLD.md");
    } else if (!cJSON_IsObject(root)) {
        json_fail(json, "not a JSON object; see docs/WORLD.md");
        cJSON_Delete(root);
        root = NULL;
    }
    return root;
}

static bool listed(const char *const *keys, const char *key)
{
    for (; *keys != NULL; keys++) {
        if (strcmp(*keys, key) == 0) {
            return true;
        }
    }
    return false;
}

static void list(const char *const *keys, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (; *keys != NULL && used < size; keys++) {
        used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", *keys);
    }
}

void json_keys(struct json *json, const cJSON *object, const char *const *keys)
{
    if (!cJSON_IsObject(object)) {
        json_fail(json, "must be an object { }");
        return;
    }
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, object)
    {
        if (!listed(keys, item->string)) {
            char known[128];
            list(keys, known, sizeof known);
            json_fail(json, "unknown key \"%.24s\"; known: %s", item->string, known);
        }
    }
}

double json_number(struct json *json, const cJSON *object, const char *key, double min, double max,
                   double fallback)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item == NULL && !isnan(fallback)) {
        return fallback;
    }
    if (item == NULL || !cJSON_IsNumber(item) ||
        !(item->valuedouble >= min && item->valuedouble <= max)) {
        json_fail(json, "%s must be a number from %g to %g", key, min, max);
        return isnan(fallback) ? min : fallback;
    }
    return item->valuedouble;
}

const char *json_text(struct json *json, const cJSON *object, const char *key, size_t max)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    const char *text = cJSON_GetStringValue(item);
    if (text == NULL || text[0] == '\0' || strlen(text) > max) {
        json_fail(json, "%s must be a text of 1 to %zu characters", key, max);
        return "";
    }
    return text;
}

const cJSON *json_array(struct json *json, const cJSON *object, const char *key, int max)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (item == NULL) {
        return NULL;
    }
    if (!cJSON_IsArray(item) || cJSON_GetArraySize(item) > max) {
        json_fail(json, "%s must be an array [ ] of at most %d items", key, max);
        return NULL;
    }
    return item;
}

const cJSON *json_object(struct json *json, const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsObject(item)) {
        json_fail(json, "%s must be an object { }", key);
        return NULL;
    }
    return item;
}
