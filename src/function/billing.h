/* Billing: the end of a billing period, in this order: the billing profile captures its columns,
 * the maxima of the demand are added up and begin anew, the period is counted and stamped, and what
 * is counted since then begins at zero.
 *
 * A period ends when the schedule says so, by a script, or by a button; the latter two are refused
 * within the lock time of the demand. The second billing profile is captured when there is fraud,
 * and nothing is reset. */
#ifndef WATTHOUR_FUNCTION_BILLING_H
#define WATTHOUR_FUNCTION_BILLING_H

#include "function/demand.h"
#include "function/event.h"
#include "function/profile.h"
#include "function/single_action.h"
#include "quantity/quantity.h"

#include <stdbool.h>
#include <stdint.h>

enum billing_cause { BILLING_PERIOD, BILLING_SCRIPT, BILLING_BUTTON };

/* Energies that are also shown as increments: of the total, all rates together. */
enum { BILLING_ENERGIES = 13 };
#define BILLING_FIRST QUANTITY_A_IMPORT

/* What an increment begins with. */
enum billing_since { BILLING_SINCE_PERIOD, BILLING_SINCE_MIDNIGHT, BILLING_SINCES };

/* What billing works with; all must outlive it. */
struct billing_parts {
    struct profile *profile; /* the first billing profile */
    struct profile *fraud;   /* the second; NULL: there is none */
    struct demand *demand;
    const struct quantity_source *quantities;
    const struct clock *clock;
    struct event_book *events;
    const struct script_book *scripts;
};

struct billing {
    struct billing_parts parts;
    struct single_action schedule; /* of the end of the period */
    struct script own;             /* the script that ends a period */
    uint32_t periods;              /* that have ended */
    struct event_stamp ended;      /* the last; all zero: none has */
    int64_t base_uwh[BILLING_SINCES][BILLING_ENERGIES];
    int64_t midnight_s; /* UTC: of the next local midnight */
    uint32_t changes;   /* of what has to be kept, schedule included */
    bool fraud_due;     /* the second profile waits for the chip */
};

/* `own` is the script by which the schedule's plan ends a period. */
void billing_init(struct billing *billing, const struct billing_parts *parts,
                  const struct single_action_plan *plan);

/* Energies are as they are to go on, and nothing was kept: increments begin now. */
void billing_begin(struct billing *billing);

/* Does what is due; returns the milliseconds until it is called next. */
int64_t billing_step(struct billing *billing);

/* Ends the period. 0; -1: locked, or the chip is not ready now. */
int billing_end(struct billing *billing, enum billing_cause cause);

/* There is fraud: the second profile is captured, now or as soon as the chip is ready. */
void billing_fraud(struct billing *billing);

/* Energy since the period or the day began, uWh (uvarh, uVAh); -1: this is no such energy. */
int billing_increment(const struct billing *billing, enum billing_since since,
                      enum quantity_kind kind, int64_t *uwh);

/* What has to outlive the supply, in the form of docs/FLASH.md. Reading: 0; -1: malformed, and
 * nothing has changed. */
enum { BILLING_VERSION = 1, BILLING_ROOM = 512 };
void billing_write(const struct billing *billing, struct writer *w);
int billing_read(struct billing *billing, struct reader *r);

#endif
