/* What a link carries: APDUs between a client and a server, each named by its port (wPort of the
 * wrapper, address of HDLC). The meter gives every link its channel, so that a link knows nothing
 * of those who answer. */
#ifndef WATTHOUR_LINK_CHANNEL_H
#define WATTHOUR_LINK_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

struct link_ports {
    uint16_t client;
    uint16_t server;
};

struct link_channel {
    /* Answers the `size` octets of a request, and may use them up, in `answer`, which holds `room`
     * octets. Returns how many it wrote; 0: there is no answer. Called again only when the answer
     * has been sent. */
    size_t (*answer)(void *owner, struct link_ports ports, uint8_t *request, size_t size,
                     uint8_t *answer, size_t room);
    /* That answer has been sent: writes the next APDU that follows it without a request, as
     * `answer` does. NULL: none ever does; a link that cannot send several in a row does not call
     * it, and whoever gives the channel then does not count on it. */
    size_t (*more)(void *owner, struct link_ports ports, uint8_t *answer, size_t room);
    /* The connection of these ports has ended below the APDUs (HDLC: DISC, silence, another SNRM);
     * what it opened is to be closed. NULL: of no interest. A link whose transport ends with it, as
     * the wrapper's, does not call it. */
    void (*closed)(void *owner, struct link_ports ports);
    void *owner;
};

#endif
