/* The host's event loop: file descriptors and signals by epoll, one thread. */
#ifndef WATTHOUR_PORT_POSIX_LOOP_H
#define WATTHOUR_PORT_POSIX_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* Something that waits for its file descriptor. Owned by the caller; must stay where it is while
 * it is in the loop. */
struct loop_source {
    int fd;
    void (*ready)(struct loop_source *source, uint32_t events); /* events as in epoll(7) */
};

struct loop {
    int epoll_fd;
    struct loop_source signals;
    bool stopped; /* SIGINT or SIGTERM arrived */
};

/* Also blocks SIGINT and SIGTERM, which then set `stopped`, and ignores SIGPIPE.
 * 0, or -1 with errno. */
int loop_open(struct loop *loop);
void loop_close(struct loop *loop);

int loop_add(struct loop *loop, struct loop_source *source, uint32_t events);
int loop_watch(struct loop *loop, struct loop_source *source, uint32_t events);
void loop_remove(struct loop *loop, struct loop_source *source);

/* Serves what is ready, waiting for it at most `timeout_ms`. */
void loop_serve(struct loop *loop, int timeout_ms);

/* Monotonic time of the host in microseconds. */
int64_t loop_time_us(void);

#endif
