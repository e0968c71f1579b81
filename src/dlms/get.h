/* The GET service of the server, in one open association. Source: Green Book 9.3.6, 9.4.6.3. */
#ifndef WATTHOUR_DLMS_GET_H
#define WATTHOUR_DLMS_GET_H

#include "dlms/association.h"

/* Answers a GET-request whose tag has been taken: normal, next, with-list. `w` holds plain_max +
 * COSEM_CARRY octets. A malformed request leaves `r` at fault. */
enum dlms_sent dlms_get_answer(struct dlms_association *a, struct reader *r, struct writer *w);

#endif
