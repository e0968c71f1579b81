/* Octets of a line to HDLC frames and back, without a store of frames: what arrives goes straight
 * to where the header sends it, what leaves is rendered from the APDU. */
#ifndef WATTHOUR_LINK_HDLC_OCTETS_H
#define WATTHOUR_LINK_HDLC_OCTETS_H

#include "link/hdlc_frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HDLC_LLC = 3 /* octets of the LLC before an APDU */ };

enum hdlc_event {
    HDLC_NOTHING,
    HDLC_HEADER,     /* a good header, information follows: say where to, by hdlc_receiver_aim */
    HDLC_FRAME,      /* a good frame is whole */
    HDLC_BAD_HEADER, /* malformed, or wrong HCS */
    HDLC_BAD_FRAME,  /* wrong FCS, or no flag at its end */
};

struct hdlc_receiver {
    struct hdlc_header header;
    uint8_t head[HDLC_HEADER_MAX + HDLC_CHECK];
    uint8_t head_size; /* with its check; 0: not known yet */
    bool open;         /* a flag was seen: the next octet begins a frame */
    uint16_t at;       /* octets of the frame so far */
    uint16_t crc;
    uint16_t information; /* octets of information in the frame */
    uint8_t *into;        /* where the information goes; NULL: nowhere */
    size_t room;
};

void hdlc_receiver_reset(struct hdlc_receiver *receiver);

/* A frame has begun and is not whole. */
bool hdlc_receiver_partial(const struct hdlc_receiver *receiver);

enum hdlc_event hdlc_receiver_take(struct hdlc_receiver *receiver, uint8_t octet);

/* After HDLC_HEADER: information that does not fit in `room` is not kept at all. What was written
 * counts only after HDLC_FRAME. */
void hdlc_receiver_aim(struct hdlc_receiver *receiver, uint8_t *into, size_t room);

/* After HDLC_FRAME: the information was kept, or there was none. */
bool hdlc_receiver_kept(const struct hdlc_receiver *receiver);

/* One frame on its way out: its head, its information in place, its tail. */
struct hdlc_transmitter {
    uint8_t head[1 + HDLC_HEADER_MAX + HDLC_CHECK + HDLC_LLC];
    uint8_t tail[HDLC_CHECK + 1];
    uint8_t head_size;
    const uint8_t *body; /* not owned; stays as it is until the frame is sent */
    uint16_t body_size;
    uint16_t sent; /* octets of the whole frame */
};

/* Loads a frame whose information is the LLC (NULL: none) and then the body. */
void hdlc_transmitter_load(struct hdlc_transmitter *transmitter, struct hdlc_header header,
                           const uint8_t *llc, const uint8_t *body, size_t size);

/* The next octets in one piece: how many, and where. 0: the frame is sent. */
size_t hdlc_transmitter_output(const struct hdlc_transmitter *transmitter, const uint8_t **octets);
void hdlc_transmitter_sent(struct hdlc_transmitter *transmitter, size_t size);

/* Between the flag's first octet and the last's end. */
bool hdlc_transmitter_busy(const struct hdlc_transmitter *transmitter);

#endif
