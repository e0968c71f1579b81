/* Rows of a meter's profile, read in parts: what its columns are, what they mean, their values. */
#ifndef WATTHOUR_APP_PROFILE_READER_H
#define WATTHOUR_APP_PROFILE_READER_H

#include "app/client.h"
#include "app/value.h"

#include <cjson/cJSON.h>
#include <stdint.h>

enum { PROFILE_READER_COLUMNS = 64 };

struct profile_reader_column {
    uint16_t class_id;
    struct cosem_name name;
    int8_t attribute;
    uint16_t data;
    struct value_meaning meaning;
    const char *unit;
};

struct profile_reader {
    struct client *client;
    struct cosem_name name;
    struct profile_reader_column columns[PROFILE_READER_COLUMNS];
    int count;
    int clock;         /* index of the column that shows the time; -1: there is none */
    uint32_t period_s; /* 0: none */
    uint32_t entries;  /* rows there are */
    cJSON *rows;       /* an array of arrays; owned */
};

/* Reads columns, units, period and number of rows: 0, or -1 and one line on stderr. Either way it
 * is to be closed. */
int profile_reader_open(struct profile_reader *reader, struct client *client,
                        const struct cosem_name *name);
void profile_reader_close(struct profile_reader *reader);

/* Append rows to `rows`: entries from..to, from 1; those of a range of time, seconds of UTC.
 * Null-data in place of repetitions is put back. 0, or -1 and one line on stderr. */
int profile_reader_entries(struct profile_reader *reader, uint32_t from, uint32_t to);
int profile_reader_range(struct profile_reader *reader, int64_t from_s, int64_t to_s);

/* The time of the newest row read, seconds of UTC; -1: there is none. */
int64_t profile_reader_time(const struct profile_reader *reader);

#endif
