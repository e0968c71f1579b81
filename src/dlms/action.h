/* The ACTION service of the server, in one open association. Source: Green Book 9.3.8, 9.4.6.5. */
#ifndef WATTHOUR_DLMS_ACTION_H
#define WATTHOUR_DLMS_ACTION_H

#include "dlms/association.h"

/* Answers an ACTION-request whose tag has been taken: normal, with-list, both in blocks, and next.
 * Nothing is called before the request is whole and well formed; a malformed one leaves `r` at
 * fault. There is no answer to an unconfirmed one. What the methods give back is bounded by the
 * room of `w`: it is other-reason instead when it does not fit. */
enum dlms_sent dlms_action_answer(struct dlms_association *a, struct reader *r, struct writer *w);

/* Calls one method. */
enum cosem_result dlms_action_item(struct dlms_association *a, const struct dlms_item *item,
                                   struct reader *parameter, struct writer *returned);

#endif
