/* The ACCESS service of the server: gets, sets and actions in one list, in one open association.
 * Source: Green Book 9.3.9, 9.4.6.6. */
#ifndef WATTHOUR_DLMS_ACCESS_H
#define WATTHOUR_DLMS_ACCESS_H

#include "dlms/association.h"

/* Answers an ACCESS-request whose tag has been taken. Its items, at most DLMS_LIST_MOST, are done
 * in their order. A list of gets alone may give any number of octets. With a set or an action in it
 * what is read has to fit into `w`; a value that does not is data-block-unavailable. The answer is
 * not self-descriptive. A malformed request leaves `r` at fault and has done nothing. */
enum dlms_sent dlms_access_answer(struct dlms_association *a, struct reader *r, struct writer *w);

#endif
