/* Groups of objects that products share. Each row is an object; an OBIS code stands here and in no
 * other page.
 *
 * What the products have in common beside objects is here as well. */
#ifndef WATTHOUR_PRODUCT_GROUPS_H
#define WATTHOUR_PRODUCT_GROUPS_H

#include "product/product.h"

/* Who may do what: known clients read; Management writes and calls too; of a log it resets. */
extern const struct cosem_access product_access_known;
extern const struct cosem_access product_access_managed;
extern const struct cosem_access product_access_log;

/* Clock, SAP assignment, names, firmware. */
extern const struct cosem_group product_group_basics;

/* The optical port; the customer port P1: switch, version. */
extern const struct cosem_group product_group_customer_port;

/* The associations: class 15 of version 2, or 3; the security setup of version 0, or 1. */
extern const struct cosem_group product_group_associations_2;
extern const struct cosem_group product_group_associations_3;

/* Data protection. */
extern const struct cosem_group product_group_protection;

/* HDLC line, TCP and IP. */
extern const struct cosem_group product_group_links;

/* RS-485: a line of meters, and an in-home display. */
extern const struct cosem_group product_group_rs485;

/* Push set-ups: class 40 of version 0, 1 or 2, and the scripts that push. */
extern const struct cosem_group product_group_push_0;
extern const struct cosem_group product_group_push_1;
extern const struct cosem_group product_group_push_2;

/* As delivered: no destination, and what each set-up tells once it has one. */
extern const struct push_plan product_pushes[PUSH_SETUPS];
/* The same, and an in-home display that is told by RS-485. */
extern const struct push_plan product_pushes_display[PUSH_SETUPS];

/* Their intervals: single action schedules. And those of the product as delivered. */
extern const struct cosem_group product_group_push_schedules;
extern const struct single_action_plan product_schedules[PRODUCT_SCHEDULES];

/* Pulse constants and the total of all phases: power, power factor, frequency, energies. */
extern const struct cosem_group product_group_total;

/* The total's energies of each rate. */
extern const struct cosem_group product_group_rates;

/* Activity calendar, special days, scripts and masks that select rates. */
extern const struct cosem_group product_group_tariff;

/* Compact data. */
extern const struct cosem_group product_group_compact;

/* The terminals that can select a rate: their levels, and how many do. */
extern const struct cosem_group product_group_rate_inputs;

/* Billing: periods, their end and its schedule, the profile; the second one, on fraud; increments;
 * values of the fifteen periods before. */
extern const struct cosem_group product_group_billing_1;
extern const struct cosem_group product_group_billing_2;
extern const struct cosem_group product_group_increments;
extern const struct cosem_group product_group_past;

/* Demand registers, maxima of each rate, their sums. */
extern const struct cosem_group product_group_demand_maxima;
extern const struct cosem_group product_group_demand_averages;

/* Total harmonic distortion of U and I, of one phase or of three. */
extern const struct cosem_group product_group_distortion_1;
extern const struct cosem_group product_group_distortion_3;

/* Ratios of the transformers before the meter. */
extern const struct cosem_group product_group_transformers;

/* Voltage, current, angles, power and energies of one phase. */
extern const struct cosem_group product_group_l1;
extern const struct cosem_group product_group_l2;
extern const struct cosem_group product_group_l3;

/* The logs: those of the XS211, with its tables of cover openings and local programming, and those
 * of the others. */
extern const struct event_plan product_events_xs211;
extern const struct event_plan product_events_sx402;
/* The display: its lists and settings, the consumer message, local time and date. */
extern const struct cosem_group product_group_display;

/* Load profiles, of all phases that the product has. */
extern const struct profile_plan product_xs211_billing;
extern const struct profile_plan product_sx402_billing_1;
extern const struct profile_plan product_sx402_billing_2;
extern const struct profile_plan product_xs211_load_1;
extern const struct profile_plan product_xs211_load_2;
extern const struct profile_plan product_sx402_load_1;
extern const struct profile_plan product_sx402_load_2;
extern const struct profile_plan product_sx402_load_3_single;
extern const struct profile_plan product_sx402_load_3_poly;
extern const struct profile_plan product_sx402_load_4;
extern const struct profile_plan product_xs211_mbus_1;
extern const struct profile_plan product_xs211_mbus_2;
extern const struct profile_plan product_xs211_mbus_3;
extern const struct profile_plan product_xs211_mbus_4;
extern const struct profile_plan product_sx402_mbus_1;
extern const struct profile_plan product_sx402_mbus_2;
extern const struct profile_plan product_sx402_mbus_3;
extern const struct profile_plan product_sx402_mbus_4;

/* Failures of the supply: of the whole, and of each phase. */
extern const struct cosem_group product_group_outages;
extern const struct cosem_group product_group_outages_of_phases;

/* Sags and swells of the voltage, of one phase or of three. */
extern const struct cosem_group product_group_voltages_1;
extern const struct cosem_group product_group_voltages_3;

/* Covers and strong fields: counts, times and durations. */
extern const struct cosem_group product_group_tampers;

/* From how many watts on energy that flows out is tampering. */
extern const struct cosem_group product_group_reversal;

/* Error register; alarm registers 1 and 2, with filters, descriptors and monitors; the third. */
extern const struct cosem_group product_group_alarms;
extern const struct cosem_group product_group_alarms_3;

/* Logs with their codes; load profiles with their states, two or four. */
extern const struct cosem_group product_group_logs;

/* The tables of cover openings and of local programming. */
extern const struct cosem_group product_group_logs_local;

extern const struct cosem_group product_group_load_profiles_2;
extern const struct cosem_group product_group_load_profiles_4;
extern const struct cosem_group product_group_mbus_profiles;

/* The partners of a product: public, reading, management, pre-established. */
enum { PRODUCT_PARTNERS = 4 };
extern const struct dlms_partner product_partners[PRODUCT_PARTNERS];

#endif
