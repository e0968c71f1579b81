#include "base/crc16.h"

/* What half an octet does to the register: row k is k followed by four zero bits. Lines are slow;
 * 32 octets of table serve them as well as 512. */
static const uint16_t table[16] = {
    0x0000, 0x1081, 0x2102, 0x3183, 0x4204, 0x5285, 0x6306, 0x7387,
    0x8408, 0x9489, 0xa50a, 0xb58b, 0xc60c, 0xd68d, 0xe70e, 0xf78f,
};

uint16_t crc16(uint16_t crc, const void *octets, size_t size)
{
    const uint8_t *octet = octets;
    uint16_t sum = (uint16_t)~crc;
    for (size_t i = 0; i < size; i++) {
        sum = (uint16_t)(sum >> 4 ^ table[(sum ^ octet[i]) & 0xf]);
        sum = (uint16_t)(sum >> 4 ^ table[(sum ^ octet[i] >> 4) & 0xf]);
    }
    return (uint16_t)~sum;
}
