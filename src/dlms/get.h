/* The GET service of the server, in one open association. Source: Green Book 9.3.6, 9.4.6.3. */
#ifndef WATTHOUR_DLMS_GET_H
#define WATTHOUR_DLMS_GET_H

#include "dlms/association.h"

/* Answers a GET-request whose tag has been taken. `answer` holds send_max + COSEM_CARRY octets.
 * Returns the size of the answer; 0: the request is malformed, which leaves `r` at fault, or of a
 * kind that is not served. */
size_t dlms_get_answer(struct dlms_association *association, struct reader *r, uint8_t *answer);

#endif
