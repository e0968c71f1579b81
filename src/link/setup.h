/* How the meter's links are set up: what classes 23, 41, 42 and 48 show and change, and what the
 * links take it from. Data only; the meter holds one. Sources: Blue Book classes 23, 41, 42, 48. */
#ifndef WATTHOUR_LINK_SETUP_H
#define WATTHOUR_LINK_SETUP_H

#include "link/hdlc_line.h"
#include "link/hdlc_parameters.h"
#include "link/iec62056_21.h"

#include <stdbool.h>
#include <stdint.h>

/* The lines that speak HDLC: the optical port, RS-485 with other meters, RS-485 to a display. In
 * the order of value group B of their set-ups. */
enum link_line { LINK_OPTICAL, LINK_RS485, LINK_DISPLAY, LINK_LINES };

enum { LINK_ADDRESSES = 4, LINK_IPV6 = 16 /* octets */ };

/* What the device's network really is, at the moment that somebody asks. */
struct link_network_view {
    uint16_t port;            /* that TCP listens on; 0: on none */
    uint16_t mss;             /* octets of a segment at most, as the system has it; 0: not known */
    uint8_t connections_most; /* that there is memory for */

    bool has_ipv4;
    uint32_t ipv4; /* addresses as numbers: 127.0.0.1 is 0x7F000001; 0: there is none */
    uint32_t mask;
    uint32_t gateway;
    uint32_t dns[2];

    uint8_t ipv6_count;
    uint8_t ipv6[LINK_ADDRESSES][LINK_IPV6];
    bool ipv6_manual; /* the first was set by hand; else it was found automatically */
    bool has_gateway6;
    uint8_t gateway6[LINK_IPV6];
    uint8_t dns6[2][LINK_IPV6]; /* all zeros: there is none */
};

/* The seam to it, of a port. */
struct link_network {
    void (*look)(void *port, struct link_network_view *view);
    void *port;
};

struct link_setup {
    struct hdlc_settings lines[LINK_LINES]; /* limits hold from the next connection, the rest now */
    uint32_t baud[LINK_LINES];              /* that the lines run at */
    struct hdlc_statistics statistics[LINK_LINES]; /* since the line was opened */
    struct iec21_statistics sign_on;               /* of the optical port, likewise */
    uint8_t connections;                           /* of TCP at once; further ones are refused */
    uint16_t inactivity_time_s;                    /* that ends a TCP connection; 0: none does */
    const struct link_network *network;            /* NULL: the device has none */
    uint32_t changes;                              /* made by clients: to be stored */
};

#endif
