/* What several.c wants of a client beside reading; nothing of it may be called. */
#include "app/client.h"
#include "test/unit.h"

int client_write(struct client *client, const struct dlms_target *target, struct reader value,
                 struct reader *returned, enum cosem_result *result)
{
    (void)client, (void)target, (void)value, (void)returned, (void)result;
    fail();
    return -1;
}

int client_call(struct client *client, const struct dlms_target *target, struct reader parameter,
                struct reader *returned, enum cosem_result *result)
{
    return client_write(client, target, parameter, returned, result);
}

int client_order(struct client *client, const struct dlms_order *orders, uint16_t count,
                 struct dlms_outcomes *outcomes)
{
    (void)client, (void)orders, (void)count, (void)outcomes;
    fail();
    return -1;
}

size_t client_request_limit(const struct client *client)
{
    (void)client;
    fail();
    return 0;
}
