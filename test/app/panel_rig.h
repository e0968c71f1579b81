/* A meter with its panel, and a client that asks over sockets. One thread: the panel is stepped
 * while the client waits. */
#ifndef WATTHOUR_TEST_APP_PANEL_RIG_H
#define WATTHOUR_TEST_APP_PANEL_RIG_H

#include "app/panel.h"

#include <stddef.h>
#include <stdint.h>

enum { ANSWER = 1 << 20, REQUEST = 8192 };

extern struct simulation *simulation;
extern struct panel *panel;
extern uint16_t port;
extern char answer[ANSWER]; /* the last one, head and body */
extern char request[REQUEST];

/* The meter begins, its panel on a port of its own. */
void rig_open_panel(const char *address); /* of an XS211 */
void rig_open_product(const char *address, const char *product);
/* Another meter in the same world, without a panel. */
void rig_open_twin(struct simulation *twin);

int rig_set_up(void **state); /* on loopback */
int rig_tear_down(void **state);

/* Both live so long, of the meter's time. */
void rig_live(double seconds);

int rig_dial(void);
void rig_say(int fd, const char *text, size_t size);

/* Until the answer is whole, or the other end closes. The status; 0: it closed without one. */
int rig_hear(int fd);

/* What the head of an answer says of its body. */
size_t rig_content_length(const char *head);

/* A connection of its own each: the status. */
int rig_ask(const char *text);
int rig_get(const char *path);
int rig_post(const char *path, const char *body);

/* To a WebSocket, with what stands behind the path. */
int rig_upgrade(int fd, const char *extra);

/* Steps the panel meanwhile. */
void rig_wait_us(int64_t us);

#endif
