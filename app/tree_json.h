/* An indented tree as JSON. */
#ifndef WATTHOUR_APP_TREE_JSON_H
#define WATTHOUR_APP_TREE_JSON_H

#include <cjson/cJSON.h>

/* Lines indented by two blanks a step: an array of {"text": LINE, "within": [..]}. NULL: no memory.
 * The caller frees it. */
cJSON *tree_json(const char *text);

#endif
