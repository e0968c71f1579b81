/* Several things in one request: GET, SET and ACTION with list, and ACCESS, which may mix them.
 *
 *     size = dlms_client_list(&client, orders, count, apdu, room);    as dlms_client_get()
 *     ..                                                              until DLMS_CLIENT_DONE
 *     struct dlms_outcomes outcomes = dlms_client_outcomes(&client);
 *     for each order: dlms_outcomes_next(&outcomes)
 *
 * The orders must stand until the outcome is another than DLMS_CLIENT_MORE. What they write is
 * gathered where the answer will be (the client's value): long lists of SET and ACTION go in
 * blocks. Descriptors, and ACCESS, have to fit one APDU, unless general blocks carry it
 * (client_blocks.h). Source: Green Book 9.3.7 to 9.3.9 (with list), 9.3.12 (ACCESS), 9.5. */
#ifndef WATTHOUR_DLMS_CLIENT_LIST_H
#define WATTHOUR_DLMS_CLIENT_LIST_H

#include "dlms/client.h"

struct dlms_order {
    enum dlms_access_choice what; /* DLMS_ACCESS_GET, _SET or _ACTION */
    struct dlms_target target;
    const struct dlms_selection *part; /* of a GET; NULL: the whole attribute */
    struct reader value;               /* one complete Data; of an ACTION it may be empty */
};

/* All orders are of one kind. 0: the server has no lists or no such selection, or it is too long.
 */
size_t dlms_client_list(struct dlms_client *client, const struct dlms_order *orders, uint16_t count,
                        uint8_t *apdu, size_t room);

/* The server does them in their order; `stops`: nothing behind the first that fails. 0: it has no
 * ACCESS, or it is too long. */
size_t dlms_client_access(struct dlms_client *client, const struct dlms_order *orders,
                          uint16_t count, bool stops, uint8_t *apdu, size_t room);

struct dlms_order_outcome {
    enum cosem_result result;
    struct reader value; /* read, or given back; may be empty */
};

/* A walk through the outcomes, as many as there were orders. */
struct dlms_outcomes {
    uint8_t service;
    struct reader values;
    struct reader results; /* of ACCESS */
};

/* Of an answer that was DLMS_CLIENT_DONE. */
struct dlms_outcomes dlms_client_outcomes(const struct dlms_client *client);
struct dlms_order_outcome dlms_outcomes_next(struct dlms_outcomes *outcomes);

#endif
