#include "link/iec62056_21_message.h"

#include "base/need.h"

#include <string.h>

enum { COMMAND_HEAD = 3, COMMAND_LEAST = 5 };

static const uint32_t speeds[IEC21_SPEEDS] = {300, 600, 1200, 2400, 4800, 9600, 19200};

uint8_t iec21_bcc(uint8_t bcc, const void *octets, size_t size)
{
    const uint8_t *octet = octets;
    for (size_t i = 0; i < size; i++) {
        bcc = (uint8_t)(bcc ^ (octet[i] & 0x7F));
    }
    return bcc;
}

static bool is_odd(uint8_t octet)
{
    octet = (uint8_t)(octet ^ octet >> 4);
    octet = (uint8_t)(octet ^ octet >> 2);
    octet = (uint8_t)(octet ^ octet >> 1);
    return octet & 1;
}

uint8_t iec21_with_parity(uint8_t character)
{
    uint8_t seven = character & 0x7F;
    return (uint8_t)(seven | (is_odd(seven) ? 0x80 : 0));
}

bool iec21_parity_is_good(uint8_t octet)
{
    return !is_odd(octet);
}

uint32_t iec21_baud_of(uint8_t z)
{
    return z >= '0' && z < '0' + IEC21_SPEEDS ? speeds[z - '0'] : 0;
}

static void skip_zeros(const char **text, size_t *size)
{
    while (*size > 0 && **text == '0') {
        (*text)++;
        (*size)--;
    }
}

bool iec21_address_is(const char *own, size_t own_size, const char *called, size_t called_size)
{
    if (called_size == 0) {
        return true;
    }
    skip_zeros(&own, &own_size);
    skip_zeros(&called, &called_size);
    return own_size == called_size && (own_size == 0 || memcmp(own, called, own_size) == 0);
}

int iec21_command_take(struct iec21_command *command, const uint8_t *octets, size_t size)
{
    if (size < COMMAND_LEAST || octets[0] != IEC21_SOH) {
        return -1;
    }
    size_t end = size - 2; /* of ETX or EOT */
    bool ended = octets[end] == IEC21_ETX || octets[end] == IEC21_EOT;
    if (!ended || iec21_bcc(0, octets + 1, size - 2) != octets[size - 1]) {
        return -1;
    }
    *command = (struct iec21_command){.type = (char)octets[1],
                                      .form = (char)octets[2],
                                      .data = (const char *)octets + COMMAND_HEAD,
                                      .more = octets[end] == IEC21_EOT};
    if (end == COMMAND_HEAD) {
        return 0;
    }
    if (octets[COMMAND_HEAD] != IEC21_STX) {
        return -1;
    }
    command->data++;
    command->size = end - COMMAND_HEAD - 1;
    return 0;
}

size_t iec21_command_write(const struct iec21_command *command, uint8_t *octets)
{
    need(command->size <= IEC21_MESSAGE_MAX - 6);
    size_t at = 0;
    octets[at++] = IEC21_SOH;
    octets[at++] = (uint8_t)command->type;
    octets[at++] = (uint8_t)command->form;
    if (command->data) {
        octets[at++] = IEC21_STX;
        memcpy(octets + at, command->data, command->size);
        at += command->size;
    }
    octets[at++] = command->more ? IEC21_EOT : IEC21_ETX;
    octets[at] = iec21_bcc(0, octets + 1, at - 1);
    return at + 1;
}

int iec21_data_set_take(struct iec21_data_set *set, const char *text, size_t size)
{
    const char *open = size > 0 ? memchr(text, '(', size) : NULL;
    const char *close = open ? memchr(open, ')', size - (size_t)(open - text)) : NULL;
    if (!close) {
        return -1;
    }
    *set = (struct iec21_data_set){.address = text,
                                   .address_size = (size_t)(open - text),
                                   .value = open + 1,
                                   .value_size = (size_t)(close - open) - 1};
    return 0;
}
