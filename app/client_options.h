/* The command line that the client commands share. */
#ifndef WATTHOUR_APP_CLIENT_OPTIONS_H
#define WATTHOUR_APP_CLIENT_OPTIONS_H

#include "app/option.h"
#include "app/password.h"

#include <stdbool.h>
#include <stdint.h>

struct client_options {
    const char *command; /* "get": how errors begin */
    const char *url;     /* tcp://HOST[:PORT] */
    uint16_t sap;        /* 0: 2 with a password, else 16 */
    char password[PASSWORD_ROOM];
    bool has_password;
    uint16_t pdu; /* octets of an APDU that we take */
    int timeout_s;
    bool json;
    bool values;
};

/* What every client command starts from, and the options that all of them have. */
extern const struct client_options client_defaults;
enum { CLIENT_OPTIONS = 5 };
extern const struct option_row client_option_rows[CLIENT_OPTIONS];

/* Options may stand between the words, of which there are at least `least` and at most `most`:
 * the URL first. Returns how many it put into `words`; -1: the process is to end with
 * `*exit_code`. Takes the password from the environment when no file gives it. */
int client_words(struct client_options *options, const struct option_table *table, int argc,
                 char **argv, const char **words, int least, int most, int *exit_code);

#endif
