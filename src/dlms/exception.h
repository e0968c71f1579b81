/* Exception-responses. Source: Green Book 9.5. */
#ifndef WATTHOUR_DLMS_EXCEPTION_H
#define WATTHOUR_DLMS_EXCEPTION_H

#include "base/writer.h"
#include "dlms/apdu.h"

/* In place of all that was written. */
void dlms_exception_put(struct writer *w, enum dlms_state_error state,
                        enum dlms_service_error service);

/* Invocation-counter-error, with the lowest counter that is accepted. */
void dlms_exception_put_counter(struct writer *w, uint32_t expected);

#endif
