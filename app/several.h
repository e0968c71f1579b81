/* Several objects asked for, written or called at once: as --by says, one by one, with list, or by
 * ACCESS; in as many requests as the meter's APDUs make of them. */
#ifndef WATTHOUR_APP_SEVERAL_H
#define WATTHOUR_APP_SEVERAL_H

#include "app/client.h"
#include "app/reading.h"
#include "app/words.h"
#include "dlms/client_list.h"

/* What the owner does with the outcome of one: 0, or 1: it is none that can be shown. */
typedef int several_takes_reading(void *owner, int index, const struct reading *reading);
typedef int several_takes_outcome(void *owner, int index, const struct dlms_order_outcome *outcome);

/* Reads attributes, and of a register's value its scaler and unit. What is refused has its reason
 * in `result`. 0; 1: something was refused; -1: the connection is of no more use. */
int several_read(struct client *client, const struct words_target *targets, int count,
                 several_takes_reading *take, void *owner);

/* Carries out orders of one kind; the same results. */
int several_do(struct client *client, const struct dlms_order *orders, int count,
               several_takes_outcome *take, void *owner);

/* The class of what the command line names by OBIS code alone, where one is 0: the one that the
 * code usually has, when the meter says that it is right; else from the meter's object list, which
 * on a slow line takes minutes. It stays 0 where there is no such object. 0, or -1. */
int several_find_classes(struct client *client, struct words_target *targets, int count);

#endif
