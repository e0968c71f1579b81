/* Asks a session in a copy of the request, of exactly its size: the server uses it up, and a
 * sanitizer sees who reads beyond. */
#ifndef WATTHOUR_TEST_DLMS_SESSION_ASK_H
#define WATTHOUR_TEST_DLMS_SESSION_ASK_H

#include "dlms/server.h"

#include <stdlib.h>
#include <string.h>

static inline size_t session_ask(struct dlms_session *asked, uint16_t client_sap,
                                 uint16_t server_sap, const uint8_t *apdu, size_t size,
                                 uint8_t *octets, size_t room)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, apdu, size);
    size_t answered = dlms_session_answer(asked, client_sap, server_sap, copy, size, octets, room);
    free(copy);
    return answered;
}

#endif
