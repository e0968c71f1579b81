#include "cosem/class/classes.h"
#include "cosem/class/context.h"
#include "cosem/class/network.h"
#include "cosem/data.h"
#include "cosem/give.h"
#include "cosem/intake.h"

static enum cosem_result port(const struct cosem_call *call, struct writer *w)
{
    struct link_network_view view;
    if (!class_network_look(call, &view) || view.port == 0) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_u16(w, view.port);
}

static enum cosem_result ip_reference(const struct cosem_call *call, struct writer *w)
{
    const struct class_tcp_udp_setup_config *config = call->object->config;
    return cosem_give_octet_string(w, config->ip.obis, sizeof config->ip.obis);
}

static enum cosem_result mss(const struct cosem_call *call, struct writer *w)
{
    struct link_network_view view;
    if (!class_network_look(call, &view) || view.mss == 0) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_u16(w, view.mss);
}

static enum cosem_result connections(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u8(w, call->context->links->connections);
}

static enum cosem_result set_connections(const struct cosem_call *call, struct reader *value)
{
    struct link_network_view view;
    struct cosem_intake in = cosem_intake_begin(value);
    if (!class_network_look(call, &view)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    uint8_t count = (uint8_t)cosem_intake_integer(&in, COSEM_U8, 1, view.connections_most);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        call->context->links->connections = count;
        call->context->links->changes++;
    }
    return result;
}

static enum cosem_result inactivity(const struct cosem_call *call, struct writer *w)
{
    return cosem_give_u16(w, call->context->links->inactivity_time_s);
}

static enum cosem_result set_inactivity(const struct cosem_call *call, struct reader *value)
{
    struct cosem_intake in = cosem_intake_begin(value);
    uint16_t time_s = cosem_intake_u16(&in);
    enum cosem_result result = cosem_intake_end(&in);
    if (result == COSEM_SUCCESS) {
        call->context->links->inactivity_time_s = time_s;
        call->context->links->changes++;
    }
    return result;
}

static const struct cosem_attribute attributes[] = {
    {.get = port},                                /* 2 TCP-UDP_port */
    {.get = ip_reference},                        /* 3 IP_reference */
    {.get = mss},                                 /* 4 MSS */
    {.get = connections, .set = set_connections}, /* 5 nb_of_sim_conn */
    {.get = inactivity, .set = set_inactivity},   /* 6 inactivity_time_out */
};

const struct cosem_class class_tcp_udp_setup = {
    .id = 41, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes)};
