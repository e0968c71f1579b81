#include "port/cortex_m/firmware.h"

#include "meter/customer.h"
#include "product/page.h"

static struct firmware_line rs485;
static struct harmonics harmonics;
static uint8_t telegram[METER_CUSTOMER_ROOM];
static struct calendar_switch switches[PRODUCT_SX402_SWITCHES];

const struct firmware_product firmware_product = {
    .product = &product_st402c,
    .rs485 = &rs485,
    .harmonics = &harmonics,
    .telegram = telegram,
    .telegram_room = sizeof telegram,
    .switches = switches,
    .switch_count = PRODUCT_SX402_SWITCHES,
};
