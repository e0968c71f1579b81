#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/date_time.h"
#include "cosem/class/push_view.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"
#include "dlms/association.h"

#include <string.h>

enum { MESSAGE_AXDR = 0, PERCENT_LEAST = 100, SAP_MOST = 127 };

static enum push_setup setup_of(const struct cosem_call *call)
{
    return ((const struct class_push_config *)call->object->config)->setup;
}

static struct push_settings *settings_of(const struct cosem_call *call)
{
    return push_view_settings(call);
}

static void changed(const struct cosem_call *call)
{
    push_view_changed(call);
}

static bool is_version_2(const struct cosem_call *call)
{
    return push_view_is_version_2(call);
}

static struct cosem_rows rows_of(uint8_t count)
{
    return (struct cosem_rows){.count = count, .elements = count, .result = COSEM_SUCCESS};
}

/* ---- 3 send_destination_and_method ---- */

static enum cosem_result destination(const struct cosem_call *call, struct writer *w)
{
    const struct reader text =
        push_text(call->context->push, setup_of(call), PUSH_TEXT_DESTINATION);
    cosem_put_structure(w, 3);
    cosem_put_enum(w, settings_of(call)->transport);
    cosem_put_octet_string(w, text.data, text.size);
    cosem_put_enum(w, MESSAGE_AXDR);
    return COSEM_SUCCESS;
}

static bool is_transport(int64_t transport)
{
    return transport == PUSH_TCP || transport == PUSH_UDP || transport == PUSH_HDLC;
}

static enum cosem_result set_destination(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    size_t size = 0;
    cosem_intake_structure(&in, 3);
    int64_t transport = cosem_intake_integer(&in, COSEM_ENUM, 0, UINT8_MAX);
    const uint8_t *octets =
        cosem_intake_string(&in, COSEM_OCTET_STRING, 0, PUSH_DESTINATION, &size);
    cosem_intake_integer(&in, COSEM_ENUM, MESSAGE_AXDR, MESSAGE_AXDR);
    if (!is_transport(transport) ||
        (octets != NULL && !push_destinations_valid(octets, (uint8_t)size))) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    struct push *push = call->context->push;
    if (push_put_text(push, setup_of(call), PUSH_TEXT_DESTINATION, octets, size) != 0) {
        return COSEM_OTHER_REASON;
    }
    settings_of(call)->transport = (uint8_t)transport;
    push->states[setup_of(call)].arrived = 0;
    if (size == 0) {
        push_reset(push, setup_of(call));
    }
    changed(call);
    return COSEM_SUCCESS;
}

/* ---- 4 communication_window ---- */

static struct cosem_rows freeze_windows(const struct cosem_call *call)
{
    return rows_of(push_window_count(call->context->push, setup_of(call)));
}

static void window_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    const struct push_window window = push_window_at(call->context->push, setup_of(call), number);
    cosem_put_structure(w, 2);
    cosem_put_octet_string(w, window.begin, PUSH_DATE_TIME);
    cosem_put_octet_string(w, window.end, PUSH_DATE_TIME);
}

static const struct cosem_table windows = {.freeze = freeze_windows, .row = window_row};

/* The octets as they came, once they are known to be a date-time. */
static void intake_date_time(struct cosem_intake *in, uint8_t octets[PUSH_DATE_TIME])
{
    struct reader again = *in->value;
    size_t head = reader_u8(&again) == COSEM_DATE_TIME ? 0 : 1;
    (void)date_time_intake(in);
    reader_octets(&again, head);
    const uint8_t *at = reader_octets(&again, PUSH_DATE_TIME);
    if (in->result == COSEM_SUCCESS && at != NULL) {
        memcpy(octets, at, PUSH_DATE_TIME);
    }
}

static enum cosem_result set_windows(const struct cosem_call *call, struct reader *value)
{
    struct push_window taken[PUSH_WINDOWS] = {{{0}, {0}}};
    struct cosem_intake in = cosem_intake_begin(value);
    size_t count = cosem_intake_array(&in, PUSH_WINDOWS);
    for (size_t i = 0; i < count; i++) {
        cosem_intake_structure(&in, 2);
        intake_date_time(&in, taken[i].begin);
        intake_date_time(&in, taken[i].end);
        if (in.result == COSEM_SUCCESS && !push_window_valid(&taken[i])) {
            cosem_intake_refuse(&in);
        }
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS &&
        push_put_text(call->context->push, setup_of(call), PUSH_TEXT_WINDOWS, taken[0].begin,
                      count * sizeof taken[0]) != 0) {
        return COSEM_OTHER_REASON;
    }
    if (result == COSEM_SUCCESS) {
        changed(call);
    }
    return result;
}

/* ---- 5 randomisation_start_interval, 6 number_of_retries, 7 repetition_delay ---- */

static enum cosem_result randomisation(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u16(w, settings_of(call)->randomisation_s);
}

static enum cosem_result set_randomisation(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    uint16_t seconds = cosem_intake_u16(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        settings_of(call)->randomisation_s = seconds;
        changed(call);
    }
    return result;
}

static enum cosem_result retries(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u8(w, settings_of(call)->retries);
}

static enum cosem_result set_retries(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t number = cosem_intake_integer(&in, COSEM_U8, 0, UINT8_MAX - 1);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        settings_of(call)->retries = (uint8_t)number;
        changed(call);
    }
    return result;
}

static enum cosem_result delay(const struct cosem_call *call, struct writer *w)
{
    const struct push_settings *settings = settings_of(call);
    if (is_version_2(call)) {
        cosem_put_structure(w, 3);
        cosem_put_u16(w, settings->delay_s);
        cosem_put_u16(w, settings->delay_percent);
        cosem_put_u16(w, settings->delay_most_s);
    } else {
        cosem_put_u16(w, settings->delay_s);
    }
    return COSEM_SUCCESS;
}

/* Versions 0 and 1 know one delay, which does not grow. */
static enum cosem_result set_delay(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t percent = PERCENT_LEAST;
    int64_t most_s = 0;
    if (is_version_2(call)) {
        cosem_intake_structure(&in, 3);
    }
    uint16_t delay_s = cosem_intake_u16(&in);
    if (is_version_2(call)) {
        percent = cosem_intake_integer(&in, COSEM_U16, PERCENT_LEAST, UINT16_MAX);
        most_s = cosem_intake_u16(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        struct push_settings *settings = settings_of(call);
        settings->delay_s = delay_s;
        settings->delay_percent = (uint16_t)percent;
        settings->delay_most_s = (uint16_t)most_s;
        changed(call);
    }
    return result;
}

/* ---- 8 port_reference to 13 last_confirmation_date_time ---- */

static enum cosem_result port_reference(const struct cosem_call *call, struct writer *w)
{
    static const struct cosem_name tcp_udp = COSEM_NAME(0, 0, 25, 0, 0);
    static const struct cosem_name hdlc = COSEM_NAME(0, 0, 22, 0, 0);
    const struct cosem_name *port = settings_of(call)->transport == PUSH_HDLC ? &hdlc : &tcp_udp;
    return cosem_give_octet_string(w, port->obis, sizeof port->obis);
}

static enum cosem_result client_sap(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_i8(w, (int8_t)settings_of(call)->client_sap);
}

static enum cosem_result set_client_sap(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t sap = cosem_intake_integer(&in, COSEM_I8, 1, SAP_MOST);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        settings_of(call)->client_sap = (uint8_t)sap;
        changed(call);
    }
    return result;
}

/* None: protection follows the security policy. */
static enum cosem_result protection(const struct cosem_call *call, struct writer *w)
{
    struct reader text = push_text(call->context->push, setup_of(call), PUSH_TEXT_PROTECTION);
    if (text.size == 0) {
        cosem_put_array(w, 0);
    }
    writer_octets(w, text.data, text.size);
    return COSEM_SUCCESS;
}

/* Layers that an APDU can have, with keys that both sides have already; a signature needs a suite
 * that has them. */
static bool is_possible(const struct cosem_call *call, const struct dlms_layers *layers)
{
    const struct dlms_security_setup *setup = call->association != NULL
                                                  ? dlms_association_setup(call->association)
                                                  : call->context->security;
    struct dlms_protection by;
    if (setup == NULL || dlms_layers_apdu(layers, setup->ring.suite, &by) != 0) {
        return layers->count == 0;
    }
    bool identified = true;
    for (size_t i = 0; i < layers->count; i++) {
        const struct dlms_layer *layer = &layers->layer[i];
        identified = identified && (layer->type == DLMS_LAYER_SIGNATURE ||
                                    layer->options.key_info == DLMS_KEY_INFO_IDENTIFIED);
    }
    return identified && (by.signature == DLMS_UNSIGNED || setup->ring.suite != DLMS_SUITE_0);
}

static enum cosem_result set_protection(const struct cosem_call *call, struct reader *value)
{
    struct reader whole = *value;
    struct dlms_layers layers;
    struct cosem_intake in = cosem_intake_begin(value);
    dlms_layers_take(&in, &layers);
    size_t size = value->at - whole.at;
    if (in.result == COSEM_SUCCESS && (!is_possible(call, &layers) || size > PUSH_PROTECTION)) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    if (push_put_text(call->context->push, setup_of(call), PUSH_TEXT_PROTECTION,
                      reader_octets(&whole, size), layers.count > 0 ? size : 0) != 0) {
        return COSEM_OTHER_REASON;
    }
    changed(call);
    return COSEM_SUCCESS;
}

static enum cosem_result method(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, settings_of(call)->method);
}

static enum cosem_result set_method(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t taken = cosem_intake_integer(&in, COSEM_ENUM, PUSH_BY_TRANSPORT, PUSH_CONFIRMED);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        settings_of(call)->method = (uint8_t)taken;
        changed(call);
    }
    return result;
}

static enum cosem_result confirmation(const struct cosem_call *call, struct writer *w)
{
    const struct push_settings *settings = settings_of(call);
    cosem_put_structure(w, 2);
    cosem_put_octet_string(w, settings->confirm_from, PUSH_DATE_TIME);
    cosem_put_u32(w, settings->confirm_every_s);
    return COSEM_SUCCESS;
}

static enum cosem_result set_confirmation(const struct cosem_call *call, struct reader *value)
{
    uint8_t from[PUSH_DATE_TIME] = {0};
    struct cosem_intake in = cosem_intake_begin(value);
    cosem_intake_structure(&in, 2);
    intake_date_time(&in, from);
    uint32_t every_s = cosem_intake_u32(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        struct push_settings *settings = settings_of(call);
        memcpy(settings->confirm_from, from, sizeof from);
        settings->confirm_every_s = every_s;
        changed(call);
    }
    return result;
}

static enum cosem_result last_confirmation(const struct cosem_call *call, struct writer *w)
{
    int64_t confirmed_s = call->context->push->states[setup_of(call)].confirmed_s;
    if (confirmed_s != 0) {
        date_time_put_at(w, call->context->clock, confirmed_s * 1000);
    } else {
        date_time_put(w, &date_time_none);
    }
    return COSEM_SUCCESS;
}

/* ---- methods ---- */

/* Without a destination there is nothing to do. */
static enum cosem_result push_now(const struct cosem_call *call, struct reader *parameter,
                                  struct writer *returned)
{
    (void)returned;
    const struct cosem_context *context = call->context;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS && !push_goes_anywhere(call->context->push, setup_of(call))) {
        return COSEM_TEMPORARY_FAILURE;
    }
    if (result == COSEM_SUCCESS) {
        push_trigger(context->push, setup_of(call), context->clock, *context->now_ms);
    }
    return result;
}

static enum cosem_result reset(const struct cosem_call *call, struct reader *parameter,
                               struct writer *returned)
{
    (void)returned;
    enum cosem_result result = cosem_intake_zero(parameter);
    if (result == COSEM_SUCCESS) {
        push_reset(call->context->push, setup_of(call));
    }
    return result;
}

#define ATTRIBUTES_0                                                                               \
    {.table = &push_view_objects, .set = push_view_set_objects},                                   \
        {.get = destination, .set = set_destination}, {.table = &windows, .set = set_windows},     \
        {.get = randomisation, .set = set_randomisation}, {.get = retries, .set = set_retries},    \
    {                                                                                              \
        .get = delay, .set = set_delay                                                             \
    }

#define ATTRIBUTES_1                                                                               \
    ATTRIBUTES_0, {.get = port_reference}, {.get = client_sap, .set = set_client_sap},             \
    {                                                                                              \
        .get = protection, .set = set_protection                                                   \
    }

static const struct cosem_attribute attributes_0[] = {ATTRIBUTES_0};
static const struct cosem_attribute attributes_1[] = {ATTRIBUTES_1};
static const struct cosem_attribute attributes_2[] = {
    ATTRIBUTES_1,
    {.get = method, .set = set_method},             /* 11 push_operation_method */
    {.get = confirmation, .set = set_confirmation}, /* 12 confirmation_parameters */
    {.get = last_confirmation},                     /* 13 last_confirmation_date_time */
};

static const struct cosem_method methods_0[] = {{push_now}};
static const struct cosem_method methods_2[] = {{push_now}, {reset}};

const struct cosem_class class_push_setup_0 = {.id = 40,
                                               .version = 0,
                                               COSEM_CLASS_ATTRIBUTES(attributes_0),
                                               .tables = 1 << 2 | 1 << 4,
                                               COSEM_CLASS_METHODS(methods_0)};
const struct cosem_class class_push_setup_1 = {.id = 40,
                                               .version = 1,
                                               COSEM_CLASS_ATTRIBUTES(attributes_1),
                                               .tables = 1 << 2 | 1 << 4,
                                               COSEM_CLASS_METHODS(methods_0)};
const struct cosem_class class_push_setup_2 = {.id = 40,
                                               .version = 2,
                                               COSEM_CLASS_ATTRIBUTES(attributes_2),
                                               .tables = 1 << 2 | 1 << 4,
                                               COSEM_CLASS_METHODS(methods_2)};
