#include "app/client_options.h"

#include "app/command.h"
#include "dlms/apdu.h"

#include <stdio.h>
#include <string.h>

enum { PDU_DEFAULT = 4096, TIMEOUT_DEFAULT_S = 10, TIMEOUT_MOST_S = 3600, SAP_MOST = 127 };
enum { SAP_PUBLIC = 16, SAP_READING = 2 };

const struct client_options client_defaults = {.pdu = PDU_DEFAULT, .timeout_s = TIMEOUT_DEFAULT_S};

static void take_client(void *context, struct option_value *value)
{
    struct client_options *options = context;
    options->sap = (uint16_t)option_integer(value, SAP_MOST, "a client's number, 1 to 127");
}

static void take_password_file(void *context, struct option_value *value)
{
    struct client_options *options = context;
    options->has_password = password_take_file(value, options->password) == 0;
}

static void take_pdu(void *context, struct option_value *value)
{
    struct client_options *options = context;
    uint64_t pdu = option_integer(value, UINT16_MAX, "octets, 64 to 65535");
    if (!value->bad && pdu < DLMS_PDU_LEAST) {
        option_refuse(value, "octets, 64 to 65535");
    }
    options->pdu = (uint16_t)pdu;
}

static void take_timeout(void *context, struct option_value *value)
{
    struct client_options *options = context;
    options->timeout_s = (int)option_number(value, 1, TIMEOUT_MOST_S, "seconds, 1 to 3600");
}

static void take_json(void *context, struct option_value *value)
{
    (void)value;
    struct client_options *options = context;
    options->json = true;
}

const struct option_row client_option_rows[CLIENT_OPTIONS] = {
    {"client", "N", take_client, "who reads: 16 public, 2 reading (default: 2 with a\npassword)"},
    {"password-file", "FILE", take_password_file,
     "its first line is the password; or WATTHOUR_PASSWORD in the\nenvironment"},
    {"pdu-size", "N", take_pdu, "octets of an answer at most (default 4096)"},
    {"timeout", "S", take_timeout, "seconds to wait for the meter (default 10)"},
    {"json", NULL, take_json, "print JSON"},
};

/* The public client needs no password and is refused with one. */
static int take_security(struct client_options *options)
{
    if (!options->has_password && options->sap != SAP_PUBLIC) {
        int taken = password_take_environment(options->command, options->password);
        if (taken < 0) {
            return -1;
        }
        options->has_password = taken > 0;
    }
    if (options->sap == 0) {
        options->sap = options->has_password ? SAP_READING : SAP_PUBLIC;
    }
    return 0;
}

int client_words(struct client_options *options, const struct option_table *table, int argc,
                 char **argv, const char **words, int least, int most, int *exit_code)
{
    int count = 0;
    for (int at = 0; at < argc;) {
        int taken = option_parse(table, options, argc - at, argv + at, exit_code);
        if (taken < 0) {
            return -1;
        }
        at += taken;
        if (at < argc && count < most) {
            words[count] = argv[at];
        }
        count += at < argc;
    }
    *exit_code = COMMAND_USAGE;
    if (count < least || count > most) {
        fprintf(stderr, "watthour %s: too %s words; see 'watthour %s --help'\n", options->command,
                count < least ? "few" : "many", options->command);
        return -1;
    }
    options->url = words[0];
    return take_security(options) == 0 ? count : -1;
}
