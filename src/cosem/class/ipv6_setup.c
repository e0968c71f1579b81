#include "cosem/class/classes.h"
#include "cosem/class/network.h"
#include "cosem/data.h"
#include "cosem/give.h"

/* address_config_mode of the Blue Book. */
enum { MODE_AUTO = 0, MODE_MANUAL = 2 };

static bool look(const struct cosem_call *call, struct link_network_view *view)
{
    return class_network_look(call, view) && view->ipv6_count > 0;
}

static enum cosem_result config_mode(const struct cosem_call *call, struct writer *w)
{
    struct link_network_view view;
    if (!look(call, &view)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_enum(w, view.ipv6_manual ? MODE_MANUAL : MODE_AUTO);
}

static enum cosem_result unicast(const struct cosem_call *call, struct writer *w)
{
    struct link_network_view view;
    if (!class_network_look(call, &view)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    cosem_put_array(w, view.ipv6_count);
    for (unsigned i = 0; i < view.ipv6_count; i++) {
        cosem_put_octet_string(w, view.ipv6[i], LINK_IPV6);
    }
    return COSEM_SUCCESS;
}

static enum cosem_result gateways(const struct cosem_call *call, struct writer *w)
{
    struct link_network_view view;
    if (!class_network_look(call, &view)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    cosem_put_array(w, view.has_gateway6);
    if (view.has_gateway6) {
        cosem_put_octet_string(w, view.gateway6, LINK_IPV6);
    }
    return COSEM_SUCCESS;
}

static enum cosem_result put_dns(const struct cosem_call *call, struct writer *w, unsigned which)
{
    struct link_network_view view;
    if (!class_network_look(call, &view)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_octet_string(w, view.dns6[which], LINK_IPV6);
}

static enum cosem_result primary_dns(const struct cosem_call *call, struct writer *w)
{
    return put_dns(call, w, 0);
}

static enum cosem_result secondary_dns(const struct cosem_call *call, struct writer *w)
{
    return put_dns(call, w, 1);
}

/* Traffic class and neighbour discovery are the host's own and not ours to tell. */
static const struct cosem_attribute attributes[] = {
    {.get = class_network_no_reference}, /* 2 DL_reference */
    {.get = config_mode},                /* 3 address_config_mode */
    {.get = unicast},                    /* 4 unicast_IPv6_addresses */
    {.get = class_network_no_list},      /* 5 multicast_IPv6_addresses */
    {.get = gateways},                   /* 6 gateway_IPv6_addresses */
    {.get = primary_dns},                /* 7 primary_DNS_address */
    {.get = secondary_dns},              /* 8 secondary_DNS_address */
    {.get = NULL},                       /* 9 traffic_class */
    {.get = NULL},                       /* 10 neighbor_discovery_setup */
};

const struct cosem_class class_ipv6_setup = {
    .id = 48, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes)};
