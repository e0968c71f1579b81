/* An answer of any length, ciphered as one APDU while it is read piece by piece: for general block
 * transfer of ciphered APDUs. Every octet is encrypted exactly once under the one counter of the
 * APDU; a piece that may be asked for again is the caller's to keep. Other APDUs can be
 * protected in between by whatever key, and the key itself may go. */
#ifndef WATTHOUR_DLMS_SECURITY_TAPE_H
#define WATTHOUR_DLMS_SECURITY_TAPE_H

#include "cosem/tape.h"
#include "dlms/security_form.h"

/* Where the plain APDU comes from. */
struct dlms_source {
    /* Writes the next `room` octets, fewer only at the end, and returns how many. `piece` holds
     * COSEM_CARRY octets more, as for cosem_tape_read(). */
    size_t (*read)(void *context, uint8_t *piece, size_t room);
    void *context;
};

/* Not to be copied or moved. */
struct dlms_security_tape {
    bool encrypts;
    struct crypto_gcm_stream stream; /* what is only authenticated is its additional data */
    struct dlms_source source;
    size_t left;  /* octets of the plain APDU still to be read */
    uint8_t tail; /* octets of the tag still to be made ready */
    bool failed;  /* the source ended early: what was read is no APDU */
    uint16_t ready_at;
    uint16_t ready_size;
    uint8_t ready[DLMS_HEAD_MAX]; /* octets made and not read yet */
};

/* A plain APDU of exactly `size` octets that begins with `tag`. What of a protection points
 * elsewhere is not needed any more afterwards. 0, or -1: what dlms_protect() refuses. */
int dlms_security_tape_open(struct dlms_security_tape *tape, const struct dlms_protection *by,
                            const struct dlms_material *material, uint8_t tag, size_t size,
                            struct dlms_source source);

/* The next octets, `room` of them while the tape lasts, into `piece`, which holds COSEM_CARRY
 * octets more. Returns how many. */
size_t dlms_security_tape_read(struct dlms_security_tape *tape, uint8_t *piece, size_t room);

/* Octets of the whole APDU; before anything is read. */
size_t dlms_security_tape_size(const struct dlms_security_tape *tape);

/* Nothing is left to read, or it failed. */
bool dlms_security_tape_ended(const struct dlms_security_tape *tape);

/* Wipes the key. */
void dlms_security_tape_close(struct dlms_security_tape *tape);

#endif
