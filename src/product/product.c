#include "product/product.h"

#include "cosem/class/classes.h"
#include "product/page.h"

#include <string.h>

const struct product *const product_all[PRODUCT_COUNT] = {
    &product_xs211,
    &product_sm402d,
    &product_st402d,
    &product_st402c,
};

bool product_quantity(const struct cosem_instance *instance, struct quantity *quantity)
{
    if (instance->object->ic != &class_register) {
        return false;
    }
    *quantity = class_register_quantity(instance->object, instance->member);
    return true;
}

const struct product *product_find(const char *name)
{
    for (int i = 0; i < PRODUCT_COUNT; i++) {
        if (strcmp(product_all[i]->name, name) == 0) {
            return product_all[i];
        }
    }
    return NULL;
}
