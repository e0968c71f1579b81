#define _GNU_SOURCE /* posix_openpt, cfmakeraw, ptsname_r */
#include "port/posix/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static const struct {
    uint32_t baud;
    speed_t speed;
} speeds[] = {
    {300, B300},   {600, B600},     {1200, B1200},   {2400, B2400},   {4800, B4800},
    {9600, B9600}, {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200},
};

enum { SPEEDS = sizeof speeds / sizeof speeds[0] };

static int set_raw(int fd)
{
    struct termios raw;
    if (tcgetattr(fd, &raw) != 0) {
        return -1;
    }
    cfmakeraw(&raw);
    return tcsetattr(fd, TCSANOW, &raw);
}

/* The other side is made raw once; it stays so as long as ours is open. */
static int open_pseudo(struct tty *terminal, bool hold)
{
    terminal->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (terminal->fd < 0 || grantpt(terminal->fd) != 0 || unlockpt(terminal->fd) != 0 ||
        ptsname_r(terminal->fd, terminal->path, sizeof terminal->path) != 0) {
        return -1;
    }
    terminal->kept = open(terminal->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal->kept < 0 || set_raw(terminal->kept) != 0) {
        return -1;
    }
    if (!hold) {
        close(terminal->kept);
        terminal->kept = -1;
    }
    return 0;
}

static int open_device(struct tty *terminal, const char *name)
{
    terminal->device = true;
    terminal->link = NULL;
    snprintf(terminal->path, sizeof terminal->path, "%s", name);
    terminal->fd = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    return terminal->fd < 0 ? -1 : set_raw(terminal->fd);
}

/* A link of a run before leads to a pseudo-terminal, perhaps to one that is gone. */
static bool is_link_of_ours(const char *name)
{
    static const char pseudo[] = "/dev/pts/";
    char target[TTY_PATH] = "";
    ssize_t size = readlink(name, target, sizeof target - 1);
    return size > 0 && strncmp(target, pseudo, sizeof pseudo - 1) == 0;
}

static bool is_device(const char *name)
{
    struct stat standing;
    return !is_link_of_ours(name) && stat(name, &standing) == 0 && S_ISCHR(standing.st_mode);
}

static int make_link(const char *path, const char *name)
{
    if (is_link_of_ours(name)) {
        (void)unlink(name);
    }
    return symlink(path, name);
}

static int give_up(struct tty *terminal, const char *what, char *error, size_t error_size)
{
    snprintf(error, error_size, "%s: %s", what, strerror(errno));
    terminal->link = NULL;
    tty_close(terminal);
    return -1;
}

int tty_open(struct tty *terminal, const char *name, bool hold, char *error, size_t error_size)
{
    *terminal = (struct tty){.fd = -1, .kept = -1, .link = name};
    if (name && is_device(name)) {
        return open_device(terminal, name) == 0 ? 0 : give_up(terminal, name, error, error_size);
    }
    if (open_pseudo(terminal, hold) != 0) {
        return give_up(terminal, "pseudo-terminal", error, error_size);
    }
    if (name && make_link(terminal->path, name) != 0) {
        return give_up(terminal, name, error, error_size);
    }
    return 0;
}

void tty_close(struct tty *terminal)
{
    if (terminal->link) {
        (void)unlink(terminal->link);
    }
    if (terminal->kept >= 0) {
        close(terminal->kept);
    }
    if (terminal->fd >= 0) {
        close(terminal->fd);
    }
    *terminal = (struct tty){.fd = -1, .kept = -1};
}

bool tty_in_use(const struct tty *terminal)
{
    struct pollfd look = {.fd = terminal->fd};
    return terminal->device || poll(&look, 1, 0) <= 0 || (look.revents & POLLHUP) == 0;
}

int tty_speed_code(uint32_t baud)
{
    for (int i = 0; i < SPEEDS; i++) {
        if (speeds[i].baud == baud) {
            return (int)speeds[i].speed;
        }
    }
    return -1;
}

int tty_set_form(struct tty *terminal, struct tty_form form)
{
    struct termios set;
    if (!terminal->device) {
        return 0;
    }
    if (tcgetattr(terminal->fd, &set) != 0) {
        return -1;
    }
    set.c_cflag &= ~(tcflag_t)(CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS);
    set.c_cflag |= (tcflag_t)((form.seven_even ? CS7 | PARENB : CS8) | CLOCAL | CREAD);
    int code = tty_speed_code(form.baud);
    if (code < 0 || cfsetispeed(&set, (speed_t)code) != 0 ||
        cfsetospeed(&set, (speed_t)code) != 0) {
        return -1;
    }
    return tcsetattr(terminal->fd, TCSADRAIN, &set);
}

uint32_t tty_peer_baud(const struct tty *terminal)
{
    struct termios set;
    if (tcgetattr(terminal->fd, &set) != 0) {
        return 0;
    }
    for (int i = 0; i < SPEEDS; i++) {
        if (speeds[i].speed == cfgetospeed(&set)) {
            return speeds[i].baud;
        }
    }
    return 0;
}
