#include "cosem/data.h"
#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/give.h"
#include "cosem/intake.h"
#include "dlms/association.h"

#include <string.h>

static enum cosem_result device_name(const struct cosem_call *call, struct writer *w)
{
    const struct identity *identity = call->context->identity;
    return cosem_give_octet_string(w, identity->name, sizeof identity->name);
}

static enum cosem_result serial(const struct cosem_call *call, struct writer *w)
{
    const struct identity *identity = call->context->identity;
    return cosem_give_octet_string(w, identity->serial, sizeof identity->serial);
}

static enum cosem_result legal_firmware(const struct cosem_call *call, struct writer *w)
{
    const char *text = call->context->identity->legal.name;
    return cosem_give_octet_string(w, text, strlen(text));
}

static enum cosem_result legal_checksum(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_octet_string(w, call->context->identity->legal.checksum,
                                   IDENTITY_CHECKSUM_SIZE);
}

static enum cosem_result application_firmware(const struct cosem_call *call, struct writer *w)
{
    const char *text = call->context->identity->config->application_firmware;
    return cosem_give_octet_string(w, text, strlen(text));
}

/* Of no octets where nobody has told it. */
static enum cosem_result application_checksum(const struct cosem_call *call, struct writer *w)
{
    const uint8_t *checksum = call->context->identity->application_checksum;
    if (checksum != NULL) {
        cosem_put_octet_string(w, checksum, IDENTITY_CHECKSUM_SIZE);
    } else {
        cosem_put_octet_string(w, "", 0);
    }
    return COSEM_SUCCESS;
}

static enum cosem_result last_fault(const struct cosem_call *call, struct writer *w)
{
    const char *place = call->context->fault->place;
    size_t size = strlen(place);
    writer_u8(w, COSEM_VISIBLE_STRING);
    cosem_put_length(w, size);
    writer_octets(w, place, size);
    return COSEM_SUCCESS;
}

static enum cosem_result invocation_counter(const struct cosem_call *call, struct writer *w)
{
    enum { MANAGEMENT_SAP = 1 };
    if (call->association == NULL) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_u32(w, dlms_association_counter(call->association, MANAGEMENT_SAP));
}

static enum cosem_result local_time(const struct cosem_call *call, struct writer *w)
{
    struct clock_reading now = clock_read(call->context->clock);
    const uint8_t time[] = {now.local.hour, now.local.minute, now.local.second, now.hundredths};
    return cosem_give_octet_string(w, time, sizeof time);
}

static enum cosem_result local_date(const struct cosem_call *call, struct writer *w)
{
    struct civil local = clock_read(call->context->clock).local;
    const uint8_t date[] = {(uint8_t)(local.year >> 8), (uint8_t)local.year, local.month, local.day,
                            local.weekday};
    return cosem_give_octet_string(w, date, sizeof date);
}

static enum cosem_result current_rate(const struct cosem_call *call, struct writer *w)
{
    const char rate = (char)('0' + call->context->tariff->rates[TARIFF_ENERGY]);
    return cosem_give_octet_string(w, &rate, sizeof rate);
}

static enum cosem_result rate_levels(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u8(w, call->context->tariff->levels);
}

const struct class_data_config class_data_rate_levels = {.value = rate_levels};
const struct class_data_config class_data_current_rate = {.value = current_rate};
const struct class_data_config class_data_local_time = {.value = local_time};
const struct class_data_config class_data_local_date = {.value = local_date};
const struct class_data_config class_data_invocation_counter = {.value = invocation_counter};
const struct class_data_config class_data_device_name = {.value = device_name};
const struct class_data_config class_data_serial = {.value = serial};
const struct class_data_config class_data_legal_firmware = {.value = legal_firmware};
const struct class_data_config class_data_legal_checksum = {.value = legal_checksum};
const struct class_data_config class_data_application_firmware = {.value = application_firmware};
const struct class_data_config class_data_application_checksum = {.value = application_checksum};
const struct class_data_config class_data_last_fault = {.value = last_fault};
enum cosem_result class_data_event_code(const struct cosem_call *call, struct writer *w)
{
    const struct class_data_numbered *config = call->object->config;
    return cosem_give_u8(w, call->context->events->last[config->number]);
}

enum cosem_result class_data_event_count(const struct cosem_call *call, struct writer *w)
{
    const struct class_data_numbered *config = call->object->config;
    return cosem_give_u32(w,
                          event_log_count(call->context->events, (enum event_log)config->number));
}

enum cosem_result class_data_profile_status(const struct cosem_call *call, struct writer *w)
{
    const struct class_data_numbered *config = call->object->config;
    return cosem_give_u8(w, call->context->profiles[config->number].status);
}

static struct profile *profile_of(const struct cosem_call *call)
{
    const struct class_data_numbered *config = call->object->config;
    return &call->context->profiles[config->number];
}

enum cosem_result class_data_profile_encoding(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u8(w, profile_of(call)->settings.encoding);
}

enum cosem_result class_data_set_profile_encoding(const struct cosem_call *call,
                                                  struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t encoding = cosem_intake_integer(&in, COSEM_U8, PROFILE_PLAIN, PROFILE_COMPACT);
    enum cosem_result result = cosem_intake_end(&in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    return profile_set_encoding(profile_of(call), (enum profile_encoding)encoding) == 0
               ? COSEM_SUCCESS
               : COSEM_TEMPORARY_FAILURE;
}

static enum cosem_result value(const struct cosem_call *call, struct writer *w)
{
    const struct class_data_config *config = call->object->config;
    return config->value(call, w);
}

static enum cosem_result set_value(const struct cosem_call *call, struct reader *given)
{
    const struct class_data_config *config = call->object->config;
    return config->set_value ? config->set_value(call, given) : COSEM_READ_WRITE_DENIED;
}

static const struct cosem_attribute attributes[] = {
    {.get = value, .set = set_value}, /* 2 value */
};

const struct cosem_class class_data = {.id = 1, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes)};
