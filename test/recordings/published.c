#include "test/recordings/published.h"

#include "test/unit.h"

#include <stdio.h>

int published_setup(void **state)
{
    static char text[1 << 18];
    FILE *file = fopen(PUBLISHED_FOLDER "reference.json", "rb");
    *state = NULL;
    if (file != NULL) {
        size_t size = fread(text, 1, sizeof text, file);
        fclose(file);
        *state = cJSON_ParseWithLength(text, size);
        assert_non_null(*state);
    }
    return 0;
}

int published_teardown(void **state)
{
    cJSON_Delete(*state);
    return 0;
}

const cJSON *published_or_skip(void **state)
{
    if (*state == NULL) {
        print_message("no recordings at " PUBLISHED_FOLDER ": nothing to compare with\n");
        skip();
    }
    return *state;
}

double published_number(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}
