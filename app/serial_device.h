/* A serial device, or the client's side of a pseudo-terminal: opened raw, and set to a speed. */
#ifndef WATTHOUR_APP_SERIAL_DEVICE_H
#define WATTHOUR_APP_SERIAL_DEVICE_H

#include <stdint.h>

enum serial_framing { SERIAL_8N1, SERIAL_7E1 };

/* A descriptor that does not block, or -1 with errno; EINVAL: no such speed. Nobody else can open
 * the device meanwhile. */
int serial_device_open(const char *path, uint32_t baud, enum serial_framing framing);

/* Changes speed and framing once all that was written is out. 0, or -1 with errno. */
int serial_device_set(int fd, uint32_t baud, enum serial_framing framing);

#endif
