/* Octets as text, for vector files. */
#ifndef WATTHOUR_TEST_VECTORS_HEX_H
#define WATTHOUR_TEST_VECTORS_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Octets of the hexadecimal text up to its end or to what is no digit and no blank; how many, at
 * most `room`. */
size_t hex_read(const char *text, uint8_t *octets, size_t room);

/* The octets as text of 2 * size digits and a zero. */
void hex_write(const uint8_t *octets, size_t size, char *text);

#endif
