/* HDLC frames of format type 3: flag, format, destination, source, control, HCS, information, FCS,
 * flag. Source: IEC 62056-46 6.4 / Green Book 8.4, ISO/IEC 13239. The octets between the flags are
 * counted, so nothing is stuffed. */
#ifndef WATTHOUR_LINK_HDLC_FRAME_H
#define WATTHOUR_LINK_HDLC_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HDLC_FLAG = 0x7E,
    HDLC_ADDRESS_MAX = 4,
    HDLC_CHECK = 2,       /* octets of an HCS or FCS */
    HDLC_HEADER_MAX = 11, /* format, two addresses, control */
    HDLC_MODULUS = 8,     /* of sequence numbers */
};

/* Control fields. I frames: N(R) in bits 7..5, N(S) in 3..1, 0; RR and RNR: N(R) in bits 7..5. */
enum {
    HDLC_POLL = 0x10, /* P of a command, F of a response */
    HDLC_I = 0x00,
    HDLC_RR = 0x01,
    HDLC_RNR = 0x05,
    HDLC_UI = 0x03,
    HDLC_DM = 0x0F,
    HDLC_DISC = 0x43,
    HDLC_UA = 0x63,
    HDLC_SNRM = 0x83,
    HDLC_FRMR = 0x87,
};

/* Reserved addresses. Those of two octets end in the same seven ones of the form of one. */
enum {
    HDLC_NO_STATION = 0,
    HDLC_CALLING_SHORT = 0x7E, /* lower: the station that made the call */
    HDLC_CALLING_LONG = 0x3FFE,
    HDLC_ALL_SHORT = 0x7F, /* all stations */
    HDLC_ALL_LONG = 0x3FFF,
};

/* A server is an upper address (logical device) and a lower (station). One octet holds the upper,
 * two hold 7 bits of each, four hold 14 bits of each. A client is one octet, in `upper`. */
struct hdlc_address {
    uint16_t upper;
    uint16_t lower; /* 0 in the form of one octet */
    uint8_t octets; /* 1, 2 or 4 */
};

struct hdlc_header {
    struct hdlc_address destination;
    struct hdlc_address source;
    uint8_t control;
    bool segmented;  /* more information of the same APDU follows */
    uint16_t length; /* octets between the flags */
};

/* The address in as few octets as hold it, and its lower part too unless that is 0. */
struct hdlc_address hdlc_address_of(uint16_t upper, uint16_t lower);

/* Whether an address is one of all stations, in its own form. */
bool hdlc_address_is_all(uint16_t part, uint8_t octets);
bool hdlc_address_is_calling(const struct hdlc_address *address);

/* Format to control field from the `size` octets behind a flag. Returns how many octets they are;
 * 0: more octets are needed; -1: this is no frame. */
int hdlc_header_read(const uint8_t *octets, size_t size, struct hdlc_header *header);

/* Octets that the header fills. */
size_t hdlc_header_size(const struct hdlc_header *header);

/* Sets the header's length for `information` octets and writes format to control field, and the HCS
 * when there is information. Returns how many octets it wrote, at most HDLC_HEADER_MAX +
 * HDLC_CHECK. */
size_t hdlc_header_write(uint8_t *octets, struct hdlc_header *header, size_t information);

/* Octets of information in the frame; -1: its length does not fit its header. */
int hdlc_information_size(const struct hdlc_header *header);

static inline bool hdlc_is_i(uint8_t control)
{
    return (control & 0x01) == 0;
}

static inline uint8_t hdlc_ns(uint8_t control)
{
    return control >> 1 & 7;
}

static inline uint8_t hdlc_nr(uint8_t control)
{
    return control >> 5;
}

#endif
