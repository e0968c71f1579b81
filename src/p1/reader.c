#include "p1/reader.h"

#include "base/civil.h"
#include "base/crc16.h"

#include <string.h>

enum { CRC_DIGITS = 4, OBIS_GROUPS = 6, GROUP_MAX = 255, NOT_GIVEN = 255, NUMBER_DIGITS = 18 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The number of `size` hexadecimal digits; -1: something else stands there. */
static int hex_number(const char *digits, size_t size)
{
    int number = 0;
    for (size_t i = 0; i < size; i++) {
        char c = digits[i];
        int digit = is_digit(c)            ? c - '0'
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;
        if (digit < 0) {
            return -1;
        }
        number = number * 16 + digit;
    }
    return number;
}

/* The check behind the '!', line end left out. */
static enum p1_check check_of(const uint8_t *octets, size_t size, struct p1_text digits)
{
    if (digits.size == 0) {
        return P1_CHECK_ABSENT;
    }
    int said = digits.size <= CRC_DIGITS ? hex_number(digits.at, digits.size) : -1;
    if (said < 0) {
        return P1_CHECK_BAD;
    }
    if (said == crc16_arc(0, octets, size)) {
        return digits.size == CRC_DIGITS ? P1_CHECK_GOOD : P1_CHECK_UNPADDED;
    }
    return said == crc16(0, octets, size) ? P1_CHECK_X25 : P1_CHECK_BAD;
}

static const char *end_of_line(const char *at, const char *end)
{
    const char *found = memchr(at, '\n', (size_t)(end - at));
    return found ? found : end;
}

static size_t without_return(const char *at, const char *end)
{
    size_t size = (size_t)(end - at);
    return size > 0 && at[size - 1] == '\r' ? size - 1 : size;
}

/* The '!' is the last one: text before it is hexadecimal, but an identification may hold one. */
static const char *find_end(const char *text, size_t size)
{
    while (size > 0 && text[size - 1] != '!') {
        size--;
    }
    return size > 0 ? text + size - 1 : NULL;
}

int p1_reading_begin(struct p1_reading *reading, const uint8_t *octets, size_t size)
{
    const char *text = (const char *)octets;
    if (size == 0 || text[0] != '/') {
        return -1;
    }
    const char *mark = find_end(text, size);
    if (!mark) {
        return -1;
    }
    const char *line_end = end_of_line(text, mark);
    const char *check = mark + 1;
    struct p1_text digits = {check, without_return(check, end_of_line(check, text + size))};
    *reading = (struct p1_reading){
        .identification = {text + 1, without_return(text + 1, line_end)},
        .check = check_of(octets, (size_t)(check - text), digits),
        .at = line_end < mark ? line_end + 1 : mark,
        .end = mark,
    };
    return 0;
}

/* A value group of 0..255 before `behind`; NULL: something else stands there. */
static const char *take_value_group(const char *at, const char *end, char behind, uint8_t *group)
{
    unsigned number = 0;
    const char *begin = at;
    while (at < end && is_digit(*at) && number <= GROUP_MAX) {
        number = number * 10 + (unsigned)(*at++ - '0');
    }
    if (at == begin || number > GROUP_MAX || at == end || *at != behind) {
        return NULL;
    }
    *group = (uint8_t)number;
    return at + 1;
}

/* Takes A-B:C.D.E with or without *F; gives where the first bracket stands, or NULL. */
static const char *take_code(const char *at, const char *end, uint8_t code[OBIS_GROUPS])
{
    static const char behind[4] = {'-', ':', '.', '.'};
    for (unsigned i = 0; i < sizeof behind && at; i++) {
        at = take_value_group(at, end, behind[i], &code[i]);
    }
    if (!at) {
        return NULL;
    }
    code[5] = NOT_GIVEN;
    const char *next = take_value_group(at, end, '(', &code[4]);
    if (!next) {
        next = take_value_group(at, end, '*', &code[4]);
        next = next ? take_value_group(next, end, '(', &code[5]) : NULL;
    }
    return next ? next - 1 : NULL;
}

/* Takes one line into the item; false: it is empty or malformed. */
static bool take_line(struct p1_reading *reading, const char *at, const char *end,
                      struct p1_item *item)
{
    size_t size = without_return(at, end);
    end = at + size;
    if (size == 0) {
        return false;
    }
    const char *groups = *at == '(' ? at : take_code(at, end, reading->code);
    if (!groups || end[-1] != ')') {
        reading->malformed++;
        return false;
    }
    memcpy(item->code, reading->code, sizeof item->code);
    item->groups = (struct p1_text){groups, (size_t)(end - groups)};
    return true;
}

bool p1_reading_next(struct p1_reading *reading, struct p1_item *item)
{
    while (reading->at < reading->end) {
        const char *begin = reading->at;
        const char *end = end_of_line(begin, reading->end);
        reading->at = end < reading->end ? end + 1 : end;
        if (take_line(reading, begin, end, item)) {
            return true;
        }
    }
    return false;
}

bool p1_group_next(struct p1_text *groups, struct p1_text *group)
{
    if (groups->size == 0 || groups->at[0] != '(') {
        return false;
    }
    const char *close = memchr(groups->at, ')', groups->size);
    if (!close) {
        return false;
    }
    *group = (struct p1_text){groups->at + 1, (size_t)(close - groups->at) - 1};
    groups->size -= (size_t)(close - groups->at) + 1;
    groups->at = close + 1;
    return true;
}

int p1_number_take(struct p1_text group, struct p1_number *number)
{
    *number = (struct p1_number){0};
    const char *at = group.at;
    const char *end = at + group.size;
    bool negative = at < end && *at == '-';
    at += negative;
    unsigned digits = 0;
    bool behind_point = false;
    for (; at < end && (is_digit(*at) || (*at == '.' && !behind_point)); at++) {
        if (*at == '.') {
            behind_point = true;
        } else if (digits++ < NUMBER_DIGITS) {
            number->value = number->value * 10 + (*at - '0');
            number->decimals = (uint8_t)(number->decimals + behind_point);
        }
    }
    if (digits == 0 || digits > NUMBER_DIGITS || (at < end && *at != '*')) {
        return -1;
    }
    if (at < end) {
        number->unit = (struct p1_text){at + 1, (size_t)(end - at) - 1};
    }
    number->value = negative ? -number->value : number->value;
    return 0;
}

static unsigned take_two(const char *digits)
{
    return (unsigned)(digits[0] - '0') * 10 + (unsigned)(digits[1] - '0');
}

int p1_time_take(struct p1_text group, struct p1_time *time)
{
    enum { SIZE = 13 };
    if (group.size != SIZE || (group.at[SIZE - 1] != 'S' && group.at[SIZE - 1] != 'W')) {
        return -1;
    }
    for (unsigned i = 0; i < SIZE - 1; i++) {
        if (!is_digit(group.at[i])) {
            return -1;
        }
    }
    *time = (struct p1_time){
        .year = (uint16_t)(2000 + take_two(group.at)),
        .month = (uint8_t)take_two(group.at + 2),
        .day = (uint8_t)take_two(group.at + 4),
        .hour = (uint8_t)take_two(group.at + 6),
        .minute = (uint8_t)take_two(group.at + 8),
        .second = (uint8_t)take_two(group.at + 10),
        .saving = group.at[SIZE - 1] == 'S',
    };
    bool in_range = time->month >= 1 && time->month <= 12 && time->day >= 1 && time->hour <= 23 &&
                    time->minute <= 59 && time->second <= 59;
    if (!in_range) {
        return -1;
    }
    struct civil back = civil_from_seconds(p1_time_utc_s(time, 0));
    return back.day == time->day ? 0 : -1;
}

int64_t p1_time_utc_s(const struct p1_time *time, int offset_min)
{
    struct civil civil = {.year = time->year,
                          .month = time->month,
                          .day = time->day,
                          .hour = time->hour,
                          .minute = time->minute,
                          .second = time->second};
    return civil_to_seconds(&civil) - offset_min * 60L;
}
