#include "display/dots.h"

#include <string.h>

static void put_character(uint8_t *octets, int line, int column, char character)
{
    memcpy(&octets[(line * DISPLAY_COLUMNS + column) * DISPLAY_ROWS],
           dots_glyph((unsigned char)character), DISPLAY_ROWS);
}

static void put_text(uint8_t *octets, int line, int column, const char *text)
{
    for (; *text != '\0' && column < DISPLAY_COLUMNS; text++, column++) {
        put_character(octets, line, column, *text);
    }
}

static const char *unit_text(const struct screen *screen)
{
    static const char degree[] = {DOTS_MARK_DEGREE, '\0'};
    static const struct {
        uint8_t unit;
        const char *plain;
        const char *kilo;
    } texts[] = {
        {QUANTITY_UNIT_WH, "Wh", "kWh"},       {QUANTITY_UNIT_VARH, "varh", "kvarh"},
        {QUANTITY_UNIT_VAH, "VAh", "kVAh"},    {QUANTITY_UNIT_W, "W", "kW"},
        {QUANTITY_UNIT_VAR, "var", "kvar"},    {QUANTITY_UNIT_VA, "VA", "kVA"},
        {QUANTITY_UNIT_V, "V", "kV"},          {QUANTITY_UNIT_A, "A", "kA"},
        {QUANTITY_UNIT_HZ, "Hz", "kHz"},       {QUANTITY_UNIT_DEGREE, degree, degree},
        {QUANTITY_UNIT_PER_WH, "/Wh", "/kWh"}, {QUANTITY_UNIT_PER_VARH, "/varh", "/kvarh"},
        {QUANTITY_UNIT_PERCENT, "%", "%"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].unit == screen->unit) {
            return screen->kilo ? texts[i].kilo : texts[i].plain;
        }
    }
    return "";
}

static void paint_number(const struct screen *screen, uint8_t *octets)
{
    int size = (int)strlen(screen->data);
    int column = size < DOTS_DATA ? DOTS_DATA - size : 0;
    put_text(octets, 1, column, screen->data);
    const char *unit = unit_text(screen);
    bool wide = strlen(unit) > DISPLAY_COLUMNS - DOTS_UNIT;
    put_text(octets, 1, wide ? DOTS_UNIT - 1 : DOTS_UNIT, unit);
}

/* A text that is longer than the line runs through it, two characters a second, from right to left,
 * again and again. */
static void paint_text(const char *text, size_t size, int64_t age_s, uint8_t *octets)
{
    enum { PER_SECOND = 2, GAP = 4 };
    bool runs = size > DISPLAY_COLUMNS;
    size_t round = size + GAP;
    size_t begin = runs ? (size_t)(age_s * PER_SECOND) % round : 0;
    size_t indent = runs ? 0 : DISPLAY_COLUMNS - size;
    for (size_t column = indent; column < DISPLAY_COLUMNS; column++) {
        size_t at = (begin + column - indent) % round;
        put_character(octets, 1, (int)column, at < size ? text[at] : ' ');
    }
}

/* Right-aligned over the whole line, as wide as they can be: of each bar's columns the last is a
 * gap. */
static void paint_bars(const struct screen *screen, uint8_t *octets)
{
    enum { DOTS_X = 5, COLUMNS = DISPLAY_COLUMNS * DOTS_X };
    int pitch = COLUMNS / screen->bar_count;
    int left = COLUMNS - pitch * screen->bar_count;
    for (int at = 0; at < pitch * screen->bar_count; at++) {
        int column = left + at;
        uint8_t height = at % pitch == pitch - 1 ? 0 : screen->bars[at / pitch];
        uint8_t *rows = &octets[(DISPLAY_COLUMNS + column / DOTS_X) * DISPLAY_ROWS];
        for (int row = DISPLAY_ROWS - height; row < DISPLAY_ROWS; row++) {
            rows[row] |= (uint8_t)(1U << (DOTS_X - 1 - column % DOTS_X));
        }
    }
}

/* Bars, and their sum for two seconds of six. */
static bool shows_bars(const struct screen *screen)
{
    enum { ROUND_S = 6, BARS_S = 4 };
    return screen->bars && screen->age_s % ROUND_S < BARS_S;
}

static void paint_when(const struct screen *screen, uint8_t *octets)
{
    enum { LEAST = 6 };
    size_t id = strlen(screen->id) + 1;
    size_t column = id > LEAST ? id : LEAST;
    if (column + strlen(screen->when) <= DOTS_PLACE_RATE) {
        put_text(octets, 0, (int)column, screen->when);
    }
}

static void paint_marks(const struct screen *screen, const struct status *status, uint8_t *octets)
{
    const struct display_marks *marks = status->marks;
    bool flow = status->flow != STATUS_NO_FLOW && (status->on || !status->reversed);
    const struct {
        bool shown;
        uint8_t column;
        char mark;
    } rows[] = {
        {flow && status->flow == STATUS_IMPORT, DOTS_PLACE_FLOW, DOTS_MARK_RIGHT},
        {flow && status->flow == STATUS_EXPORT, DOTS_PLACE_FLOW, DOTS_MARK_LEFT},
        {marks->battery, DOTS_PLACE_FLOW, DOTS_MARK_BATTERY},
        {marks->reconnect, DOTS_PLACE_RECONNECT, DOTS_MARK_DOWN},
        {marks->breaker == DISPLAY_BREAKER_OPEN, DOTS_PLACE_BREAKER_OPEN, DOTS_MARK_DOWN},
        {marks->breaker == DISPLAY_BREAKER_CLOSED, DOTS_PLACE_BREAKER_CLOSED, DOTS_MARK_DOWN},
        {marks->p1, DOTS_PLACE_P1, DOTS_MARK_DOWN},
        {screen->legal, DOTS_PLACE_LEGAL, DOTS_MARK_DOWN},
        {marks->network, DOTS_PLACE_NETWORK, DOTS_MARK_DOWN},
        {status->bars >= 1, DOTS_PLACE_SIGNAL, DOTS_MARK_BAR_1},
        {status->bars >= 2, DOTS_PLACE_SIGNAL + 1, DOTS_MARK_BAR_2},
        {status->bars >= 3, DOTS_PLACE_SIGNAL + 2, DOTS_MARK_BAR_3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].shown) {
            put_character(octets, 2, rows[i].column, rows[i].mark);
        }
    }
}

void dots_paint(const struct screen *screen, const struct status *status,
                uint8_t octets[DISPLAY_OCTETS])
{
    enum { ALL_DOTS = 0x1F };
    if (screen->all) {
        memset(octets, ALL_DOTS, DISPLAY_OCTETS);
        return;
    }
    put_text(octets, 0, 0, screen->id);
    paint_when(screen, octets);
    if (status->marks->rate >= 1 && status->marks->rate <= DOTS_RATES) {
        put_character(octets, 0, DOTS_PLACE_RATE + status->marks->rate - 1, DOTS_MARK_UP);
    }
    if (shows_bars(screen)) {
        paint_bars(screen, octets);
    } else if (screen->number) {
        paint_number(screen, octets);
    } else if (screen->text) {
        paint_text(screen->text, screen->text_size, screen->age_s, octets);
    } else {
        paint_text(screen->data, strlen(screen->data), screen->age_s, octets);
    }
    paint_marks(screen, status, octets);
}
