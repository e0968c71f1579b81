/* watthour ca: a small certification authority for the desk. It is for tests: its private key lies
 * in a file, nothing is revoked, and nobody is asked. */
#define _POSIX_C_SOURCE 200809L /* mkdir */
#include "app/certificate_file.h"
#include "app/command.h"
#include "app/data_text.h"
#include "app/option.h"
#include "app/private_file.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "dlms/security.h"
#include "port/posix/entropy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
    DAYS_DEFAULT = 3650,
    DAYS_MOST = 36500,
    DAY_S = 86400,
    PATH_ROOM = 4096,
    SERIAL = 16,
    TITLE_DIGITS = 2 * DLMS_TITLE_SIZE,
    WORDS_MOST = 4,
};

struct ca_options {
    enum crypto_curve curve;
    uint64_t days;
    const char *name;
    bool json;
};

static void take_curve(void *context, struct option_value *value)
{
    static const char *const words[] = {"p256", "p384", NULL};
    ((struct ca_options *)context)->curve =
        option_word(value, words, "p256 (suite 1) or p384 (suite 2)") == 1 ? CRYPTO_P384
                                                                           : CRYPTO_P256;
}

static void take_days(void *context, struct option_value *value)
{
    ((struct ca_options *)context)->days = option_integer(value, DAYS_MOST, "days, up to 36500");
}

static void take_name(void *context, struct option_value *value)
{
    ((struct ca_options *)context)->name = value->text;
}

static void take_json(void *context, struct option_value *value)
{
    (void)value;
    ((struct ca_options *)context)->json = true;
}

static const struct option_row rows[] = {
    {"curve", "CURVE", take_curve, "of a new authority: p256 (default, suite 1) or p384 (suite 2)"},
    {"days", "N", take_days, "how long a certificate is good (default 3650)"},
    {"name", "TEXT", take_name, "of a new authority (default 'watthour test CA')"},
    {"json", NULL, take_json, "show: print JSON"},
};

static const struct option_table table = {
    .command = "ca",
    .usage =
        "usage: watthour ca [OPTIONS] init DIR\n"
        "       watthour ca [OPTIONS] below DIR NEW\n"
        "       watthour ca [OPTIONS] sign DIR REQUEST CERTIFICATE\n"
        "       watthour ca [OPTIONS] issue DIR TITLE NAME\n"
        "       watthour ca [OPTIONS] show CERTIFICATE\n\n"
        "A certification authority for the desk, not for the field.\n"
        "init   makes a new one: DIR/ca.pem, its certificate, and DIR/ca.key, which is private\n"
        "below  makes another one in NEW, which the one in DIR certifies; a meter that trusts "
        "that\n"
        "       takes NEW/ca.pem ('watthour cert METER import'), and then what NEW certifies\n"
        "sign   certifies what a meter asks for ('watthour cert METER request'); - is stdin, "
        "stdout\n"
        "issue  makes key pairs for a client with the system title TITLE: NAME-signature.pem,\n"
        "       NAME-agreement.pem, and NAME.keys, private, lines for a key set (--keys)\n"
        "show   prints what a certificate says\n\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

static int fail(const char *what, const char *reason)
{
    fprintf(stderr, "watthour ca: %s: %s\n", what, reason);
    return COMMAND_FAILED;
}

/* The authority: its key pair, its certificate, and what is computed with. */
struct authority {
    struct crypto_random random;
    struct crypto_ecc ecc;
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    size_t size;
    struct crypto_certificate is;
    uint8_t private_key[CRYPTO_CURVE_MAX];
};

static int begin(struct authority *authority)
{
    authority->ecc.random = &authority->random;
    return crypto_random_begin(&authority->random, &posix_entropy, NULL, 0) == 0
               ? 0
               : fail("random octets", "the system gives none");
}

static int path_of(const char *directory, const char *name, char path[PATH_ROOM])
{
    int size = snprintf(path, PATH_ROOM, "%s/%s", directory, name);
    return size < PATH_ROOM ? 0 : fail(directory, "the path is too long");
}

static int open_authority(struct authority *authority, const char *directory)
{
    char path[PATH_ROOM];
    char text[2 * CRYPTO_CURVE_MAX + 2];
    const char *reason;
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    if (begin(authority) != 0 || path_of(directory, "ca.pem", path) != 0) {
        return COMMAND_FAILED;
    }
    authority->size = certificate_file_read(path, authority->der, &reason);
    if (authority->size == 0 ||
        crypto_certificate_take(&authority->is, authority->der, authority->size) != 0) {
        return fail(path, authority->size == 0 ? reason : "no certificate of the DLMS profile");
    }
    if (path_of(directory, "ca.key", path) != 0) {
        return COMMAND_FAILED;
    }
    if (private_file_read(path, text, sizeof text, &reason) != 0) {
        return fail(path, reason);
    }
    text[strcspn(text, "\r\n")] = '\0';
    size_t size = crypto_curve_size(authority->is.curve);
    bool fits = data_text_hex(text, authority->private_key, size) == (int)size &&
                crypto_ecc_public(&authority->ecc, authority->is.curve, authority->private_key,
                                  public_key) == 0 &&
                memcmp(public_key, authority->is.public_key, 2 * size) == 0;
    crypto_wipe(text, sizeof text);
    return fits ? 0 : fail(path, "not the private key of ca.pem beside it");
}

/* What every certificate begins from: valid from now on, a number that nobody had. */
static int plan_of(struct authority *authority, const struct ca_options *options,
                   uint8_t serial[SERIAL], struct crypto_certificate_plan *plan)
{
    int64_t now_s = (int64_t)time(NULL);
    *plan = (struct crypto_certificate_plan){
        .serial = {serial, SERIAL},
        .since_s = now_s - DAY_S, /* clocks differ */
        .until_s = now_s + (int64_t)options->days * DAY_S,
        .issuer_curve = authority->is.curve,
        .issuer_private = authority->private_key,
        .issuer = authority->is.subject,
        .issuer_public = authority->is.public_key,
    };
    if (crypto_random_octets(&authority->random, serial, SERIAL) != 0) {
        return fail("random octets", "the system gives none");
    }
    serial[0] &= 0x7F;
    return 0;
}

static int write_certificate(struct authority *authority,
                             const struct crypto_certificate_plan *plan, const char *path)
{
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    const char *reason = "it cannot be made";
    size_t size = crypto_certificate_make(&authority->ecc, plan, der, sizeof der);
    if (size == 0 || certificate_file_write(path, CERTIFICATE_LABEL, der, size, &reason) != 0) {
        return fail(path, reason);
    }
    if (strcmp(path, "-") != 0) {
        puts(path);
    }
    return COMMAND_DONE;
}

static void print_key(FILE *file, const char *label, const uint8_t *octets, size_t size)
{
    char text[2 * CRYPTO_PUBLIC_MAX + 1];
    certificate_hex_text(octets, size, text, sizeof text);
    fprintf(file, "%s%s\n", label, text);
    crypto_wipe(text, sizeof text);
}

/* ---- init ---- */

/* A new key pair, in a folder of its own: 0, or the exit code. */
static int make_keys(struct authority *authority, const struct ca_options *options,
                     const char *directory, uint8_t public_key[CRYPTO_PUBLIC_MAX])
{
    uint8_t name[CRYPTO_NAME_MAX];
    char path[PATH_ROOM];
    const char *reason;
    if (crypto_name_make(options->name, strlen(options->name), name, sizeof name) == 0) {
        return fail(options->name, "too long for a name");
    }
    if (mkdir(directory, S_IRWXU) != 0 && errno != EEXIST) {
        return fail(directory, strerror(errno));
    }
    if (begin(authority) != 0 || path_of(directory, "ca.key", path) != 0) {
        return COMMAND_FAILED;
    }
    if (crypto_ecc_make(&authority->ecc, options->curve, authority->private_key, public_key) != 0) {
        return fail("random octets", "the system gives none");
    }
    FILE *file = certificate_file_private(path, &reason);
    if (!file) {
        return fail(path, reason);
    }
    print_key(file, "", authority->private_key, crypto_curve_size(options->curve));
    return fclose(file) == 0 ? 0 : fail(path, strerror(errno));
}

/* The certificate of a new authority, by `issuer`, or by itself where that has no certificate. */
static int certify_authority(struct authority *issuer, const struct ca_options *options,
                             const char *directory, const uint8_t *public_key)
{
    uint8_t name[CRYPTO_NAME_MAX];
    uint8_t serial[SERIAL];
    char path[PATH_ROOM];
    struct crypto_certificate_plan plan;
    size_t size = crypto_name_make(options->name, strlen(options->name), name, sizeof name);
    if (plan_of(issuer, options, serial, &plan) != 0 || path_of(directory, "ca.pem", path) != 0) {
        return COMMAND_FAILED;
    }
    plan.subject = (struct crypto_part){name, size};
    plan.issuer = issuer->size > 0 ? plan.issuer : plan.subject;
    plan.issuer_public = issuer->size > 0 ? plan.issuer_public : public_key;
    plan.curve = options->curve;
    plan.public_key = public_key;
    plan.usage = CRYPTO_USE_CERTIFICATES | CRYPTO_USE_REVOCATIONS;
    plan.authority = true;
    return write_certificate(issuer, &plan, path);
}

static int init(const struct ca_options *options, const char *directory)
{
    static struct authority authority;
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    int failed = make_keys(&authority, options, directory, public_key);
    authority.is.curve = options->curve;
    return failed != 0 ? failed : certify_authority(&authority, options, directory, public_key);
}

/* ---- below ---- */

static int make_below(const struct ca_options *options, const char *directory, const char *added)
{
    static struct authority issuer;
    static struct authority authority;
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    int failed = open_authority(&issuer, directory);
    if (failed == 0 &&
        crypto_part_is(issuer.is.common_name, options->name, strlen(options->name))) {
        return fail(options->name, "the name of the one above it; give another with --name");
    }
    failed = failed == 0 ? make_keys(&authority, options, added, public_key) : failed;
    return failed != 0 ? failed : certify_authority(&issuer, options, added, public_key);
}

/* ---- sign ---- */

static bool is_title(struct crypto_part name)
{
    if (name.size != TITLE_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        if (memchr("0123456789ABCDEF", name.octets[i], 16) == NULL) {
            return false;
        }
    }
    return true;
}

static int sign(const struct ca_options *options, const char *directory, const char *from,
                const char *to)
{
    static struct authority authority;
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    uint8_t serial[SERIAL];
    const char *reason;
    struct crypto_request request;
    struct crypto_certificate_plan plan;
    if (open_authority(&authority, directory) != 0) {
        return COMMAND_FAILED;
    }
    size_t size = certificate_file_read(from, der, &reason);
    if (size == 0) {
        return fail(from, reason);
    }
    if (crypto_request_take(&request, &authority.ecc, der, size) != 0 ||
        !is_title(request.common_name)) {
        return fail(from, "no request of a system title, signed by its own key");
    }
    if (request.usage != CRYPTO_USE_SIGNATURE && request.usage != CRYPTO_USE_AGREEMENT) {
        return fail(from, "it asks neither for digitalSignature nor for keyAgreement");
    }
    if (plan_of(&authority, options, serial, &plan) != 0) {
        return COMMAND_FAILED;
    }
    plan.subject = request.subject;
    plan.curve = request.curve;
    plan.public_key = request.public_key;
    plan.usage = request.usage;
    return write_certificate(&authority, &plan, to);
}

/* ---- issue ---- */

struct issue {
    const char *title;
    const char *name;
    FILE *keys;
};

static int issue_one(struct authority *authority, const struct ca_options *options,
                     const struct issue *issue, const char *use, uint8_t usage)
{
    uint8_t name[CRYPTO_NAME_MAX];
    uint8_t serial[SERIAL];
    uint8_t private_key[CRYPTO_CURVE_MAX];
    uint8_t public_key[CRYPTO_PUBLIC_MAX];
    char path[PATH_ROOM];
    struct crypto_certificate_plan plan;
    enum crypto_curve curve = authority->is.curve;
    if (crypto_ecc_make(&authority->ecc, curve, private_key, public_key) != 0 ||
        plan_of(authority, options, serial, &plan) != 0) {
        return COMMAND_FAILED;
    }
    snprintf(path, sizeof path, "%s-%s.pem", issue->name, use);
    plan.subject.octets = name;
    plan.subject.size = crypto_name_make(issue->title, TITLE_DIGITS, name, sizeof name);
    plan.curve = curve;
    plan.public_key = public_key;
    plan.usage = usage;
    fprintf(issue->keys, "%s ", usage == CRYPTO_USE_SIGNATURE ? "signing" : "agreement");
    print_key(issue->keys, "", private_key, crypto_curve_size(curve));
    crypto_wipe(private_key, sizeof private_key);
    return write_certificate(authority, &plan, path);
}

static int issue_pair(const struct ca_options *options, const char *directory, const char *title,
                      const char *name)
{
    static struct authority authority;
    char path[PATH_ROOM];
    const char *reason;
    struct issue issue = {.title = title, .name = name};
    if (!is_title((struct crypto_part){(const uint8_t *)title, strlen(title)})) {
        return fail(title, "no system title: give 16 hexadecimal digits, capitals");
    }
    if (open_authority(&authority, directory) != 0) {
        return COMMAND_FAILED;
    }
    snprintf(path, sizeof path, "%s.keys", name);
    issue.keys = certificate_file_private(path, &reason);
    if (!issue.keys) {
        return fail(path, reason);
    }
    fprintf(issue.keys, "suite %02d\ntitle %s\n", authority.is.curve == CRYPTO_P384 ? 2 : 1, title);
    int result = issue_one(&authority, options, &issue, "signature", CRYPTO_USE_SIGNATURE);
    if (result == COMMAND_DONE) {
        result = issue_one(&authority, options, &issue, "agreement", CRYPTO_USE_AGREEMENT);
    }
    return fclose(issue.keys) == 0 ? result : fail(path, strerror(errno));
}

static int show(const struct ca_options *options, const char *path)
{
    uint8_t der[CRYPTO_CERTIFICATE_MAX];
    const char *reason;
    size_t size = certificate_file_read(path, der, &reason);
    if (size == 0) {
        return fail(path, reason);
    }
    return certificate_file_show(der, size, options->json) == 0
               ? COMMAND_DONE
               : fail(path, "no certificate of the DLMS profile");
}

/* ---- the command ---- */

static int usage(const char *what)
{
    fprintf(stderr, "watthour ca: %s; see 'watthour ca --help'\n", what);
    return COMMAND_USAGE;
}

static int carry_out(const struct ca_options *options, const char **words, int count)
{
    if (count == 2 && strcmp(words[0], "init") == 0) {
        return init(options, words[1]);
    }
    if (count == 3 && strcmp(words[0], "below") == 0) {
        return make_below(options, words[1], words[2]);
    }
    if (count == 4 && strcmp(words[0], "sign") == 0) {
        return sign(options, words[1], words[2], words[3]);
    }
    if (count == 4 && strcmp(words[0], "issue") == 0) {
        return issue_pair(options, words[1], words[2], words[3]);
    }
    if (count == 2 && strcmp(words[0], "show") == 0) {
        return show(options, words[1]);
    }
    return usage(
        "give init DIR, below DIR NEW, sign DIR REQUEST CERTIFICATE, issue DIR TITLE NAME, "
        "or show FILE");
}

int command_ca(int argc, char **argv)
{
    struct ca_options options = {.days = DAYS_DEFAULT, .name = "watthour test CA"};
    const char *words[WORDS_MOST] = {NULL};
    int count = 0;
    int exit_code;
    for (int at = 0; at < argc;) {
        int taken = option_parse(&table, &options, argc - at, argv + at, &exit_code);
        if (taken < 0) {
            return exit_code;
        }
        at += taken;
        if (at < argc && count < WORDS_MOST) {
            words[count] = argv[at];
        }
        count += at < argc;
    }
    return carry_out(&options, words, count);
}
