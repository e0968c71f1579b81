/* watthour cert: key pairs, certificates and agreed keys of a meter's security setup. What is to be
 * done is understood here; each order is in a file of its own kind. */
#include "app/cert.h"

#include "app/command.h"
#include "app/url.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MOST = 5 };

static const struct option_table table = {
    .command = "cert",
    .usage =
        "usage: watthour cert [OPTIONS] METER [list]\n"
        "       watthour cert [OPTIONS] METER request USE [FILE]\n"
        "       watthour cert [OPTIONS] METER renew USE [FILE]\n"
        "       watthour cert [OPTIONS] METER import FILE\n"
        "       watthour cert [OPTIONS] METER export WHO USE [FILE]\n"
        "       watthour cert [OPTIONS] METER remove WHO USE\n"
        "       watthour cert [OPTIONS] METER agree KEY FILE\n\n"
        "Certificates of a meter's security setup (suites 1 and 2). USE is signature or "
        "agreement;\n"
        "WHO is meter, a client's system title, or the name of an authority (its USE is other).\n"
        "request  has the meter make a new key pair, and prints its request for a certificate;\n"
        "         the pair is in force once that is imported ('watthour ca sign' certifies it)\n"
        "renew    prints a request for the pair that is there\n"
        "import   gives the meter a certificate: its own, a client's, or an authority's\n"
        "agree    agrees on a new key (unicast, broadcast, authentication, master), which is\n"
        "         written to FILE as a line of a key set\n" URL_HELP,
    .rows = client_option_rows,
    .count = CLIENT_OPTIONS,
};

static int usage(const char *what)
{
    fprintf(stderr, "watthour cert: %s; see 'watthour cert --help'\n", what);
    return COMMAND_USAGE;
}

static int find(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return -1;
}

/* What is to be done, understood before the meter is asked. */
struct order {
    enum { DO_LIST, DO_REQUEST, DO_RENEW, DO_IMPORT, DO_EXPORT, DO_REMOVE, DO_AGREE } what;
    int number; /* use, or key */
    const char *who;
    const char *path;
};

static int take_use(struct order *order, const char *word)
{
    order->number = find(cert_uses, word);
    return order->number >= 0 ? 0 : usage("USE is signature, agreement or other");
}

static int take_order(struct order *order, const char **words, int count)
{
    static const char *const orders[] = {"list",   "request", "renew", "import",
                                         "export", "remove",  "agree", NULL};
    static const int least[] = {2, 3, 3, 3, 4, 4, 4};
    static const int most[] = {2, 4, 4, 3, 5, 4, 4};
    int what = count > 1 ? find(orders, words[1]) : DO_LIST;
    if (what < 0 || (count > 1 && (count < least[what] || count > most[what]))) {
        return usage(
            "give list, request, renew, import, export, remove or agree, and what it wants");
    }
    *order = (struct order){.what = what};
    switch (what) {
    case DO_REQUEST:
    case DO_RENEW:
        order->path = words[3];
        return take_use(order, words[2]);
    case DO_IMPORT:
        order->path = words[2];
        return 0;
    case DO_EXPORT:
    case DO_REMOVE:
        order->who = words[2];
        order->path = words[4];
        return take_use(order, words[3]);
    case DO_AGREE:
        order->path = words[3];
        order->number = find(cert_keys, words[2]);
        return order->number >= 0 ? 0
                                  : usage("KEY is unicast, broadcast, authentication or master");
    default:
        return 0;
    }
}

static int carry_out(struct client *client, const struct order *order)
{
    if (client_open(client) != 0) {
        return COMMAND_FAILED;
    }
    switch (order->what) {
    case DO_REQUEST:
        return cert_request(client, order->number, true, order->path);
    case DO_RENEW:
        return cert_request(client, order->number, false, order->path);
    case DO_IMPORT:
        return cert_import(client, order->path);
    case DO_EXPORT:
        return cert_export(client, order->who, order->number, order->path);
    case DO_REMOVE:
        return cert_remove(client, order->who, order->number);
    case DO_AGREE:
        return cert_agree(client, order->number, order->path);
    case DO_LIST:
        break;
    }
    return cert_list(client);
}

int command_cert(int argc, char **argv)
{
    struct client_options options = client_defaults;
    const char *words[WORDS_MOST] = {NULL};
    struct order order;
    int exit_code;
    options.command = table.command;
    int count = client_words(&options, &table, argc, argv, words, 1, WORDS_MOST, &exit_code);
    if (count < 0) {
        return exit_code;
    }
    exit_code = take_order(&order, words, count);
    if (exit_code != 0) {
        return exit_code;
    }
    struct client client;
    client_init(&client, &options);
    exit_code = carry_out(&client, &order);
    client_close(&client);
    return exit_code;
}
