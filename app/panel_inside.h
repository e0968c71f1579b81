/* What the panel's files share. Private to them. */
#ifndef WATTHOUR_APP_PANEL_INSIDE_H
#define WATTHOUR_APP_PANEL_INSIDE_H

#include "app/panel.h"
#include "app/panel_guard.h"
#include "app/panel_json.h"
#include "app/panel_watch.h"

#include <libwebsockets.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    PANEL_LOOKERS = 24,   /* browsers that get the moment at once */
    PANEL_SOCKETS = 160,  /* connections of all kinds */
    PANEL_BODY = 1024,    /* octets of a request's body */
    PANEL_PATH = 64,      /* of the paths that there are */
    PANEL_HEADER = 256,   /* of the header fields that are looked at */
    PANEL_PATIENCE_S = 5, /* so long a looker may leave a message untaken */
};

/* One connection: a request of HTTP and its answer, or a looker. */
struct panel_session {
    char path[PANEL_PATH];
    bool posts;
    char body[PANEL_BODY];
    size_t body_size;
    bool too_large;
    const char *type; /* of the answer */
    const unsigned char *octets;
    char *owned; /* what is to be freed behind it */
    size_t size;
    size_t sent;
    bool looks;
    uint64_t told;      /* the message that it has got */
    int64_t waiting_us; /* since when the next one waits; 0: none does */
};

struct panel {
    struct lws_context *lws;
    struct lws_vhost *host;
    const struct run_options *options;
    struct simulation *simulation;
    struct panel_watch watch;
    struct panel_view view;
    char url[PANEL_URL];
    char token[GUARD_TOKEN + 1]; /* "": none is asked for */
    unsigned lookers;
    char *message; /* with LWS_PRE octets before it */
    size_t message_size;
    uint64_t messages;
    int64_t message_us;
    int64_t slow_us;
    int64_t pressed_us; /* 0: no button is down */
};

/* Of libwebsockets. */
int panel_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                   size_t size);

/* Reasons of requests and of lookers; what lws_callback_http_dummy() would return. */
int panel_http(struct panel *panel, struct lws *wsi, enum lws_callback_reasons reason,
               struct panel_session *session, void *in, size_t size);
int panel_live(struct panel *panel, struct lws *wsi, enum lws_callback_reasons reason,
               struct panel_session *session, size_t size);

/* Whether a request may be answered: 0, or the status that says why not. */
int panel_refuses(const struct panel *panel, struct lws *wsi);

#endif
