/* Values of attributes as people and programs read them. */
#ifndef WATTHOUR_APP_VALUE_H
#define WATTHOUR_APP_VALUE_H

#include "base/reader.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

/* What is known of a value beside itself. */
struct value_meaning {
    int8_t scaler;  /* integers are times 10^scaler */
    bool date_time; /* octet-strings of twelve octets are dates */
};

enum { VALUE_ELEMENT_ROOM = 4096 }; /* an element of a compact array, as Data */

/* The text of a value: "230.012", "2026-11-21T12:00:00+01:00", "[[1,2],[3,4]]". NULL: the octets
 * are no value, are more than one, or are nested too deep. The caller frees it. */
char *value_text(struct reader value, const struct value_meaning *meaning);

/* The same as JSON: numbers, strings, arrays. Structures and compact arrays are arrays. */
cJSON *value_json(struct reader value, const struct value_meaning *meaning);

/* One line, or many of an array or an object, on stdout. */
void value_print(const cJSON *json);

#endif
