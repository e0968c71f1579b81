/* watthour calendar: shows and writes a meter's tariff calendar, and draws one without a meter. */
#include "app/calendar_draw.h"
#include "app/calendar_text.h"
#include "app/client.h"
#include "app/command.h"
#include "app/url.h"
#include "app/value.h"
#include "cosem/class/calendar_form.h"
#include "cosem/data.h"
#include "world/file.h"

#include <stdlib.h>
#include <string.h>

enum { CALENDAR = 20, SPECIAL_DAYS = 11, PASSIVE = 4 };
enum { NAME = 2, SEASONS, WEEKS, DAYS, ACTIVATION = 10, SPECIALS = 2, TEXT_MOST = 1 << 18 };

static const struct option_table table = {
    .command = "calendar",
    .usage =
        "usage: watthour calendar [OPTIONS] METER show [passive]\n"
        "       watthour calendar [OPTIONS] METER set FILE\n"
        "       watthour calendar [OPTIONS] draw FILE [YEAR]\n\n"
        "show prints the active calendar, or the passive one, in the form that set and draw read:\n"
        "  name 2027-A\n"
        "  season winter from 11-01 week w          (2027-11-01: of that year only)\n"
        "  season summer from 03-last week s\n"
        "  week w days 1 1 1 1 1 2 2                (Monday first)\n"
        "  week s days 2 2 2 2 2 2 2\n"
        "  day 1 at 00:00 2 06:00 1 22:30 2         (times, and rates from then on)\n"
        "  day 2 at 00:00 2\n"
        "  special 1 on 12-25 day 2                 (*-01/fri: Fridays that are a month's first)\n"
        "  activate 2027-01-01T00:00                (or: now; else it stays passive)\n"
        "set writes it as the passive calendar and its activation. draw is the dry run: it checks\n"
        "FILE and draws its year, without a meter.\n\n" URL_HELP "\n",
    .rows = client_option_rows,
    .count = CLIENT_OPTIONS,
};

static const struct cosem_name calendar_name = COSEM_NAME(0, 0, 13, 0, 0);
static const struct cosem_name specials_name = COSEM_NAME(0, 0, 11, 0, 0);

static int fail(const char *where, const char *what)
{
    fprintf(stderr, "watthour calendar: %s: %s\n", where, what);
    return COMMAND_FAILED;
}

static int read_file(const char *path, struct calendar_text *calendar)
{
    char error[CALENDAR_TEXT_ERROR] = "";
    char *text = NULL;
    size_t size;
    if (file_read(path, TEXT_MOST, &text, &size, error, sizeof error) != 0) {
        fprintf(stderr, "watthour calendar: %s\n", error);
        return COMMAND_FAILED;
    }
    int result = calendar_text_read(calendar, text, error);
    free(text);
    return result == 0 ? COMMAND_DONE : fail(path, error);
}

/* ---- show ---- */

static int get(struct client *client, uint16_t class_id, const struct cosem_name *name,
               int attribute, struct reader *value)
{
    enum cosem_result result;
    int read = client_read(client, class_id, name, attribute, value, &result);
    if (read > 0) {
        return fail(class_id == CALENDAR ? "0-0:13.0.0" : "0-0:11.0.0", client_result_text(result));
    }
    return read == 0 ? COMMAND_DONE : COMMAND_FAILED;
}

static void take_name(struct cosem_intake *in, struct calendar *calendar)
{
    calendar->name = calendar_form_take_name(in);
}

typedef void takes(struct cosem_intake *in, struct calendar *calendar);

static int show_tables(struct client *client, int first, struct calendar *calendar)
{
    static takes *const tables[] = {take_name, calendar_form_take_seasons, calendar_form_take_weeks,
                                    calendar_form_take_days};
    for (int i = 0; i < 4; i++) {
        struct reader value;
        if (get(client, CALENDAR, &calendar_name, first + i, &value) != COMMAND_DONE) {
            return COMMAND_FAILED;
        }
        struct cosem_intake in = cosem_intake_begin(&value);
        tables[i](&in, calendar);
        if (cosem_intake_end(&in) != COSEM_SUCCESS) {
            return fail("0-0:13.0.0", "the meter's calendar is none that can be written here");
        }
    }
    return COMMAND_DONE;
}

static int show_specials(struct client *client, struct calendar_specials *specials)
{
    struct reader value;
    if (get(client, SPECIAL_DAYS, &specials_name, SPECIALS, &value) != COMMAND_DONE) {
        return COMMAND_FAILED;
    }
    struct cosem_intake in = cosem_intake_begin(&value);
    size_t count = cosem_intake_array(&in, CALENDAR_SPECIALS);
    for (size_t i = 0; i < count; i++) {
        specials->entries[specials->count++] = calendar_form_take_special(&in);
    }
    bool good = cosem_intake_end(&in) == COSEM_SUCCESS;
    return good ? COMMAND_DONE : fail("0-0:11.0.0", "the meter's special days are none");
}

/* When the passive calendar becomes the active one, if that is said. */
static int show_activation(struct client *client, struct calendar_text *calendar)
{
    enum { SIZE = 12, ANY_YEAR = 0xFFFF };
    struct reader value;
    if (get(client, CALENDAR, &calendar_name, ACTIVATION, &value) != COMMAND_DONE) {
        return COMMAND_FAILED;
    }
    struct cosem_value time = cosem_take_value(&value);
    if (!reader_done(&value) || time.octets == NULL || time.count != SIZE) {
        return fail("0-0:13.0.0", "the time of its activation is none");
    }
    struct reader r = reader_over(time.octets, time.count);
    struct civil at = {.year = reader_u16(&r)};
    at.month = reader_u8(&r);
    at.day = reader_u8(&r);
    (void)reader_u8(&r); /* weekday */
    at.hour = reader_u8(&r);
    at.minute = reader_u8(&r);
    at.second = reader_u8(&r);
    calendar->activation = at.year == ANY_YEAR ? CALENDAR_STAYS_PASSIVE : CALENDAR_AT_A_TIME;
    calendar->activation_time = at;
    return COMMAND_DONE;
}

static int show(struct client *client, bool passive)
{
    static struct calendar_text calendar;
    calendar_text_begin(&calendar);
    if (show_tables(client, passive ? NAME + PASSIVE : NAME, &calendar.calendar) != COMMAND_DONE ||
        show_specials(client, &calendar.specials) != COMMAND_DONE ||
        (passive && show_activation(client, &calendar) != COMMAND_DONE)) {
        return COMMAND_FAILED;
    }
    if (calendar.calendar.day_count == 0) {
        puts(passive ? "# the passive calendar is empty"
                     : "# no calendar is active; the next one: show passive");
    }
    calendar_text_write(&calendar, stdout);
    return COMMAND_DONE;
}

/* ---- set ---- */

static int put(struct client *client, uint16_t class_id, int attribute, const char *what,
               const struct writer *w)
{
    enum cosem_result result;
    struct reader returned;
    struct dlms_target target = {class_id, class_id == CALENDAR ? calendar_name : specials_name,
                                 (int8_t)attribute};
    int sent =
        client_write(client, &target, reader_over(w->window, writer_kept(w)), &returned, &result);
    if (sent > 0) {
        return fail(what, client_result_text(result));
    }
    return sent == 0 ? COMMAND_DONE : COMMAND_FAILED;
}

static void put_seasons(struct writer *w, const struct calendar_text *text)
{
    cosem_put_array(w, text->calendar.season_count);
    for (unsigned i = 0; i < text->calendar.season_count; i++) {
        calendar_form_put_season(&text->calendar, i, w);
    }
}

static void put_weeks(struct writer *w, const struct calendar_text *text)
{
    cosem_put_array(w, text->calendar.week_count);
    for (unsigned i = 0; i < text->calendar.week_count; i++) {
        calendar_form_put_week(&text->calendar, i, w);
    }
}

static void put_days(struct writer *w, const struct calendar_text *text)
{
    cosem_put_array(w, text->calendar.day_count);
    for (unsigned i = 0; i < calendar_form_day_parts(&text->calendar); i++) {
        calendar_form_put_day_part(&text->calendar, i, w);
    }
}

static void put_specials(struct writer *w, const struct calendar_text *text)
{
    cosem_put_array(w, text->specials.count);
    for (unsigned i = 0; i < text->specials.count; i++) {
        calendar_form_put_special(w, &text->specials.entries[i]);
    }
}

static void put_name(struct writer *w, const struct calendar_text *text)
{
    calendar_form_put_name(w, &text->calendar.name);
}

/* Local time of the meter; at once: long ago. */
static void put_activation(struct writer *w, const struct calendar_text *text)
{
    struct civil at = {.year = 2000, .month = 1, .day = 1};
    at = text->activation == CALENDAR_AT_A_TIME ? text->activation_time : at;
    const uint8_t octets[] = {(uint8_t)(at.year >> 8),
                              (uint8_t)at.year,
                              at.month,
                              at.day,
                              0xFF,
                              at.hour,
                              at.minute,
                              at.second,
                              0,
                              0x80,
                              0,
                              0xFF};
    cosem_put_octet_string(w, octets, sizeof octets);
}

/* Days before special days, which name them; last of all the activation, which looks at the rest.
 */
static const struct {
    uint16_t class_id;
    int attribute;
    const char *what;
    void (*put)(struct writer *w, const struct calendar_text *text);
} parts[] = {
    {CALENDAR, NAME + PASSIVE, "name", put_name},
    {CALENDAR, SEASONS + PASSIVE, "seasons", put_seasons},
    {CALENDAR, WEEKS + PASSIVE, "weeks", put_weeks},
    {CALENDAR, DAYS + PASSIVE, "days", put_days},
    {SPECIAL_DAYS, SPECIALS, "special days", put_specials},
    {CALENDAR, ACTIVATION, "activation", put_activation},
};

enum { PARTS = sizeof parts / sizeof parts[0] };

static void say_done(const struct calendar_text *text)
{
    const struct civil *at = &text->activation_time;
    if (text->activation == CALENDAR_AT_A_TIME) {
        printf("done; in force from %04d-%02u-%02uT%02u:%02u:%02u of the meter's time\n",
               (int)at->year, at->month, at->day, at->hour, at->minute, at->second);
    } else if (text->activation == CALENDAR_AT_ONCE) {
        puts("done; in force now");
    } else {
        puts("done; it stays passive: FILE has no line that says activate");
    }
}

static int set(struct client *client, const struct calendar_text *text)
{
    static uint8_t octets[CLIENT_REQUEST];
    int count = text->activation == CALENDAR_STAYS_PASSIVE ? PARTS - 1 : PARTS;
    for (int i = 0; i < count; i++) {
        struct writer w = writer_over(octets, sizeof octets);
        parts[i].put(&w, text);
        if (writer_overflow(&w)) {
            return fail(parts[i].what, "more than one request holds");
        }
        if (put(client, parts[i].class_id, parts[i].attribute, parts[i].what, &w) != COMMAND_DONE) {
            return COMMAND_FAILED;
        }
    }
    say_done(text);
    return COMMAND_DONE;
}

/* ---- the words of the command line ---- */

static int usage(const char *word)
{
    fprintf(stderr, "watthour calendar: %s: give METER show, METER set FILE, or draw FILE [YEAR]\n",
            word);
    return COMMAND_USAGE;
}

static int draw(const struct client_options *options, const char *path, const char *year_text)
{
    static struct calendar_text calendar;
    char *end;
    long year = year_text ? strtol(year_text, &end, 10) : 2027;
    if (year_text && (*end != '\0' || year < 2000 || year > 2099)) {
        return usage(year_text);
    }
    if (read_file(path, &calendar) != COMMAND_DONE) {
        return COMMAND_FAILED;
    }
    if (options->json) {
        cJSON *drawn = calendar_draw_json(&calendar, (int)year);
        value_print(drawn);
        cJSON_Delete(drawn);
    } else {
        calendar_draw(&calendar, (int)year, stdout);
    }
    return COMMAND_DONE;
}

static int with_meter(const struct client_options *options, const char *const *words, int count)
{
    static struct calendar_text calendar;
    bool sets = strcmp(words[1], "set") == 0;
    bool shows = strcmp(words[1], "show") == 0;
    bool passive = shows && count == 3;
    if ((!sets && !shows) || (sets && count != 3) ||
        (passive && strcmp(words[2], "passive") != 0)) {
        return usage(words[count - 1]);
    }
    if (sets && read_file(words[2], &calendar) != COMMAND_DONE) {
        return COMMAND_FAILED;
    }
    struct client client;
    client_init(&client, options);
    int result = COMMAND_FAILED;
    if (client_open(&client) == 0) {
        result = sets ? set(&client, &calendar) : show(&client, passive);
    }
    client_close(&client);
    return result;
}

int command_calendar(int argc, char **argv)
{
    struct client_options options = client_defaults;
    const char *words[3];
    int exit_code;
    options.command = table.command;
    int count = client_words(&options, &table, argc, argv, words, 2, 3, &exit_code);
    if (count < 0) {
        return exit_code;
    }
    return strcmp(words[0], "draw") == 0 ? draw(&options, words[1], count == 3 ? words[2] : NULL)
                                         : with_meter(&options, words, count);
}
