/* 1 Data: the error register, alarm registers, filters and descriptors; failures of the supply;
 * sags and swells. */
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"

static uint32_t read_part(const struct alarm *alarm, const struct class_alarm_config *config)
{
    const struct alarm_register *of = &alarm->registers[config->number];
    switch (config->part) {
    case CLASS_ALARM_ERRORS:
        return alarm->errors;
    case CLASS_ALARM_REGISTER:
        return of->active;
    case CLASS_ALARM_FILTER:
        return of->filter;
    default:
        return of->descriptor;
    }
}

enum cosem_result class_data_alarm(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u32(w, read_part(call->context->alarm, call->object->config));
}

/* A filter that lets through what no event sets cannot be. */
static enum cosem_result set_filter(struct alarm *alarm, unsigned number, uint32_t filter)
{
    if ((filter & ~alarm_known(number)) != 0) {
        return COSEM_OTHER_REASON;
    }
    alarm_set_filter(alarm, number, filter);
    return COSEM_SUCCESS;
}

enum cosem_result class_data_set_alarm(const struct cosem_call *call, struct reader *value)
{
    const struct class_alarm_config *config = call->object->config;
    struct alarm *alarm = call->context->alarm;
    struct cosem_intake in = cosem_intake_begin(value);
    uint32_t bits = cosem_intake_u32(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    switch (config->part) {
    case CLASS_ALARM_ERRORS:
        alarm_clear_errors(alarm, bits);
        return COSEM_SUCCESS;
    case CLASS_ALARM_REGISTER:
        alarm_clear(alarm, config->number, bits);
        return COSEM_SUCCESS;
    case CLASS_ALARM_FILTER:
        return set_filter(alarm, config->number, bits);
    default:
        alarm_clear_descriptor(alarm, config->number, bits);
        return COSEM_SUCCESS;
    }
}

enum cosem_result class_data_outages(const struct cosem_call *call, struct writer *w)
{
    const struct class_outage_config *config = call->object->config;
    const struct outage *outage = call->context->outage;
    return cosem_give_u32(w,
                          config->is_long ? outage->longs[config->of] : outage->shorts[config->of]);
}

enum cosem_result class_data_voltage(const struct cosem_call *call, struct writer *w)
{
    const struct class_voltage_config *config = call->object->config;
    const struct voltage_count *count = call->context->voltage_count;
    return cosem_give_u16(w, config->swells ? count->phase[config->phase].swells
                                            : count->phase[config->phase].sags);
}

static int64_t last_outage_s(const struct cosem_context *context)
{
    return context->outage->last_s[OUTAGE_ANY];
}

static int64_t long_outage_s(const struct cosem_context *context)
{
    return context->outage->long_s;
}

static void set_long_outage_s(const struct cosem_context *context, int64_t seconds)
{
    outage_set_long(context->outage, (uint32_t)seconds);
}

enum { UNIT_SECOND = 7, DAY_S = 86400 };

const struct class_setting_config class_setting_last_outage = {
    .tag = COSEM_U32, .unit = UNIT_SECOND, .get = last_outage_s};
const struct class_setting_config class_setting_long_outage = {.tag = COSEM_U32,
                                                               .unit = UNIT_SECOND,
                                                               .get = long_outage_s,
                                                               .set = set_long_outage_s,
                                                               .least = 1,
                                                               .most = DAY_S};
