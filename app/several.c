#include "app/several.h"

#include "app/object_list.h"

enum { ORDERS_MOST = 32, ORDER_SIZE = 12 /* octets of a descriptor, and of its share */ };

int several_find_classes(struct client *client, struct words_target *targets, int count)
{
    struct object_list list = {NULL, 0};
    for (int i = 0; i < count; i++) {
        if (targets[i].class_id != 0) {
            continue;
        }
        if (list.entries == NULL && object_list_read(&list, client) != 0) {
            return -1;
        }
        const struct object_entry *entry = object_list_find(&list, &targets[i].name);
        targets[i].class_id = entry ? entry->class_id : 0;
    }
    object_list_free(&list);
    return 0;
}

/* Orders that a request for reading holds. */
static int orders_most(const struct client *client)
{
    size_t most = client_request_limit(client) / ORDER_SIZE;
    return most > ORDERS_MOST + 2 ? ORDERS_MOST : most > 3 ? (int)most - 2 : 1;
}

static struct dlms_order read_order(const struct words_target *target, int attribute)
{
    return (struct dlms_order){.what = DLMS_ACCESS_GET,
                               .target = {target->class_id, target->name, (int8_t)attribute}};
}

/* The orders of one target: at most two. */
static int put_orders(struct dlms_order *orders, const struct words_target *target)
{
    int count = 0;
    if (reading_is_measured(target->class_id, target->attribute)) {
        orders[count++] = read_order(target, READING_SCALER_UNIT);
    }
    orders[count++] = read_order(target, target->attribute);
    return count;
}

/* The outcomes of one target. */
static struct reading take_reading(const struct words_target *target,
                                   struct dlms_outcomes *outcomes)
{
    struct reading reading = reading_begin(target->class_id);
    if (reading_is_measured(target->class_id, target->attribute)) {
        struct dlms_order_outcome scaler_unit = dlms_outcomes_next(outcomes);
        reading_take_scaler_unit(&reading, scaler_unit.value);
    }
    struct dlms_order_outcome outcome = dlms_outcomes_next(outcomes);
    reading.result = outcome.result;
    reading.value = outcome.value;
    return reading;
}

static int read_some(struct client *client, const struct words_target *targets, int first,
                     int until, several_takes_reading *take, void *owner)
{
    struct dlms_order orders[ORDERS_MOST + 1] = {{.what = DLMS_ACCESS_GET}};
    struct dlms_outcomes outcomes;
    int count = 0;
    int failed = 0;
    for (int i = first; i < until; i++) {
        count += put_orders(orders + count, &targets[i]);
    }
    if (client_order(client, orders, (uint16_t)count, &outcomes) != 0) {
        return -1;
    }
    for (int i = first; i < until; i++) {
        struct reading reading = take_reading(&targets[i], &outcomes);
        failed |= take(owner, i, &reading) | (reading.result != COSEM_SUCCESS);
    }
    return failed;
}

/* What stands for one that a request has room for, with those before it. */
static int until_full(const struct words_target *targets, int first, int count, int most)
{
    struct dlms_order orders[2];
    int until = first;
    for (int used = 0; until < count; until++) {
        used += put_orders(orders, &targets[until]);
        if (used > most && until > first) {
            break;
        }
    }
    return until;
}

static int read_single(struct client *client, const struct words_target *target, int index,
                       several_takes_reading *take, void *owner)
{
    struct reading reading;
    int read = reading_take(&reading, client, target->class_id, &target->name, target->attribute);
    return read < 0 ? -1 : (take(owner, index, &reading) | read);
}

int several_read(struct client *client, const struct words_target *targets, int count,
                 several_takes_reading *take, void *owner)
{
    bool single = client->options->by == CLIENT_SINGLE;
    int most = orders_most(client);
    int failed = 0;
    for (int first = 0; first < count;) {
        int until = single ? first + 1 : until_full(targets, first, count, most);
        int result = single ? read_single(client, &targets[first], first, take, owner)
                            : read_some(client, targets, first, until, take, owner);
        if (result < 0) {
            return -1;
        }
        failed |= result;
        first = until;
    }
    return failed;
}

static int do_single(struct client *client, const struct dlms_order *order,
                     struct dlms_order_outcome *outcome)
{
    bool set = order->what == DLMS_ACCESS_SET;
    outcome->result = COSEM_SUCCESS;
    return (set ? client_write : client_call)(client, &order->target, order->value, &outcome->value,
                                              &outcome->result);
}

/* Nothing behind the first that fails, as ACCESS would. */
static int do_one_by_one(struct client *client, const struct dlms_order *orders, int count,
                         several_takes_outcome *take, void *owner)
{
    for (int i = 0; i < count; i++) {
        struct dlms_order_outcome outcome = {.result = COSEM_SUCCESS};
        int done = do_single(client, &orders[i], &outcome);
        if (done < 0 || (take(owner, i, &outcome) | done) != 0) {
            return done < 0 ? -1 : 1;
        }
    }
    return 0;
}

int several_do(struct client *client, const struct dlms_order *orders, int count,
               several_takes_outcome *take, void *owner)
{
    struct dlms_outcomes outcomes;
    int failed = 0;
    if (client->options->by == CLIENT_SINGLE) {
        return do_one_by_one(client, orders, count, take, owner);
    }
    if (client_order(client, orders, (uint16_t)count, &outcomes) != 0) {
        return -1;
    }
    for (int i = 0; i < count; i++) {
        struct dlms_order_outcome outcome = dlms_outcomes_next(&outcomes);
        failed |= take(owner, i, &outcome) | (outcome.result != COSEM_SUCCESS);
    }
    return failed;
}
