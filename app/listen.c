/* watthour listen: takes what meters push, and prints it. */
#define _GNU_SOURCE /* accept4 */
#include "app/command.h"
#include "app/decipher.h"
#include "app/keys.h"
#include "app/listen_blocks.h"
#include "app/listen_line.h"
#include "app/option.h"
#include "app/value.h"
#include "base/writer.h"
#include "dlms/apdu.h"
#include "dlms/notification.h"
#include "link/wrapper.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PEERS = 32,
    FRAME = WRAPPER_HEADER + 4096,
    FROM = LISTEN_FROM,
    PORT_MOST = 65535,
    ERROR_ROOM = 256,
};

struct listen_options {
    const char *address;
    uint16_t port;
    struct keys keys;
    bool has_keys;
    bool json;
    uint64_t count; /* messages to take; 0: until stopped */
};

struct peer {
    int fd; /* -1: free */
    char from[FROM];
    uint8_t frame[FRAME];
    size_t size;
};

struct listener {
    struct listen_options options;
    int tcp;
    int udp;
    struct peer peers[PEERS];
    struct decipher decipher;
    struct listen_blocks blocks;
    uint64_t taken;
};

static void take_address(void *context, struct option_value *value)
{
    ((struct listen_options *)context)->address = value->text;
}

static void take_port(void *context, struct option_value *value)
{
    ((struct listen_options *)context)->port =
        (uint16_t)option_integer(value, PORT_MOST, "a port, 1 to 65535");
}

static void take_keys(void *context, struct option_value *value)
{
    struct listen_options *options = context;
    options->has_keys = keys_take_file(value, &options->keys) == 0;
}

static void take_json(void *context, struct option_value *value)
{
    (void)value;
    ((struct listen_options *)context)->json = true;
}

static void take_count(void *context, struct option_value *value)
{
    ((struct listen_options *)context)->count =
        option_integer(value, UINT32_MAX, "a number of messages");
}

static const struct option_row rows[] = {
    {"listen", "ADDRESS", take_address, "where to listen (default 127.0.0.1)"},
    {"port", "N", take_port, "TCP and UDP (default 4059)"},
    {"keys", "FILE", take_keys, KEYS_HELP},
    {"json", NULL, take_json, "one JSON object for each message"},
    {"count", "N", take_count, "ends after so many messages"},
};

static const struct option_table table = {
    .command = "listen",
    .usage =
        "usage: watthour listen [OPTIONS] [serial:///dev/NAME]\n\n"
        "Takes what meters push over TCP and UDP (DataNotification; plain, ciphered, signed), "
        "prints\n"
        "it, and confirms what wants to be confirmed. On a serial line it is an in-home display:\n"
        "it takes what the meter says unasked. Runs until it is stopped.\n\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

static int say(const struct listener *listener, const char *what)
{
    fprintf(stderr, "watthour listen: %s:%u: %s\n", listener->options.address,
            listener->options.port, what);
    return -1;
}

/* ---- one message ---- */

static void title_text(const uint8_t *title, char text[2 * DLMS_TITLE_SIZE + 1])
{
    for (int i = 0; title != NULL && i < DLMS_TITLE_SIZE; i++) {
        snprintf(text + 2 * (size_t)i, 3, "%02X", title[i]);
    }
}

/* The plain APDU of a ciphered one. NULL, or why there is none. */
static const char *take_ciphered(struct listener *listener, struct reader *apdu, uint8_t *scratch,
                                 char title[2 * DLMS_TITLE_SIZE + 1])
{
    struct reader whole = *apdu;
    struct dlms_ciphered ciphered = dlms_ciphered_take(&whole);
    if (whole.fault || ciphered.by.title == NULL) {
        return "a ciphered APDU that is malformed, or does not say whose";
    }
    title_text(ciphered.by.title, title);
    return decipher(&listener->decipher, &ciphered, scratch, apdu);
}

/* What is in a signed APDU, if the signature is right. */
static const char *take_signed(struct listener *listener, struct reader *apdu,
                               char title[2 * DLMS_TITLE_SIZE + 1])
{
    struct reader whole = reader_over(apdu->data + apdu->at, reader_left(apdu));
    struct dlms_signed held = dlms_signed_take(&whole);
    if (whole.fault) {
        return "a signed APDU that is malformed";
    }
    title_text(held.title, title);
    *apdu = reader_over(held.content.octets, held.content.size);
    return decipher_signed(&listener->decipher, &held) == NULL
               ? NULL
               : "signed by a key that is not known; give signing-peer in --keys";
}

/* Takes off what it is protected by, from outside to inside. */
static const char *take_protected(struct listener *listener, struct reader *apdu, uint8_t *scratch,
                                  char title[2 * DLMS_TITLE_SIZE + 1])
{
    const char *wrong = NULL;
    bool ciphered = false;
    bool was_signed = false;
    while (wrong == NULL && dlms_is_protected(reader_peek(apdu))) {
        bool is_signed = reader_peek(apdu) == DLMS_GENERAL_SIGNING;
        bool again = is_signed ? was_signed : ciphered;
        wrong = again       ? "protected twice in the same way"
                : is_signed ? take_signed(listener, apdu, title)
                            : take_ciphered(listener, apdu, scratch, title);
        was_signed |= is_signed;
        ciphered |= !is_signed;
    }
    return wrong;
}

static char *time_text(const uint8_t *time)
{
    static const struct value_meaning meaning = {.date_time = true};
    uint8_t octets[2 + DLMS_NOTIFICATION_TIME_SIZE] = {9, DLMS_NOTIFICATION_TIME_SIZE};
    if (time == NULL) {
        return NULL;
    }
    memcpy(octets + 2, time, DLMS_NOTIFICATION_TIME_SIZE);
    return value_text(reader_over(octets, sizeof octets), &meaning);
}

static void print_message(const struct listener *listener, const char *from, const char *title,
                          const struct dlms_notification *message)
{
    static const struct value_meaning meaning = {.date_time = true};
    cJSON *content = value_json(message->content, &meaning);
    char *time = time_text(message->time);
    double number = message->invoke & DLMS_NOTIFICATION_NUMBER;
    if (listener->options.json) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "from", from);
        if (*title) {
            cJSON_AddStringToObject(row, "title", title);
        }
        cJSON_AddNumberToObject(row, "number", number);
        cJSON_AddStringToObject(row, "time", time ? time : "");
        cJSON_AddItemToObject(row, "content", content ? content : cJSON_CreateNull());
        char *text = cJSON_PrintUnformatted(row);
        puts(text ? text : "");
        free(text);
        cJSON_Delete(row);
    } else {
        char *text = content ? cJSON_PrintUnformatted(content) : NULL;
        printf("%s  %s %s #%.0f  %s\n", time ? time : "-", from, *title ? title : "plain", number,
               text ? text : "?");
        free(text);
        cJSON_Delete(content);
    }
    free(time);
    fflush(stdout);
}

/* Prints an APDU. The size of what it is answered by, in `answer`; 0: nothing. */
static size_t take_apdu(struct listener *listener, const char *from, struct reader apdu,
                        uint8_t answer[16])
{
    static uint8_t scratch[LISTEN_WHOLE];
    char title[2 * DLMS_TITLE_SIZE + 1] = "";
    int whole = 1;
    if (reader_peek(&apdu) == DLMS_GENERAL_BLOCK_TRANSFER) {
        whole = listen_blocks_take(&listener->blocks, from, apdu, &apdu);
    }
    if (whole == 0) {
        return 0;
    }
    const char *wrong =
        whole < 0 ? "a block out of order" : take_protected(listener, &apdu, scratch, title);
    struct dlms_notification message = {0};
    if (wrong == NULL) {
        message = dlms_notification_take(&apdu);
        wrong = apdu.fault ? "no DataNotification" : NULL;
    }
    if (wrong != NULL) {
        fprintf(stderr, "watthour listen: %s: %s\n", from, wrong);
        return 0;
    }
    print_message(listener, from, title, &message);
    listener->taken++;
    struct writer w = writer_over(answer, 16);
    writer_u8(&w, DLMS_DATA_NOTIFICATION_CONFIRM);
    writer_u32(&w, message.invoke);
    writer_u8(&w, 0);
    return (message.invoke & DLMS_NOTIFICATION_CONFIRMED) != 0 ? writer_kept(&w) : 0;
}

/* The first whole frame of these octets: its size, and what it is answered by. 0: there is none
 * yet; -1: this is no wrapper frame, or too long. */
static int take_frame(struct listener *listener, const char *from, const uint8_t *octets,
                      size_t size, uint8_t answer[WRAPPER_HEADER + 16], size_t *answer_size)
{
    struct wrapper_header header;
    *answer_size = 0;
    if (size < WRAPPER_HEADER) {
        return 0;
    }
    if (!wrapper_header_read(octets, &header) || header.length > FRAME - WRAPPER_HEADER) {
        return -1;
    }
    if (size < WRAPPER_HEADER + (size_t)header.length) {
        return 0;
    }
    size_t answered = take_apdu(listener, from, reader_over(octets + WRAPPER_HEADER, header.length),
                                answer + WRAPPER_HEADER);
    if (answered > 0) {
        const struct wrapper_header back = {header.destination, header.source, (uint16_t)answered};
        wrapper_header_write(answer, &back);
        *answer_size = WRAPPER_HEADER + answered;
    }
    return WRAPPER_HEADER + header.length;
}

/* ---- sockets ---- */

static void name_peer(const struct sockaddr *address, socklen_t size, char from[FROM])
{
    char host[FROM / 2] = "?";
    char port[8] = "";
    (void)getnameinfo(address, size, host, sizeof host, port, sizeof port,
                      NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(from, FROM, "%s:%s", host, port);
}

static void drop(struct peer *peer)
{
    close(peer->fd);
    peer->fd = -1;
}

static void accept_peer(struct listener *listener)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int fd =
        accept4(listener->tcp, (struct sockaddr *)&address, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    for (int i = 0; fd >= 0 && i < PEERS; i++) {
        struct peer *peer = &listener->peers[i];
        if (peer->fd < 0) {
            *peer = (struct peer){.fd = fd};
            name_peer((const struct sockaddr *)&address, size, peer->from);
            return;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
}

static void serve_peer(struct listener *listener, struct peer *peer)
{
    ssize_t got =
        recv(peer->fd, peer->frame + peer->size, sizeof peer->frame - peer->size, MSG_DONTWAIT);
    if (got <= 0) {
        drop(peer);
        return;
    }
    peer->size += (size_t)got;
    int used;
    do {
        uint8_t answer[WRAPPER_HEADER + 16];
        size_t answered;
        used = take_frame(listener, peer->from, peer->frame, peer->size, answer, &answered);
        if (used > 0) {
            peer->size -= (size_t)used;
            memmove(peer->frame, peer->frame + used, peer->size);
            (void)!send(peer->fd, answer, answered, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
    } while (used > 0);
    if (used < 0 || peer->size == sizeof peer->frame) {
        fprintf(stderr, "watthour listen: %s: no wrapper frame\n", peer->from);
        drop(peer);
    }
}

static void serve_datagram(struct listener *listener)
{
    static uint8_t frame[FRAME];
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    char from[FROM];
    uint8_t answer[WRAPPER_HEADER + 16];
    size_t answered;
    ssize_t got = recvfrom(listener->udp, frame, sizeof frame, MSG_DONTWAIT,
                           (struct sockaddr *)&address, &size);
    if (got <= 0) {
        return;
    }
    name_peer((const struct sockaddr *)&address, size, from);
    if (take_frame(listener, from, frame, (size_t)got, answer, &answered) > 0 && answered > 0) {
        (void)!sendto(listener->udp, answer, answered, MSG_DONTWAIT,
                      (const struct sockaddr *)&address, size);
    }
}

static int open_socket(const struct listener *listener, int type)
{
    char port[8];
    struct addrinfo *found = NULL;
    const struct addrinfo wanted = {.ai_socktype = type, .ai_flags = AI_NUMERICHOST | AI_PASSIVE};
    const int yes = 1;
    snprintf(port, sizeof port, "%u", listener->options.port);
    if (getaddrinfo(listener->options.address, port, &wanted, &found) != 0) {
        return say(listener, "not an address; give numbers, as 127.0.0.1");
    }
    int fd = socket(found->ai_family, type | SOCK_CLOEXEC, 0);
    bool open = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                bind(fd, found->ai_addr, found->ai_addrlen) == 0 &&
                (type != SOCK_STREAM || listen(fd, PEERS) == 0);
    freeaddrinfo(found);
    return open ? fd : say(listener, strerror(errno));
}

static void serve(struct listener *listener)
{
    struct pollfd watched[2 + PEERS];
    watched[0] = (struct pollfd){.fd = listener->tcp, .events = POLLIN};
    watched[1] = (struct pollfd){.fd = listener->udp, .events = POLLIN};
    for (int i = 0; i < PEERS; i++) {
        watched[2 + i] = (struct pollfd){.fd = listener->peers[i].fd, .events = POLLIN};
    }
    if (poll(watched, 2 + PEERS, -1) <= 0) {
        return;
    }
    for (int i = 0; i < PEERS; i++) {
        if (watched[2 + i].revents != 0) {
            serve_peer(listener, &listener->peers[i]);
        }
    }
    if (watched[0].revents != 0) {
        accept_peer(listener);
    }
    if (watched[1].revents != 0) {
        serve_datagram(listener);
    }
}

static int run(struct listener *listener)
{
    const uint64_t count = listener->options.count;
    for (int i = 0; i < PEERS; i++) {
        listener->peers[i].fd = -1;
    }
    decipher_init(&listener->decipher, &listener->options.keys);
    listener->tcp = open_socket(listener, SOCK_STREAM);
    listener->udp = listener->tcp >= 0 ? open_socket(listener, SOCK_DGRAM) : -1;
    if (listener->udp < 0) {
        return COMMAND_FAILED;
    }
    while (count == 0 || listener->taken < count) {
        serve(listener);
    }
    return COMMAND_DONE;
}

/* ---- a serial line ---- */

static void take_unasked(void *owner, uint16_t client, struct reader apdu)
{
    char from[FROM];
    uint8_t answer[16];
    snprintf(from, sizeof from, "client %u", client);
    (void)take_apdu(owner, from, apdu, answer);
}

static int run_line(struct listener *listener, const char *url)
{
    char error[ERROR_ROOM];
    const uint64_t count = listener->options.count;
    struct listen_line line = {.take = take_unasked, .owner = listener};
    decipher_init(&listener->decipher, &listener->options.keys);
    if (listen_line_open(&line, url, error, sizeof error) != 0) {
        fprintf(stderr, "watthour listen: %s: %s\n", url, error);
        return COMMAND_FAILED;
    }
    struct pollfd watched = {.fd = line.fd, .events = POLLIN};
    bool good = true;
    while (good && (count == 0 || listener->taken < count)) {
        good = poll(&watched, 1, -1) <= 0 || listen_line_serve(&line) == 0;
    }
    close(line.fd);
    if (!good) {
        fprintf(stderr, "watthour listen: %s: the line is gone\n", url);
    }
    return good ? COMMAND_DONE : COMMAND_FAILED;
}

/* Of `count` words there may be one, a serial line. NULL: it is so. */
static const char *unknown_word(char **words, int count)
{
    static const char serial[] = "serial://";
    if (count > 0 && strncmp(words[0], serial, sizeof serial - 1) != 0) {
        return words[0];
    }
    return count > 1 ? words[1] : NULL;
}

int command_listen(int argc, char **argv)
{
    enum { PORT_DEFAULT = WRAPPER_PORT };
    struct listener *listener = calloc(1, sizeof *listener);
    int exit_code = COMMAND_FAILED;
    if (listener == NULL) {
        fputs("watthour listen: out of memory\n", stderr);
        return exit_code;
    }
    struct listen_options *options = &listener->options;
    options->address = "127.0.0.1";
    options->port = PORT_DEFAULT;
    int at = option_parse(&table, options, argc, argv, &exit_code);
    const char *unknown = at >= 0 ? unknown_word(argv + at, argc - at) : NULL;
    if (unknown) {
        fprintf(stderr,
                "watthour listen: '%s': unknown word; give serial:///dev/NAME or nothing, see "
                "'watthour listen --help'\n",
                unknown);
        exit_code = COMMAND_USAGE;
    } else if (at >= 0 && !options->has_keys &&
               keys_take_environment("listen", &options->keys) < 0) {
        exit_code = COMMAND_USAGE;
    } else if (at >= 0) {
        exit_code = at < argc ? run_line(listener, argv[at]) : run(listener);
    }
    free(listener);
    return exit_code;
}
