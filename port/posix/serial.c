#define _GNU_SOURCE /* posix_openpt, cfmakeraw */
#include "port/posix/serial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { CHUNK = 512 };

static int64_t line_now_ms(void)
{
    return loop_time_us() / 1000;
}

void serial_step(struct serial_line *line)
{
    const uint8_t *octets;
    size_t size;
    (void)end_step(&line->end, line_now_ms());
    while ((size = end_output(&line->end, &octets, line_now_ms())) > 0) {
        ssize_t sent = write(line->source.fd, octets, size);
        if (sent < 0) {
            return;
        }
        end_sent(&line->end, (size_t)sent, line_now_ms());
    }
}

/* What comes while the meter has the turn is not listened to, as on a real line. */
static void line_ready(struct loop_source *source, uint32_t events)
{
    struct serial_line *line = (struct serial_line *)(void *)source;
    uint8_t octets[CHUNK];
    (void)events;
    ssize_t got = read(source->fd, octets, sizeof octets);
    if (got > 0 && end_room(&line->end) > 0) {
        end_receive(&line->end, octets, (size_t)got, line_now_ms());
    }
    serial_step(line);
}

/* The terminal's name, and its client side held open and raw. */
static int open_terminal(struct serial_line *line)
{
    struct termios raw;
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    line->source.fd = fd;
    if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0 ||
        ptsname_r(fd, line->path, sizeof line->path) != 0) {
        return -1;
    }
    line->kept = open(line->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (line->kept < 0 || tcgetattr(line->kept, &raw) != 0) {
        return -1;
    }
    cfmakeraw(&raw);
    return tcsetattr(line->kept, TCSANOW, &raw);
}

/* A link of a run before is replaced, anything else is not. */
static int make_link(const char *path, const char *link)
{
    struct stat standing;
    if (lstat(link, &standing) == 0 && S_ISLNK(standing.st_mode)) {
        (void)unlink(link);
    }
    return symlink(path, link);
}

static int give_up(struct serial_line *line, const char *what, char *error, size_t error_size)
{
    snprintf(error, error_size, "%s: %s", what, strerror(errno));
    if (line->kept >= 0) {
        close(line->kept);
    }
    if (line->source.fd >= 0) {
        close(line->source.fd);
    }
    return -1;
}

int serial_open(struct serial_line *line, struct loop *loop, struct meter *meter, const char *link,
                char *error, size_t error_size)
{
    line->source = (struct loop_source){.fd = -1, .ready = line_ready};
    line->loop = loop;
    line->link = link;
    line->kept = -1;
    if (open_terminal(line) != 0) {
        return give_up(line, "pseudo-terminal", error, error_size);
    }
    if (link && make_link(line->path, link) != 0) {
        return give_up(line, link, error, error_size);
    }
    if (loop_add(loop, &line->source, EPOLLIN) != 0) {
        return give_up(line, "event loop", error, error_size);
    }
    end_open(&line->end, END_HDLC, meter, line_now_ms());
    return 0;
}

void serial_close(struct serial_line *line)
{
    end_close(&line->end);
    loop_remove(line->loop, &line->source);
    if (line->link) {
        (void)unlink(line->link);
    }
    close(line->kept);
    close(line->source.fd);
}
