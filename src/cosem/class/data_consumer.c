#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"

#include <string.h>

static enum cosem_result port(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_boolean(w, call->context->consumer->port_enabled);
}

static enum cosem_result set_port(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    bool enabled = cosem_intake_integer(&in, COSEM_BOOLEAN, 0, UINT8_MAX) != 0;
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        consumer_enable_port(call->context->consumer, enabled);
    }
    return result;
}

static enum cosem_result version(const struct cosem_call *call, struct writer *w)
{
    const char *text = call->context->consumer->version;
    return cosem_give_octet_string(w, text, strlen(text));
}

static int64_t told_every_s(const struct cosem_context *context)
{
    return context->consumer->told_every_s;
}

static void set_told_every_s(const struct cosem_context *context, int64_t seconds)
{
    consumer_tell_every(context->consumer, (uint16_t)seconds);
}

enum { UNIT_SECOND = 7 };

const struct class_setting_config class_setting_told_every = {.tag = COSEM_U16,
                                                              .unit = UNIT_SECOND,
                                                              .get = told_every_s,
                                                              .set = set_told_every_s,
                                                              .most = CONSUMER_TOLD_MOST_S};
const struct class_data_config class_data_consumer_port = {.value = port, .set_value = set_port};
const struct class_data_config class_data_consumer_version = {.value = version};
