/* The TCP wrapper under any octets, cut in any way, with a peer that reads as it likes.
 *
 * Input: a step of 1..64 octets, then the stream. */
#include "link/wrapper.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { IN_ROOM = 64, OUT_ROOM = 48 };

/* Echoes what fits; the first octet says how much of it. */
static size_t answer(void *owner, struct link_ports ports, uint8_t *request, size_t size,
                     uint8_t *octets, size_t room)
{
    (void)owner;
    (void)ports;
    size_t wanted = size > 0 ? request[0] : 0;
    size_t given = wanted < size ? wanted : size;
    given = given < room ? given : room;
    memcpy(octets, request, given);
    return given;
}

static void send_some(struct wrapper *wrapper, size_t most)
{
    const uint8_t *octets;
    size_t left = wrapper_output(wrapper, &octets);
    size_t part = left < most ? left : most;
    uint8_t copy[OUT_ROOM];
    memcpy(copy, octets, part);
    wrapper_sent(wrapper, part, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    size_t step = data[0] % 64 + 1u;
    uint8_t *in = malloc(IN_ROOM);
    uint8_t *out = malloc(OUT_ROOM);
    struct wrapper wrapper;
    wrapper_init(&wrapper, (struct link_channel){.answer = answer},
                 (struct wrapper_buffers){in, IN_ROOM, out, OUT_ROOM}, 1000, 0);
    for (size_t at = 1; at < size && !wrapper_closing(&wrapper, 0);) {
        size_t part = size - at < step ? size - at : step;
        size_t room = wrapper_room(&wrapper);
        size_t taken = wrapper_receive(&wrapper, data + at, part, 0);
        if (taken < part && taken < room) {
            abort(); /* it had room and did not take */
        }
        at += taken;
        send_some(&wrapper, taken > 0 ? step : OUT_ROOM);
    }
    free(in);
    free(out);
    return 0;
}
