/* An answer of any length, protected while it is read piece by piece: ciphered, signed, or both, in
 * either order. What dlms_security_send() makes of an APDU in memory. */
#ifndef WATTHOUR_DLMS_SECURITY_ENVELOPE_TAPE_H
#define WATTHOUR_DLMS_SECURITY_ENVELOPE_TAPE_H

#include "dlms/security_context.h"
#include "dlms/security_signed_tape.h"
#include "dlms/security_tape.h"

/* Not to be copied or moved. */
struct dlms_envelope_tape {
    enum dlms_signature signature;
    struct dlms_security_tape ciphered; /* unless it is signed alone */
    struct dlms_signed_tape signed_;    /* unless it is not signed */
};

/* A plain APDU of exactly `size` octets that begins with `tag`; sets title and counter of `by`. 0,
 * or -1: see dlms_security_send(). */
int dlms_envelope_tape_open(struct dlms_envelope_tape *tape,
                            const struct dlms_security_context *context, struct dlms_protection *by,
                            uint8_t tag, size_t size, struct dlms_source source,
                            struct dlms_signer signer);

/* The same of what is only ciphered, by keys that belong to no context; title and counter of `by`
 * are the caller's. */
int dlms_envelope_tape_cipher(struct dlms_envelope_tape *tape, const struct dlms_protection *by,
                              const struct dlms_material *material, uint8_t tag, size_t size,
                              struct dlms_source source);

/* The next octets, `room` of them while the tape lasts, into `piece`, which holds COSEM_CARRY
 * octets more. Returns how many. */
size_t dlms_envelope_tape_read(struct dlms_envelope_tape *tape, uint8_t *piece, size_t room);

/* Nothing is left to read, or it failed. */
bool dlms_envelope_tape_ended(const struct dlms_envelope_tape *tape);

/* What was read is no APDU, and never will be. */
bool dlms_envelope_tape_failed(const struct dlms_envelope_tape *tape);

/* Wipes the key. */
void dlms_envelope_tape_close(struct dlms_envelope_tape *tape);

#endif
