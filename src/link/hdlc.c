#include "link/hdlc.h"

#include "base/need.h"
#include "link/hdlc_command.h"
#include "link/hdlc_reply.h"

void hdlc_init(struct hdlc_station *station, const struct hdlc_config *config, int64_t now_ms)
{
    need(hdlc_settings_valid(config->settings) && config->connection_count > 0);
    *station = (struct hdlc_station){.config = *config};
    hdlc_line_init(&station->line, now_ms);
    for (uint8_t i = 0; i < config->connection_count; i++) {
        struct hdlc_buffers buffers = config->connections[i].buffers;
        config->connections[i] = (struct hdlc_connection){.buffers = buffers};
    }
}

static bool speaking(const struct hdlc_station *station)
{
    return station->reply.pending || hdlc_transmitter_busy(&station->line.transmitter);
}

size_t hdlc_room(const struct hdlc_station *station)
{
    return speaking(station) ? 0 : SIZE_MAX;
}

size_t hdlc_receive(struct hdlc_station *station, const void *octets, size_t size, int64_t now_ms)
{
    const uint8_t *octet = octets;
    size_t taken = 0;
    if (speaking(station)) {
        return 0;
    }
    hdlc_step(station, now_ms);
    hdlc_line_hear(&station->line, station->config.settings->inter_octet_time_ms, now_ms);
    while (taken < size && !speaking(station)) {
        enum hdlc_event event = hdlc_line_take(&station->line, octet[taken++]);
        if (event == HDLC_HEADER) {
            hdlc_command_aim(station);
        } else if (event == HDLC_FRAME) {
            hdlc_command_take(station, now_ms);
        }
    }
    return taken;
}

static bool is_connected(const struct hdlc_station *station)
{
    for (uint8_t i = 0; i < station->config.connection_count; i++) {
        if (station->config.connections[i].open) {
            return true;
        }
    }
    return false;
}

/* When the station may say what it has to say; INT64_MAX: it has nothing. A notice waits until the
 * line is quiet for so long that no frame is under way. */
static int64_t speech_ms(const struct hdlc_station *station)
{
    const struct hdlc_settings *settings = station->config.settings;
    const struct hdlc_notice *notice = &station->notice;
    if (station->reply.pending) {
        return station->line.heard_ms + settings->response_time_ms;
    }
    if (notice->apdu && notice->unpolled && !notice->loaded && !is_connected(station)) {
        return hdlc_line_last_ms(&station->line) + settings->response_time_ms +
               settings->inter_octet_time_ms + 1;
    }
    return INT64_MAX;
}

size_t hdlc_output(struct hdlc_station *station, const uint8_t **octets, int64_t now_ms)
{
    struct hdlc_transmitter *transmitter = &station->line.transmitter;
    if (!hdlc_transmitter_busy(transmitter) && now_ms >= speech_ms(station)) {
        if (station->reply.pending) {
            hdlc_reply_load(station);
        } else {
            hdlc_reply_load_unpolled(station);
        }
    }
    return hdlc_transmitter_output(transmitter, octets);
}

void hdlc_sent(struct hdlc_station *station, size_t size, int64_t now_ms)
{
    hdlc_line_sent(&station->line, size, now_ms);
    if (station->reply.connection) {
        station->reply.connection->active_ms = now_ms;
    }
    if (station->notice.loaded && !hdlc_transmitter_busy(&station->line.transmitter)) {
        station->notice = (struct hdlc_notice){.apdu = NULL};
    }
}

static int64_t silence_ends_ms(const struct hdlc_station *station,
                               const struct hdlc_connection *connection)
{
    uint16_t allowed_s = station->config.settings->inactivity_time_s;
    bool ends = connection->open && allowed_s > 0;
    return ends ? connection->active_ms + (int64_t)allowed_s * 1000 : INT64_MAX;
}

void hdlc_step(struct hdlc_station *station, int64_t now_ms)
{
    hdlc_line_step(&station->line, station->config.settings->inter_octet_time_ms, now_ms);
    for (uint8_t i = 0; i < station->config.connection_count; i++) {
        struct hdlc_connection *connection = &station->config.connections[i];
        if (now_ms >= silence_ends_ms(station, connection)) {
            station->line.statistics.time_outs++;
            hdlc_command_disconnect(station, connection);
        }
    }
}

int64_t hdlc_deadline_ms(const struct hdlc_station *station)
{
    bool speaks = hdlc_transmitter_busy(&station->line.transmitter);
    int64_t deadline = speaks ? INT64_MAX : speech_ms(station);
    for (uint8_t i = 0; i < station->config.connection_count; i++) {
        int64_t end = silence_ends_ms(station, &station->config.connections[i]);
        deadline = end < deadline ? end : deadline;
    }
    return deadline;
}

void hdlc_set_busy(struct hdlc_station *station, bool busy)
{
    station->busy = busy;
}

size_t hdlc_notice_most(const struct hdlc_station *station)
{
    return station->config.settings->limits.max_info_transmit - (size_t)HDLC_LLC;
}

int hdlc_notify(struct hdlc_station *station, struct link_ports ports, const uint8_t *apdu,
                size_t size, bool unpolled)
{
    if (station->notice.apdu || size > hdlc_notice_most(station)) {
        return -1;
    }
    station->notice =
        (struct hdlc_notice){.ports = ports, .apdu = apdu, .size = size, .unpolled = unpolled};
    return 0;
}

bool hdlc_notifying(const struct hdlc_station *station)
{
    return station->notice.apdu != NULL;
}

void hdlc_withdraw(struct hdlc_station *station)
{
    if (!station->notice.loaded) {
        station->notice = (struct hdlc_notice){.apdu = NULL};
    }
}

void hdlc_close(struct hdlc_station *station)
{
    for (uint8_t i = 0; i < station->config.connection_count; i++) {
        if (station->config.connections[i].open) {
            hdlc_command_disconnect(station, &station->config.connections[i]);
        }
    }
}
