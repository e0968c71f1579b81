#include "display/logs.h"

#include "base/civil.h"
#include "display/decimal.h"
#include "display/item.h"

#include <string.h>

enum { MINUTE_S = 60, HOUR_S = 3600 };

/* An event's text is put together piece by piece; the screen's data has room for all of them. */
static char *put_digits(char *at, uint32_t number, uint8_t digits)
{
    enum { MOST = 10 };
    decimal_write(number, (struct decimal_form){digits, 0}, at, MOST);
    return at + strlen(at);
}

static char *put_text(char *at, const char *text)
{
    size_t size = strlen(text);
    memcpy(at, text, size + 1);
    return at + size;
}

static const struct display_log *row_of(const struct display *display, unsigned log)
{
    return &display->config->logs[log];
}

static enum event_log log_of(const struct display *display, unsigned log)
{
    return (enum event_log)row_of(display, log)->log;
}

/* Entries that can still be read: a ring forgets the oldest. */
static uint32_t count_of(const struct display *display, unsigned log)
{
    const struct event_book *book = display->source.events;
    const struct record_ring *ring = book ? event_log_ring(book, log_of(display, log)) : NULL;
    return ring ? record_next(ring) - record_first(ring) : 0;
}

int logs_find(const struct display *display, unsigned from)
{
    unsigned count = display->config->log_count;
    for (unsigned i = 0; i < count; i++) {
        if (count_of(display, (from + i) % count) > 0) {
            return (int)((from + i) % count);
        }
    }
    return -1;
}

static bool read_entry(const struct display *display, uint32_t number, struct event *event)
{
    enum event_log log = log_of(display, display->entry.log);
    return display->source.events &&
           event_log_read(display->source.events, log, number, event) == 0;
}

bool logs_open(struct display *display, unsigned log)
{
    if (log >= display->config->log_count || count_of(display, log) == 0) {
        return false;
    }
    uint32_t newest = event_log_count(display->source.events, log_of(display, log));
    display->entry = (struct display_entry){.log = (uint8_t)log, .number = newest};
    return true;
}

bool logs_entry_before(struct display *display)
{
    struct event event;
    uint32_t before = display->entry.number - 1;
    if (before == 0 || !read_entry(display, before, &event)) {
        return false;
    }
    display->entry.number = before;
    return true;
}

/* ---- screens ---- */

/* The log, and how many entries it has. */
void logs_show_choice(const struct display *display, struct screen *screen)
{
    item_identifier(&row_of(display, display->position)->name, screen->id);
    put_digits(screen->data, count_of(display, display->position), 1);
}

/* "11-21 14:05", with the year before it where that is another one than today's. */
static char *put_when(const struct display *display, const struct event_stamp *stamp, char *at)
{
    int64_t local_s = (int64_t)stamp->utc_s + MINUTE_S * (int64_t)stamp->offset_min;
    struct civil local = civil_from_seconds(local_s);
    if (local.year != clock_read(display->source.clock).local.year) {
        at = put_text(put_digits(at, (uint32_t)local.year, 4), "-");
    }
    at = put_text(put_digits(at, local.month, 2), "-");
    at = put_text(put_digits(at, local.day, 2), " ");
    at = put_text(put_digits(at, local.hour, 2), ":");
    return put_digits(at, local.minute, 2);
}

/* How long it was, hours and minutes and seconds, of an entry that its log alone names; else what
 * it was: "E76". */
static void put_what(const struct event *event, char *at)
{
    if (event->code != EVENT_NONE) {
        put_digits(put_text(at, " E"), event->code, 1);
        return;
    }
    uint32_t duration_s = event->detail.duration_s;
    at = put_text(put_digits(put_text(at, " "), duration_s / HOUR_S, 1), ":");
    at = put_text(put_digits(at, duration_s / MINUTE_S % MINUTE_S, 2), ":");
    put_digits(at, duration_s % MINUTE_S, 2);
}

/* Beside the identifier of the log the place of the entry, counted back from the newest. */
void logs_show_entry(const struct display *display, struct screen *screen)
{
    struct event event;
    const struct display_entry *entry = &display->entry;
    item_identifier(&row_of(display, entry->log)->name, screen->id);
    if (!read_entry(display, entry->number, &event)) {
        return;
    }
    uint32_t newest = event_log_count(display->source.events, log_of(display, entry->log));
    put_digits(screen->when, newest - entry->number + 1, 3);
    put_what(&event, put_when(display, &event.stamp, screen->data));
}
