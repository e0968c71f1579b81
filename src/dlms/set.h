/* The SET service of the server, in one open association. Source: Green Book 9.3.7, 9.4.6.4. */
#ifndef WATTHOUR_DLMS_SET_H
#define WATTHOUR_DLMS_SET_H

#include "dlms/association.h"

/* Answers a SET-request whose tag has been taken: normal, with-list, and both in blocks. Nothing is
 * written before the request is whole and well formed; a malformed one leaves `r` at fault. There
 * is no answer to an unconfirmed one. */
enum dlms_sent dlms_set_answer(struct dlms_association *a, struct reader *r, struct writer *w);

/* Writes one attribute. */
enum cosem_result dlms_set_item(struct dlms_association *a, const struct dlms_item *item,
                                struct reader *value);

#endif
