#include "app/client_options.h"

#include "app/command.h"
#include "dlms/apdu.h"
#include "dlms/client_blocks.h"
#include "dlms/security_hls.h"

#include <stdio.h>
#include <string.h>

enum { PDU_DEFAULT = 4096, TIMEOUT_DEFAULT_S = 10, TIMEOUT_MOST_S = 3600, SAP_MOST = 127 };
enum { SAP_MANAGEMENT = 1, SAP_READING = 2, SAP_PUBLIC = 16 };

const struct client_options client_defaults = {.pdu = PDU_DEFAULT, .timeout_s = TIMEOUT_DEFAULT_S};

static void take_client(void *context, struct option_value *value)
{
    struct client_options *options = context;
    options->sap = (uint16_t)option_integer(value, SAP_MOST, "a client's number, 1 to 127");
}

static void take_password_file(void *context, struct option_value *value)
{
    struct client_credentials *credentials = &((struct client_options *)context)->credentials;
    credentials->has_password = password_take_file(value, credentials->password) == 0;
}

static void take_keys(void *context, struct option_value *value)
{
    struct client_credentials *credentials = &((struct client_options *)context)->credentials;
    credentials->has_keys = keys_take_file(value, &credentials->keys) == 0;
}

static void take_authentication(void *context, struct option_value *value)
{
    static const char *const words[] = {"none", "low",    "md5",   "sha1",
                                        "gmac", "sha256", "ecdsa", NULL};
    static const enum dlms_mechanism mechanisms[] = {
        DLMS_MECHANISM_LOWEST, DLMS_MECHANISM_LOW,    DLMS_MECHANISM_MD5,  DLMS_MECHANISM_SHA1,
        DLMS_MECHANISM_GMAC,   DLMS_MECHANISM_SHA256, DLMS_MECHANISM_ECDSA};
    struct client_credentials *credentials = &((struct client_options *)context)->credentials;
    credentials->mechanism =
        mechanisms[option_word(value, words, "none, low, md5, sha1, gmac, sha256 or ecdsa")];
    credentials->mechanism_by = CLIENT_CHOSEN;
}

static void take_security(void *context, struct option_value *value)
{
    static const char *const words[] = {"none", "authentication", "encryption", "both", NULL};
    static const uint8_t controls[] = {0, DLMS_CONTROL_AUTHENTICATED, DLMS_CONTROL_ENCRYPTED,
                                       DLMS_CONTROL_AUTHENTICATED | DLMS_CONTROL_ENCRYPTED};
    struct client_credentials *credentials = &((struct client_options *)context)->credentials;
    credentials->control =
        controls[option_word(value, words, "none, authentication, encryption or both")];
    credentials->control_by = CLIENT_CHOSEN;
}

static void take_form(void *context, struct option_value *value)
{
    static const char *const words[] = {
        "glo", "ded", "general-glo", "general-ded", "general", "general-wrapped", NULL};
    enum { WRAPPED = DLMS_FORM_GENERAL + 1 };
    struct client_credentials *credentials = &((struct client_options *)context)->credentials;
    int form =
        option_word(value, words, "glo, ded, general-glo, general-ded, general or general-wrapped");
    credentials->wraps = form == WRAPPED;
    credentials->form = form == WRAPPED ? DLMS_FORM_GENERAL : (enum dlms_form)form;
}

static void take_signature(void *context, struct option_value *value)
{
    static const char *const words[] = {"none", "alone", "inside", "around", NULL};
    struct client_credentials *credentials = &((struct client_options *)context)->credentials;
    credentials->signature =
        (enum dlms_signature)option_word(value, words, "none, alone, inside or around");
    if (credentials->signature == DLMS_SIGNED_ALONE) {
        credentials->control = 0;
        credentials->control_by = CLIENT_CHOSEN;
    }
}

static void take_agreement(void *context, struct option_value *value)
{
    static const char *const words[] = {"none", "one-pass", "static", NULL};
    struct client_credentials *credentials = &((struct client_options *)context)->credentials;
    credentials->agreement =
        (enum dlms_agreement)option_word(value, words, "none, one-pass or static");
    if (credentials->agreement != 0) {
        credentials->form = DLMS_FORM_GENERAL;
    }
}

static void take_counter(void *context, struct option_value *value)
{
    struct client_credentials *credentials = &((struct client_options *)context)->credentials;
    credentials->counter =
        (uint32_t)option_integer(value, UINT32_MAX - 1, "an invocation counter, up to 4294967294");
    credentials->counter_by = CLIENT_CHOSEN;
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

static void take_blocks(void *context, struct option_value *value)
{
    struct client_options *options = context;
    options->window = (uint8_t)option_number(value, 1, DLMS_CLIENT_WINDOW_MOST, "blocks, 1 to 63");
}

static void take_by(void *context, struct option_value *value)
{
    static const char *const words[] = {"single", "list", "access", NULL};
    struct client_options *options = context;
    options->by = (enum client_by)option_word(value, words, "single, list or access");
}

/* The next word of a list with '+' between: its index, or -1. */
static int take_layer(const char **text)
{
    static const char *const words[] = {
        [DLMS_LAYER_AUTHENTICATION] = "authentication",
        [DLMS_LAYER_ENCRYPTION] = "encryption",
        [DLMS_LAYER_BOTH] = "both",
        [DLMS_LAYER_SIGNATURE] = "signature",
    };
    size_t size = strcspn(*text, "+");
    for (int i = 0; i <= DLMS_LAYER_SIGNATURE; i++) {
        if (strlen(words[i]) == size && strncmp(words[i], *text, size) == 0) {
            *text += size + ((*text)[size] == '+');
            return i;
        }
    }
    return -1;
}

static void take_protected(void *context, struct option_value *value)
{
    struct dlms_client_layers *layers = &((struct client_options *)context)->layers;
    const char *text = value->text;
    int layer = 0;
    layers->count = 0;
    while (*text != '\0' && layer >= 0 && layers->count < DLMS_LAYERS) {
        layer = take_layer(&text);
        layers->type[layers->count++] = (enum dlms_layer_type)layer;
    }
    if (*text != '\0' || layer < 0 || layers->count == 0) {
        option_refuse(value, "up to three of authentication, encryption, both and signature, "
                             "with + between");
    }
}

static void take_protected_key(void *context, struct option_value *value)
{
    static const char *const words[] = {"unicast",  "broadcast", "wrapped",
                                        "one-pass", "static",    NULL};
    struct dlms_client_layers *layers = &((struct client_options *)context)->layers;
    layers->key = (enum dlms_client_key)option_word(
        value, words, "unicast, broadcast, wrapped, one-pass or static");
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
    {"client", "N", take_client,
     "who asks: 16 Public, 2 Reading (default with a password),\n1 Management (default with keys)"},
    {"password-file", "FILE", take_password_file,
     "private file whose first line is the password; or\nWATTHOUR_PASSWORD in the environment"},
    {"keys", "FILE", take_keys, KEYS_HELP},
    {"auth", "KIND", take_authentication,
     "none, low, md5, sha1, gmac, sha256, ecdsa (default: gmac with\nkeys, low with a password)"},
    {"security", "KIND", take_security,
     "none, authentication, encryption, both (default: all that\nthere are keys for)"},
    {"form", "FORM", take_form,
     "of ciphered requests: glo (default), ded, general-glo,\n"
     "general-ded, general, general-wrapped (by the master key)"},
    {"sign", "WHERE", take_signature,
     "signs requests and wants signed answers (suites 1, 2): alone,\ninside of what is ciphered "
     "(--form general-glo or general),\nor around it"},
    {"agree", "SCHEME", take_agreement,
     "agrees on a key for each APDU, by general-ciphering: one-pass,\nstatic (suites 1, 2)"},
    {"counter", "N", take_counter,
     "invocation counter to begin with (default: the meter is asked,\nas Public)"},
    {"pdu-size", "N", take_pdu, "octets of an answer at most (default 4096)"},
    {"blocks", "N", take_blocks,
     "everything by general block transfer, N (1 to 63) blocks\nwithout an acknowledgement"},
    {"timeout", "S", take_timeout, "seconds to wait for the meter (default 10)"},
    {"json", NULL, take_json, "print JSON"},
};

void client_several_rows(struct option_row rows[CLIENT_SEVERAL_OPTIONS])
{
    static const struct option_row several[] = {
        {"by", "KIND", take_by,
         "how several objects are asked for: single (default), list\n(one request with list), "
         "access"},
        {"protected", "LAYERS", take_protected,
         "by Data protection (0-0:43.2.0): authentication, encryption,\nboth, signature; several "
         "with + between, the first innermost"},
        {"protected-key", "KEY", take_protected_key,
         "of those that cipher: unicast (default), broadcast, wrapped\n(by the master key), "
         "one-pass, static (agreed; suites 1, 2)"},
    };
    memcpy(rows, several, sizeof several);
    memcpy(rows + sizeof several / sizeof several[0], client_option_rows,
           sizeof client_option_rows);
}

/* The public client needs no password and no keys, and is refused with one. */
static int take_environment(struct client_options *options)
{
    struct client_credentials *credentials = &options->credentials;
    if (options->sap == SAP_PUBLIC) {
        return 0;
    }
    if (!credentials->has_password) {
        int taken = password_take_environment(options->command, credentials->password);
        credentials->has_password = taken > 0;
        if (taken < 0) {
            return -1;
        }
    }
    if (!credentials->has_keys) {
        int taken = keys_take_environment(options->command, &credentials->keys);
        credentials->has_keys = taken > 0;
        return taken < 0 ? -1 : 0;
    }
    return 0;
}

static int lacks(const struct client_options *options, const char *what)
{
    fprintf(stderr, "watthour %s: %s; see --keys and --password-file of 'watthour %s --help'\n",
            options->command, what, options->command);
    return -1;
}

/* Whether something of the protected data is so. */
static bool is_protected_by(const struct client_options *options, enum dlms_layer_type type)
{
    bool found = false;
    for (size_t i = 0; i < options->layers.count; i++) {
        found = found || options->layers.type[i] == type;
    }
    return found;
}

static bool protects_by(const struct client_options *options, enum dlms_client_key key)
{
    return options->layers.count > 0 && options->layers.key == key;
}

/* Signatures and agreed keys: our private keys, and the meter's public ones. */
static int check_curve_keys(const struct client_options *options)
{
    const struct client_credentials *credentials = &options->credentials;
    const uint8_t *size = credentials->keys.size;
    bool signs = credentials->mechanism == DLMS_MECHANISM_ECDSA ||
                 credentials->signature != DLMS_UNSIGNED ||
                 credentials->agreement == DLMS_AGREEMENT_ONE_PASS ||
                 is_protected_by(options, DLMS_LAYER_SIGNATURE) ||
                 protects_by(options, DLMS_CLIENT_KEY_ONE_PASS);
    if (signs && (size[KEYS_SIGNING] == 0 || size[KEYS_SIGNING_PEER] == 0 ||
                  keys_suite(&credentials->keys) == DLMS_SUITE_0)) {
        return lacks(options, "signing, signing-peer and a suite that has a curve are not given");
    }
    bool agrees = credentials->agreement != 0 || protects_by(options, DLMS_CLIENT_KEY_ONE_PASS) ||
                  protects_by(options, DLMS_CLIENT_KEY_STATIC);
    if (agrees && (size[KEYS_AGREEMENT] == 0 || size[KEYS_AGREEMENT_PEER] == 0)) {
        return lacks(options, "agreement and agreement-peer are not given");
    }
    return 0;
}

/* The keys that the choices need must be there. */
static int check_keys(const struct client_options *options)
{
    const struct client_credentials *credentials = &options->credentials;
    const uint8_t *size = credentials->keys.size;
    bool gmac = credentials->mechanism == DLMS_MECHANISM_GMAC;
    if ((gmac || credentials->control != 0 || protects_by(options, DLMS_CLIENT_KEY_UNICAST)) &&
        size[KEYS_UNICAST] == 0) {
        return lacks(options, "the unicast key is not given");
    }
    if ((gmac || (credentials->control & DLMS_CONTROL_AUTHENTICATED) != 0) &&
        size[KEYS_AUTHENTICATION] == 0) {
        return lacks(options, "the authentication key is not given");
    }
    if ((credentials->wraps || protects_by(options, DLMS_CLIENT_KEY_WRAPPED)) &&
        size[KEYS_MASTER] == 0) {
        return lacks(options, "the master key, which wraps the other one, is not given");
    }
    return 0;
}

/* And so must what proves who we are. */
static int check_proof(const struct client_options *options)
{
    const struct client_credentials *credentials = &options->credentials;
    if (check_curve_keys(options) != 0) {
        return -1;
    }
    bool by_password = credentials->mechanism != DLMS_MECHANISM_LOWEST &&
                       credentials->mechanism != DLMS_MECHANISM_GMAC &&
                       credentials->mechanism != DLMS_MECHANISM_ECDSA;
    if (by_password && !credentials->has_password) {
        return lacks(options, "the password is not given");
    }
    return 0;
}

/* What nobody chose follows from what is given. */
static int complete(struct client_options *options)
{
    struct client_credentials *credentials = &options->credentials;
    const uint8_t *size = credentials->keys.size;
    bool ciphers = credentials->has_keys && size[KEYS_UNICAST] > 0;
    bool authenticates = ciphers && size[KEYS_AUTHENTICATION] > 0;
    if (credentials->mechanism_by == CLIENT_BY_DEFAULT) {
        credentials->mechanism = authenticates               ? DLMS_MECHANISM_GMAC
                                 : credentials->has_password ? DLMS_MECHANISM_LOW
                                                             : DLMS_MECHANISM_LOWEST;
    }
    if (credentials->control_by == CLIENT_BY_DEFAULT && ciphers) {
        credentials->control =
            DLMS_CONTROL_ENCRYPTED | (authenticates ? DLMS_CONTROL_AUTHENTICATED : 0);
    }
    if (options->sap == 0) {
        options->sap = ciphers                     ? SAP_MANAGEMENT
                       : credentials->has_password ? SAP_READING
                                                   : SAP_PUBLIC;
    }
    return check_keys(options) == 0 ? check_proof(options) : -1;
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
    return take_environment(options) == 0 && complete(options) == 0 ? count : -1;
}
