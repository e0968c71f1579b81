#define _DEFAULT_SOURCE /* cfmakeraw, TIOCEXCL */
#include "app/serial_device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const struct speed {
    uint32_t baud;
    speed_t code;
} speeds[] = {
    {300, B300},   {600, B600},     {1200, B1200},   {2400, B2400},   {4800, B4800},
    {9600, B9600}, {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200},
};

static const struct speed *find_speed(uint32_t baud)
{
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        if (speeds[i].baud == baud) {
            return &speeds[i];
        }
    }
    errno = EINVAL;
    return NULL;
}

/* A pseudo-terminal has no framing: it refuses to be told of it when nothing else changes. */
static bool is_set(int fd, speed_t code)
{
    struct termios line;
    return tcgetattr(fd, &line) == 0 && cfgetospeed(&line) == code;
}

int serial_device_set(int fd, uint32_t baud, enum serial_framing framing)
{
    const struct speed *speed = find_speed(baud);
    struct termios line;
    if (!speed || tcgetattr(fd, &line) != 0) {
        return -1;
    }
    cfmakeraw(&line);
    line.c_cflag |= CLOCAL | CREAD;
    line.c_cflag &= (tcflag_t) ~(CSTOPB | CSIZE | PARENB | PARODD);
    line.c_cflag |= framing == SERIAL_7E1 ? CS7 | PARENB : CS8;
    line.c_cc[VMIN] = 0;
    line.c_cc[VTIME] = 0;
    if (cfsetispeed(&line, speed->code) != 0 || cfsetospeed(&line, speed->code) != 0) {
        return -1;
    }
    return tcsetattr(fd, TCSADRAIN, &line) == 0 || is_set(fd, speed->code) ? 0 : -1;
}

int serial_device_open(const char *path, uint32_t baud, enum serial_framing framing)
{
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    if (!isatty(fd)) {
        close(fd);
        errno = ENOTTY;
        return -1;
    }
    (void)ioctl(fd, TIOCEXCL); /* a courtesy: not every terminal knows it */
    if (serial_device_set(fd, baud, framing) != 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    (void)tcflush(fd, TCIFLUSH); /* what came before is nothing of ours */
    return fd;
}
