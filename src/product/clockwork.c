/* The clock's crystal and what stands behind it, of all products. */
#include "product/product.h"

enum { YEAR_H = 8766, DAY_H = 24 };

const struct timekeeper_crystal product_crystal = {.turnover_cc = 2500, .curve_ppb = 34};

/* 1200 mAh at 5 uA, less what it loses by itself: 20 years of outages. Cells are exchanged after
 * as many. */
const struct timekeeper_backup product_backup_shared = {
    .doubtful_mv = 2300, .low_mv = 3000, .life_h = 20 * YEAR_H, .reserve_h = 20 * YEAR_H};

const struct timekeeper_backup product_backup_battery = {
    .doubtful_mv = 2300, .low_mv = 3000, .life_h = 20 * YEAR_H, .reserve_h = 10 * YEAR_H};

/* 0.33 F from 3.0 V to 1.6 V at 0.7 uA. It is low after any longer outage, and fills again. */
const struct timekeeper_backup product_backup_capacitor = {
    .rechargeable = true, .doubtful_mv = 1700, .low_mv = 0, .reserve_h = 7 * DAY_H};
