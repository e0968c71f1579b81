#include "world/p1/fault.h"

#include "base/crc16.h"

#include <stdio.h>
#include <string.h>

enum { CRC_STYLE_GOOD, CRC_STYLE_UNPADDED, CRC_STYLE_X25, CRC_STYLE_WRONG, CRC_STYLE_NONE };

static char *text_of(struct fault_text *text)
{
    return (char *)text->octets;
}

/* The '!' at the end, or the end itself. */
static size_t end_of(const struct fault_text *text)
{
    size_t at = text->size;
    while (at > 0 && text->octets[at - 1] != '!') {
        at--;
    }
    return at > 0 ? at - 1 : text->size;
}

/* Puts `size` octets in place of `gone` at `at`, as far as there is room. */
static void replace(struct fault_text *text, size_t at, size_t gone, const void *octets,
                    size_t size)
{
    if (text->size - gone + size > FAULT_ROOM) {
        return;
    }
    memmove(text->octets + at + size, text->octets + at + gone, text->size - at - gone);
    memcpy(text->octets + at, octets, size);
    text->size += size - gone;
}

/* The check again, behind whatever has been changed. */
static void seal(struct fault_text *text, int style)
{
    char check[8] = "";
    size_t end = end_of(text);
    if (end == text->size) {
        return;
    }
    unsigned crc = style == CRC_STYLE_X25 ? crc16(0, text->octets, end + 1)
                                          : crc16_arc(0, text->octets, end + 1);
    if (style != CRC_STYLE_NONE) {
        snprintf(check, sizeof check, style == CRC_STYLE_UNPADDED ? "%X" : "%04X",
                 style == CRC_STYLE_WRONG ? crc ^ 0x0100 : crc);
    }
    text->size = end + 1;
    replace(text, text->size, 0, check, strlen(check));
    replace(text, text->size, 0, "\r\n", 2);
}

/* Where the line of a code begins, and its size with CR LF; 0: there is none. */
static size_t find_line(struct fault_text *text, const char *code, size_t *at)
{
    size_t length = strlen(code);
    for (size_t i = 2; i + length < text->size; i++) {
        if (text->octets[i - 1] == '\n' && memcmp(text->octets + i, code, length) == 0) {
            const char *end = memchr(text->octets + i, '\n', text->size - i);
            *at = i;
            return end ? (size_t)(end - text_of(text)) + 1 - i : 0;
        }
    }
    return 0;
}

/* Another line in the place of one, or "" for none; what is not there stays away. */
static void put_line(struct fault_text *text, const char *code, const char *line)
{
    size_t at;
    size_t size = find_line(text, code, &at);
    if (size > 0) {
        replace(text, at, size, line, strlen(line));
    }
}

static void append(struct fault_text *text, const char *lines)
{
    replace(text, end_of(text), 0, lines, strlen(lines));
}

static void wrong_crc(struct fault_text *text, uint32_t number)
{
    seal(text, number % 3 == 2 ? CRC_STYLE_WRONG : CRC_STYLE_GOOD);
}

static void unpadded_crc(struct fault_text *text, uint32_t number)
{
    (void)number;
    seal(text, CRC_STYLE_UNPADDED);
}

static void x25_crc(struct fault_text *text, uint32_t number)
{
    (void)number;
    seal(text, CRC_STYLE_X25);
}

static void no_crc(struct fault_text *text, uint32_t number)
{
    (void)number;
    seal(text, CRC_STYLE_NONE);
}

static void slash(struct fault_text *text, uint32_t number)
{
    const uint8_t *end = memchr(text->octets, '\r', text->size);
    (void)number;
    if (end) {
        replace(text, (size_t)(end - text->octets), 0, "/2", 2);
        seal(text, CRC_STYLE_GOOD);
    }
}

static void gas_on_channel_2(struct fault_text *text, uint32_t number)
{
    char lines[160];
    snprintf(lines, sizeof lines,
             "0-2:24.1.0(003)\r\n0-2:96.1.0(4730303339303031)\r\n"
             "0-2:24.2.1(261121110000W)(%05u.%03u*m3)\r\n",
             1000 + number / 3600, number / 4 % 1000);
    append(text, lines);
    seal(text, CRC_STYLE_GOOD);
}

/* The first is the meter that was taken away. */
static void two_gas_channels(struct fault_text *text, uint32_t number)
{
    append(text, "0-1:24.1.0(003)\r\n0-1:96.1.0()\r\n0-1:24.2.1(700101010000W)(00000000)\r\n");
    gas_on_channel_2(text, number);
}

/* Ten telegrams gas, then ten without a device, then water. */
static void exchange(struct fault_text *text, uint32_t number)
{
    static const char *const lines[3] = {
        "0-1:24.1.0(003)\r\n0-1:96.1.0(4730303031)\r\n0-1:24.2.1(261121110000W)(01234.567*m3)\r\n",
        "",
        "0-1:24.1.0(007)\r\n0-1:96.1.0(5730303032)\r\n0-1:24.2.1(261121110500W)(00000.012*m3)\r\n",
    };
    append(text, lines[number / 10 % 3]);
    seal(text, CRC_STYLE_GOOD);
}

static void clock_in_2063(struct fault_text *text, uint32_t number)
{
    char line[40];
    snprintf(line, sizeof line, "0-0:1.0.0(630101%02u%02u%02uW)\r\n", number / 3600 % 24,
             number / 60 % 60, number % 60);
    put_line(text, "0-0:1.0.0", line);
    seal(text, CRC_STYLE_GOOD);
}

static void no_reading_yet(struct fault_text *text, uint32_t number)
{
    (void)number;
    append(text, "0-1:24.1.0(003)\r\n0-1:96.1.0(4730303031)\r\n"
                 "0-1:24.2.1(632525252525S)(00000.000)\r\n");
    seal(text, CRC_STYLE_GOOD);
}

static void overflow(struct fault_text *text, uint32_t number)
{
    (void)number;
    put_line(text, "1-0:99.97.0", "");
    append(text, "1-0:99.97.0(2)(0-0:96.7.19)(000101000001W)(2147483647*s)"
                 "(000101000001W)(2147483647*s)\r\n");
    seal(text, CRC_STYLE_GOOD);
}

static void missing_lines(struct fault_text *text, uint32_t number)
{
    static const char *const codes[] = {"0-0:96.14.0", "1-0:1.7.0", "1-0:32.7.0", "1-0:1.8.2",
                                        "1-0:2.8.1"};
    put_line(text, codes[number % 5], "");
    put_line(text, codes[(number + 2) % 5], "");
    seal(text, CRC_STYLE_GOOD);
}

static void truncated(struct fault_text *text, uint32_t number)
{
    if (number % 3 == 2) {
        text->size = text->size * (number % 7 + 1) / 9;
    }
}

static void stalls(struct fault_text *text, uint32_t number)
{
    if (number % 5 == 4) {
        text->hold_at = text->size / 2;
        text->hold_ms = 3000;
    }
}

static void garbage(struct fault_text *text, uint32_t number)
{
    uint8_t noise[64];
    uint32_t random = number * 2654435761U + 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        random = random * 1664525 + 1013904223;
        noise[i] = (uint8_t)(random >> 24);
    }
    replace(text, 0, 0, noise, 1 + number % sizeof noise);
}

/* ---- units ---- */

/* Where `words` stand from `from` on; the end: nowhere. */
static size_t find_words(const struct fault_text *text, const char *words, size_t from)
{
    size_t length = strlen(words);
    size_t at = from;
    while (at + length <= text->size && memcmp(text->octets + at, words, length) != 0) {
        at++;
    }
    return at + length <= text->size ? at : text->size;
}

/* 000138.583*kWh becomes 000138583*Wh: thousandths of a kilo are whole ones. */
static void units_without_kilo(struct fault_text *text, uint32_t number)
{
    (void)number;
    for (size_t at = 0; (at = find_words(text, "*k", at)) < text->size; at++) {
        if (at >= 4 && text->octets[at - 4] == '.') {
            replace(text, at + 1, 1, "", 0);
            replace(text, at - 4, 1, "", 0);
        }
    }
    seal(text, CRC_STYLE_GOOD);
}

/* Currents of whole amperes get two decimals, as a Belgian profile has them by itself; what the
 * breaker and the fuse allow. */
static void belgian_units(struct fault_text *text, uint32_t number)
{
    (void)number;
    for (size_t at = 0; (at = find_words(text, "*A)", at)) < text->size; at += 4) {
        if (at >= 4 && text->octets[at - 4] == '(') {
            replace(text, at, 0, ".00", 3);
        }
    }
    append(text, "0-0:96.3.10(1)\r\n0-0:17.0.0(999.9*kW)\r\n1-0:31.4.0(999*A)\r\n");
    seal(text, CRC_STYLE_GOOD);
}

/* Words where there are numbers elsewhere, and a limit in W. */
static void hungarian_units(struct fault_text *text, uint32_t number)
{
    (void)number;
    put_line(text, "0-0:96.14.0", "0-0:96.14.0(TARIFF 1)\r\n");
    append(text, "0-0:96.3.10(ON)\r\n0-0:17.0.0(24000*W)\r\n1-0:13.7.0(0.758)\r\n");
    seal(text, CRC_STYLE_GOOD);
}

const struct fault faults[FAULTS] = {
    {"bad-crc", "every third CRC is wrong", "", wrong_crc},
    {"unpadded-crc", "the CRC loses its leading zeros", "", unpadded_crc},
    {"x25-crc", "the CRC is that of X-25", "", x25_crc},
    {"no-crc", "nothing stands behind the '!'", "Aidon 6534 in Sweden; DSMR 2 and 3", no_crc},
    {"slash", "a '/' stands in the identification", "", slash},
    {"gas-2", "the gas meter is on channel 2", "", gas_on_channel_2},
    {"two-gas", "two gas channels, the first of a meter that is gone",
     "Iskra 2M550T-1012 after an exchange", two_gas_channels},
    {"exchange", "gas, then no device, then water on channel 1", "", exchange},
    {"year-2063", "the clock is in 2063", "", clock_in_2063},
    {"no-reading", "632525252525S and no unit: no reading yet", "Luxembourg, Appendix A",
     no_reading_yet},
    {"overflow", "failures of 2147483647 s in the year 2000", "dsmr-reader issue 412", overflow},
    {"missing", "lines are missing, others each time", "", missing_lines},
    {"truncated", "every third telegram is cut off", "", truncated},
    {"stall", "every fifth stops in the middle for 3 s", "", stalls},
    {"garbage", "random octets between telegrams", "", garbage},
    {"units-w", "Wh, W, varh and var without decimals", "Austria, esphome issue 3117; Aidon 6560",
     units_without_kilo},
    {"units-be", "amperes with decimals, limits of breaker and fuse",
     "Belgium, DSMRloggerAPI issue 35", belgian_units},
    {"units-hu", "a rate and a breaker in words, a limit in W",
     "Wasion in Hungary, esphome-libs/dsmr_parser issue 53", hungarian_units},
};

const struct fault *fault_find(const char *name)
{
    for (int i = 0; i < FAULTS; i++) {
        if (strcmp(faults[i].name, name) == 0) {
            return &faults[i];
        }
    }
    return NULL;
}
