#include "function/message.h"

#include <string.h>

void message_init(struct message *message)
{
    message->text_size = 0;
    message->code_size = 0;
    message->changes = 0;
}

static bool is_printable(const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (octets[i] < ' ' || octets[i] > '~') {
            return false;
        }
    }
    return true;
}

int message_set_text(struct message *message, const void *octets, size_t size)
{
    if (size > MESSAGE_TEXT_MAX || !is_printable(octets, size)) {
        return -1;
    }
    memcpy(message->text, octets, size);
    message->text_size = (uint16_t)size;
    message->changes++;
    return 0;
}

int message_set_code(struct message *message, const void *octets, size_t size)
{
    if (size > MESSAGE_CODE_MAX || !is_printable(octets, size)) {
        return -1;
    }
    memcpy(message->code, octets, size);
    message->code_size = (uint8_t)size;
    message->changes++;
    return 0;
}
