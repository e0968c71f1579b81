/* Reading settings out of JSON. The fault is sticky: the first one is kept as one line (file,
 * place, what to do), every read after it gives its fallback, and the caller checks once, at the
 * end. */
#ifndef WATTHOUR_WORLD_JSON_H
#define WATTHOUR_WORLD_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct json {
    const char *file;
    char place[64]; /* within the file: "loads[2].when" */
    char *error;    /* not owned */
    size_t error_size;
    bool failed;
};

/* Parses; NULL and a fault when `text` is not one JSON object. Freed by cJSON_Delete(). */
cJSON *json_parse(struct json *json, const char *text, size_t size);

/* Where what is read next stands, printf-like. */
void json_at(struct json *json, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Keeps the first fault: "file: place: " and what the format says. */
void json_fail(struct json *json, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Faults when `object` is no object or has a key that is not among `keys` (NULL behind the last).
 */
void json_keys(struct json *json, const cJSON *object, const char *const *keys);

/* A number from `min` to `max`; without the key the fallback, or a fault where that is NAN. */
double json_number(struct json *json, const cJSON *object, const char *key, double min, double max,
                   double fallback);

/* A text of 1 to `max` characters; a fault without the key. Never NULL. */
const char *json_text(struct json *json, const cJSON *object, const char *key, size_t max);

/* The array of that key, of at most `max` items; NULL without the key. */
const cJSON *json_array(struct json *json, const cJSON *object, const char *key, int max);

/* The object of that key; a fault without it. NULL on a fault. */
const cJSON *json_object(struct json *json, const cJSON *object, const char *key);

#endif
