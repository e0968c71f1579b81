#include "link/wrapper.h"

#include "base/need.h"
#include "base/reader.h"
#include "base/writer.h"

#include <string.h>

enum { WRAPPER_VERSION = 1 };

bool wrapper_header_read(const uint8_t octets[WRAPPER_HEADER], struct wrapper_header *header)
{
    struct reader r = reader_over(octets, WRAPPER_HEADER);
    uint16_t version = reader_u16(&r);
    header->source = reader_u16(&r);
    header->destination = reader_u16(&r);
    header->length = reader_u16(&r);
    return version == WRAPPER_VERSION;
}

void wrapper_header_write(uint8_t octets[WRAPPER_HEADER], const struct wrapper_header *header)
{
    struct writer w = writer_over(octets, WRAPPER_HEADER);
    writer_u16(&w, WRAPPER_VERSION);
    writer_u16(&w, header->source);
    writer_u16(&w, header->destination);
    writer_u16(&w, header->length);
}

void wrapper_init(struct wrapper *wrapper, struct link_channel channel,
                  struct wrapper_buffers buffers, int64_t idle_ms, int64_t now_ms)
{
    need(buffers.in_room > WRAPPER_HEADER && buffers.out_room > WRAPPER_HEADER);
    *wrapper = (struct wrapper){
        .channel = channel, .buffers = buffers, .idle_ms = idle_ms, .active_ms = now_ms};
}

/* The APDU of `size` octets that stands in the buffer; none, when it has no octets. */
static void send(struct wrapper *wrapper, struct link_ports ports, size_t size)
{
    struct wrapper_buffers *b = &wrapper->buffers;
    need(size <= UINT16_MAX && size <= b->out_room - WRAPPER_HEADER);
    wrapper->ports = ports;
    wrapper->out_sent = 0;
    wrapper->out_size = 0;
    if (size > 0) {
        struct wrapper_header header = {
            .source = ports.server, .destination = ports.client, .length = (uint16_t)size};
        wrapper_header_write(b->out, &header);
        wrapper->out_size = WRAPPER_HEADER + size;
    }
}

/* Answers the request at the beginning of the buffer, header read, and makes room behind it. */
static void answer(struct wrapper *wrapper, const struct wrapper_header *request)
{
    struct wrapper_buffers *b = &wrapper->buffers;
    struct link_ports ports = {.client = request->source, .server = request->destination};
    size_t size = wrapper->channel.answer(wrapper->channel.owner, ports, b->in + WRAPPER_HEADER,
                                          request->length, b->out + WRAPPER_HEADER,
                                          b->out_room - WRAPPER_HEADER);
    send(wrapper, ports, size);
    size_t frame = (size_t)WRAPPER_HEADER + request->length;
    wrapper->received -= frame;
    memmove(b->in, b->in + frame, wrapper->received);
}

/* Answers requests until one has an answer to send or the next is not whole. */
static void answer_next(struct wrapper *wrapper)
{
    struct wrapper_header header;
    while (!wrapper->broken && wrapper->out_size == 0 && wrapper->received >= WRAPPER_HEADER) {
        bool known = wrapper_header_read(wrapper->buffers.in, &header);
        size_t frame = (size_t)WRAPPER_HEADER + header.length;
        wrapper->broken = !known || frame > wrapper->buffers.in_room;
        if (wrapper->broken || wrapper->received < frame) {
            return;
        }
        answer(wrapper, &header);
    }
}

/* What follows the answer that has been sent. */
static void send_more(struct wrapper *wrapper)
{
    struct wrapper_buffers *b = &wrapper->buffers;
    size_t size = 0;
    if (wrapper->channel.more != NULL) {
        size = wrapper->channel.more(wrapper->channel.owner, wrapper->ports,
                                     b->out + WRAPPER_HEADER, b->out_room - WRAPPER_HEADER);
    }
    send(wrapper, wrapper->ports, size);
}

size_t wrapper_room(const struct wrapper *wrapper)
{
    return wrapper->broken ? 0 : wrapper->buffers.in_room - wrapper->received;
}

size_t wrapper_receive(struct wrapper *wrapper, const void *octets, size_t size, int64_t now_ms)
{
    const uint8_t *octet = octets;
    size_t taken = 0;
    wrapper->active_ms = now_ms;
    while (taken < size && wrapper_room(wrapper) > 0) {
        size_t left = size - taken;
        size_t part = left < wrapper_room(wrapper) ? left : wrapper_room(wrapper);
        memcpy(wrapper->buffers.in + wrapper->received, octet + taken, part);
        wrapper->received += part;
        taken += part;
        answer_next(wrapper);
    }
    return taken;
}

size_t wrapper_output(const struct wrapper *wrapper, const uint8_t **octets)
{
    *octets = wrapper->buffers.out + wrapper->out_sent;
    return wrapper->out_size - wrapper->out_sent;
}

void wrapper_sent(struct wrapper *wrapper, size_t size, int64_t now_ms)
{
    need(size <= wrapper->out_size - wrapper->out_sent);
    wrapper->active_ms = now_ms;
    wrapper->out_sent += size;
    if (wrapper->out_sent == wrapper->out_size) {
        send_more(wrapper);
        answer_next(wrapper);
    }
}

int64_t wrapper_deadline_ms(const struct wrapper *wrapper)
{
    return wrapper->idle_ms > 0 ? wrapper->active_ms + wrapper->idle_ms : INT64_MAX;
}

bool wrapper_closing(const struct wrapper *wrapper, int64_t now_ms)
{
    return wrapper->broken || now_ms >= wrapper_deadline_ms(wrapper);
}
