#include "meter/optical.h"

#include "crypto/secret.h"
#include "meter/programming.h"

#include <string.h>

/* HDLC that nobody connects to gives the line back: after the hand-over, and after a connection,
 * behind which the client may come as another. A reader who signs on at once and is not heard calls
 * again after 1.5 s: by then the line is the sign-on's. */
enum { UNUSED_MS = 20000, LEFT_MS = 1200 };

static bool next_line(void *owner, unsigned list, unsigned number, struct writer *w)
{
    struct meter_optical *optical = owner;
    struct p1_view view = programming_view(optical->meter);
    if (number == 0) {
        optical->row = 0;
    }
    return p1_list_next(list == 0 ? &p1_list_general : &p1_list_maker, &view, &optical->row, w);
}

static struct iec21_service service_of(struct meter_optical *optical)
{
    return (struct iec21_service){.line = next_line,
                                  .begin = programming_begin,
                                  .command = programming_command,
                                  .end = programming_end,
                                  .owner = optical};
}

/* A place of HDLC holds something while somebody is connected, and then the line is HDLC's. */
static struct iec21_buffers buffers_of(struct meter_line_place *place)
{
    return (struct iec21_buffers){.in = place->request, .out = place->answer};
}

/* What the local port says now; HDLC at once or not is changed between two clients only. */
static void follow_settings(struct meter_optical *optical)
{
    const struct local_port *port = &optical->meter->local_port;
    struct iec21_settings *settings = &optical->settings;
    memcpy(settings->manufacturer, optical->meter->identity.name, 3);
    const char *model = optical->meter->product->model_name;
    size_t size = strlen(model) < IEC21_IDENT_MAX ? strlen(model) : IEC21_IDENT_MAX;
    memset(settings->ident, 0, sizeof settings->ident);
    memcpy(settings->ident, model, size);
    memset(settings->address, 0, sizeof settings->address);
    memcpy(settings->address, port->address.octets, port->address.size);
    settings->baud = (uint8_t)('0' + port->prop_baud);
    settings->hdlc = true;
    settings->quick = !port->slow;
    settings->battery = optical->meter->on_battery;
    optical->mode = port->mode;
    optical->direct_baud = local_port_baud(port->default_baud);
    optical->settings_seen = port->changes;
}

void meter_optical_open(struct meter *meter, struct meter_optical *optical, int64_t line_ms)
{
    memset(optical, 0, sizeof *optical);
    optical->meter = meter;
    follow_settings(optical);
    meter_line_open(meter, &optical->line, &optical->place, 1, &meter->links.lines[LINK_OPTICAL],
                    line_ms);
    meter_line_is(&optical->line, LINK_OPTICAL);
    struct iec21_service service = service_of(optical);
    iec21_init(&optical->iec, &optical->settings, &service, buffers_of(&optical->place), line_ms);
    optical->hdlc = optical->mode == LOCAL_PORT_HDLC;
    optical->frame_ms = line_ms;
}

void meter_optical_close(struct meter_optical *optical)
{
    meter_line_close(&optical->line);
    crypto_wipe(optical->operand, sizeof optical->operand);
}

void meter_optical_receive(struct meter_optical *optical, const void *octets, size_t size,
                           int64_t line_ms)
{
    if (!optical->hdlc) {
        iec21_receive(&optical->iec, octets, size, line_ms);
    } else if (hdlc_room(&optical->line.station) > 0) {
        (void)hdlc_receive(&optical->line.station, octets, size, line_ms);
    }
}

size_t meter_optical_output(struct meter_optical *optical, const uint8_t **octets, int64_t line_ms)
{
    return optical->hdlc ? hdlc_output(&optical->line.station, octets, line_ms)
                         : iec21_output(&optical->iec, octets, line_ms);
}

void meter_optical_sent(struct meter_optical *optical, size_t size, int64_t line_ms)
{
    if (optical->hdlc) {
        hdlc_sent(&optical->line.station, size, line_ms);
        return;
    }
    iec21_sent(&optical->iec, size, line_ms);
    if (iec21_handed_over(&optical->iec)) {
        optical->hdlc = true;
        optical->was_connected = false;
        optical->idle_ms = line_ms;
    }
}

static bool is_connected(const struct meter_optical *optical)
{
    return optical->line.connections[0].open;
}

/* The last frame of a connection that has ended is still to go out. */
static bool is_speaking(const struct meter_optical *optical)
{
    return hdlc_room(&optical->line.station) == 0;
}

/* Behind a sign-on the line is HDLC's until the client has disconnected, or did not come. */
static void give_back(struct meter_optical *optical, int64_t line_ms)
{
    bool connected = is_connected(optical);
    if (connected || is_speaking(optical)) {
        optical->was_connected |= connected;
        optical->idle_ms = line_ms;
    }
    int64_t patience_ms = optical->was_connected ? LEFT_MS : UNUSED_MS;
    if (iec21_handed_over(&optical->iec) && line_ms - optical->idle_ms >= patience_ms) {
        optical->hdlc = false;
        iec21_take_back(&optical->iec, line_ms);
    }
}

static void change_mode(struct meter_optical *optical, int64_t line_ms)
{
    bool idle = optical->hdlc ? !is_connected(optical) && !is_speaking(optical)
                              : optical->iec.state == IEC21_WAIT;
    if (idle && optical->settings_seen != optical->meter->local_port.changes) {
        follow_settings(optical);
        if (!iec21_handed_over(&optical->iec)) {
            optical->hdlc = optical->mode == LOCAL_PORT_HDLC;
            iec21_take_back(&optical->iec, line_ms);
        }
    }
}

/* Somebody has come: by a sign-on, or by HDLC at once. */
static void record_sessions(struct meter_optical *optical)
{
    bool direct = optical->hdlc && !iec21_handed_over(&optical->iec) && is_connected(optical);
    bool signed_on = optical->iec.statistics.sign_ons != optical->sign_ons_seen;
    if (signed_on || (direct && !optical->direct_seen)) {
        event_record(&optical->meter->events, EVENT_LOCAL_COMMUNICATION);
    }
    optical->sign_ons_seen = optical->iec.statistics.sign_ons;
    optical->direct_seen = direct;
}

/* Frames keep a meter awake; light that is no frame does not. */
static void notice_frames(struct meter_optical *optical, int64_t line_ms)
{
    uint32_t frames = optical->line.station.line.statistics.frames_received;
    optical->frame_ms = frames != optical->frames_seen ? line_ms : optical->frame_ms;
    optical->frames_seen = frames;
}

void meter_optical_step(struct meter_optical *optical, int64_t line_ms)
{
    if (optical->hdlc) {
        meter_line_step(&optical->line, line_ms);
        give_back(optical, line_ms);
    } else {
        iec21_step(&optical->iec, line_ms);
    }
    notice_frames(optical, line_ms);
    record_sessions(optical);
    change_mode(optical, line_ms);
    optical->meter->links.baud[LINK_OPTICAL] = meter_optical_form(optical).baud;
    optical->meter->links.sign_on = optical->iec.statistics;
}

bool meter_optical_awake(const struct meter_optical *optical, int64_t line_ms)
{
    int64_t iec_ms = optical->iec.active_ms;
    int64_t last_ms = optical->frame_ms > iec_ms ? optical->frame_ms : iec_ms;
    return is_connected(optical) || optical->iec.state == IEC21_PROGRAM ||
           line_ms - last_ms < METER_OPTICAL_AWAKE_MS;
}

struct iec21_form meter_optical_form(const struct meter_optical *optical)
{
    if (optical->hdlc && !iec21_handed_over(&optical->iec)) {
        return (struct iec21_form){.baud = optical->direct_baud};
    }
    return iec21_form(&optical->iec);
}
