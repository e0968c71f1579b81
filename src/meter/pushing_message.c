#include "meter/pushing_message.h"

#include "dlms/apdu.h"
#include "dlms/general_block.h"
#include "dlms/notification.h"
#include "meter/keeping.h"
#include "meter/pushing_plain.h"
#include "meter/pushing_protect.h"
#include "storage/layout.h"

#include <string.h>

enum {
    QUEUE_VERSION = 1,
    QUEUE_LONG = 0, /* in place of a message: one that is made while it is sent */
};

/* What is plain stands at the end of the memory, so that it can be protected to its beginning. */
enum { ROOM = sizeof((struct meter_pushing *)0)->apdu };

_Static_assert(METER_PUSH_KEPT + METER_PUSH <= (int)LAYOUT_VALUE, "the longest one can be kept");

/* ---- the queue: a message as it was made, until it arrives or is given up ---- */

static uint16_t queue_value(enum push_setup setup)
{
    return (uint16_t)(METER_VALUE_PUSH_QUEUE + setup);
}

/* What an in-home display was not told in time is old, and comes too often for flash; what tells
 * that the supply fails is of no use behind it. */
static bool outlives_supply(enum push_setup setup)
{
    return setup != PUSH_POWER_DOWN && setup != PUSH_CONSUMER;
}

/* The message stands behind the room for its head, so that both go on flash as one. */
static void keep(struct meter *meter, enum push_setup setup, size_t size)
{
    const struct push_state *state = &meter->pushing.push.states[setup];
    struct writer w = writer_over(meter->pushing.apdu, METER_PUSH_KEPT);
    if (meter->flash == NULL || !outlives_supply(setup)) {
        return;
    }
    writer_u8(&w, state->arrived);
    writer_big_endian(&w, (uint64_t)state->triggered_ms >> 32, 3);
    writer_u32(&w, (uint32_t)state->triggered_ms);
    writer_u8(&w, state->attempts);
    (void)journal_put(&meter->storage.values, queue_value(setup), QUEUE_VERSION,
                      meter->pushing.apdu, (uint16_t)(METER_PUSH_KEPT + size));
    meter->pushing.queued[setup] = true;
}

/* Its size, which may be more than the room; 0: it is not there. */
static size_t recall(struct meter *meter, enum push_setup setup)
{
    uint8_t version;
    int size = journal_get(&meter->storage.values, queue_value(setup), &version,
                           meter->pushing.apdu, ROOM);
    return size > METER_PUSH_KEPT && version == QUEUE_VERSION ? (size_t)(size - METER_PUSH_KEPT)
                                                              : 0;
}

void pushing_message_forget(struct meter *meter, enum push_setup setup)
{
    if (meter->flash != NULL && meter->pushing.queued[setup]) {
        (void)journal_put(&meter->storage.values, queue_value(setup), QUEUE_VERSION, NULL, 0);
    }
    meter->pushing.queued[setup] = false;
}

bool pushing_message_kept(struct meter *meter, enum push_setup setup, struct push_kept *kept)
{
    if (recall(meter, setup) == 0) {
        return false;
    }
    struct reader r = reader_over(meter->pushing.apdu, METER_PUSH_KEPT);
    uint64_t when = reader_u64(&r);
    *kept = (struct push_kept){.triggered_ms = (int64_t)(when & UINT64_MAX >> 8),
                               .attempts = reader_u8(&r),
                               .arrived = (uint8_t)(when >> 56)};
    meter->pushing.queued[setup] = true;
    return true;
}

/* ---- the plain message ---- */

struct plain {
    bool in_memory;
    struct dlms_source source;
    size_t size;
};

static size_t read_kept(void *context, uint8_t *piece, size_t room)
{
    struct meter_pushing *pushing = context;
    size_t left = (size_t)ROOM - pushing->message.kept_at;
    size_t size = left < room ? left : room;
    memmove(piece, pushing->apdu + pushing->message.kept_at, size);
    pushing->message.kept_at = (uint16_t)(pushing->message.kept_at + size);
    return size;
}

/* It stands behind the room for its head in the queue. */
static struct plain in_memory(struct meter *meter, size_t size)
{
    struct meter_pushing *pushing = &meter->pushing;
    uint8_t *at = pushing->apdu + ROOM - size;
    memmove(at, pushing->apdu + METER_PUSH_KEPT, size);
    struct reader r = reader_over(at, size);
    pushing->invoke = dlms_notification_take(&r).invoke;
    pushing->message.kept_at = (uint16_t)(ROOM - size);
    return (struct plain){.in_memory = true, .source = {read_kept, pushing}, .size = size};
}

/* Octets that are left of the message, which are dropped. */
static size_t measure(struct meter *meter)
{
    size_t size = 0;
    size_t piece;
    do {
        piece = pushing_plain_read(meter, meter->pushing.apdu, METER_PUSH);
        size += piece;
    } while (piece > 0);
    return size;
}

static struct plain make(struct meter *meter, enum push_setup setup, size_t limit, bool several)
{
    uint8_t *at = meter->pushing.apdu + METER_PUSH_KEPT;
    uint8_t octets[METER_PUSH_HEAD];
    struct writer head = writer_over(octets, sizeof octets);
    pushing_plain_put_head(meter, setup, &head);
    pushing_plain_open(meter, setup, &head);
    size_t size =
        several ? pushing_plain_read(meter, at, limit) : pushing_plain_squeeze(meter, at, limit);
    if (pushing_plain_ended(meter)) {
        keep(meter, setup, size);
        return in_memory(meter, size);
    }
    size += measure(meter);
    *at = QUEUE_LONG;
    keep(meter, setup, 1);
    pushing_plain_open(meter, setup, &head);
    return (struct plain){.source = {pushing_plain_read, meter}, .size = size};
}

/* As it was made before, if it was, and still fits. */
static struct plain plain_of(struct meter *meter, enum push_setup setup, size_t limit, bool several)
{
    struct push_state *state = &meter->pushing.push.states[setup];
    size_t size = state->made && meter->flash != NULL ? recall(meter, setup) : 0;
    state->made = true;
    return size > 1 && size <= limit ? in_memory(meter, size) : make(meter, setup, limit, several);
}

/* ---- APDUs ---- */

static size_t read_next(struct meter *meter, uint8_t *piece, size_t room, bool *last)
{
    struct meter_pushing_message *message = &meter->pushing.message;
    if (message->sealed) {
        size_t size = dlms_envelope_tape_read(&message->tape, piece, room);
        *last = dlms_envelope_tape_ended(&message->tape);
        bool failed = dlms_envelope_tape_failed(&message->tape);
        return failed || (*last && !pushing_plain_ended(meter)) ? 0 : size;
    }
    size_t wanted = message->left < room ? message->left : room;
    size_t size = pushing_plain_read(meter, piece, wanted);
    message->left -= (uint32_t)size;
    *last = message->left == 0;
    return size == wanted && *last == pushing_plain_ended(meter) ? size : 0;
}

size_t pushing_message_next(struct meter *meter, const uint8_t **apdu)
{
    struct meter_pushing_message *message = &meter->pushing.message;
    uint8_t *piece = meter->pushing.apdu + DLMS_GENERAL_BLOCK_HEAD;
    bool last = false;
    size_t size = read_next(meter, piece, message->most - DLMS_GENERAL_BLOCK_HEAD, &last);
    if (size == 0) {
        return 0;
    }
    uint8_t octets[DLMS_GENERAL_BLOCK_HEAD];
    struct writer head = writer_over(octets, sizeof octets);
    const struct dlms_general_block_apdu block = {
        .last = last, .streaming = !last, .number = ++message->number};
    dlms_general_block_put_head(&head, &block, size);
    size_t before = writer_kept(&head);
    memcpy(piece - before, octets, before);
    *apdu = piece - before;
    message->sending = !last;
    return before + size;
}

/* A message in memory as it is, or protected where it stands. */
static size_t send_whole(struct meter *meter, const struct plain *plain, const uint8_t **apdu)
{
    struct meter_pushing_message *message = &meter->pushing.message;
    if (!message->sealed) {
        *apdu = meter->pushing.apdu + message->kept_at;
        return plain->size;
    }
    *apdu = meter->pushing.apdu;
    size_t size = dlms_envelope_tape_read(&message->tape, meter->pushing.apdu, message->most);
    bool all =
        dlms_envelope_tape_ended(&message->tape) && !dlms_envelope_tape_failed(&message->tape);
    return all ? size : 0;
}

size_t pushing_message_begin(struct meter *meter, enum push_setup setup,
                             struct pushing_carrier carrier, const uint8_t **apdu)
{
    struct meter_pushing_message *message = &meter->pushing.message;
    struct pushing_protection protection = pushing_protection_of(meter, setup);
    size_t limit = pushing_protection_limit(&protection, carrier.most);
    bool possible = carrier.several ? carrier.most > DLMS_GENERAL_BLOCK_HEAD
                                    : limit >= METER_PUSH_HEAD + PUSH_OBJECTS;
    if (!possible) {
        return 0;
    }
    const struct plain plain = plain_of(meter, setup, limit, carrier.several);
    message->sending = false;
    message->sealed = !protection.none;
    message->most = carrier.most;
    message->number = 0;
    message->left = (uint32_t)plain.size;
    if (message->sealed && pushing_protect(meter, &protection, plain.size, plain.source) != 0) {
        return 0;
    }
    return plain.in_memory ? send_whole(meter, &plain, apdu) : pushing_message_next(meter, apdu);
}

void pushing_message_end(struct meter *meter)
{
    dlms_envelope_tape_close(&meter->pushing.message.tape);
    meter->pushing.message.sending = false;
}
