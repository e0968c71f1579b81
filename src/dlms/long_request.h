/* A request that is longer than memory: it stays in the stage where it was gathered, and is read
 * there through the server's window. What protects it is checked over the whole before anything of
 * it is read: tag and signature. What is encrypted is deciphered where it is read, piece by piece.
 */
#ifndef WATTHOUR_DLMS_LONG_REQUEST_H
#define WATTHOUR_DLMS_LONG_REQUEST_H

#include "base/reader.h"
#include "dlms/security_form.h"
#include "dlms/security_signature.h"
#include "dlms/stage.h"

#include <stddef.h>
#include <stdint.h>

/* The one that is being answered; its readers point into it. */
struct dlms_long {
    const struct dlms_stage *stage;
    struct reader_source source;
    size_t begin;                /* in the stage: of the text that is protected */
    size_t skip;                 /* octets of that text before what the source shows */
    uint8_t head[DLMS_HEAD_MAX]; /* of a ciphered one, while it is answered */
    uint8_t signed_head[DLMS_SIGNED_HEAD_MAX];
    struct crypto_gcm *gcm;    /* where the source deciphers; NULL: it does not */
    struct crypto_gcm_use use; /* by which it does */
};

/* Over `size` octets of the stage, through a window of `room` octets, the caller's as the stage is.
 */
struct reader dlms_long_open(struct dlms_long *request, const struct dlms_stage *stage, size_t size,
                             uint8_t *window, size_t room);

/* Takes the head of the ciphered APDU that the source shows. 0; -1: it is none, or cannot be read.
 */
int dlms_long_take(struct dlms_long *request, struct dlms_ciphered *ciphered);

/* See dlms_unprotect(). */
int dlms_long_unprotect(struct dlms_long *request, const struct dlms_ciphered *ciphered,
                        const struct dlms_material *material, struct reader *plain);

/* Takes the head of the signed APDU that the source shows: dlms_signed_take_head(). 0; -1: it is
 * none, or cannot be read. */
int dlms_long_take_signed(struct dlms_long *request, struct dlms_signed *held);

/* See dlms_signed_check(); MALFORMED as well. */
int dlms_long_check_signed(struct dlms_long *request, const struct dlms_signed *held,
                           const struct dlms_signing *signing, const uint8_t *title);

/* What was signed is all that the source shows from now on. */
struct reader dlms_long_show_content(struct dlms_long *request, const struct dlms_signed *held);

#endif
