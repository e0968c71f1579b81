/* watthour clock: what time a meter thinks it is, and corrections of that. */
#define _POSIX_C_SOURCE 200809L
#include "app/client.h"
#include "app/command.h"
#include "app/url.h"
#include "app/value.h"
#include "base/civil.h"
#include "base/writer.h"
#include "cosem/data.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CLOCK_CLASS = 8, TIME_SIZE = 12, WORDS = 3, SHIFT_MOST_S = 900 };
enum { TIME = 2, TIME_ZONE = 3, STATUS = 4, SAVING = 8, SHIFT_TIME = 6 };

static const struct cosem_name clock_name = COSEM_NAME(0, 0, 1, 0, 0);

static const struct option_table table = {
    .command = "clock",
    .usage =
        "usage: watthour clock [OPTIONS] METER [show | sync | shift SECONDS]\n\n"
        "show   prints what time the meter thinks it is, how far that is from this computer's\n"
        "       time, and what it says of its own clock\n"
        "sync   sets the meter to this computer's time; the meter decides whether it jumps or "
        "slews\n"
        "shift  by -900 to 900 seconds\n" URL_HELP,
    .rows = client_option_rows,
    .count = CLIENT_OPTIONS,
};

/* What a meter says of its clock, and when we asked. */
struct seen {
    uint8_t time[TIME_SIZE];
    double meter_s; /* UTC; NAN: no whole date, or local time of an unknown zone */
    double host_s;  /* UTC, half way between question and answer */
    double delay_s; /* half the way there and back */
    uint8_t status;
};

static double host_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int say(const struct client *client, const char *what)
{
    fprintf(stderr, "watthour clock: %s: %s\n", client->options->url, what);
    return -1;
}

/* 0: an attribute; -1, and one line has said why not. */
static int read_attribute(struct client *client, int attribute, struct reader *value)
{
    enum cosem_result result;
    int read = client_read(client, CLOCK_CLASS, &clock_name, attribute, value, &result);
    return read > 0 ? say(client, client_result_text(result)) : read;
}

static double utc_of(const uint8_t *t)
{
    struct reader r = reader_over(t, TIME_SIZE);
    struct civil local = {.year = reader_u16(&r)};
    local.month = reader_u8(&r);
    local.day = reader_u8(&r);
    (void)reader_u8(&r);
    local.hour = reader_u8(&r);
    local.minute = reader_u8(&r);
    local.second = reader_u8(&r);
    uint8_t hundredths = reader_u8(&r);
    int16_t deviation_min = (int16_t)reader_u16(&r);
    bool date = local.month >= 1 && local.month <= 12 && local.day >= 1 && local.day <= 31;
    bool time = local.hour <= 23 && local.minute <= 59 && local.second <= 59;
    if (!date || !time || deviation_min < -840 || deviation_min > 840) {
        return NAN;
    }
    return (double)civil_to_seconds(&local) + deviation_min * 60.0 +
           (hundredths <= 99 ? hundredths / 100.0 : 0);
}

static int look(struct client *client, struct seen *seen)
{
    struct reader value;
    double asked_s = host_s();
    if (read_attribute(client, TIME, &value) != 0) {
        return -1;
    }
    double answered_s = host_s();
    uint8_t tag = reader_u8(&value);
    bool is_time = reader_u8(&value) == TIME_SIZE && tag == COSEM_OCTET_STRING;
    const uint8_t *octets = reader_octets(&value, TIME_SIZE);
    if (!is_time || !reader_done(&value)) {
        return say(client, "its clock's time is no date-time");
    }
    memcpy(seen->time, octets, TIME_SIZE);
    seen->status = seen->time[TIME_SIZE - 1];
    seen->delay_s = (answered_s - asked_s) / 2;
    seen->host_s = asked_s + seen->delay_s;
    seen->meter_s = utc_of(seen->time);
    return 0;
}

static const char *trust_of(uint8_t status)
{
    if (status == UINT8_MAX) {
        return "not specified";
    }
    return (status & 1) != 0 ? "invalid" : (status & 2) != 0 ? "doubtful" : "valid";
}

/* The time as `watthour get` writes it. The caller frees it. */
static char *time_text(const struct seen *seen)
{
    static const struct value_meaning meaning = {.date_time = true};
    uint8_t octets[2 + TIME_SIZE] = {COSEM_OCTET_STRING, TIME_SIZE};
    memcpy(octets + 2, seen->time, TIME_SIZE);
    return value_text(reader_over(octets, sizeof octets), &meaning);
}

static void print_seen(const struct client *client, const struct seen *seen, const char *done)
{
    char *text = time_text(seen);
    double ahead_s = seen->meter_s - seen->host_s;
    bool other_base = seen->status != UINT8_MAX && (seen->status & 4) != 0;
    bool saving = seen->status != UINT8_MAX && (seen->status & 0x80) != 0;
    if (client->options->json) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "time", text ? text : "");
        cJSON_AddStringToObject(row, "trust", trust_of(seen->status));
        cJSON_AddBoolToObject(row, "daylight_saving", saving);
        cJSON_AddBoolToObject(row, "other_base", other_base);
        if (!isnan(ahead_s)) {
            cJSON_AddNumberToObject(row, "ahead_s", round(ahead_s * 100) / 100);
        }
        if (done) {
            cJSON_AddStringToObject(row, "done", done);
        }
        value_print(row);
        cJSON_Delete(row);
    } else {
        printf("%s  %s%s%s", text ? text : "?", trust_of(seen->status),
               saving ? ", daylight saving" : "", other_base ? ", not by its own crystal" : "");
        if (!isnan(ahead_s)) {
            printf("  %.2f s %s of this computer", fabs(ahead_s), ahead_s < 0 ? "behind" : "ahead");
        }
        printf("%s%s\n", done ? "; " : "", done ? done : "");
    }
    free(text);
}

static int show(struct client *client)
{
    struct seen seen;
    if (look(client, &seen) != 0) {
        return COMMAND_FAILED;
    }
    print_seen(client, &seen, NULL);
    return COMMAND_DONE;
}

/* UTC, as a date-time of deviation 0. */
static size_t put_time(uint8_t *octets, size_t room, double utc_s)
{
    int64_t whole_s = (int64_t)floor(utc_s);
    struct civil t = civil_from_seconds(whole_s);
    struct writer w = writer_over(octets, room);
    writer_u8(&w, COSEM_OCTET_STRING);
    writer_u8(&w, TIME_SIZE);
    writer_u16(&w, (uint16_t)t.year);
    writer_u8(&w, t.month);
    writer_u8(&w, t.day);
    writer_u8(&w, t.weekday);
    writer_u8(&w, t.hour);
    writer_u8(&w, t.minute);
    writer_u8(&w, t.second);
    writer_u8(&w, (uint8_t)((utc_s - (double)whole_s) * 100));
    writer_u16(&w, 0);
    writer_u8(&w, 0);
    return writer_kept(&w);
}

static int sync_with(struct client *client)
{
    static const struct dlms_target target = {CLOCK_CLASS, COSEM_NAME(0, 0, 1, 0, 0), TIME};
    struct seen seen;
    uint8_t octets[2 + TIME_SIZE];
    enum cosem_result result;
    struct reader returned;
    if (look(client, &seen) != 0) {
        return COMMAND_FAILED;
    }
    double before_s = seen.meter_s - seen.host_s;
    size_t size = put_time(octets, sizeof octets, host_s() + seen.delay_s);
    int sent = client_write(client, &target, reader_over(octets, size), &returned, &result);
    if (sent > 0) {
        say(client, client_result_text(result));
    }
    if (sent != 0 || look(client, &seen) != 0) {
        return COMMAND_FAILED;
    }
    bool slews = fabs(seen.meter_s - seen.host_s) > fabs(before_s) / 2 && fabs(before_s) > 0.5;
    print_seen(client, &seen, slews ? "it slews" : "set");
    return COMMAND_DONE;
}

static int shift(struct client *client, int seconds)
{
    static const struct dlms_target target = {CLOCK_CLASS, COSEM_NAME(0, 0, 1, 0, 0), SHIFT_TIME};
    uint8_t octets[3];
    struct seen seen;
    enum cosem_result result;
    struct reader returned;
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_i16(&w, (int16_t)seconds);
    int sent =
        client_call(client, &target, reader_over(octets, writer_kept(&w)), &returned, &result);
    if (sent > 0) {
        say(client, client_result_text(result));
    }
    if (sent != 0 || look(client, &seen) != 0) {
        return COMMAND_FAILED;
    }
    print_seen(client, &seen, "shifted");
    return COMMAND_DONE;
}

enum action { SHOW, SYNC, SHIFT, ACTIONS };

/* -1, and one line has said why. */
static int take_action(const char **words, int count, int *seconds)
{
    static const char *const names[ACTIONS] = {"show", "sync", "shift"};
    const char *name = count > 1 ? words[1] : names[SHOW];
    int action = SHOW;
    while (action < ACTIONS && strcmp(name, names[action]) != 0) {
        action++;
    }
    char *end = NULL;
    errno = 0;
    long value = count > 2 ? strtol(words[2], &end, 10) : 0;
    bool number = count > 2 && end != words[2] && *end == '\0' && errno == 0 &&
                  value >= -SHIFT_MOST_S && value <= SHIFT_MOST_S;
    if (action == ACTIONS) {
        fprintf(stderr, "watthour clock: %s: give show, sync or shift\n", name);
        return -1;
    }
    if ((action == SHIFT) != (count > 2) || (action == SHIFT && !number)) {
        fprintf(stderr, "watthour clock: %s: give %s\n", name,
                action == SHIFT ? "a number of seconds from -900 to 900" : "nothing behind it");
        return -1;
    }
    *seconds = (int)value;
    return action;
}

int command_clock(int argc, char **argv)
{
    struct client_options options = client_defaults;
    const char *words[WORDS];
    int exit_code;
    int seconds;
    options.command = table.command;
    int count = client_words(&options, &table, argc, argv, words, 1, WORDS, &exit_code);
    if (count < 0) {
        return exit_code;
    }
    int action = take_action(words, count, &seconds);
    if (action < 0) {
        return COMMAND_USAGE;
    }
    struct client client;
    client_init(&client, &options);
    exit_code = COMMAND_FAILED;
    if (client_open(&client) == 0) {
        exit_code = action == SYNC    ? sync_with(&client)
                    : action == SHIFT ? shift(&client, seconds)
                                      : show(&client);
    }
    client_close(&client);
    return exit_code;
}
