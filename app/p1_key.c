#include "app/p1_key.h"

#include "app/data_text.h"

#include <string.h>

enum { DIGITS = 2 * P1_KEY };

static int take(const char *text, uint8_t key[P1_KEY])
{
    char digits[DIGITS + 1] = "";
    memcpy(digits, text, DIGITS);
    return data_text_hex(digits, key, P1_KEY) == P1_KEY ? 0 : -1;
}

int p1_key_take(const char *text, struct p1_keys *keys)
{
    size_t size = strlen(text);
    memcpy(keys->authentication, p1_authentication_key, P1_KEY);
    if (size == DIGITS) {
        return take(text, keys->encryption);
    }
    if (size != 2 * DIGITS + 1 || text[DIGITS] != ':') {
        return -1;
    }
    return take(text, keys->encryption) == 0 ? take(text + DIGITS + 1, keys->authentication) : -1;
}
