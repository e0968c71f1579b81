#include "dlms/access.h"

#include "cosem/data.h"
#include "dlms/action.h"
#include "dlms/apdu.h"
#include "dlms/set.h"

enum { DATE_TIME_SIZE = 12, HEAD_SIZE = 7, RESULTS_MOST = 2 * DLMS_LIST_MOST + 1 };

struct order {
    uint32_t invoke;
    uint16_t count;
    bool reads_only;
    struct reader items;
    struct reader data; /* their list, without its length */
};

struct access_item {
    uint8_t choice;
    struct dlms_item item;
};

static struct access_item take_item(struct reader *r)
{
    struct access_item access = {.choice = reader_u8(r)};
    access.item = dlms_item_take(r);
    switch (access.choice) {
    case DLMS_ACCESS_GET:
    case DLMS_ACCESS_SET:
    case DLMS_ACCESS_ACTION:
        break;
    case DLMS_ACCESS_GET_SELECTED:
    case DLMS_ACCESS_SET_SELECTED:
        access.item.selection.selector = reader_u8(r);
        dlms_item_select(&access.item, r);
        break;
    default:
        reader_fail(r);
    }
    return access;
}

static bool is_get(uint8_t choice)
{
    return choice == DLMS_ACCESS_GET || choice == DLMS_ACCESS_GET_SELECTED;
}

static void take_head(struct reader *r, struct order *order)
{
    order->invoke = reader_u32(r);
    size_t date_time = cosem_take_length(r);
    if (date_time != 0 && date_time != DATE_TIME_SIZE) {
        reader_fail(r);
    }
    reader_octets(r, date_time);
}

static struct order take_order(struct reader *r)
{
    struct order order = {.reads_only = true};
    take_head(r, &order);
    size_t count = cosem_take_length(r);
    order.items = *r;
    for (size_t i = 0; i < count && !r->fault; i++) {
        order.reads_only &= is_get(take_item(r).choice);
    }
    order.items = reader_part(&order.items, r->at - order.items.at);
    if (cosem_take_length(r) != count || count == 0 || count > UINT16_MAX) {
        reader_fail(r);
    }
    order.data = *r;
    for (size_t i = 0; i < count && !r->fault; i++) {
        cosem_skip_value(r);
    }
    if (!reader_done(r)) {
        reader_fail(r);
    }
    order.count = (uint16_t)count;
    return order;
}

static void put_head(struct writer *w, uint32_t invoke)
{
    writer_u8(w, DLMS_ACCESS_RESPONSE);
    writer_u32(w, invoke & ~DLMS_LONG_INVOKE_SELF_DESCRIPTIVE);
    writer_u8(w, 0); /* no date-time */
    writer_u8(w, 0); /* the specification of the request is not repeated */
}

static enum cosem_result get_item(struct dlms_association *a, const struct dlms_item *item,
                                  struct writer *w)
{
    struct cosem_call call;
    struct cosem_tape *tape = &a->reply.tape;
    enum cosem_result result = dlms_item_find(a, item, &call);
    if (result == COSEM_SUCCESS) {
        result = cosem_tape_open(tape, &call, item->member);
    }
    if (result != COSEM_SUCCESS) {
        return result;
    }
    if (w->room < COSEM_CARRY) {
        return COSEM_DATA_BLOCK_UNAVAILABLE;
    }
    size_t size = cosem_tape_read(tape, w->window, w->room - COSEM_CARRY);
    w->tape = size;
    if (tape->result != COSEM_SUCCESS) {
        return tape->result;
    }
    return cosem_tape_ended(tape) ? COSEM_SUCCESS : COSEM_DATA_BLOCK_UNAVAILABLE;
}

static enum cosem_result do_item(struct dlms_association *a, const struct access_item *access,
                                 struct reader *data, struct writer *w)
{
    switch (access->choice) {
    case DLMS_ACCESS_SET:
    case DLMS_ACCESS_SET_SELECTED:
        return dlms_set_item(a, &access->item, data);
    case DLMS_ACCESS_ACTION:
        return dlms_action_item(a, &access->item, data, w);
    default:
        return get_item(a, &access->item, w);
    }
}

/* One item: its data goes to `w`, null where there is none. `behind`: octets of the room that what
 * follows needs. */
static enum cosem_result answer_item(struct dlms_association *a, const struct access_item *access,
                                     struct reader *data, size_t behind, struct writer *w)
{
    size_t room = w->room - w->tape > behind ? w->room - w->tape - behind : 0;
    struct writer its = writer_over(w->window + w->tape, room);
    enum cosem_result result = do_item(a, access, data, &its);
    if (writer_overflow(&its)) {
        result = COSEM_DATA_BLOCK_UNAVAILABLE;
    }
    if (result == COSEM_SUCCESS && its.tape > 0) {
        w->tape += its.tape;
    } else {
        cosem_put_null(w);
    }
    return result;
}

static uint8_t result_choice(uint8_t choice)
{
    return is_get(choice)                 ? DLMS_ACCESS_GET
           : choice == DLMS_ACCESS_ACTION ? DLMS_ACCESS_ACTION
                                          : DLMS_ACCESS_SET;
}

static void put_results(struct writer *w, const struct order *order, const uint8_t *results)
{
    struct reader items = order->items;
    cosem_put_length(w, order->count);
    for (uint16_t i = 0; i < order->count; i++) {
        writer_u8(w, result_choice(take_item(&items).choice));
        writer_u8(w, results[i]);
    }
}

/* Does everything in its order. With break-on-error nothing is done after the first failure. */
static void carry_out(struct dlms_association *a, const struct order *order, struct writer *w)
{
    struct reader items = order->items;
    struct reader data = order->data;
    uint8_t *results = a->reply.results;
    bool stops = (order->invoke & DLMS_LONG_INVOKE_BREAK_ON_ERROR) != 0;
    bool stopped = false;
    put_head(w, order->invoke);
    cosem_put_length(w, order->count);
    for (uint16_t i = 0; i < order->count; i++) {
        struct access_item access = take_item(&items);
        struct reader its_data = dlms_take_data(&data);
        size_t behind = RESULTS_MOST + (size_t)(order->count - i);
        if (stopped) {
            cosem_put_null(w);
            results[i] = COSEM_OTHER_REASON;
        } else {
            results[i] = (uint8_t)answer_item(a, &access, &its_data, behind, w);
            stopped = stops && results[i] != COSEM_SUCCESS;
        }
    }
    put_results(w, order, results);
}

static enum dlms_sent send_long(struct dlms_association *a, enum dlms_reply_form form,
                                struct reader octets, uint16_t count, uint32_t invoke,
                                struct writer *w)
{
    uint8_t head[HEAD_SIZE];
    struct writer to_head = writer_over(head, sizeof head);
    put_head(&to_head, invoke);
    dlms_reply_begin(a, form, octets, count, head, sizeof head);
    return dlms_reply_send(a, 0, w);
}

static enum dlms_sent answer_order(struct dlms_association *a, const struct order *order,
                                   struct writer *w)
{
    if (order->count > DLMS_LIST_MOST) {
        return DLMS_TOO_LONG;
    }
    bool stops = (order->invoke & DLMS_LONG_INVOKE_BREAK_ON_ERROR) != 0;
    if (order->reads_only && !stops) {
        return send_long(a, DLMS_REPLY_ACCESS, order->items, order->count, order->invoke, w);
    }
    dlms_reply_drop(a);
    carry_out(a, order, w);
    if (w->tape <= dlms_reply_max(a)) {
        return DLMS_SENT;
    }
    struct reader body = reader_over(w->window + HEAD_SIZE, w->tape - HEAD_SIZE);
    return send_long(a, DLMS_REPLY_OCTETS, body, 0, order->invoke, w);
}

enum dlms_sent dlms_access_answer(struct dlms_association *a, struct reader *r, struct writer *w)
{
    struct order order = take_order(r);
    if (r->fault) {
        return DLMS_SENT;
    }
    enum dlms_sent sent = answer_order(a, &order, w);
    if ((order.invoke & DLMS_LONG_INVOKE_CONFIRMED) == 0) {
        dlms_reply_drop(a);
        w->tape = 0;
        return DLMS_SENT;
    }
    return sent;
}
