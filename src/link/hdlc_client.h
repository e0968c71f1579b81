/* The client's end of an HDLC line: a primary station with one connection. Source: IEC 62056-46 /
 * Green Book 8, ISO/IEC 13239. It does no input or output: octets received are handed in, octets to
 * send are taken out, and the line's time is an argument.
 *
 *     hdlc_client_connect(&client);
 *     until (client.state == HDLC_CLIENT_CONNECTED)     move octets, hdlc_client_step()
 *     hdlc_client_request(&client, apdu, size);
 *     until (client.state != HDLC_CLIENT_EXCHANGING)    the same; config.received gets the answer
 *     hdlc_client_disconnect(&client);
 *
 * It drops to HDLC_CLIENT_DISCONNECTED when something fails, and `failure` says what. */
#ifndef WATTHOUR_LINK_HDLC_CLIENT_H
#define WATTHOUR_LINK_HDLC_CLIENT_H

#include "link/hdlc_flow.h"
#include "link/hdlc_line.h"
#include "link/hdlc_parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hdlc_client_state {
    HDLC_CLIENT_DISCONNECTED,
    HDLC_CLIENT_CONNECTING,
    HDLC_CLIENT_CONNECTED,
    HDLC_CLIENT_EXCHANGING,
    HDLC_CLIENT_DISCONNECTING,
};

enum hdlc_client_failure {
    HDLC_CLIENT_GOOD,
    HDLC_CLIENT_SILENCE,  /* no answer, or none that makes headway */
    HDLC_CLIENT_REFUSED,  /* DM: the server has no such connection, or ended it */
    HDLC_CLIENT_REJECTED, /* FRMR, or an N(R) of what was not sent */
    HDLC_CLIENT_TOO_LONG, /* the answer is longer than the buffer */
};

struct hdlc_client_config {
    const struct hdlc_settings *settings; /* limits, inter-octet and response time */
    struct hdlc_address server;
    uint8_t client;  /* 1..126 */
    uint8_t *answer; /* one APDU and HDLC_LLC octets more */
    size_t answer_room;
    uint32_t time_out_ms; /* silence after which the server is polled again */
    uint32_t pause_ms;    /* before a poll, when the server had nothing to say yet */
    uint8_t patience;     /* turns without headway after which it gives up */
    /* An APDU came: the answer, or with `confirmed` false what nobody asked for (UI). It stands in
     * the buffer until the return. Nothing of the client is called from here. */
    void (*received)(void *owner, const uint8_t *apdu, size_t size, bool confirmed);
    void *owner;
};

/* What the client has to say next. */
enum hdlc_client_speech { HDLC_SAY_NOTHING, HDLC_SAY_UNNUMBERED, HDLC_SAY_NUMBERED, HDLC_SAY_UI };

struct hdlc_client {
    struct hdlc_client_config config;
    struct hdlc_line line;
    struct hdlc_flow flow;
    enum hdlc_client_state state;
    enum hdlc_client_failure failure; /* of what ended last */
    enum hdlc_client_speech speech;
    uint8_t command;    /* of unnumbered speech */
    bool listening;     /* the server has the turn */
    bool answered;      /* an APDU came in this exchange */
    bool headway;       /* something moved in this turn */
    uint8_t lost_turns; /* since something moved */
    int64_t speak_ms;   /* line time, not earlier */
    struct hdlc_address unconfirmed_to;
    const uint8_t *unconfirmed; /* of UI speech */
    size_t unconfirmed_size;
    uint8_t parameters[HDLC_PARAMETERS_MAX]; /* information of the SNRM, then of the UA */
};

/* Everything the config points to outlives the client. */
void hdlc_client_init(struct hdlc_client *client, const struct hdlc_client_config *config,
                      int64_t now_ms);

/* Connects, anew when it is connected. */
void hdlc_client_connect(struct hdlc_client *client);

/* Sends a request; the client is connected. The APDU is the caller's and stays as it is while
 * HDLC_CLIENT_EXCHANGING. */
void hdlc_client_request(struct hdlc_client *client, const uint8_t *apdu, size_t size);

/* Sends an APDU in a UI frame to a server or to all (HDLC_ALL_...); nobody answers. The client is
 * connected or disconnected. The APDU stays as it is while hdlc_client_speaking(). 0, or -1: it is
 * longer than max_info_transmit with its LLC. */
int hdlc_client_unconfirmed(struct hdlc_client *client, struct hdlc_address to, const uint8_t *apdu,
                            size_t size);

void hdlc_client_disconnect(struct hdlc_client *client);

/* It has something to send, now or when it is time. */
bool hdlc_client_speaking(const struct hdlc_client *client);

/* As hdlc_receive(), hdlc_output(), hdlc_sent(), hdlc_step(), hdlc_deadline_ms() of link/hdlc.h;
 * the step polls again when the server is silent. */
size_t hdlc_client_receive(struct hdlc_client *client, const void *octets, size_t size,
                           int64_t now_ms);
size_t hdlc_client_output(struct hdlc_client *client, const uint8_t **octets, int64_t now_ms);
void hdlc_client_sent(struct hdlc_client *client, size_t size, int64_t now_ms);
void hdlc_client_step(struct hdlc_client *client, int64_t now_ms);
int64_t hdlc_client_deadline_ms(const struct hdlc_client *client);

#endif
