/* The numbered exchange of one HDLC connection, alike at both of its ends: one APDU on its way out
 * in segments, one on its way in, and the sequence numbers of both. */
#ifndef WATTHOUR_LINK_HDLC_FLOW_H
#define WATTHOUR_LINK_HDLC_FLOW_H

#include "link/hdlc_octets.h"
#include "link/hdlc_parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The LLC before an APDU, by who sends it. Source: IEC 62056-46 6.3 / Green Book 8.3. */
extern const uint8_t hdlc_llc_command[HDLC_LLC];
extern const uint8_t hdlc_llc_response[HDLC_LLC];

/* Octets of the APDU behind that LLC, or behind the same to all stations; 0: it is another. */
size_t hdlc_llc_strip(const uint8_t *llc, const uint8_t *octets, size_t size);

struct hdlc_flow {
    struct hdlc_limits limits;
    /* Out: the LLC and the APDU, cut into segments of max_info_transmit. The first that is not
     * acknowledged has the number `acknowledged`; from there all can be rendered again. */
    const uint8_t *llc;
    const uint8_t *apdu;
    size_t apdu_size;
    size_t offset;        /* octets acknowledged, the LLC among them */
    bool sending;         /* the APDU is not wholly acknowledged */
    bool peer_busy;       /* its last word was RNR */
    uint8_t acknowledged; /* the least N(R) that the peer may send */
    uint8_t next;         /* V(S) */
    /* In: the segments so far, with the LLC. */
    uint8_t expected; /* V(R) */
    const uint8_t *peer_llc;
    uint8_t *in;
    size_t in_room;
    size_t in_size;
};

/* One I frame: `llc` (NULL: not the first of its APDU), then the octets of `body`. */
struct hdlc_segment {
    const uint8_t *llc;
    const uint8_t *body;
    size_t size;
    uint8_t control; /* N(S) and N(R), without P/F */
    bool segmented;  /* not the last of its APDU */
};

/* A new connection of the end that sends `llc`. The buffer holds an APDU received with its LLC. */
void hdlc_flow_reset(struct hdlc_flow *flow, const struct hdlc_limits *limits, const uint8_t *llc,
                     uint8_t *in, size_t in_room);

/* Begins to send an APDU; none is under way. It is the caller's and stays as it is while
 * `flow->sending`. */
void hdlc_flow_send(struct hdlc_flow *flow, const uint8_t *apdu, size_t size);

/* Goes back to the first segment that is not acknowledged, unless the peer is busy. Returns how
 * many will be sent again. */
unsigned hdlc_flow_rewind(struct hdlc_flow *flow);

/* Segments that may be sent now: what is left, as far as the window is open. */
unsigned hdlc_flow_ready(const struct hdlc_flow *flow);

/* The next of them, which then counts as sent. */
struct hdlc_segment hdlc_flow_next(struct hdlc_flow *flow);

/* The control field of HDLC_RR or HDLC_RNR with N(R), without P/F. */
uint8_t hdlc_flow_supervisory(const struct hdlc_flow *flow, uint8_t type);

/* The N(R) of a frame received. False: it acknowledges what was not sent. */
bool hdlc_flow_acknowledge(struct hdlc_flow *flow, uint8_t number);

/* Where the information of the next I frame goes, and how much of it is taken. */
uint8_t *hdlc_flow_tail(const struct hdlc_flow *flow);
size_t hdlc_flow_tail_room(const struct hdlc_flow *flow);

/* Takes the I frame whose information is at the tail. When it was the last of an APDU, returns the
 * octets of it, which stand behind the LLC in `flow->in` until the next frame; else 0. */
size_t hdlc_flow_take(struct hdlc_flow *flow, size_t size, bool segmented);

#endif
