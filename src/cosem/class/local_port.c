#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"

static struct local_port *port_of(const struct cosem_call *call)
{
    return call->context->local_port;
}

/* An enum that `set` takes, or refuses. */
static enum cosem_result set_code(const struct cosem_call *call, struct reader *value,
                                  int (*set)(struct local_port *port, unsigned code))
{
    struct cosem_intake in = cosem_intake_begin(value);
    unsigned code = (unsigned)cosem_intake_integer(&in, COSEM_ENUM, 0, UINT8_MAX);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS && set(port_of(call), code) != 0) {
        result = COSEM_OTHER_REASON;
    }
    return result;
}

static enum cosem_result default_mode(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, (uint8_t)port_of(call)->mode);
}

static enum cosem_result set_default_mode(const struct cosem_call *call, struct reader *value)
{
    return set_code(call, value, local_port_set_mode);
}

static enum cosem_result default_baud(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, port_of(call)->default_baud);
}

static enum cosem_result set_default_baud(const struct cosem_call *call, struct reader *value)
{
    return set_code(call, value, local_port_set_default_baud);
}

static enum cosem_result prop_baud(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, port_of(call)->prop_baud);
}

static enum cosem_result set_prop_baud(const struct cosem_call *call, struct reader *value)
{
    return set_code(call, value, local_port_set_prop_baud);
}

static enum cosem_result response_time(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_enum(w, port_of(call)->slow);
}

static enum cosem_result set_response_time(const struct cosem_call *call, struct reader *value)
{
    return set_code(call, value, local_port_set_response);
}

static enum cosem_result device_addr(const struct cosem_call *call, struct writer *w)
{
    const struct local_port_text *address = &port_of(call)->address;
    return cosem_give_octet_string(w, address->octets, address->size);
}

static enum cosem_result set_device_addr(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    size_t size;
    const uint8_t *octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 0, LOCAL_PORT_TEXT, &size);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS && local_port_set_address(port_of(call), octets, size) != 0) {
        result = COSEM_OTHER_REASON;
    }
    return result;
}

static enum cosem_result set_password(const struct cosem_call *call, struct reader *value,
                                      enum local_port_password which)
{
    struct cosem_intake in = cosem_intake_begin(value);
    size_t size;
    const uint8_t *octets = cosem_intake_string(&in, COSEM_OCTET_STRING, 0, LOCAL_PORT_TEXT, &size);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS &&
        local_port_set_password(port_of(call), which, octets, size) != 0) {
        result = COSEM_OTHER_REASON;
    }
    return result;
}

static enum cosem_result set_pass_p1(const struct cosem_call *call, struct reader *value)
{
    return set_password(call, value, LOCAL_PORT_P1);
}

static enum cosem_result set_pass_p2(const struct cosem_call *call, struct reader *value)
{
    return set_password(call, value, LOCAL_PORT_P2);
}

static enum cosem_result set_pass_w5(const struct cosem_call *call, struct reader *value)
{
    return set_password(call, value, LOCAL_PORT_W5);
}

static const struct cosem_attribute attributes[] = {
    {.get = default_mode, .set = set_default_mode},   /* 2 default_mode */
    {.get = default_baud, .set = set_default_baud},   /* 3 default_baud */
    {.get = prop_baud, .set = set_prop_baud},         /* 4 prop_baud */
    {.get = response_time, .set = set_response_time}, /* 5 response_time */
    {.get = device_addr, .set = set_device_addr},     /* 6 device_addr */
    {.set = set_pass_p1},                             /* 7 pass_p1 */
    {.set = set_pass_p2},                             /* 8 pass_p2 */
    {.set = set_pass_w5},                             /* 9 pass_w5 */
};

const struct cosem_class class_local_port = {
    .id = 19, .version = 1, COSEM_CLASS_ATTRIBUTES(attributes)};
