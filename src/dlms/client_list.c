#include "dlms/client_list.h"

#include "base/need.h"
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/client_inside.h"
#include "dlms/item.h"

/* The long invoke-id counts in 24 bits. */
enum { LONG_INVOKE_ID = 0xFFFFFF };

/* How a list of each kind is asked for. */
struct kind {
    uint8_t service;
    uint8_t whole; /* its choices */
    uint8_t first_block;
    uint32_t blocks; /* what must have been negotiated for blocks; 0: there are none */
};

static const struct kind *kind_of(enum dlms_access_choice what)
{
    static const struct kind get = {DLMS_GET_REQUEST, DLMS_GET_LIST, 0, 0};
    static const struct kind set = {DLMS_SET_REQUEST, DLMS_SET_LIST, DLMS_SET_LIST_FIRST_BLOCK,
                                    DLMS_CONFORMANCE_BLOCK_SET};
    static const struct kind action = {DLMS_ACTION_REQUEST, DLMS_ACTION_LIST,
                                       DLMS_ACTION_LIST_FIRST_BLOCK, DLMS_CONFORMANCE_BLOCK_ACTION};
    return what == DLMS_ACCESS_GET ? &get : what == DLMS_ACCESS_SET ? &set : &action;
}

static bool selects(const struct dlms_order *orders, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        if (orders[i].part != NULL) {
            return true;
        }
    }
    return false;
}

/* Whether the server serves that; `needed` of the conformance, besides selections. */
static bool is_served(const struct dlms_client *client, const struct dlms_order *orders,
                      uint16_t count, uint32_t needed)
{
    needed |= selects(orders, count) ? DLMS_CONFORMANCE_SELECTIVE : 0;
    return (client->conformance & needed) == needed;
}

static void put_value(struct writer *w, const struct reader *value)
{
    struct reader octets = *value;
    size_t size = reader_left(&octets);
    if (size == 0) {
        cosem_put_null(w);
    } else {
        writer_octets(w, reader_octets(&octets, size), size);
    }
}

/* The list of what is written, or given to methods. */
static void put_values(struct writer *w, const struct dlms_order *orders, uint16_t count)
{
    cosem_put_length(w, count);
    for (uint16_t i = 0; i < count; i++) {
        put_value(w, &orders[i].value);
    }
}

static void put_order(struct writer *w, const struct dlms_order *order)
{
    dlms_client_put_target(w, &order->target);
    if (order->what != DLMS_ACCESS_ACTION) {
        dlms_client_put_selection(w, order->part);
    }
}

static void begin(struct dlms_client *client, uint8_t service, const struct dlms_order *orders,
                  uint16_t count, struct reader values)
{
    dlms_client_begin(client, service, values);
    client->orders = orders;
    client->order_count = count;
}

/* The values behind the descriptors, or the first block of them. */
static size_t put_rest(struct dlms_client *client, const struct kind *kind, struct writer *w)
{
    enum { BLOCK_LEAST = 16 };
    size_t size = reader_left(&client->sending);
    if (w->tape + size <= w->room) {
        writer_octets(w, reader_octets(&client->sending, size), size);
        return writer_kept(w);
    }
    bool blocks = kind->blocks != 0 && (client->conformance & kind->blocks) != 0;
    if (!blocks || w->tape + BLOCK_LEAST > w->room) {
        return 0;
    }
    w->window[1] = kind->first_block;
    dlms_client_put_block(w, client);
    return writer_kept(w);
}

size_t dlms_client_list(struct dlms_client *client, const struct dlms_order *orders, uint16_t count,
                        uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM && count > 0);
    const struct kind *kind = kind_of(orders[0].what);
    struct writer values = writer_over(client->value, client->room);
    if (kind->service != DLMS_GET_REQUEST) {
        put_values(&values, orders, count);
    }
    begin(client, kind->service, orders, count, reader_over(client->value, writer_kept(&values)));
    if (writer_overflow(&values) || !is_served(client, orders, count, DLMS_CONFORMANCE_MULTIPLE)) {
        return 0;
    }
    struct writer w = writer_over(apdu, dlms_client_limit(client, room));
    dlms_client_put_head(&w, client, kind->whole);
    cosem_put_length(&w, count);
    for (uint16_t i = 0; i < count; i++) {
        put_order(&w, &orders[i]);
    }
    return put_rest(client, kind, &w);
}

static void put_access_order(struct writer *w, const struct dlms_order *order)
{
    writer_u8(w, (uint8_t)(order->part != NULL ? DLMS_ACCESS_GET_SELECTED : order->what));
    dlms_client_put_target(w, &order->target);
    if (order->part != NULL) {
        writer_u8(w, order->part->selector);
        put_value(w, &order->part->parameters);
    }
}

size_t dlms_client_access(struct dlms_client *client, const struct dlms_order *orders,
                          uint16_t count, bool stops, uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM && count > 0);
    begin(client, DLMS_ACCESS_REQUEST, orders, count, reader_over(NULL, 0));
    if (!is_served(client, orders, count, DLMS_CONFORMANCE_ACCESS)) {
        return 0;
    }
    struct writer w = writer_over(apdu, dlms_client_limit(client, room));
    writer_u8(&w, DLMS_ACCESS_REQUEST);
    writer_u32(&w, DLMS_LONG_INVOKE_CONFIRMED | (stops ? DLMS_LONG_INVOKE_BREAK_ON_ERROR : 0) |
                       client->invoke);
    writer_u8(&w, 0); /* no date-time */
    cosem_put_length(&w, count);
    for (uint16_t i = 0; i < count; i++) {
        put_access_order(&w, &orders[i]);
    }
    put_values(&w, orders, count);
    return writer_overflow(&w) ? 0 : writer_kept(&w);
}

enum dlms_client_outcome dlms_client_take_list(struct dlms_client *client, struct reader *r,
                                               size_t size)
{
    enum dlms_client_outcome kept = dlms_client_keep(client, r, size);
    return kept == DLMS_CLIENT_DONE ? dlms_client_end_list(client) : kept;
}

/* A response may repeat what was asked for. */
static void skip_specification(struct reader *r)
{
    size_t count = reader_u8(r) != 0 ? cosem_take_length(r) : 0;
    for (size_t i = 0; i < count && !r->fault; i++) {
        uint8_t choice = reader_u8(r);
        dlms_item_take(r);
        if (choice == DLMS_ACCESS_GET_SELECTED || choice == DLMS_ACCESS_SET_SELECTED) {
            reader_u8(r);
            cosem_skip_value(r);
        }
    }
}

enum dlms_client_outcome dlms_client_take_access(struct dlms_client *client, struct reader *r)
{
    bool ours = (reader_u32(r) & LONG_INVOKE_ID) == client->invoke;
    reader_octets(r, cosem_take_length(r)); /* date-time */
    skip_specification(r);
    if (!ours || r->fault) {
        return DLMS_CLIENT_MALFORMED;
    }
    return dlms_client_take_list(client, r, reader_left(r));
}

struct dlms_outcomes dlms_client_outcomes(const struct dlms_client *client)
{
    struct dlms_outcomes outcomes = {.service = client->service,
                                     .values = dlms_client_value(client)};
    size_t count = cosem_take_length(&outcomes.values);
    if (client->service == DLMS_ACCESS_REQUEST) {
        outcomes.results = outcomes.values;
        for (size_t i = 0; i < count && !outcomes.results.fault; i++) {
            cosem_skip_value(&outcomes.results);
        }
        count = cosem_take_length(&outcomes.results) == count ? count : 0;
    }
    if (count != client->order_count) {
        reader_fail(&outcomes.values);
    }
    return outcomes;
}

/* The value, or why there is none. */
static void take_value(struct reader *r, struct dlms_order_outcome *outcome)
{
    if (reader_u8(r) == DLMS_RESULT_DATA) {
        outcome->value = dlms_take_data(r);
        return;
    }
    outcome->result = (enum cosem_result)reader_u8(r);
    if (outcome->result == COSEM_SUCCESS) {
        reader_fail(r); /* no reason */
    }
}

static bool is_null(const struct reader *value)
{
    return value->size == 1 && value->data[0] == COSEM_NULL;
}

struct dlms_order_outcome dlms_outcomes_next(struct dlms_outcomes *outcomes)
{
    struct dlms_order_outcome outcome = {.result = COSEM_SUCCESS};
    struct reader *values = &outcomes->values;
    switch (outcomes->service) {
    case DLMS_GET_REQUEST:
        take_value(values, &outcome);
        break;
    case DLMS_SET_REQUEST:
        outcome.result = (enum cosem_result)reader_u8(values);
        break;
    case DLMS_ACTION_REQUEST:
        outcome.result = (enum cosem_result)reader_u8(values);
        if (reader_u8(values) == 1) {
            take_value(values, &outcome);
        }
        break;
    default:
        outcome.value = dlms_take_data(values);
        if (reader_u8(&outcomes->results) != DLMS_ACCESS_GET && is_null(&outcome.value)) {
            outcome.value.size = 0; /* nothing is given back */
        }
        outcome.result = (enum cosem_result)reader_u8(&outcomes->results);
    }
    return outcome;
}

enum dlms_client_outcome dlms_client_end_list(const struct dlms_client *client)
{
    struct dlms_outcomes outcomes = dlms_client_outcomes(client);
    bool access = client->service == DLMS_ACCESS_REQUEST;
    for (uint16_t i = 0; i < client->order_count && !outcomes.values.fault; i++) {
        if (access && reader_peek(&outcomes.results) != client->orders[i].what) {
            return DLMS_CLIENT_MALFORMED;
        }
        dlms_outcomes_next(&outcomes);
    }
    const struct reader *end = access ? &outcomes.results : &outcomes.values;
    return reader_done(end) && !outcomes.values.fault ? DLMS_CLIENT_DONE : DLMS_CLIENT_MALFORMED;
}
