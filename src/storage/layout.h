/* How the four products divide a chip of 8 MiB in sectors of 4 kB.
 *
 * The sizes follow from what has to be kept (half a year of quarter-hours and more, 255 entries in
 * each log) and from the life: at one write a minute of everything no partition may reach 100 000
 * erases within 100 years (docs/FLASH.md calculates it, bench/storage.c repeats it). What is left
 * at the end of the chip is for firmware images. */
#ifndef WATTHOUR_STORAGE_LAYOUT_H
#define WATTHOUR_STORAGE_LAYOUT_H

#include "storage/life.h"
#include "storage/storage.h"

enum {
    LAYOUT_CHIP = 8 << 20,
    LAYOUT_SECTOR = 4096,
    LAYOUT_PAGE = 256,
    LAYOUT_VALUE = (LAYOUT_SECTOR - BELT_DATA) / 2 - 2 * ITEM_DESCRIPTOR, /* journal_value_max() */
};

/* The rings of each layout, in its order. */
enum layout_xs211_ring {
    XS211_PROFILE_1,
    XS211_PROFILE_2,
    XS211_BILLING,
    XS211_LOG_STANDARD,
    XS211_LOG_FRAUD,
    XS211_LOG_DISCONNECT,
    XS211_LOG_QUALITY,
    XS211_LOG_COMMUNICATION,
    XS211_LOG_TERMINAL_COVER,
    XS211_LOG_PROGRAMMING,
    XS211_LOG_INTERRUPTION,
    XS211_LOG_METER_COVER,
    XS211_MBUS_PROFILE_1,
    XS211_MBUS_PROFILE_2,
    XS211_MBUS_PROFILE_3,
    XS211_MBUS_PROFILE_4,
    XS211_RINGS
};

enum layout_sx402_ring {
    SX402_PROFILE_1,
    SX402_PROFILE_2,
    SX402_PROFILE_3,
    SX402_PROFILE_4,
    SX402_MBUS_PROFILE_1,
    SX402_MBUS_PROFILE_2,
    SX402_MBUS_PROFILE_3,
    SX402_MBUS_PROFILE_4,
    SX402_BILLING_1,
    SX402_BILLING_2,
    SX402_LOG_STANDARD,
    SX402_LOG_FRAUD,
    SX402_LOG_DISCONNECT,
    SX402_LOG_QUALITY,
    SX402_LOG_COMMUNICATION,
    SX402_LOG_INTERRUPTION,
    SX402_LOG_MBUS_CONTROL,
    SX402_LOG_MBUS_1,
    SX402_LOG_MBUS_2,
    SX402_LOG_MBUS_3,
    SX402_LOG_MBUS_4,
    SX402_RINGS
};

/* The layout of a product ("xs211", "sm402d", "st402d", "st402c"); NULL: no such product. */
const struct storage_layout *layout_of(const char *product);

/* The layout of the product that a partition's identity names; NULL: none. */
const struct storage_layout *layout_of_identity(uint16_t identity);

/* The layout by which a chip was written; NULL: it holds nothing that can be read. */
const struct storage_layout *layout_of_chip(const struct flash *flash);

/* How often a partition is written at most, in the field: for its life. */
const struct life_use *layout_use(const struct partition *partition);

#endif
