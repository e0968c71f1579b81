#include "p1/reader.h"

#include <string.h>

void p1_receiver_init(struct p1_receiver *receiver, uint8_t *buffer, size_t room)
{
    *receiver = (struct p1_receiver){.octets = buffer, .room = room};
}

void p1_receiver_reset(struct p1_receiver *receiver)
{
    receiver->cut_off += receiver->state != P1_BETWEEN;
    receiver->state = P1_BETWEEN;
    receiver->size = 0;
    receiver->whole = false;
}

/* What has no room is forgotten up to the next '/'. */
static void keep(struct p1_receiver *receiver, const uint8_t *octets, size_t size)
{
    if (size > receiver->room - receiver->size) {
        receiver->too_long++;
        receiver->state = P1_BETWEEN;
        receiver->size = 0;
        return;
    }
    memcpy(receiver->octets + receiver->size, octets, size);
    receiver->size += size;
}

/* The number of octets up to the first that is one of `a` and `b`, that one not counted. */
static size_t span(const uint8_t *octets, size_t size, uint8_t a, uint8_t b)
{
    size_t i = 0;
    while (i < size && octets[i] != a && octets[i] != b) {
        i++;
    }
    return i;
}

static void begin(struct p1_receiver *receiver)
{
    static const uint8_t slash[1] = {'/'};
    receiver->size = 0;
    receiver->state = P1_IDENTIFICATION;
    keep(receiver, slash, 1);
}

static size_t take_between(struct p1_receiver *receiver, const uint8_t *octets, size_t size)
{
    size_t i = 0;
    for (; i < size && octets[i] != '/'; i++) {
        receiver->stray += octets[i] != '\r' && octets[i] != '\n';
    }
    if (i == size) {
        return size;
    }
    begin(receiver);
    return i + 1;
}

/* Takes octets of a line to its end, which changes the state to `next`. */
static size_t take_line(struct p1_receiver *receiver, const uint8_t *octets, size_t size,
                        enum p1_receiver_state next)
{
    size_t part = span(octets, size, '\n', '\n');
    bool ended = part < size;
    keep(receiver, octets, part + ended);
    if (ended && receiver->state != P1_BETWEEN) {
        receiver->state = next;
    }
    return part + ended;
}

static size_t take_body(struct p1_receiver *receiver, const uint8_t *octets, size_t size)
{
    size_t part = span(octets, size, '!', '/');
    bool ended = part < size && octets[part] == '!';
    keep(receiver, octets, part + ended);
    if (ended && receiver->state != P1_BETWEEN) {
        receiver->state = P1_END;
    }
    if (part == size || ended) {
        return part + ended;
    }
    receiver->cut_off += receiver->state != P1_BETWEEN;
    begin(receiver);
    return part + 1;
}

static size_t take_part(struct p1_receiver *receiver, const uint8_t *octets, size_t size)
{
    switch (receiver->state) {
    case P1_IDENTIFICATION:
        return take_line(receiver, octets, size, P1_BODY);
    case P1_BODY:
        return take_body(receiver, octets, size);
    case P1_END: {
        size_t took = take_line(receiver, octets, size, P1_BETWEEN);
        receiver->whole = receiver->state == P1_BETWEEN && receiver->size > 0;
        return took;
    }
    default:
        return take_between(receiver, octets, size);
    }
}

size_t p1_receiver_take(struct p1_receiver *receiver, const uint8_t *octets, size_t size,
                        bool *whole)
{
    if (receiver->whole) {
        receiver->whole = false;
        receiver->size = 0;
    }
    size_t at = 0;
    while (at < size && !receiver->whole) {
        at += take_part(receiver, octets + at, size - at);
    }
    *whole = receiver->whole;
    return at;
}
