/* What the options of `watthour run` that open ports take; the context is a struct run_options.
 * Private to app/run_options.c. */
#ifndef WATTHOUR_APP_RUN_PORTS_H
#define WATTHOUR_APP_RUN_PORTS_H

#include "app/option.h"

void run_take_dlms(void *context, struct option_value *value);
void run_take_hdlc(void *context, struct option_value *value);
void run_take_udp(void *context, struct option_value *value);
void run_take_optical(void *context, struct option_value *value);
void run_take_p1(void *context, struct option_value *value);
void run_take_rs485(void *context, struct option_value *value);
void run_take_rs485_meters(void *context, struct option_value *value);
void run_take_rs485_twins(void *context, struct option_value *value);
void run_take_display_line(void *context, struct option_value *value);
void run_take_display_key(void *context, struct option_value *value);
void run_take_p1_terminal(void *context, struct option_value *value);
void run_take_p1_profile(void *context, struct option_value *value);
void run_take_p1_fault(void *context, struct option_value *value);
void run_take_p1_key(void *context, struct option_value *value);
void run_take_optical_tcp(void *context, struct option_value *value);
void run_take_terminals(void *context, struct option_value *value);
void run_take_battery_option(void *context, struct option_value *value);
void run_take_optical_mode(void *context, struct option_value *value);

#endif
