/* The operating system's random octets. */
#ifndef WATTHOUR_PORT_POSIX_ENTROPY_H
#define WATTHOUR_PORT_POSIX_ENTROPY_H

#include "crypto/random.h"

extern const struct crypto_entropy posix_entropy;

#endif
