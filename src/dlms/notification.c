#include "dlms/notification.h"

#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/item.h"

void dlms_notification_put_head(struct writer *w, uint32_t invoke, const uint8_t *time)
{
    size_t size = time != NULL ? DLMS_NOTIFICATION_TIME_SIZE : 0;
    writer_u8(w, DLMS_DATA_NOTIFICATION);
    writer_u32(w, invoke);
    cosem_put_length(w, size);
    writer_octets(w, time, size);
}

struct dlms_notification dlms_notification_take(struct reader *r)
{
    struct dlms_notification notification = {.time = NULL};
    if (reader_u8(r) != DLMS_DATA_NOTIFICATION) {
        reader_fail(r);
    }
    notification.invoke = reader_u32(r);
    size_t size = cosem_take_length(r);
    if (size == DLMS_NOTIFICATION_TIME_SIZE) {
        notification.time = reader_octets(r, size);
    } else if (size != 0) {
        reader_fail(r);
    }
    notification.content = dlms_take_data(r);
    if (!reader_done(r)) {
        reader_fail(r);
    }
    return notification;
}
