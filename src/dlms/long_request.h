/* A request that is longer than memory: it stays in the stage where it was gathered, and is read
 * there through the server's window. A ciphered one is checked as a whole before anything of it is
 * read, and deciphered piece by piece where it is read. */
#ifndef WATTHOUR_DLMS_LONG_REQUEST_H
#define WATTHOUR_DLMS_LONG_REQUEST_H

#include "base/reader.h"
#include "dlms/security_form.h"
#include "dlms/stage.h"

#include <stddef.h>
#include <stdint.h>

/* The one that is being answered; its readers point into it. */
struct dlms_long {
    const struct dlms_stage *stage;
    struct reader_source source;
    size_t begin;                  /* of what the source shows, in the stage */
    uint8_t head[DLMS_HEAD_MAX];   /* of a ciphered one, while it is answered */
    struct dlms_material material; /* by which the source deciphers; no key: it does not */
    uint8_t nonce[CRYPTO_GCM_NONCE_SIZE];
};

/* Over `size` octets of the stage, through a window of `room` octets, the caller's as the stage is.
 */
struct reader dlms_long_open(struct dlms_long *request, const struct dlms_stage *stage, size_t size,
                             uint8_t *window, size_t room);

/* Takes the head of the ciphered APDU that it is. 0; -1: it is none, or cannot be read. */
int dlms_long_take(struct dlms_long *request, struct dlms_ciphered *ciphered);

/* See dlms_unprotect(). ROOM: it is authenticated and not encrypted, which can only be checked in
 * one piece. */
int dlms_long_unprotect(struct dlms_long *request, const struct dlms_ciphered *ciphered,
                        const struct dlms_material *material, struct reader *plain);

#endif
