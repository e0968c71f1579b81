/* The customer port P1 of a virtual meter: telegrams to any number of readers over TCP, and on a
 * terminal (115200 8N1). That somebody is there is the Data Request line. What a reader sends is
 * not looked at; one that has not taken a telegram when the next is there is dropped, and a
 * terminal that nobody empties loses the rest of it. */
#ifndef WATTHOUR_PORT_POSIX_CUSTOMER_PORT_H
#define WATTHOUR_PORT_POSIX_CUSTOMER_PORT_H

#include "meter/customer.h"
#include "port/posix/loop.h"
#include "port/posix/tty.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CUSTOMER_READERS_MAX = 64, CUSTOMER_SPEECH_MAX = 4 * P1_TELEGRAM_MAX };

/* What goes out for a telegram: usually just that. */
struct customer_speech {
    uint8_t octets[CUSTOMER_SPEECH_MAX];
    size_t size;
    size_t hold_at;  /* octets after which it pauses .. */
    int64_t hold_ms; /* .. for so long; 0: it does not */
};

struct customer_config {
    struct loop *loop;
    struct meter *meter;
    const char *address;
    uint16_t port;        /* 0: no TCP */
    const char *terminal; /* name of it; NULL: none */
    /* Changes what is about to go out, to play a meter that is not as it should be; NULL: nothing
     * does. */
    void (*alter)(void *owner, struct customer_speech *speech);
    void *owner;
};

struct customer_reader;

struct customer_port {
    struct loop_source source; /* the listening socket; fd -1: none */
    struct customer_config config;
    struct meter_customer customer;
    uint8_t telegram[METER_CUSTOMER_ROOM];
    struct customer_speech speech;
    int64_t hold_until_ms;
    struct customer_reader *readers;
    unsigned count;
    uint32_t dropped;  /* readers that were too slow */
    uint16_t tcp_port; /* where it listens */
    struct tty terminal;
    size_t told; /* octets of the speech that the terminal has taken */
    bool has_terminal;
    bool terminal_used;
};

/* 0, or -1 with one line in `error`. It must stay where it is until customer_port_close(). */
int customer_port_open(struct customer_port *port, const struct customer_config *config,
                       char *error, size_t error_size);

/* To be called every few milliseconds. */
void customer_port_step(struct customer_port *port);

void customer_port_close(struct customer_port *port);

#endif
