/* What carries push messages out, as a port: one message at a time, and never waiting. */
#ifndef WATTHOUR_FUNCTION_PUSH_SENDER_H
#define WATTHOUR_FUNCTION_PUSH_SENDER_H

#include "function/push.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an APDU goes. The octets stay until the message has ended. */
struct push_message {
    enum push_transport transport;
    const uint8_t *destination; /* TCP and UDP: "address:port", numbers; not terminated */
    uint8_t destination_size;
    uint8_t client_sap;
    uint8_t server_sap;
    const uint8_t *apdu;
    size_t size;
};

enum push_progress {
    PUSH_UNDER_WAY,
    PUSH_TAKEN,   /* the transport has all of it */
    PUSH_REACHED, /* and the other side's transport, too, as far as ours can know */
    PUSH_REFUSED, /* it does not get there: unreachable, refused, reset, too slow */
};

struct push_sender {
    /* 0: it is under way; -1: there is no such transport or destination. */
    int (*begin)(void *context, const struct push_message *message);

    enum push_progress (*look)(void *context);

    /* Another APDU behind the one that was taken, on the same connection; the octets stay until it
     * is taken. 0; -1: it does not go. NULL: messages of several APDUs are not for it. */
    int (*more)(void *context, const uint8_t *apdu, size_t size);

    /* The next APDU that came back, of at most `room` octets; 0: there is none. */
    size_t (*answer)(void *context, uint8_t *apdu, size_t room);

    /* Whatever has become of it. */
    void (*end)(void *context);

    void *context;
};

#endif
