#include "base/need.h"
#include "cosem/class/classes.h"
#include "cosem/data.h"
#include "dlms/association.h"

enum { ACCESS_NONE = 0, ACCESS_READ = 1 };
enum { STATUS_NON_ASSOCIATED = 0, STATUS_ASSOCIATED = 2 };

static struct dlms_association_view view_of(const struct cosem_call *call)
{
    const struct class_association_config *config = call->object->config;
    struct dlms_association_view view =
        dlms_association_view(call->association, config->client_sap);
    need(view.partner != NULL);
    return view;
}

/* The list has a row for each object of the meter; those that the client does not see write
 * nothing. */
static struct cosem_rows freeze_list(const struct cosem_call *call)
{
    uint8_t column = view_of(call).partner->column;
    struct cosem_rows rows = {.count = cosem_model_count(call->model)};
    for (uint32_t i = 0; i < rows.count; i++) {
        rows.elements += cosem_object_visible(cosem_model_object(call->model, i), column);
    }
    return rows;
}

static void put_rights(const struct cosem_object *object, uint8_t column, struct writer *w)
{
    int attributes = object->ic->attribute_count + 1;
    cosem_put_structure(w, 2);
    cosem_put_array(w, (size_t)attributes);
    for (int i = 1; i <= attributes; i++) {
        cosem_put_structure(w, 3);
        cosem_put_i8(w, (int8_t)i);
        cosem_put_enum(w, cosem_object_readable(object, i, column) ? ACCESS_READ : ACCESS_NONE);
        cosem_put_null(w);
    }
    cosem_put_array(w, 0); /* methods */
}

static void put_list_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    uint8_t column = view_of(call).partner->column;
    const struct cosem_object *object = cosem_model_object(call->model, number);
    if (!cosem_object_visible(object, column)) {
        return;
    }
    cosem_put_structure(w, 4);
    cosem_put_u16(w, object->ic->id);
    cosem_put_u8(w, object->ic->version);
    cosem_put_octet_string(w, object->name.obis, sizeof object->name.obis);
    put_rights(object, column, w);
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
    (void)call;
    uint8_t oid[DLMS_OID_SIZE];
    dlms_context_oid(DLMS_CONTEXT_LN, oid);
    cosem_put_octet_string(w, oid, sizeof oid);
    return COSEM_SUCCESS;
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
    cosem_put_octet_string(w, NULL, 0); /* no ciphering */
    return COSEM_SUCCESS;
}

static enum cosem_result mechanism_name(const struct cosem_call *call, struct writer *w)
{
    uint8_t oid[DLMS_OID_SIZE];
    dlms_mechanism_oid(view_of(call).partner->mechanism, oid);
    cosem_put_octet_string(w, oid, sizeof oid);
    return COSEM_SUCCESS;
}

static enum cosem_result status(const struct cosem_call *call, struct writer *w)
{
    cosem_put_enum(w, view_of(call).open ? STATUS_ASSOCIATED : STATUS_NON_ASSOCIATED);
    return COSEM_SUCCESS;
}

/* There is no security setup object: the name of nothing. */
static enum cosem_result security_setup(const struct cosem_call *call, struct writer *w)
{
    (void)call;
    static const struct cosem_name none = {{0}};
    cosem_put_octet_string(w, none.obis, sizeof none.obis);
    return COSEM_SUCCESS;
}

static const struct cosem_table object_list = {freeze_list, put_list_row};

static const struct cosem_attribute attributes[] = {
    {.table = &object_list}, /* 2 object_list */
    {.get = partners_id},    /* 3 associated_partners_id */
    {.get = context_name},   /* 4 application_context_name */
    {.get = context_info},   /* 5 xDLMS_context_info */
    {.get = mechanism_name}, /* 6 authentication_mechanism_name */
    {NULL, NULL},            /* 7 secret: nobody reads it */
    {.get = status},         /* 8 association_status */
    {.get = security_setup}, /* 9 security_setup_reference */
};

const struct cosem_class class_association_ln = {
    .id = 15, .version = 1, COSEM_CLASS_ATTRIBUTES(attributes)};
