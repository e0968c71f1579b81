#include "port/posix/entropy.h"

#include <errno.h>
#include <sys/random.h>

static int read_entropy(void *port, uint8_t *octets, size_t size)
{
    (void)port;
    while (size > 0) {
        ssize_t got = getrandom(octets, size, 0);
        if (got < 0 && errno != EINTR) {
            return -1;
        }
        if (got > 0) {
            octets += got;
            size -= (size_t)got;
        }
    }
    return 0;
}

const struct crypto_entropy posix_entropy = {.read = read_entropy};
