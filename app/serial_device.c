#define _DEFAULT_SOURCE /* cfmakeraw, TIOCEXCL */
#include "app/serial_device.h"

#include "port/posix/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* A pseudo-terminal has no framing: it refuses to be told of it when nothing else changes. */
static bool is_set(int fd, speed_t code)
{
    struct termios line;
    return tcgetattr(fd, &line) == 0 && cfgetospeed(&line) == code;
}

int serial_device_set(int fd, uint32_t baud, enum serial_framing framing)
{
    int code = tty_speed_code(baud);
    struct termios line;
    if (code < 0) {
        errno = EINVAL;
        return -1;
    }
    if (tcgetattr(fd, &line) != 0) {
        return -1;
    }
    cfmakeraw(&line);
    line.c_cflag |= CLOCAL | CREAD;
    line.c_cflag &= (tcflag_t) ~(CSTOPB | CSIZE | PARENB | PARODD);
    line.c_cflag |= framing == SERIAL_7E1 ? CS7 | PARENB : CS8;
    line.c_cc[VMIN] = 0;
    line.c_cc[VTIME] = 0;
    if (cfsetispeed(&line, (speed_t)code) != 0 || cfsetospeed(&line, (speed_t)code) != 0) {
        return -1;
    }
    return tcsetattr(fd, TCSADRAIN, &line) == 0 || is_set(fd, (speed_t)code) ? 0 : -1;
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
