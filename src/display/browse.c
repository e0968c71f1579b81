#include "display/browse.h"

#include "base/civil.h"
#include "cosem/data.h"
#include "display/decimal.h"
#include "display/item.h"

#include <string.h>

enum {
    MINUTE_S = 60,
    HOUR_S = 3600,
    DAY_S = 86400,
    MONTHS = 12,
    DAYS_OF_MONTH = 31,
    HOURS_OF_DAY = 24,
    ROWS_MOST = 400, /* of a span: a day of five minutes, and then some */
    VALUE = 2,
};

static const struct profile *profile_of(const struct display *display)
{
    const struct display_profile *row = &display->config->profiles[display->browse.profile];
    return &display->source.profiles[row->place];
}

bool browse_has_rows(const struct display *display, unsigned profile)
{
    if (!display->source.profiles || profile >= display->config->profile_count) {
        return false;
    }
    const struct profile *found =
        &display->source.profiles[display->config->profiles[profile].place];
    return profile_next(found) > profile_first(found);
}

int browse_find(const struct display *display, unsigned from)
{
    unsigned count = display->config->profile_count;
    for (unsigned i = 0; i < count; i++) {
        if (browse_has_rows(display, (from + i) % count)) {
            return (int)((from + i) % count);
        }
    }
    return -1;
}

/* ---- spans ---- */

struct span {
    int32_t number; /* of the day, month or year */
    uint8_t slot;   /* the hour, day or month in it */
};

static uint8_t slots_of(uint32_t period_s)
{
    if (period_s == 0) {
        return MONTHS;
    }
    return period_s < DAY_S ? HOURS_OF_DAY : DAYS_OF_MONTH;
}

/* The last second that a row tells of, in local time. */
static struct civil told_by(const struct profile_row *row)
{
    return civil_from_seconds((int64_t)row->stamp.utc_s + row->stamp.offset_min * MINUTE_S - 1);
}

static struct span span_of(uint32_t period_s, const struct profile_row *row)
{
    struct civil told = told_by(row);
    if (period_s == 0) {
        return (struct span){told.year, (uint8_t)(told.month - 1)};
    }
    if (period_s >= DAY_S) {
        return (struct span){told.year * MONTHS + told.month, (uint8_t)(told.day - 1)};
    }
    return (struct span){(int32_t)civil_days_from_date(told.year, told.month, told.day), told.hour};
}

/* ---- columns ---- */

static struct display_item item_of(const struct profile_column *column)
{
    struct display_item item = {.class_id = column->class_id,
                                .attribute = (uint8_t)column->attribute};
    memcpy(item.name.obis, column->obis, sizeof item.name.obis);
    return item;
}

/* The Data of a column in its row. */
static struct reader kept_of(const struct profile *profile, const struct profile_row *row,
                             unsigned column)
{
    struct reader r = reader_over(row->octets, row->size);
    for (unsigned i = 0; i < column; i++) {
        if (!profile_is_clock_at(profile, i)) {
            cosem_skip_value(&r);
        }
    }
    return r;
}

static bool number_at(const struct display *display, const struct profile_row *row, unsigned column,
                      struct quantity_value *value)
{
    const struct profile *profile = profile_of(display);
    const struct profile_column shown = profile_column_at(profile, column);
    struct display_item item = item_of(&shown);
    struct reader kept = kept_of(profile, row, column);
    return item_take_number(&display->source, &item, &kept, value);
}

/* The column whose values are bars: the first register; -1: there is none. */
static int bar_column(const struct profile *profile)
{
    enum { REGISTERS_FROM = 3, REGISTERS_TO = 5 };
    for (unsigned i = 0; i < profile->settings.column_count; i++) {
        const struct profile_column column = profile_column_at(profile, i);
        if (column.class_id >= REGISTERS_FROM && column.class_id <= REGISTERS_TO &&
            column.attribute == VALUE) {
            return (int)i;
        }
    }
    return -1;
}

/* ---- bars ---- */

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* What a row adds: of an energy what was counted since the row before, which may be missing; of
 * anything else the slot has its largest value. */
static void tally(int64_t *slot, const struct quantity_value *now,
                  const struct quantity_value *before, struct quantity_value *sum)
{
    if (!now->energy) {
        *slot = larger(*slot, now->value);
        sum->value = larger(sum->value, now->value);
    } else if (before && before->value <= now->value) {
        *slot += now->value - before->value;
        sum->value += now->value - before->value;
    }
}

/* Whatever is more than nothing is a dot at least. */
static void scale(const int64_t slots[DISPLAY_BARS_MOST], uint8_t bars[DISPLAY_BARS_MOST])
{
    int64_t most = 1;
    for (int i = 0; i < DISPLAY_BARS_MOST; i++) {
        most = larger(most, slots[i]);
    }
    for (int i = 0; i < DISPLAY_BARS_MOST; i++) {
        int64_t dots = slots[i] > 0 ? (slots[i] * DISPLAY_ROWS + most - 1) / most : 0;
        bars[i] = (uint8_t)dots;
    }
}

/* A row on the way back, and its number for the bars. */
struct place {
    bool there;
    bool counts;
    struct quantity_value value;
    struct profile_row row;
};

static void look_at(const struct display *display, uint32_t number, struct place *place)
{
    const struct profile *profile = profile_of(display);
    int column = bar_column(profile);
    memset(place, 0, sizeof *place);
    place->there = profile_read(profile, number, &place->row) == 0;
    place->counts = place->there && column >= 0 &&
                    number_at(display, &place->row, (unsigned)column, &place->value);
}

/* Takes the rows of the span that browse->row ends, from there back. */
static void draw(struct display *display)
{
    struct display_browse *browse = &display->browse;
    uint32_t period_s = profile_of(display)->settings.period_s;
    int64_t slots[DISPLAY_BARS_MOST] = {0};
    struct place now;
    struct place before;
    uint32_t number = browse->row;
    look_at(display, number, &now);
    struct span shown = span_of(period_s, &now.row);
    browse->sum = now.value;
    browse->sum.value = 0;
    for (int i = 0; i < ROWS_MOST && now.there; i++) {
        struct span span = span_of(period_s, &now.row);
        if (span.number != shown.number) {
            break;
        }
        look_at(display, --number, &before);
        if (now.counts) {
            tally(&slots[span.slot], &now.value, before.counts ? &before.value : NULL,
                  &browse->sum);
        }
        now = before;
    }
    browse->before = now.there ? number : 0;
    scale(slots, browse->bars);
}

bool browse_open(struct display *display, unsigned profile)
{
    if (!browse_has_rows(display, profile)) {
        return false;
    }
    display->browse = (struct display_browse){.profile = (uint8_t)profile};
    display->browse.row = profile_next(profile_of(display)) - 1;
    draw(display);
    return true;
}

bool browse_span_before(struct display *display)
{
    if (display->browse.before == 0) {
        return false;
    }
    display->browse.row = display->browse.before;
    draw(display);
    return true;
}

void browse_enter(struct display *display)
{
    display->browse.column = 0;
}

bool browse_row_before(struct display *display)
{
    struct profile_row row;
    if (profile_read(profile_of(display), display->browse.row - 1, &row) != 0) {
        return false;
    }
    display->browse.row--;
    return true;
}

void browse_next_column(struct display *display)
{
    unsigned count = profile_of(display)->settings.column_count;
    display->browse.column = (uint8_t)((display->browse.column + 1U) % count);
}

/* ---- screens ---- */

static char *put_number(char *at, int64_t number, uint8_t digits, char behind)
{
    decimal_write(number, (struct decimal_form){digits, 0}, at, digits);
    at[digits] = behind;
    at[digits + 1] = '\0';
    return at + digits + (behind != '\0');
}

static void put_name(const struct display *display, unsigned profile, struct screen *screen)
{
    item_identifier(&display->config->profiles[profile].name, screen->id);
}

/* By its period, hours and minutes, if it has one. */
void browse_show_choice(const struct display *display, struct screen *screen)
{
    const struct display_profile *row = &display->config->profiles[display->position];
    uint32_t period_s = display->source.profiles[row->place].settings.period_s;
    put_name(display, display->position, screen);
    if (period_s == 0) {
        memcpy(screen->data, "--:--", sizeof "--:--");
        return;
    }
    char *at = put_number(screen->data, period_s / HOUR_S, 2, ':');
    put_number(at, period_s / MINUTE_S % MINUTE_S, 2, '\0');
}

static void put_span(uint32_t period_s, const struct profile_row *row, char when[SCREEN_WHEN + 1])
{
    struct civil told = told_by(row);
    if (period_s == 0) {
        put_number(when, told.year, 4, '\0');
    } else if (period_s >= DAY_S) {
        put_number(put_number(when, told.year, 4, '-'), told.month, 2, '\0');
    } else {
        put_number(put_number(when, told.month, 2, '-'), told.day, 2, '\0');
    }
}

static struct display_form form_of(const struct display *display)
{
    return display->config->forms[display->settings[DISPLAY_ENERGY_FORM]];
}

void browse_show_bars(const struct display *display, struct screen *screen)
{
    const struct profile *profile = profile_of(display);
    uint32_t period_s = profile->settings.period_s;
    struct profile_row row;
    put_name(display, display->browse.profile, screen);
    if (profile_read(profile, display->browse.row, &row) == 0) {
        put_span(period_s, &row, screen->when);
    }
    item_show_number(&display->browse.sum, form_of(display), screen);
    screen->bars = display->browse.bars;
    screen->bar_count = slots_of(period_s);
}

static void put_time(const struct civil *local, char *text)
{
    put_number(put_number(text, local->hour, 2, ':'), local->minute, 2, '\0');
}

static void put_date(const struct civil *local, char *text)
{
    char *at = put_number(put_number(text, local->month, 2, '-'), local->day, 2, '\0');
    *at = '\0';
}

static bool is_status(const struct profile_column *column)
{
    static const uint8_t statuses[] = {0, 0, 96, 10};
    return column->class_id == 1 && memcmp(column->obis, statuses, sizeof statuses) == 0;
}

/* Bit 7 first (function/profile.h). */
static void put_bits(uint8_t bits, char *text)
{
    for (int bit = 7; bit >= 0; bit--) {
        *text++ = (char)('0' + (bits >> bit & 1));
    }
    *text = '\0';
}

static void show_column(const struct display *display, const struct profile_row *row,
                        struct screen *screen)
{
    const struct profile *profile = profile_of(display);
    const struct profile_column column = profile_column_at(profile, display->browse.column);
    struct display_item item = item_of(&column);
    struct reader kept = kept_of(profile, row, display->browse.column);
    if (profile_is_clock(&column)) {
        struct civil local =
            civil_from_seconds((int64_t)row->stamp.utc_s + row->stamp.offset_min * MINUTE_S);
        item_identifier(&item.name, screen->id);
        char *at = put_number(put_number(screen->data, local.year, 4, '-'), local.month, 2, '-');
        put_time(&local, put_number(at, local.day, 2, ' '));
    } else if (is_status(&column)) {
        item_identifier(&item.name, screen->id);
        put_bits((uint8_t)cosem_take_value(&kept).integer, screen->data);
    } else {
        item_show_kept(&display->source, &item, form_of(display), &kept, screen);
    }
}

/* A row that has gone meanwhile, or the columns with it, shows the profile's name only. */
void browse_show_row(const struct display *display, struct screen *screen)
{
    const struct profile *profile = profile_of(display);
    struct profile_row row;
    put_name(display, display->browse.profile, screen);
    if (profile_read(profile, display->browse.row, &row) != 0 ||
        display->browse.column >= profile->settings.column_count) {
        return;
    }
    struct civil local =
        civil_from_seconds((int64_t)row.stamp.utc_s + row.stamp.offset_min * MINUTE_S);
    show_column(display, &row, screen);
    if (profile->settings.period_s == 0 || profile->settings.period_s >= DAY_S) {
        put_date(&local, screen->when);
    } else {
        put_time(&local, screen->when);
    }
}
