#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/object_definition.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "dlms/association.h"

#include <string.h>

/* 30 Data protection, version 0. What is read is a structure of the values, one for each object,
 * and the layers of protection around it; what is written is taken apart the same way. */

enum { OF_REQUEST = 0x1C, OF_RESPONSE = 0xE0 /* bits of required_protection */ };

static struct protection *protection_of(const struct cosem_call *call)
{
    return call->context->protection;
}

/* Of who asks; of the meter itself when it reads what it pushes. NULL: it has no keys. */
static struct dlms_security_setup *setup_of(const struct cosem_call *call)
{
    return call->association != NULL ? dlms_association_setup(call->association)
                                     : call->context->security;
}

static enum cosem_result result_of(int security)
{
    switch (security) {
    case 0:
        return COSEM_SUCCESS;
    case DLMS_SECURITY_STORE:
        return COSEM_TEMPORARY_FAILURE;
    case DLMS_SECURITY_MALFORMED:
        return COSEM_TYPE_UNMATCHED;
    default:
        return COSEM_OTHER_REASON;
    }
}

/* The place to work in, at its beginning. Success, temporary-failure (what is being protected asks
 * for itself), object-unavailable. */
static enum cosem_result begin(const struct cosem_call *call, struct dlms_data *data)
{
    struct protection *protection = protection_of(call);
    *data = (struct dlms_data){protection->data, PROTECTION_DATA, PROTECTION_HEAD, 0};
    if (setup_of(call) == NULL) {
        return COSEM_OBJECT_UNAVAILABLE;
    }
    return protection_take(protection) == 0 ? COSEM_SUCCESS : COSEM_TEMPORARY_FAILURE;
}

/* Whether the layers are as much as is required; something has to be protected. */
static enum cosem_result judge(const struct cosem_call *call, const struct dlms_layers *layers,
                               unsigned of)
{
    unsigned request = dlms_layers_request(layers);
    unsigned given = request | request << DLMS_LAYERS_OF_RESPONSE;
    unsigned required = protection_of(call)->required & of;
    return layers->count > 0 && (required & ~given) == 0 ? COSEM_SUCCESS
                                                         : COSEM_SCOPE_OF_ACCESS_VIOLATED;
}

static enum cosem_result protect(const struct cosem_call *call, struct dlms_layers *layers,
                                 struct dlms_data *data)
{
    struct dlms_security_setup *setup = setup_of(call);
    return result_of(setup->engine->protect(setup, call->association, layers, data));
}

/* What a client brings, without its layers. */
static enum cosem_result unprotect(const struct cosem_call *call, const struct dlms_layers *layers,
                                   struct dlms_octets brought, struct dlms_data *data)
{
    struct dlms_security_setup *setup = setup_of(call);
    enum cosem_result result = judge(call, layers, OF_REQUEST);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    if (brought.size > data->room - data->at) {
        return COSEM_OTHER_REASON;
    }
    memcpy(data->octets + data->at, brought.octets, brought.size);
    data->size = brought.size;
    return result_of(setup->engine->unprotect(setup, call->association, layers, data));
}

/* ---- lists ---- */

/* A structure of the values that the list means, behind data->at. */
static enum cosem_result read_list(const struct cosem_call *call, struct reader list,
                                   struct dlms_data *data)
{
    return object_definitions_read(call, list, data->octets + data->at, PROTECTION_PLAIN,
                                   &data->size);
}

static enum cosem_result write_list(const struct cosem_call *call, struct reader list,
                                    const struct dlms_data *data)
{
    return object_definitions_write(call, list, reader_over(data->octets + data->at, data->size));
}

/* ---- 2 protection_buffer ---- */

static enum cosem_result parameters(const struct cosem_call *call, enum protection_part part,
                                    struct dlms_layers *layers)
{
    struct reader text = protection_text(protection_of(call), part);
    struct cosem_intake in = cosem_intake_begin(&text);
    dlms_layers_take(&in, layers);
    return cosem_intake_end(&in);
}

/* Without objects there is nothing, and no key is needed. */
static enum cosem_result capture(const struct cosem_call *call)
{
    struct protection *protection = protection_of(call);
    struct reader list = protection_text(protection, PROTECTION_OBJECTS);
    struct dlms_layers layers;
    struct dlms_data data;
    enum cosem_result result = COSEM_SUCCESS;
    if (object_definitions_is_empty(list)) {
        protection_show(protection, 0, 0);
        return result;
    }
    result = begin(call, &data);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    result = object_definitions_check(list);
    if (result == COSEM_SUCCESS) {
        result = parameters(call, PROTECTION_GET, &layers);
    }
    if (result == COSEM_SUCCESS) {
        result = judge(call, &layers, OF_RESPONSE);
    }
    if (result == COSEM_SUCCESS) {
        result = read_list(call, list, &data);
    }
    if (result == COSEM_SUCCESS) {
        result = protect(call, &layers, &data);
    }
    if (result == COSEM_SUCCESS) {
        protection_show(protection, data.at, data.size);
    }
    protection_give_back(protection);
    return result;
}

/* Protected anew whenever it is read from its beginning; what is read on is the rest of that. */
static enum cosem_result buffer(const struct cosem_call *call, struct writer *w)
{
    const struct protection *protection = protection_of(call);
    enum cosem_result result = w->begin == 0 ? capture(call) : COSEM_SUCCESS;
    if (result == COSEM_SUCCESS) {
        cosem_put_octet_string(w, protection->data + protection->shown_at, protection->shown);
    }
    return result;
}

static enum cosem_result take_buffer(const struct cosem_call *call, struct dlms_octets brought)
{
    struct reader list = protection_text(protection_of(call), PROTECTION_OBJECTS);
    struct dlms_layers layers;
    struct dlms_data data;
    enum cosem_result result = begin(call, &data);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    result = object_definitions_check(list);
    if (result == COSEM_SUCCESS) {
        result = parameters(call, PROTECTION_SET, &layers);
    }
    if (result == COSEM_SUCCESS) {
        result = unprotect(call, &layers, brought, &data);
    }
    if (result == COSEM_SUCCESS) {
        result = write_list(call, list, &data);
    }
    protection_give_back(protection_of(call));
    return result;
}

static enum cosem_result set_buffer(const struct cosem_call *call, struct reader *value)
{
    struct dlms_octets brought;
    struct cosem_intake in = cosem_intake_begin(value);
    brought.octets =
        cosem_intake_string(&in, COSEM_OCTET_STRING, 1, PROTECTION_DATA, &brought.size);
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS ? take_buffer(call, brought) : result;
}

/* ---- 3 to 6: what clients set ---- */

static enum cosem_result put_text(const struct cosem_call *call, enum protection_part part,
                                  struct writer *w)
{
    struct reader text = protection_text(protection_of(call), part);
    writer_octets(w, text.data, text.size);
    return COSEM_SUCCESS;
}

/* A value that has been looked at is kept as it came. */
static enum cosem_result keep_text(const struct cosem_call *call, enum protection_part part,
                                   struct reader value, enum cosem_result result)
{
    size_t size = reader_left(&value);
    const uint8_t *octets = reader_octets(&value, size);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    if (octets == NULL || size > PROTECTION_TEXT) {
        return COSEM_OTHER_REASON;
    }
    protection_put(protection_of(call), part, octets, size);
    return COSEM_SUCCESS;
}

static enum cosem_result objects(const struct cosem_call *call, struct writer *w)
{
    return put_text(call, PROTECTION_OBJECTS, w);
}

/* Objects that the client who sets the list does not see are not put on it. */
static enum cosem_result set_objects(const struct cosem_call *call, struct reader *value)
{
    struct reader whole = *value;
    struct cosem_intake in = cosem_intake_begin(value);
    size_t count = cosem_intake_array(&in, OBJECT_DEFINITIONS_MOST);
    for (size_t i = 0; i < count && in.result == COSEM_SUCCESS; i++) {
        struct cosem_call other;
        const struct object_definition definition = object_definition_take(&in);
        if (in.result == COSEM_SUCCESS &&
            object_definition_find(call, &definition, &other) != COSEM_SUCCESS) {
            cosem_intake_refuse(&in);
        }
    }
    return keep_text(call, PROTECTION_OBJECTS, whole, cosem_intake_end(&in));
}

static enum cosem_result get_parameters(const struct cosem_call *call, struct writer *w)
{
    return put_text(call, PROTECTION_GET, w);
}

/* A key that is made for each answer could not be told with the buffer alone. */
static enum cosem_result set_get_parameters(const struct cosem_call *call, struct reader *value)
{
    struct reader whole = *value;
    struct dlms_layers layers;
    struct cosem_intake in = cosem_intake_begin(value);
    dlms_layers_take(&in, &layers);
    for (size_t i = 0; i < layers.count && in.result == COSEM_SUCCESS; i++) {
        if (dlms_layer_tells_key(&layers.layer[i])) {
            cosem_intake_refuse(&in);
        }
    }
    return keep_text(call, PROTECTION_GET, whole, cosem_intake_end(&in));
}

static enum cosem_result set_parameters(const struct cosem_call *call, struct writer *w)
{
    return put_text(call, PROTECTION_SET, w);
}

static enum cosem_result set_set_parameters(const struct cosem_call *call, struct reader *value)
{
    struct reader whole = *value;
    struct dlms_layers layers;
    struct cosem_intake in = cosem_intake_begin(value);
    dlms_layers_take(&in, &layers);
    return keep_text(call, PROTECTION_SET, whole, cosem_intake_end(&in));
}

static enum cosem_result required(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, protection_of(call)->required);
}

static enum cosem_result set_required(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    unsigned bits = (unsigned)cosem_intake_integer(&in, COSEM_ENUM, 0, UINT8_MAX);
    if ((bits & ~(unsigned)(OF_REQUEST | OF_RESPONSE)) != 0) {
        cosem_intake_refuse(&in);
    }
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        protection_require(protection_of(call), (uint8_t)bits);
    }
    return result;
}

/* ---- methods ---- */

/* {protection_parameters, octet-string}: what is protected, and how. */
static void give(const struct dlms_layers *layers, const struct dlms_data *data,
                 struct writer *returned)
{
    cosem_put_structure(returned, 2);
    dlms_layers_put(returned, layers);
    cosem_put_octet_string(returned, data->octets + data->at, data->size);
}

/* What of a request is used where it stands has to be in memory. */
static bool is_in_memory(const struct reader *parameter)
{
    return parameter->source == NULL;
}

/* {object_list, protection_parameters} */
static enum cosem_result get_protected(const struct cosem_call *call, struct reader *parameter,
                                       struct writer *returned)
{
    struct dlms_layers layers;
    struct dlms_data data;
    struct cosem_intake in = cosem_intake_begin(parameter);
    cosem_intake_structure(&in, 2);
    struct reader list = cosem_take_part(parameter);
    dlms_layers_take(&in, &layers);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        result = is_in_memory(parameter) ? object_definitions_check(list) : COSEM_OTHER_REASON;
    }
    if (result == COSEM_SUCCESS) {
        result = judge(call, &layers, OF_RESPONSE);
    }
    if (result == COSEM_SUCCESS) {
        result = begin(call, &data);
    }
    if (result != COSEM_SUCCESS) {
        return result;
    }
    result = read_list(call, list, &data);
    if (result == COSEM_SUCCESS) {
        result = protect(call, &layers, &data);
    }
    if (result == COSEM_SUCCESS) {
        give(&layers, &data, returned);
    }
    protection_give_back(protection_of(call));
    return result;
}

static struct dlms_octets take_brought(struct cosem_intake *in)
{
    struct dlms_octets brought;
    brought.octets = cosem_intake_string(in, COSEM_OCTET_STRING, 1, PROTECTION_DATA, &brought.size);
    return brought;
}

/* {object_list, protection_parameters, protected_attributes} */
static enum cosem_result set_protected(const struct cosem_call *call, struct reader *parameter,
                                       struct writer *returned)
{
    struct dlms_layers layers;
    struct dlms_data data;
    struct cosem_intake in = cosem_intake_begin(parameter);
    (void)returned;
    cosem_intake_structure(&in, 3);
    struct reader list = cosem_take_part(parameter);
    dlms_layers_take(&in, &layers);
    struct dlms_octets brought = take_brought(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        result = is_in_memory(parameter) ? object_definitions_check(list) : COSEM_OTHER_REASON;
    }
    if (result == COSEM_SUCCESS) {
        result = begin(call, &data);
    }
    if (result != COSEM_SUCCESS) {
        return result;
    }
    result = unprotect(call, &layers, brought, &data);
    if (result == COSEM_SUCCESS) {
        result = write_list(call, list, &data);
    }
    protection_give_back(protection_of(call));
    return result;
}

/* {class_id, logical_name, method_index} */
static struct object_definition take_method(struct cosem_intake *in)
{
    struct object_definition method = {0};
    cosem_intake_structure(in, 3);
    method.class_id = cosem_intake_u16(in);
    cosem_intake_name(in, method.name.obis);
    method.attribute = (int8_t)cosem_intake_integer(in, COSEM_I8, 1, COSEM_ATTRIBUTES);
    return method;
}

/* Calls a method by the parameter in `data`; there stands then what it gives back, or null-data. */
static enum cosem_result call_method(const struct cosem_call *call,
                                     const struct object_definition *method, struct dlms_data *data)
{
    static const uint8_t null[] = {COSEM_NULL};
    enum cosem_result result;
    struct reader parameter = reader_over(data->octets + data->at, data->size);
    struct reader ahead = parameter;
    cosem_skip_value(&ahead);
    size_t behind = data->at + data->size;
    struct writer returned = writer_over(data->octets + behind, data->room - behind);
    result = reader_done(&ahead) ? object_definition_invoke(call, method, &parameter, &returned)
                                 : COSEM_TYPE_UNMATCHED;
    if (result == COSEM_SUCCESS &&
        (writer_overflow(&returned) || writer_kept(&returned) > PROTECTION_PLAIN)) {
        result = COSEM_OTHER_REASON;
    }
    data->at = PROTECTION_HEAD;
    data->size = returned.tape > 0 ? writer_kept(&returned) : sizeof null;
    memmove(data->octets + data->at, returned.tape > 0 ? returned.window : null, data->size);
    return result;
}

/* {object_method, protection_parameters, protected_method_invocation_parameters} */
static enum cosem_result invoke_protected(const struct cosem_call *call, struct reader *parameter,
                                          struct writer *returned)
{
    struct dlms_layers layers;
    struct dlms_data data;
    struct cosem_intake in = cosem_intake_begin(parameter);
    cosem_intake_structure(&in, 3);
    const struct object_definition method = take_method(&in);
    dlms_layers_take(&in, &layers);
    struct dlms_octets brought = take_brought(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        result = is_in_memory(parameter) ? judge(call, &layers, OF_RESPONSE) : COSEM_OTHER_REASON;
    }
    if (result == COSEM_SUCCESS) {
        result = begin(call, &data);
    }
    if (result != COSEM_SUCCESS) {
        return result;
    }
    result = unprotect(call, &layers, brought, &data);
    if (result == COSEM_SUCCESS) {
        result = call_method(call, &method, &data);
    }
    if (result == COSEM_SUCCESS) {
        result = protect(call, &layers, &data);
    }
    if (result == COSEM_SUCCESS) {
        give(&layers, &data, returned);
    }
    protection_give_back(protection_of(call));
    return result;
}

static const struct cosem_attribute attributes[] = {
    {.get = buffer, .set = set_buffer},                 /* 2 protection_buffer */
    {.get = objects, .set = set_objects},               /* 3 protection_object_list */
    {.get = get_parameters, .set = set_get_parameters}, /* 4 protection_parameters_get */
    {.get = set_parameters, .set = set_set_parameters}, /* 5 protection_parameters_set */
    {.get = required, .set = set_required},             /* 6 required_protection */
};

static const struct cosem_method methods[] = {
    {get_protected},    /* 1 get_protected_attributes */
    {set_protected},    /* 2 set_protected_attributes */
    {invoke_protected}, /* 3 invoke_protected_method */
};

const struct cosem_class class_data_protection = {
    .id = 30, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes), COSEM_CLASS_METHODS(methods)};
