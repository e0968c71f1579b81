#include "p1/line.h"

#include <string.h>

enum { DIGITS_MAX = 18 };

static void put_text(struct writer *w, const char *text)
{
    writer_octets(w, text, strlen(text));
}

void p1_put_number(struct writer *w, uint64_t number, unsigned digits, unsigned decimals)
{
    char text[DIGITS_MAX + 1];
    size_t size = digits + (decimals > 0);
    for (size_t at = size; at-- > 0;) {
        if (decimals > 0 && at == size - decimals - 1) {
            text[at] = '.';
            continue;
        }
        text[at] = (char)('0' + number % 10);
        number /= 10;
    }
    writer_octets(w, text, size);
}

static void put_two(struct writer *w, unsigned number)
{
    p1_put_number(w, number, 2, 0);
}

static uint64_t all_nines(unsigned digits)
{
    uint64_t power = 1;
    for (unsigned i = 0; i < digits; i++) {
        power *= 10;
    }
    return power - 1;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void put_quantity(struct writer *w, const struct quantity_value *value,
                         const struct p1_form *form)
{
    int8_t scaler = (int8_t)(form->exponent - form->decimals);
    unsigned digits = form->digits;
    int64_t number =
        value->energy ? quantity_register(value, scaler, digits) : quantity_scaled(value, scaler);
    uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    if (number < 0) {
        writer_u8(w, '-');
        digits--;
    }
    p1_put_number(w, lesser(magnitude, all_nines(digits)), digits, form->decimals);
}

bool p1_value_quantity(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    struct quantity_value value;
    if (quantity_read(view->quantities, line->quantity, &value) != 0 || !value.valid) {
        return false;
    }
    writer_u8(w, '(');
    put_quantity(w, &value, &line->form);
    if (line->form.unit) {
        writer_u8(w, '*');
        put_text(w, line->form.unit);
    }
    writer_u8(w, ')');
    return true;
}

bool p1_value_version(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    (void)line;
    writer_u8(w, '(');
    put_text(w, view->version);
    writer_u8(w, ')');
    return true;
}

void p1_put_time(const struct p1_view *view, int64_t utc_s, struct writer *w)
{
    const struct civil_zone *zone = &view->clock->zone;
    bool saving = !view->always_standard && civil_dst_active(zone, utc_s);
    int offset_min = view->always_standard ? zone->offset_min : civil_offset_min(zone, utc_s);
    struct civil local = civil_from_seconds(utc_s + offset_min * 60L);
    put_two(w, (unsigned)local.year % 100);
    put_two(w, local.month);
    put_two(w, local.day);
    put_two(w, local.hour);
    put_two(w, local.minute);
    put_two(w, local.second);
    writer_u8(w, saving ? 'S' : 'W');
}

static bool put_count(struct writer *w, uint32_t count)
{
    enum { COUNT_DIGITS = 5 };
    writer_u8(w, '(');
    p1_put_number(w, count, COUNT_DIGITS, 0);
    writer_u8(w, ')');
    return true;
}

bool p1_value_short_failures(const struct p1_view *view, const struct p1_line *line,
                             struct writer *w)
{
    (void)line;
    return view->outage != NULL && put_count(w, view->outage->shorts[OUTAGE_ANY]);
}

bool p1_value_long_failures(const struct p1_view *view, const struct p1_line *line,
                            struct writer *w)
{
    (void)line;
    return view->outage != NULL && put_count(w, view->outage->longs[OUTAGE_ANY]);
}

static bool counts_phase(const struct p1_view *view, uint8_t phase)
{
    return view->voltages != NULL && phase <= view->voltages->phases;
}

bool p1_value_sags(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    uint8_t phase = line->quantity.phase;
    return counts_phase(view, phase) && put_count(w, view->voltages->phase[phase - 1].sags);
}

bool p1_value_swells(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    uint8_t phase = line->quantity.phase;
    return counts_phase(view, phase) && put_count(w, view->voltages->phase[phase - 1].swells);
}

bool p1_value_rate(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    enum { RATE_DIGITS = 4 };
    (void)line;
    writer_u8(w, '(');
    p1_put_number(w, quantity_rate(view->quantities), RATE_DIGITS, 0);
    writer_u8(w, ')');
    return true;
}

/* Of UTC, whole and rounded down. */
static int64_t now_s(const struct clock *clock)
{
    int64_t second = clock->utc_ms / 1000;
    return clock->utc_ms % 1000 < 0 ? second - 1 : second;
}

bool p1_value_time(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    (void)line;
    writer_u8(w, '(');
    p1_put_time(view, now_s(view->clock), w);
    writer_u8(w, ')');
    return true;
}

static void put_digits(struct writer *w, const uint8_t *octets, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        writer_u8(w, (uint8_t)digits[octets[i] >> 4]);
        writer_u8(w, (uint8_t)digits[octets[i] & 0xf]);
    }
}

static bool put_hex(struct writer *w, const void *octets, size_t size)
{
    writer_u8(w, '(');
    put_digits(w, octets, size);
    writer_u8(w, ')');
    return true;
}

bool p1_value_serial(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    (void)line;
    return put_hex(w, view->identity->serial, sizeof view->identity->serial);
}

bool p1_value_device_name(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    (void)line;
    return put_hex(w, view->identity->name, sizeof view->identity->name);
}

bool p1_value_message(const struct p1_view *view, const struct p1_line *line, struct writer *w)
{
    uint8_t piece[MESSAGE_PIECE];
    size_t size;
    (void)line;
    writer_u8(w, '(');
    for (size_t at = 0; (size = message_piece(view->message, at, piece)) > 0; at += size) {
        put_digits(w, piece, size);
    }
    writer_u8(w, ')');
    return true;
}

static void put_group(struct writer *w, unsigned group, char behind)
{
    unsigned digits = group >= 100 ? 3 : group >= 10 ? 2 : 1;
    p1_put_number(w, group, digits, 0);
    if (behind) {
        writer_u8(w, (uint8_t)behind);
    }
}

void p1_put_code(const uint8_t code[5], struct writer *w)
{
    static const char behind[5] = {'-', ':', '.', '.', '\0'};
    for (unsigned i = 0; i < 5; i++) {
        put_group(w, code[i], behind[i]);
    }
}
