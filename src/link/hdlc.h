/* The server's end of an HDLC line: a secondary station in normal response mode, two-way alternate.
 * Source: IEC 62056-46 / Green Book 8, ISO/IEC 13239.
 *
 * It has the face of the wrapper (link/wrapper.h): octets received are handed in, octets to send
 * are taken out, the line's time is an argument, and it does no input or output. A connection is a
 * pair of a client and a logical device; each has its own numbers, limits and buffers, so several
 * clients may be connected on one line at once. What is sent is rendered from the answer in its
 * buffer, again when it is lost: no frame is stored.
 *
 * It speaks only when polled. Frames that are damaged, or addressed to nobody here, meet silence;
 * a pair that is not connected gets DM. An I frame that cannot be taken yet, because the last
 * answer is not acknowledged, is not acknowledged either, and the client sends it again; one that
 * is longer than the station takes, or an N(R) that nothing was sent for, is FRMR until the client
 * connects anew. When every connection is in use, a new client takes the place of the one that was
 * silent longest. */
#ifndef WATTHOUR_LINK_HDLC_H
#define WATTHOUR_LINK_HDLC_H

#include "link/channel.h"
#include "link/hdlc_line.h"
#include "link/hdlc_parameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The caller's memory: `request` holds one APDU and HDLC_LLC octets more, and so bounds what is
 * taken; `answer` holds one APDU. */
struct hdlc_buffers {
    uint8_t *request;
    size_t request_room;
    uint8_t *answer;
    size_t answer_room;
};

struct hdlc_connection {
    struct hdlc_buffers buffers; /* set by the caller, once; the rest is the station's */
    struct hdlc_flow flow;
    struct link_ports ports;
    uint16_t lower;    /* address that it was opened at, and which it keeps */
    int64_t active_ms; /* line time of the last frame, either way */
    bool open;
    bool rejecting;    /* every poll is answered by FRMR .. */
    uint8_t reason[3]; /* .. with this */
};

/* Octets of an APDU that is taken in a UI frame, with its LLC, and of its answer. They are in a
 * buffer of the first connection, one of which is always idle, since a client waits for the answer
 * before it asks again: each of both has as many octets as these two together. */
struct hdlc_unconfirmed {
    uint16_t request_room;
    uint16_t answer_room;
};

/* All of it outlives the station. The settings may change: their limits and the address hold from
 * the next connection on, the rest at once. */
struct hdlc_config {
    const struct hdlc_settings *settings;
    struct link_channel channel;
    const uint16_t *logical_devices; /* upper addresses that are here */
    uint8_t logical_device_count;
    struct hdlc_connection *connections; /* at least one */
    uint8_t connection_count;
    struct hdlc_unconfirmed unconfirmed;
};

/* What the station has to say, first to last frame. */
struct hdlc_reply {
    bool pending;                       /* a frame of it is still to be rendered */
    struct hdlc_header header;          /* from us to the client */
    struct hdlc_connection *connection; /* whose I frames, or RR, or RNR; NULL: one frame of .. */
    const uint8_t *llc;
    const uint8_t *body;
    size_t size;
};

/* An APDU of ours that nobody asked for. */
struct hdlc_notice {
    struct link_ports ports;
    const uint8_t *apdu; /* NULL: there is none */
    size_t size;
    bool unpolled;
    bool loaded;
};

struct hdlc_station {
    struct hdlc_config config;
    struct hdlc_line line; /* line.statistics: what went wrong so far */
    struct hdlc_reply reply;
    struct hdlc_notice notice;
    bool busy;
    uint8_t parameters[HDLC_PARAMETERS_MAX]; /* information of a SNRM, then of its UA */
};

/* The settings are valid (hdlc_settings_valid). */
void hdlc_init(struct hdlc_station *station, const struct hdlc_config *config, int64_t now_ms);

/* 0: the station is about to speak, read no more from the line. */
size_t hdlc_room(const struct hdlc_station *station);

/* Takes octets from the line. Returns how many it took; the rest was sent out of turn and is thrown
 * away. */
size_t hdlc_receive(struct hdlc_station *station, const void *octets, size_t size, int64_t now_ms);

/* What there is to send now: its size, its place in `*octets`; a frame comes in up to three pieces.
 * 0: nothing, or it is not time yet. */
size_t hdlc_output(struct hdlc_station *station, const uint8_t **octets, int64_t now_ms);

/* The line has taken `size` octets of it. */
void hdlc_sent(struct hdlc_station *station, size_t size, int64_t now_ms);

/* Ends the connections that were silent too long, and frames that paused too long. */
void hdlc_step(struct hdlc_station *station, int64_t now_ms);

/* The line time at which there is something to send or hdlc_step() to be called; INT64_MAX: none.
 */
int64_t hdlc_deadline_ms(const struct hdlc_station *station);

/* While busy, the station takes no I frames and says so (RNR). */
void hdlc_set_busy(struct hdlc_station *station, bool busy);

/* Sends an APDU in a UI frame of its own accord: before the reply to the next poll of that client
 * when it is connected or, `unpolled`, as soon as the line is quiet and nobody is. The APDU is the
 * caller's and stays as it is while hdlc_notifying(). 0, or -1: another is waiting, or it is longer
 * than hdlc_notice_most(), which is max_info_transmit without its LLC. */
int hdlc_notify(struct hdlc_station *station, struct link_ports ports, const uint8_t *apdu,
                size_t size, bool unpolled);
size_t hdlc_notice_most(const struct hdlc_station *station);
bool hdlc_notifying(const struct hdlc_station *station);

/* Forgets it, unless it is being sent. */
void hdlc_withdraw(struct hdlc_station *station);

/* The line is gone: every connection ends. */
void hdlc_close(struct hdlc_station *station);

#endif
