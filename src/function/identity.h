/* Who the meter is: what its name plate says.
 *
 * Sources: facts of IDIS for the logical device name (16 characters: manufacturer, device type,
 * functions, serial number), DLMS UA FLAG list for the three letters of the manufacturer. */
#ifndef WATTHOUR_FUNCTION_IDENTITY_H
#define WATTHOUR_FUNCTION_IDENTITY_H

#include <stdint.h>

enum {
    IDENTITY_NAME_SIZE = 16,
    IDENTITY_SERIAL_SIZE = 8,
    IDENTITY_SERIAL_MAX = 99999999,
    IDENTITY_CHECKSUM_SIZE = 32,
};

/* What a product fixes. */
struct identity_config {
    char manufacturer[4]; /* FLAG letters; "WTH" is nobody's and our default */
    uint8_t device_type;  /* 102: single phase, 103: poly phase, both with P2 over IP */
    uint8_t functions;    /* bits: 0 disconnector, 1 load management, 2 multi-utility */
    const char *application_firmware;
};

/* What the legally relevant part says of itself (WELMEC 7.2, P2). */
struct identity_legal {
    const char *name;        /* with its version */
    const uint8_t *checksum; /* IDENTITY_CHECKSUM_SIZE octets */
};

/* Digits and letters in ASCII, not terminated. */
struct identity {
    char name[IDENTITY_NAME_SIZE]; /* COSEM logical device name */
    char serial[IDENTITY_SERIAL_SIZE];
    const struct identity_config *config;
    struct identity_legal legal;
    const uint8_t *application_checksum; /* IDENTITY_CHECKSUM_SIZE octets; NULL: not known */
};

/* The checksum of the application comes later. 0, or -1: the serial number has more than eight
 * digits. The config, and what `legal` points to, must outlive the identity. */
int identity_init(struct identity *identity, const struct identity_config *config,
                  struct identity_legal legal, uint32_t serial);

#endif
