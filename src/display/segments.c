#include "display/segments.h"

#include <string.h>

/* Segments a..g in bits 0..6. What seven segments cannot show is near to what can be guessed. */
static const struct glyph {
    char character;
    uint8_t segments;
} glyphs[] = {
    {'0', 0x3F},  {'1', 0x06}, {'2', 0x5B}, {'3', 0x4F}, {'4', 0x66}, {'5', 0x6D}, {'6', 0x7D},
    {'7', 0x07},  {'8', 0x7F}, {'9', 0x6F}, {'A', 0x77}, {'b', 0x7C}, {'C', 0x39}, {'c', 0x58},
    {'d', 0x5E},  {'E', 0x79}, {'F', 0x71}, {'G', 0x3D}, {'H', 0x76}, {'h', 0x74}, {'I', 0x30},
    {'i', 0x10},  {'J', 0x1E}, {'k', 0x75}, {'L', 0x38}, {'M', 0x55}, {'N', 0x37}, {'n', 0x54},
    {'O', 0x3F},  {'o', 0x5C}, {'P', 0x73}, {'q', 0x67}, {'r', 0x50}, {'S', 0x6D}, {'t', 0x78},
    {'U', 0x3E},  {'u', 0x1C}, {'v', 0x1C}, {'W', 0x6A}, {'X', 0x76}, {'y', 0x6E}, {'Z', 0x5B},
    {'-', 0x40},  {'_', 0x08}, {'=', 0x48}, {'?', 0x53}, {'/', 0x52}, {'(', 0x39}, {')', 0x0F},
    {'\'', 0x20}, {'"', 0x22},
};

static uint8_t find_glyph(char character)
{
    for (size_t i = 0; i < sizeof glyphs / sizeof glyphs[0]; i++) {
        if (glyphs[i].character == character) {
            return glyphs[i].segments;
        }
    }
    return 0;
}

/* A letter that is there in one case only stands for both. */
static uint8_t segments_of(char character)
{
    uint8_t found = find_glyph(character);
    bool small = character >= 'a' && character <= 'z';
    bool capital = character >= 'A' && character <= 'Z';
    if (found == 0 && (small || capital)) {
        found = find_glyph((char)(character ^ ('a' ^ 'A')));
    }
    return found;
}

static void set(uint8_t *octets, unsigned segment, bool on)
{
    if (on) {
        octets[segment / 8] |= (uint8_t)(1U << segment % 8);
    }
}

/* ---- rows of digits ---- */

/* Digits of which each has all that it shows: points join the character before them. */
struct cells {
    uint16_t count;
    const char *text;
    uint16_t size;
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Points, and what stands between the digits of a time or a date. */
static bool joins(const struct cells *cells, uint16_t at, bool number)
{
    char character = cells->text[at];
    if (at == 0 || cells->text[at - 1] == '.') {
        return false;
    }
    bool between = !number && at + 1 < cells->size && is_digit(cells->text[at - 1]) &&
                   is_digit(cells->text[at + 1]);
    return character == '.' || (between && (character == ':' || character == '-'));
}

static uint16_t count_cells(const struct cells *cells, bool number)
{
    uint16_t count = 0;
    for (uint16_t at = 0; at < cells->size; at++) {
        count = (uint16_t)(count + !joins(cells, at, number));
    }
    return count;
}

/* Writes the cells from `skip` on, the first one to digit `digit`. */
static void paint_cells(const struct cells *cells, bool number, unsigned skip, unsigned digit,
                        uint8_t *octets, unsigned digits)
{
    unsigned cell = 0;
    for (uint16_t at = 0; at < cells->size; at++) {
        bool point = joins(cells, at, number);
        cell += point || at == 0 ? 0 : 1;
        if (cell < skip || cell - skip + digit >= digits) {
            continue;
        }
        uint8_t *octet = &octets[cell - skip + digit];
        *octet |= point ? 1U << SEGMENTS_POINT : segments_of(cells->text[at]);
    }
}

/* Right-aligned; what is longer than the row runs through it, two characters a second. */
static void paint_row(const char *text, size_t size, bool number, int64_t age_s, uint8_t *octets)
{
    enum { PER_SECOND = 2, GAP = 4 };
    struct cells cells = {.text = text, .size = (uint16_t)size};
    cells.count = count_cells(&cells, number);
    if (cells.count <= SEGMENTS_DIGITS) {
        paint_cells(&cells, number, 0, SEGMENTS_DIGITS - cells.count, octets, SEGMENTS_DIGITS);
        return;
    }
    unsigned round = cells.count + GAP;
    unsigned skip = (unsigned)(age_s * PER_SECOND % round);
    paint_cells(&cells, number, skip, 0, octets, SEGMENTS_DIGITS);
    if (skip + SEGMENTS_DIGITS > round) {
        paint_cells(&cells, number, 0, round - skip, octets, SEGMENTS_DIGITS);
    }
}

/* What it is, and for two seconds of four of when it is. */
static void paint_identifier(const struct screen *screen, uint8_t *octets)
{
    enum { ROUND_S = 4, WHEN_S = 2 };
    bool when = screen->when[0] != '\0' && screen->age_s % ROUND_S < WHEN_S;
    const char *text = when ? screen->when : screen->id;
    struct cells cells = {.text = text, .size = (uint16_t)strlen(text)};
    paint_cells(&cells, !when, 0, 0, octets, SEGMENTS_ID_DIGITS);
}

/* ---- symbols ---- */

static void paint_bits(uint8_t *octets, unsigned first, uint8_t bits)
{
    for (unsigned bit = 0; bit < 8; bit++) {
        set(octets, first + bit, bits >> bit & 1);
    }
}

/* A unit that the glass has no symbols for shows none. */
static void paint_unit(const struct screen *screen, uint8_t *octets)
{
    enum { W = 1, V = 2, A = 4, R = 8, H = 16, HZ = 32, DEGREE = 64 };
    static const struct {
        uint8_t unit;
        uint8_t symbols;
    } rows[] = {
        {QUANTITY_UNIT_WH, W | H},      {QUANTITY_UNIT_VARH, V | A | R | H},
        {QUANTITY_UNIT_VAH, V | A | H}, {QUANTITY_UNIT_W, W},
        {QUANTITY_UNIT_VAR, V | A | R}, {QUANTITY_UNIT_VA, V | A},
        {QUANTITY_UNIT_V, V},           {QUANTITY_UNIT_A, A},
        {QUANTITY_UNIT_HZ, HZ},         {QUANTITY_UNIT_DEGREE, DEGREE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].unit == screen->unit) {
            paint_bits(octets, SEGMENTS_W, rows[i].symbols);
            set(octets, SEGMENTS_K, screen->kilo);
        }
    }
}

static void paint_power(const struct status *status, uint8_t *octets)
{
    set(octets, SEGMENTS_CROSS, status->quadrant != 0);
    if (status->quadrant != 0) {
        set(octets, SEGMENTS_Q1 + status->quadrant - 1U, true);
    }
    set(octets, SEGMENTS_IMPORT, status->flow == STATUS_IMPORT);
    set(octets, SEGMENTS_EXPORT, status->flow == STATUS_EXPORT);
    for (unsigned phase = 0; phase < status->phases; phase++) {
        bool shown = status->on || !status->reversed;
        set(octets, SEGMENTS_L1 + phase, shown && status->alive >> phase & 1);
        set(octets, SEGMENTS_L1_EXPORT + phase, shown && status->exporting >> phase & 1);
    }
}

static void paint_marks(const struct screen *screen, const struct status *status, uint8_t *octets)
{
    const struct display_marks *marks = status->marks;
    set(octets, SEGMENTS_LEGAL, screen->legal);
    set(octets, SEGMENTS_MESSAGE, status->message);
    set(octets, SEGMENTS_CLOCK, status->clock_invalid && status->on);
    set(octets, SEGMENTS_BATTERY, marks->battery);
    set(octets, SEGMENTS_BREAKER_OPEN,
        marks->breaker == DISPLAY_BREAKER_OPEN && (status->on || !marks->reconnect));
    set(octets, SEGMENTS_BREAKER_CLOSED, marks->breaker == DISPLAY_BREAKER_CLOSED);
    set(octets, SEGMENTS_P1, marks->p1);
    set(octets, SEGMENTS_NETWORK, marks->network);
    for (unsigned bar = 0; bar < status->bars; bar++) {
        set(octets, SEGMENTS_BAR_1 + bar, true);
    }
    set(octets, SEGMENTS_FAULT, marks->fault);
    set(octets, SEGMENTS_COVER, marks->cover);
    if (marks->rate >= 1 && marks->rate <= 9) {
        octets[SEGMENTS_RATE / 8] =
            (uint8_t)(segments_of((char)('0' + marks->rate)) | 1U << SEGMENTS_POINT);
    }
}

void segments_paint(const struct screen *screen, const struct status *status,
                    uint8_t octets[DISPLAY_OCTETS])
{
    if (screen->all) {
        for (unsigned segment = 0; segment < SEGMENTS_END; segment++) {
            set(octets, segment, true);
        }
        return;
    }
    const char *text = screen->text ? screen->text : screen->data;
    size_t size = screen->text ? screen->text_size : strlen(screen->data);
    paint_identifier(screen, &octets[SEGMENTS_ID / 8]);
    paint_row(text, size, screen->number, screen->age_s, &octets[SEGMENTS_MAIN / 8]);
    paint_unit(screen, octets);
    paint_power(status, octets);
    paint_marks(screen, status, octets);
}
