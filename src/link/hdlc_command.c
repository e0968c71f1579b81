#include "link/hdlc_command.h"

#include "base/need.h"
#include "link/hdlc_reply.h"

/* Why a frame is rejected. Source: ISO/IEC 13239 5.5.3.4. */
enum {
    REASON_UNDEFINED = 0x01,   /* W: control field */
    REASON_INFORMATION = 0x02, /* X: where there may be none */
    REASON_TOO_LONG = 0x04,    /* Y */
    REASON_NUMBER = 0x08,      /* Z: N(R) */
};

/* Somebody else: whoever has the address now that a connection of ours was opened at. */
enum audience { NOBODY, SOMEBODY_ELSE, US, EVERYBODY };

static bool is_here(const struct hdlc_config *config, uint16_t upper)
{
    for (uint8_t i = 0; i < config->logical_device_count; i++) {
        if (config->logical_devices[i] == upper) {
            return true;
        }
    }
    return false;
}

static uint8_t type_of(const struct hdlc_header *header)
{
    return header->control & (uint8_t)~HDLC_POLL;
}

/* Whom the lower address means. On a line of its own, a station is all stations. */
static enum audience lower_audience(const struct hdlc_settings *settings,
                                    const struct hdlc_address *address)
{
    if (address->octets == 1) {
        return US;
    }
    if (address->lower == HDLC_NO_STATION) {
        return NOBODY;
    }
    if (hdlc_address_is_all(address->lower, address->octets)) {
        return settings->alone ? US : EVERYBODY;
    }
    bool calling = settings->alone && hdlc_address_is_calling(address);
    return calling || address->lower == settings->device_address ? US : NOBODY;
}

/* A connection goes on at the address at which it was opened, though the station has another by
 * now: that connection, of which the frame is one. */
static struct hdlc_connection *find_moved(const struct hdlc_config *config,
                                          const struct hdlc_header *header)
{
    const struct hdlc_address *server = &header->destination;
    for (uint8_t i = 0; i < config->connection_count; i++) {
        struct hdlc_connection *connection = &config->connections[i];
        if (connection->open && connection->lower == server->lower &&
            connection->ports.client == header->source.upper &&
            connection->ports.server == server->upper) {
            return connection;
        }
    }
    return NULL;
}

static enum audience find_audience(const struct hdlc_config *config,
                                   const struct hdlc_header *header)
{
    const struct hdlc_address *server = &header->destination;
    const struct hdlc_address *client = &header->source;
    bool from_client =
        client->octets == 1 && client->upper != HDLC_NO_STATION && client->upper != HDLC_ALL_SHORT;
    enum audience audience = lower_audience(config->settings, server);
    if (from_client && audience == NOBODY && find_moved(config, header)) {
        return type_of(header) == HDLC_SNRM ? SOMEBODY_ELSE : US;
    }
    if (!from_client || audience == NOBODY) {
        return NOBODY;
    }
    if (hdlc_address_is_all(server->upper, server->octets)) {
        return EVERYBODY;
    }
    return is_here(config, server->upper) ? audience : NOBODY;
}

static struct link_ports ports_of(const struct hdlc_header *header)
{
    return (struct link_ports){.client = header->source.upper, .server = header->destination.upper};
}

static bool is_poll(const struct hdlc_header *header)
{
    return header->control & HDLC_POLL;
}

static struct hdlc_connection *find(const struct hdlc_station *station, struct link_ports ports)
{
    for (uint8_t i = 0; i < station->config.connection_count; i++) {
        struct hdlc_connection *connection = &station->config.connections[i];
        if (connection->open && connection->ports.client == ports.client &&
            connection->ports.server == ports.server) {
            return connection;
        }
    }
    return NULL;
}

void hdlc_command_disconnect(struct hdlc_station *station, struct hdlc_connection *connection)
{
    const struct link_channel *channel = &station->config.channel;
    connection->open = false;
    if (station->reply.connection == connection) {
        station->reply = (struct hdlc_reply){.pending = false};
    }
    if (channel->closed) {
        channel->closed(channel->owner, connection->ports);
    }
}

/* A place for a new connection: a free one, else that of the one silent longest. */
static struct hdlc_connection *make_place(struct hdlc_station *station)
{
    struct hdlc_connection *oldest = &station->config.connections[0];
    for (uint8_t i = 0; i < station->config.connection_count; i++) {
        struct hdlc_connection *connection = &station->config.connections[i];
        if (!connection->open) {
            return connection;
        }
        oldest = connection->active_ms < oldest->active_ms ? connection : oldest;
    }
    return oldest;
}

static void take_snrm(struct hdlc_station *station, int64_t now_ms)
{
    const struct hdlc_receiver *receiver = &station->line.receiver;
    struct link_ports ports = ports_of(&receiver->header);
    struct hdlc_connection *connection = find(station, ports);
    if (!connection) {
        connection = make_place(station);
    }
    if (connection->open) {
        hdlc_command_disconnect(station, connection);
    }
    size_t size = hdlc_receiver_kept(receiver) ? receiver->information : 0;
    struct hdlc_limits peer = hdlc_parameters_read(station->parameters, size);
    struct hdlc_limits limits = hdlc_limits_agreed(&station->config.settings->limits, &peer);
    hdlc_flow_reset(&connection->flow, &limits, hdlc_llc_response, connection->buffers.request,
                    connection->buffers.request_room);
    connection->ports = ports;
    connection->lower = receiver->header.destination.lower;
    connection->active_ms = now_ms;
    connection->open = true;
    connection->rejecting = false;
    size = hdlc_parameters_write(station->parameters, &limits);
    hdlc_reply_frame(station, HDLC_UA, NULL, station->parameters, size);
}

static void reject(struct hdlc_connection *connection, uint8_t control, uint8_t reason)
{
    const struct hdlc_flow *flow = &connection->flow;
    connection->rejecting = true;
    connection->reason[0] = control;
    connection->reason[1] = (uint8_t)(flow->expected << 5 | flow->next << 1);
    connection->reason[2] = reason;
}

static size_t answer(const struct hdlc_station *station, struct link_ports ports,
                     const struct hdlc_buffers *buffers, size_t size)
{
    const struct link_channel *channel = &station->config.channel;
    size_t answered = channel->answer(channel->owner, ports, buffers->request + HDLC_LLC, size,
                                      buffers->answer, buffers->answer_room);
    need(answered <= buffers->answer_room);
    return answered;
}

static void take_information(struct hdlc_station *station, struct hdlc_connection *connection)
{
    const struct hdlc_receiver *receiver = &station->line.receiver;
    const struct hdlc_header *header = &receiver->header;
    struct hdlc_flow *flow = &connection->flow;
    if (hdlc_ns(header->control) != flow->expected) {
        station->line.statistics.out_of_sequence++;
        return;
    }
    if (!hdlc_receiver_kept(receiver)) {
        reject(connection, header->control, REASON_TOO_LONG);
        return;
    }
    if (flow->sending || station->busy) {
        return;
    }
    size_t size = hdlc_flow_take(flow, receiver->information, header->segmented);
    if (size == 0) {
        return;
    }
    size_t answered = answer(station, connection->ports, &connection->buffers, size);
    if (answered > 0) {
        hdlc_flow_send(flow, connection->buffers.answer, answered);
    }
}

/* An I frame, RR or RNR; whatever else comes here is undefined. */
static void take_numbered(struct hdlc_station *station, struct hdlc_connection *connection)
{
    const struct hdlc_receiver *receiver = &station->line.receiver;
    uint8_t control = receiver->header.control;
    uint8_t supervisory = control & 0x0F;
    bool is_i = hdlc_is_i(control);
    if (!is_i && supervisory != HDLC_RR && supervisory != HDLC_RNR) {
        reject(connection, control, REASON_UNDEFINED);
    } else if (!is_i && receiver->information > 0) {
        reject(connection, control, REASON_UNDEFINED | REASON_INFORMATION);
    } else if (!hdlc_flow_acknowledge(&connection->flow, hdlc_nr(control))) {
        reject(connection, control, REASON_NUMBER);
    } else {
        connection->flow.peer_busy = !is_i && supervisory == HDLC_RNR;
        if (is_i) {
            take_information(station, connection);
        }
    }
}

static void take_connected(struct hdlc_station *station, struct hdlc_connection *connection,
                           int64_t now_ms)
{
    const struct hdlc_header *header = &station->line.receiver.header;
    connection->active_ms = now_ms;
    if (type_of(header) == HDLC_DISC) {
        hdlc_command_disconnect(station, connection);
        hdlc_reply_frame(station, HDLC_UA, NULL, NULL, 0);
        return;
    }
    if (!connection->rejecting) {
        take_numbered(station, connection);
    }
    if (is_poll(header)) {
        hdlc_reply_numbered(station, connection);
    }
}

static void take_command(struct hdlc_station *station, int64_t now_ms)
{
    const struct hdlc_header *header = &station->line.receiver.header;
    struct hdlc_connection *connection = find(station, ports_of(header));
    uint8_t type = type_of(header);
    if ((type == HDLC_SNRM || type == HDLC_DISC) && !is_poll(header)) {
        return; /* they take effect with the UA, for which the client must give the turn */
    }
    if (type == HDLC_SNRM) {
        take_snrm(station, now_ms);
    } else if (connection) {
        take_connected(station, connection, now_ms);
    } else if (is_poll(header)) {
        hdlc_reply_frame(station, HDLC_DM, NULL, NULL, 0);
    }
}

/* Memory for a UI frame and its answer: what the first connection does not use. Nothing of a
 * request is taken while an answer goes out, and before there is none. */
static struct hdlc_buffers idle_buffers(const struct hdlc_station *station)
{
    const struct hdlc_connection *lender = &station->config.connections[0];
    const struct hdlc_unconfirmed *rooms = &station->config.unconfirmed;
    uint8_t *idle = lender->flow.sending ? lender->buffers.request : lender->buffers.answer;
    return (struct hdlc_buffers){
        .request = idle,
        .request_room = rooms->request_room,
        .answer = idle + rooms->request_room,
        .answer_room = rooms->answer_room,
    };
}

/* A UI frame to us. An answer goes the same way, when the client gives the turn. */
static void take_ui(struct hdlc_station *station, const struct hdlc_buffers *buffers, size_t size,
                    int64_t now_ms)
{
    const struct hdlc_header *header = &station->line.receiver.header;
    struct link_ports ports = ports_of(header);
    struct hdlc_connection *connection = find(station, ports);
    struct hdlc_limits limits = connection ? connection->flow.limits : hdlc_limits_default();
    size_t answered = size > 0 ? answer(station, ports, buffers, size) : 0;
    if (connection) {
        connection->active_ms = now_ms;
    }
    if (!is_poll(header)) {
        return;
    }
    if (answered > 0 && answered + HDLC_LLC <= limits.max_info_transmit) {
        hdlc_reply_frame(station, HDLC_UI, hdlc_llc_response, buffers->answer, answered);
    } else if (connection) {
        hdlc_reply_numbered(station, connection);
    } else {
        hdlc_reply_frame(station, HDLC_DM, NULL, NULL, 0);
    }
}

/* A UI frame to all stations, or to all logical devices of this one: nobody answers. */
static void take_ui_of_all(struct hdlc_station *station, const struct hdlc_buffers *buffers,
                           size_t size)
{
    const struct hdlc_config *config = &station->config;
    const struct hdlc_header *header = &station->line.receiver.header;
    struct link_ports ports = ports_of(header);
    uint16_t upper = ports.server;
    bool all = hdlc_address_is_all(upper, header->destination.octets);
    for (uint8_t i = 0; size > 0 && i < config->logical_device_count; i++) {
        ports.server = config->logical_devices[i];
        if (all || ports.server == upper) {
            (void)answer(station, ports, buffers, size);
        }
    }
}

static void take_unconfirmed(struct hdlc_station *station, enum audience audience, int64_t now_ms)
{
    const struct hdlc_receiver *receiver = &station->line.receiver;
    const struct hdlc_buffers buffers = idle_buffers(station);
    bool kept = hdlc_receiver_kept(receiver);
    size_t size =
        kept ? hdlc_llc_strip(hdlc_llc_command, buffers.request, receiver->information) : 0;
    station->line.statistics.too_long += !kept;
    if (audience == EVERYBODY) {
        take_ui_of_all(station, &buffers, size);
    } else {
        take_ui(station, &buffers, size, now_ms);
    }
}

/* What only servers send: heard, it is an echo of ours, or a neighbour. */
static bool is_response(uint8_t type)
{
    return type == HDLC_UA || type == HDLC_DM || type == HDLC_FRMR;
}

void hdlc_command_take(struct hdlc_station *station, int64_t now_ms)
{
    const struct hdlc_header *header = &station->line.receiver.header;
    enum audience audience = find_audience(&station->config, header);
    uint8_t type = type_of(header);
    if (audience == NOBODY || is_response(type)) {
        return;
    }
    if (audience == SOMEBODY_ELSE) {
        hdlc_command_disconnect(station, find_moved(&station->config, header));
        return;
    }
    if (type == HDLC_UI) {
        take_unconfirmed(station, audience, now_ms);
    } else if (audience == US) {
        take_command(station, now_ms);
    }
}

/* How long an I frame of the connection may be: not longer than agreed, but what the settings let
 * in does no harm. */
static size_t i_room(const struct hdlc_station *station, const struct hdlc_connection *connection)
{
    size_t agreed = connection->flow.limits.max_info_receive;
    size_t own = station->config.settings->limits.max_info_receive;
    size_t most = own > agreed ? own : agreed;
    size_t room = hdlc_flow_tail_room(&connection->flow);
    return room < most ? room : most;
}

/* Nothing written here counts before the FCS was right. */
void hdlc_command_aim(struct hdlc_station *station)
{
    struct hdlc_receiver *receiver = &station->line.receiver;
    const struct hdlc_header *header = &receiver->header;
    enum audience audience = find_audience(&station->config, header);
    if (audience == NOBODY || audience == SOMEBODY_ELSE) {
        return;
    }
    const struct hdlc_connection *connection = find(station, ports_of(header));
    if (hdlc_is_i(header->control) && connection) {
        hdlc_receiver_aim(receiver, hdlc_flow_tail(&connection->flow), i_room(station, connection));
    } else if (type_of(header) == HDLC_SNRM) {
        hdlc_receiver_aim(receiver, station->parameters, sizeof station->parameters);
    } else if (type_of(header) == HDLC_UI) {
        const struct hdlc_buffers buffers = idle_buffers(station);
        hdlc_receiver_aim(receiver, buffers.request, buffers.request_room);
    }
}
