/* The meter's end of an optical port by IEC 62056-21 modes C and E: sign-on at 300 baud, readout,
 * programming mode, and the hand-over to HDLC.
 *
 * It has the face of the HDLC station (link/hdlc.h): octets received are handed in, octets to send
 * are taken out, the line's time is an argument, and it does no input or output. How the line is to
 * be set stands in iec21_form(): it changes when the last octet of a message is out, and whoever
 * moves the octets follows it.
 *
 *     WAIT --request--> SELECT --acknowledgement--> READOUT, PROGRAM or HDLC --> WAIT
 *
 * An acknowledgement that does not come, or not as it was offered, is followed by the readout at
 * 300 baud, as in mode A. Noise, partial messages and silence lead back to WAIT: no state lasts
 * longer because of octets that are no message.
 *
 * Source: IEC 62056-21:2002 6.3 to 6.6, Annexes A and E. */
#ifndef WATTHOUR_LINK_IEC62056_21_H
#define WATTHOUR_LINK_IEC62056_21_H

#include "base/writer.h"
#include "link/iec62056_21_message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the meter says of itself, and how it behaves; the caller's, and may change: it is looked at
 * anew for each sign-on. Texts are terminated. */
struct iec21_settings {
    char manufacturer[4];                /* three letters */
    char ident[IEC21_IDENT_MAX + 1];     /* printable, without / and !, \W of its own left out */
    char address[IEC21_ADDRESS_MAX + 1]; /* digits and letters */
    uint8_t baud;                        /* Z that is offered: '0' .. '6' */
    bool battery;                        /* it was asleep, and confirms a fast wake-up */
    bool hdlc;                           /* \2 is offered */
    bool quick;                          /* answers after 20 instead of 200 ms */
};

enum iec21_result {
    IEC21_DONE,  /* acknowledged */
    IEC21_TELL,  /* answered with the data that were written */
    IEC21_ERROR, /* valid, and cannot be done: answered with the text that was written, "ER01" */
    IEC21_END,   /* answered with a break: the programming mode ends */
};

struct iec21_service {
    /* Writes the `number`-th line of a readout list, without line end: at most 76 octets. List 0 is
     * the general one, 6 to 9 are the manufacturer's. False: there is no such line. */
    bool (*line)(void *owner, unsigned list, unsigned number, struct writer *w);
    /* The programming mode begins: writes the operand of P0, at most 32 octets. */
    void (*begin)(void *owner, struct writer *w);
    /* Carries out a command P, R, W or E; an answer has at most 200 octets. */
    enum iec21_result (*command)(void *owner, const struct iec21_command *command,
                                 struct writer *w);
    /* The programming mode has ended, in whatever way. */
    void (*end)(void *owner);
    void *owner;
};

enum iec21_state { IEC21_WAIT, IEC21_SELECT, IEC21_SENDS, IEC21_PROGRAM, IEC21_HDLC };

/* Since the start, wrapping. */
struct iec21_statistics {
    uint32_t sign_ons;
    uint32_t parity_errors; /* characters */
    uint32_t bad_messages;  /* wrong check or form, too long, cut off by silence */
    uint32_t time_outs;     /* states that were left because nothing came */
};

/* The caller's memory, IEC21_MESSAGE_MAX octets each. While the line is HDLC's there is nothing in
 * it, and whoever speaks HDLC may have it. */
struct iec21_buffers {
    uint8_t *in;
    uint8_t *out;
};

struct iec21_server {
    const struct iec21_settings *settings;
    struct iec21_service service;
    struct iec21_buffers buffers;
    enum iec21_state state;
    struct iec21_form form;
    struct iec21_form form_after; /* when what is being sent is out */
    struct iec21_statistics statistics;
    int64_t nul_ms;    /* when a string of NULs began that is under way .. */
    bool nuls;         /* .. and that one is */
    bool parity;       /* the peer puts it into the top bit, and so do we */
    uint8_t offered;   /* Z of the identification under way */
    uint8_t list;      /* of the readout */
    unsigned line;     /* the next of it */
    bool reading_out;  /* lines follow */
    uint8_t bcc;       /* of the block so far */
    int64_t speak_ms;  /* not earlier */
    int64_t heard_ms;  /* the last octet in */
    int64_t active_ms; /* the last good message in, or the end of what was answered to it */
    int64_t repeat_ms; /* until then a NAK asks for the readout again */
    size_t in_size;
    size_t out_size;
    size_t out_at;
};

/* Settings, owner and buffers outlive the server. */
void iec21_init(struct iec21_server *server, const struct iec21_settings *settings,
                const struct iec21_service *service, struct iec21_buffers buffers, int64_t now_ms);

/* Takes octets from the line; what comes while it sends is thrown away. */
void iec21_receive(struct iec21_server *server, const void *octets, size_t size, int64_t now_ms);

/* As hdlc_output(), hdlc_sent(), hdlc_step(), hdlc_deadline_ms() of link/hdlc.h. */
size_t iec21_output(struct iec21_server *server, const uint8_t **octets, int64_t now_ms);
void iec21_sent(struct iec21_server *server, size_t size, int64_t now_ms);
void iec21_step(struct iec21_server *server, int64_t now_ms);
int64_t iec21_deadline_ms(const struct iec21_server *server);

/* How the line is to be set now. */
struct iec21_form iec21_form(const struct iec21_server *server);

/* The line is HDLC's until iec21_take_back(), which begins anew. */
bool iec21_handed_over(const struct iec21_server *server);
void iec21_take_back(struct iec21_server *server, int64_t now_ms);

#endif
