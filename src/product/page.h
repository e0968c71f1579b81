/* What the pages of the products write alike. */
#ifndef WATTHOUR_PRODUCT_PAGE_H
#define WATTHOUR_PRODUCT_PAGE_H

#include "function/rtc.h"
#include "product/displays.h"
#include "product/groups.h"
#include "product/product.h"

extern const struct product product_xs211;
extern const struct product product_sm402d;
extern const struct product product_st402d;
extern const struct product product_st402c;

/* "WTH" is no letters of the FLAG list: who builds a meter puts his own here. The legally relevant
 * part has a version of its own (legal/identity.h). */
#define PRODUCT_IDENTITY(type)                                                                     \
    {                                                                                              \
        .manufacturer = "WTH", .device_type = (type),                                              \
        .application_firmware = "watthour application " WATTHOUR_VERSION                           \
    }

enum { PRODUCT_SINGLE_PHASE = 102, PRODUCT_POLY_PHASE = 103 };

/* UTC + 1 h; + 1 h more from the last Sunday of March, 02:00, to the last of October, 03:00. */
#define PRODUCT_LAST_SUNDAY(of_month, at_hour)                                                     \
    {                                                                                              \
        .month = (of_month), .week = 5, .weekday = 7, .minute_of_day = 60 * (at_hour)              \
    }

#define PRODUCT_CET                                                                                \
    {                                                                                              \
        .offset_min = 60, .dst_min = 60, .dst_begin = PRODUCT_LAST_SUNDAY(3, 2),                   \
        .dst_end = PRODUCT_LAST_SUNDAY(10, 3)                                                      \
    }

/* Calendars; SM402D, ST402D and ST402C alike. What both of them hold together is what an image
 * gives a meter memory for. */
enum {
    PRODUCT_XS211_DAYS = 30,
    PRODUCT_XS211_DAY_SWITCHES = 11,
    PRODUCT_XS211_SWITCHES = 2 * PRODUCT_XS211_DAYS * PRODUCT_XS211_DAY_SWITCHES,
    PRODUCT_SX402_DAYS = 24,
    PRODUCT_SX402_DAY_SWITCHES = 48,
    PRODUCT_SX402_SWITCHES = 2 * PRODUCT_SX402_DAYS * PRODUCT_SX402_DAY_SWITCHES,
};

#define PRODUCT_XS211_TARIFF                                                                       \
    {                                                                                              \
        .seasons = 12, .weeks = 12, .days = PRODUCT_XS211_DAYS,                                    \
        .switches = PRODUCT_XS211_DAY_SWITCHES, .specials = 30, .rates = 8                         \
    }

#define PRODUCT_SX402_TARIFF                                                                       \
    {                                                                                              \
        .seasons = 8, .weeks = 8, .days = PRODUCT_SX402_DAYS,                                      \
        .switches = PRODUCT_SX402_DAY_SWITCHES, .specials = 31, .rates = 8, .inputs = 3            \
    }

/* Covers and magnetic fields; the SM402D and its siblings feel electromagnetic ones, too. */
enum {
    PRODUCT_TAMPERS = 1 << RTC_TERMINAL_COVER | 1 << RTC_METER_COVER | 1 << RTC_STRONG_FIELD,
    PRODUCT_SX402_TAMPERS = PRODUCT_TAMPERS | 1 << RTC_STRONG_EMF,
};

/* Under and over voltage by EN 50160. */
#define PRODUCT_VOLTAGE                                                                            \
    {                                                                                              \
        .under_permille = 900, .over_permille = 1100, .missing_permille = 500,                     \
        .hysteresis_permille = 20, .after_s = 60, .missing_after_s = 5                             \
    }

/* Demand of active and reactive energy, both ways; quarters of an hour. */
#define PRODUCT_DEMAND                                                                             \
    {                                                                                              \
        .energy = {{QUANTITY_A_IMPORT, 0, 0},   {QUANTITY_A_EXPORT, 0, 0},                         \
                   {QUANTITY_R_IMPORT, 0, 0},   {QUANTITY_R_EXPORT, 0, 0},                         \
                   {QUANTITY_VAH_IMPORT, 0, 0}, {QUANTITY_VAH_EXPORT, 0, 0}},                      \
        .period_s = 900, .periods = 1, .lock_s = 900                                               \
    }

#define PRODUCT_MODEL(groups_of)                                                                   \
    {                                                                                              \
        .groups = (groups_of), .group_count = sizeof(groups_of) / sizeof((groups_of)[0])           \
    }

#endif
