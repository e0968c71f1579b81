#include "test/vectors/hex.h"

#include <ctype.h>
#include <stdio.h>

size_t hex_read(const char *text, uint8_t *octets, size_t room)
{
    size_t size = 0;
    while (size < room) {
        while (isblank((unsigned char)*text)) {
            text++;
        }
        unsigned value;
        if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) ||
            sscanf(text, "%2x", &value) != 1) {
            break;
        }
        octets[size++] = (uint8_t)value;
        text += 2;
    }
    return size;
}

void hex_write(const uint8_t *octets, size_t size, char *text)
{
    for (size_t i = 0; i < size; i++) {
        sprintf(text + 2 * i, "%02X", octets[i]);
    }
    text[2 * size] = '\0';
}
