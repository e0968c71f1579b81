#include "product/groups.h"

#include "cosem/class/classes.h"

/* Columns of the access rows. */
enum { PUBLIC, READING, MANAGEMENT, ESTABLISHED };

const struct dlms_partner product_partners[PRODUCT_PARTNERS] = {
    {.sap = PRODUCT_SAP_PUBLIC, .column = PUBLIC, .mechanism = DLMS_MECHANISM_LOWEST},
    {.sap = PRODUCT_SAP_READING, .column = READING, .mechanism = DLMS_MECHANISM_LOW},
    {.sap = PRODUCT_SAP_MANAGEMENT,
     .column = MANAGEMENT,
     .mechanism = DLMS_MECHANISM_GMAC,
     .also = DLMS_MAY(DLMS_MECHANISM_SHA256) | DLMS_MAY(DLMS_MECHANISM_ECDSA),
     .ciphers = true},
    {.sap = PRODUCT_SAP_ESTABLISHED,
     .column = ESTABLISHED,
     .mechanism = DLMS_MECHANISM_LOWEST,
     .ciphers = true,
     .established = true},
};

/* Who the meter is: everybody reads it. What it measures: not the public. */
#define READ_BY_ALL   .read = {COSEM_ALL, COSEM_ALL, COSEM_ALL}
#define READ_BY_KNOWN .read = {[READING] = COSEM_ALL, [MANAGEMENT] = COSEM_ALL}
#define MANAGED       .write = {[MANAGEMENT] = COSEM_ALL}, .call = {[MANAGEMENT] = COSEM_ALL}

static const struct cosem_access identity = {READ_BY_ALL};
/* The clock: many meters at once are set, shifted and adjusted by broadcast. */
static const struct cosem_access timed = {
    READ_BY_ALL, .write = {[MANAGEMENT] = COSEM_ALL, [ESTABLISHED] = 1 << (2 - 1)},
    .call = {[MANAGEMENT] = COSEM_ALL, [ESTABLISHED] = COSEM_ALL}};
static const struct cosem_access measured = {READ_BY_KNOWN};
static const struct cosem_access known = {READ_BY_KNOWN};
static const struct cosem_access managed = {READ_BY_KNOWN, MANAGED};

const struct cosem_access product_access_known = {READ_BY_KNOWN};
const struct cosem_access product_access_managed = {READ_BY_KNOWN, MANAGED};
const struct cosem_access product_access_log = {READ_BY_KNOWN, .call = {[MANAGEMENT] = 1 << 0}};

/* Secrets, keys and policy are changed by requests that prove who sent them. Version 3 of the
 * associations can ask for more than that: what is secret comes encrypted, and what has become of
 * keys and policy is told authenticated. */
static const struct cosem_protection proved = {
    .attributes = 1 << (7 - 1), .methods = 1 << (2 - 1), .bits = COSEM_REQUEST_AUTHENTICATED};
static const struct cosem_protection sealed = {.attributes = 1 << (7 - 1),
                                               .methods = 1 << (2 - 1),
                                               .bits = COSEM_REQUEST_AUTHENTICATED |
                                                       COSEM_REQUEST_ENCRYPTED};
static const struct cosem_protection proved_methods = {.methods = COSEM_ALL,
                                                       .bits = COSEM_REQUEST_AUTHENTICATED};
static const struct cosem_protection sealed_methods = {
    .methods = COSEM_ALL, .bits = COSEM_REQUEST_AUTHENTICATED | COSEM_RESPONSE_AUTHENTICATED};

static const struct cosem_access asking_2 = {READ_BY_ALL, MANAGED, .protection = &proved};
static const struct cosem_access asking_3 = {READ_BY_ALL, MANAGED, .protection = &sealed};
static const struct cosem_access association_2 = {READ_BY_KNOWN, MANAGED, .protection = &proved};
static const struct cosem_access association_3 = {READ_BY_KNOWN, MANAGED, .protection = &sealed};
static const struct cosem_access setup_0 = {READ_BY_KNOWN, MANAGED, .protection = &proved_methods};
static const struct cosem_access setup_1 = {READ_BY_KNOWN, MANAGED, .protection = &sealed_methods};

static const struct cosem_object basics[] = {
    {&class_clock, COSEM_NAME(0, 0, 1, 0, 0), &timed, NULL},
    {&class_sap_assignment, COSEM_NAME(0, 0, 41, 0, 0), &identity, NULL},
    {&class_data, COSEM_NAME(0, 0, 42, 0, 0), &identity, &class_data_device_name},
    {&class_data, COSEM_NAME(0, 0, 43, 1, 0), &identity, &class_data_invocation_counter},
    {&class_data, COSEM_NAME(0, 0, 96, 1, 0), &identity, &class_data_serial},
    {&class_setting, COSEM_NAME(0, 0, 96, 6, 0), &managed, &class_setting_backup_used},
    {&class_setting, COSEM_NAME(0, 0, 96, 6, 3), &known, &class_setting_backup_voltage},
    {&class_setting, COSEM_NAME(0, 0, 96, 6, 6), &known, &class_setting_backup_left},
    {&class_data, COSEM_NAME(0, 0, 128, 0, 0), &known, &class_data_last_fault},
    {&class_data, COSEM_NAME(1, 0, 0, 2, 0), &identity, &class_data_legal_firmware},
    {&class_data, COSEM_NAME(1, 0, 0, 2, 8), &identity, &class_data_legal_checksum},
    {&class_setting, COSEM_NAME(1, 0, 0, 9, 11), &managed, &class_setting_shift_limit},
    {&class_data, COSEM_NAME(1, 1, 0, 2, 0), &identity, &class_data_application_firmware},
    {&class_data, COSEM_NAME(1, 1, 0, 2, 8), &identity, &class_data_application_checksum},
};
const struct cosem_group product_group_basics = COSEM_GROUP(basics);

/* The ports on the meter itself: optical, P0, and customer, P1. The switch of P1 has no code of the
 * standard: it stands in the range that is left to manufacturers. */
static const struct cosem_object customer_port[] = {
    {&class_local_port, COSEM_NAME(0, 0, 20, 0, 0), &managed, NULL},
    {&class_data, COSEM_NAME(0, 0, 128, 2, 0), &managed, &class_data_consumer_port},
    {&class_data, COSEM_NAME(1, 3, 0, 2, 0), &known, &class_data_consumer_version},
};
const struct cosem_group product_group_customer_port = COSEM_GROUP(customer_port);

/* The association that asks, and one object for each client. The public has no password that could
 * be changed. */
static const struct cosem_name security = COSEM_NAME(0, 0, 43, 0, 0);
static const struct class_association_config asking = {0, &security};
static const struct class_association_config of_management = {PRODUCT_SAP_MANAGEMENT, &security};
static const struct class_association_config of_reading = {PRODUCT_SAP_READING, &security};
static const struct class_association_config established = {PRODUCT_SAP_ESTABLISHED, &security};
static const struct class_association_config of_public = {PRODUCT_SAP_PUBLIC, &security};

#define ASSOCIATIONS(ic, asked, named)                                                             \
    {(ic), COSEM_NAME(0, 0, 40, 0, 0), (asked), &asking},                                          \
        {(ic), COSEM_NAME(0, 0, 40, 0, 1), (named), &of_management},                               \
        {(ic), COSEM_NAME(0, 0, 40, 0, 2), (named), &of_reading},                                  \
        {(ic), COSEM_NAME(0, 0, 40, 0, 3), &known, &of_public},                                    \
        {(ic), COSEM_NAME(0, 0, 40, 0, 4), &known, &established},

static const struct cosem_object associations_2[] = {
    ASSOCIATIONS(&class_association_ln_2, &asking_2, &association_2){
        &class_security_setup_0, COSEM_NAME(0, 0, 43, 0, 0), &setup_0, NULL}};
static const struct cosem_object associations_3[] = {
    ASSOCIATIONS(&class_association_ln_3, &asking_3, &association_3){
        &class_security_setup_1, COSEM_NAME(0, 0, 43, 0, 0), &setup_1, NULL}};
const struct cosem_group product_group_associations_2 = COSEM_GROUP(associations_2);
const struct cosem_group product_group_associations_3 = COSEM_GROUP(associations_3);

/* Whoever may read has what he reads protected; what comes protected is written by Management. */
static const struct cosem_access protected_data = {
    READ_BY_KNOWN, .write = {[MANAGEMENT] = COSEM_ALL},
    .call = {[READING] = 1 << (1 - 1), [MANAGEMENT] = COSEM_ALL}};
static const struct cosem_object protection[] = {
    {&class_data_protection, COSEM_NAME(0, 0, 43, 2, 0), &protected_data, NULL},
};
const struct cosem_group product_group_protection = COSEM_GROUP(protection);

/* A register shows one quantity. */
#define REGISTER_OF(c, d, e, kind, phase, rate)                                                    \
    {                                                                                              \
        &class_register, COSEM_NAME(1, 0, (c), (d), (e)), &measured, &(const struct quantity)      \
        {                                                                                          \
            (kind), (phase), (rate)                                                                \
        }                                                                                          \
    }
#define REGISTER(c, d, e, kind, phase) REGISTER_OF(c, d, e, kind, phase, 0)

/* Power and energy of one direction or quadrant: value group C, what 7 and what 8 shows. */
#define POWER_ENERGY(c, power, energy, phase)                                                      \
    REGISTER(c, 7, 0, power, phase), REGISTER(c, 8, 0, energy, phase)

/* Value groups C of IEC 62056-6-1, from `c` on: 0 for the total, 20, 40, 60 for L1, L2, L3. */
#define DIRECTIONS(c, phase)                                                                       \
    POWER_ENERGY((c) + 1, QUANTITY_P_IMPORT, QUANTITY_A_IMPORT, phase),                            \
        POWER_ENERGY((c) + 2, QUANTITY_P_EXPORT, QUANTITY_A_EXPORT, phase),                        \
        POWER_ENERGY((c) + 3, QUANTITY_Q_IMPORT, QUANTITY_R_IMPORT, phase),                        \
        POWER_ENERGY((c) + 4, QUANTITY_Q_EXPORT, QUANTITY_R_EXPORT, phase),                        \
        POWER_ENERGY((c) + 5, QUANTITY_Q_QI, QUANTITY_R_QI, phase),                                \
        POWER_ENERGY((c) + 6, QUANTITY_Q_QII, QUANTITY_R_QII, phase),                              \
        POWER_ENERGY((c) + 7, QUANTITY_Q_QIII, QUANTITY_R_QIII, phase),                            \
        POWER_ENERGY((c) + 8, QUANTITY_Q_QIV, QUANTITY_R_QIV, phase),                              \
        POWER_ENERGY((c) + 9, QUANTITY_S_IMPORT, QUANTITY_VAH_IMPORT, phase),                      \
        POWER_ENERGY((c) + 10, QUANTITY_S_EXPORT, QUANTITY_VAH_EXPORT, phase)

#define BOTH_DIRECTIONS(c, phase)                                                                  \
    POWER_ENERGY((c) + 15, QUANTITY_P_ABSOLUTE, QUANTITY_A_ABSOLUTE, phase),                       \
        POWER_ENERGY((c) + 16, QUANTITY_P, QUANTITY_A_NET, phase)

/* What the standard has no code for, in the range that it leaves to manufacturers: fundamental
 * active power, signed reactive power, apparent power and energy of both directions. */
#define OWN_CODES(c, phase)                                                                        \
    REGISTER((c) + 128, 7, 0, QUANTITY_P1, phase), REGISTER((c) + 129, 7, 0, QUANTITY_Q, phase),   \
        POWER_ENERGY((c) + 130, QUANTITY_S, QUANTITY_VAH, phase)

/* Energies of the rates: value group E counts them. */
#define RATES(c, kind) REGISTER_OF(c, 8, 1, kind, 0, 1)

static const struct cosem_object rates[] = {
    RATES(1, QUANTITY_A_IMPORT),    RATES(2, QUANTITY_A_EXPORT),    RATES(3, QUANTITY_R_IMPORT),
    RATES(4, QUANTITY_R_EXPORT),    RATES(5, QUANTITY_R_QI),        RATES(6, QUANTITY_R_QII),
    RATES(7, QUANTITY_R_QIII),      RATES(8, QUANTITY_R_QIV),       RATES(9, QUANTITY_VAH_IMPORT),
    RATES(10, QUANTITY_VAH_EXPORT), RATES(15, QUANTITY_A_ABSOLUTE), RATES(16, QUANTITY_A_NET),
    RATES(130, QUANTITY_VAH),
};
const struct cosem_group product_group_rates = COSEM_GROUP_OF_SERIES(rates, LEGAL_RATES);

static const struct cosem_object total[] = {
    REGISTER(0, 3, 0, QUANTITY_PULSES_ACTIVE, 0),
    REGISTER(0, 3, 1, QUANTITY_PULSES_REACTIVE, 0),
    DIRECTIONS(0, 0),
    REGISTER(13, 7, 0, QUANTITY_PF, 0),
    REGISTER(14, 7, 0, QUANTITY_F, 0),
    BOTH_DIRECTIONS(0, 0),
    REGISTER(90, 7, 0, QUANTITY_I, 0),
    OWN_CODES(0, 0),
};
const struct cosem_group product_group_total = COSEM_GROUP(total);

/* Numerators and denominators. */
static const struct cosem_object transformers[] = {
    REGISTER(0, 4, 2, QUANTITY_CT_PRIMARY, 0),
    REGISTER(0, 4, 3, QUANTITY_VT_PRIMARY, 0),
    REGISTER(0, 4, 5, QUANTITY_CT_SECONDARY, 0),
    REGISTER(0, 4, 6, QUANTITY_VT_SECONDARY, 0),
};
const struct cosem_group product_group_transformers = COSEM_GROUP(transformers);

/* Harmonics to the 40th and total harmonic distortion of U and I. A register for each order would
 * be 80 objects a phase: register tables hold them, with group C of what they show in group E. */
#define ORDERS(c, kind, phase)                                                                     \
    {                                                                                              \
        &class_register_table, COSEM_NAME(1, 0, 98, 10, (c)), &measured, &(const struct quantity)  \
        {                                                                                          \
            (kind), (phase), 0                                                                     \
        }                                                                                          \
    }
#define DISTORTION(c, phase)                                                                       \
    REGISTER((c) + 11, 7, 124, QUANTITY_THD_I, phase),                                             \
        REGISTER((c) + 12, 7, 124, QUANTITY_THD_U, phase)
#define HARMONICS(c, phase) ORDERS((c) + 11, QUANTITY_I, phase), ORDERS((c) + 12, QUANTITY_U, phase)

static const struct cosem_object distortion_1[] = {DISTORTION(20, 1), HARMONICS(20, 1)};
static const struct cosem_object distortion_3[] = {
    DISTORTION(20, 1), DISTORTION(40, 2), DISTORTION(60, 3),
    HARMONICS(20, 1),  HARMONICS(40, 2),  HARMONICS(60, 3),
};
const struct cosem_group product_group_distortion_1 = COSEM_GROUP(distortion_1);
const struct cosem_group product_group_distortion_3 = COSEM_GROUP(distortion_3);

/* Group E of the angles: U of Ln to U of L1, and I to U of Ln. */
#define PHASE(c, phase, angle_uu, angle_ui)                                                        \
    DIRECTIONS(c, phase), REGISTER((c) + 11, 7, 0, QUANTITY_I, phase),                             \
        REGISTER((c) + 12, 7, 0, QUANTITY_U, phase), REGISTER((c) + 13, 7, 0, QUANTITY_PF, phase), \
        BOTH_DIRECTIONS(c, phase), REGISTER(81, 7, angle_uu, QUANTITY_ANGLE_UU, phase),            \
        REGISTER(81, 7, angle_ui, QUANTITY_ANGLE_UI, phase), OWN_CODES(c, phase)

static const struct cosem_object l1[] = {PHASE(20, 1, 0, 4)};
static const struct cosem_object l2[] = {PHASE(40, 2, 1, 15)};
static const struct cosem_object l3[] = {PHASE(60, 3, 2, 26)};
const struct cosem_group product_group_l1 = COSEM_GROUP(l1);
const struct cosem_group product_group_l2 = COSEM_GROUP(l2);
const struct cosem_group product_group_l3 = COSEM_GROUP(l3);

/* The display. Its lists are where the Blue Book has them; its settings, for which it has nothing,
 * are in the range of manufacturers. */

#define DISPLAY_LIST(e, list)                                                                      \
    {                                                                                              \
        &class_display_list, COSEM_NAME(0, 0, 21, 0, e), &managed,                                 \
            &(const struct class_display_list_config)                                              \
        {                                                                                          \
            (list)                                                                                 \
        }                                                                                          \
    }
#define DISPLAY_SETTING(setting)                                                                   \
    {                                                                                              \
        &class_display_setting, COSEM_NAME(0, 0, 128, 1, (setting)), &managed,                     \
            &(const struct class_display_setting_config)                                           \
        {                                                                                          \
            (setting)                                                                              \
        }                                                                                          \
    }

static const struct cosem_object display[] = {
    DISPLAY_LIST(1, DISPLAY_LIST_AUTOMATIC),
    DISPLAY_LIST(2, DISPLAY_LIST_MANUAL),
    DISPLAY_LIST(3, DISPLAY_LIST_SERVICE),
    {&class_message, COSEM_NAME(0, 0, 96, 13, 0), &managed,
     &(const struct class_message_config){.code = false}},
    {&class_message, COSEM_NAME(0, 0, 96, 13, 1), &managed,
     &(const struct class_message_config){.code = true}},
    DISPLAY_SETTING(DISPLAY_SCROLL_S),
    DISPLAY_SETTING(DISPLAY_RETURN_S),
    DISPLAY_SETTING(DISPLAY_BACKLIGHT_S),
    DISPLAY_SETTING(DISPLAY_SELF_TEST_S),
    DISPLAY_SETTING(DISPLAY_TEST_MODE_S),
    DISPLAY_SETTING(DISPLAY_LONG_MS),
    DISPLAY_SETTING(DISPLAY_VERY_LONG_MS),
    DISPLAY_SETTING(DISPLAY_ENERGY_FORM),
    {&class_data, COSEM_NAME(1, 0, 0, 9, 1), &measured, &class_data_local_time},
    {&class_data, COSEM_NAME(1, 0, 0, 9, 2), &measured, &class_data_local_date},
};
const struct cosem_group product_group_display = COSEM_GROUP(display);
