/* The consumer message: a text and a numeric code that the head end shows to the household
 * (0-0:96.13.0 and 0-0:96.13.1; on the display, later in the consumer telegram).
 *
 * Sources: DSMR P1 companion standard 5.0.2 (at most 1024 characters of text, 8 digits of code). */
#ifndef WATTHOUR_FUNCTION_MESSAGE_H
#define WATTHOUR_FUNCTION_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MESSAGE_TEXT_MAX = 1024,
    MESSAGE_CODE_MAX = 8,
};

struct message {
    uint16_t text_size;
    uint8_t code_size;
    char text[MESSAGE_TEXT_MAX]; /* printable ASCII, not terminated */
    char code[MESSAGE_CODE_MAX];
    uint32_t changes; /* by a client: to be stored */
};

/* No message. */
void message_init(struct message *message);

/* An empty one takes the message away. 0, or -1: too long, or not of printable ASCII; the message
 * stays as it was. */
int message_set_text(struct message *message, const void *octets, size_t size);
int message_set_code(struct message *message, const void *octets, size_t size);

#endif
