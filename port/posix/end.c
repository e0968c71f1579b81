#include "port/posix/end.h"

/* A gap means nothing on TCP. */
enum { TCP_INTER_OCTET_MS = 6000 };

/* HDLC over TCP takes limits, time-out and address from the meter's line, at its beginning. */
static const struct hdlc_settings *settings_for(struct end *end, const struct meter *meter)
{
    const struct hdlc_settings *line = &meter->links.lines[LINK_OPTICAL];
    if (end->protocol == END_HDLC) {
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
    if (protocol == END_WRAPPER) {
        meter_connect(meter, &end->wrapped, line_ms);
    } else {
        meter_line_open(meter, &end->line, settings_for(end, meter), line_ms);
    }
}

void end_close(struct end *end)
{
    if (end->protocol == END_WRAPPER) {
        meter_disconnect(&end->wrapped);
    } else {
        meter_line_close(&end->line);
    }
}

size_t end_room(const struct end *end)
{
    return end->protocol == END_WRAPPER ? wrapper_room(&end->wrapped.wrapper)
                                        : hdlc_room(&end->line.station);
}

void end_receive(struct end *end, const void *octets, size_t size, int64_t line_ms)
{
    if (end->protocol == END_WRAPPER) {
        (void)wrapper_receive(&end->wrapped.wrapper, octets, size, line_ms);
    } else {
        (void)hdlc_receive(&end->line.station, octets, size, line_ms);
    }
}

size_t end_output(struct end *end, const uint8_t **octets, int64_t line_ms)
{
    return end->protocol == END_WRAPPER ? wrapper_output(&end->wrapped.wrapper, octets)
                                        : hdlc_output(&end->line.station, octets, line_ms);
}

void end_sent(struct end *end, size_t size, int64_t line_ms)
{
    if (end->protocol == END_WRAPPER) {
        wrapper_sent(&end->wrapped.wrapper, size, line_ms);
    } else {
        hdlc_sent(&end->line.station, size, line_ms);
    }
}

bool end_step(struct end *end, int64_t line_ms)
{
    if (end->protocol == END_WRAPPER) {
        return meter_closing(&end->wrapped, line_ms);
    }
    hdlc_step(&end->line.station, line_ms);
    return false;
}
