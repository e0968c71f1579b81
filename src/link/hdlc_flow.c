#include "link/hdlc_flow.h"

#include "base/need.h"

#include <string.h>

const uint8_t hdlc_llc_command[HDLC_LLC] = {0xE6, 0xE6, 0x00};
const uint8_t hdlc_llc_response[HDLC_LLC] = {0xE6, 0xE7, 0x00};

enum { LLC_ALL_STATIONS = 0xFF };

size_t hdlc_llc_strip(const uint8_t *llc, const uint8_t *octets, size_t size)
{
    bool same = size > HDLC_LLC && (octets[0] == llc[0] || octets[0] == LLC_ALL_STATIONS) &&
                octets[1] == llc[1] && octets[2] == llc[2];
    return same ? size - HDLC_LLC : 0;
}

static uint8_t distance(uint8_t from, uint8_t to)
{
    return (uint8_t)(to - from) % HDLC_MODULUS;
}

static uint8_t after(uint8_t number)
{
    return (uint8_t)(number + 1) % HDLC_MODULUS;
}

void hdlc_flow_reset(struct hdlc_flow *flow, const struct hdlc_limits *limits, const uint8_t *llc,
                     uint8_t *in, size_t in_room)
{
    *flow = (struct hdlc_flow){
        .limits = *limits,
        .llc = llc,
        .peer_llc = llc == hdlc_llc_command ? hdlc_llc_response : hdlc_llc_command,
        .in = in,
        .in_room = in_room,
    };
}

void hdlc_flow_send(struct hdlc_flow *flow, const uint8_t *apdu, size_t size)
{
    need(!flow->sending && size > 0);
    flow->apdu = apdu;
    flow->apdu_size = size;
    flow->offset = 0;
    flow->sending = true;
}

unsigned hdlc_flow_rewind(struct hdlc_flow *flow)
{
    unsigned sent = distance(flow->acknowledged, flow->next);
    if (flow->peer_busy) {
        return 0;
    }
    flow->next = flow->acknowledged;
    return sent;
}

static size_t octets_out(const struct hdlc_flow *flow)
{
    return flow->sending ? HDLC_LLC + flow->apdu_size : 0;
}

/* Where in the LLC and the APDU the segment of a number begins. */
static size_t offset_of(const struct hdlc_flow *flow, uint8_t number)
{
    size_t segments = distance(flow->acknowledged, number);
    return flow->offset + segments * flow->limits.max_info_transmit;
}

unsigned hdlc_flow_ready(const struct hdlc_flow *flow)
{
    size_t begin = offset_of(flow, flow->next);
    size_t end = octets_out(flow);
    if (begin >= end) {
        return 0;
    }
    unsigned open = flow->limits.window_transmit - distance(flow->acknowledged, flow->next);
    size_t info = flow->limits.max_info_transmit;
    size_t left = (end - begin + info - 1) / info;
    return left < open ? (unsigned)left : open;
}

struct hdlc_segment hdlc_flow_next(struct hdlc_flow *flow)
{
    need(hdlc_flow_ready(flow) > 0);
    size_t begin = offset_of(flow, flow->next);
    size_t left = octets_out(flow) - begin;
    size_t info = flow->limits.max_info_transmit;
    bool first = begin == 0;
    struct hdlc_segment segment = {
        .llc = first ? flow->llc : NULL,
        .body = first ? flow->apdu : flow->apdu + begin - HDLC_LLC,
        .size = (left < info ? left : info) - (first ? HDLC_LLC : 0),
        .control = (uint8_t)(flow->expected << 5 | flow->next << 1 | HDLC_I),
        .segmented = left > info,
    };
    flow->next = after(flow->next);
    return segment;
}

uint8_t hdlc_flow_supervisory(const struct hdlc_flow *flow, uint8_t type)
{
    return (uint8_t)(flow->expected << 5 | type);
}

bool hdlc_flow_acknowledge(struct hdlc_flow *flow, uint8_t number)
{
    if (distance(flow->acknowledged, number) > distance(flow->acknowledged, flow->next)) {
        return false;
    }
    flow->offset = offset_of(flow, number);
    flow->acknowledged = number;
    flow->sending = flow->offset < octets_out(flow);
    return true;
}

uint8_t *hdlc_flow_tail(const struct hdlc_flow *flow)
{
    return flow->in + flow->in_size;
}

size_t hdlc_flow_tail_room(const struct hdlc_flow *flow)
{
    return flow->in_room - flow->in_size;
}

size_t hdlc_flow_take(struct hdlc_flow *flow, size_t size, bool segmented)
{
    need(size <= hdlc_flow_tail_room(flow));
    flow->expected = after(flow->expected);
    flow->in_size += size;
    if (segmented) {
        return 0;
    }
    size_t whole = flow->in_size;
    flow->in_size = 0;
    return hdlc_llc_strip(flow->peer_llc, flow->in, whole);
}
