#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/intake.h"

#include <string.h>

static void put_action(const struct class_script_action *action, uint8_t script, struct writer *w)
{
    const char mask = (char)('0' + script);
    struct cosem_name name = action->name;
    if (action->parameter == CLASS_SCRIPT_CHANNEL) {
        name.obis[1] = script;
    }
    cosem_put_structure(w, 5);
    cosem_put_enum(w, action->service);
    cosem_put_u16(w, action->class_id);
    cosem_put_octet_string(w, name.obis, sizeof name.obis);
    cosem_put_i8(w, action->index);
    if (action->parameter == CLASS_SCRIPT_MASK) {
        cosem_put_octet_string(w, &mask, sizeof mask);
    } else {
        cosem_put_i8(w, 0);
    }
}

/* A row is the head of a script, or one of its actions, so that each is short. */
static struct cosem_rows script_parts(const struct cosem_call *call)
{
    const struct class_script_table_config *config = call->object->config;
    return (struct cosem_rows){.count = config->scripts * (1u + config->action_count),
                               .elements = config->scripts,
                               .result = COSEM_SUCCESS};
}

static void script_part(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    const struct class_script_table_config *config = call->object->config;
    uint32_t parts = 1u + config->action_count;
    uint8_t script = (uint8_t)(number / parts + 1);
    if (number % parts != 0) {
        put_action(&config->actions[number % parts - 1], script, w);
        return;
    }
    cosem_put_structure(w, 2);
    cosem_put_u16(w, script);
    cosem_put_array(w, config->action_count);
}

/* What no script has as its selector cannot be executed. */
static enum cosem_result execute(const struct cosem_call *call, struct reader *parameter,
                                 struct writer *returned)
{
    (void)returned;
    struct script script = {0};
    struct cosem_intake in = cosem_intake_begin(parameter);
    memcpy(script.table, call->object->name.obis, sizeof script.table);
    script.selector = cosem_intake_u16(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS && script_execute(call->context->scripts, &script) != 0) {
        return COSEM_OTHER_REASON;
    }
    return result;
}

static const struct cosem_table scripts_table = {.freeze = script_parts, .row = script_part};

static const struct cosem_attribute attributes[] = {
    {.table = &scripts_table}, /* 2 scripts */
};

static const struct cosem_method methods[] = {
    {execute}, /* 1 */
};

const struct cosem_class class_script_table = {.id = 9,
                                               .version = 0,
                                               COSEM_CLASS_ATTRIBUTES(attributes),
                                               .tables = 1 << 2,
                                               COSEM_CLASS_METHODS(methods)};
