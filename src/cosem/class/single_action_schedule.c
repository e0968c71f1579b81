#include "cosem/class/calendar_form.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/give.h"

#include <string.h>

static struct single_action *action_of(const struct cosem_call *call)
{
    const struct class_single_action_config *config = call->object->config;
    return config != NULL ? &call->context->actions[config->schedule]
                          : &call->context->billing->schedule;
}

static enum cosem_result executed_script(const struct cosem_call *call, struct writer *w)
{
    const struct script *script = &action_of(call)->plan.script;
    cosem_put_structure(w, 2);
    cosem_put_octet_string(w, script->table, sizeof script->table);
    cosem_put_u16(w, script->selector);
    return COSEM_SUCCESS;
}

/* What nobody executes is refused. */
static enum cosem_result set_executed_script(const struct cosem_call *call, struct reader *value)
{
    struct single_action_plan plan = action_of(call)->plan;
    struct cosem_intake in = cosem_intake_begin(value);
    cosem_intake_structure(&in, 2);
    cosem_intake_name(&in, plan.script.table);
    plan.script.selector = cosem_intake_u16(&in);
    if (!script_known(call->context->scripts, &plan.script)) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        single_action_set(action_of(call), &plan, call->context->clock);
    }
    return result;
}

static enum cosem_result type(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, action_of(call)->plan.type);
}

/* The times that there are must be of that type. */
static enum cosem_result set_type(const struct cosem_call *call, struct reader *value)
{
    struct single_action_plan plan = action_of(call)->plan;
    struct cosem_intake in = cosem_intake_begin(value);
    plan.type = (uint8_t)cosem_intake_integer(&in, COSEM_ENUM, SINGLE_ACTION_ONE,
                                              SINGLE_ACTION_ANY_TIMES_WILD);
    if (!single_action_possible(&plan)) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        single_action_set(action_of(call), &plan, call->context->clock);
    }
    return result;
}

static struct cosem_rows times(const struct cosem_call *call)
{
    uint32_t count = action_of(call)->plan.count;
    return (struct cosem_rows){.count = count, .elements = count, .result = COSEM_SUCCESS};
}

static void time_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    const struct single_action_plan *plan = &action_of(call)->plan;
    if (number < plan->count) {
        const struct single_action_time *time = &plan->times[number];
        cosem_put_structure(w, 2);
        calendar_form_put_time(w, time->hour, time->minute, time->second);
        calendar_form_put_date(w, &time->date);
    }
}

static enum cosem_result set_times(const struct cosem_call *call, struct reader *value)
{
    struct single_action_plan plan = action_of(call)->plan;
    struct cosem_intake in = cosem_intake_begin(value);
    plan.count = (uint8_t)cosem_intake_array(&in, SINGLE_ACTION_TIMES);
    for (uint8_t i = 0; i < plan.count; i++) {
        struct single_action_time *time = &plan.times[i];
        cosem_intake_structure(&in, 2);
        calendar_form_take_time(&in, &time->hour, &time->minute, &time->second);
        time->date = calendar_form_take_date(&in);
    }
    if (in.result == COSEM_SUCCESS && !single_action_possible(&plan)) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        single_action_set(action_of(call), &plan, call->context->clock);
    }
    return result;
}

static const struct cosem_table times_table = {.freeze = times, .row = time_row};

static const struct cosem_attribute attributes[] = {
    {.get = executed_script, .set = set_executed_script}, /* 2 executed_script */
    {.get = type, .set = set_type},                       /* 3 type */
    {.table = &times_table, .set = set_times},            /* 4 execution_time */
};

const struct cosem_class class_single_action_schedule = {
    .id = 22, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes), .tables = 1 << 4};
