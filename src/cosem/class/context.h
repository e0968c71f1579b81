/* The meter's things that classes show. The meter fills it in and gives it to the DLMS server;
 * it holds as many more as further classes need. */
#ifndef WATTHOUR_COSEM_CLASS_CONTEXT_H
#define WATTHOUR_COSEM_CLASS_CONTEXT_H

#include "display/display.h"
#include "function/alarm.h"
#include "function/billing.h"
#include "function/clock.h"
#include "function/compact.h"
#include "function/consumer.h"
#include "function/demand.h"
#include "function/event.h"
#include "function/identity.h"
#include "function/increment.h"
#include "function/local_port.h"
#include "function/mask.h"
#include "function/message.h"
#include "function/outage.h"
#include "function/profile.h"
#include "function/protection.h"
#include "function/push.h"
#include "function/reversal.h"
#include "function/schedule.h"
#include "function/script.h"
#include "function/selftest.h"
#include "function/tamper.h"
#include "function/tariff.h"
#include "function/timekeeper.h"
#include "function/voltage_count.h"
#include "link/setup.h"
#include "quantity/quantity.h"

struct dlms_security_setup;

struct cosem_context {
    const struct quantity_source *quantities;
    struct clock *clock;
    const struct identity *identity;
    struct link_setup *links;
    struct display *display;
    struct message *message;
    struct consumer *consumer;
    struct local_port *local_port;
    struct tariff *tariff;
    struct mask_book *masks; /* TARIFF_MASKS of them */
    struct demand *demand;
    struct billing *billing;
    const struct script_book *scripts;
    struct compact *compact;
    struct schedule *schedule;
    struct single_action *actions; /* as the product's schedules */
    struct timekeeper *timekeeper;
    const struct selftest_fault *fault; /* how the last run ended */
    struct event_book *events;
    struct alarm *alarm;
    struct outage *outage;
    const struct tamper *tamper;
    struct reversal *reversal;
    const struct voltage_count *voltage_count;
    struct push *push;
    struct protection *protection;
    struct dlms_security_setup *security; /* of what the meter itself reads; NULL: no keys */
    const int64_t *now_ms;                /* the meter's time */
    struct profile *profiles;             /* as many as the product has */
    const struct increment *increments;   /* of the first two */
};

#endif
