#include "world/recording.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS "u1_V,i1_A or u1_V,u2_V,u3_V,i1_A,i2_A,i3_A"

struct csv {
    const char *at; /* in the text, which ends with a zero octet */
    size_t line;
    unsigned columns;
    unsigned channel[RECORDING_CHANNELS]; /* of each column */
    const struct recording_error *error;
};

static void skip_blanks(struct csv *csv)
{
    while (*csv->at == ' ' || *csv->at == '\t' || *csv->at == '\r') {
        csv->at++;
    }
}

static bool line_ended(const struct csv *csv)
{
    return *csv->at == '\n' || *csv->at == '\0';
}

/* To the beginning of the next line that is not blank; false at the end of the text. */
static bool next_line(struct csv *csv)
{
    for (;;) {
        skip_blanks(csv);
        if (*csv->at == '\0') {
            return false;
        }
        if (*csv->at != '\n') {
            return true;
        }
        csv->at++;
        csv->line++;
    }
}

static void skip_line(struct csv *csv)
{
    csv->at += strcspn(csv->at, "\n");
}

/* ---- the head: lines "# key: value" ---- */

static int read_head(struct csv *csv, struct recording *recording)
{
    static const char key[] = "sample_rate_hz:";
    while (next_line(csv) && *csv->at == '#') {
        csv->at++;
        skip_blanks(csv);
        if (strncmp(csv->at, key, sizeof key - 1) == 0) {
            const char *value = csv->at + sizeof key - 1;
            char *end = NULL;
            recording->rate_hz = strtod(value, &end);
            if (end == value || !isfinite(recording->rate_hz)) {
                return recording_refuse(csv->error, "line %zu: sample_rate_hz is not a number",
                                        csv->line);
            }
        }
        skip_line(csv);
    }
    if (!(recording->rate_hz > 0)) {
        return recording_refuse(csv->error,
                                "no sample rate; put \"# sample_rate_hz: RATE\" in its head");
    }
    return 0;
}

/* ---- the names of the columns ---- */

/* The channel of "u1_V" .. "i3_A", or -1. */
static int channel_named(const char *name, size_t length)
{
    for (int c = 0; c < RECORDING_CHANNELS; c++) {
        char own[8];
        snprintf(own, sizeof own, "%c%d_%c", c % 2 == 0 ? 'u' : 'i', c / 2 + 1,
                 c % 2 == 0 ? 'V' : 'A');
        if (strlen(own) == length && memcmp(own, name, length) == 0) {
            return c;
        }
    }
    return -1;
}

static int read_column(struct csv *csv, unsigned *seen)
{
    size_t length = strcspn(csv->at, ", \t\r\n");
    int channel = channel_named(csv->at, length);
    if (channel < 0 || (*seen >> channel & 1)) {
        return recording_refuse(csv->error, "line %zu: column \"%.*s\"; the columns are " COLUMNS,
                                csv->line, (int)(length < 24 ? length : 24), csv->at);
    }
    *seen |= 1U << channel;
    csv->channel[csv->columns++] = (unsigned)channel;
    csv->at += length;
    skip_blanks(csv);
    return 0;
}

static int read_columns(struct csv *csv)
{
    unsigned seen = 0;
    while (!line_ended(csv)) {
        if (read_column(csv, &seen) != 0) {
            return -1;
        }
        if (*csv->at == ',') {
            csv->at++;
            skip_blanks(csv);
        }
    }
    if (seen != 0x03 && seen != 0x3F) {
        return recording_refuse(csv->error, "line %zu: %u columns; give " COLUMNS, csv->line,
                                csv->columns);
    }
    return 0;
}

/* ---- the numbers ---- */

static int read_number(struct csv *csv, double *value)
{
    skip_blanks(csv);
    char *end = NULL;
    *value = strtod(csv->at, &end);
    /* strtod() would look for a number on the next line too. */
    if (line_ended(csv) || end == csv->at || !isfinite(*value)) {
        size_t length = strcspn(csv->at, ",\r\n");
        return recording_refuse(csv->error, "line %zu: \"%.*s\" is not a number; correct it",
                                csv->line, (int)(length < 24 ? length : 24), csv->at);
    }
    csv->at = end;
    skip_blanks(csv);
    return 0;
}

static int read_sample(struct csv *csv, struct recording *recording)
{
    for (unsigned n = 0; n < csv->columns; n++) {
        double *value = &recording->channel[csv->channel[n]][recording->samples];
        if (read_number(csv, value) != 0) {
            return -1;
        }
        bool last = n + 1 == csv->columns;
        if (last ? !line_ended(csv) : *csv->at != ',') {
            return recording_refuse(csv->error, "line %zu: needs %u numbers between commas",
                                    csv->line, csv->columns);
        }
        if (!last) {
            csv->at++;
        }
    }
    recording->samples++;
    return 0;
}

static size_t lines_left(const struct csv *csv)
{
    size_t lines = 1;
    for (const char *at = csv->at; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    return lines;
}

int recording_csv(struct recording *recording, const char *text,
                  const struct recording_error *error)
{
    struct csv csv = {.at = text, .line = 1, .error = error};
    if (read_head(&csv, recording) != 0 || read_columns(&csv) != 0) {
        return -1;
    }
    recording->channels = csv.columns;
    if (recording_allocate(recording, lines_left(&csv), error) != 0) {
        return -1;
    }
    while (next_line(&csv)) {
        if (read_sample(&csv, recording) != 0) {
            return -1;
        }
    }
    return 0;
}
