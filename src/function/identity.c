#include "function/identity.h"

#include <string.h>

static void put_decimal(char *digits, size_t size, uint32_t value)
{
    while (size-- > 0) {
        digits[size] = (char)('0' + value % 10);
        value /= 10;
    }
}

int identity_init(struct identity *identity, const struct identity_config *config,
                  struct identity_legal legal, uint32_t serial)
{
    enum { LETTERS = 3, TYPE_DIGITS = 3, FUNCTION_DIGITS = 2 };
    if (serial > IDENTITY_SERIAL_MAX) {
        return -1;
    }
    *identity = (struct identity){.config = config, .legal = legal};
    put_decimal(identity->serial, sizeof identity->serial, serial);
    char *at = identity->name;
    memcpy(at, config->manufacturer, LETTERS);
    at += LETTERS;
    put_decimal(at, TYPE_DIGITS, config->device_type);
    at += TYPE_DIGITS;
    put_decimal(at, FUNCTION_DIGITS, config->functions);
    at += FUNCTION_DIGITS;
    memcpy(at, identity->serial, sizeof identity->serial);
    return 0;
}
