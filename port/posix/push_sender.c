#define _GNU_SOURCE /* SOCK_NONBLOCK, SIOCOUTQ */
#include "port/posix/push_sender.h"

#include "port/posix/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT = PUSH_DESTINATION + 1 };

void posix_push_init(struct posix_push *push)
{
    *push = (struct posix_push){.fd = -1};
}

void posix_push_close(struct posix_push *push)
{
    if (push->fd >= 0) {
        close(push->fd);
    }
    push->fd = -1;
}

/* ---- begin ---- */

static bool is_port(const char *text)
{
    char *end;
    long port = strtol(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && port >= 1 && port <= UINT16_MAX;
}

/* Cuts "address:port" or "[address]:port" in two. */
static bool split(char text[TEXT], const char **address, const char **port)
{
    char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text) {
        return false;
    }
    *colon = '\0';
    *port = colon + 1;
    *address = text;
    if (text[0] == '[' && colon[-1] == ']') {
        colon[-1] = '\0';
        *address = text + 1;
    }
    return is_port(*port);
}

static struct addrinfo *resolve(const struct push_message *message)
{
    char text[TEXT];
    const char *address;
    const char *port;
    struct addrinfo *found = NULL;
    const struct addrinfo wanted = {
        .ai_socktype = message->transport == PUSH_UDP ? SOCK_DGRAM : SOCK_STREAM,
        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
    };
    size_t size = message->destination_size < TEXT ? message->destination_size : TEXT - 1;
    memcpy(text, message->destination, size);
    text[size] = '\0';
    if (!split(text, &address, &port) || getaddrinfo(address, port, &wanted, &found) != 0) {
        return NULL;
    }
    return found;
}

static int open_socket(struct posix_push *push, const struct addrinfo *to)
{
    push->fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (push->fd < 0) {
        return -1;
    }
    if (connect(push->fd, to->ai_addr, to->ai_addrlen) != 0 && errno != EINPROGRESS) {
        push->failed = true;
    }
    return 0;
}

static void flow(struct posix_push *push);

static int begin(void *context, const struct push_message *message)
{
    struct posix_push *push = context;
    bool known = (message->transport == PUSH_TCP || message->transport == PUSH_UDP) &&
                 message->size <= sizeof push->frame - WRAPPER_HEADER;
    struct addrinfo *to = known ? resolve(message) : NULL;
    posix_push_close(push);
    if (to == NULL) {
        return -1;
    }
    *push = (struct posix_push){
        .fd = -1,
        .datagram = message->transport == PUSH_UDP,
        .deadline_us = loop_time_us() + POSIX_PUSH_TIMEOUT_MS * INT64_C(1000),
        .from = message->server_sap,
        .to = message->client_sap,
        .size = WRAPPER_HEADER + message->size,
    };
    const struct wrapper_header header = {message->server_sap, message->client_sap,
                                          (uint16_t)message->size};
    wrapper_header_write(push->frame, &header);
    memcpy(push->frame + WRAPPER_HEADER, message->apdu, message->size);
    int opened = open_socket(push, to);
    freeaddrinfo(to);
    if (opened == 0) {
        flow(push);
    }
    return opened;
}

static int more(void *context, const uint8_t *apdu, size_t size)
{
    struct posix_push *push = context;
    if (push->fd < 0 || push->sent < push->size || size > sizeof push->frame - WRAPPER_HEADER) {
        return -1;
    }
    const struct wrapper_header header = {push->from, push->to, (uint16_t)size};
    wrapper_header_write(push->frame, &header);
    memcpy(push->frame + WRAPPER_HEADER, apdu, size);
    push->size = WRAPPER_HEADER + size;
    push->sent = 0;
    flow(push);
    return 0;
}

/* ---- under way ---- */

static bool is_connected(struct posix_push *push)
{
    struct pollfd look = {.fd = push->fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    if (push->connected || poll(&look, 1, 0) <= 0) {
        return push->connected;
    }
    if (getsockopt(push->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
        push->failed = true;
        return false;
    }
    push->connected = true;
    return true;
}

static void note_error(struct posix_push *push)
{
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        push->failed = true;
    }
}

static void send_more(struct posix_push *push)
{
    if (push->sent == push->size) {
        return;
    }
    ssize_t sent = send(push->fd, push->frame + push->sent, push->size - push->sent,
                        MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
        note_error(push);
        return;
    }
    push->sent += (size_t)sent;
}

/* Who has more to say than fits, or no wrapper's head, is cut off. */
static void receive_more(struct posix_push *push)
{
    size_t room = sizeof push->answer - push->answered;
    if (room == 0) {
        push->failed = true;
        return;
    }
    ssize_t got = recv(push->fd, push->answer + push->answered, room, MSG_DONTWAIT);
    if (got < 0) {
        note_error(push);
    } else {
        push->answered += (size_t)got;
    }
}

static void flow(struct posix_push *push)
{
    if (!push->failed && is_connected(push)) {
        send_more(push);
    }
    if (!push->failed && push->connected) {
        receive_more(push);
    }
}

/* Nothing of what was sent waits for the other side any more. */
static bool is_acknowledged(const struct posix_push *push)
{
    int waiting = 1;
    return push->datagram || (ioctl(push->fd, SIOCOUTQ, &waiting) == 0 && waiting == 0);
}

static enum push_progress look(void *context)
{
    struct posix_push *push = context;
    flow(push);
    bool all_sent = push->sent == push->size;
    if (push->failed || loop_time_us() >= push->deadline_us) {
        return PUSH_REFUSED;
    }
    if (!all_sent) {
        return PUSH_UNDER_WAY;
    }
    return is_acknowledged(push) ? PUSH_REACHED : PUSH_TAKEN;
}

static size_t answer(void *context, uint8_t *apdu, size_t room)
{
    struct posix_push *push = context;
    struct wrapper_header header;
    if (push->answered < WRAPPER_HEADER) {
        return 0;
    }
    if (!wrapper_header_read(push->answer, &header) || header.length > POSIX_PUSH_ANSWER) {
        push->failed = true;
        return 0;
    }
    size_t whole = WRAPPER_HEADER + (size_t)header.length;
    if (push->answered < whole) {
        return 0;
    }
    size_t size = header.length <= room ? header.length : 0;
    memcpy(apdu, push->answer + WRAPPER_HEADER, size);
    push->answered -= whole;
    memmove(push->answer, push->answer + whole, push->answered);
    return size;
}

static void end(void *context)
{
    posix_push_close(context);
}

struct push_sender posix_push_port(struct posix_push *push)
{
    return (struct push_sender){

        .begin = begin, .look = look, .more = more, .answer = answer, .end = end, .context = push};
}
