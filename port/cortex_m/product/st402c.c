#include "port/cortex_m/firmware.h"

#include "product/page.h"

static struct firmware_line rs485;
static struct calendar_switch switches[PRODUCT_SX402_SWITCHES];

const struct firmware_product firmware_product = {
    .product = &product_st402c,
    .rs485 = &rs485,
    .switches = switches,
    .switch_count = PRODUCT_SX402_SWITCHES,
};
