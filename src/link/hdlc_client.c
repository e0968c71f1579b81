#include "link/hdlc_client.h"

#include "base/need.h"

void hdlc_client_init(struct hdlc_client *client, const struct hdlc_client_config *config,
                      int64_t now_ms)
{
    need(hdlc_settings_valid(config->settings));
    *client = (struct hdlc_client){.config = *config, .speak_ms = now_ms};
    hdlc_line_init(&client->line, now_ms);
    struct hdlc_limits limits = hdlc_limits_default();
    hdlc_flow_reset(&client->flow, &limits, hdlc_llc_command, config->answer, config->answer_room);
}

static void begin(struct hdlc_client *client, enum hdlc_client_state state,
                  enum hdlc_client_speech speech)
{
    client->state = state;
    client->speech = speech;
    client->failure = HDLC_CLIENT_GOOD;
    client->listening = false;
    client->answered = false;
    client->lost_turns = 0;
}

void hdlc_client_connect(struct hdlc_client *client)
{
    client->command = HDLC_SNRM;
    begin(client, HDLC_CLIENT_CONNECTING, HDLC_SAY_UNNUMBERED);
}

void hdlc_client_request(struct hdlc_client *client, const uint8_t *apdu, size_t size)
{
    need(client->state == HDLC_CLIENT_CONNECTED);
    hdlc_flow_send(&client->flow, apdu, size);
    begin(client, HDLC_CLIENT_EXCHANGING, HDLC_SAY_NUMBERED);
}

int hdlc_client_unconfirmed(struct hdlc_client *client, struct hdlc_address to, const uint8_t *apdu,
                            size_t size)
{
    need(!hdlc_client_speaking(client) && !client->listening);
    if (size + HDLC_LLC > client->config.settings->limits.max_info_transmit) {
        return -1;
    }
    client->unconfirmed_to = to;
    client->unconfirmed = apdu;
    client->unconfirmed_size = size;
    client->speech = HDLC_SAY_UI;
    return 0;
}

void hdlc_client_disconnect(struct hdlc_client *client)
{
    client->command = HDLC_DISC;
    begin(client, HDLC_CLIENT_DISCONNECTING, HDLC_SAY_UNNUMBERED);
}

bool hdlc_client_speaking(const struct hdlc_client *client)
{
    return client->speech != HDLC_SAY_NOTHING || hdlc_transmitter_busy(&client->line.transmitter);
}

static void end(struct hdlc_client *client, enum hdlc_client_state state,
                enum hdlc_client_failure failure)
{
    client->state = state;
    client->failure = failure;
    client->speech = HDLC_SAY_NOTHING;
    client->listening = false;
}

static void fail(struct hdlc_client *client, enum hdlc_client_failure failure)
{
    end(client, HDLC_CLIENT_DISCONNECTED, failure);
}

/* A turn is over without an end. Too many in which nothing moved: give up. */
static void lose_turn(struct hdlc_client *client)
{
    client->lost_turns++;
    if (client->lost_turns >= client->config.patience) {
        fail(client, HDLC_CLIENT_SILENCE);
    }
}

/* Speech. */

static void load_unnumbered(struct hdlc_client *client, struct hdlc_header header)
{
    const struct hdlc_limits *own = &client->config.settings->limits;
    size_t size = 0;
    if (client->command == HDLC_SNRM && !hdlc_limits_are_default(own)) {
        size = hdlc_parameters_write(client->parameters, own);
    }
    header.control = client->command | HDLC_POLL;
    hdlc_line_load(&client->line, &header, NULL, client->parameters, size);
}

static void load_ui(struct hdlc_client *client, struct hdlc_header header)
{
    header.destination = client->unconfirmed_to;
    header.control = HDLC_UI;
    hdlc_line_load(&client->line, &header, hdlc_llc_command, client->unconfirmed,
                   client->unconfirmed_size);
}

static void load(struct hdlc_client *client)
{
    struct hdlc_header header = {.destination = client->config.server,
                                 .source = hdlc_address_of(client->config.client, 0)};
    bool more = false;
    client->listening = client->speech != HDLC_SAY_UI;
    client->headway = false;
    if (client->speech == HDLC_SAY_NUMBERED) {
        more = hdlc_line_load_numbered(&client->line, header, &client->flow, HDLC_RR);
    } else if (client->speech == HDLC_SAY_UI) {
        load_ui(client, header);
    } else {
        load_unnumbered(client, header);
    }
    if (!more) {
        client->speech = HDLC_SAY_NOTHING;
    }
}

static int64_t turn_ms(const struct hdlc_client *client)
{
    int64_t turn = client->line.heard_ms + client->config.settings->response_time_ms;
    return turn > client->speak_ms ? turn : client->speak_ms;
}

size_t hdlc_client_output(struct hdlc_client *client, const uint8_t **octets, int64_t now_ms)
{
    struct hdlc_line *line = &client->line;
    if (!hdlc_transmitter_busy(&line->transmitter) && client->speech != HDLC_SAY_NOTHING &&
        now_ms >= turn_ms(client)) {
        load(client);
    }
    return hdlc_transmitter_output(&line->transmitter, octets);
}

void hdlc_client_sent(struct hdlc_client *client, size_t size, int64_t now_ms)
{
    hdlc_line_sent(&client->line, size, now_ms);
}

static int64_t silence_ends_ms(const struct hdlc_client *client)
{
    return hdlc_line_last_ms(&client->line) + client->config.time_out_ms;
}

/* An exchange goes on without going back: while it is not known what the server has got, that
 * mostly is RR, which asks. */
void hdlc_client_step(struct hdlc_client *client, int64_t now_ms)
{
    bool silent =
        client->listening && !hdlc_client_speaking(client) && now_ms >= silence_ends_ms(client);
    if (!silent) {
        return;
    }
    client->line.statistics.time_outs++;
    client->listening = false;
    bool exchanging = client->state == HDLC_CLIENT_EXCHANGING;
    client->speech = exchanging ? HDLC_SAY_NUMBERED : HDLC_SAY_UNNUMBERED;
    lose_turn(client);
}

int64_t hdlc_client_deadline_ms(const struct hdlc_client *client)
{
    if (hdlc_transmitter_busy(&client->line.transmitter)) {
        return INT64_MAX;
    }
    if (client->speech != HDLC_SAY_NOTHING) {
        return turn_ms(client);
    }
    return client->listening ? silence_ends_ms(client) : INT64_MAX;
}

/* What the server says. */

static bool is_for_us(const struct hdlc_client *client, const struct hdlc_header *header)
{
    const struct hdlc_address *server = &client->config.server;
    bool same = header->source.upper == server->upper && header->source.octets == server->octets &&
                (server->octets == 1 || header->source.lower == server->lower);
    return same && header->destination.octets == 1 &&
           header->destination.upper == client->config.client;
}

static void take_ua(struct hdlc_client *client)
{
    const struct hdlc_receiver *receiver = &client->line.receiver;
    if (client->state == HDLC_CLIENT_DISCONNECTING) {
        end(client, HDLC_CLIENT_DISCONNECTED, HDLC_CLIENT_GOOD);
    } else if (client->state == HDLC_CLIENT_CONNECTING) {
        size_t size = hdlc_receiver_kept(receiver) ? receiver->information : 0;
        struct hdlc_limits peer = hdlc_parameters_read(client->parameters, size);
        struct hdlc_limits limits = hdlc_limits_agreed(&client->config.settings->limits, &peer);
        hdlc_flow_reset(&client->flow, &limits, hdlc_llc_command, client->config.answer,
                        client->config.answer_room);
        end(client, HDLC_CLIENT_CONNECTED, HDLC_CLIENT_GOOD);
    }
}

static void take_dm(struct hdlc_client *client)
{
    bool wanted = client->state == HDLC_CLIENT_DISCONNECTING;
    fail(client, wanted ? HDLC_CLIENT_GOOD : HDLC_CLIENT_REFUSED);
}

static void take_frmr(struct hdlc_client *client)
{
    client->line.statistics.rejected++;
    if (client->state == HDLC_CLIENT_EXCHANGING) {
        fail(client, HDLC_CLIENT_REJECTED);
    }
}

static void take_ui(struct hdlc_client *client)
{
    const struct hdlc_receiver *receiver = &client->line.receiver;
    const uint8_t *octets = hdlc_flow_tail(&client->flow);
    if (!hdlc_receiver_kept(receiver)) {
        client->line.statistics.too_long++;
        return;
    }
    size_t size = hdlc_llc_strip(hdlc_llc_response, octets, receiver->information);
    if (size > 0) {
        client->config.received(client->config.owner, octets + HDLC_LLC, size, false);
    }
}

static void take_information(struct hdlc_client *client)
{
    const struct hdlc_receiver *receiver = &client->line.receiver;
    const struct hdlc_header *header = &receiver->header;
    if (hdlc_ns(header->control) != client->flow.expected) {
        client->line.statistics.out_of_sequence++;
        return;
    }
    if (!hdlc_receiver_kept(receiver)) {
        fail(client, HDLC_CLIENT_TOO_LONG);
        return;
    }
    size_t size = hdlc_flow_take(&client->flow, receiver->information, header->segmented);
    client->headway = true;
    if (size > 0) {
        client->answered = true;
        client->config.received(client->config.owner, client->flow.in + HDLC_LLC, size, true);
    }
}

static void end_turn(struct hdlc_client *client, int64_t now_ms)
{
    const struct hdlc_flow *flow = &client->flow;
    client->listening = false;
    if (client->answered && !flow->sending && flow->in_size == 0) {
        end(client, HDLC_CLIENT_CONNECTED, HDLC_CLIENT_GOOD);
        return;
    }
    bool wait = !client->headway && (flow->peer_busy || !flow->sending);
    client->line.statistics.frames_repeated += hdlc_flow_rewind(&client->flow);
    client->speech = HDLC_SAY_NUMBERED;
    client->speak_ms = now_ms + (wait ? client->config.pause_ms : 0);
    if (client->headway) {
        client->lost_turns = 0;
    } else {
        lose_turn(client);
    }
}

static void take_numbered(struct hdlc_client *client, int64_t now_ms)
{
    uint8_t control = client->line.receiver.header.control;
    struct hdlc_flow *flow = &client->flow;
    uint8_t acknowledged = flow->acknowledged;
    if (!hdlc_flow_acknowledge(flow, hdlc_nr(control))) {
        fail(client, HDLC_CLIENT_REJECTED);
        return;
    }
    client->headway |= flow->acknowledged != acknowledged;
    flow->peer_busy = !hdlc_is_i(control) && (control & 0x0F) == HDLC_RNR;
    if (hdlc_is_i(control)) {
        take_information(client);
    }
    if (control & HDLC_POLL && client->state == HDLC_CLIENT_EXCHANGING) {
        end_turn(client, now_ms);
    }
}

static void take_frame(struct hdlc_client *client, int64_t now_ms)
{
    const struct hdlc_header *header = &client->line.receiver.header;
    uint8_t type = header->control & (uint8_t)~HDLC_POLL;
    if (!is_for_us(client, header)) {
        return;
    }
    if (type == HDLC_UI) {
        take_ui(client);
    } else if (!client->listening) {
        return; /* out of turn, late */
    } else if (type == HDLC_UA) {
        take_ua(client);
    } else if (type == HDLC_DM) {
        take_dm(client);
    } else if (type == HDLC_FRMR) {
        take_frmr(client);
    } else if (client->state == HDLC_CLIENT_EXCHANGING) {
        take_numbered(client, now_ms);
    }
}

/* UI uses what is free behind the answer so far. */
static void aim(struct hdlc_client *client)
{
    struct hdlc_receiver *receiver = &client->line.receiver;
    uint8_t type = receiver->header.control & (uint8_t)~HDLC_POLL;
    if (!is_for_us(client, &receiver->header)) {
        return;
    }
    if (type == HDLC_UA) {
        hdlc_receiver_aim(receiver, client->parameters, sizeof client->parameters);
    } else {
        hdlc_receiver_aim(receiver, hdlc_flow_tail(&client->flow),
                          hdlc_flow_tail_room(&client->flow));
    }
}

size_t hdlc_client_receive(struct hdlc_client *client, const void *octets, size_t size,
                           int64_t now_ms)
{
    const uint8_t *octet = octets;
    size_t taken = 0;
    if (hdlc_client_speaking(client)) {
        return 0;
    }
    hdlc_line_hear(&client->line, client->config.settings->inter_octet_time_ms, now_ms);
    while (taken < size && !hdlc_client_speaking(client)) {
        enum hdlc_event event = hdlc_line_take(&client->line, octet[taken++]);
        if (event == HDLC_HEADER) {
            aim(client);
        } else if (event == HDLC_FRAME) {
            take_frame(client, now_ms);
        }
    }
    return taken;
}
