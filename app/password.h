/* A password from a file or from the environment, never from the command line, where other users
 * of the machine see it. */
#ifndef WATTHOUR_APP_PASSWORD_H
#define WATTHOUR_APP_PASSWORD_H

#include "app/option.h"
#include "dlms/secret.h"

enum { PASSWORD_ROOM = DLMS_SECRET_MAX + 1 };

/* The first line of the file that the option names. 0, or -1: the option is refused. */
int password_take_file(struct option_value *value, char password[PASSWORD_ROOM]);

/* WATTHOUR_PASSWORD. 1: taken; 0: there is none; -1: it cannot be one, and one line on stderr says
 * so. */
int password_take_environment(const char *command, char password[PASSWORD_ROOM]);

#endif
