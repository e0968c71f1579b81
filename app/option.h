/* Command line options as rows: what an option is called, what it takes, what it does and what
 * --help says of it stand in one place. */
#ifndef WATTHOUR_APP_OPTION_H
#define WATTHOUR_APP_OPTION_H

#include <stdbool.h>
#include <stdint.h>

/* The value of an option on its way into the command's structure. */
struct option_value {
    const char *command;
    const char *name;
    const char *text; /* NULL: the option takes none */
    bool bad;         /* one line on stderr said why */
};

struct option_row {
    const char *name;     /* without the dashes */
    const char *argument; /* as --help calls it; NULL: a flag */
    void (*take)(void *context, struct option_value *value);
    const char *help; /* NULL: the name is a heading of --help */
};

struct option_table {
    const char *command;
    const char *usage; /* lines that stand above the options in --help */
    const struct option_row *rows;
    int count;
};

/* Takes all options. Returns the index in argv of the first word that is no option, or -1: the
 * process is to end with `*exit_code` (help was shown, or one line on stderr says what is wrong).
 * --help is there without a row. */
int option_parse(const struct option_table *table, void *context, int argc, char **argv,
                 int *exit_code);

/* For `take`: refuse a value in one line that says what is wanted instead. */
void option_refuse(struct option_value *value, const char *wanted);

double option_number(struct option_value *value, double least, double most, const char *wanted);
uint64_t option_integer(struct option_value *value, uint64_t most, const char *wanted);

/* The index of the value among `words` (NULL behind the last). */
int option_word(struct option_value *value, const char *const *words, const char *wanted);

/* An instant of UTC, as 2026-11-21T12:00:00, in seconds since 1970. */
int64_t option_time(struct option_value *value);

#endif
