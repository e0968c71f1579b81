#include "port/cortex_m/firmware.h"

#include "product/page.h"

static struct calendar_switch switches[PRODUCT_XS211_SWITCHES];

const struct firmware_product firmware_product = {
    .product = &product_xs211,
    .telegram = (uint8_t *)firmware_curves.room,
    .telegram_room = sizeof firmware_curves.room,
    .switches = switches,
    .switch_count = PRODUCT_XS211_SWITCHES,
};
