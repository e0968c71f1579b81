/* CRC-32 of ISO/IEC 3309 (polynomial 0x04C11DB7, reflected): "123456789" gives 0xCBF43926. */
#ifndef WATTHOUR_BASE_CRC32_H
#define WATTHOUR_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The CRC of some octets, continued from `crc`, the CRC of those before them; 0 to begin. */
uint32_t crc32(uint32_t crc, const void *octets, size_t size);

#endif
