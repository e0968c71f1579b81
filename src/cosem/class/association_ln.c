#include "base/need.h"
#include "cosem/class/classes.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"
#include "dlms/association.h"

#include <string.h>

/* Version 2 counts the same up to read-and-write as the bits of version 3 do: reading is 1, writing
 * 2. A method may be called: 1. Where requests have to be authenticated version 2 goes on counting,
 * and knows no other protection; version 3 has a bit for each. */
enum { ACCESS_READ = 1, ACCESS_WRITE = 2, ACCESS_CALL = 1 };
enum { AUTHENTICATED_ACCESS = 3, AUTHENTICATED_CALL = 1 };
enum { VERSION_WITH_BITS = 3 };

enum { SELECT_WITHOUT_RIGHTS = 1, SELECT_CLASSES = 2, SELECT_OBJECTS = 3, SELECT_OBJECT = 4 };
enum {
    SELECTORS =
        1 << SELECT_WITHOUT_RIGHTS | 1 << SELECT_CLASSES | 1 << SELECT_OBJECTS | 1 << SELECT_OBJECT
};

enum { STATUS_NON_ASSOCIATED = 0, STATUS_ASSOCIATED = 2 };

static struct dlms_association_view view_of(const struct cosem_call *call)
{
    const struct class_association_config *config = call->object->config;
    struct dlms_association_view view =
        dlms_association_view(call->association, config->client_sap);
    need(view.partner != NULL);
    return view;
}

/* An object_id: {class_id, logical_name}. */
static bool intake_is_object(struct cosem_intake *in, const struct cosem_instance *listed)
{
    cosem_intake_structure(in, 2);
    bool same_class = cosem_intake_u16(in) == listed->object->ic->id;
    struct cosem_name name = {{0}};
    cosem_intake_name(in, name.obis);
    return same_class && memcmp(name.obis, listed->name.obis, sizeof name.obis) == 0;
}

static bool intake_is_class(struct cosem_intake *in, const struct cosem_instance *listed)
{
    return cosem_intake_u16(in) == listed->object->ic->id;
}

/* Whether the selection means the object. Walks through all of it, so that `*result` tells of any
 * object what is wrong with the selection. */
static bool is_selected(const struct cosem_selection *selection,
                        const struct cosem_instance *listed, enum cosem_result *result)
{
    struct reader r = reader_over(selection->parameters, selection->size);
    struct cosem_intake in = cosem_intake_begin(&r);
    bool selected = false;
    if (selection->selector == SELECT_OBJECT) {
        selected = intake_is_object(&in, listed);
    } else {
        size_t count = cosem_intake_array(&in, UINT16_MAX);
        for (size_t i = 0; i < count && in.result == COSEM_SUCCESS; i++) {
            selected |= selection->selector == SELECT_CLASSES ? intake_is_class(&in, listed)
                                                              : intake_is_object(&in, listed);
        }
    }
    *result = cosem_intake_end(&in);
    return selected;
}

static bool is_listed(const struct cosem_call *call, const struct cosem_instance *listed,
                      uint8_t column)
{
    enum cosem_result result;
    return cosem_object_visible(listed->object, column) &&
           (call->selection.selector <= SELECT_WITHOUT_RIGHTS ||
            is_selected(&call->selection, listed, &result));
}

static enum cosem_result judge_selection(const struct cosem_call *call)
{
    enum cosem_result result = COSEM_SUCCESS;
    if (call->selection.selector > SELECT_WITHOUT_RIGHTS) {
        struct cosem_instance itself = {call->object, call->object->name, 0};
        is_selected(&call->selection, &itself, &result);
    }
    return result;
}

/* The list has a row for each object of the meter; those that the client does not see, or that are
 * not selected, write nothing. */
static struct cosem_rows freeze_list(const struct cosem_call *call)
{
    uint8_t column = view_of(call).partner->column;
    struct cosem_rows rows = {.count = cosem_model_count(call->model),
                              .result = judge_selection(call)};
    for (uint32_t i = 0; i < rows.count; i++) {
        struct cosem_instance listed = cosem_model_object(call->model, i);
        rows.elements += is_listed(call, &listed, column);
    }
    return rows;
}

/* A right with the protection that it takes, as the list's version has it. */
static uint8_t protect(const struct cosem_call *call, uint8_t right, uint8_t protection,
                       uint8_t authenticated)
{
    if (right == 0) {
        return 0;
    }
    if (call->object->ic->version >= VERSION_WITH_BITS) {
        return right | protection;
    }
    return (protection & COSEM_REQUEST_AUTHENTICATED) != 0 ? (uint8_t)(right + authenticated)
                                                           : right;
}

static uint8_t attribute_mode(const struct cosem_call *call, const struct cosem_object *object,
                              int attribute, uint8_t column)
{
    unsigned right = cosem_object_readable(object, attribute, column) ? ACCESS_READ : 0U;
    right |= cosem_object_writable(object, attribute, column) ? ACCESS_WRITE : 0U;
    return protect(call, (uint8_t)right, cosem_object_attribute_protection(object, attribute),
                   AUTHENTICATED_ACCESS);
}

static uint8_t method_mode(const struct cosem_call *call, const struct cosem_object *object,
                           int method, uint8_t column)
{
    uint8_t right = cosem_object_callable(object, method, column) ? ACCESS_CALL : 0;
    return protect(call, right, cosem_object_method_protection(object, method), AUTHENTICATED_CALL);
}

static void put_selectors(const struct cosem_object *object, int attribute, struct writer *w)
{
    const struct cosem_table *table = cosem_object_table(object, attribute);
    unsigned selectors = table != NULL ? table->selectors : 0;
    size_t count = 0;
    for (unsigned left = selectors; left != 0; left >>= 1) {
        count += left & 1;
    }
    if (count == 0) {
        cosem_put_null(w);
        return;
    }
    cosem_put_array(w, count);
    for (int8_t i = 1; i < 8; i++) {
        if ((selectors >> i & 1) != 0) {
            cosem_put_i8(w, i);
        }
    }
}

static void put_rights(const struct cosem_call *call, const struct cosem_object *object,
                       uint8_t column, struct writer *w)
{
    int attributes = object->ic->attribute_count + 1;
    cosem_put_structure(w, 2);
    cosem_put_array(w, (size_t)attributes);
    for (int i = 1; i <= attributes; i++) {
        cosem_put_structure(w, 3);
        cosem_put_i8(w, (int8_t)i);
        cosem_put_enum(w, attribute_mode(call, object, i, column));
        put_selectors(object, i, w);
    }
    cosem_put_array(w, object->ic->method_count);
    for (int i = 1; i <= object->ic->method_count; i++) {
        cosem_put_structure(w, 2);
        cosem_put_i8(w, (int8_t)i);
        cosem_put_enum(w, method_mode(call, object, i, column));
    }
}

static void put_list_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    uint8_t column = view_of(call).partner->column;
    struct cosem_instance listed = cosem_model_object(call->model, number);
    const struct cosem_object *object = listed.object;
    if (!is_listed(call, &listed, column)) {
        return;
    }
    cosem_put_structure(w, 4);
    cosem_put_u16(w, object->ic->id);
    cosem_put_u8(w, object->ic->version);
    cosem_put_octet_string(w, listed.name.obis, sizeof listed.name.obis);
    if (call->selection.selector == SELECT_WITHOUT_RIGHTS) {
        cosem_put_null(w);
    } else {
        put_rights(call, object, column, w);
    }
}

static enum cosem_result partners_id(const struct cosem_call *call, struct writer *w)
{
    struct dlms_association_view view = view_of(call);
    cosem_put_structure(w, 2);
    cosem_put_i8(w, (int8_t)view.partner->sap);
    cosem_put_u16(w, view.server_sap);
    return COSEM_SUCCESS;
}

static enum cosem_result context_name(const struct cosem_call *call, struct writer *w)
{
    uint8_t oid[DLMS_OID_SIZE];
    dlms_context_oid(view_of(call).context, oid);
    return cosem_give_octet_string(w, oid, sizeof oid);
}

static enum cosem_result context_info(const struct cosem_call *call, struct writer *w)
{
    enum { CONFORMANCE_BITS = 24, NO_QUALITY_OF_SERVICE = 0 };
    struct dlms_association_view view = view_of(call);
    cosem_put_structure(w, 6);
    cosem_put_bit_string(w, view.conformance, CONFORMANCE_BITS);
    cosem_put_u16(w, view.receive_max);
    cosem_put_u16(w, view.send_max);
    cosem_put_u8(w, DLMS_VERSION);
    cosem_put_i8(w, NO_QUALITY_OF_SERVICE);
    cosem_put_octet_string(w, NULL, 0); /* the dedicated key, which nobody reads */
    return COSEM_SUCCESS;
}

static enum cosem_result mechanism_name(const struct cosem_call *call, struct writer *w)
{
    uint8_t oid[DLMS_OID_SIZE];
    dlms_mechanism_oid(view_of(call).mechanism, oid);
    return cosem_give_octet_string(w, oid, sizeof oid);
}

static enum cosem_result status(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, view_of(call).open ? STATUS_ASSOCIATED : STATUS_NON_ASSOCIATED);
}

/* Without one: the name of nothing. */
static enum cosem_result security_setup(const struct cosem_call *call, struct writer *w)
{
    static const struct cosem_name none = {{0}};
    const struct class_association_config *config = call->object->config;
    const struct cosem_name *name = view_of(call).partner->ciphers ? config->security : &none;
    return cosem_give_octet_string(w, name->obis, sizeof name->obis);
}

static enum cosem_result change_secret(const struct cosem_call *call, enum dlms_secret_use use,
                                       struct reader *value)
{
    const struct class_association_config *config = call->object->config;
    size_t size;
    struct cosem_intake in = cosem_intake_begin(value);
    const uint8_t *octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 1, DLMS_SECRET_MAX, &size);
    enum cosem_result result = cosem_intake_end(&in);
    if (result != COSEM_SUCCESS) {
        return result;
    }
    switch (dlms_association_set_secret(call->association, config->client_sap, use, octets, size)) {
    case DLMS_CHANGED:
        return COSEM_SUCCESS;
    case DLMS_CHANGE_LATER:
        return COSEM_TEMPORARY_FAILURE;
    case DLMS_CHANGE_REFUSED:
        break;
    }
    return COSEM_READ_WRITE_DENIED;
}

static enum cosem_result set_secret(const struct cosem_call *call, struct reader *value)
{
    return change_secret(call, DLMS_SECRET_OF_LOW, value);
}

static enum cosem_result user_list(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    cosem_put_array(w, 0);
    return COSEM_SUCCESS;
}

static enum cosem_result current_user(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    cosem_put_structure(w, 2);
    cosem_put_u8(w, 0);
    writer_u8(w, COSEM_VISIBLE_STRING);
    cosem_put_length(w, 0);
    return COSEM_SUCCESS;
}

/* reply_to_HLS_authentication, of the association that asks: each proves himself by what he makes
 * of the other's challenge. */
static enum cosem_result reply_to_hls(const struct cosem_call *call, struct reader *parameter,
                                      struct writer *returned)
{
    size_t size;
    uint8_t proof[DLMS_PROOF_MAX];
    struct cosem_intake in = cosem_intake_begin(parameter);
    const uint8_t *reply = cosem_intake_string(&in, COSEM_OCTET_STRING, 1, DLMS_PROOF_MAX, &size);
    enum cosem_result result = cosem_intake_end(&in);
    const struct dlms_octets octets = {reply, result == COSEM_SUCCESS ? size : 0};
    size_t proved = dlms_association_reply(call->association, octets, proof);
    if (proved == 0) {
        return result == COSEM_SUCCESS ? COSEM_READ_WRITE_DENIED : result;
    }
    return cosem_give_octet_string(returned, proof, proved);
}

/* change_HLS_secret: of the mechanisms with a hash. That of GMAC is the global keys, which the
 * security setup changes. */
static enum cosem_result change_hls_secret(const struct cosem_call *call, struct reader *parameter,
                                           struct writer *returned)
{
    (void)returned;
    return change_secret(call, DLMS_SECRET_OF_HIGH, parameter);
}

static const struct cosem_table object_list = {
    .freeze = freeze_list, .row = put_list_row, .selectors = SELECTORS};

static const struct cosem_attribute attributes[] = {
    {.table = &object_list}, /* 2 object_list */
    {.get = partners_id},    /* 3 associated_partners_id */
    {.get = context_name},   /* 4 application_context_name */
    {.get = context_info},   /* 5 xDLMS_context_info */
    {.get = mechanism_name}, /* 6 authentication_mechanism_name */
    {.set = set_secret},     /* 7 secret: nobody reads it */
    {.get = status},         /* 8 association_status */
    {.get = security_setup}, /* 9 security_setup_reference */
    {.get = user_list},      /* 10 user_list */
    {.get = current_user},   /* 11 current_user */
};

static const struct cosem_method methods[] = {
    {.invoke = reply_to_hls},      /* 1 reply_to_HLS_authentication */
    {.invoke = change_hls_secret}, /* 2 change_HLS_secret */
};

const struct cosem_class class_association_ln_2 = {.id = 15,
                                                   .version = 2,
                                                   .of_association = true,
                                                   COSEM_CLASS_ATTRIBUTES(attributes),
                                                   .tables = 1 << 2,
                                                   COSEM_CLASS_METHODS(methods)};
const struct cosem_class class_association_ln_3 = {.id = 15,
                                                   .version = 3,
                                                   .of_association = true,
                                                   COSEM_CLASS_ATTRIBUTES(attributes),
                                                   .tables = 1 << 2,
                                                   COSEM_CLASS_METHODS(methods)};
