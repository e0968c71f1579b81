#define _GNU_SOURCE /* accept4 */
#include "port/posix/customer_port.h"

#include "port/posix/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

/* A reader may be behind by what its socket holds: about two telegrams. */
enum { SEND_BUFFER = 8192, READS_MOST = 16 };

struct customer_reader {
    struct loop_source source;
    struct customer_port *port;
    struct customer_reader *next;
    size_t told; /* octets of the speech that it has taken */
    bool ended;  /* it is gone */
};

static int64_t line_now_ms(void)
{
    return loop_time_us() / 1000;
}

/* How far the speech may go out by now. */
static size_t speakable(const struct customer_port *port)
{
    bool holds = port->speech.hold_ms > 0 && line_now_ms() < port->hold_until_ms;
    return holds && port->speech.hold_at < port->speech.size ? port->speech.hold_at
                                                             : port->speech.size;
}

/* Those who are gone, or were too slow, are let go of. */
static void sweep(struct customer_port *port)
{
    struct customer_reader **link = &port->readers;
    while (*link) {
        struct customer_reader *reader = *link;
        if (!reader->ended) {
            link = &reader->next;
            continue;
        }
        *link = reader->next;
        port->count--;
        loop_remove(port->config.loop, &reader->source);
        close(reader->source.fd);
        free(reader);
    }
}

static void tell(struct customer_reader *reader)
{
    const struct customer_port *port = reader->port;
    size_t until = speakable(port);
    while (reader->told < until) {
        ssize_t sent = send(reader->source.fd, port->speech.octets + reader->told,
                            until - reader->told, MSG_NOSIGNAL);
        if (sent < 0) {
            reader->ended = errno != EAGAIN && errno != EINTR;
            return;
        }
        reader->told += (size_t)sent;
    }
}

/* What a reader sends is thrown away; that it has gone is noticed. */
static void reader_ready(struct loop_source *source, uint32_t events)
{
    struct customer_reader *reader = (struct customer_reader *)(void *)source;
    char octets[256];
    (void)events;
    ssize_t got = recv(source->fd, octets, sizeof octets, 0);
    reader->ended |= got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

static void add_reader(struct customer_port *port, int fd)
{
    struct customer_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        close(fd);
        return;
    }
    reader->source = (struct loop_source){.fd = fd, .ready = reader_ready};
    reader->port = port;
    reader->told = port->speech.size; /* it begins with the next telegram */
    if (loop_add(port->config.loop, &reader->source, EPOLLIN) != 0) {
        close(fd);
        free(reader);
        return;
    }
    int on = 1;
    int room = SEND_BUFFER;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    reader->next = port->readers;
    port->readers = reader;
    port->count++;
}

static void port_ready(struct loop_source *source, uint32_t events)
{
    struct customer_port *port = (struct customer_port *)(void *)source;
    (void)events;
    int fd = accept4(source->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    if (port->count == CUSTOMER_READERS_MAX) {
        close(fd);
        return;
    }
    add_reader(port, fd);
}

static int open_tcp(struct customer_port *port, char *error, size_t error_size)
{
    const struct customer_config *config = &port->config;
    int fd = listener_open(config->address, config->port, error, error_size);
    if (fd < 0) {
        return -1;
    }
    port->source.fd = fd;
    port->tcp_port = listener_port(fd);
    return loop_add(config->loop, &port->source, EPOLLIN);
}

static int open_ends(struct customer_port *port, char *error, size_t error_size)
{
    const struct customer_config *config = &port->config;
    if (config->port != 0 && open_tcp(port, error, error_size) != 0) {
        return -1;
    }
    if (!config->terminal) {
        return 0;
    }
    if (tty_open(&port->terminal, config->terminal, false, error, error_size) != 0) {
        return -1;
    }
    port->has_terminal = true;
    return tty_set_form(&port->terminal, (struct tty_form){.baud = 115200});
}

int customer_port_open(struct customer_port *port, const struct customer_config *config,
                       char *error, size_t error_size)
{
    memset(port, 0, sizeof *port);
    port->config = *config;
    port->source = (struct loop_source){.fd = -1, .ready = port_ready};
    meter_customer_open(config->meter, &port->customer, port->telegram, sizeof port->telegram);
    if (open_ends(port, error, error_size) != 0) {
        customer_port_close(port);
        return -1;
    }
    return 0;
}

/* Whoever opens the terminal begins with the next telegram. */
static void watch_terminal(struct customer_port *port)
{
    bool used = port->has_terminal && tty_in_use(&port->terminal);
    if (used && !port->terminal_used) {
        port->told = port->speech.size;
    } else if (!used && port->terminal_used) {
        (void)tcflush(port->terminal.fd, TCIOFLUSH);
    }
    port->terminal_used = used;
}

static void tell_terminal(struct customer_port *port)
{
    size_t until = speakable(port);
    uint8_t ignored[256];
    for (int i = 0; i < READS_MOST && read(port->terminal.fd, ignored, sizeof ignored) > 0; i++) {
        continue; /* who floods it does not hold up the meter */
    }
    while (port->told < until) {
        ssize_t sent =
            write(port->terminal.fd, port->speech.octets + port->told, until - port->told);
        if (sent < 0) {
            return;
        }
        port->told += (size_t)sent;
    }
}

static void tell_all(struct customer_port *port)
{
    for (struct customer_reader *reader = port->readers; reader; reader = reader->next) {
        tell(reader);
    }
    if (port->terminal_used) {
        tell_terminal(port);
    }
}

/* The telegram before is over: those who have not taken it are too slow. */
static void end_speech(struct customer_port *port)
{
    for (struct customer_reader *reader = port->readers; reader; reader = reader->next) {
        bool slow = reader->told < port->speech.size;
        port->dropped += slow;
        reader->ended |= slow;
        reader->told = 0;
    }
    sweep(port);
    port->told = 0;
}

static void load(struct customer_port *port)
{
    struct customer_speech *speech = &port->speech;
    speech->size = port->customer.size;
    speech->hold_ms = 0;
    memcpy(speech->octets, port->customer.octets, speech->size);
    if (port->config.alter) {
        port->config.alter(port->config.owner, speech);
    }
    port->hold_until_ms = line_now_ms() + speech->hold_ms;
}

void customer_port_step(struct customer_port *port)
{
    sweep(port);
    watch_terminal(port);
    meter_customer_request(&port->customer, port->count > 0 || port->terminal_used);
    bool holding = speakable(port) < port->speech.size;
    if (meter_customer_step(&port->customer) && !holding) {
        end_speech(port);
        load(port);
    }
    tell_all(port);
}

void customer_port_close(struct customer_port *port)
{
    for (struct customer_reader *reader = port->readers; reader; reader = reader->next) {
        reader->ended = true;
    }
    sweep(port);
    if (port->source.fd >= 0) {
        loop_remove(port->config.loop, &port->source);
        close(port->source.fd);
        port->source.fd = -1;
    }
    if (port->has_terminal) {
        tty_close(&port->terminal);
        port->has_terminal = false;
    }
}
