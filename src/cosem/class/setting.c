#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"

static enum cosem_result value(const struct cosem_call *call, struct writer *w)
{
    const struct class_setting_config *config = call->object->config;
    return cosem_give_integer(w, config->tag, config->get(call->context));
}

static enum cosem_result set_value(const struct cosem_call *call, struct reader *value_)
{
    const struct class_setting_config *config = call->object->config;
    if (config->set == NULL) {
        return COSEM_READ_WRITE_DENIED;
    }
    struct cosem_intake in = cosem_intake_begin(value_);
    int64_t taken = cosem_intake_integer(&in, config->tag, config->least, config->most);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        config->set(call->context, taken);
    }
    return result;
}

static enum cosem_result scaler_unit(const struct cosem_call *call, struct writer *w)
{
    const struct class_setting_config *config = call->object->config;
    cosem_put_scaler_unit(w, config->scaler, config->unit);
    return COSEM_SUCCESS;
}

static const struct cosem_attribute attributes[] = {
    {.get = value, .set = set_value}, /* 2 value */
    {.get = scaler_unit},             /* 3 scaler_unit */
};

const struct cosem_class class_setting = {
    .id = 3, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes)};

/* ---- terminals that select a rate ---- */

enum { UNIT_COUNT = 255, RATE_INPUTS_MOST = 3 };

static int64_t rate_inputs(const struct cosem_context *context)
{
    return context->tariff->inputs;
}

static void use_rate_inputs(const struct cosem_context *context, int64_t count)
{
    (void)tariff_use_inputs(context->tariff, (uint8_t)count);
}

const struct class_setting_config class_setting_rate_inputs = {.tag = COSEM_U8,
                                                               .unit = UNIT_COUNT,
                                                               .get = rate_inputs,
                                                               .set = use_rate_inputs,
                                                               .most = RATE_INPUTS_MOST};

/* ---- the clock and its backup ---- */

enum { UNIT_HOUR = 5, UNIT_SECOND = 7, UNIT_VOLT = 35, LIMIT_MOST_S = 900 };

static int64_t shift_limit(const struct cosem_context *context)
{
    return context->clock->limit_s;
}

static void set_shift_limit(const struct cosem_context *context, int64_t seconds)
{
    clock_set_limit(context->clock, (uint16_t)seconds);
}

static int64_t backup_used_h(const struct cosem_context *context)
{
    return context->timekeeper->memory.used_s / 3600;
}

/* A new battery begins now. */
static void reset_backup(const struct cosem_context *context, int64_t zero)
{
    (void)zero;
    timekeeper_backup_installed(context->timekeeper, context->clock->utc_ms / 1000);
}

static int64_t backup_voltage(const struct cosem_context *context)
{
    return context->timekeeper->backup_mv;
}

static int64_t backup_left_h(const struct cosem_context *context)
{
    return timekeeper_backup_left_h(context->timekeeper);
}

const struct class_setting_config class_setting_shift_limit = {.tag = COSEM_U16,
                                                               .unit = UNIT_SECOND,
                                                               .get = shift_limit,
                                                               .set = set_shift_limit,
                                                               .most = LIMIT_MOST_S};
const struct class_setting_config class_setting_backup_used = {
    .tag = COSEM_U32, .unit = UNIT_HOUR, .get = backup_used_h, .set = reset_backup};
const struct class_setting_config class_setting_backup_voltage = {
    .tag = COSEM_U16, .scaler = -3, .unit = UNIT_VOLT, .get = backup_voltage};
const struct class_setting_config class_setting_backup_left = {
    .tag = COSEM_U32, .unit = UNIT_HOUR, .get = backup_left_h};
