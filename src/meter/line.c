#include "meter/line.h"

#include "base/need.h"
#include "dlms/apdu.h"

_Static_assert((int)METER_LINE_BUFFER >= (int)METER_PDU + HDLC_LLC &&
                   (int)METER_LINE_BUFFER >= (int)DLMS_ANSWER_ROOM(METER_PDU),
               "a place holds a request and an answer");

static const uint16_t logical_devices[] = {DLMS_LOGICAL_DEVICE};

static bool is_connected(const struct meter_line *line, uint16_t client_sap)
{
    for (uint8_t i = 0; i < line->station.config.connection_count; i++) {
        const struct hdlc_connection *connection = &line->connections[i];
        if (connection->open && connection->ports.client == client_sap) {
            return true;
        }
    }
    return false;
}

/* There is a place for each connection: a client that opened its association in UI frames, without
 * one, gives way when there is no other. */
static void make_room(struct meter_line *line, uint16_t client_sap)
{
    struct dlms_session *session = &line->session;
    struct dlms_association *place = session->places;
    while (place != NULL && !dlms_session_has_place(session, client_sap)) {
        if (!is_connected(line, place->partner->sap)) {
            dlms_association_close(place);
        }
        place = place->next;
    }
}

static size_t answer(void *owner, struct link_ports ports, uint8_t *request, size_t size,
                     uint8_t *octets, size_t room)
{
    struct meter_line *line = owner;
    uint32_t changes = line->meter->server.changes;
    if (size > 0 && request[0] == DLMS_AARQ) {
        make_room(line, ports.client);
    }
    size_t answered = dlms_session_answer(&line->session, ports.client, ports.server, request, size,
                                          octets, room);
    if (line->local && !line->programmed && line->meter->server.changes != changes) {
        line->programmed = true;
        event_record(&line->meter->events, EVENT_LOCAL_PROGRAMMING);
    }
    return answered;
}

static void closed(void *owner, struct link_ports ports)
{
    struct meter_line *line = owner;
    dlms_session_end(&line->session, ports.client);
    line->programmed = false;
}

struct hdlc_settings meter_line_settings(void)
{
    return (struct hdlc_settings){
        .limits = {.max_info_transmit = 512,
                   .max_info_receive = 512,
                   .window_transmit = 1,
                   .window_receive = 1},
        .inter_octet_time_ms = 25,
        .inactivity_time_s = 120,
        .response_time_ms = 20,
        .alone = true,
    };
}

static struct hdlc_connection connection_at(struct meter_line_place *place)
{
    return (struct hdlc_connection){.buffers = {
                                        .request = place->request,
                                        .request_room = METER_PDU + HDLC_LLC,
                                        .answer = place->answer,
                                        .answer_room = DLMS_ANSWER_ROOM(METER_PDU),
                                    }};
}

void meter_line_open(struct meter *meter, struct meter_line *line, struct meter_line_place *places,
                     uint8_t count, const struct hdlc_settings *settings, int64_t line_ms)
{
    need(hdlc_settings_valid(settings) && count >= 1 && count <= METER_LINE_CLIENTS);
    line->meter = meter;
    line->number = LINK_LINES;
    line->local = false;
    line->programmed = false;
    dlms_session_init(&line->session, &meter->server, METER_PDU);
    for (unsigned i = 0; i < count; i++) {
        dlms_session_lend(&line->session, &places[i].association, 1);
        line->connections[i] = connection_at(&places[i]);
    }
    struct hdlc_config config = {
        .settings = settings,
        .channel = {.answer = answer, .closed = closed, .owner = line},
        .logical_devices = logical_devices,
        .logical_device_count = sizeof logical_devices / sizeof logical_devices[0],
        .connections = line->connections,
        .connection_count = count,
        .unconfirmed = {METER_LINE_UI_REQUEST, METER_LINE_UI_ANSWER},
    };
    hdlc_init(&line->station, &config, line_ms);
    line->next = meter->lines;
    meter->lines = line;
}

void meter_line_is(struct meter_line *line, enum link_line number)
{
    line->number = number;
    line->local = true;
}

void meter_line_step(struct meter_line *line, int64_t line_ms)
{
    hdlc_step(&line->station, line_ms);
    if (line->number < LINK_LINES) {
        line->meter->links.statistics[line->number] = line->station.line.statistics;
    }
}

/* A meter that began anew does not know its lines of before. */
static void forget(struct meter_line *line)
{
    struct meter_line **at = &line->meter->lines;
    while (*at != NULL && *at != line) {
        at = &(*at)->next;
    }
    if (*at == line) {
        *at = line->next;
    }
}

void meter_line_close(struct meter_line *line)
{
    forget(line);
    hdlc_close(&line->station);
    dlms_session_close(&line->session);
}
