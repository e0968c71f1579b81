/* What a client's session is made of: one APDU to and fro, protected, in blocks; opening. Private
 * to client.c, client_exchange.c and client_open.c. */
#ifndef WATTHOUR_APP_CLIENT_EXCHANGE_H
#define WATTHOUR_APP_CLIENT_EXCHANGE_H

#include "app/client.h"

/* Says in one line what is wrong: -1. */
int client_fail(const struct client *client, const char *what);
int client_fail_transport(struct client *client);

/* Sends the plain APDU of `size` octets in client->request as it is, and receives the answer: 0, or
 * -1. The answer stands until the next exchange. */
int client_exchange_plain(struct client *client, size_t size, struct reader *answer);

/* The same through the guard: protected, when the association is. */
int client_exchange(struct client *client, size_t size, struct reader *answer);

/* From here on everything goes by general block transfer, where the options say so: 0, or -1: the
 * meter has not agreed to it. */
int client_use_blocks(struct client *client);

/* Releases the association; the transport stays open. */
void client_release(struct client *client);

/* Memory for what goes to and fro, freed by the second: 0, or -1. */
int client_exchange_begin(struct client *client);
void client_exchange_end(struct client *client);

/* Opens the association on a transport that is open. */
int client_associate(struct client *client);

#endif
