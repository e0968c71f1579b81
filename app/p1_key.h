/* The keys of encrypted telegrams on the command line. */
#ifndef WATTHOUR_APP_P1_KEY_H
#define WATTHOUR_APP_P1_KEY_H

#include "p1/envelope.h"

#define P1_KEY_WANTED "32 hexadecimal digits, or twice so many with a colon between"

/* KEY or KEY:KEY, the second for authentication (Luxembourg's when it is not given). 0, or -1. */
int p1_key_take(const char *text, struct p1_keys *keys);

#endif
