#include "dlms/reply.h"

#include "base/need.h"
#include "cosem/data.h"
#include "dlms/apdu.h"
#include "dlms/association.h"

#include <string.h>

enum { KEPT_WRITTEN_MOST = 1024 /* leaves room for blocks that are kept beside */ };

/* Has a length before its values, and tells the result of each. */
static bool is_list(const struct dlms_reply *reply)
{
    return reply->form == DLMS_REPLY_VALUES || reply->form == DLMS_REPLY_ACCESS;
}

static struct writer begin_ready(struct dlms_reply *reply)
{
    reply->ready_at = 0;
    return writer_over(reply->ready, sizeof reply->ready);
}

static void end_ready(struct dlms_reply *reply, const struct writer *w)
{
    reply->ready_size = (uint8_t)writer_kept(w);
}

void dlms_reply_rewind(struct dlms_reply *reply)
{
    reply->left = reply->all;
    reply->begun = 0;
    reply->told = 0;
    reply->first = NULL;
    reply->reading = false;
    reply->head_at = 0;
    reply->ready_at = 0;
    reply->ready_size = 0;
    if (is_list(reply)) {
        struct writer w = begin_ready(reply);
        cosem_put_length(&w, reply->count);
        end_ready(reply, &w);
    }
}

void dlms_reply_begin(struct dlms_association *a, enum dlms_reply_form form, struct reader octets,
                      uint16_t count, const uint8_t *head, size_t head_size)
{
    struct dlms_reply *reply = &a->reply;
    need(head_size <= sizeof reply->head);
    need(form != DLMS_REPLY_ACCESS || count <= DLMS_LIST_MOST);
    reply->form = (uint8_t)form;
    reply->blocks = false;
    reply->all = octets;
    reply->count = count;
    reply->head_size = (uint8_t)head_size;
    memcpy(reply->head, head, head_size);
    dlms_reply_rewind(reply);
}

static int keep_octets(struct dlms_reply *reply, uint8_t *octets)
{
    struct reader all = reader_settle(reply->all);
    if (all.source != NULL || all.fault) {
        return -1;
    }
    memmove(octets, all.data, all.size);
    reply->all = reader_over(octets, all.size);
    return 0;
}

int dlms_reply_keep(struct dlms_association *a)
{
    struct dlms_reply *reply = &a->reply;
    struct dlms_kept *kept = a->kept;
    int failed = -1;
    if (reply->form != DLMS_REPLY_OCTETS && reply->all.size <= sizeof reply->own) {
        failed = keep_octets(reply, reply->own);
    } else if (reply->all.size <= KEPT_WRITTEN_MOST) {
        kept->owner = a;
        kept->size = reply->all.size;
        failed = keep_octets(reply, kept->octets);
    }
    if (failed == 0) {
        dlms_reply_rewind(reply);
    }
    return failed;
}

static struct dlms_item take_item(struct dlms_reply *reply)
{
    if (reply->form != DLMS_REPLY_ACCESS) {
        return dlms_item_take_selective(&reply->left);
    }
    bool selected = reader_u8(&reply->left) == DLMS_ACCESS_GET_SELECTED;
    struct dlms_item item = dlms_item_take(&reply->left);
    if (selected) {
        item.selection.selector = reader_u8(&reply->left);
        dlms_item_select(&item, &reply->left);
    }
    return item;
}

static void tell(struct dlms_reply *reply, enum cosem_result result)
{
    if (reply->form == DLMS_REPLY_VALUE) { /* nothing comes before it: `ready` stays empty */
        reply->results[0] = (uint8_t)result;
        return;
    }
    struct writer w = begin_ready(reply);
    if (reply->form == DLMS_REPLY_ACCESS) {
        reply->results[reply->begun - 1] = (uint8_t)result;
        if (result != COSEM_SUCCESS) {
            cosem_put_null(&w);
        }
    } else {
        writer_u8(&w, result == COSEM_SUCCESS ? DLMS_RESULT_DATA : DLMS_RESULT_ERROR);
        if (result != COSEM_SUCCESS) {
            writer_u8(&w, (uint8_t)result);
        }
    }
    end_ready(reply, &w);
}

/* The first value, or head of an array, is rendered at once: so it is known whether there is one
 * before its choice is written. */
static void begin_item(struct dlms_association *a)
{
    struct dlms_reply *reply = &a->reply;
    struct dlms_item item = reply->first != NULL ? *reply->first : take_item(reply);
    struct cosem_call call;
    enum cosem_result result = dlms_item_find(a, &item, &call);
    reply->begun++;
    if (result == COSEM_SUCCESS) {
        result = cosem_tape_open(&reply->tape, &call, item.member);
    }
    if (result == COSEM_SUCCESS && reply->form != DLMS_REPLY_VALUE) {
        uint8_t behind[COSEM_CARRY];
        cosem_tape_read(&reply->tape, behind, 0);
        result = reply->tape.result;
    }
    reply->reading = result == COSEM_SUCCESS;
    tell(reply, result);
}

/* The results behind the values of ACCESS: their number, then each. */
static void tell_result(struct dlms_reply *reply)
{
    struct writer w = begin_ready(reply);
    if (reply->told == 0) {
        cosem_put_length(&w, reply->count);
    } else {
        writer_u8(&w, DLMS_ACCESS_GET);
        writer_u8(&w, reply->results[reply->told - 1]);
    }
    reply->told++;
    end_ready(reply, &w);
}

static bool results_left(const struct dlms_reply *reply)
{
    return reply->form == DLMS_REPLY_ACCESS && reply->told <= reply->count;
}

static bool body_ended(const struct dlms_reply *reply)
{
    if (reply->form == DLMS_REPLY_OCTETS) {
        return reader_left(&reply->left) == 0;
    }
    return reply->begun == reply->count && !reply->reading &&
           reply->ready_at == reply->ready_size && !results_left(reply);
}

bool dlms_reply_ended(const struct dlms_association *a)
{
    return a->reply.head_at == a->reply.head_size && body_ended(&a->reply);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t take_octets(struct reader *from, uint8_t *piece, size_t room)
{
    size_t size = least(room, reader_left(from));
    if (size > 0) {
        memmove(piece, reader_octets(from, size), size);
    }
    return size;
}

static size_t take_ready(struct dlms_reply *reply, uint8_t *piece, size_t room)
{
    size_t size = least(room, (size_t)(reply->ready_size - reply->ready_at));
    memcpy(piece, reply->ready + reply->ready_at, size);
    reply->ready_at = (uint8_t)(reply->ready_at + size);
    return size;
}

static size_t take_value(struct dlms_reply *reply, uint8_t *piece, size_t room)
{
    size_t size = cosem_tape_read(&reply->tape, piece, room);
    reply->reading = !cosem_tape_ended(&reply->tape);
    if (reply->form == DLMS_REPLY_VALUE) {
        reply->results[0] = (uint8_t)reply->tape.result;
    }
    return size;
}

size_t dlms_reply_read_body(struct dlms_association *a, uint8_t *piece, size_t room)
{
    struct dlms_reply *reply = &a->reply;
    if (reply->form == DLMS_REPLY_OCTETS) {
        return take_octets(&reply->left, piece, room);
    }
    size_t filled = 0;
    while (filled < room) {
        if (reply->ready_at < reply->ready_size) {
            filled += take_ready(reply, piece + filled, room - filled);
        } else if (reply->reading) {
            filled += take_value(reply, piece + filled, room - filled);
        } else if (reply->begun < reply->count) {
            begin_item(a);
        } else if (results_left(reply)) {
            tell_result(reply);
        } else { /* body_ended() */
            break;
        }
    }
    return filled;
}

size_t dlms_reply_read(struct dlms_association *a, uint8_t *piece, size_t room)
{
    struct dlms_reply *reply = &a->reply;
    size_t size = least(room, (size_t)(reply->head_size - reply->head_at));
    memcpy(piece, reply->head + reply->head_at, size);
    reply->head_at = (uint8_t)(reply->head_at + size);
    return size + dlms_reply_read_body(a, piece + size, room - size);
}

size_t dlms_reply_measure(struct dlms_association *a)
{
    enum { PIECE = 128 };
    uint8_t piece[PIECE + COSEM_CARRY];
    struct dlms_reply before = a->reply;
    size_t size = 0;
    while (!dlms_reply_ended(a)) {
        size += dlms_reply_read(a, piece, PIECE);
    }
    a->reply = before;
    return size;
}

static uint16_t max_by(const struct dlms_association *a, unsigned protection)
{
    return (protection & COSEM_RESPONSE_SIGNED) != 0 ? a->signed_max : a->plain_max;
}

uint16_t dlms_reply_max(const struct dlms_association *a)
{
    return max_by(a, a->exchange.demanded);
}

uint16_t dlms_reply_max_of_any(const struct dlms_association *a)
{
    return max_by(a, a->exchange.given);
}

static bool fits_whole(struct dlms_association *a, struct writer *w)
{
    size_t size = dlms_reply_read(a, w->window, a->plain_max);
    if (!dlms_reply_ended(a) || size > dlms_reply_max(a)) {
        return false;
    }
    w->tape = size;
    return true;
}

enum dlms_sent dlms_reply_send(struct dlms_association *a, uint32_t blocks, struct writer *w)
{
    struct dlms_reply *reply = &a->reply;
    bool written = reply->form == DLMS_REPLY_OCTETS;
    if (!written && fits_whole(a, w)) {
        return DLMS_SENT;
    }
    if (dlms_reply_keep(a) != 0) {
        return DLMS_TOO_LONG;
    }
    if (a->by_general_blocks || (a->conformance & blocks) == 0) {
        bool general = (a->conformance & DLMS_CONFORMANCE_GENERAL_BLOCK) != 0;
        return general ? DLMS_LONG : DLMS_TOO_LONG;
    }
    reply->head_at = reply->head_size;
    reply->blocks = true;
    reply->block = 0;
    w->tape = 0;
    dlms_reply_send_block(a, w);
    return DLMS_SENT;
}

/* Octets before a block's data, their length in one octet. */
static size_t block_head_size(const struct dlms_reply *reply)
{
    return reply->head[0] == DLMS_GET_RESPONSE ? 10 : 9;
}

/* Octets of data that a block of `pdu` octets has; their length takes up to three octets. */
static size_t block_room(const struct dlms_reply *reply, size_t pdu)
{
    size_t room = pdu - block_head_size(reply);
    room -= room > 0x7F;
    room -= room > 0xFF;
    return room;
}

/* The data are rendered behind the head of a full block; that of a last and short one may be
 * shorter. What the items of a list demand that are still to come is not known. */
void dlms_reply_send_block(struct dlms_association *a, struct writer *w)
{
    struct dlms_reply *reply = &a->reply;
    size_t most = is_list(reply) ? dlms_reply_max_of_any(a) : dlms_reply_max(a);
    size_t room = block_room(reply, most);
    uint8_t *data = w->window + most - room;
    size_t size = dlms_reply_read_body(a, data, room);
    reply->blocks = !body_ended(reply);
    reply->block++;
    writer_u8(w, reply->head[0]);
    writer_u8(w, DLMS_GET_BLOCK); /* of an ACTION, too */
    writer_u8(w, reply->head[2]);
    writer_u8(w, !reply->blocks);
    writer_u32(w, reply->block);
    if (reply->head[0] == DLMS_GET_RESPONSE) {
        writer_u8(w, DLMS_RESULT_DATA);
    }
    cosem_put_length(w, size);
    memmove(w->window + w->tape, data, size);
    w->tape += size;
}

bool dlms_reply_under_way(const struct dlms_association *a, uint8_t tag)
{
    const struct dlms_reply *reply = &a->reply;
    bool lost = reply->all.data == a->kept->octets && a->kept->owner != a;
    return reply->blocks && reply->head[0] == tag && !lost;
}

void dlms_reply_drop(struct dlms_association *a)
{
    a->reply.blocks = false;
    if (a->kept->owner == a) {
        a->kept->owner = NULL;
    }
}
