#include "link/hdlc_reply.h"

void hdlc_reply_frame(struct hdlc_station *station, uint8_t control, const uint8_t *llc,
                      const uint8_t *body, size_t size)
{
    const struct hdlc_header *command = &station->line.receiver.header;
    station->reply = (struct hdlc_reply){
        .pending = true,
        .header = {.destination = command->source,
                   .source = command->destination,
                   .control = control | HDLC_POLL},
        .llc = llc,
        .body = body,
        .size = size,
    };
}

void hdlc_reply_numbered(struct hdlc_station *station, struct hdlc_connection *connection)
{
    struct hdlc_statistics *statistics = &station->line.statistics;
    if (connection->rejecting) {
        statistics->rejected++;
        hdlc_reply_frame(station, HDLC_FRMR, NULL, connection->reason, sizeof connection->reason);
        return;
    }
    hdlc_reply_frame(station, HDLC_RR, NULL, NULL, 0);
    station->reply.connection = connection;
    statistics->frames_repeated += hdlc_flow_rewind(&connection->flow);
}

static bool notice_waits_for(const struct hdlc_notice *notice,
                             const struct hdlc_connection *connection)
{
    return notice->apdu && !notice->loaded && notice->ports.client == connection->ports.client &&
           notice->ports.server == connection->ports.server;
}

static void load_notice(struct hdlc_station *station, const struct hdlc_header *header)
{
    struct hdlc_notice *notice = &station->notice;
    notice->loaded = true;
    hdlc_line_load(&station->line, header, hdlc_llc_response, notice->apdu, notice->size);
}

void hdlc_reply_load_unpolled(struct hdlc_station *station)
{
    struct link_ports ports = station->notice.ports;
    uint16_t lower = station->config.settings->device_address;
    struct hdlc_header header = {
        .destination = hdlc_address_of(ports.client, 0),
        .source = hdlc_address_of(ports.server, lower),
        .control = HDLC_UI | HDLC_POLL,
    };
    station->reply = (struct hdlc_reply){.pending = false};
    load_notice(station, &header);
}

static void load_numbered(struct hdlc_station *station, struct hdlc_connection *connection)
{
    struct hdlc_reply *reply = &station->reply;
    struct hdlc_header header = reply->header;
    if (notice_waits_for(&station->notice, connection)) {
        header.control = HDLC_UI;
        load_notice(station, &header);
        return;
    }
    uint8_t idle = station->busy || connection->flow.sending ? HDLC_RNR : HDLC_RR;
    reply->pending = hdlc_line_load_numbered(&station->line, header, &connection->flow, idle);
}

void hdlc_reply_load(struct hdlc_station *station)
{
    struct hdlc_reply *reply = &station->reply;
    if (reply->connection) {
        load_numbered(station, reply->connection);
        return;
    }
    reply->pending = false;
    hdlc_line_load(&station->line, &reply->header, reply->llc, reply->body, reply->size);
}
