#include "app/protected.h"

#include "app/client_exchange.h"
#include "cosem/data.h"

enum { DATA_PROTECTION = 30, GET = 1, SET = 2, INVOKE = 3 };

static uint8_t parameter_octets[2 * DLMS_CLIENT_DATA];
static uint8_t returned_octets[DLMS_CLIENT_DATA];

static int fail_to_make(const struct client *client, int failed)
{
    return client_fail(client, failed == DLMS_SECURITY_ROOM
                                   ? "more than can be protected at once"
                                   : "the data cannot be protected by the keys that are given");
}

static const char *reason_of(int failed)
{
    switch (failed) {
    case DLMS_SECURITY_WEAK:
        return "the meter's data are protected in another way than they were asked for";
    case DLMS_SECURITY_TAG:
        return "the meter's data are not authentic: other keys, or changed on the way";
    case DLMS_SECURITY_COUNTER:
        return "the meter's data are not new";
    case DLMS_SECURITY_KEY:
        return "the meter's data are protected by a key that is not given";
    default:
        return "the meter's data are malformed";
    }
}

static int call(struct client *client, int8_t method, const struct writer *parameter,
                struct reader *returned, enum cosem_result *result)
{
    const struct dlms_target target = {DATA_PROTECTION, COSEM_NAME(0, 0, 43, 2, 0), method};
    if (writer_overflow(parameter)) {
        return client_fail(client, "more than can be protected at once");
    }
    return client_call(client, &target, reader_over(parameter->window, writer_kept(parameter)),
                       returned, result);
}

static int open_returned(struct client *client, struct reader returned, struct reader *plain)
{
    int failed = dlms_client_data_take(&client->guard, &client->options->layers, returned,
                                       returned_octets, plain);
    return failed != 0 ? client_fail(client, reason_of(failed)) : 0;
}

static struct writer parameter_writer(void)
{
    return writer_over(parameter_octets, sizeof parameter_octets);
}

int protected_read(struct client *client, const struct dlms_target *targets, size_t count,
                   struct reader *values, enum cosem_result *result)
{
    struct writer parameter = parameter_writer();
    struct reader returned = {0};
    dlms_client_data_get(&client->guard, &client->options->layers, targets, count, &parameter);
    int done = call(client, GET, &parameter, &returned, result);
    if (done != 0 || open_returned(client, returned, values) != 0) {
        return done != 0 ? done : -1;
    }
    struct cosem_value structure = cosem_take_value(values);
    return structure.tag == COSEM_STRUCTURE && structure.count == count
               ? 0
               : client_fail(client, reason_of(DLMS_SECURITY_MALFORMED));
}

int protected_write(struct client *client, const struct dlms_target *targets,
                    const struct reader *values, size_t count, enum cosem_result *result)
{
    struct writer parameter = parameter_writer();
    struct reader returned = {0};
    int failed = dlms_client_data_set(&client->guard, &client->options->layers, targets, values,
                                      count, &parameter);
    return failed != 0 ? fail_to_make(client, failed)
                       : call(client, SET, &parameter, &returned, result);
}

/* A method that gives nothing back is answered by null-data, protected. */
int protected_call(struct client *client, const struct dlms_target *target, struct reader value,
                   struct reader *returned, enum cosem_result *result)
{
    struct writer parameter = parameter_writer();
    struct reader answer = {0};
    int failed =
        dlms_client_data_act(&client->guard, &client->options->layers, target, value, &parameter);
    int done = failed != 0 ? fail_to_make(client, failed)
                           : call(client, INVOKE, &parameter, &answer, result);
    if (done != 0 || open_returned(client, answer, returned) != 0) {
        return done != 0 ? done : -1;
    }
    if (reader_left(returned) == 1 && reader_peek(returned) == COSEM_NULL) {
        *returned = reader_over(NULL, 0);
    }
    return 0;
}
