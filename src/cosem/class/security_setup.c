#include "cosem/class/classes.h"
#include "cosem/data.h"
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
    cosem_put_octet_string(w, title, title != NULL ? DLMS_TITLE_SIZE : 0);
    return COSEM_SUCCESS;
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

static const struct cosem_attribute attributes_0[] = {
    {.get = policy_0},     /* 2 security_policy */
    {.get = suite},        /* 3 security_suite */
    {.get = client_title}, /* 4 client_system_title */
    {.get = server_title}, /* 5 server_system_title */
};

static const struct cosem_attribute attributes_1[] = {
    {.get = policy_1},
    {.get = suite},
    {.get = client_title},
    {.get = server_title},
};

static const struct cosem_method methods_0[] = {
    {.invoke = activate_0}, /* 1 security_activate */
    {.invoke = transfer},   /* 2 global_key_transfer */
};

static const struct cosem_method methods_1[] = {
    {.invoke = activate_1}, /* 1 security_activate */
    {.invoke = transfer},   /* 2 key_transfer */
};

const struct cosem_class class_security_setup_0 = {
    .id = 64, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes_0), COSEM_CLASS_METHODS(methods_0)};
const struct cosem_class class_security_setup_1 = {
    .id = 64, .version = 1, COSEM_CLASS_ATTRIBUTES(attributes_1), COSEM_CLASS_METHODS(methods_1)};
