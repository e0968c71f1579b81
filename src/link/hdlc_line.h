/* What both ends of an HDLC line share: frames in, frames out, silence, and the counts of what
 * went wrong. */
#ifndef WATTHOUR_LINK_HDLC_LINE_H
#define WATTHOUR_LINK_HDLC_LINE_H

#include "link/hdlc_flow.h"
#include "link/hdlc_octets.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Since the start, wrapping. */
struct hdlc_statistics {
    uint32_t frames_received; /* good ones, whomever they are for */
    uint32_t frames_sent;     /* all, repeated ones too */
    uint32_t frames_repeated; /* I frames sent again */
    uint32_t bad_headers;     /* malformed, or wrong HCS */
    uint32_t bad_frames;      /* wrong FCS */
    uint32_t gaps;            /* frames cut short by the inter-octet time-out */
    uint32_t out_of_sequence; /* I frames whose N(S) was not expected: lost before, or doubled */
    uint32_t rejected;        /* FRMR sent (server) or received (client) */
    uint32_t too_long;        /* UI frames dropped because no buffer holds them */
    uint32_t time_outs;       /* connections ended by silence (server), polls repeated (client) */
};

struct hdlc_line {
    struct hdlc_receiver receiver;
    struct hdlc_transmitter transmitter;
    struct hdlc_statistics statistics;
    int64_t heard_ms; /* line time of the last octet in .. */
    int64_t spoke_ms; /* .. and out */
};

void hdlc_line_init(struct hdlc_line *line, int64_t now_ms);

/* Drops a frame that has paused too long. */
void hdlc_line_step(struct hdlc_line *line, uint16_t inter_octet_time_ms, int64_t now_ms);

/* To be called before octets of `now_ms` are taken. */
void hdlc_line_hear(struct hdlc_line *line, uint16_t inter_octet_time_ms, int64_t now_ms);

enum hdlc_event hdlc_line_take(struct hdlc_line *line, uint8_t octet);

/* `size` octets of the frame that is loaded are out. */
void hdlc_line_sent(struct hdlc_line *line, size_t size, int64_t now_ms);

/* The line time of the last octet, either way. */
int64_t hdlc_line_last_ms(const struct hdlc_line *line);

/* Loads one frame; what has come in and is no whole frame is dropped. */
void hdlc_line_load(struct hdlc_line *line, const struct hdlc_header *header, const uint8_t *llc,
                    const uint8_t *body, size_t size);

/* Loads one frame of a connection: the next segment, or when there is none for the peer now, a
 * supervisory frame of type `idle`. The last of the burst has the P/F bit; true: more follow. */
bool hdlc_line_load_numbered(struct hdlc_line *line, struct hdlc_header header,
                             struct hdlc_flow *flow, uint8_t idle);

#endif
