/* The consumer message: a text and a numeric code that the head end shows to the household
 * (0-0:96.13.0 and 0-0:96.13.1; on the display, in the consumer telegram).
 *
 * The text is read where it is kept, on the chip; a meter without a chip has memory for it.
 * Sources: DSMR P1 companion standard 5.0.2 (at most 1024 characters of text, 8 digits of code). */
#ifndef WATTHOUR_FUNCTION_MESSAGE_H
#define WATTHOUR_FUNCTION_MESSAGE_H

#include "storage/storage.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MESSAGE_TEXT_MAX = 1024,
    MESSAGE_CODE_MAX = 8,
};

struct message {
    uint16_t text_size;
    uint16_t text_at; /* in its value: the code stands before it, as older firmware kept both */
    uint8_t code_size;
    char code[MESSAGE_CODE_MAX]; /* printable ASCII, as is the text */
    char *memory;                /* of the text; NULL: it is in the storage */
    struct storage *storage;
    uint16_t value;
};

/* No message. `memory` has room for MESSAGE_TEXT_MAX octets and must outlive it; NULL: texts are
 * taken from message_recover() on. */
void message_init(struct message *message, char *memory);

/* The storage is recovered: the message is as it was kept, in `value` the text and in the one
 * behind it the code. It must outlive the message. */
void message_recover(struct message *message, struct storage *storage, uint16_t value);

/* An empty one takes the message away; what there is a chip for is kept at once. 0; -1: too long,
 * or not of printable ASCII; MESSAGE_LATER: the chip does not take it now. Then the message stays
 * as it was. */
enum { MESSAGE_LATER = -2 };
int message_set_text(struct message *message, const void *octets, size_t size);
int message_set_code(struct message *message, const void *octets, size_t size);

/* Characters of the text from one on, which has so many. 0; -1: the chip does not give them. */
int message_read(const struct message *message, size_t at, void *octets, size_t size);

/* What stands there from one character on, at most a piece of it: how many; 0: that was all, or the
 * chip does not give them. */
enum { MESSAGE_PIECE = 64 };
size_t message_piece(const struct message *message, size_t at, uint8_t piece[MESSAGE_PIECE]);

#endif
