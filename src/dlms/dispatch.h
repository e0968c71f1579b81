/* A plain request, to the service that answers it. */
#ifndef WATTHOUR_DLMS_DISPATCH_H
#define WATTHOUR_DLMS_DISPATCH_H

#include "base/reader.h"
#include "base/writer.h"
#include "dlms/reply.h"

#include <stdbool.h>
#include <stdint.h>

/* A service that a client may ask for, plain or ciphered. */
bool dlms_is_request(uint8_t tag);

/* What a server sends. An exception-response to it could go round in circles. */
bool dlms_is_answer(uint8_t tag);

/* Whether a plain request may be served now: the association is open, or it is the client's proof,
 * or its release, that is awaited. */
bool dlms_may_be_served(const struct dlms_association *a, const struct reader *r);

/* A plain request in, the plain answer out: written to `w`, at most plain_max octets; or
 * DLMS_LONG, to be pulled from the reply's tape. Protection is put around this. */
enum dlms_sent dlms_dispatch(struct dlms_association *a, struct reader *r, struct writer *w);

#endif
