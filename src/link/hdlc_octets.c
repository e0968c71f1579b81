#include "link/hdlc_octets.h"

#include "base/crc16.h"
#include "base/need.h"

#include <string.h>

void hdlc_receiver_reset(struct hdlc_receiver *receiver)
{
    *receiver = (struct hdlc_receiver){.open = false};
}

bool hdlc_receiver_partial(const struct hdlc_receiver *receiver)
{
    return receiver->at > 0;
}

void hdlc_receiver_aim(struct hdlc_receiver *receiver, uint8_t *into, size_t room)
{
    receiver->into = receiver->information <= room ? into : NULL;
}

bool hdlc_receiver_kept(const struct hdlc_receiver *receiver)
{
    return receiver->information == 0 || receiver->into;
}

/* Ends the frame; the octet that ended it may be the flag of the next. */
static enum hdlc_event end(struct hdlc_receiver *receiver, bool flag, enum hdlc_event event)
{
    receiver->at = 0;
    receiver->open = flag;
    return event;
}

static void begin(struct hdlc_receiver *receiver)
{
    receiver->crc = 0;
    receiver->head_size = 0;
    receiver->information = 0;
    receiver->into = NULL;
}

/* False: the octets so far are no header. */
static bool read_head(struct hdlc_receiver *receiver)
{
    int size = hdlc_header_read(receiver->head, receiver->at, &receiver->header);
    if (size <= 0) {
        return size == 0;
    }
    int information = hdlc_information_size(&receiver->header);
    receiver->head_size = (uint8_t)(size + HDLC_CHECK);
    receiver->information = information > 0 ? (uint16_t)information : 0;
    return information >= 0;
}

/* An octet from the format field to the HCS, or to the FCS of a frame without information. */
static enum hdlc_event take_head(struct hdlc_receiver *receiver, uint8_t octet)
{
    receiver->head[receiver->at - 1] = octet;
    if (receiver->head_size == 0 && !read_head(receiver)) {
        return end(receiver, octet == HDLC_FLAG, HDLC_BAD_HEADER);
    }
    if (receiver->at != receiver->head_size || receiver->information == 0) {
        return HDLC_NOTHING;
    }
    if (receiver->crc != CRC16_GOOD) {
        return end(receiver, octet == HDLC_FLAG, HDLC_BAD_HEADER);
    }
    return HDLC_HEADER;
}

static enum hdlc_event take_end(struct hdlc_receiver *receiver, uint8_t octet)
{
    bool flag = octet == HDLC_FLAG;
    bool good = flag && receiver->crc == CRC16_GOOD;
    return end(receiver, flag, good ? HDLC_FRAME : HDLC_BAD_FRAME);
}

enum hdlc_event hdlc_receiver_take(struct hdlc_receiver *receiver, uint8_t octet)
{
    if (receiver->at == 0 && octet == HDLC_FLAG) {
        receiver->open = true; /* flags also fill the time between frames */
        return HDLC_NOTHING;
    }
    if (!receiver->open) {
        return HDLC_NOTHING;
    }
    if (receiver->at == 0) {
        begin(receiver);
    }
    bool in_head = receiver->head_size == 0 || receiver->at < receiver->head_size;
    if (!in_head && receiver->at == receiver->header.length) {
        return take_end(receiver, octet);
    }
    receiver->at++;
    receiver->crc = crc16(receiver->crc, &octet, 1);
    if (in_head) {
        return take_head(receiver, octet);
    }
    size_t place = (size_t)receiver->at - 1 - receiver->head_size;
    if (receiver->into && place < receiver->information) {
        receiver->into[place] = octet;
    }
    return HDLC_NOTHING;
}

void hdlc_transmitter_load(struct hdlc_transmitter *transmitter, struct hdlc_header header,
                           const uint8_t *llc, const uint8_t *body, size_t size)
{
    uint8_t *head = transmitter->head;
    size_t at = 0;
    head[at++] = HDLC_FLAG;
    at += hdlc_header_write(head + at, &header, size + (llc ? HDLC_LLC : 0));
    if (llc) {
        memcpy(head + at, llc, HDLC_LLC);
        at += HDLC_LLC;
    }
    uint16_t check = crc16(crc16(0, head + 1, at - 1), body, size);
    transmitter->tail[0] = (uint8_t)check;
    transmitter->tail[1] = (uint8_t)(check >> 8);
    transmitter->tail[2] = HDLC_FLAG;
    transmitter->head_size = (uint8_t)at;
    transmitter->body = body;
    transmitter->body_size = (uint16_t)size;
    transmitter->sent = 0;
}

size_t hdlc_transmitter_output(const struct hdlc_transmitter *transmitter, const uint8_t **octets)
{
    size_t at = transmitter->sent;
    if (at < transmitter->head_size) {
        *octets = transmitter->head + at;
        return transmitter->head_size - at;
    }
    at -= transmitter->head_size;
    if (at < transmitter->body_size) {
        *octets = transmitter->body + at;
        return transmitter->body_size - at;
    }
    at -= transmitter->body_size;
    size_t tail = transmitter->head_size > 0 ? sizeof transmitter->tail : 0;
    *octets = transmitter->tail + at;
    return tail - at;
}

void hdlc_transmitter_sent(struct hdlc_transmitter *transmitter, size_t size)
{
    const uint8_t *octets;
    need(size <= hdlc_transmitter_output(transmitter, &octets));
    transmitter->sent = (uint16_t)(transmitter->sent + size);
}

bool hdlc_transmitter_busy(const struct hdlc_transmitter *transmitter)
{
    const uint8_t *octets;
    return hdlc_transmitter_output(transmitter, &octets) > 0;
}
