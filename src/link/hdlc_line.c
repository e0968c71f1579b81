#include "link/hdlc_line.h"

void hdlc_line_init(struct hdlc_line *line, int64_t now_ms)
{
    *line = (struct hdlc_line){.heard_ms = now_ms, .spoke_ms = now_ms};
}

void hdlc_line_step(struct hdlc_line *line, uint16_t inter_octet_time_ms, int64_t now_ms)
{
    bool gap = now_ms - line->heard_ms > inter_octet_time_ms;
    if (gap && hdlc_receiver_partial(&line->receiver)) {
        hdlc_receiver_reset(&line->receiver);
        line->statistics.gaps++;
    }
}

void hdlc_line_hear(struct hdlc_line *line, uint16_t inter_octet_time_ms, int64_t now_ms)
{
    hdlc_line_step(line, inter_octet_time_ms, now_ms);
    line->heard_ms = now_ms;
}

enum hdlc_event hdlc_line_take(struct hdlc_line *line, uint8_t octet)
{
    enum hdlc_event event = hdlc_receiver_take(&line->receiver, octet);
    line->statistics.frames_received += event == HDLC_FRAME;
    line->statistics.bad_headers += event == HDLC_BAD_HEADER;
    line->statistics.bad_frames += event == HDLC_BAD_FRAME;
    return event;
}

void hdlc_line_sent(struct hdlc_line *line, size_t size, int64_t now_ms)
{
    hdlc_transmitter_sent(&line->transmitter, size);
    line->spoke_ms = now_ms;
}

int64_t hdlc_line_last_ms(const struct hdlc_line *line)
{
    return line->heard_ms > line->spoke_ms ? line->heard_ms : line->spoke_ms;
}

void hdlc_line_load(struct hdlc_line *line, const struct hdlc_header *header, const uint8_t *llc,
                    const uint8_t *body, size_t size)
{
    hdlc_receiver_reset(&line->receiver);
    hdlc_transmitter_load(&line->transmitter, *header, llc, body, size);
    line->statistics.frames_sent++;
}

bool hdlc_line_load_numbered(struct hdlc_line *line, struct hdlc_header header,
                             struct hdlc_flow *flow, uint8_t idle)
{
    if (flow->peer_busy || hdlc_flow_ready(flow) == 0) {
        header.control = hdlc_flow_supervisory(flow, idle) | HDLC_POLL;
        hdlc_line_load(line, &header, NULL, NULL, 0);
        return false;
    }
    struct hdlc_segment segment = hdlc_flow_next(flow);
    bool more = hdlc_flow_ready(flow) > 0;
    header.control = segment.control | (more ? 0 : HDLC_POLL);
    header.segmented = segment.segmented;
    hdlc_line_load(line, &header, segment.llc, segment.body, segment.size);
    return more;
}
