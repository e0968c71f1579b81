#include "dlms/exception.h"

void dlms_exception_put(struct writer *w, enum dlms_state_error state,
                        enum dlms_service_error service)
{
    w->tape = 0;
    writer_u8(w, DLMS_EXCEPTION_RESPONSE);
    writer_u8(w, (uint8_t)state);
    writer_u8(w, (uint8_t)service);
}

void dlms_exception_put_counter(struct writer *w, uint32_t expected)
{
    dlms_exception_put(w, DLMS_SERVICE_NOT_ALLOWED, DLMS_INVOCATION_COUNTER_ERROR);
    writer_u32(w, expected);
}
