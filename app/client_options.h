/* The command line that the client commands share. */
#ifndef WATTHOUR_APP_CLIENT_OPTIONS_H
#define WATTHOUR_APP_CLIENT_OPTIONS_H

#include "app/keys.h"
#include "app/option.h"
#include "app/password.h"
#include "dlms/acse.h"
#include "dlms/client_data.h"
#include "dlms/security.h"

#include <stdbool.h>
#include <stdint.h>

enum client_choice { CLIENT_BY_DEFAULT, CLIENT_CHOSEN };

/* How several objects are asked for. */
enum client_by { CLIENT_SINGLE, CLIENT_LIST, CLIENT_ACCESS };

/* Who the client is and how it protects what it says. */
struct client_credentials {
    char password[PASSWORD_ROOM]; /* of LLS; the secret of HLS 3, 4 and 6 */
    bool has_password;
    struct keys keys;
    bool has_keys;
    enum client_choice mechanism_by;
    enum dlms_mechanism mechanism; /* else by what is given: GMAC, low, lowest */
    enum client_choice control_by;
    uint8_t control; /* DLMS_CONTROL_AUTHENTICATED, _ENCRYPTED; else all that there are keys for */
    enum dlms_form form; /* of ciphered services */
    bool wraps;          /* general-ciphering, with a wrapped key */
    enum dlms_signature signature;
    enum dlms_agreement agreement; /* of the general form; 0: the unicast key */
    enum client_choice counter_by;
    uint32_t counter; /* of the first APDU; else the meter is asked, as Public */
};

struct client_options {
    const char *command; /* "get": how errors begin */
    const char *url;     /* of the meter: app/url.h */
    uint16_t sap;        /* 0: 1 with keys, 2 with a password, else 16 */
    struct client_credentials credentials;
    uint16_t pdu;   /* octets of an APDU that we take */
    uint8_t window; /* of general block transfer, by which everything goes then; 0: without */
    enum client_by by;
    struct dlms_client_layers layers; /* of Data protection; none: objects are asked directly */
    int timeout_s;
    bool json;
    bool values;
};

/* What every client command starts from, and the options that all of them have. */
extern const struct client_options client_defaults;
enum { CLIENT_OPTIONS = 13 };
extern const struct option_row client_option_rows[CLIENT_OPTIONS];

/* For commands that may be given several objects: --by, --protected and --protected-key before all
 * the others. */
enum { CLIENT_SEVERAL_OPTIONS = CLIENT_OPTIONS + 3 };
void client_several_rows(struct option_row rows[CLIENT_SEVERAL_OPTIONS]);

/* Options may stand between the words, of which there are at least `least` and at most `most`:
 * the URL first. Returns how many it put into `words`; -1: the process is to end with
 * `*exit_code`. Takes password and keys from the environment when no file gives them. */
int client_words(struct client_options *options, const struct option_table *table, int argc,
                 char **argv, const char **words, int least, int most, int *exit_code);

#endif
