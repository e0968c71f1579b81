#include "link/hdlc_frame.h"

#include "base/crc16.h"

enum {
    FORMAT_TYPE = 0xA0,
    FORMAT_TYPE_MASK = 0xF0,
    SEGMENTATION = 0x08,
    FORMAT_SIZE = 2,
    SHORT_MAX = 0x7F,
    LAST_OCTET = 0x01, /* of an address */
};

struct hdlc_address hdlc_address_of(uint16_t upper, uint16_t lower)
{
    struct hdlc_address address = {.upper = upper, .lower = lower, .octets = 4};
    if (upper <= SHORT_MAX && lower <= SHORT_MAX) {
        address.octets = lower == 0 ? 1 : 2;
    }
    return address;
}

bool hdlc_address_is_all(uint16_t part, uint8_t octets)
{
    return part == (octets == 4 ? HDLC_ALL_LONG : HDLC_ALL_SHORT);
}

bool hdlc_address_is_calling(const struct hdlc_address *address)
{
    return address->lower == (address->octets == 4 ? HDLC_CALLING_LONG : HDLC_CALLING_SHORT);
}

static uint16_t join(const uint8_t *octets)
{
    return (uint16_t)((octets[0] >> 1) << 7 | octets[1] >> 1);
}

/* Octets of the address; 0: more are needed; -1: it is none. */
static int read_address(const uint8_t *octets, size_t size, struct hdlc_address *address)
{
    size_t count = 1;
    while (count <= HDLC_ADDRESS_MAX && count <= size && !(octets[count - 1] & LAST_OCTET)) {
        count++;
    }
    if (count <= HDLC_ADDRESS_MAX && count > size) {
        return 0;
    }
    if (count > HDLC_ADDRESS_MAX || count == 3) {
        return -1;
    }
    address->octets = (uint8_t)count;
    address->upper = count == 4 ? join(octets) : octets[0] >> 1;
    address->lower = count == 4 ? join(octets + 2) : count == 2 ? octets[1] >> 1 : 0;
    return (int)count;
}

int hdlc_header_read(const uint8_t *octets, size_t size, struct hdlc_header *header)
{
    if (size > 0 && (octets[0] & FORMAT_TYPE_MASK) != FORMAT_TYPE) {
        return -1;
    }
    if (size < FORMAT_SIZE) {
        return 0;
    }
    header->segmented = octets[0] & SEGMENTATION;
    header->length = (uint16_t)((octets[0] & 7) << 8 | octets[1]);
    size_t at = FORMAT_SIZE;
    int count = read_address(octets + at, size - at, &header->destination);
    if (count <= 0) {
        return count;
    }
    at += (size_t)count;
    count = read_address(octets + at, size - at, &header->source);
    if (count <= 0) {
        return count;
    }
    at += (size_t)count;
    if (at == size) {
        return 0;
    }
    header->control = octets[at];
    return (int)at + 1;
}

size_t hdlc_header_size(const struct hdlc_header *header)
{
    return (size_t)FORMAT_SIZE + header->destination.octets + header->source.octets + 1;
}

int hdlc_information_size(const struct hdlc_header *header)
{
    int size = (int)header->length - (int)hdlc_header_size(header) - HDLC_CHECK;
    return size == 0 ? 0 : size > HDLC_CHECK ? size - HDLC_CHECK : -1;
}

static size_t write_address(uint8_t *octets, const struct hdlc_address *address)
{
    uint8_t at = 0;
    if (address->octets == 4) {
        octets[at++] = (uint8_t)(address->upper >> 6 & 0xFE);
    }
    octets[at++] = (uint8_t)(address->upper << 1);
    if (address->octets == 4) {
        octets[at++] = (uint8_t)(address->lower >> 6 & 0xFE);
    }
    if (address->octets > 1) {
        octets[at++] = (uint8_t)(address->lower << 1);
    }
    octets[at - 1] |= LAST_OCTET;
    return at;
}

size_t hdlc_header_write(uint8_t *octets, struct hdlc_header *header, size_t information)
{
    size_t length = hdlc_header_size(header) + HDLC_CHECK;
    if (information > 0) {
        length += information + HDLC_CHECK;
    }
    header->length = (uint16_t)length;
    octets[0] = (uint8_t)(FORMAT_TYPE | (header->segmented ? SEGMENTATION : 0) | length >> 8);
    octets[1] = (uint8_t)length;
    size_t at = FORMAT_SIZE;
    at += write_address(octets + at, &header->destination);
    at += write_address(octets + at, &header->source);
    octets[at++] = header->control;
    if (information > 0) {
        uint16_t check = crc16(0, octets, at);
        octets[at++] = (uint8_t)check;
        octets[at++] = (uint8_t)(check >> 8);
    }
    return at;
}
