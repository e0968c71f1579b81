#include "dlms/security_tape.h"

#include "crypto/secret.h"
#include "dlms/security_form.h"

#include <string.h>

_Static_assert(sizeof((struct dlms_security_tape *)0)->ready >= CRYPTO_BLOCK_SIZE + COSEM_CARRY,
               "a straddling block does not fit");

/* Begins with what is authenticated before the text, if that is. 0, or -1. */
static int begin(struct dlms_security_tape *tape, const struct dlms_protection *by,
                 const struct dlms_material *material)
{
    uint8_t prefix[DLMS_PREFIX_MAX];
    struct crypto_gcm_use use;
    if (dlms_form_use(by, material, prefix, &use) != 0) {
        return -1;
    }
    crypto_gcm_stream_begin(&tape->stream, material->gcm, &use);
    return 0;
}

int dlms_security_tape_open(struct dlms_security_tape *tape, const struct dlms_protection *by,
                            const struct dlms_material *material, uint8_t tag, size_t size,
                            struct dlms_source source)
{
    dlms_security_tape_close(tape);
    size_t head = dlms_form_head(by, tag, size, tape->ready);
    tape->encrypts = (by->control & DLMS_CONTROL_ENCRYPTED) != 0;
    bool protects = tape->encrypts || dlms_form_tail(by) > 0;
    if (head == 0 || !protects || begin(tape, by, material) != 0) {
        return -1;
    }
    tape->source = source;
    tape->left = size;
    tape->tail = (uint8_t)dlms_form_tail(by);
    tape->ready_size = (uint16_t)head;
    return 0;
}

size_t dlms_security_tape_size(const struct dlms_security_tape *tape)
{
    return tape->ready_size + tape->left + tape->tail;
}

static size_t give_ready(struct dlms_security_tape *tape, uint8_t *piece, size_t room)
{
    size_t size = (size_t)tape->ready_size - tape->ready_at;
    size = size < room ? size : room;
    memcpy(piece, tape->ready + tape->ready_at, size);
    tape->ready_at += (uint16_t)size;
    return size;
}

/* Protects the next `size` octets of the source in place: whole blocks, or all that is left. */
static size_t protect(struct dlms_security_tape *tape, uint8_t *octets, size_t size)
{
    if (size == 0) {
        return 0;
    }
    if (tape->source.read(tape->source.context, octets, size) != size) {
        dlms_security_tape_close(tape);
        tape->failed = true;
        return 0;
    }
    if (tape->encrypts) {
        crypto_gcm_stream_next(&tape->stream, octets, size);
    } else {
        crypto_gcm_stream_add(&tape->stream, octets, size);
    }
    tape->left -= size;
    return size;
}

/* What fits into `room` without straddling. */
static size_t whole_blocks(const struct dlms_security_tape *tape, size_t room)
{
    return tape->left <= room ? tape->left : room - room % CRYPTO_BLOCK_SIZE;
}

static void make_tag(struct dlms_security_tape *tape)
{
    crypto_gcm_stream_end(&tape->stream, tape->ready);
    tape->ready_size = tape->tail;
    tape->tail = 0;
}

/* Makes the block that straddles the piece's end ready, or the tag; false when nothing is left. */
static bool make_ready(struct dlms_security_tape *tape)
{
    tape->ready_at = 0;
    tape->ready_size = (uint16_t)protect(
        tape, tape->ready, tape->left < CRYPTO_BLOCK_SIZE ? tape->left : CRYPTO_BLOCK_SIZE);
    if (tape->ready_size == 0 && tape->tail > 0) {
        make_tag(tape);
    }
    return tape->ready_size > 0;
}

size_t dlms_security_tape_read(struct dlms_security_tape *tape, uint8_t *piece, size_t room)
{
    size_t size = give_ready(tape, piece, room);
    if (tape->ready_at == tape->ready_size) {
        size += protect(tape, piece + size, whole_blocks(tape, room - size));
    }
    while (size < room && make_ready(tape)) {
        size += give_ready(tape, piece + size, room - size);
    }
    return size;
}

bool dlms_security_tape_ended(const struct dlms_security_tape *tape)
{
    return tape->left == 0 && tape->tail == 0 && tape->ready_at == tape->ready_size;
}

void dlms_security_tape_close(struct dlms_security_tape *tape)
{
    crypto_wipe(tape, sizeof *tape);
}
