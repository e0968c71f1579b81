/* 1 Data: covers and strong fields, what was counted of them. 3 Register: reverse energy. */
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/date_time.h"
#include "cosem/data.h"

static void put_begun(struct writer *w, const struct tamper_input *input)
{
    const struct date_time begun =
        input->count > 0 ? date_time_of_stamp(&input->begun) : date_time_none;
    date_time_put(w, &begun);
}

enum cosem_result class_data_tamper(const struct cosem_call *call, struct writer *w)
{
    const struct class_tamper_config *config = call->object->config;
    const struct tamper *tamper = call->context->tamper;
    const struct tamper_input *input = &tamper->inputs[config->input];
    uint32_t lasts_s = tamper_lasts_s(tamper, (enum rtc_input)config->input);
    switch (config->part) {
    case CLASS_TAMPER_COUNT:
        cosem_put_u32(w, input->count);
        break;
    case CLASS_TAMPER_TIME:
        put_begun(w, input);
        break;
    case CLASS_TAMPER_LASTS:
        cosem_put_u32(w, lasts_s);
        break;
    case CLASS_TAMPER_TOTAL:
        cosem_put_u32(w, input->total_s + lasts_s);
        break;
    }
    return COSEM_SUCCESS;
}

enum { UNIT_WATT = 27, LIMIT_MOST_W = 1000000 };

static int64_t limit_w(const struct cosem_context *context)
{
    return context->reversal->limit_w;
}

static void set_limit_w(const struct cosem_context *context, int64_t watts)
{
    reversal_set_limit(context->reversal, (uint32_t)watts);
}

const struct class_setting_config class_setting_reversal = {
    .tag = COSEM_U32, .unit = UNIT_WATT, .get = limit_w, .set = set_limit_w, .most = LIMIT_MOST_W};
