#include "port/cortex_m/text.h"

static void add(struct text *text, char character)
{
    if (text->size + 1 < text->room) {
        text->chars[text->size++] = character;
        text->chars[text->size] = '\0';
    }
}

struct text text_begin(char *chars, size_t room)
{
    chars[0] = '\0';
    return (struct text){.chars = chars, .room = room};
}

void text_add(struct text *text, const char *more)
{
    while (*more != '\0') {
        add(text, *more++);
    }
}

void text_add_number(struct text *text, uint32_t number)
{
    uint32_t unit = 1;
    while (number / unit >= 10) {
        unit *= 10;
    }
    for (; unit > 0; unit /= 10) {
        add(text, (char)('0' + number / unit % 10));
    }
}

void text_add_hex(struct text *text, uint32_t number)
{
    for (int shift = 28; shift >= 0; shift -= 4) {
        add(text, "0123456789abcdef"[number >> shift & 0xf]);
    }
}
