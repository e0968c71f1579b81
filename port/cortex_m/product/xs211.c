#include "port/cortex_m/firmware.h"

#include "product/page.h"

const struct firmware_product firmware_product = {.product = &product_xs211};
