/* Where a meter is, as people write it:
 *
 *     tcp://HOST[:PORT]          the wrapper over TCP (port 4059 unless given)
 *     udp://HOST[:PORT]          the wrapper over UDP
 *     hdlc+tcp://HOST:PORT       HDLC over TCP
 *     serial:///dev/ttyUSB0      HDLC on a serial line
 *
 * each with parameters behind it, as in serial:///dev/ttyUSB0?device=17&window=1. HOST is a name,
 * an address, or [an IPv6 address]. */
#ifndef WATTHOUR_APP_URL_H
#define WATTHOUR_APP_URL_H

#include <stddef.h>
#include <stdint.h>

enum url_scheme { URL_TCP, URL_UDP, URL_HDLC_TCP, URL_SERIAL };

enum url_parameter {
    URL_LOGICAL, /* logical device: server port of the wrapper, upper address of HDLC */
    URL_DEVICE,  /* lower address of HDLC; 0: whoever is on the line */
    URL_ADDRESS, /* octets of a server address; 0: as few as hold it */
    URL_FIELD,   /* octets of information in a frame that we propose */
    URL_WINDOW,  /* frames before an acknowledgement that we propose */
    URL_GAP,     /* milliseconds of silence that end a frame */
    URL_BAUD,
    URL_MODE, /* URL_MODE_HDLC, URL_MODE_E */
    URL_PARAMETERS
};

/* How a line begins: with HDLC, or with the sign-on of IEC 62056-21 mode E. */
enum { URL_MODE_HDLC, URL_MODE_E };

enum { URL_HOST_ROOM = 256, URL_PORT_ROOM = 8 };

struct url {
    enum url_scheme scheme;
    char host[URL_HOST_ROOM]; /* or the path of a serial device */
    char port[URL_PORT_ROOM];
    uint32_t parameters[URL_PARAMETERS];
};

/* 0, or -1: it is none, and `error` says in one line what would be. */
int url_take(struct url *url, const char *text, char *error, size_t error_size);

/* For --help. */
#define URL_HELP                                                                                   \
    "METER is tcp://HOST[:PORT], udp://HOST[:PORT], hdlc+tcp://HOST:PORT or serial:///dev/NAME.\n" \
    "Parameters may follow, as in serial:///dev/ttyUSB0?device=17&window=1:\n"                     \
    "  logical=N   logical device (default 1)\n"                                                   \
    "  device=N    HDLC: lower address, 16 to 16381 (default: whoever is there)\n"                 \
    "  address=N   HDLC: octets of the server's address, 1, 2 or 4 (default: as few as hold it)\n" \
    "  field=N     HDLC: longest information of a frame, 32 to 2030 (default 512)\n"               \
    "  window=N    HDLC: frames before an acknowledgement, 1 to 7 (default 7)\n"                   \
    "  gap=MS      HDLC: silence that ends a frame, 20 to 6000 (default 200)\n"                    \
    "  baud=N      serial: 300 to 115200 (default 9600)\n"                                         \
    "  mode=e      sign-on of IEC 62056-21 at 300 baud, then HDLC as the meter offers\n"

#endif
