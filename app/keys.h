/* Symmetric keys and system titles, from a private file or from the environment, never from the
 * command line. A key set is lines of a name and hexadecimal octets:
 *
 *     unicast         000102030405060708090A0B0C0D0E0F
 *     authentication  D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF
 *     title           5754480000000001
 *
 * Keys have 16 octets, with suite 2 (`suite 02`) 32. For signatures `signing` is one's own private
 * key, of 32 octets, with suite 2 48, and `signing-peer` the public key X || Y of the other side;
 * `agreement` and `agreement-peer` are the same for key agreement.
 *
 * In the environment (WATTHOUR_KEYS) a semicolon may stand for the line's end. What stands behind
 * '#' is a comment. */
#ifndef WATTHOUR_APP_KEYS_H
#define WATTHOUR_APP_KEYS_H

#include "app/option.h"
#include "dlms/security_hls.h"
#include "dlms/security_keys.h"

#include <stdbool.h>
#include <stdint.h>

enum keys_name {
    KEYS_UNICAST,
    KEYS_BROADCAST,
    KEYS_AUTHENTICATION,
    KEYS_MASTER,
    KEYS_DEDICATED,
    KEYS_TITLE,        /* system title of the client */
    KEYS_SERVER_TITLE, /* of the meter, where nothing else tells it */
    KEYS_SUITE,
    KEYS_SIGNING,
    KEYS_SIGNING_PEER,
    KEYS_AGREEMENT,
    KEYS_AGREEMENT_PEER,
    KEYS_NAMES
};

struct keys {
    uint8_t octets[KEYS_NAMES][CRYPTO_PUBLIC_MAX];
    uint8_t size[KEYS_NAMES]; /* 0: not given */
};

#define KEYS_HELP                                                                                  \
    "private file of lines NAME HEX: unicast, authentication,\n"                                   \
    "broadcast, master, dedicated (keys), title, server-title,\n"                                  \
    "suite; signing, signing-peer, agreement, agreement-peer\n"                                    \
    "(private and public keys of the suite's curve);\n"                                            \
    "or WATTHOUR_KEYS in the environment, ';' between them"

/* The security suite that the keys are for: as it says, or 0. */
enum dlms_suite keys_suite(const struct keys *keys);

/* Takes a key set; 0, or -1 with the number of the line that is wrong in `*line`. */
int keys_take(struct keys *keys, const char *text, int *line);

/* From the file that an option names: 0, or -1: the option is refused. */
int keys_take_file(struct option_value *value, struct keys *keys);

/* WATTHOUR_KEYS. 1: taken; 0: there are none; -1: one line on stderr says what is wrong. */
int keys_take_environment(const char *command, struct keys *keys);

/* Puts the global keys and the master key that are given on the ring. 0, or -1: one is of another
 * size than the ring's suite wants; the others are on it. */
int keys_put(const struct keys *keys, struct dlms_keyring *ring);

#endif
