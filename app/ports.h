/* The ports of a virtual meter: which of them there are, all served by one loop. */
#ifndef WATTHOUR_APP_PORTS_H
#define WATTHOUR_APP_PORTS_H

#include "app/bus.h"
#include "app/p1_fault.h"
#include "app/run_options.h"
#include "port/posix/customer_port.h"
#include "port/posix/loop.h"
#include "port/posix/serial.h"
#include "port/posix/tcp.h"
#include "port/posix/udp.h"

#include <stddef.h>

struct ports {
    struct tcp_endpoint dlms;
    struct tcp_endpoint hdlc;
    struct udp_endpoint udp;
    struct serial_line optical;
    struct serial_line display; /* the line to an in-home display */
    struct customer_port customer;
    struct p1_fault_player p1_fault;
    struct tcp_endpoint optical_tcp;
    const struct bus *bus; /* to be shown with them; NULL: none */
    bool has_dlms;
    bool has_hdlc;
    bool has_udp;
    bool has_optical;
    bool has_display;
    bool has_optical_tcp;
    bool has_customer;
};

/* Opens what the options ask for. 0, or -1 with one line in `error`: then none is open. */
int ports_open(struct ports *ports, const struct run_options *options, struct loop *loop,
               struct meter *meter, char *error, size_t error_size);
void ports_close(struct ports *ports);

/* The supply fails: all are closed but the optical port's terminal, which another ports_open()
 * finds as it is. */
void ports_darken(struct ports *ports);

/* The optical port of a meter without mains: light on it; a meter is awake; it goes to sleep; a
 * client is there. */
bool ports_lit(struct ports *ports);
void ports_wake(struct ports *ports, struct meter *meter);
void ports_sleep(struct ports *ports);
bool ports_awake(const struct ports *ports);

/* Lets them notice the time; to be called every few milliseconds. */
void ports_step(struct ports *ports);

/* Where they are, a line each. */
void ports_print(const struct ports *ports, const struct run_options *options);

#endif
