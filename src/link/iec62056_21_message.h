/* Messages of IEC 62056-21 modes C and E, for both ends. Source: IEC 62056-21:2002 5 and 6.
 *
 * Characters have seven bits and even parity. Where a driver does that, octets have their top bit
 * clear; where nobody does, the parity stands in it. */
#ifndef WATTHOUR_LINK_IEC62056_21_MESSAGE_H
#define WATTHOUR_LINK_IEC62056_21_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    IEC21_SOH = 0x01,
    IEC21_STX = 0x02,
    IEC21_ETX = 0x03,
    IEC21_EOT = 0x04,
    IEC21_ACK = 0x06,
    IEC21_NAK = 0x15,
};

enum {
    IEC21_ADDRESS_MAX = 32,
    IEC21_IDENT_MAX = 16,
    IEC21_MESSAGE_MAX = 256, /* octets of a message that is taken, or of a line that is sent */
    IEC21_BAUD_OPENING = 300,
    IEC21_SPEEDS = 7, /* '0' .. '6' */
};

/* V of an acknowledgement: the protocol procedure. */
enum { IEC21_PROTOCOL_NORMAL = '0', IEC21_PROTOCOL_HDLC = '2' };

/* Y: what is wanted; '6' to '9' are the manufacturer's. */
enum { IEC21_READOUT = '0', IEC21_PROGRAMMING = '1', IEC21_BINARY = '2', IEC21_MAKER = '6' };

/* How the line is: 7E1, or 8N1. */
struct iec21_form {
    uint32_t baud;
    bool seven_even;
};

/* The longitudinal check of octets, continued from `bcc` (0 to begin): from behind the first SOH or
 * STX to the ETX or EOT inclusive. */
uint8_t iec21_bcc(uint8_t bcc, const void *octets, size_t size);

/* A character of seven bits with its even parity in the top bit. */
uint8_t iec21_with_parity(uint8_t character);
bool iec21_parity_is_good(uint8_t octet);

/* The speed of an identification's Z '0' to '6'; 0: it is none. */
uint32_t iec21_baud_of(uint8_t z);

/* Addresses without their leading zeros; one of zeros is empty, an empty request calls everybody.
 */
bool iec21_address_is(const char *own, size_t own_size, const char *called, size_t called_size);

/* A command of the programming mode: SOH, two characters, perhaps STX and a data set, ETX or EOT,
 * BCC. The data set stays where it is. */
struct iec21_command {
    char type; /* 'P' 'R' 'W' 'E' 'B' */
    char form; /* '0' .. '9' */
    const char *data;
    size_t size;
    bool more; /* EOT: another block follows */
};

/* Takes a whole message from SOH to BCC: 0, or -1: wrong check or form. */
int iec21_command_take(struct iec21_command *command, const uint8_t *octets, size_t size);

/* Writes a command, `data` without STX (NULL: none), into IEC21_MESSAGE_MAX octets; its size. The
 * data are at most IEC21_MESSAGE_MAX - 6 octets. */
size_t iec21_command_write(const struct iec21_command *command, uint8_t *octets);

/* A data set: address(value*unit). */
struct iec21_data_set {
    const char *address;
    size_t address_size;
    const char *value; /* with the unit */
    size_t value_size;
};

/* Takes the first data set of some text: 0, or -1: there is none. */
int iec21_data_set_take(struct iec21_data_set *set, const char *text, size_t size);

#endif
