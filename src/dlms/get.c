#include "dlms/get.h"

#include "cosem/data.h"
#include "dlms/apdu.h"

static void put_error(struct writer *w, uint8_t invoke, enum cosem_result result)
{
    w->tape = 0;
    writer_u8(w, DLMS_GET_RESPONSE);
    writer_u8(w, DLMS_GET_NORMAL);
    writer_u8(w, invoke);
    writer_u8(w, DLMS_RESULT_ERROR);
    writer_u8(w, (uint8_t)result);
}

static void put_block_error(struct writer *w, uint8_t invoke, uint32_t number,
                            enum cosem_result result)
{
    writer_u8(w, DLMS_GET_RESPONSE);
    writer_u8(w, DLMS_GET_BLOCK);
    writer_u8(w, invoke);
    writer_u8(w, true);
    writer_u32(w, number);
    writer_u8(w, DLMS_RESULT_ERROR);
    writer_u8(w, (uint8_t)result);
}

static enum dlms_sent answer_normal(struct dlms_association *a, uint8_t invoke, struct reader *r,
                                    struct writer *w)
{
    struct reader descriptor = *r;
    const struct dlms_item item = dlms_item_take_selective(r);
    if (!reader_done(r)) {
        reader_fail(r);
        return DLMS_SENT;
    }
    const uint8_t head[] = {DLMS_GET_RESPONSE, DLMS_GET_NORMAL, invoke, DLMS_RESULT_DATA};
    descriptor = reader_part(&descriptor, reader_left(&descriptor));
    dlms_reply_begin(a, DLMS_REPLY_VALUE, descriptor, 1, head, sizeof head);
    a->reply.first = &item;
    enum dlms_sent sent = dlms_reply_send(a, DLMS_CONFORMANCE_BLOCK_GET, w);
    a->reply.first = NULL;
    enum cosem_result result = (enum cosem_result)a->reply.results[0];
    if (sent == DLMS_TOO_LONG) {
        result = COSEM_OTHER_REASON;
    }
    if (result == COSEM_SUCCESS) {
        return sent;
    }
    dlms_reply_drop(a);
    put_error(w, invoke, result);
    return DLMS_SENT;
}

static enum dlms_sent answer_list(struct dlms_association *a, uint8_t invoke, struct reader *r,
                                  struct writer *w)
{
    size_t count = cosem_take_length(r);
    struct reader descriptors = *r;
    for (size_t i = 0; i < count && !r->fault; i++) {
        dlms_item_take_selective(r);
    }
    if (!reader_done(r) || count == 0 || count > UINT16_MAX) {
        reader_fail(r);
        return DLMS_SENT;
    }
    const uint8_t head[] = {DLMS_GET_RESPONSE, DLMS_GET_LIST, invoke};
    descriptors = reader_part(&descriptors, reader_left(&descriptors));
    dlms_reply_begin(a, DLMS_REPLY_VALUES, descriptors, (uint16_t)count, head, sizeof head);
    enum dlms_sent sent = dlms_reply_send(a, DLMS_CONFORMANCE_BLOCK_GET, w);
    if (sent == DLMS_TOO_LONG) {
        put_error(w, invoke, COSEM_OTHER_REASON);
        return DLMS_SENT;
    }
    return sent;
}

static void answer_next(struct dlms_association *a, uint8_t invoke, struct reader *r,
                        struct writer *w)
{
    uint32_t acknowledged = reader_u32(r);
    if (!reader_done(r)) {
        reader_fail(r);
    } else if (!dlms_reply_under_way(a, DLMS_GET_RESPONSE)) {
        put_block_error(w, invoke, acknowledged, COSEM_NO_LONG_GET_IN_PROGRESS);
    } else if (acknowledged != a->reply.block) {
        dlms_reply_drop(a);
        put_block_error(w, invoke, acknowledged, COSEM_DATA_BLOCK_NUMBER_INVALID);
    } else {
        a->reply.head[2] = invoke;
        dlms_reply_send_block(a, w);
    }
}

enum dlms_sent dlms_get_answer(struct dlms_association *a, struct reader *r, struct writer *w)
{
    uint8_t choice = reader_u8(r);
    uint8_t invoke = reader_u8(r);
    switch (choice) {
    case DLMS_GET_NORMAL:
        return answer_normal(a, invoke, r, w);
    case DLMS_GET_NEXT:
        answer_next(a, invoke, r, w);
        return DLMS_SENT;
    case DLMS_GET_LIST:
        return answer_list(a, invoke, r, w);
    default:
        reader_fail(r);
        return DLMS_SENT;
    }
}
