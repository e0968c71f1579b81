#include "port/posix/serial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { CHUNK = 512, INTER_OCTET_MS = 200 };

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

struct hdlc_settings serial_settings(void)
{
    struct hdlc_settings settings = meter_line_settings();
    settings.inter_octet_time_ms = INTER_OCTET_MS;
    return settings;
}

int serial_open(struct serial_line *line, struct loop *loop, struct meter *meter, const char *link,
                char *error, size_t error_size)
{
    if (tty_open(&line->terminal, link, true, error, error_size) != 0) {
        return -1;
    }
    line->source = (struct loop_source){.fd = line->terminal.fd, .ready = line_ready};
    line->loop = loop;
    if (loop_add(loop, &line->source, EPOLLIN) != 0) {
        snprintf(error, error_size, "event loop: %s", strerror(errno));
        tty_close(&line->terminal);
        return -1;
    }
    end_open(&line->end, END_HDLC, meter, line_now_ms());
    return 0;
}

void serial_close(struct serial_line *line)
{
    end_close(&line->end);
    loop_remove(line->loop, &line->source);
    tty_close(&line->terminal);
}
