#include "port/posix/serial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    CHUNK = 512,
    INTER_OCTET_MS = 200, /* the writer of a terminal may be held up */
    FLIGHT_US = 10000,    /* of octets that go out at once, about; at least one */
    LATE_US = 20000,      /* that the loop may be late without the line's losing time */
    CHANGE_US = 100000,
    BITS_PER_OCTET = 10,
    SECOND_US = 1000000,
    BAUD_NEVER_SET = 38400,
};

static int64_t line_now_ms(void)
{
    return loop_time_us() / 1000;
}

static void watch_peer(struct serial_line *line)
{
    uint32_t baud = tty_peer_baud(&line->terminal);
    if (baud != line->peer_baud) {
        line->peer_baud_before = line->peer_baud;
        line->peer_baud = baud;
        line->peer_changed_us = loop_time_us();
    }
}

static bool fits(const struct serial_line *line, uint32_t baud)
{
    return baud == BAUD_NEVER_SET || baud == line->form.baud;
}

/* Whether the peer speaks at our speed. A terminal does not tell when octets were written: those
 * that come right behind a change of speed may be of before. */
static bool is_heard(struct serial_line *line)
{
    watch_peer(line);
    bool changed = loop_time_us() - line->peer_changed_us < CHANGE_US;
    return line->terminal.device || fits(line, line->peer_baud) ||
           (changed && fits(line, line->peer_baud_before));
}

/* At another speed characters are other ones. */
static void garble(uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        octets[i] = (uint8_t)(octets[i] * 37U + 0xD5U);
    }
}

static void follow_form(struct serial_line *line)
{
    struct iec21_form form = end_form(&line->end);
    if (form.baud != line->form.baud || form.seven_even != line->form.seven_even) {
        line->form = form;
        (void)tty_set_form(&line->terminal, (struct tty_form){form.baud, form.seven_even});
    }
}

/* At the end of a terminal whose speed nobody ever set octets take no time. */
static int64_t octet_us(const struct serial_line *line)
{
    bool paced = line->terminal.device || line->peer_baud != BAUD_NEVER_SET;
    return paced ? (int64_t)BITS_PER_OCTET * SECOND_US / line->form.baud : 0;
}

/* Some octets set out. A device takes them now, at the end of a pseudo-terminal they arrive when
 * their time is over. False: there is nothing to say. */
static bool speak(struct serial_line *line, int64_t now_us)
{
    const uint8_t *octets;
    int64_t each_us = octet_us(line);
    size_t most = each_us > 0 ? (size_t)(FLIGHT_US / each_us) + 1 : SERIAL_FLIGHT;
    size_t size = end_output(&line->end, &octets, now_us / 1000);
    size = size < most ? size : most;
    size = size < SERIAL_FLIGHT ? size : SERIAL_FLIGHT;
    if (size == 0) {
        return false;
    }
    memcpy(line->flight, octets, size);
    if (line->terminal.device && write(line->source.fd, line->flight, size) != (ssize_t)size) {
        return false;
    }
    int64_t begin_us = now_us - line->busy_until_us < LATE_US ? line->busy_until_us : now_us;
    line->in_flight = size;
    line->busy_until_us = begin_us + (int64_t)size * each_us;
    return true;
}

/* The octets on their way are out. What a terminal does not take is lost, as on a line. */
static void land(struct serial_line *line, int64_t now_us)
{
    size_t size = line->in_flight;
    if (!line->terminal.device) {
        if (!is_heard(line)) {
            garble(line->flight, size);
        }
        (void)!write(line->source.fd, line->flight, size);
    }
    line->in_flight = 0;
    end_sent(&line->end, size, now_us / 1000);
}

void serial_step(struct serial_line *line)
{
    int64_t now_us = loop_time_us();
    watch_peer(line);
    if (!line->attached) {
        return;
    }
    (void)end_step(&line->end, now_us / 1000);
    while (now_us >= line->busy_until_us) {
        if (line->in_flight > 0) {
            land(line, now_us);
        }
        follow_form(line);
        if (!speak(line, now_us)) {
            return;
        }
    }
}

/* What comes while the meter has the turn is not listened to, as on a real line. */
static void line_ready(struct loop_source *source, uint32_t events)
{
    struct serial_line *line = (struct serial_line *)(void *)source;
    uint8_t octets[CHUNK];
    (void)events;
    ssize_t got = read(source->fd, octets, sizeof octets);
    if (!line->attached) {
        line->lit = line->lit || got > 0;
        return;
    }
    if (got > 0 && line->in_flight == 0 && end_room(&line->end) > 0) {
        if (!is_heard(line)) {
            garble(octets, (size_t)got);
        }
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

int serial_open(struct serial_line *line, const struct serial_config *config, char *error,
                size_t error_size)
{
    memset(line, 0, sizeof *line);
    if (tty_open(&line->terminal, config->name, true, error, error_size) != 0) {
        return -1;
    }
    line->source = (struct loop_source){.fd = line->terminal.fd, .ready = line_ready};
    line->loop = config->loop;
    if (loop_add(line->loop, &line->source, EPOLLIN) != 0) {
        snprintf(error, error_size, "event loop: %s", strerror(errno));
        tty_close(&line->terminal);
        return -1;
    }
    line->protocol = config->protocol;
    if (config->meter) {
        serial_attach(line, config->meter);
    }
    return 0;
}

void serial_attach(struct serial_line *line, struct meter *meter)
{
    line->attached = true;
    line->lit = false;
    line->in_flight = 0;
    end_open(&line->end, line->protocol, meter, line_now_ms());
    follow_form(line);
}

void serial_detach(struct serial_line *line)
{
    if (line->attached) {
        end_close(&line->end);
        line->attached = false;
    }
}

bool serial_was_lit(struct serial_line *line)
{
    bool lit = line->lit;
    line->lit = false;
    return lit;
}

void serial_close(struct serial_line *line)
{
    serial_detach(line);
    loop_remove(line->loop, &line->source);
    tty_close(&line->terminal);
}
