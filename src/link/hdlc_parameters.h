/* The parameters of an HDLC line and what SNRM and UA say of them. Source: IEC 62056-46 6.4.4.4.3.2
 * / Green Book 8.4.5.3.2; class 23 of the Blue Book shows them. */
#ifndef WATTHOUR_LINK_HDLC_PARAMETERS_H
#define WATTHOUR_LINK_HDLC_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HDLC_INFO_MIN = 32,
    HDLC_INFO_DEFAULT = 128,
    HDLC_INFO_MAX = 2030,
    HDLC_WINDOW_MAX = 7,
    HDLC_PARAMETERS_MAX = 32, /* octets of information in a SNRM or UA, ours 23 at most */
};

/* What a station sends and takes at most, in its own view. */
struct hdlc_limits {
    uint16_t max_info_transmit; /* octets of information in a frame, 32..2030 */
    uint16_t max_info_receive;
    uint8_t window_transmit; /* frames before an acknowledgement, 1..7 */
    uint8_t window_receive;
};

/* Class 23 without its speed, and the response time of class 19. */
struct hdlc_settings {
    struct hdlc_limits limits;    /* offered at the next connection */
    uint16_t inter_octet_time_ms; /* a longer gap ends a frame: 20..6000, usually 25 */
    uint16_t inactivity_time_s;   /* silence that ends a connection, usually 120; 0: none does */
    uint16_t device_address;      /* lower address: 0x10..0x3FFD, 0 when there is none */
    uint16_t response_time_ms;    /* least time from a command to its response: 20 or 200 */
    bool alone;                   /* the line has no other station, as at an optical port */
};

/* Every setting is in its range. */
bool hdlc_settings_valid(const struct hdlc_settings *settings);

/* What holds where nothing was negotiated: 128 octets, window 1. */
struct hdlc_limits hdlc_limits_default(void);
bool hdlc_limits_are_default(const struct hdlc_limits *limits);

/* What two stations agree on, in the view of the first. */
struct hdlc_limits hdlc_limits_agreed(const struct hdlc_limits *own,
                                      const struct hdlc_limits *peer);

/* What a SNRM or UA says, in the view of its sender. Lenient: values of 1, 2 or 4 octets, groups
 * and parameters that are not known, and a tail that cannot be read are passed over; what is not
 * said is the default, what is out of range is brought into it. */
struct hdlc_limits hdlc_parameters_read(const uint8_t *octets, size_t size);

/* Writes them into HDLC_PARAMETERS_MAX octets; returns how many. */
size_t hdlc_parameters_write(uint8_t *octets, const struct hdlc_limits *limits);

#endif
