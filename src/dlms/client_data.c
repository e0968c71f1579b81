#include "dlms/client_data.h"

#include "cosem/data.h"

#include <string.h>

enum { OBJECT_ELEMENTS = 5, METHOD_ELEMENTS = 3 };

void dlms_client_data_put_object(struct writer *w, const struct dlms_target *target)
{
    cosem_put_structure(w, OBJECT_ELEMENTS);
    cosem_put_u16(w, target->class_id);
    cosem_put_octet_string(w, target->name.obis, sizeof target->name.obis);
    cosem_put_i8(w, target->member);
    cosem_put_u16(w, 0); /* all of it */
    cosem_put_structure(w, 2);
    cosem_put_enum(w, 0); /* and without a restriction */
    cosem_put_null(w);
}

static void put_objects(struct writer *w, const struct dlms_target *targets, size_t count)
{
    cosem_put_array(w, count);
    for (size_t i = 0; i < count; i++) {
        dlms_client_data_put_object(w, &targets[i]);
    }
}

/* ---- layers ---- */

static void put_key(struct dlms_client_guard *guard, enum dlms_client_key key,
                    struct dlms_general *options)
{
    static const uint8_t one_pass = DLMS_AGREEMENT_ONE_PASS;
    static const uint8_t fixed = DLMS_AGREEMENT_STATIC;
    switch (key) {
    case DLMS_CLIENT_KEY_UNICAST:
    case DLMS_CLIENT_KEY_BROADCAST:
        options->key_info = DLMS_KEY_INFO_IDENTIFIED;
        options->key_id = key == DLMS_CLIENT_KEY_BROADCAST;
        break;
    case DLMS_CLIENT_KEY_WRAPPED:
        dlms_client_guard_put_wrapped(guard, options);
        break;
    case DLMS_CLIENT_KEY_ONE_PASS:
    case DLMS_CLIENT_KEY_STATIC:
        options->key_info = DLMS_KEY_INFO_AGREED;
        options->key_parameters =
            (struct dlms_octets){key == DLMS_CLIENT_KEY_ONE_PASS ? &one_pass : &fixed, 1};
        break;
    }
}

/* All layers are of one transaction. */
static struct dlms_layers layers_of(struct dlms_client_guard *guard,
                                    const struct dlms_client_layers *how)
{
    struct dlms_layers layers = {.count = how->count};
    const struct dlms_general fields = dlms_client_guard_fields(guard);
    for (size_t i = 0; i < how->count; i++) {
        layers.layer[i] = (struct dlms_layer){.type = how->type[i], .options = fields};
        if (how->type[i] != DLMS_LAYER_SIGNATURE) {
            put_key(guard, how->key, &layers.layer[i].options);
        }
    }
    return layers;
}

/* Counters of data are of their own; what has to be protected how is told by the layers. */
static struct dlms_security_context context_of(struct dlms_client_guard *guard)
{
    struct dlms_security_context context = dlms_client_guard_context(guard);
    context.received = guard->received_data;
    context.required = 0;
    context.requires_signature = false;
    return context;
}

static int protect(struct dlms_client_guard *guard, struct dlms_layers *layers,
                   struct dlms_data *data)
{
    struct dlms_security_context context = context_of(guard);
    return dlms_data_protect(&context, layers, data);
}

/* ---- the methods ---- */

void dlms_client_data_get(struct dlms_client_guard *guard, const struct dlms_client_layers *how,
                          const struct dlms_target *targets, size_t count, struct writer *parameter)
{
    const struct dlms_layers layers = layers_of(guard, how);
    cosem_put_structure(parameter, 2);
    put_objects(parameter, targets, count);
    dlms_layers_put(parameter, &layers);
}

/* The layers, and what `plain` wrote behind DLMS_DATA_HEAD. */
static int put_protected(struct dlms_client_guard *guard, const struct dlms_client_layers *how,
                         uint8_t octets[DLMS_CLIENT_DATA], const struct writer *plain,
                         struct writer *parameter)
{
    struct dlms_layers layers = layers_of(guard, how);
    struct dlms_data data = {octets, DLMS_CLIENT_DATA, DLMS_DATA_HEAD, writer_kept(plain)};
    int failed = writer_overflow(plain) ? (int)DLMS_SECURITY_ROOM : protect(guard, &layers, &data);
    if (failed == 0) {
        dlms_layers_put(parameter, &layers);
        cosem_put_octet_string(parameter, octets + data.at, data.size);
    }
    return failed;
}

static struct writer plain_writer(uint8_t octets[DLMS_CLIENT_DATA])
{
    enum { BEHIND = DLMS_LAYERS * DLMS_DATA_TAIL };
    return writer_over(octets + DLMS_DATA_HEAD, DLMS_CLIENT_DATA - DLMS_DATA_HEAD - BEHIND);
}

static void put_value(struct writer *w, struct reader value)
{
    writer_octets(w, value.data + value.at, reader_left(&value));
}

int dlms_client_data_set(struct dlms_client_guard *guard, const struct dlms_client_layers *how,
                         const struct dlms_target *targets, const struct reader *values,
                         size_t count, struct writer *parameter)
{
    uint8_t octets[DLMS_CLIENT_DATA];
    struct writer plain = plain_writer(octets);
    cosem_put_structure(&plain, count);
    for (size_t i = 0; i < count; i++) {
        put_value(&plain, values[i]);
    }
    cosem_put_structure(parameter, 3);
    put_objects(parameter, targets, count);
    return put_protected(guard, how, octets, &plain, parameter);
}

int dlms_client_data_act(struct dlms_client_guard *guard, const struct dlms_client_layers *how,
                         const struct dlms_target *target, struct reader value,
                         struct writer *parameter)
{
    uint8_t octets[DLMS_CLIENT_DATA];
    struct writer plain = plain_writer(octets);
    put_value(&plain, value);
    cosem_put_structure(parameter, 3);
    cosem_put_structure(parameter, METHOD_ELEMENTS);
    cosem_put_u16(parameter, target->class_id);
    cosem_put_octet_string(parameter, target->name.obis, sizeof target->name.obis);
    cosem_put_i8(parameter, target->member);
    return put_protected(guard, how, octets, &plain, parameter);
}

/* ---- what comes back ---- */

static bool is_as_asked(const struct dlms_client_layers *how, const struct dlms_layers *layers)
{
    bool same = how->count == layers->count;
    for (size_t i = 0; same && i < how->count; i++) {
        same = how->type[i] == layers->layer[i].type;
    }
    return same;
}

/* {protection_parameters, octet-string} */
static int take_returned(struct reader *returned, struct dlms_layers *layers,
                         struct dlms_octets *text)
{
    struct cosem_intake in = cosem_intake_begin(returned);
    cosem_intake_structure(&in, 2);
    dlms_layers_take(&in, layers);
    text->octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 1,
                                       DLMS_CLIENT_DATA - DLMS_DATA_HEAD, &text->size);
    return cosem_intake_end(&in) == COSEM_SUCCESS ? 0 : -1;
}

int dlms_client_data_take(struct dlms_client_guard *guard, const struct dlms_client_layers *how,
                          struct reader returned, uint8_t room[DLMS_CLIENT_DATA],
                          struct reader *plain)
{
    struct dlms_layers layers;
    struct dlms_octets text;
    if (take_returned(&returned, &layers, &text) != 0) {
        return DLMS_SECURITY_MALFORMED;
    }
    if (!is_as_asked(how, &layers)) {
        return DLMS_SECURITY_WEAK;
    }
    struct dlms_security_context context = context_of(guard);
    struct dlms_octets from =
        layers.count > 0 ? layers.layer[0].options.originator : (struct dlms_octets){NULL, 0};
    if (context.peer == NULL && from.size == DLMS_TITLE_SIZE) {
        context.peer = from.octets; /* a meter that has not told who it is: its keys are given */
    }
    struct dlms_data data = {room, DLMS_CLIENT_DATA, DLMS_DATA_HEAD, text.size};
    memcpy(room + data.at, text.octets, text.size);
    int failed = dlms_data_unprotect(&context, &layers, &data);
    *plain = reader_over(room + data.at, data.size);
    return failed;
}
