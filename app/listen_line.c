#define _POSIX_C_SOURCE 200809L /* read */
#include "app/listen_line.h"

#include "app/serial_device.h"
#include "app/url.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 256 };

int listen_line_open(struct listen_line *line, const char *url, char *error, size_t error_size)
{
    struct url taken;
    if (url_take(&taken, url, error, error_size) != 0) {
        return -1;
    }
    if (taken.scheme != URL_SERIAL) {
        snprintf(error, error_size, "give serial:///dev/NAME, or nothing for TCP and UDP");
        return -1;
    }
    line->fd = serial_device_open(taken.host, taken.parameters[URL_BAUD], SERIAL_8N1);
    if (line->fd < 0) {
        snprintf(error, error_size, "%s; check the device and your right to use it",
                 strerror(errno));
        return -1;
    }
    hdlc_receiver_reset(&line->receiver);
    return 0;
}

/* The command's LLC is what clients send, the response's what a meter does. */
static void take_frame(struct listen_line *line)
{
    static const uint8_t llc[HDLC_LLC] = {0xE6, 0xE7, 0x00};
    const struct hdlc_receiver *receiver = &line->receiver;
    bool unasked = (receiver->header.control & ~HDLC_POLL) == HDLC_UI &&
                   hdlc_receiver_kept(receiver) && receiver->information > HDLC_LLC;
    if (unasked && memcmp(line->frame, llc, sizeof llc) == 0) {
        size_t size = (size_t)receiver->information - HDLC_LLC;
        line->take(line->owner, receiver->header.destination.upper,
                   reader_over(line->frame + HDLC_LLC, size));
    }
}

int listen_line_serve(struct listen_line *line)
{
    uint8_t octets[CHUNK];
    ssize_t got = read(line->fd, octets, sizeof octets);
    if (got <= 0) {
        return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
    }
    for (ssize_t i = 0; i < got; i++) {
        enum hdlc_event event = hdlc_receiver_take(&line->receiver, octets[i]);
        if (event == HDLC_HEADER) {
            hdlc_receiver_aim(&line->receiver, line->frame, sizeof line->frame);
        } else if (event == HDLC_FRAME) {
            take_frame(line);
        }
    }
    return 0;
}
