#include "dlms/security_envelope_tape.h"

#include "dlms/apdu.h"

static size_t read_ciphered(void *context, uint8_t *piece, size_t room)
{
    return dlms_security_tape_read(context, piece, room);
}

static size_t read_signed(void *context, uint8_t *piece, size_t room)
{
    return dlms_signed_tape_read(context, piece, room);
}

static int cipher(struct dlms_envelope_tape *tape, const struct dlms_security_context *context,
                  struct dlms_protection *by, uint8_t tag, size_t size, struct dlms_source source)
{
    struct dlms_material material;
    if (dlms_security_begin(context, by, &material) != 0) {
        return -1;
    }
    return dlms_security_tape_open(&tape->ciphered, by, &material, tag, size, source);
}

static int sign(struct dlms_envelope_tape *tape, const struct dlms_security_context *context,
                const struct dlms_protection *by, size_t size, struct dlms_source source,
                struct dlms_signer signer)
{
    const struct dlms_signing *signing = context->signing;
    if (signing == NULL || signing->ecc == NULL || signing->own == NULL) {
        return -1;
    }
    return dlms_signed_tape_open(&tape->signed_, &by->signing, signing->curve, size, source,
                                 signer);
}

int dlms_envelope_tape_open(struct dlms_envelope_tape *tape,
                            const struct dlms_security_context *context, struct dlms_protection *by,
                            uint8_t tag, size_t size, struct dlms_source source,
                            struct dlms_signer signer)
{
    int failed = 0;
    dlms_envelope_tape_close(tape);
    tape->signature = by->signature;
    switch (by->signature) {
    case DLMS_UNSIGNED:
        return cipher(tape, context, by, tag, size, source);
    case DLMS_SIGNED_ALONE:
        return sign(tape, context, by, size, source, signer);
    case DLMS_SIGNED_INSIDE:
        failed = sign(tape, context, by, size, source, signer);
        size = dlms_signed_tape_size(&tape->signed_);
        source = (struct dlms_source){read_signed, &tape->signed_};
        return failed ? failed : cipher(tape, context, by, DLMS_GENERAL_SIGNING, size, source);
    case DLMS_SIGNED_AROUND:
        failed = cipher(tape, context, by, tag, size, source);
        size = dlms_security_tape_size(&tape->ciphered);
        source = (struct dlms_source){read_ciphered, &tape->ciphered};
        return failed ? failed : sign(tape, context, by, size, source, signer);
    }
    return -1;
}

int dlms_envelope_tape_cipher(struct dlms_envelope_tape *tape, const struct dlms_protection *by,
                              const struct dlms_material *material, uint8_t tag, size_t size,
                              struct dlms_source source)
{
    dlms_envelope_tape_close(tape);
    return dlms_security_tape_open(&tape->ciphered, by, material, tag, size, source);
}

/* Which of the two is read, and reads the other. */
static bool is_signed_outside(const struct dlms_envelope_tape *tape)
{
    return tape->signature == DLMS_SIGNED_ALONE || tape->signature == DLMS_SIGNED_AROUND;
}

size_t dlms_envelope_tape_read(struct dlms_envelope_tape *tape, uint8_t *piece, size_t room)
{
    return is_signed_outside(tape) ? dlms_signed_tape_read(&tape->signed_, piece, room)
                                   : dlms_security_tape_read(&tape->ciphered, piece, room);
}

bool dlms_envelope_tape_ended(const struct dlms_envelope_tape *tape)
{
    return is_signed_outside(tape) ? dlms_signed_tape_ended(&tape->signed_)
                                   : dlms_security_tape_ended(&tape->ciphered);
}

bool dlms_envelope_tape_failed(const struct dlms_envelope_tape *tape)
{
    return tape->signed_.failed || tape->ciphered.failed;
}

void dlms_envelope_tape_close(struct dlms_envelope_tape *tape)
{
    tape->signature = DLMS_UNSIGNED;
    dlms_signed_tape_close(&tape->signed_);
    dlms_security_tape_close(&tape->ciphered);
}
