#include "dlms/general_block.h"

#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/server.h"

#include <string.h>

enum { LAST = 0x80, STREAMING = 0x40, WINDOW = 0x3F };

struct dlms_general_block_apdu dlms_general_block_take(struct reader *r)
{
    struct dlms_general_block_apdu block = {0};
    if (reader_u8(r) != DLMS_GENERAL_BLOCK_TRANSFER) {
        reader_fail(r);
    }
    uint8_t control = reader_u8(r);
    block.last = (control & LAST) != 0;
    block.streaming = (control & STREAMING) != 0;
    block.window = control & WINDOW;
    block.number = reader_u16(r);
    block.acknowledged = reader_u16(r);
    block.data = reader_part(r, cosem_take_length(r));
    if (!reader_done(r)) {
        reader_fail(r);
    }
    return block;
}

void dlms_general_block_put_head(struct writer *w, const struct dlms_general_block_apdu *block,
                                 size_t size)
{
    writer_u8(w, DLMS_GENERAL_BLOCK_TRANSFER);
    writer_u8(w, (uint8_t)((block->last ? LAST : 0) | (block->streaming ? STREAMING : 0) |
                           (block->window & WINDOW)));
    writer_u16(w, block->number);
    writer_u16(w, block->acknowledged);
    cosem_put_length(w, size);
}

/* The client tells what of our answer it has got, and how much it takes now. That is a block of its
 * own, which we acknowledge in turn. */
static enum dlms_general_taken take_acknowledgement(struct dlms_association *a,
                                                    const struct dlms_general_block_apdu *block)
{
    struct dlms_general_block *general = &a->general;
    bool possible =
        block->acknowledged >= general->acknowledged && block->acknowledged <= general->made;
    if (!possible) {
        general->sending = false;
        return DLMS_GENERAL_BROKEN;
    }
    general->taken = block->number;
    general->acknowledged = block->acknowledged;
    general->sent = block->acknowledged;
    general->window = block->window;
    if (general->ended && general->acknowledged == general->made) {
        general->sending = false;
        return DLMS_GENERAL_NOTHING;
    }
    return DLMS_GENERAL_SEND;
}

/* A request in one block needs no gathering. */
static enum dlms_general_taken gather(struct dlms_association *a,
                                      const struct dlms_general_block_apdu *block,
                                      struct reader *whole)
{
    struct dlms_general_block *general = &a->general;
    if (block->number == 1 && block->last) {
        *whole = block->data;
        return DLMS_GENERAL_WHOLE;
    }
    static const struct reader nothing;
    if (block->number == 1 &&
        dlms_gather_begin(a, DLMS_GENERAL_BLOCK_TRANSFER, false, &nothing) != 0) {
        return DLMS_GENERAL_BROKEN;
    }
    bool lost;
    if (!dlms_gather_under_way(a, DLMS_GENERAL_BLOCK_TRANSFER, &lost) ||
        dlms_gather_append(a, &block->data) != 0) {
        return DLMS_GENERAL_BROKEN;
    }
    general->taken = block->number;
    if (!block->last) {
        return block->streaming ? DLMS_GENERAL_NOTHING : DLMS_GENERAL_ASK;
    }
    return dlms_gather_end(a, whole) == 0 ? DLMS_GENERAL_WHOLE : DLMS_GENERAL_BROKEN;
}

enum dlms_general_taken dlms_general_block_receive(struct dlms_association *a,
                                                   const struct dlms_general_block_apdu *block,
                                                   struct reader *whole)
{
    struct dlms_general_block *general = &a->general;
    if (general->sending && (block->data.size == 0 || block->number != 1)) {
        return take_acknowledgement(a, block);
    }
    bool lost;
    bool gathering = dlms_gather_under_way(a, DLMS_GENERAL_BLOCK_TRANSFER, &lost);
    if (block->data.size == 0 && !gathering) {
        return DLMS_GENERAL_BROKEN; /* acknowledges what nobody sends */
    }
    general->sending = false;
    if (block->number == 1) {
        general->taken = 0;
    }
    if (block->number != general->taken + 1) {
        return block->streaming ? DLMS_GENERAL_NOTHING : DLMS_GENERAL_ASK;
    }
    enum dlms_general_taken taken = gather(a, block, whole);
    general->window = block->window;
    if (taken == DLMS_GENERAL_WHOLE) {
        general->taken = block->number;
    }
    return taken;
}

void dlms_general_block_acknowledge(struct dlms_association *a, struct writer *w)
{
    struct dlms_general_block_apdu block = {.window = DLMS_GENERAL_BLOCK_WINDOW,
                                            .acknowledged = a->general.taken};
    dlms_general_block_put_head(w, &block, 0);
}

/* Blocks are kept behind what the answer itself needs; what another association kept is lost. */
static void take_room(struct dlms_association *a)
{
    struct dlms_general_block *general = &a->general;
    if (a->kept->owner != a) {
        a->kept->owner = a;
        a->kept->size = 0;
    }
    size_t left = DLMS_KEPT - a->kept->size;
    size_t most = (size_t)(a->answer_max - DLMS_GENERAL_BLOCK_HEAD);
    general->kept_at = (uint16_t)a->kept->size;
    general->room = (uint16_t)(most < left ? most : left);
}

void dlms_general_block_begin(struct dlms_association *a, struct dlms_stream stream, uint8_t window)
{
    a->general.stream = stream;
    a->general.sending = true;
    a->general.ended = false;
    a->general.window = window;
    a->general.acknowledged = 0;
    a->general.sent = 0;
    a->general.made = 0;
    take_room(a);
}

static uint8_t *place_of(const struct dlms_association *a, uint16_t number)
{
    const struct dlms_general_block *general = &a->general;
    size_t places = (DLMS_KEPT - (size_t)general->kept_at) / general->room;
    return a->kept->octets + general->kept_at + (number - 1u) % places * general->room;
}

static size_t window_of(const struct dlms_association *a)
{
    const struct dlms_general_block *general = &a->general;
    size_t places = (DLMS_KEPT - (size_t)general->kept_at) / general->room;
    size_t window = general->window < places ? general->window : places;
    return window > 0 && a->streams ? window : 1;
}

bool dlms_general_block_more(const struct dlms_association *a)
{
    const struct dlms_general_block *general = &a->general;
    bool all = general->ended && general->sent == general->made;
    return general->sending && a->kept->owner == a && !all &&
           general->sent < general->acknowledged + window_of(a);
}

/* Makes the next block, behind the room for a head, and keeps it. */
static void make(struct dlms_association *a, uint8_t *octets)
{
    struct dlms_general_block *general = &a->general;
    general->last_size = (uint16_t)general->stream.read(a, octets, general->room);
    general->ended = general->stream.ended(a);
    general->made++;
    memcpy(place_of(a, general->made), octets, general->last_size);
}

void dlms_general_block_send(struct dlms_association *a, struct writer *w)
{
    struct dlms_general_block *general = &a->general;
    uint8_t *octets = w->window + DLMS_GENERAL_BLOCK_HEAD;
    uint16_t number = ++general->sent;
    if (number > general->made) {
        make(a, octets);
    }
    size_t size = number == general->made ? general->last_size : general->room;
    memcpy(octets, place_of(a, number), size);
    struct dlms_general_block_apdu block = {
        .last = general->ended && number == general->made,
        .streaming = dlms_general_block_more(a),
        .window = DLMS_GENERAL_BLOCK_WINDOW,
        .number = number,
        .acknowledged = general->taken,
    };
    dlms_general_block_put_head(w, &block, size);
    memmove(w->window + w->tape, octets, size);
    w->tape += size;
}

static size_t read_nothing(struct dlms_association *a, uint8_t *piece, size_t room)
{
    (void)a;
    (void)piece;
    (void)room;
    return 0;
}

static bool always_ended(const struct dlms_association *a)
{
    (void)a;
    return true;
}

/* An answer longer than what can be kept is sent, but not again. */
void dlms_general_block_wrap(struct dlms_association *a, struct writer *w)
{
    static const struct dlms_stream nothing = {read_nothing, always_ended};
    struct dlms_general_block *general = &a->general;
    size_t size = w->tape;
    dlms_general_block_begin(a, nothing, general->window);
    general->sending = size <= general->room;
    if (general->sending) {
        general->made = general->sent = 1;
        general->last_size = (uint16_t)size;
        general->ended = true;
        memcpy(place_of(a, 1), w->window, size);
    }
    memmove(w->window + DLMS_GENERAL_BLOCK_HEAD, w->window, size);
    struct dlms_general_block_apdu block = {.last = true,
                                            .window = DLMS_GENERAL_BLOCK_WINDOW,
                                            .number = 1,
                                            .acknowledged = general->taken};
    w->tape = 0;
    dlms_general_block_put_head(w, &block, size);
    memmove(w->window + w->tape, w->window + DLMS_GENERAL_BLOCK_HEAD, size);
    w->tape += size;
}
