#include "cosem/class/classes.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"
#include "dlms/association.h"

/* security_policy of version 0: these bits of an enum. Each is for requests and responses. */
enum { ALL_AUTHENTICATED = 1, ALL_ENCRYPTED = 2, POLICY_0_MOST = 3 };
enum {
    AUTHENTICATED = DLMS_POLICY_REQUEST_AUTHENTICATED | DLMS_POLICY_RESPONSE_AUTHENTICATED,
    ENCRYPTED = DLMS_POLICY_REQUEST_ENCRYPTED | DLMS_POLICY_RESPONSE_ENCRYPTED,
};

/* A meter without keys has no security setup. */
static enum cosem_result find(const struct cosem_call *call, struct dlms_security_setup **setup)
{
    *setup = dlms_association_setup(call->association);
    return *setup != NULL ? COSEM_SUCCESS : COSEM_OBJECT_UNAVAILABLE;
}

static enum cosem_result policy_0(const struct cosem_call *call, struct writer *w)
{
    struct dlms_security_setup *setup;
    enum cosem_result result = find(call, &setup);
    if (result == COSEM_SUCCESS) {
        unsigned policy = (setup->policy & AUTHENTICATED) == AUTHENTICATED ? ALL_AUTHENTICATED : 0;
        policy |= (setup->policy & ENCRYPTED) == ENCRYPTED ? ALL_ENCRYPTED : 0;
        cosem_put_enum(w, (uint8_t)policy);
    }
    return result;
}

static enum cosem_result policy_1(const struct cosem_call *call, struct writer *w)
{
    struct dlms_security_setup *setup;
    enum cosem_result result = find(call, &setup);
    if (result == COSEM_SUCCESS) {
        cosem_put_enum(w, setup->policy);
    }
    return result;
}

static enum cosem_result suite(const struct cosem_call *call, struct writer *w)
{
    struct dlms_security_setup *setup;
    enum cosem_result result = find(call, &setup);
    if (result == COSEM_SUCCESS) {
        cosem_put_enum(w, (uint8_t)setup->ring.suite);
    }
    return result;
}

/* Of the client that asks; it may have given none. */
static enum cosem_result client_title(const struct cosem_call *call, struct writer *w)
{
    const uint8_t *title = dlms_association_title(call->association);
    return cosem_give_octet_string(w, title, title != NULL ? DLMS_TITLE_SIZE : 0);
}

static enum cosem_result server_title(const struct cosem_call *call, struct writer *w)
{
    struct dlms_security_setup *setup;
    enum cosem_result result = find(call, &setup);
    if (result == COSEM_SUCCESS) {
        cosem_put_octet_string(w, setup->title, sizeof setup->title);
    }
    return result;
}

static enum cosem_result result_of(enum dlms_change change)
{
    switch (change) {
    case DLMS_CHANGED:
        return COSEM_SUCCESS;
    case DLMS_CHANGE_REFUSED:
        return COSEM_OTHER_REASON;
    case DLMS_CHANGE_LATER:
        break;
    }
    return COSEM_TEMPORARY_FAILURE;
}

static enum cosem_result activate(const struct cosem_call *call, enum cosem_result taken,
                                  unsigned policy)
{
    struct dlms_security_setup *setup;
    enum cosem_result result = taken == COSEM_SUCCESS ? find(call, &setup) : taken;
    return result == COSEM_SUCCESS
               ? result_of(setup->engine->activate(call->association, (uint8_t)policy))
               : result;
}

static enum cosem_result activate_0(const struct cosem_call *call, struct reader *parameter,
                                    struct writer *returned)
{
    (void)returned;
    struct cosem_intake in = cosem_intake_begin(parameter);
    int64_t policy = cosem_intake_integer(&in, COSEM_ENUM, 0, POLICY_0_MOST);
    unsigned bits = ((policy & ALL_AUTHENTICATED) != 0 ? AUTHENTICATED : 0U) |
                    ((policy & ALL_ENCRYPTED) != 0 ? ENCRYPTED : 0U);
    return activate(call, cosem_intake_end(&in), bits);
}

static enum cosem_result activate_1(const struct cosem_call *call, struct reader *parameter,
                                    struct writer *returned)
{
    (void)returned;
    struct cosem_intake in = cosem_intake_begin(parameter);
    int64_t policy = cosem_intake_integer(&in, COSEM_ENUM, 0, UINT8_MAX);
    return activate(call, cosem_intake_end(&in), (unsigned)policy);
}

/* An array of {key_id, key_wrapped}. */
static enum cosem_result transfer(const struct cosem_call *call, struct reader *parameter,
                                  struct writer *returned)
{
    (void)returned;
    struct dlms_wrapped_key keys[DLMS_KEYS];
    struct cosem_intake in = cosem_intake_begin(parameter);
    size_t count = cosem_intake_array(&in, DLMS_KEYS);
    for (size_t i = 0; i < count; i++) {
        cosem_intake_structure(&in, 2);
        keys[i].id = (enum dlms_key_id)cosem_intake_integer(&in, COSEM_ENUM, 0, DLMS_KEYS - 1);
        keys[i].wrapped.octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 1,
                                                     DLMS_WRAPPED_KEY_MAX, &keys[i].wrapped.size);
    }
    struct dlms_security_setup *setup;
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        result = find(call, &setup);
    }
    return result == COSEM_SUCCESS
               ? result_of(setup->engine->transfer(call->association, keys, count))
               : result;
}

/* A higher suite, once the client has its answer; there is no way back. */
static enum cosem_result set_suite(const struct cosem_call *call, struct reader *value)
{
    struct dlms_security_setup *setup;
    struct cosem_intake in = cosem_intake_begin(value);
    int64_t suite = cosem_intake_integer(&in, COSEM_ENUM, 0, DLMS_SUITE_2);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        result = find(call, &setup);
    }
    return result == COSEM_SUCCESS
               ? result_of(setup->engine->upgrade(call->association, (enum dlms_suite)suite))
               : result;
}

/* ---- certificates: a row for each slot, of which some write nothing ---- */

static bool counts(const struct dlms_security_setup *setup, const struct cosem_call *call,
                   uint32_t slot)
{
    struct writer w = writer_measure();
    setup->engine->list(call->association, (uint8_t)slot, &w);
    return w.tape > 0;
}

static struct cosem_rows freeze_certificates(const struct cosem_call *call)
{
    struct dlms_security_setup *setup;
    struct cosem_rows rows = {.result = find(call, &setup)};
    if (rows.result != COSEM_SUCCESS || setup->signing.certificates == NULL) {
        return rows;
    }
    rows.count = setup->signing.certificates->slots;
    for (uint32_t slot = 0; slot < rows.count; slot++) {
        rows.elements += counts(setup, call, slot);
    }
    return rows;
}

static void certificate_row(const struct cosem_call *call, uint32_t number, struct writer *w)
{
    struct dlms_security_setup *setup;
    if (find(call, &setup) == COSEM_SUCCESS) {
        setup->engine->list(call->association, (uint8_t)number, w);
    }
}

static const struct cosem_table certificates = {.freeze = freeze_certificates,
                                                .row = certificate_row};

/* ---- methods 3 to 8 ---- */

/* An array of {key_id, key_data}; what we say to it goes back likewise. */
static enum cosem_result agree(const struct cosem_call *call, struct reader *parameter,
                               struct writer *returned)
{
    struct dlms_wrapped_key keys[DLMS_KEYS];
    struct cosem_intake in = cosem_intake_begin(parameter);
    size_t count = cosem_intake_array(&in, DLMS_KEYS);
    for (size_t i = 0; i < count; i++) {
        cosem_intake_structure(&in, 2);
        keys[i].id = (enum dlms_key_id)cosem_intake_integer(&in, COSEM_ENUM, 0, DLMS_KEYS - 1);
        keys[i].wrapped.octets =
            cosem_intake_string(&in, COSEM_OCTET_STRING, 1, DLMS_AGREED_MAX, &keys[i].wrapped.size);
    }
    struct dlms_security_setup *setup;
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        result = find(call, &setup);
    }
    return result == COSEM_SUCCESS
               ? result_of(setup->engine->agree(call->association, keys, count, returned))
               : result;
}

/* What a key pair is for: the meter has none for TLS. */
static enum cosem_result take_use(const struct cosem_call *call, struct reader *parameter,
                                  enum dlms_key_use *use, struct dlms_security_setup **setup)
{
    struct cosem_intake in = cosem_intake_begin(parameter);
    *use = (enum dlms_key_use)cosem_intake_integer(&in, COSEM_ENUM, 0, DLMS_KEY_USES - 1);
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS ? find(call, setup) : result;
}

static enum cosem_result generate(const struct cosem_call *call, struct reader *parameter,
                                  struct writer *returned)
{
    enum dlms_key_use use;
    struct dlms_security_setup *setup;
    (void)returned;
    enum cosem_result result = take_use(call, parameter, &use, &setup);
    return result == COSEM_SUCCESS ? result_of(setup->engine->generate(call->association, use))
                                   : result;
}

static enum cosem_result request(const struct cosem_call *call, struct reader *parameter,
                                 struct writer *returned)
{
    enum dlms_key_use use;
    struct dlms_security_setup *setup;
    enum cosem_result result = take_use(call, parameter, &use, &setup);
    return result == COSEM_SUCCESS
               ? result_of(setup->engine->request(call->association, use, returned))
               : result;
}

static enum cosem_result import(const struct cosem_call *call, struct reader *parameter,
                                struct writer *returned)
{
    struct dlms_octets der;
    struct dlms_security_setup *setup;
    (void)returned;
    struct cosem_intake in = cosem_intake_begin(parameter);
    der.octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 1, UINT16_MAX, &der.size);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        result = find(call, &setup);
    }
    return result == COSEM_SUCCESS ? result_of(setup->engine->import(call->association, der))
                                   : result;
}

/* {by entity 0, {entity, type, system_title}} or {by serial 1, {serial_number, issuer}}. */
static enum cosem_result take_name(const struct cosem_call *call, struct reader *parameter,
                                   struct dlms_certificate_name *name,
                                   struct dlms_security_setup **setup)
{
    enum { BY_ENTITY = 0, BY_SERIAL = 1, ENTITIES = 4, TYPES = 4 };
    struct cosem_intake in = cosem_intake_begin(parameter);
    *name = (struct dlms_certificate_name){.by_serial = false};
    cosem_intake_structure(&in, 2);
    name->by_serial = cosem_intake_integer(&in, COSEM_ENUM, BY_ENTITY, BY_SERIAL) == BY_SERIAL;
    if (name->by_serial) {
        cosem_intake_structure(&in, 2);
        name->serial.octets =
            cosem_intake_string(&in, COSEM_OCTET_STRING, 1, UINT8_MAX, &name->serial.size);
        name->issuer.octets =
            cosem_intake_string(&in, COSEM_OCTET_STRING, 1, UINT16_MAX, &name->issuer.size);
    } else {
        cosem_intake_structure(&in, 3);
        name->entity = (uint8_t)cosem_intake_integer(&in, COSEM_ENUM, 0, ENTITIES - 1);
        name->type = (uint8_t)cosem_intake_integer(&in, COSEM_ENUM, 0, TYPES - 1);
        name->title.octets =
            cosem_intake_string(&in, COSEM_OCTET_STRING, 0, UINT8_MAX, &name->title.size);
    }
    enum cosem_result result = cosem_intake_end(&in);
    return result == COSEM_SUCCESS ? find(call, setup) : result;
}

static enum cosem_result give(const struct cosem_call *call, struct reader *parameter,
                              struct writer *returned)
{
    struct dlms_certificate_name name;
    struct dlms_security_setup *setup;
    enum cosem_result result = take_name(call, parameter, &name, &setup);
    return result == COSEM_SUCCESS
               ? result_of(setup->engine->give(call->association, &name, returned))
               : result;
}

static enum cosem_result remove_named(const struct cosem_call *call, struct reader *parameter,
                                      struct writer *returned)
{
    struct dlms_certificate_name name;
    struct dlms_security_setup *setup;
    (void)returned;
    enum cosem_result result = take_name(call, parameter, &name, &setup);
    return result == COSEM_SUCCESS ? result_of(setup->engine->remove(call->association, &name))
                                   : result;
}

static const struct cosem_attribute attributes_0[] = {
    {.get = policy_0},     /* 2 security_policy */
    {.get = suite},        /* 3 security_suite */
    {.get = client_title}, /* 4 client_system_title */
    {.get = server_title}, /* 5 server_system_title */
};

static const struct cosem_attribute attributes_1[] = {
    {.get = policy_1},     {.get = suite, .set = set_suite}, {.get = client_title},
    {.get = server_title}, {.table = &certificates}, /* 6 certificates */
};

static const struct cosem_method methods_0[] = {
    {.invoke = activate_0}, /* 1 security_activate */
    {.invoke = transfer},   /* 2 global_key_transfer */
};

static const struct cosem_method methods_1[] = {
    {.invoke = activate_1},   /* 1 security_activate */
    {.invoke = transfer},     /* 2 key_transfer */
    {.invoke = agree},        /* 3 key_agreement */
    {.invoke = generate},     /* 4 generate_key_pair */
    {.invoke = request},      /* 5 generate_certificate_request */
    {.invoke = import},       /* 6 import_certificate */
    {.invoke = give},         /* 7 export_certificate */
    {.invoke = remove_named}, /* 8 remove_certificate */
};

const struct cosem_class class_security_setup_0 = {.id = 64,
                                                   .version = 0,
                                                   .of_association = true,
                                                   COSEM_CLASS_ATTRIBUTES(attributes_0),
                                                   COSEM_CLASS_METHODS(methods_0)};
const struct cosem_class class_security_setup_1 = {.id = 64,
                                                   .version = 1,
                                                   .of_association = true,
                                                   COSEM_CLASS_ATTRIBUTES(attributes_1),
                                                   .tables = 1 << 6,
                                                   COSEM_CLASS_METHODS(methods_1)};
