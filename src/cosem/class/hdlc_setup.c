#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/intake.h"

/* The speeds of the Blue Book, by their enum. */
static const uint32_t speeds[] = {300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};

static unsigned line_of(const struct cosem_call *call)
{
    const struct class_hdlc_setup_config *config = call->object->config;
    return config->line;
}

static struct hdlc_settings *settings_of(const struct cosem_call *call)
{
    return &call->context->links->lines[line_of(call)];
}

/* Puts the changed settings in force when they are ones that can be. */
static enum cosem_result change(const struct cosem_call *call, struct cosem_intake *in,
                                const struct hdlc_settings *changed)
{
    enum cosem_result result = cosem_intake_end(in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    if (!hdlc_settings_valid(changed)) {
        return COSEM_OTHER_REASON;
    }
    *settings_of(call) = *changed;
    call->context->links->changes++;
    return COSEM_SUCCESS;
}

static enum cosem_result comm_speed(const struct cosem_call *call, struct writer *w)
{
    uint32_t baud = call->context->links->baud[line_of(call)];
    for (uint8_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i] == baud) {
            cosem_put_enum(w, i);
            return COSEM_SUCCESS;
        }
    }
    return COSEM_TEMPORARY_FAILURE;
}

static enum cosem_result window_transmit(const struct cosem_call *call, struct writer *w)
{
    cosem_put_u8(w, settings_of(call)->limits.window_transmit);
    return COSEM_SUCCESS;
}

static enum cosem_result set_window_transmit(const struct cosem_call *call, struct reader *value)
{
    struct hdlc_settings changed = *settings_of(call);
    struct cosem_intake in = cosem_intake_begin(value);
    changed.limits.window_transmit =
        (uint8_t)cosem_intake_integer(&in, COSEM_U8, 1, HDLC_WINDOW_MAX);
    return change(call, &in, &changed);
}

static enum cosem_result window_receive(const struct cosem_call *call, struct writer *w)
{
    cosem_put_u8(w, settings_of(call)->limits.window_receive);
    return COSEM_SUCCESS;
}

static enum cosem_result set_window_receive(const struct cosem_call *call, struct reader *value)
{
    struct hdlc_settings changed = *settings_of(call);
    struct cosem_intake in = cosem_intake_begin(value);
    changed.limits.window_receive =
        (uint8_t)cosem_intake_integer(&in, COSEM_U8, 1, HDLC_WINDOW_MAX);
    return change(call, &in, &changed);
}

static enum cosem_result info_transmit(const struct cosem_call *call, struct writer *w)
{
    cosem_put_u16(w, settings_of(call)->limits.max_info_transmit);
    return COSEM_SUCCESS;
}

static enum cosem_result set_info_transmit(const struct cosem_call *call, struct reader *value)
{
    struct hdlc_settings changed = *settings_of(call);
    struct cosem_intake in = cosem_intake_begin(value);
    changed.limits.max_info_transmit =
        (uint16_t)cosem_intake_integer(&in, COSEM_U16, HDLC_INFO_MIN, HDLC_INFO_MAX);
    return change(call, &in, &changed);
}

static enum cosem_result info_receive(const struct cosem_call *call, struct writer *w)
{
    cosem_put_u16(w, settings_of(call)->limits.max_info_receive);
    return COSEM_SUCCESS;
}

static enum cosem_result set_info_receive(const struct cosem_call *call, struct reader *value)
{
    struct hdlc_settings changed = *settings_of(call);
    struct cosem_intake in = cosem_intake_begin(value);
    changed.limits.max_info_receive =
        (uint16_t)cosem_intake_integer(&in, COSEM_U16, HDLC_INFO_MIN, HDLC_INFO_MAX);
    return change(call, &in, &changed);
}

static enum cosem_result inter_octet(const struct cosem_call *call, struct writer *w)
{
    cosem_put_u16(w, settings_of(call)->inter_octet_time_ms);
    return COSEM_SUCCESS;
}

static enum cosem_result set_inter_octet(const struct cosem_call *call, struct reader *value)
{
    struct hdlc_settings changed = *settings_of(call);
    struct cosem_intake in = cosem_intake_begin(value);
    changed.inter_octet_time_ms = cosem_intake_u16(&in);
    return change(call, &in, &changed);
}

static enum cosem_result inactivity(const struct cosem_call *call, struct writer *w)
{
    cosem_put_u16(w, settings_of(call)->inactivity_time_s);
    return COSEM_SUCCESS;
}

static enum cosem_result set_inactivity(const struct cosem_call *call, struct reader *value)
{
    struct hdlc_settings changed = *settings_of(call);
    struct cosem_intake in = cosem_intake_begin(value);
    changed.inactivity_time_s = cosem_intake_u16(&in);
    return change(call, &in, &changed);
}

static enum cosem_result device_address(const struct cosem_call *call, struct writer *w)
{
    cosem_put_u16(w, settings_of(call)->device_address);
    return COSEM_SUCCESS;
}

static enum cosem_result set_device_address(const struct cosem_call *call, struct reader *value)
{
    struct hdlc_settings changed = *settings_of(call);
    struct cosem_intake in = cosem_intake_begin(value);
    changed.device_address = cosem_intake_u16(&in);
    return change(call, &in, &changed);
}

static const struct cosem_attribute attributes[] = {
    {.get = comm_speed},                                  /* 2 */
    {.get = window_transmit, .set = set_window_transmit}, /* 3 window_size_transmit */
    {.get = window_receive, .set = set_window_receive},   /* 4 window_size_receive */
    {.get = info_transmit, .set = set_info_transmit},     /* 5 max_info_field_length_transmit */
    {.get = info_receive, .set = set_info_receive},       /* 6 max_info_field_length_receive */
    {.get = inter_octet, .set = set_inter_octet},         /* 7 inter_octet_time_out */
    {.get = inactivity, .set = set_inactivity},           /* 8 inactivity_time_out */
    {.get = device_address, .set = set_device_address},   /* 9 device_address */
};

const struct cosem_class class_hdlc_setup = {
    .id = 23, .version = 1, COSEM_CLASS_ATTRIBUTES(attributes)};
