#include "app/tree_json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64, BLANKS = 2 };

/* What the lines of a depth are added to; made when the first one comes. */
static cJSON *level(cJSON *levels[DEEPEST], size_t depth)
{
    if (levels[depth]) {
        return levels[depth];
    }
    cJSON *above = levels[depth - 1];
    cJSON *parent = cJSON_GetArrayItem(above, cJSON_GetArraySize(above) - 1);
    levels[depth] = cJSON_AddArrayToObject(parent, "within");
    return levels[depth];
}

static void add_line(cJSON *levels[DEEPEST], size_t *deepest, const char *line, size_t size)
{
    size_t blanks = strspn(line, " ");
    size_t depth = (blanks < size ? blanks : size) / BLANKS;
    depth = depth <= *deepest + 1 ? depth : *deepest + 1;
    depth = depth < DEEPEST ? depth : DEEPEST - 1;
    for (size_t i = depth + 1; i < DEEPEST; i++) {
        levels[i] = NULL;
    }
    size -= blanks < size ? blanks : size;
    char *text = malloc(size + 1);
    cJSON *row = cJSON_CreateObject();
    if (text) {
        memcpy(text, line + blanks, size);
        text[size] = '\0';
        cJSON_AddStringToObject(row, "text", text);
    }
    free(text);
    cJSON_AddItemToArray(level(levels, depth), row);
    *deepest = depth;
}

cJSON *tree_json(const char *text)
{
    cJSON *levels[DEEPEST] = {cJSON_CreateArray()};
    cJSON *all = levels[0];
    size_t deepest = 0;
    bool first = true;
    while (all && *text != '\0') {
        size_t size = strcspn(text, "\n");
        if (first) {
            text += strspn(text, " "); /* the first line is the root */
            size = strcspn(text, "\n");
        }
        add_line(levels, &deepest, text, size);
        first = false;
        text += size + (text[size] == '\n');
    }
    return all;
}
