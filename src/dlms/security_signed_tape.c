#include "dlms/security_signed_tape.h"

#include "crypto/secret.h"

#include <string.h>

_Static_assert(sizeof((struct dlms_signed_tape *)0)->ready >= DLMS_SIGNED_TAIL_MAX,
               "a signature does not fit");

static size_t signature_size(const struct dlms_signed_tape *tape)
{
    return 2 * crypto_curve_size(tape->curve);
}

int dlms_signed_tape_open(struct dlms_signed_tape *tape, const struct dlms_general *general,
                          enum crypto_curve curve, size_t size, struct dlms_source source,
                          struct dlms_signer signer)
{
    dlms_signed_tape_close(tape);
    size_t head = dlms_signed_put_head(general, size, tape->ready);
    if (head == 0) {
        return -1;
    }
    crypto_hash_begin(&tape->hash, crypto_curve_hash(curve));
    crypto_hash_add(&tape->hash, tape->ready + 1, head - 1); /* all but the tag */
    tape->source = source;
    tape->signer = signer;
    tape->curve = curve;
    tape->left = size;
    tape->signs = true;
    tape->ready_size = (uint8_t)head;
    return 0;
}

size_t dlms_signed_tape_size(const struct dlms_signed_tape *tape)
{
    return tape->ready_size + tape->left + 1 + signature_size(tape);
}

static size_t give_ready(struct dlms_signed_tape *tape, uint8_t *piece, size_t room)
{
    size_t size = (size_t)tape->ready_size - tape->ready_at;
    size = size < room ? size : room;
    memcpy(piece, tape->ready + tape->ready_at, size);
    tape->ready_at = (uint8_t)(tape->ready_at + size);
    return size;
}

static size_t give_up(struct dlms_signed_tape *tape)
{
    dlms_signed_tape_close(tape);
    tape->failed = true;
    return 0;
}

static size_t give_text(struct dlms_signed_tape *tape, uint8_t *piece, size_t room)
{
    size_t size = tape->left < room ? tape->left : room;
    if (size == 0) {
        return 0;
    }
    if (tape->source.read(tape->source.context, piece, size) != size) {
        return give_up(tape);
    }
    crypto_hash_add(&tape->hash, piece, size);
    tape->left -= size;
    return size;
}

static size_t give_signature(struct dlms_signed_tape *tape, uint8_t *piece, size_t room)
{
    uint8_t digest[CRYPTO_HASH_MAX];
    size_t size = signature_size(tape);
    crypto_hash_end(&tape->hash, digest);
    if (tape->signer.sign(tape->signer.owner, tape->curve, digest, tape->ready + 1) != 0) {
        return give_up(tape);
    }
    tape->signs = false;
    tape->ready[0] = (uint8_t)size;
    tape->ready_at = 0;
    tape->ready_size = (uint8_t)(1 + size);
    return give_ready(tape, piece, room);
}

size_t dlms_signed_tape_read(struct dlms_signed_tape *tape, uint8_t *piece, size_t room)
{
    size_t size = give_ready(tape, piece, room);
    if (tape->ready_at == tape->ready_size) {
        size += give_text(tape, piece + size, room - size);
    }
    if (tape->signs && tape->left == 0 && size < room) {
        size += give_signature(tape, piece + size, room - size);
    }
    return size;
}

bool dlms_signed_tape_ended(const struct dlms_signed_tape *tape)
{
    return tape->left == 0 && !tape->signs && tape->ready_at == tape->ready_size;
}

void dlms_signed_tape_close(struct dlms_signed_tape *tape)
{
    crypto_wipe(tape, sizeof *tape);
}
