#include "link/iec62056_21.h"

#include <string.h>

enum {
    QUICK_MS = 20,
    SLOW_MS = 200,
    BETWEEN_CHARACTERS_MS = 1500, /* ta */
    SELECT_MS = 2000,             /* tt: 1500 to 2200 .. */
    SELECT_LATE_MS = 200,         /* .. for an acknowledgement that is coming in */
    REPEAT_MS = 1500,
    INACTIVE_MS = 90000, /* 60 to 120 s */
    SELECT_SIZE = 6,
    WAKE_GAP_MS = 87, /* two characters at 300 baud and 20 ms behind the last NUL */
    WAKE_LEAST_MS = 300,
    WAKE_MOST_MS = 1000,
    REQUEST_LEAST = 5, /* / ? ! CR LF */
    ANSWER_MAX = 200,
    LINE_MAX = 78,
};

static const struct iec21_form opening = {.baud = IEC21_BAUD_OPENING, .seven_even = true};

static void wait_for_request(struct iec21_server *server)
{
    if (server->state == IEC21_PROGRAM) {
        server->service.end(server->service.owner);
    }
    server->state = IEC21_WAIT;
    server->form = opening;
    server->form_after = opening;
    server->reading_out = false;
    server->in_size = 0;
    server->out_size = 0;
    server->out_at = 0;
}

void iec21_init(struct iec21_server *server, const struct iec21_settings *settings,
                const struct iec21_service *service, struct iec21_buffers buffers, int64_t now_ms)
{
    memset(server, 0, sizeof *server);
    server->buffers = buffers;
    server->settings = settings;
    server->service = *service;
    server->active_ms = now_ms;
    server->heard_ms = now_ms;
    server->repeat_ms = INT64_MIN;
    wait_for_request(server);
}

/* ---- what is sent ---- */

static struct writer answer_writer(struct iec21_server *server)
{
    return writer_over(server->buffers.out, ANSWER_MAX);
}

/* What has been written into `out` goes out, not before the reaction time is over. */
static void send(struct iec21_server *server, const struct writer *w, int64_t now_ms)
{
    server->out_size = writer_kept(w);
    server->out_at = 0;
    server->speak_ms = now_ms + (server->settings->quick ? QUICK_MS : SLOW_MS);
}

static void send_octet(struct iec21_server *server, uint8_t octet, int64_t now_ms)
{
    struct writer w = answer_writer(server);
    writer_u8(&w, octet);
    send(server, &w, now_ms);
}

/* ETX and the check of what stands behind the first octet. */
static void put_end(struct iec21_server *server, struct writer *w)
{
    writer_u8(w, IEC21_ETX);
    size_t size = writer_kept(w);
    writer_u8(w, iec21_bcc(0, server->buffers.out + 1, size - 1));
}

/* What was said is the answer to a message, and not a complaint about noise. */
static bool is_answer(const struct iec21_server *server)
{
    return server->out_size != 1 || (server->buffers.out[0] & 0x7F) != IEC21_NAK;
}

static void send_identification(struct iec21_server *server, int64_t now_ms)
{
    const struct iec21_settings *settings = server->settings;
    struct writer w = answer_writer(server);
    writer_u8(&w, '/');
    writer_octets(&w, settings->manufacturer, 2);
    uint8_t third = (uint8_t)settings->manufacturer[2];
    writer_u8(&w, settings->quick ? (uint8_t)(third | 0x20) : third);
    writer_u8(&w, settings->baud);
    if (settings->hdlc) {
        writer_octets(&w, "\\2", 2);
    }
    writer_octets(&w, settings->ident, strlen(settings->ident));
    writer_octets(&w, "\r\n", 2);
    server->offered = settings->baud;
    server->state = IEC21_SELECT;
    server->statistics.sign_ons++;
    send(server, &w, now_ms);
}

/* The data block begins; its lines are rendered as they go. */
static void begin_readout(struct iec21_server *server, uint8_t list, int64_t now_ms)
{
    struct writer w = answer_writer(server);
    writer_u8(&w, IEC21_STX);
    server->state = IEC21_SENDS;
    server->reading_out = true;
    server->list = list;
    server->line = 0;
    server->bcc = 0;
    server->form_after = server->form;
    send(server, &w, now_ms);
}

/* The next line of the data block, or its end. */
static void continue_readout(struct iec21_server *server)
{
    struct writer w = writer_over(server->buffers.out, LINE_MAX);
    bool more = server->service.line(server->service.owner, server->list, server->line++, &w);
    if (!more) {
        w = writer_over(server->buffers.out, LINE_MAX);
        writer_u8(&w, '!');
    }
    writer_octets(&w, "\r\n", 2);
    if (!more) {
        writer_u8(&w, IEC21_ETX);
    }
    server->bcc = iec21_bcc(server->bcc, server->buffers.out, writer_kept(&w));
    if (!more) {
        writer_u8(&w, server->bcc);
        server->reading_out = false;
        server->form_after = opening;
    }
    server->out_size = writer_kept(&w);
    server->out_at = 0;
}

static void begin_programming(struct iec21_server *server, int64_t now_ms)
{
    struct writer w = answer_writer(server);
    writer_u8(&w, IEC21_SOH);
    writer_octets(&w, "P0", 2);
    writer_u8(&w, IEC21_STX);
    writer_u8(&w, '(');
    server->service.begin(server->service.owner, &w);
    writer_u8(&w, ')');
    put_end(server, &w);
    server->state = IEC21_PROGRAM;
    server->form_after = server->form;
    send(server, &w, now_ms);
}

static void hand_over(struct iec21_server *server, int64_t now_ms)
{
    struct writer w = answer_writer(server);
    writer_u8(&w, IEC21_ACK);
    writer_u8(&w, IEC21_PROTOCOL_HDLC);
    writer_u8(&w, server->offered);
    writer_u8(&w, IEC21_BINARY);
    writer_octets(&w, "\r\n", 2);
    server->state = IEC21_HDLC;
    server->form_after = server->form;
    server->form_after.seven_even = false;
    send(server, &w, now_ms);
}

/* ---- what comes ---- */

/* / ? [address] ! CR LF; what stands before the '/' has been dropped. */
static void take_request(struct iec21_server *server, int64_t now_ms)
{
    const char *text = (const char *)server->buffers.in;
    size_t size = server->in_size;
    if (size < REQUEST_LEAST || text[1] != '?' || memcmp(text + size - 3, "!\r\n", 3) != 0) {
        server->statistics.bad_messages++;
        return;
    }
    const char *own = server->settings->address;
    if (iec21_address_is(own, strlen(own), text + 2, size - REQUEST_LEAST)) {
        send_identification(server, now_ms);
    }
}

/* ACK V Z Y CR LF. */
static void take_selection(struct iec21_server *server, int64_t now_ms)
{
    const uint8_t *in = server->buffers.in;
    uint8_t protocol = in[1];
    uint8_t wanted = in[3];
    uint8_t list = 0;
    if (in[2] == server->offered) {
        server->form.baud = iec21_baud_of(server->offered);
        if (protocol == IEC21_PROTOCOL_HDLC && wanted == IEC21_BINARY && server->settings->hdlc) {
            hand_over(server, now_ms);
            return;
        }
        if (protocol == IEC21_PROTOCOL_NORMAL && wanted == IEC21_PROGRAMMING) {
            begin_programming(server, now_ms);
            return;
        }
        if (protocol == IEC21_PROTOCOL_NORMAL && wanted >= IEC21_MAKER && wanted <= '9') {
            list = (uint8_t)(wanted - '0');
        }
    }
    begin_readout(server, list, now_ms);
}

static void answer_command(struct iec21_server *server, const struct iec21_command *command,
                           int64_t now_ms)
{
    struct writer w = answer_writer(server);
    writer_u8(&w, IEC21_STX);
    struct writer data = writer_over(server->buffers.out + 1, ANSWER_MAX - 4);
    enum iec21_result result = server->service.command(server->service.owner, command, &data);
    if (result == IEC21_DONE) {
        send_octet(server, IEC21_ACK, now_ms);
        return;
    }
    if (result == IEC21_END) {
        const struct iec21_command bye = {.type = 'B', .form = '0'};
        server->service.end(server->service.owner);
        server->state = IEC21_SENDS;
        server->form_after = opening;
        w.tape = iec21_command_write(&bye, server->buffers.out);
        send(server, &w, now_ms);
        return;
    }
    if (result == IEC21_ERROR) {
        size_t size = writer_kept(&data);
        memmove(server->buffers.out + 2, server->buffers.out + 1, size);
        server->buffers.out[1] = '(';
        server->buffers.out[2 + size] = ')';
        data.tape = size + 2;
    }
    w.tape = 1 + writer_kept(&data);
    put_end(server, &w);
    send(server, &w, now_ms);
}

/* The last octet of the programming mode, which ends behind it. */
static void leave_with(struct iec21_server *server, uint8_t octet, int64_t now_ms)
{
    server->service.end(server->service.owner);
    server->state = IEC21_SENDS;
    server->form_after = opening;
    send_octet(server, octet, now_ms);
}

static void take_command(struct iec21_server *server, int64_t now_ms)
{
    struct iec21_command command;
    if (iec21_command_take(&command, server->buffers.in, server->in_size) != 0) {
        server->statistics.bad_messages++;
        send_octet(server, IEC21_NAK, now_ms);
    } else if (command.type == 'B' && command.form == '1') {
        leave_with(server, IEC21_ACK, now_ms);
    } else if (command.type == 'B') {
        wait_for_request(server);
    } else if (!memchr("PRWE", command.type, 4)) {
        send_octet(server, IEC21_NAK, now_ms);
    } else {
        answer_command(server, &command, now_ms);
    }
}

static bool keep_octet(struct iec21_server *server, uint8_t octet)
{
    if (server->in_size == IEC21_MESSAGE_MAX) {
        server->statistics.bad_messages++;
        server->in_size = 0;
        return false;
    }
    server->buffers.in[server->in_size++] = octet;
    return true;
}

/* NULs wake whoever sleeps (Annex B). A string of half a second asks for an answer, which comes
 * when it has paused; one of two seconds does not. */
static void hear_nul(struct iec21_server *server, uint8_t octet, int64_t now_ms)
{
    if (octet == 0 && !server->nuls) {
        server->nul_ms = now_ms;
    }
    server->nuls = octet == 0;
}

static void confirm_wake_up(struct iec21_server *server, int64_t now_ms)
{
    int64_t lasted_ms = server->heard_ms - server->nul_ms;
    if (!server->nuls || now_ms - server->heard_ms < WAKE_GAP_MS) {
        return;
    }
    server->nuls = false;
    if (server->settings->battery && lasted_ms >= WAKE_LEAST_MS && lasted_ms <= WAKE_MOST_MS) {
        server->form_after = server->form;
        send_octet(server, IEC21_ACK, now_ms);
    }
}

/* A request may come in any state in which the meter listens at 300 baud. */
static void hear_request(struct iec21_server *server, uint8_t octet, int64_t now_ms)
{
    if (octet == IEC21_NAK && server->in_size == 0 && now_ms < server->repeat_ms) {
        begin_readout(server, server->list, now_ms);
        return;
    }
    if (octet == '/') {
        server->in_size = 0;
    } else if (server->in_size == 0) {
        return;
    }
    if (keep_octet(server, octet) && octet == '\n') {
        take_request(server, now_ms);
        server->in_size = 0;
    }
}

static void hear_selection(struct iec21_server *server, uint8_t octet, int64_t now_ms)
{
    if (octet == '/' || (server->in_size > 0 && server->buffers.in[0] == '/')) {
        hear_request(server, octet, now_ms);
        return;
    }
    if (octet == IEC21_ACK) {
        server->in_size = 0;
    } else if (server->in_size == 0) {
        return;
    }
    if (keep_octet(server, octet) && server->in_size == SELECT_SIZE) {
        take_selection(server, now_ms);
        server->in_size = 0;
    }
}

/* From SOH to the octet behind ETX or EOT. */
static void hear_command(struct iec21_server *server, uint8_t octet, int64_t now_ms)
{
    if (server->in_size == 0 && octet != IEC21_SOH) {
        return;
    }
    if (!keep_octet(server, octet) || server->in_size < 2) {
        return;
    }
    uint8_t before = server->buffers.in[server->in_size - 2];
    if (before == IEC21_ETX || before == IEC21_EOT) {
        take_command(server, now_ms);
        server->in_size = 0;
    }
}

/* The '/' of a request, or the SOH or ACK of later messages, shows who makes the parity. A
 * character of wrong parity is lost, and the message with it. */
static void hear(struct iec21_server *server, uint8_t octet, int64_t now_ms)
{
    if ((octet & 0x7F) == '/') {
        server->parity = octet & 0x80;
    }
    if (server->parity && !iec21_parity_is_good(octet)) {
        server->statistics.parity_errors++;
        server->in_size = 0;
        return;
    }
    octet &= 0x7F;
    if (server->state == IEC21_WAIT) {
        hear_nul(server, octet, now_ms);
        hear_request(server, octet, now_ms);
    } else if (server->state == IEC21_SELECT) {
        hear_selection(server, octet, now_ms);
    } else if (server->state == IEC21_PROGRAM) {
        hear_command(server, octet, now_ms);
    }
}

static bool is_sending(const struct iec21_server *server)
{
    return server->out_at < server->out_size || server->reading_out;
}

void iec21_receive(struct iec21_server *server, const void *octets, size_t size, int64_t now_ms)
{
    const uint8_t *octet = octets;
    iec21_step(server, now_ms);
    for (size_t i = 0; i < size && !is_sending(server); i++) {
        hear(server, octet[i], now_ms);
    }
    server->heard_ms = now_ms;
}

/* ---- time ---- */

static void apply_parity(struct iec21_server *server)
{
    for (size_t i = server->out_at; server->parity && i < server->out_size; i++) {
        server->buffers.out[i] = iec21_with_parity(server->buffers.out[i]);
    }
}

size_t iec21_output(struct iec21_server *server, const uint8_t **octets, int64_t now_ms)
{
    if (now_ms < server->speak_ms || !is_sending(server)) {
        return 0;
    }
    if (server->out_at == server->out_size) {
        continue_readout(server);
    }
    apply_parity(server);
    *octets = server->buffers.out + server->out_at;
    return server->out_size - server->out_at;
}

void iec21_sent(struct iec21_server *server, size_t size, int64_t now_ms)
{
    server->out_at += size;
    server->active_ms = is_answer(server) ? now_ms : server->active_ms;
    if (is_sending(server)) {
        return;
    }
    server->form = server->form_after;
    if (server->state == IEC21_SENDS) {
        server->repeat_ms = now_ms + REPEAT_MS;
        server->state = IEC21_WAIT;
        server->in_size = 0;
    }
}

static void leave(struct iec21_server *server)
{
    server->statistics.time_outs++;
    wait_for_request(server);
}

/* When the state under way ends by itself. */
static int64_t state_ends_ms(const struct iec21_server *server)
{
    if (is_sending(server)) {
        return INT64_MAX;
    }
    if (server->state == IEC21_SELECT) {
        return server->active_ms + SELECT_MS + (server->in_size > 0 ? SELECT_LATE_MS : 0);
    }
    return server->state == IEC21_PROGRAM ? server->active_ms + INACTIVE_MS : INT64_MAX;
}

void iec21_step(struct iec21_server *server, int64_t now_ms)
{
    if (server->in_size > 0 && now_ms - server->heard_ms >= BETWEEN_CHARACTERS_MS) {
        server->statistics.bad_messages++;
        server->in_size = 0;
    }
    if (server->state == IEC21_WAIT) {
        confirm_wake_up(server, now_ms);
    }
    if (now_ms < state_ends_ms(server)) {
        return;
    }
    if (server->state == IEC21_SELECT) {
        server->statistics.time_outs++;
        begin_readout(server, 0, now_ms);
    } else {
        leave(server);
    }
}

int64_t iec21_deadline_ms(const struct iec21_server *server)
{
    if (is_sending(server)) {
        return server->speak_ms;
    }
    if (server->state == IEC21_WAIT && server->nuls) {
        return server->heard_ms + WAKE_GAP_MS;
    }
    bool partial = server->in_size > 0;
    int64_t gap_ms = partial ? server->heard_ms + BETWEEN_CHARACTERS_MS : INT64_MAX;
    int64_t ends_ms = state_ends_ms(server);
    return gap_ms < ends_ms ? gap_ms : ends_ms;
}

struct iec21_form iec21_form(const struct iec21_server *server)
{
    return server->form;
}

bool iec21_handed_over(const struct iec21_server *server)
{
    return server->state == IEC21_HDLC && !is_sending(server);
}

void iec21_take_back(struct iec21_server *server, int64_t now_ms)
{
    wait_for_request(server);
    server->active_ms = now_ms;
}
