/* The beginning of a conversation with an optical port: the reader of IEC 62056-21 and the octets
 * that it moves, on a serial line or over TCP. */
#ifndef WATTHOUR_APP_SIGN_ON_H
#define WATTHOUR_APP_SIGN_ON_H

#include "link/iec62056_21_client.h"

#include <stdbool.h>

/* Runs the client to its end on an open descriptor that does not block; a serial line is set to the
 * speeds that it wants. NULL: it has come to what was wanted; else what went wrong. */
const char *sign_on_run(struct iec21_client *client, const struct iec21_client_config *config,
                        int fd, bool serial);

#endif
