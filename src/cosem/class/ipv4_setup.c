#include "cosem/class/classes.h"
#include "cosem/class/network.h"
#include "cosem/give.h"

/* The network as it is; false and a temporary failure where IPv4 is not in use. */
static bool look(const struct cosem_call *call, struct link_network_view *view)
{
    return class_network_look(call, view) && view->has_ipv4;
}

static enum cosem_result address(const struct cosem_call *call, struct writer *w)
{
    struct link_network_view view;
    if (!look(call, &view)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_u32(w, view.ipv4);
}

static enum cosem_result subnet_mask(const struct cosem_call *call, struct writer *w)
{
    struct link_network_view view;
    if (!look(call, &view)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_u32(w, view.mask);
}

static enum cosem_result gateway(const struct cosem_call *call, struct writer *w)
{
    struct link_network_view view;
    if (!look(call, &view)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_u32(w, view.gateway);
}

static enum cosem_result put_dns(const struct cosem_call *call, struct writer *w, unsigned which)
{
    struct link_network_view view;
    if (!class_network_look(call, &view)) {
        return COSEM_TEMPORARY_FAILURE;
    }
    return cosem_give_u32(w, view.dns[which]);
}

static enum cosem_result primary_dns(const struct cosem_call *call, struct writer *w)
{
    return put_dns(call, w, 0);
}

static enum cosem_result secondary_dns(const struct cosem_call *call, struct writer *w)
{
    return put_dns(call, w, 1);
}

/* How the host came by its address it does not tell: 8 use_DHCP_flag is not readable. */
static const struct cosem_attribute attributes[] = {
    {.get = class_network_no_reference}, /* 2 DL_reference */
    {.get = address},                    /* 3 IP_address */
    {.get = class_network_no_list},      /* 4 multicast_IP_address */
    {.get = class_network_no_list},      /* 5 IP_options */
    {.get = subnet_mask},                /* 6 subnet_mask */
    {.get = gateway},                    /* 7 gateway_IP_address */
    {.get = NULL},                       /* 8 use_DHCP_flag */
    {.get = primary_dns},                /* 9 primary_DNS_address */
    {.get = secondary_dns},              /* 10 secondary_DNS_address */
};

const struct cosem_class class_ipv4_setup = {
    .id = 42, .version = 0, COSEM_CLASS_ATTRIBUTES(attributes)};
