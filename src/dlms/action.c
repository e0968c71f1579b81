#include "dlms/action.h"

#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/server.h"

enum { CLASS_ASSOCIATION = 15, REPLY_TO_HLS = 1 };
enum { HEAD_SIZE = 3, RESULT_LEAST = 2 /* octets of a result without return value */ };

enum cosem_result dlms_action_item(struct dlms_association *a, const struct dlms_item *item,
                                   struct reader *parameter, struct writer *returned)
{
    struct cosem_call call;
    enum cosem_result result = dlms_item_find(a, item, &call);
    if (result == COSEM_SUCCESS) {
        result = cosem_object_invoke(&call, item->member, parameter, returned);
    }
    bool proves = item->class_id == CLASS_ASSOCIATION && item->member == REPLY_TO_HLS;
    a->server->changes += result == COSEM_SUCCESS && !proves;
    return result;
}

/* The request as a whole: one method with its parameter, or the lists of both. */
struct order {
    bool list;
    size_t count;
    struct reader methods;
    struct reader parameters;
};

/* The parameter of a single method is optional; one that is not there is null-data. */
static struct reader take_parameter(struct reader *r)
{
    static const uint8_t null[] = {COSEM_NULL};
    uint8_t presence = reader_u8(r);
    if (presence > 1) {
        reader_fail(r);
    }
    struct reader parameter = reader_over(null, sizeof null);
    return presence == 1 ? dlms_take_data(r) : parameter;
}

static struct order take_one(struct reader *r)
{
    struct order order = {.count = 1, .methods = *r};
    dlms_item_take(r);
    order.parameters = take_parameter(r);
    return order;
}

static struct order take_list(struct reader *r)
{
    struct order order = {.list = true, .count = cosem_take_length(r)};
    order.methods = *r;
    for (size_t i = 0; i < order.count && !r->fault; i++) {
        dlms_item_take(r);
    }
    if (cosem_take_length(r) != order.count) {
        reader_fail(r);
    }
    order.parameters = *r;
    for (size_t i = 0; i < order.count && !r->fault; i++) {
        cosem_skip_value(r);
    }
    return order;
}

static struct order take_order(struct reader *r, bool list)
{
    struct order order = list ? take_list(r) : take_one(r);
    if (!reader_done(r) || order.count == 0) {
        reader_fail(r);
    }
    return order;
}

static void put_result(struct writer *w, enum cosem_result result)
{
    writer_u8(w, (uint8_t)result);
    writer_u8(w, 0); /* nothing is given back */
}

/* Calls a method and writes its result, and before it is known what stands in front of what the
 * method gives back. `behind`: octets of the room that the other results need. */
static void call_one(struct dlms_association *a, const struct dlms_item *item,
                     struct reader *parameter, size_t behind, struct writer *w)
{
    enum { RETURNED_HEAD = 3 };
    size_t room = w->room - w->tape - behind;
    struct writer returned = writer_measure();
    if (room > RETURNED_HEAD) {
        returned = writer_over(w->window + w->tape + RETURNED_HEAD, room - RETURNED_HEAD);
    }
    enum cosem_result result = dlms_action_item(a, item, parameter, &returned);
    if (writer_overflow(&returned)) {
        put_result(w, COSEM_OTHER_REASON);
    } else if (result != COSEM_SUCCESS || returned.tape == 0) {
        put_result(w, result);
    } else {
        writer_u8(w, (uint8_t)result);
        writer_u8(w, 1);
        writer_u8(w, DLMS_RESULT_DATA);
        w->tape += returned.tape;
    }
}

static void carry_out(struct dlms_association *a, struct order *order, struct writer *w)
{
    if (order->list) {
        cosem_put_length(w, order->count);
    }
    for (size_t left = order->count; left > 0; left--) {
        struct dlms_item item = dlms_item_take(&order->methods);
        struct reader parameter = dlms_take_data(&order->parameters);
        call_one(a, &item, &parameter, (left - 1) * RESULT_LEAST, w);
    }
}

static void put_head(struct writer *w, uint8_t choice, uint8_t invoke)
{
    w->tape = 0;
    writer_u8(w, DLMS_ACTION_RESPONSE);
    writer_u8(w, choice);
    writer_u8(w, invoke);
}

static void put_error(struct writer *w, uint8_t invoke, int result)
{
    put_head(w, DLMS_ACTION_NORMAL, invoke);
    put_result(w, (enum cosem_result)result);
}

static enum dlms_sent perform(struct dlms_association *a, uint8_t invoke, struct order *order,
                              struct writer *w)
{
    enum { AROUND = 16 /* heads and lengths, generously */ };
    if (AROUND + order->count * RESULT_LEAST > dlms_reply_max_of_any(a)) {
        return DLMS_TOO_LONG;
    }
    put_head(w, order->list ? DLMS_ACTION_LIST : DLMS_ACTION_NORMAL, invoke);
    carry_out(a, order, w);
    if (w->tape <= dlms_reply_max(a)) {
        return DLMS_SENT;
    }
    struct reader body = reader_over(w->window + HEAD_SIZE, w->tape - HEAD_SIZE);
    uint8_t head[HEAD_SIZE] = {DLMS_ACTION_RESPONSE, w->window[1], invoke};
    dlms_reply_begin(a, DLMS_REPLY_OCTETS, body, 0, head, sizeof head);
    enum dlms_sent sent = dlms_reply_send(a, DLMS_CONFORMANCE_BLOCK_ACTION, w);
    if (sent == DLMS_TOO_LONG) {
        put_error(w, invoke, COSEM_OTHER_REASON);
        return DLMS_SENT;
    }
    return sent;
}

static enum dlms_sent answer_whole(struct dlms_association *a, uint8_t invoke, bool list,
                                   struct reader *r, struct writer *w)
{
    struct order order = take_order(r, list);
    return r->fault ? DLMS_SENT : perform(a, invoke, &order, w);
}

static enum dlms_sent answer_gathered(struct dlms_association *a, uint8_t invoke, struct writer *w)
{
    bool list = a->gather.list;
    struct reader whole;
    if (dlms_gather_end(a, &whole) != 0) {
        put_error(w, invoke, DLMS_LONG_ACTION_ABORTED);
        return DLMS_SENT;
    }
    struct order order = take_order(&whole, list);
    if (whole.fault) {
        put_error(w, invoke, COSEM_TYPE_UNMATCHED);
        return DLMS_SENT;
    }
    return perform(a, invoke, &order, w);
}

static enum dlms_sent take_block(struct dlms_association *a, uint8_t invoke,
                                 const struct dlms_block *block, struct writer *w)
{
    if (block->number != a->gather.block + 1 || dlms_gather_append(a, &block->data) != 0) {
        dlms_gather_drop(a);
        put_error(w, invoke, DLMS_LONG_ACTION_ABORTED);
        return DLMS_SENT;
    }
    if (block->last) {
        return answer_gathered(a, invoke, w);
    }
    a->gather.block = block->number;
    put_head(w, DLMS_ACTION_BLOCK_TAKEN, invoke);
    writer_u32(w, block->number);
    return DLMS_SENT;
}

/* Whether the client may call any of the methods: nothing is gathered for who may not. */
static enum cosem_result judge(struct dlms_association *a, struct reader methods, size_t count)
{
    enum cosem_result result = COSEM_OBJECT_UNDEFINED;
    for (size_t i = 0; i < count; i++) {
        struct dlms_item item = dlms_item_take(&methods);
        struct cosem_call call;
        result = dlms_item_find(a, &item, &call);
        if (result == COSEM_SUCCESS &&
            cosem_object_callable(call.object, item.member, call.column)) {
            return COSEM_SUCCESS;
        }
    }
    return result == COSEM_SUCCESS ? COSEM_READ_WRITE_DENIED : result;
}

/* What is gathered begins as the request in one piece does: the descriptor of a single method with
 * the mark that its parameter is there. */
static int begin_gathering(struct dlms_association *a, bool list, const struct reader *before)
{
    static const uint8_t present[] = {1};
    struct reader mark = reader_over(present, list ? 0 : sizeof present);
    if (dlms_gather_begin(a, DLMS_ACTION_REQUEST, list, before) != 0) {
        return -1;
    }
    return dlms_gather_append(a, &mark);
}

static enum dlms_sent answer_first_block(struct dlms_association *a, uint8_t invoke, bool list,
                                         struct reader *r, struct writer *w)
{
    struct reader before = *r;
    size_t count = list ? cosem_take_length(r) : 1;
    struct reader methods = *r;
    for (size_t i = 0; i < count && !r->fault; i++) {
        dlms_item_take(r);
    }
    before = reader_part(&before, r->at - before.at);
    struct dlms_block block = dlms_block_take(r);
    if (!reader_done(r) || count == 0) {
        reader_fail(r);
        return DLMS_SENT;
    }
    enum cosem_result result = judge(a, methods, count);
    if (result == COSEM_SUCCESS && begin_gathering(a, list, &before) != 0) {
        result = COSEM_TEMPORARY_FAILURE;
    }
    if (result == COSEM_SUCCESS) {
        return take_block(a, invoke, &block, w);
    }
    put_error(w, invoke, (int)result);
    return DLMS_SENT;
}

static enum dlms_sent answer_block(struct dlms_association *a, uint8_t invoke, struct reader *r,
                                   struct writer *w)
{
    bool lost;
    struct dlms_block block = dlms_block_take(r);
    if (!reader_done(r)) {
        reader_fail(r);
        return DLMS_SENT;
    }
    if (dlms_gather_under_way(a, DLMS_ACTION_REQUEST, &lost)) {
        return take_block(a, invoke, &block, w);
    }
    dlms_gather_drop(a);
    put_error(w, invoke, lost ? DLMS_LONG_ACTION_ABORTED : DLMS_NO_LONG_ACTION_IN_PROGRESS);
    return DLMS_SENT;
}

static void answer_next(struct dlms_association *a, uint8_t invoke, struct reader *r,
                        struct writer *w)
{
    uint32_t acknowledged = reader_u32(r);
    if (!reader_done(r)) {
        reader_fail(r);
    } else if (!dlms_reply_under_way(a, DLMS_ACTION_RESPONSE)) {
        put_error(w, invoke, DLMS_NO_LONG_ACTION_IN_PROGRESS);
    } else if (acknowledged != a->reply.block) {
        dlms_reply_drop(a);
        put_error(w, invoke, DLMS_LONG_ACTION_ABORTED);
    } else {
        a->reply.head[2] = invoke;
        dlms_reply_send_block(a, w);
    }
}

static enum dlms_sent answer_choice(struct dlms_association *a, uint8_t choice, uint8_t invoke,
                                    struct reader *r, struct writer *w)
{
    switch (choice) {
    case DLMS_ACTION_NORMAL:
    case DLMS_ACTION_LIST:
        return answer_whole(a, invoke, choice == DLMS_ACTION_LIST, r, w);
    case DLMS_ACTION_FIRST_BLOCK:
    case DLMS_ACTION_LIST_FIRST_BLOCK:
        return answer_first_block(a, invoke, choice == DLMS_ACTION_LIST_FIRST_BLOCK, r, w);
    case DLMS_ACTION_BLOCK:
        return answer_block(a, invoke, r, w);
    case DLMS_ACTION_NEXT:
        answer_next(a, invoke, r, w);
        return DLMS_SENT;
    default:
        reader_fail(r);
        return DLMS_SENT;
    }
}

enum dlms_sent dlms_action_answer(struct dlms_association *a, struct reader *r, struct writer *w)
{
    uint8_t choice = reader_u8(r);
    uint8_t invoke = reader_u8(r);
    enum dlms_sent sent = answer_choice(a, choice, invoke, r, w);
    if ((invoke & DLMS_INVOKE_CONFIRMED) == 0) {
        dlms_reply_drop(a);
        w->tape = 0;
        return DLMS_SENT;
    }
    return sent;
}
