#include "port/cortex_m/firmware.h"

#include "product/page.h"

static struct meter_line rs485;

const struct firmware_product firmware_product = {.product = &product_sm402d, .rs485 = &rs485};
