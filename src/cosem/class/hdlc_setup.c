#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"

#include <stddef.h>
#include <string.h>

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

static enum cosem_result comm_speed(const struct cosem_call *call, struct writer *w)
{
    uint32_t baud = call->context->links->baud[line_of(call)];
    for (uint8_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i] == baud) {
            return cosem_give_enum(w, i);
        }
    }
    return COSEM_TEMPORARY_FAILURE;
}

/* What else is set are numbers, long-unsigned but for the windows, and kept as they are told. */
struct number {
    uint8_t tag;
    uint8_t at; /* in struct hdlc_settings */
    uint16_t least;
    uint16_t most;
};

#define NUMBER(tag, member, least, most)                                                           \
    {                                                                                              \
        (tag), offsetof(struct hdlc_settings, member), (least), (most)                             \
    }
static const struct number windows_transmit =
    NUMBER(COSEM_U8, limits.window_transmit, 1, HDLC_WINDOW_MAX);
static const struct number windows_receive =
    NUMBER(COSEM_U8, limits.window_receive, 1, HDLC_WINDOW_MAX);
static const struct number infos_transmit =
    NUMBER(COSEM_U16, limits.max_info_transmit, HDLC_INFO_MIN, HDLC_INFO_MAX);
static const struct number infos_receive =
    NUMBER(COSEM_U16, limits.max_info_receive, HDLC_INFO_MIN, HDLC_INFO_MAX);
static const struct number inter_octet_times =
    NUMBER(COSEM_U16, inter_octet_time_ms, 0, UINT16_MAX);
static const struct number inactivity_times = NUMBER(COSEM_U16, inactivity_time_s, 0, UINT16_MAX);
static const struct number device_addresses = NUMBER(COSEM_U16, device_address, 0, UINT16_MAX);

static enum cosem_result put_number(const struct cosem_call *call, const struct number *number,
                                    struct writer *w)
{
    const uint8_t *at = (const uint8_t *)settings_of(call) + number->at;
    uint16_t value = *at;
    if (number->tag == COSEM_U16) {
        memcpy(&value, at, sizeof value);
    }
    return cosem_give_integer(w, number->tag, value);
}

/* Puts the changed settings in force when they are ones that can be. */
static enum cosem_result set_number(const struct cosem_call *call, const struct number *number,
                                    struct reader *value)
{
    struct hdlc_settings changed = *settings_of(call);
    uint8_t *at = (uint8_t *)&changed + number->at;
    struct cosem_intake in = cosem_intake_begin(value);
    uint16_t taken = (uint16_t)cosem_intake_integer(&in, number->tag, number->least, number->most);
    enum cosem_result result = cosem_intake_end(&in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    if (number->tag == COSEM_U16) {
        memcpy(at, &taken, sizeof taken);
    } else {
        *at = (uint8_t)taken;
    }
    if (!hdlc_settings_valid(&changed)) {
        return COSEM_OTHER_REASON;
    }
    *settings_of(call) = changed;
    call->context->links->changes++;
    return COSEM_SUCCESS;
}

static enum cosem_result window_transmit(const struct cosem_call *call, struct writer *w)
{
    return put_number(call, &windows_transmit, w);
}

static enum cosem_result set_window_transmit(const struct cosem_call *call, struct reader *value)
{
    return set_number(call, &windows_transmit, value);
}

static enum cosem_result window_receive(const struct cosem_call *call, struct writer *w)
{
    return put_number(call, &windows_receive, w);
}

static enum cosem_result set_window_receive(const struct cosem_call *call, struct reader *value)
{
    return set_number(call, &windows_receive, value);
}

static enum cosem_result info_transmit(const struct cosem_call *call, struct writer *w)
{
    return put_number(call, &infos_transmit, w);
}

static enum cosem_result set_info_transmit(const struct cosem_call *call, struct reader *value)
{
    return set_number(call, &infos_transmit, value);
}

static enum cosem_result info_receive(const struct cosem_call *call, struct writer *w)
{
    return put_number(call, &infos_receive, w);
}

static enum cosem_result set_info_receive(const struct cosem_call *call, struct reader *value)
{
    return set_number(call, &infos_receive, value);
}

static enum cosem_result inter_octet(const struct cosem_call *call, struct writer *w)
{
    return put_number(call, &inter_octet_times, w);
}

static enum cosem_result set_inter_octet(const struct cosem_call *call, struct reader *value)
{
    return set_number(call, &inter_octet_times, value);
}

static enum cosem_result inactivity(const struct cosem_call *call, struct writer *w)
{
    return put_number(call, &inactivity_times, w);
}

static enum cosem_result set_inactivity(const struct cosem_call *call, struct reader *value)
{
    return set_number(call, &inactivity_times, value);
}

static enum cosem_result device_address(const struct cosem_call *call, struct writer *w)
{
    return put_number(call, &device_addresses, w);
}

static enum cosem_result set_device_address(const struct cosem_call *call, struct reader *value)
{
    return set_number(call, &device_addresses, value);
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
