#define _POSIX_C_SOURCE 200809L /* read, write */
#include "app/sign_on.h"

#include "app/serial_device.h"
#include "app/socket.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { TURN_MS = 5, CHUNK = 256 };

static bool is_same(struct iec21_form a, struct iec21_form b)
{
    return a.baud == b.baud && a.seven_even == b.seven_even;
}

/* The line as the client wants it. 0, or -1: it does not take it. */
static int set_line(int fd, bool serial, struct iec21_form form)
{
    return serial ? serial_device_set(fd, form.baud, form.seven_even ? SERIAL_7E1 : SERIAL_8N1) : 0;
}

/* One turn: what is to be said, or what has come. 0, or -1 with errno. */
static int turn(struct iec21_client *client, int fd)
{
    const uint8_t *octets;
    uint8_t heard[CHUNK];
    size_t size = iec21_client_output(client, &octets, socket_now_ms());
    if (size > 0) {
        ssize_t sent = write(fd, octets, size);
        if (sent < 0 && errno != EAGAIN) {
            return -1;
        }
        iec21_client_sent(client, sent > 0 ? (size_t)sent : 0, socket_now_ms());
        return 0;
    }
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    if (poll(&wanted, 1, TURN_MS) > 0) {
        ssize_t got = read(fd, heard, sizeof heard);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            errno = got == 0 ? ECONNRESET : errno;
            return -1;
        }
        iec21_client_receive(client, heard, got > 0 ? (size_t)got : 0, socket_now_ms());
    }
    return 0;
}

static const char *failure_text(enum iec21_client_failure failure)
{
    switch (failure) {
    case IEC21_CLIENT_NO_HDLC:
        return "the meter does not offer HDLC (mode E)";
    case IEC21_CLIENT_CHECK:
        return "the check of the data block is wrong";
    case IEC21_CLIENT_NOISE:
        return "what came is no identification";
    default:
        return "no answer at 300 baud, or it broke off; does the meter expect HDLC at once?";
    }
}

const char *sign_on_run(struct iec21_client *client, const struct iec21_client_config *config,
                        int fd, bool serial)
{
    iec21_client_begin(client, config, socket_now_ms());
    struct iec21_form form = iec21_client_form(client);
    bool set = set_line(fd, serial, form) == 0;
    while (set && client->state < IEC21_CLIENT_DONE) {
        if (turn(client, fd) != 0) {
            return strerror(errno);
        }
        iec21_client_step(client, socket_now_ms());
        if (!is_same(form, iec21_client_form(client))) {
            form = iec21_client_form(client);
            set = set_line(fd, serial, form) == 0;
        }
    }
    if (!set) {
        return "the device does not take the speed";
    }
    return client->state == IEC21_CLIENT_DONE ? NULL : failure_text(client->failure);
}
