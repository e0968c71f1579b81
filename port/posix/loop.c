#define _GNU_SOURCE /* signalfd, epoll */
#include "port/posix/loop.h"

#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 32 };

static struct loop *loop_of_signals(struct loop_source *source)
{
    return (struct loop *)(void *)((char *)source - offsetof(struct loop, signals));
}

static void signal_arrived(struct loop_source *source, uint32_t events)
{
    (void)events;
    struct signalfd_siginfo info;
    if (read(source->fd, &info, sizeof info) == (ssize_t)sizeof info) {
        loop_of_signals(source)->stopped = true;
    }
}

static int open_signals(void)
{
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &stops, NULL) != 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return -1;
    }
    return signalfd(-1, &stops, SFD_NONBLOCK | SFD_CLOEXEC);
}

int loop_open(struct loop *loop)
{
    *loop = (struct loop){.epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
    loop->signals = (struct loop_source){.fd = open_signals(), .ready = signal_arrived};
    if (loop->epoll_fd < 0 || loop->signals.fd < 0) {
        return -1;
    }
    return loop_add(loop, &loop->signals, EPOLLIN);
}

void loop_close(struct loop *loop)
{
    close(loop->signals.fd);
    close(loop->epoll_fd);
}

static int control(struct loop *loop, int operation, struct loop_source *source, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = source};
    return epoll_ctl(loop->epoll_fd, operation, source->fd, &event);
}

int loop_add(struct loop *loop, struct loop_source *source, uint32_t events)
{
    return control(loop, EPOLL_CTL_ADD, source, events);
}

int loop_watch(struct loop *loop, struct loop_source *source, uint32_t events)
{
    return control(loop, EPOLL_CTL_MOD, source, events);
}

void loop_remove(struct loop *loop, struct loop_source *source)
{
    (void)control(loop, EPOLL_CTL_DEL, source, 0);
}

/* A source that serves its event may remove itself, never another one, so that the events behind
 * it in the same round stay good. */
void loop_serve(struct loop *loop, int timeout_ms)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    int count = epoll_wait(loop->epoll_fd, events, EVENTS_AT_ONCE, timeout_ms);
    for (int i = 0; i < count; i++) {
        struct loop_source *source = events[i].data.ptr;
        source->ready(source, events[i].events);
    }
}

int64_t loop_time_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}
