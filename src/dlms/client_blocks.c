#include "dlms/client_blocks.h"

#include "base/need.h"
#include "dlms/apdu.h"
#include "dlms/general_block.h"

#include <string.h>

/* Blocks in a row that bring nothing: more than any window that was lost. */
enum { FRUITLESS_MOST = 4 * DLMS_CLIENT_WINDOW_MOST };

void dlms_client_blocks_init(struct dlms_client_blocks *blocks, uint8_t window, uint8_t *octets,
                             size_t room)
{
    need(window >= 1 && window <= DLMS_CLIENT_WINDOW_MOST);
    *blocks = (struct dlms_client_blocks){.window = window, .octets = octets, .room = room};
}

int dlms_client_blocks_ask(struct dlms_client_blocks *blocks, struct reader request,
                           uint16_t send_max)
{
    uint16_t most = send_max != 0 ? send_max : UINT16_MAX;
    need(most > DLMS_GENERAL_BLOCK_HEAD && reader_left(&request) > 0);
    size_t room = (size_t)most - DLMS_GENERAL_BLOCK_HEAD;
    size_t count = (reader_left(&request) + room - 1) / room;
    *blocks = (struct dlms_client_blocks){
        .window = blocks->window,
        .asked = request,
        .block_size = (uint16_t)room,
        .count = (uint16_t)count,
        .window_of_server = 1,
        .octets = blocks->octets,
        .room = blocks->room,
    };
    return count <= UINT16_MAX ? 0 : -1;
}

static bool may_send(const struct dlms_client_blocks *blocks)
{
    return blocks->sent < blocks->count &&
           blocks->sent - blocks->acknowledged < blocks->window_of_server;
}

static size_t put(struct writer *w, const struct dlms_general_block_apdu *block,
                  const uint8_t *data, size_t size)
{
    dlms_general_block_put_head(w, block, size);
    writer_octets(w, data, size);
    return writer_kept(w);
}

static size_t put_block(struct dlms_client_blocks *blocks, struct writer *w)
{
    struct reader from = blocks->asked;
    reader_octets(&from, (size_t)blocks->sent * blocks->block_size);
    size_t left = reader_left(&from);
    size_t size = left < blocks->block_size ? left : blocks->block_size;
    const uint8_t *data = reader_octets(&from, size);
    blocks->sent++;
    const struct dlms_general_block_apdu block = {
        .last = blocks->sent == blocks->count,
        .streaming = may_send(blocks),
        .window = blocks->window,
        .number = blocks->sent,
        .acknowledged = blocks->taken,
    };
    return put(w, &block, data, size);
}

static size_t put_acknowledgement(struct dlms_client_blocks *blocks, struct writer *w)
{
    blocks->says = false;
    blocks->said++;
    const struct dlms_general_block_apdu block = {
        .last = true,
        .window = blocks->window,
        .number = (uint16_t)(blocks->count + blocks->said),
        .acknowledged = blocks->taken,
    };
    return put(w, &block, NULL, 0);
}

size_t dlms_client_blocks_next(struct dlms_client_blocks *blocks, uint8_t *apdu, size_t room)
{
    need(room >= DLMS_CLIENT_ROOM);
    struct writer w = writer_over(apdu, room);
    if (blocks->acknowledged < blocks->count && may_send(blocks)) {
        need(room >= (size_t)blocks->block_size + DLMS_GENERAL_BLOCK_HEAD ||
             room >= reader_left(&blocks->asked) + DLMS_GENERAL_BLOCK_HEAD);
        return put_block(blocks, &w);
    }
    return blocks->says ? put_acknowledgement(blocks, &w) : 0;
}

/* The server tells what it has of the request, and how much it takes now. */
static enum dlms_client_outcome take_acknowledgement(struct dlms_client_blocks *blocks,
                                                     const struct dlms_general_block_apdu *block)
{
    if (block->acknowledged < blocks->acknowledged || block->acknowledged > blocks->sent) {
        return DLMS_CLIENT_MALFORMED;
    }
    if (block->acknowledged > blocks->acknowledged) {
        blocks->fruitless = 0;
    }
    blocks->window_of_server = block->window > 0 ? block->window : 1;
    blocks->acknowledged = block->acknowledged;
    blocks->sent = block->acknowledged;
    return DLMS_CLIENT_MORE;
}

static enum dlms_client_outcome take_data(struct dlms_client_blocks *blocks,
                                          struct dlms_general_block_apdu *block)
{
    blocks->acknowledged = blocks->sent = blocks->count; /* it has all that it answers */
    blocks->says = !block->streaming;
    if (block->number != blocks->taken + 1) {
        return DLMS_CLIENT_MORE; /* one is missing before it, or it came twice */
    }
    size_t size = block->data.size;
    if (size > blocks->room - blocks->size) {
        return DLMS_CLIENT_TOO_LONG;
    }
    memcpy(blocks->octets + blocks->size, reader_octets(&block->data, size), size);
    blocks->size += size;
    blocks->taken = block->number;
    blocks->fruitless = 0;
    blocks->whole = reader_over(blocks->octets, blocks->size);
    return block->last ? DLMS_CLIENT_DONE : DLMS_CLIENT_MORE;
}

enum dlms_client_outcome dlms_client_blocks_take(struct dlms_client_blocks *blocks,
                                                 const uint8_t *apdu, size_t size)
{
    struct reader r = reader_over(apdu, size);
    if (reader_peek(&r) != DLMS_GENERAL_BLOCK_TRANSFER) {
        blocks->whole = r;
        return DLMS_CLIENT_DONE;
    }
    struct dlms_general_block_apdu block = dlms_general_block_take(&r);
    bool asking = blocks->acknowledged < blocks->count;
    if (r.fault || ++blocks->fruitless > FRUITLESS_MOST) {
        return DLMS_CLIENT_MALFORMED;
    }
    if (block.data.size > 0) {
        return take_data(blocks, &block);
    }
    return asking ? take_acknowledgement(blocks, &block) : DLMS_CLIENT_MALFORMED;
}

void dlms_client_blocks_lost(struct dlms_client_blocks *blocks)
{
    if (blocks->acknowledged < blocks->count) {
        blocks->sent = blocks->acknowledged;
    } else {
        blocks->says = true;
    }
}

struct reader dlms_client_blocks_whole(const struct dlms_client_blocks *blocks)
{
    return blocks->whole;
}
