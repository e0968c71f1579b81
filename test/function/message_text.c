#include "test/function/message_text.h"

#include "test/unit.h"

void assert_message_text(const struct message *message, const char *expected, size_t size)
{
    char text[MESSAGE_TEXT_MAX];
    uint8_t piece[MESSAGE_PIECE];
    size_t at = 0;
    assert_int_equal(message->text_size, size);
    assert_int_equal(message_read(message, 0, text, size), 0);
    assert_memory_equal(text, expected, size);
    for (size_t now; (now = message_piece(message, at, piece)) > 0; at += now) {
        assert_memory_equal(piece, expected + at, now);
    }
    assert_int_equal(at, size);
}
