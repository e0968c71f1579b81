#include "port/posix/end.h"

/* A gap means nothing on TCP. */
enum { TCP_INTER_OCTET_MS = 6000 };

static enum link_line line_of(const struct end *end)
{
    return end->protocol == END_RS485     ? LINK_RS485
           : end->protocol == END_DISPLAY ? LINK_DISPLAY
                                          : LINK_OPTICAL;
}

/* HDLC over TCP takes limits, time-out and address from the meter's line, at its beginning. */
static const struct hdlc_settings *settings_for(struct end *end, const struct meter *meter)
{
    const struct hdlc_settings *line = &meter->links.lines[line_of(end)];
    if (end->protocol != END_HDLC_TCP) {
        return line;
    }
    end->settings = *line;
    end->settings.response_time_ms = 0;
    end->settings.inter_octet_time_ms = TCP_INTER_OCTET_MS;
    return &end->settings;
}

void end_open(struct end *end, enum end_protocol protocol, struct meter *meter, int64_t line_ms)
{
    end->protocol = protocol;
    switch (protocol) {
    case END_WRAPPER:
        meter_connect(meter, &end->wrapped, line_ms);
        break;
    case END_OPTICAL:
        meter_optical_open(meter, &end->optical, line_ms);
        break;
    default:
        meter_line_open(meter, &end->line, end->places, METER_LINE_CLIENTS,
                        settings_for(end, meter), line_ms);
        if (protocol == END_RS485 || protocol == END_DISPLAY) {
            meter_line_is(&end->line, line_of(end));
        }
        break;
    }
}

void end_close(struct end *end)
{
    switch (end->protocol) {
    case END_WRAPPER:
        meter_disconnect(&end->wrapped);
        break;
    case END_OPTICAL:
        meter_optical_close(&end->optical);
        break;
    default:
        meter_line_close(&end->line);
        break;
    }
}

/* The optical port throws away what it does not listen to. */
size_t end_room(const struct end *end)
{
    switch (end->protocol) {
    case END_WRAPPER:
        return wrapper_room(&end->wrapped.wrapper);
    case END_OPTICAL:
        return METER_PDU;
    default:
        return hdlc_room(&end->line.station);
    }
}

void end_receive(struct end *end, const void *octets, size_t size, int64_t line_ms)
{
    switch (end->protocol) {
    case END_WRAPPER:
        (void)wrapper_receive(&end->wrapped.wrapper, octets, size, line_ms);
        break;
    case END_OPTICAL:
        meter_optical_receive(&end->optical, octets, size, line_ms);
        break;
    default:
        (void)hdlc_receive(&end->line.station, octets, size, line_ms);
        break;
    }
}

size_t end_output(struct end *end, const uint8_t **octets, int64_t line_ms)
{
    switch (end->protocol) {
    case END_WRAPPER:
        return wrapper_output(&end->wrapped.wrapper, octets);
    case END_OPTICAL:
        return meter_optical_output(&end->optical, octets, line_ms);
    default:
        return hdlc_output(&end->line.station, octets, line_ms);
    }
}

void end_sent(struct end *end, size_t size, int64_t line_ms)
{
    switch (end->protocol) {
    case END_WRAPPER:
        wrapper_sent(&end->wrapped.wrapper, size, line_ms);
        break;
    case END_OPTICAL:
        meter_optical_sent(&end->optical, size, line_ms);
        break;
    default:
        hdlc_sent(&end->line.station, size, line_ms);
        break;
    }
}

struct iec21_form end_form(const struct end *end)
{
    enum { RS485_BAUD = 9600 };
    return end->protocol == END_OPTICAL ? meter_optical_form(&end->optical)
                                        : (struct iec21_form){.baud = RS485_BAUD};
}

bool end_step(struct end *end, int64_t line_ms)
{
    switch (end->protocol) {
    case END_WRAPPER:
        return meter_closing(&end->wrapped, line_ms);
    case END_OPTICAL:
        meter_optical_step(&end->optical, line_ms);
        return false;
    default:
        meter_line_step(&end->line, line_ms);
        return false;
    }
}
