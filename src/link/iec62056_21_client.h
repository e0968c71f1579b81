/* The reader's end of an optical port by IEC 62056-21: signs on, takes the readout of mode C, or
 * hands the line over to HDLC (mode E). The face is that of link/hdlc_client.h: octets in, octets
 * out, time as an argument; how the line is to be set stands in iec21_client_form().
 *
 * Source: IEC 62056-21:2002 6.3, 6.4.3, Annexes A and E. */
#ifndef WATTHOUR_LINK_IEC62056_21_CLIENT_H
#define WATTHOUR_LINK_IEC62056_21_CLIENT_H

#include "link/iec62056_21_message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum iec21_client_state {
    IEC21_CLIENT_CALLS,   /* the request goes out */
    IEC21_CLIENT_LISTENS, /* for the identification */
    IEC21_CLIENT_SELECTS, /* the acknowledgement goes out */
    IEC21_CLIENT_READS,   /* the data block, or the confirmation of HDLC */
    IEC21_CLIENT_DONE,    /* all lines are there, or the line is HDLC's */
    IEC21_CLIENT_FAILED,
};

enum iec21_client_failure {
    IEC21_CLIENT_GOOD,
    IEC21_CLIENT_SILENCE, /* no answer, or it stopped in the middle */
    IEC21_CLIENT_NO_HDLC, /* the meter does not offer it, or gives its readout instead */
    IEC21_CLIENT_CHECK,   /* the check of the data block is wrong */
    IEC21_CLIENT_NOISE,   /* what came is no identification */
};

struct iec21_client_config {
    const char *address; /* "": whoever is there */
    char wanted;         /* Y: IEC21_READOUT, IEC21_BINARY, '6' to '9' */
    /* A line of the data block, without line end; NULL: of no interest. */
    void (*line)(void *owner, const char *text, size_t size);
    void *owner;
};

struct iec21_client {
    struct iec21_client_config config;
    enum iec21_client_state state;
    enum iec21_client_failure failure;
    struct iec21_form form;
    char identification[IEC21_MESSAGE_MAX]; /* as the meter said it, terminated, without '/' */
    uint8_t z;                              /* of it */
    uint8_t bcc;
    uint8_t calls; /* requests that were not answered */
    bool in_block; /* behind STX */
    bool at_end;   /* behind ETX: the check comes */
    int64_t heard_ms;
    int64_t speak_ms;
    size_t in_size;
    size_t out_size;
    size_t out_at;
    uint8_t in[IEC21_MESSAGE_MAX];
    uint8_t out[IEC21_MESSAGE_MAX];
};

/* Calls the meter, again when it does not answer, for it may still be at another speed. The
 * config's texts outlive the client. */
void iec21_client_begin(struct iec21_client *client, const struct iec21_client_config *config,
                        int64_t now_ms);

void iec21_client_receive(struct iec21_client *client, const void *octets, size_t size,
                          int64_t now_ms);
size_t iec21_client_output(struct iec21_client *client, const uint8_t **octets, int64_t now_ms);
void iec21_client_sent(struct iec21_client *client, size_t size, int64_t now_ms);
void iec21_client_step(struct iec21_client *client, int64_t now_ms);

/* How the line is to be set now, before anything else is sent or awaited. */
struct iec21_form iec21_client_form(const struct iec21_client *client);

#endif
