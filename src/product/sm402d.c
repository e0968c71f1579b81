/* Single phase meter, 110..230 V, 5(100) A. LED constants and limits of the data sheet; full
 * scales as XS211. */
#include "product/page.h"

static const struct cosem_group *const groups[] = {
    &product_group_basics,        &product_group_customer_port, &product_group_associations_2,
    &product_group_protection,    &product_group_links,         &product_group_display,
    &product_group_total,         &product_group_rates,         &product_group_l1,
    &product_group_distortion_1,  &product_group_tariff,        &product_group_rate_inputs,
    &product_group_logs,          &product_group_tampers,       &product_group_load_profiles_4,
    &product_group_mbus_profiles, &product_group_outages,       &product_group_alarms,
    &product_group_demand,        &product_group_push_0,        &product_group_push_schedules,
    &product_group_billing_1,     &product_group_billing_2,     &product_group_increments,
    &product_group_past,          &product_group_compact,       &product_group_rs485,
    &product_group_voltages_1,
};

const struct product product_sm402d = {
    .name = "sm402d",
    .title = "SM402D, single phase, direct 5(100) A",
    .model_name = "SM402D",
    .p1_profile = &p1_profile_dsmr,
    .local_port = &(const struct local_port_config){LOCAL_PORT_IEC, LOCAL_PORT_BAUD_9600,
                                                    LOCAL_PORT_BAUD_9600},
    .identity = PRODUCT_IDENTITY(PRODUCT_SINGLE_PHASE),
    .legal = &legal_type_sm402d,
    .harmonics = &harmonics_to_40th,
    .zone = PRODUCT_CET,
    .demand = PRODUCT_DEMAND,
    .tariff = PRODUCT_SX402_TARIFF,
    .security_policy = 0,
    .backup = &product_backup_battery,
    .display = &product_display_single,
    .push = product_push_settings_display,
    .schedules = product_schedules,
    .rs485 = true,
    .reads_without_mains = true,
    .model = PRODUCT_MODEL(groups),
    .partners = product_partners,
    .partner_count = PRODUCT_PARTNERS,
    .events = &product_events_sx402,
    .voltage = PRODUCT_VOLTAGE,
    .alarm_registers = 2,
    .tampers = PRODUCT_SX402_TAMPERS,
    .profiles =
        {
            [PRODUCT_PROFILE_LOAD_1] = &product_sx402_load_1,
            [PRODUCT_PROFILE_LOAD_2] = &product_sx402_load_2,
            [PRODUCT_PROFILE_LOAD_3] = &product_sx402_load_3_single,
            [PRODUCT_PROFILE_LOAD_4] = &product_sx402_load_4,
            [PRODUCT_PROFILE_BILLING_1] = &product_sx402_billing_1,
            [PRODUCT_PROFILE_BILLING_2] = &product_sx402_billing_2,
            [PRODUCT_PROFILE_MBUS_1] = &product_sx402_mbus_1,
            [PRODUCT_PROFILE_MBUS_2] = &product_sx402_mbus_2,
            [PRODUCT_PROFILE_MBUS_3] = &product_sx402_mbus_3,
            [PRODUCT_PROFILE_MBUS_4] = &product_sx402_mbus_4,
        },
};
