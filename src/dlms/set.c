#include "dlms/set.h"

#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/server.h"

enum { ANSWER_HEAD_MOST = 10 };

enum cosem_result dlms_set_item(struct dlms_association *a, const struct dlms_item *item,
                                struct reader *value)
{
    struct cosem_call call;
    enum cosem_result result = dlms_item_find(a, item, &call);
    result = result == COSEM_SUCCESS ? cosem_object_set(&call, item->member, value) : result;
    a->server->changes += result == COSEM_SUCCESS;
    return result;
}

/* The request as a whole: descriptor and value, or the list of descriptors and that of values. */
struct order {
    bool list;
    size_t count;
    struct reader descriptors;
    struct reader values;
};

static struct order take_order(struct reader *r, bool list)
{
    struct order order = {.list = list, .count = list ? cosem_take_length(r) : 1};
    order.descriptors = *r;
    for (size_t i = 0; i < order.count && !r->fault; i++) {
        dlms_item_take_selective(r);
    }
    if (list && cosem_take_length(r) != order.count) {
        reader_fail(r);
    }
    order.values = *r;
    for (size_t i = 0; i < order.count && !r->fault; i++) {
        cosem_skip_value(r);
    }
    if (!reader_done(r) || order.count == 0) {
        reader_fail(r);
    }
    return order;
}

/* Writes all attributes, each result to `w`. */
static void carry_out(struct dlms_association *a, struct order *order, struct writer *w)
{
    if (order->list) {
        cosem_put_length(w, order->count);
    }
    for (size_t i = 0; i < order->count; i++) {
        struct dlms_item item = dlms_item_take_selective(&order->descriptors);
        struct reader value = dlms_take_data(&order->values);
        writer_u8(w, (uint8_t)dlms_set_item(a, &item, &value));
    }
}

static void put_head(struct writer *w, enum dlms_set_response choice, uint8_t invoke)
{
    w->tape = 0;
    writer_u8(w, DLMS_SET_RESPONSE);
    writer_u8(w, (uint8_t)choice);
    writer_u8(w, invoke);
}

static enum dlms_sent answer_whole(struct dlms_association *a, uint8_t invoke, bool list,
                                   struct reader *r, struct writer *w)
{
    struct order order = take_order(r, list);
    if (r->fault) {
        return DLMS_SENT;
    }
    if (order.count + ANSWER_HEAD_MOST > dlms_reply_max_of_any(a)) {
        return DLMS_TOO_LONG;
    }
    put_head(w, list ? DLMS_SET_LIST_DONE : (enum dlms_set_response)DLMS_SET_NORMAL, invoke);
    carry_out(a, &order, w);
    return DLMS_SENT;
}

/* The end of a request in blocks that did not get that far. */
static void put_abort(struct writer *w, uint8_t invoke, enum cosem_result result, uint32_t number)
{
    put_head(w, DLMS_SET_LAST_BLOCK_TAKEN, invoke);
    writer_u8(w, (uint8_t)result);
    writer_u32(w, number);
}

/* The last block has come: the results, then its number. */
static void answer_gathered(struct dlms_association *a, uint8_t invoke, uint32_t number,
                            struct writer *w)
{
    bool list = a->gather.list;
    struct reader whole;
    if (dlms_gather_end(a, &whole) != 0) {
        put_abort(w, invoke, COSEM_LONG_SET_ABORTED, number);
        return;
    }
    struct order order = take_order(&whole, list);
    if (whole.fault) {
        put_abort(w, invoke, COSEM_TYPE_UNMATCHED, number);
        return;
    }
    if (order.count + ANSWER_HEAD_MOST > dlms_reply_max_of_any(a)) {
        put_abort(w, invoke, COSEM_OTHER_REASON, number);
        return;
    }
    put_head(w, list ? DLMS_SET_LAST_BLOCK_OF_LIST_TAKEN : DLMS_SET_LAST_BLOCK_TAKEN, invoke);
    carry_out(a, &order, w);
    writer_u32(w, number);
}

static void take_block(struct dlms_association *a, uint8_t invoke, const struct dlms_block *block,
                       struct writer *w)
{
    if (block->number != a->gather.block + 1) {
        dlms_gather_drop(a);
        put_abort(w, invoke, COSEM_DATA_BLOCK_NUMBER_INVALID, block->number);
    } else if (dlms_gather_append(a, &block->data) != 0) {
        put_abort(w, invoke, COSEM_LONG_SET_ABORTED, block->number);
    } else if (block->last) {
        answer_gathered(a, invoke, block->number, w);
    } else {
        a->gather.block = block->number;
        put_head(w, DLMS_SET_BLOCK_TAKEN, invoke);
        writer_u32(w, block->number);
    }
}

/* Whether the client may write any of the attributes: nothing is gathered for who may not. */
static enum cosem_result judge(struct dlms_association *a, struct reader descriptors, size_t count)
{
    enum cosem_result result = COSEM_OBJECT_UNDEFINED;
    for (size_t i = 0; i < count; i++) {
        struct dlms_item item = dlms_item_take_selective(&descriptors);
        struct cosem_call call;
        result = dlms_item_find(a, &item, &call);
        if (result == COSEM_SUCCESS &&
            cosem_object_writable(call.object, item.member, call.column)) {
            return COSEM_SUCCESS;
        }
    }
    return result == COSEM_SUCCESS ? COSEM_READ_WRITE_DENIED : result;
}

static void answer_first_block(struct dlms_association *a, uint8_t invoke, bool list,
                               struct reader *r, struct writer *w)
{
    struct reader before = *r;
    size_t count = list ? cosem_take_length(r) : 1;
    struct reader descriptors = *r;
    for (size_t i = 0; i < count && !r->fault; i++) {
        dlms_item_take_selective(r);
    }
    before = reader_part(&before, r->at - before.at);
    struct dlms_block block = dlms_block_take(r);
    if (!reader_done(r) || count == 0) {
        reader_fail(r);
        return;
    }
    enum cosem_result result = judge(a, descriptors, count);
    if (result == COSEM_SUCCESS && dlms_gather_begin(a, DLMS_SET_REQUEST, list, &before) != 0) {
        result = COSEM_TEMPORARY_FAILURE;
    }
    if (result == COSEM_SUCCESS) {
        take_block(a, invoke, &block, w);
    } else {
        put_abort(w, invoke, result, block.number);
    }
}

static void answer_block(struct dlms_association *a, uint8_t invoke, struct reader *r,
                         struct writer *w)
{
    bool lost;
    struct dlms_block block = dlms_block_take(r);
    if (!reader_done(r)) {
        reader_fail(r);
    } else if (dlms_gather_under_way(a, DLMS_SET_REQUEST, &lost)) {
        take_block(a, invoke, &block, w);
    } else {
        dlms_gather_drop(a);
        put_abort(w, invoke, lost ? COSEM_LONG_SET_ABORTED : COSEM_NO_LONG_SET_IN_PROGRESS,
                  block.number);
    }
}

static enum dlms_sent answer_choice(struct dlms_association *a, uint8_t choice, uint8_t invoke,
                                    struct reader *r, struct writer *w)
{
    switch (choice) {
    case DLMS_SET_NORMAL:
    case DLMS_SET_LIST:
        return answer_whole(a, invoke, choice == DLMS_SET_LIST, r, w);
    case DLMS_SET_FIRST_BLOCK:
    case DLMS_SET_LIST_FIRST_BLOCK:
        answer_first_block(a, invoke, choice == DLMS_SET_LIST_FIRST_BLOCK, r, w);
        return DLMS_SENT;
    case DLMS_SET_BLOCK:
        answer_block(a, invoke, r, w);
        return DLMS_SENT;
    default:
        reader_fail(r);
        return DLMS_SENT;
    }
}

enum dlms_sent dlms_set_answer(struct dlms_association *a, struct reader *r, struct writer *w)
{
    uint8_t choice = reader_u8(r);
    uint8_t invoke = reader_u8(r);
    enum dlms_sent sent = answer_choice(a, choice, invoke, r, w);
    if ((invoke & DLMS_INVOKE_CONFIRMED) == 0) {
        w->tape = 0;
        return DLMS_SENT;
    }
    return sent;
}
