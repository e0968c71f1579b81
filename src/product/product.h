/* What each meter is, as const data: one page a product (xs211.c, sm402d.c, st402d.c, st402c.c),
 * made of groups of objects (groups.h). */
#ifndef WATTHOUR_PRODUCT_PRODUCT_H
#define WATTHOUR_PRODUCT_PRODUCT_H

#include "base/civil.h"
#include "cosem/class/context.h"
#include "cosem/model.h"
#include "display/display.h"
#include "dlms/association.h"
#include "function/calendar.h"
#include "function/demand.h"
#include "function/event.h"
#include "function/identity.h"
#include "function/local_port.h"
#include "function/profile.h"
#include "function/push.h"
#include "function/single_action.h"
#include "function/timekeeper.h"
#include "function/voltage.h"
#include "harmonics/harmonics.h"
#include "legal/type.h"
#include "p1/telegram.h"

#include <stdbool.h>
#include <stdint.h>

/* Clients of the DLMS server, as IDIS numbers them. Who may read, write and call what is said by
 * the access rows of the objects. */
enum {
    PRODUCT_SAP_MANAGEMENT = 1,    /* HLS by GMAC or SHA-256, ciphering; everything */
    PRODUCT_SAP_READING = 2,       /* LLS; everything that can be read */
    PRODUCT_SAP_PUBLIC = 16,       /* no security; who the meter is, and its clock */
    PRODUCT_SAP_ESTABLISHED = 102, /* always associated, ciphered; what is broadcast: the time */
};

/* Its profiles, each at its place. */
enum product_profile {
    PRODUCT_PROFILE_LOAD_1,
    PRODUCT_PROFILE_LOAD_2,
    PRODUCT_PROFILE_LOAD_3,
    PRODUCT_PROFILE_LOAD_4,
    PRODUCT_PROFILE_BILLING_1,
    PRODUCT_PROFILE_BILLING_2,
    PRODUCT_PROFILE_MBUS_1,
    PRODUCT_PROFILE_MBUS_2,
    PRODUCT_PROFILE_MBUS_3,
    PRODUCT_PROFILE_MBUS_4,
    PRODUCT_PROFILES
};

/* Its single action schedules, beside that of billing. */
enum product_schedule {
    PRODUCT_SCHEDULE_PUSH_1,
    PRODUCT_SCHEDULE_PUSH_2,
    PRODUCT_SCHEDULE_PUSH_3,
    PRODUCT_SCHEDULES
};

struct product {
    const char *name;                           /* on the command line: "xs211" */
    const char *title;                          /* for people: "XS211, single phase, 5(100) A" */
    const char *model_name;                     /* in telegrams: "XS211" */
    const struct local_port_config *local_port; /* of the optical port */
    const struct p1_profile *p1_profile; /* of the customer port, when nothing else is chosen */
    struct identity_config identity;
    const struct legal_type *legal;
    const struct harmonics_method *harmonics; /* NULL: it measures none */
    struct civil_zone zone; /* by default: CET with the European Union's daylight saving */
    struct calendar_limits tariff;
    struct demand_plan demand;
    uint8_t security_policy;                /* what ciphering requires by default: DLMS_POLICY_* */
    const struct timekeeper_backup *backup; /* of the clock chip */
    const struct push_plan *push;           /* PUSH_SETUPS of them, as delivered */
    const struct single_action_plan *schedules; /* PRODUCT_SCHEDULES of them, as delivered */
    bool rs485;                                 /* it has the two ports */
    bool reads_without_mains; /* its button wakes it on its battery: no-power reading */
    const struct display_config *display;
    struct cosem_model model;
    const struct dlms_partner *partners;
    const struct event_plan *events;                       /* which logs it has */
    const struct profile_plan *profiles[PRODUCT_PROFILES]; /* NULL: it has none */
    struct voltage_plan voltage;
    uint8_t alarm_registers; /* 2, or 3 */
    uint8_t tampers;         /* what its clock chip feels; bit n: enum rtc_input n */
    uint8_t partner_count;
};

enum { PRODUCT_COUNT = 4 };

/* What stands behind the clock chip: a battery that also feeds the cover switches (XS211), one for
 * the clock alone, and the capacitor that can be ordered instead. The data sheets give no figures:
 * these are of the usual parts. */
extern const struct timekeeper_backup product_backup_shared;
extern const struct timekeeper_backup product_backup_battery;
extern const struct timekeeper_backup product_backup_capacitor;

/* The clock's crystal: a tuning fork of 32768 Hz. */
extern const struct timekeeper_crystal product_crystal;

/* All of them, in the order of the data sheets. */
extern const struct product *const product_all[PRODUCT_COUNT];

/* The quantity that a register shows; false: the object shows something else. */
bool product_quantity(const struct cosem_instance *instance, struct quantity *quantity);

/* NULL: there is no such product. */
const struct product *product_find(const char *name);

#endif
