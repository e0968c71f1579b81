/* CRC-16/X-25, the frame check sequence of ISO/IEC 13239 (polynomial 0x1021, reflected):
 * "123456789" gives 0x906E. On the line its low octet goes first. */
#ifndef WATTHOUR_BASE_CRC16_H
#define WATTHOUR_BASE_CRC16_H

#include <stddef.h>
#include <stdint.h>

/* What the CRC over octets and the CRC of these octets, low octet first, always is. */
enum { CRC16_GOOD = 0x0F47 };

/* The CRC of some octets, continued from `crc`, the CRC of those before them; 0 to begin. */
uint16_t crc16(uint16_t crc, const void *octets, size_t size);

/* CRC-16/ARC, of P1 telegrams (polynomial 0x8005, reflected): "123456789" gives 0xBB3D. Continued
 * as crc16() is. */
uint16_t crc16_arc(uint16_t crc, const void *octets, size_t size);

#endif
