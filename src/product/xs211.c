/* Single phase residential meter, 230 V, 5(100) A, class B.
 *
 * Full scales are peaks: 120 A and 424 V rms of a sine, so that Imax and Un + 15 % pass with their
 * harmonics. The data sheet gives no LED constant; this is the usual one. */
#include "product/page.h"

static const struct cosem_group *const groups[] = {
    &product_group_basics,        &product_group_customer_port,  &product_group_associations_3,
    &product_group_protection,    &product_group_links,          &product_group_display,
    &product_group_total,         &product_group_rates,          &product_group_l1,
    &product_group_tariff,        &product_group_logs,           &product_group_logs_local,
    &product_group_tampers,       &product_group_reversal,       &product_group_load_profiles_2,
    &product_group_mbus_profiles, &product_group_outages,        &product_group_alarms,
    &product_group_alarms_3,      &product_group_demand_maxima,  &product_group_demand_averages,
    &product_group_push_2,        &product_group_push_schedules, &product_group_billing_1,
    &product_group_increments,    &product_group_past,           &product_group_compact,
    &product_group_voltages_1,
};

const struct product product_xs211 = {
    .name = "xs211",
    .title = "XS211, single phase, direct 5(100) A",
    .model_name = "XS211",
    .p1_profile = &p1_profile_dsmr,
    .local_port = &(const struct local_port_config){LOCAL_PORT_HDLC, LOCAL_PORT_BAUD_9600,
                                                    LOCAL_PORT_BAUD_MOST},
    .identity = PRODUCT_IDENTITY(PRODUCT_SINGLE_PHASE),
    .legal = &legal_type_xs211,
    .zone = PRODUCT_CET,
    .demand = PRODUCT_DEMAND,
    .tariff = PRODUCT_XS211_TARIFF,
    .security_policy = 0,
    .backup = &product_backup_shared,
    .display = &product_display_xs211,
    .push = product_pushes,
    .schedules = product_schedules,
    .reads_without_mains = false,
    .model = PRODUCT_MODEL(groups),
    .partners = product_partners,
    .partner_count = PRODUCT_PARTNERS,
    .events = &product_events_xs211,
    .voltage = PRODUCT_VOLTAGE,
    .alarm_registers = 3,
    .tampers = PRODUCT_TAMPERS,
    .profiles =
        {
            [PRODUCT_PROFILE_LOAD_1] = &product_xs211_load_1,
            [PRODUCT_PROFILE_LOAD_2] = &product_xs211_load_2,
            [PRODUCT_PROFILE_BILLING_1] = &product_xs211_billing,
            [PRODUCT_PROFILE_MBUS_1] = &product_xs211_mbus_1,
            [PRODUCT_PROFILE_MBUS_2] = &product_xs211_mbus_2,
            [PRODUCT_PROFILE_MBUS_3] = &product_xs211_mbus_3,
            [PRODUCT_PROFILE_MBUS_4] = &product_xs211_mbus_4,
        },
};
