#include "link/iec62056_21_client.h"

#include <string.h>

enum {
    ANSWER_MS = 1600,     /* the meter answers within 1500 ms behind the request .. */
    CHARACTER_US = 33333, /* .. whose characters take so long at 300 baud */
    SILENCE_MS = 2500,    /* characters follow each other within 1500 ms */
    REACTION_MS = 210,    /* before an acknowledgement: 200 to 1500 ms */
    SELECT_SIZE = 6,
    CALLS = 4,
};

static const struct iec21_form opening = {.baud = IEC21_BAUD_OPENING, .seven_even = true};

static void fail(struct iec21_client *client, enum iec21_client_failure failure)
{
    client->state = IEC21_CLIENT_FAILED;
    client->failure = failure;
}

static void call(struct iec21_client *client, int64_t now_ms)
{
    size_t size = strlen(client->config.address);
    size = size < IEC21_ADDRESS_MAX ? size : IEC21_ADDRESS_MAX;
    memcpy(client->out, "/?", 2);
    memcpy(client->out + 2, client->config.address, size);
    memcpy(client->out + 2 + size, "!\r\n", 3);
    client->out_size = size + 5;
    client->out_at = 0;
    client->in_size = 0;
    client->speak_ms = now_ms;
    client->state = IEC21_CLIENT_CALLS;
}

void iec21_client_begin(struct iec21_client *client, const struct iec21_client_config *config,
                        int64_t now_ms)
{
    memset(client, 0, sizeof *client);
    client->config = *config;
    client->form = opening;
    client->heard_ms = now_ms;
    call(client, now_ms);
}

/* ACK V Z Y. */
static void select_mode(struct iec21_client *client, int64_t now_ms)
{
    char wanted = client->config.wanted;
    uint8_t *out = client->out;
    out[0] = IEC21_ACK;
    out[1] = wanted == IEC21_BINARY ? IEC21_PROTOCOL_HDLC : IEC21_PROTOCOL_NORMAL;
    out[2] = client->z;
    out[3] = (uint8_t)wanted;
    memcpy(out + 4, "\r\n", 2);
    client->out_size = SELECT_SIZE;
    client->out_at = 0;
    client->state = IEC21_CLIENT_SELECTS;
    client->speak_ms = now_ms + REACTION_MS;
}

/* /XXXZ[\2]ident: a Z of no speed means mode A or B, whose readout comes by itself. */
static void take_identification(struct iec21_client *client, int64_t now_ms)
{
    enum { LEAST = 7, Z_AT = 4, W_AT = 5 };
    const uint8_t *in = client->in;
    size_t size = client->in_size - 2;
    if (client->in_size < LEAST || in[size] != '\r') {
        fail(client, IEC21_CLIENT_NOISE);
        return;
    }
    memcpy(client->identification, in + 1, size - 1);
    client->identification[size - 1] = '\0';
    client->z = in[Z_AT];
    bool hdlc = size > W_AT + 1 && in[W_AT] == '\\' && in[W_AT + 1] == '2';
    if (client->config.wanted == IEC21_BINARY && !hdlc) {
        fail(client, IEC21_CLIENT_NO_HDLC);
    } else if (iec21_baud_of(client->z) == 0) {
        client->state = IEC21_CLIENT_READS;
    } else {
        select_mode(client, now_ms);
    }
    client->in_size = 0;
}

static void keep(struct iec21_client *client, uint8_t octet)
{
    if (client->in_size == sizeof client->in) {
        client->in_size = 0;
    }
    client->in[client->in_size++] = octet;
}

static void hear_identification(struct iec21_client *client, uint8_t octet, int64_t now_ms)
{
    if (octet == '/') {
        client->in_size = 0;
    } else if (client->in_size == 0) {
        return;
    }
    keep(client, octet);
    if (octet == '\n') {
        take_identification(client, now_ms);
    }
}

/* The meter says ACK 2 Z 2 at the new speed, or STX: its readout instead. */
static void hear_confirmation(struct iec21_client *client, uint8_t octet)
{
    if (octet == IEC21_STX) {
        fail(client, IEC21_CLIENT_NO_HDLC);
        return;
    }
    if (octet == IEC21_ACK) {
        client->in_size = 0;
    } else if (client->in_size == 0) {
        return;
    }
    keep(client, octet);
    if (client->in_size == SELECT_SIZE) {
        client->form.seven_even = false;
        client->state = IEC21_CLIENT_DONE;
    }
}

static void end_line(struct iec21_client *client)
{
    size_t size = client->in_size;
    while (size > 0 && (client->in[size - 1] == '\r' || client->in[size - 1] == '\n')) {
        size--;
    }
    bool last = size == 1 && client->in[0] == '!';
    if (size > 0 && !last && client->config.line) {
        client->config.line(client->config.owner, (const char *)client->in, size);
    }
    client->in_size = 0;
}

static void hear_block(struct iec21_client *client, uint8_t octet)
{
    if (client->at_end) {
        if (octet == client->bcc) {
            client->state = IEC21_CLIENT_DONE;
            client->form = opening;
        } else {
            fail(client, IEC21_CLIENT_CHECK);
        }
        return;
    }
    if (octet == IEC21_STX && !client->in_block) {
        client->in_block = true;
        return;
    }
    if (!client->in_block) {
        return;
    }
    client->bcc ^= octet;
    if (octet == IEC21_ETX) {
        client->at_end = true;
        return;
    }
    keep(client, octet);
    if (octet == '\n') {
        end_line(client);
    }
}

static void hear(struct iec21_client *client, uint8_t octet, int64_t now_ms)
{
    if (client->state == IEC21_CLIENT_LISTENS) {
        hear_identification(client, octet, now_ms);
    } else if (client->state == IEC21_CLIENT_READS) {
        if (client->config.wanted == IEC21_BINARY) {
            hear_confirmation(client, octet);
        } else {
            hear_block(client, octet);
        }
    }
}

void iec21_client_receive(struct iec21_client *client, const void *octets, size_t size,
                          int64_t now_ms)
{
    const uint8_t *octet = octets;
    for (size_t i = 0; i < size; i++) {
        hear(client, octet[i] & 0x7F, now_ms);
    }
    if (size > 0) {
        client->heard_ms = now_ms;
    }
}

size_t iec21_client_output(struct iec21_client *client, const uint8_t **octets, int64_t now_ms)
{
    if (now_ms < client->speak_ms) {
        return 0;
    }
    *octets = client->out + client->out_at;
    return client->out_size - client->out_at;
}

/* Behind the acknowledgement the line has the speed that the meter offered. */
void iec21_client_sent(struct iec21_client *client, size_t size, int64_t now_ms)
{
    client->out_at += size;
    client->heard_ms = now_ms;
    if (client->out_at < client->out_size) {
        return;
    }
    if (client->state == IEC21_CLIENT_CALLS) {
        client->state = IEC21_CLIENT_LISTENS;
    } else if (client->state == IEC21_CLIENT_SELECTS) {
        client->state = IEC21_CLIENT_READS;
        client->form.baud = iec21_baud_of(client->z);
    }
}

/* So long without an octet is no answer. */
static int64_t patience_ms(const struct iec21_client *client)
{
    bool unanswered = client->state == IEC21_CLIENT_LISTENS && client->in_size == 0;
    int64_t request_ms = (int64_t)client->out_size * CHARACTER_US / 1000;
    return unanswered ? request_ms + ANSWER_MS : SILENCE_MS;
}

void iec21_client_step(struct iec21_client *client, int64_t now_ms)
{
    bool listens = client->state == IEC21_CLIENT_LISTENS || client->state == IEC21_CLIENT_READS;
    if (!listens || now_ms - client->heard_ms < patience_ms(client)) {
        return;
    }
    if (client->state == IEC21_CLIENT_LISTENS && ++client->calls < CALLS) {
        call(client, now_ms);
    } else {
        fail(client, IEC21_CLIENT_SILENCE);
    }
}

struct iec21_form iec21_client_form(const struct iec21_client *client)
{
    return client->form;
}
