#include "function/message.h"

#include "base/need.h"

#include <string.h>

enum { VERSION_BOTH = 1 /* size of the code (1), code, text */, VERSION = 2, CODE_VERSION = 1 };

void message_init(struct message *message, char *memory)
{
    *message = (struct message){.memory = memory};
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

/* ---- What is kept ---- */

int message_read(const struct message *message, size_t at, void *octets, size_t size)
{
    need(at + size <= message->text_size);
    if (size == 0) {
        return 0;
    }
    if (message->memory != NULL) {
        memcpy(octets, message->memory + at, size);
        return 0;
    }
    int result = journal_read(&message->storage->values, message->value,
                              (uint16_t)(message->text_at + at), octets, (uint16_t)size);
    return result == STORAGE_DONE ? 0 : -1;
}

size_t message_piece(const struct message *message, size_t at, uint8_t piece[MESSAGE_PIECE])
{
    size_t left = message->text_size - at;
    size_t size = left < MESSAGE_PIECE ? left : MESSAGE_PIECE;
    return size > 0 && message_read(message, at, piece, size) == 0 ? size : 0;
}

static bool has_printable_text(const struct message *message)
{
    uint8_t piece[MESSAGE_PIECE];
    size_t at = 0;
    size_t size;
    while ((size = message_piece(message, at, piece)) > 0 && is_printable(piece, size)) {
        at += size;
    }
    return at == message->text_size;
}

static void take_code(struct message *message, const uint8_t *octets, size_t size)
{
    if (size <= MESSAGE_CODE_MAX && is_printable(octets, size)) {
        memcpy(message->code, octets, size);
        message->code_size = (uint8_t)size;
    }
}

/* The code is checked before it is taken, the text where it lies. */
static void recover_text(struct message *message)
{
    uint8_t head[1 + MESSAGE_CODE_MAX] = {0};
    uint8_t version = 0;
    int size = journal_get(&message->storage->values, message->value, &version, head, sizeof head);
    bool both = version == VERSION_BOTH;
    int at = both ? 1 + head[0] : 0;
    if (size < at || size - at > MESSAGE_TEXT_MAX || (!both && version != VERSION)) {
        return;
    }
    if (both) {
        take_code(message, head + 1, head[0]);
    }
    message->text_at = (uint16_t)at;
    message->text_size = (uint16_t)(size - at);
    if (!has_printable_text(message)) {
        message->text_size = 0;
    }
}

static void recover_code(struct message *message)
{
    uint8_t octets[MESSAGE_CODE_MAX];
    uint8_t version = 0;
    int size = journal_get(&message->storage->values, (uint16_t)(message->value + 1), &version,
                           octets, sizeof octets);
    if (size >= 0 && version == CODE_VERSION) {
        take_code(message, octets, (size_t)size);
    }
}

void message_recover(struct message *message, struct storage *storage, uint16_t value)
{
    message->memory = NULL;
    message->storage = storage;
    message->value = value;
    recover_text(message);
    recover_code(message);
}

/* ---- Changing ---- */

static int put_code(const struct message *message, const void *octets, size_t size)
{
    if (message->storage == NULL) {
        return 0;
    }
    int result = journal_put(&message->storage->values, (uint16_t)(message->value + 1),
                             CODE_VERSION, octets, (uint16_t)size);
    return result == STORAGE_DONE ? 0 : MESSAGE_LATER;
}

/* A code that is kept with the text goes with it: it is kept by itself before. */
static int put_text(const struct message *message, const void *octets, size_t size)
{
    if (message->storage == NULL ||
        (message->text_at > 0 && put_code(message, message->code, message->code_size) != 0)) {
        return MESSAGE_LATER;
    }
    int result =
        journal_put(&message->storage->values, message->value, VERSION, octets, (uint16_t)size);
    return result == STORAGE_DONE ? 0 : MESSAGE_LATER;
}

int message_set_text(struct message *message, const void *octets, size_t size)
{
    if (size > MESSAGE_TEXT_MAX || !is_printable(octets, size)) {
        return -1;
    }
    if (message->memory != NULL) {
        memcpy(message->memory, octets, size);
    } else if (put_text(message, octets, size) != 0) {
        return MESSAGE_LATER;
    }
    message->text_at = 0;
    message->text_size = (uint16_t)size;
    return 0;
}

int message_set_code(struct message *message, const void *octets, size_t size)
{
    if (size > MESSAGE_CODE_MAX || !is_printable(octets, size)) {
        return -1;
    }
    if (put_code(message, octets, size) != 0) {
        return MESSAGE_LATER;
    }
    take_code(message, octets, size);
    return 0;
}
