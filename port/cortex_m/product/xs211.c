#include "port/cortex_m/firmware.h"

#include "product/page.h"

static struct calendar_switch switches[PRODUCT_XS211_SWITCHES];

const struct firmware_product firmware_product = {
    .product = &product_xs211,
    .switches = switches,
    .switch_count = PRODUCT_XS211_SWITCHES,
};
