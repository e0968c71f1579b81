/* A DLMS client's session with a meter: connects, associates, reads, writes, calls. What goes wrong
 * is said in one line on stderr.
 *
 *     client_init(&client, &options);                   who we are, and where the meter is
 *     if (client_open(&client) == 0) {
 *         client_read(&client, 3, &name, 2, &value, &result);
 *     }
 *     client_close(&client);
 *
 * The options come from the command line (client_options.h); a command that makes its own begins
 * with client_defaults and sets at least `command` and `url`. */
#ifndef WATTHOUR_APP_CLIENT_H
#define WATTHOUR_APP_CLIENT_H

#include "app/client_options.h"
#include "app/client_result.h"
#include "app/transport.h"
#include "base/reader.h"
#include "cosem/model.h"
#include "dlms/client_blocks.h"
#include "dlms/client_guard.h"
#include "dlms/client_list.h"

#include <stdbool.h>
#include <stdint.h>

struct client {
    const struct client_options *options;
    struct transport transport;
    bool associated;
    struct dlms_client dlms;
    struct dlms_client_guard guard;
    struct crypto_random random;
    struct crypto_ecc curves; /* what signatures are computed with */
    struct dlms_signing signing;
    uint32_t counter; /* invocation counter that the session began with */
    uint8_t *value;   /* of the last value received */
    uint8_t *sent;    /* an APDU as it goes out */
    uint8_t *request; /* and plain before, in the same place */
    uint8_t *received;
    uint8_t *deciphered;
    struct dlms_client_blocks blocks;
    uint8_t *block; /* one of a request's, with general block transfer */
    uint8_t *whole; /* an answer that came in blocks */
};

enum { CLIENT_REQUEST = TRANSPORT_APDU /* octets of the longest request */ };
enum { CLIENT_VALUE = 16 * 1024 * 1024 /* 100 000 profile rows of 160 octets */ };

void client_init(struct client *client, const struct client_options *options);

/* Connects and associates: 0, or -1. Either way it is to be closed. */
int client_open(struct client *client);

/* 0: `*value` is to be walked through; 1: refused, for the reason in `*result`; -1: the connection
 * is of no more use. The value stands until the next call. */
int client_read(struct client *client, uint16_t class_id, const struct cosem_name *name,
                int attribute, struct reader *value, enum cosem_result *result);

/* The same by selective access: rows of a profile, objects of a list. */
int client_read_part(struct client *client, const struct dlms_target *target,
                     const struct dlms_selection *part, struct reader *value,
                     enum cosem_result *result);

/* Write an attribute, call a method, in blocks when it must be: 0: done, and
 * `*returned` is what a method gave back, maybe nothing; 1: refused; -1 as client_read(). */
int client_write(struct client *client, const struct dlms_target *target, struct reader value,
                 struct reader *returned, enum cosem_result *result);
int client_call(struct client *client, const struct dlms_target *target, struct reader parameter,
                struct reader *returned, enum cosem_result *result);

/* Several at once, with list or by ACCESS as the options say (dlms/client_list.h): 0: each has its
 * outcome; -1: all of it is refused, or the connection is of no more use. */
int client_order(struct client *client, const struct dlms_order *orders, uint16_t count,
                 struct dlms_outcomes *outcomes);

/* Octets of the longest request that the meter takes. */
size_t client_request_limit(const struct client *client);

void client_close(struct client *client);

#endif
