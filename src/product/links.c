/* How the meter is reached, of all products: its HDLC line, TCP, and the network below. */
#include "product/groups.h"

#include "cosem/class/classes.h"

/* Columns of the access rows. */
enum { PUBLIC, READING, MANAGEMENT };

static const struct cosem_access managed = {
    .read = {[READING] = COSEM_ALL, [MANAGEMENT] = COSEM_ALL},
    .write = {[MANAGEMENT] = COSEM_ALL},
};

static const struct class_hdlc_setup_config optical = {.line = LINK_OPTICAL};
static const struct class_tcp_udp_setup_config by_ipv4 = {.ip = COSEM_NAME(0, 0, 25, 1, 0)};

static const struct cosem_object links[] = {
    {&class_hdlc_setup, COSEM_NAME(0, 0, 22, 0, 0), &managed, &optical},
    {&class_tcp_udp_setup, COSEM_NAME(0, 0, 25, 0, 0), &managed, &by_ipv4},
    {&class_ipv4_setup, COSEM_NAME(0, 0, 25, 1, 0), &managed, NULL},
    {&class_ipv6_setup, COSEM_NAME(0, 0, 25, 7, 0), &managed, NULL},
};
const struct cosem_group product_group_links = COSEM_GROUP(links);
