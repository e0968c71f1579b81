/* A text of any length, signed while it is read piece by piece: each octet is hashed as it passes,
 * and the signature is computed when all have. */
#ifndef WATTHOUR_DLMS_SECURITY_SIGNED_TAPE_H
#define WATTHOUR_DLMS_SECURITY_SIGNED_TAPE_H

#include "crypto/hash.h"
#include "dlms/security_signature.h"
#include "dlms/security_tape.h"

/* Who signs in the end; keys may have changed since the beginning. */
struct dlms_signer {
    /* 0, or -1: there is no key of that curve (any more), or it cannot be used now. */
    int (*sign)(void *owner, enum crypto_curve curve, const uint8_t *digest, uint8_t *signature);
    void *owner;
};

/* Not to be copied or moved. */
struct dlms_signed_tape {
    struct crypto_hash hash;
    struct dlms_source source;
    struct dlms_signer signer;
    enum crypto_curve curve;
    size_t left; /* octets of the text still to be read */
    bool signs;  /* the signature is still to be made */
    bool failed; /* the source ended early, or there is no signature: what was read is no APDU */
    uint8_t ready_at;
    uint8_t ready_size;
    uint8_t ready[DLMS_SIGNED_HEAD_MAX]; /* octets made and not read yet */
};

/* general-signing of exactly `size` octets. `general` is not needed any more afterwards. 0, or -1:
 * we do not make it so. */
int dlms_signed_tape_open(struct dlms_signed_tape *tape, const struct dlms_general *general,
                          enum crypto_curve curve, size_t size, struct dlms_source source,
                          struct dlms_signer signer);

/* Octets of the whole APDU; before anything is read. */
size_t dlms_signed_tape_size(const struct dlms_signed_tape *tape);

/* As dlms_security_tape_read() and so on. */
size_t dlms_signed_tape_read(struct dlms_signed_tape *tape, uint8_t *piece, size_t room);
bool dlms_signed_tape_ended(const struct dlms_signed_tape *tape);
void dlms_signed_tape_close(struct dlms_signed_tape *tape);

#endif
