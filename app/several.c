#include "app/several.h"

#include "app/obis_class.h"
#include "app/object_list.h"
#include "app/protected.h"
#include "cosem/data.h"

#include <string.h>

enum {
    PROTECTED_MOST = 16,
    ORDERS_MOST = 32,
    ORDER_SIZE = 12 /* octets of a descriptor, and of its share */
};

/* 1: the object that has the name is of that class; 0: it is not, or nobody can say; -1: the
 * connection is of no more use. */
static int is_of_class(struct client *client, uint16_t class_id, const struct cosem_name *name)
{
    enum { LOGICAL_NAME = 1 };
    struct reader value;
    enum cosem_result result;
    int read =
        class_id == 0 ? 1 : client_read(client, class_id, name, LOGICAL_NAME, &value, &result);
    if (read != 0) {
        return read < 0 ? -1 : 0;
    }
    struct cosem_value told = cosem_take_value(&value);
    return told.tag == COSEM_OCTET_STRING && told.count == sizeof name->obis &&
           memcmp(told.octets, name->obis, sizeof name->obis) == 0;
}

/* `*target` has a class where it could be guessed. */
static int guess_class(struct client *client, struct words_target *target)
{
    uint16_t usual = obis_class(&target->name);
    int right = is_of_class(client, usual, &target->name);
    target->class_id = right > 0 ? usual : 0;
    return right < 0 ? -1 : 0;
}

/* Of the same object before it. */
static void copy_class(struct words_target *targets, int index)
{
    for (int i = 0; i < index && targets[index].class_id == 0; i++) {
        if (memcmp(&targets[i].name, &targets[index].name, sizeof targets[i].name) == 0) {
            targets[index].class_id = targets[i].class_id;
        }
    }
}

/* The list is read when it is first wanted. */
static int look_up_class(struct client *client, struct object_list *list,
                         struct words_target *target)
{
    if (list->entries == NULL && object_list_read(list, client) != 0) {
        return -1;
    }
    const struct object_entry *entry = object_list_find(list, &target->name);
    target->class_id = entry ? entry->class_id : 0;
    return 0;
}

int several_find_classes(struct client *client, struct words_target *targets, int count)
{
    struct object_list list = {NULL, 0};
    int failed = 0;
    for (int i = 0; failed == 0 && i < count; i++) {
        copy_class(targets, i);
        if (targets[i].class_id == 0) {
            failed = guess_class(client, &targets[i]);
        }
        if (failed == 0 && targets[i].class_id == 0) {
            failed = look_up_class(client, &list, &targets[i]);
        }
    }
    object_list_free(&list);
    return failed;
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
    int scaler_unit = reading_scaler_unit(target->class_id, target->attribute);
    if (scaler_unit != 0) {
        orders[count++] = read_order(target, scaler_unit);
    }
    orders[count++] = read_order(target, target->attribute);
    return count;
}

/* The outcomes of one target. */
static struct reading take_reading(const struct words_target *target,
                                   struct dlms_outcomes *outcomes)
{
    struct reading reading = reading_begin(target->class_id);
    if (reading_scaler_unit(target->class_id, target->attribute) != 0) {
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

/* The values of one target, of those that came protected. */
static struct reading take_protected(const struct words_target *target, struct reader *values)
{
    struct reading reading = reading_begin(target->class_id);
    if (reading_scaler_unit(target->class_id, target->attribute) != 0) {
        reading_take_scaler_unit(&reading, cosem_take_part(values));
    }
    reading.result = COSEM_SUCCESS;
    reading.value = cosem_take_part(values);
    return reading;
}

/* What the meter refuses it refuses for all of them. */
static int read_protected(struct client *client, const struct words_target *targets, int first,
                          int until, several_takes_reading *take, void *owner)
{
    struct dlms_order orders[ORDERS_MOST + 1] = {{.what = DLMS_ACCESS_GET}};
    struct dlms_target objects[ORDERS_MOST + 1] = {{0}};
    enum cosem_result result = COSEM_SUCCESS;
    struct reader values;
    int count = 0;
    for (int i = first; i < until; i++) {
        count += put_orders(orders + count, &targets[i]);
    }
    for (int i = 0; i < count; i++) {
        objects[i] = orders[i].target;
    }
    int failed = protected_read(client, objects, (size_t)count, &values, &result);
    for (int i = first; failed >= 0 && i < until; i++) {
        struct reading reading =
            failed == 0 ? take_protected(&targets[i], &values) : (struct reading){.result = result};
        failed |= take(owner, i, &reading);
    }
    return failed;
}

int several_read(struct client *client, const struct words_target *targets, int count,
                 several_takes_reading *take, void *owner)
{
    bool is_protected = client->options->layers.count > 0;
    bool single = client->options->by == CLIENT_SINGLE && !is_protected;
    int most = is_protected ? PROTECTED_MOST : orders_most(client);
    int failed = 0;
    for (int first = 0; first < count;) {
        int until = single ? first + 1 : until_full(targets, first, count, most);
        int result = single         ? read_single(client, &targets[first], first, take, owner)
                     : is_protected ? read_protected(client, targets, first, until, take, owner)
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
    if (client->options->layers.count > 0) {
        outcome->value = reader_over(NULL, 0);
        return protected_call(client, &order->target, order->value, &outcome->value,
                              &outcome->result);
    }
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

/* Attributes are written protected all at once: what the meter says of it is said of each. */
static int write_protected(struct client *client, const struct dlms_order *orders, int count,
                           several_takes_outcome *take, void *owner)
{
    struct dlms_target targets[ORDERS_MOST] = {{0}};
    struct reader values[ORDERS_MOST];
    struct dlms_order_outcome outcome = {.result = COSEM_SUCCESS, .value = reader_over(NULL, 0)};
    int done = 0;
    for (int i = 0; i < count; i++) {
        targets[i] = orders[i].target;
        values[i] = orders[i].value;
    }
    int failed = protected_write(client, targets, values, (size_t)count, &outcome.result);
    for (int i = 0; failed >= 0 && i < count; i++) {
        done |= take(owner, i, &outcome);
    }
    return failed < 0 ? failed : (done | failed);
}

int several_do(struct client *client, const struct dlms_order *orders, int count,
               several_takes_outcome *take, void *owner)
{
    struct dlms_outcomes outcomes;
    int failed = 0;
    if (client->options->layers.count > 0 && orders[0].what == DLMS_ACCESS_SET) {
        return write_protected(client, orders, count, take, owner);
    }
    if (client->options->by == CLIENT_SINGLE || client->options->layers.count > 0) {
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
