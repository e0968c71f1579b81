#include "test/meter/stored.h"

#include "test/unit.h"

#include <stdlib.h>

enum { STEPS = 3000 };

const struct nor_tear stored_tears[STORED_TEARS] = {
    {0, 0, 0, 1}, {20, 0, 300, 2}, {60, 200, 700, 5}, {0, 100, 500, 3}, {256, 0, 999, 4}};

struct stored *stored_new(void)
{
    struct stored *stored = calloc(1, sizeof *stored);
    struct nor_config config = nor_config_default();
    char error[NOR_ERROR_SIZE];
    assert_non_null(stored);
    assert_int_equal(nor_open(&stored->nor, &config, NULL, error, sizeof error), 0);
    stored->flash = nor_port(&stored->nor);
    return stored;
}

void stored_end(struct stored *stored)
{
    nor_close(&stored->nor);
    free(stored);
}

void stored_start(struct stored *stored, struct meter_setup setup)
{
    setup.product = setup.product != NULL ? setup.product : product_find("xs211");
    setup.flash = &stored->flash;
    setup.legal = &stored->legal;
    assert_int_equal(meter_init(&stored->meter, &setup), 0);
    while (meter_recover(&stored->meter) > 0) {
        nor_advance(&stored->nor, 1000);
    }
}

void stored_settle(struct stored *stored)
{
    for (int i = 0; i < STEPS; i++) {
        (void)storage_step(&stored->meter.storage);
        nor_advance(&stored->nor, 5000);
    }
}

struct stored *stored_before_cut(const struct stored *before, struct meter_setup setup,
                                 uint64_t operation, unsigned tearing)
{
    struct stored *stored = stored_new();
    nor_copy(&stored->nor, &before->nor);
    stored_start(stored, setup);
    nor_plan_cut(&stored->nor, operation, &stored_tears[tearing]);
    return stored;
}
