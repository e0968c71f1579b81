#include "world/scenario.h"

#include "world/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCENARIO_FILE_MAX = 1 << 20 };

const char *world_scenario_builtin(size_t index)
{
    const struct scenario_text *builtin = scenario_builtin(index);
    return builtin != NULL ? builtin->name : NULL;
}

const char *world_scenario_default(unsigned phases, bool current_transformers)
{
    if (phases == 1) {
        return "household";
    }
    return current_transformers ? "workshop" : "villa";
}

const char *world_scenario_title(const struct world_scenario *scenario)
{
    return scenario->title;
}

const struct supply_config *world_scenario_supply(const struct world_scenario *scenario)
{
    return &scenario->supply;
}

const struct rtc_place *world_scenario_clock(const struct world_scenario *scenario)
{
    return &scenario->clock;
}

static const struct scenario_text *builtin_named(const char *name)
{
    const struct scenario_text *builtin = NULL;
    for (size_t n = 0; (builtin = scenario_builtin(n)) != NULL; n++) {
        if (strcmp(builtin->name, name) == 0) {
            break;
        }
    }
    return builtin;
}

/* Adds to a line what could have been meant. */
static void add_builtins(char *error, size_t error_size)
{
    const struct scenario_text *builtin = NULL;
    size_t used = strlen(error);
    for (size_t n = 0; (builtin = scenario_builtin(n)) != NULL && used < error_size; n++) {
        used += (size_t)snprintf(error + used, error_size - used, "%s%s",
                                 n == 0 ? "; built in are " : ", ", builtin->name);
    }
}

int world_scenario_open(struct world_scenario **scenario, const char *name_or_path, char *error,
                        size_t error_size)
{
    struct json json = {.file = name_or_path, .error = error, .error_size = error_size};
    const struct scenario_text *builtin = builtin_named(name_or_path);
    if (builtin != NULL) {
        *scenario = scenario_read(&json, builtin->text, builtin->size);
        return *scenario != NULL ? 0 : -1;
    }
    char *text = NULL;
    size_t size = 0;
    if (file_read(name_or_path, SCENARIO_FILE_MAX, &text, &size, error, error_size) != 0) {
        add_builtins(error, error_size);
        return -1;
    }
    *scenario = scenario_read(&json, text, size);
    free(text);
    return *scenario != NULL ? 0 : -1;
}

void world_scenario_close(struct world_scenario *scenario)
{
    free(scenario);
}
