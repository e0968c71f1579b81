/* 21 Register monitor, version 0: of an alarm descriptor. Each bit that comes to it is a threshold
 * that is passed upwards. Source: Blue Book. */
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/intake.h"

#include <string.h>

static const struct class_monitor_config *config_of(const struct cosem_call *call)
{
    return call->object->config;
}

/* Anything above nothing. */
static enum cosem_result thresholds(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    cosem_put_array(w, 1);
    cosem_put_u32(w, 0);
    return COSEM_SUCCESS;
}

static enum cosem_result monitored_value(const struct cosem_call *call, struct writer *w)
{
    enum { CLASS_DATA = 1, VALUE = 2 };
    const struct cosem_name *name = &config_of(call)->descriptor;
    cosem_put_structure(w, 3);
    cosem_put_u16(w, CLASS_DATA);
    cosem_put_octet_string(w, name->obis, sizeof name->obis);
    cosem_put_i8(w, VALUE);
    return COSEM_SUCCESS;
}

static void put_script(struct writer *w, const struct script *script)
{
    cosem_put_structure(w, 2);
    cosem_put_octet_string(w, script->table, sizeof script->table);
    cosem_put_u16(w, script->selector);
}

/* Nothing is done when a client clears the descriptor. */
static enum cosem_result actions(const struct cosem_call *call, struct writer *w)
{
    static const struct script none;
    cosem_put_array(w, 1);
    cosem_put_structure(w, 2);
    put_script(w, &call->context->alarm->registers[config_of(call)->number].up);
    put_script(w, &none);
    return COSEM_SUCCESS;
}

static struct script take_script(struct cosem_intake *in)
{
    struct script script = {.selector = 0};
    cosem_intake_structure(in, 2);
    cosem_intake_name(in, script.table);
    script.selector = cosem_intake_u16(in);
    return script;
}

/* One action, of a script that there is, or none; the one down is none. */
static enum cosem_result set_actions(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    if (cosem_intake_array(&in, 1) == 0) {
        cosem_intake_refuse(&in);
    }
    cosem_intake_structure(&in, 2);
    struct script up = take_script(&in);
    struct script down = take_script(&in);
    bool possible = up.selector == 0 || script_known(call->context->scripts, &up);
    if (!possible || down.selector != 0) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        alarm_set_script(call->context->alarm, config_of(call)->number, &up);
    }
    return result;
}

static const struct cosem_attribute attributes[] = {
    {.get = thresholds},                  /* 2 thresholds */
    {.get = monitored_value},             /* 3 monitored_value */
    {.get = actions, .set = set_actions}, /* 4 actions */
};

const struct cosem_class class_register_monitor = {
    .id = 21, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes)};
