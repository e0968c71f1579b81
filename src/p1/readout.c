#include "p1/readout.h"

#include <string.h>

enum { SHORT_CODE = 16, LONG_CODE = 24 };

/* Groups of service quantities have letters in the short form. */
static void put_group(struct writer *w, uint8_t group)
{
    switch (group) {
    case 96:
        writer_u8(w, 'C');
        return;
    case 97:
        writer_u8(w, 'F');
        return;
    default:
        break;
    }
    if (group >= 100) {
        writer_u8(w, (uint8_t)('0' + group / 100));
    }
    if (group >= 10) {
        writer_u8(w, (uint8_t)('0' + group / 10 % 10));
    }
    writer_u8(w, (uint8_t)('0' + group % 10));
}

static void put_short_code(struct writer *w, const uint8_t code[5])
{
    put_group(w, code[2]);
    writer_u8(w, '.');
    put_group(w, code[3]);
    writer_u8(w, '.');
    put_group(w, code[4]);
}

bool p1_list_next(const struct p1_list *list, const struct p1_view *view, unsigned *row,
                  struct writer *w)
{
    while (*row < list->count) {
        const struct p1_line *line = &list->lines[(*row)++];
        struct writer before = *w;
        put_short_code(w, line->code);
        if (line->value(view, line, w)) {
            return true;
        }
        *w = before;
    }
    return false;
}

static bool is_code(const uint8_t code[5], bool short_form, const char *address, size_t size)
{
    uint8_t text[LONG_CODE];
    struct writer w = writer_over(text, sizeof text);
    if (short_form) {
        put_short_code(&w, code);
    } else {
        p1_put_code(code, &w);
    }
    return writer_kept(&w) == size && memcmp(text, address, size) == 0;
}

static bool find_in(const struct p1_list *list, const struct p1_view *view, const char *address,
                    size_t size, struct writer *w)
{
    for (unsigned i = 0; i < list->count; i++) {
        const struct p1_line *line = &list->lines[i];
        if (is_code(line->code, true, address, size) || is_code(line->code, false, address, size)) {
            struct writer before = *w;
            put_short_code(w, line->code);
            if (line->value(view, line, w)) {
                return true;
            }
            *w = before;
        }
    }
    return false;
}

bool p1_list_find(const struct p1_view *view, const char *address, size_t size, struct writer *w)
{
    static const char last_period[] = "*255";
    size_t tail = sizeof last_period - 1;
    if (size > tail && memcmp(address + size - tail, last_period, tail) == 0) {
        size -= tail;
    }
    return size > 0 && (find_in(&p1_list_general, view, address, size, w) ||
                        find_in(&p1_list_maker, view, address, size, w));
}

static void put_two(struct writer *w, unsigned number)
{
    writer_u8(w, (uint8_t)('0' + number / 10 % 10));
    writer_u8(w, (uint8_t)('0' + number % 10));
}

bool p1_value_clock_time(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    struct civil local = clock_read(view->clock).local;
    (void)line;
    writer_u8(w, '(');
    put_two(w, local.hour);
    put_two(w, local.minute);
    put_two(w, local.second);
    writer_u8(w, ')');
    return true;
}

bool p1_value_clock_date(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    struct civil local = clock_read(view->clock).local;
    (void)line;
    writer_u8(w, '(');
    put_two(w, (unsigned)local.year % 100);
    put_two(w, local.month);
    put_two(w, local.day);
    writer_u8(w, ')');
    return true;
}

bool p1_value_serial_text(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    (void)line;
    writer_u8(w, '(');
    writer_octets(w, view->identity->serial, sizeof view->identity->serial);
    writer_u8(w, ')');
    return true;
}

bool p1_value_firmware(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    const char *text = view->identity->legal.name;
    (void)line;
    writer_u8(w, '(');
    writer_octets(w, text, strlen(text));
    writer_u8(w, ')');
    return true;
}
