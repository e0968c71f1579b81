/* Three phase meter on current transformers, 3 x 110..230 V, 5(6) A, class 0.5 S: it starts at
 * 0.1 % of In. Registers are secondary: no transformer ratio is applied. The full scale of the
 * current is 8.5 A rms of a sine. */
#include "product/page.h"

static const struct cosem_group *const groups[] = {
    &product_group_basics,
    &product_group_customer_port,
    &product_group_associations_2,
    &product_group_links,
    &product_group_display,
    &product_group_push_1,
    &product_group_total,
    &product_group_rates,
    &product_group_l1,
    &product_group_l2,
    &product_group_l3,
    &product_group_tariff,
    &product_group_demand,
    &product_group_billing_1,
    &product_group_billing_2,
    &product_group_increments,
    &product_group_past,
    &product_group_logs,
    &product_group_load_profiles_4,
    &product_group_outages,
    &product_group_alarms,
    &product_group_outages_of_phases,
};

const struct product product_st402c = {
    .name = "st402c",
    .title = "ST402C, three phases, by current transformers 5(6) A",
    .model_name = "ST402C",
    .p1_profile = &p1_profile_dsmr,
    .local_port = &(const struct local_port_config){LOCAL_PORT_IEC, LOCAL_PORT_BAUD_9600,
                                                    LOCAL_PORT_BAUD_9600},
    .identity = PRODUCT_IDENTITY(PRODUCT_POLY_PHASE),
    .legal =
        {
            .phases = 3,
            .nominal_hz = 50,
            .sum = LEGAL_SUM_VECTOR,
            .u_nominal_mv = 230000,
            .u_full_scale_mv = 600000,
            .i_full_scale_ma = 12000,
            .i_start_ua = 5000,
            .pulses_per_kwh = 10000,
            .pulses_per_kvarh = 10000,
        },
    .zone = PRODUCT_CET,
    .demand = PRODUCT_DEMAND,
    .tariff = PRODUCT_SX402_TARIFF,
    .security_policy = 0,
    .backup = &product_backup_battery,
    .display = &product_display_three,
    .push = product_push_settings,
    .current_transformers = true,
    .model = PRODUCT_MODEL(groups),
    .partners = product_partners,
    .partner_count = PRODUCT_PARTNERS,
    .events = &product_events_sx402,
    .voltage = PRODUCT_VOLTAGE,
    .alarm_registers = 2,
    .profiles =
        {
            [PRODUCT_PROFILE_LOAD_1] = &product_sx402_load_1,
            [PRODUCT_PROFILE_LOAD_2] = &product_sx402_load_2,
            [PRODUCT_PROFILE_LOAD_3] = &product_sx402_load_3_poly,
            [PRODUCT_PROFILE_LOAD_4] = &product_sx402_load_4,
            [PRODUCT_PROFILE_BILLING_1] = &product_sx402_billing_1,
            [PRODUCT_PROFILE_BILLING_2] = &product_sx402_billing_2,
        },
};
