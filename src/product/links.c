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
static const struct class_hdlc_setup_config rs485 = {.line = LINK_RS485};
static const struct class_hdlc_setup_config to_display = {.line = LINK_DISPLAY};

/* What went over a line has no code of the standard: these are of the range that is left to
 * manufacturers. */
#define COUNTED(line)                                                                              \
    {                                                                                              \
        &class_data, COSEM_NAME(0, (line), 128, 3, 0), &product_access_known,                      \
            &(const struct class_line_config)                                                      \
        {                                                                                          \
            {.value = class_data_line}, (line)                                                     \
        }                                                                                          \
    }
static const struct class_tcp_udp_setup_config by_ipv4 = {.ip = COSEM_NAME(0, 0, 25, 1, 0)};

static const struct cosem_object links[] = {
    {&class_hdlc_setup, COSEM_NAME(0, 0, 22, 0, 0), &managed, &optical},
    {&class_tcp_udp_setup, COSEM_NAME(0, 0, 25, 0, 0), &managed, &by_ipv4},
    {&class_ipv4_setup, COSEM_NAME(0, 0, 25, 1, 0), &managed, NULL},
    {&class_ipv6_setup, COSEM_NAME(0, 0, 25, 7, 0), &managed, NULL},
    COUNTED(LINK_OPTICAL),
    {&class_data, COSEM_NAME(0, 0, 128, 3, 1), &product_access_known, &class_data_sign_on},
};
const struct cosem_group product_group_links = COSEM_GROUP(links);

/* Two ports of RS-485: with other meters on one line, and to an in-home display. */
static const struct cosem_object ports_of_rs485[] = {
    {&class_hdlc_setup, COSEM_NAME(0, 1, 22, 0, 0), &managed, &rs485},
    COUNTED(LINK_RS485),
    {&class_hdlc_setup, COSEM_NAME(0, 2, 22, 0, 0), &managed, &to_display},
    COUNTED(LINK_DISPLAY),
    {&class_setting, COSEM_NAME(0, 2, 128, 4, 0), &managed, &class_setting_told_every},
};
const struct cosem_group product_group_rs485 = COSEM_GROUP(ports_of_rs485);
