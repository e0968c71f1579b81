#include "app/terminal.h"

#include "app/glass.h"
#include "app/waking.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { NO_BUTTON = -1 };

#define CLEAR_LINE "\033[K\n"
#define HOME       "\033[H\033[J"

static const struct {
    char key;
    enum display_button button;
    uint16_t hold_ms;
} keys[] = {
    {' ', DISPLAY_BUTTON_SCROLL, 100},   {'l', DISPLAY_BUTTON_SCROLL, 2500},
    {'v', DISPLAY_BUTTON_SCROLL, 6000},  {'s', DISPLAY_BUTTON_SERVICE, 100},
    {'i', DISPLAY_BUTTON_SERVICE, 2500},
};

static void hold(struct terminal *terminal, char key)
{
    struct simulation *simulation = terminal->simulation;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].key == key && terminal->button == NO_BUTTON) {
            (void)waking_press(simulation, keys[i].button, true);
            terminal->button = keys[i].button;
            terminal->until_frame =
                simulation->frames + (uint64_t)keys[i].hold_ms * WORLD_FRAME_HZ / 1000;
        }
    }
    if (key == 'q') {
        terminal->loop->stopped = true;
    }
    terminal_draw(terminal);
}

static void key_arrived(struct loop_source *source, uint32_t events)
{
    struct terminal *terminal =
        (struct terminal *)(void *)((char *)source - offsetof(struct terminal, keys));
    char key;
    if (read(source->fd, &key, 1) == 1) {
        hold(terminal, key);
    } else if (events & (EPOLLHUP | EPOLLERR)) {
        loop_remove(terminal->loop, source);
    }
}

/* Keys one by one, not shown; Ctrl-C still stops. */
static void listen_to_keys(struct terminal *terminal)
{
    if (tcgetattr(STDIN_FILENO, &terminal->before) != 0) {
        return;
    }
    struct termios raw = terminal->before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    terminal->keys = (struct loop_source){.fd = STDIN_FILENO, .ready = key_arrived};
    terminal->listens = loop_add(terminal->loop, &terminal->keys, EPOLLIN) == 0;
    if (terminal->listens) {
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
}

void terminal_open(struct terminal *terminal, struct loop *loop, struct simulation *simulation)
{
    *terminal = (struct terminal){.loop = loop, .simulation = simulation, .button = NO_BUTTON};
    terminal->overwrites = isatty(STDOUT_FILENO) == 1;
    listen_to_keys(terminal);
}

void terminal_close(struct terminal *terminal)
{
    if (terminal->listens) {
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &terminal->before);
        loop_remove(terminal->loop, &terminal->keys);
    }
}

void terminal_step(struct terminal *terminal)
{
    struct simulation *simulation = terminal->simulation;
    if (terminal->button == NO_BUTTON || simulation->frames < terminal->until_frame) {
        return;
    }
    (void)waking_press(simulation, (enum display_button)terminal->button, false);
    terminal->button = NO_BUTTON;
    terminal_draw(terminal);
}

void terminal_draw(struct terminal *terminal)
{
    struct display_frame dark = {.glass = terminal->simulation->meter.product->display->glass};
    struct simulation *simulation = terminal->simulation;
    const char *line_end = terminal->overwrites ? CLEAR_LINE : "\n";
    const struct display_frame *seen = waking_frame(simulation);
    fputs(terminal->overwrites ? HOME : "", stdout);
    printf("%s%s%s", simulation->meter.product->title, simulation->on ? "" : ": no supply",
           line_end);
    glass_print(stdout, seen ? seen : &dark, line_end);
    if (terminal->listens) {
        printf("  space: press   l: long   v: very long   s: service   i: installation   q: quit%s",
               line_end);
    }
    fflush(stdout);
}
