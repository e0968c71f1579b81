#include "app/panel_inside.h"

#include "app/panel_act.h"
#include "port/posix/entropy.h"
#include "port/posix/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    SECOND_US = 1000000,
    MESSAGE_US = 100000,
    HELD_MOST_US = 30 * SECOND_US,
    RANDOM_OCTETS = GUARD_TOKEN / 2,
};

/* ---- lookers ---- */

/* Ours is the only protocol, and one more looker is one too many. */
static int may_look(const struct panel *panel, struct lws *wsi)
{
    return panel_refuses(panel, wsi) != 0 || panel->lookers >= PANEL_LOOKERS ? -1 : 0;
}

static int write_message(struct panel *panel, struct lws *wsi, struct panel_session *session)
{
    session->waiting_us = 0;
    if (session->told == panel->messages || !panel->message) {
        return 0;
    }
    session->told = panel->messages;
    return lws_write(wsi, (unsigned char *)panel->message + LWS_PRE, panel->message_size,
                     LWS_WRITE_TEXT) < 0
               ? -1
               : 0;
}

int panel_live(struct panel *panel, struct lws *wsi, enum lws_callback_reasons reason,
               struct panel_session *session, size_t size)
{
    switch (reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return may_look(panel, wsi);
    case LWS_CALLBACK_ESTABLISHED:
        *session = (struct panel_session){.looks = true};
        if (panel->lookers++ == 0) { /* the past does not flash */
            panel->view.pulses_told = panel->watch.pulse_count;
        }
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return write_message(panel, wsi, session);
    case LWS_CALLBACK_RECEIVE:
        return size == 0 ? 0 : -1; /* nothing is said there */
    case LWS_CALLBACK_CLOSED:      /* also of one that was refused */
        panel->lookers -= session && session->looks;
        return 0;
    default:
        return 0;
    }
}

/* For each looker at each message: it is told, or has not taken one for too long. */
static void offer(struct lws *wsi, struct panel_session *session, int64_t now_us)
{
    if (!session || !session->looks) {
        return;
    }
    if (session->waiting_us != 0 &&
        now_us - session->waiting_us > (int64_t)PANEL_PATIENCE_S * SECOND_US) {
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
        return;
    }
    session->waiting_us = session->waiting_us != 0 ? session->waiting_us : now_us;
    lws_callback_on_writable(wsi);
}

int panel_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                   size_t size)
{
    struct panel *panel = lws_context_user(lws_get_context(wsi));
    switch (reason) {
    case LWS_CALLBACK_USER: /* of lws_callback_all_protocol_vhost() */
        offer(wsi, user, panel->message_us);
        return 0;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_CLOSED:
        return panel_live(panel, wsi, reason, user, size);
    default:
        return panel_http(panel, wsi, reason, user, in, size);
    }
}

static const struct lws_protocols protocols[] = {
    {"watthour", panel_callback, sizeof(struct panel_session), PANEL_BODY, 0, NULL, 0},
    {NULL, NULL, 0, 0, 0, NULL, 0},
};

/* ---- the moment ---- */

static void make_message(struct panel *panel, bool slow)
{
    char *text = panel_json_live(&panel->view, slow);
    free(panel->message);
    panel->message = NULL;
    if (!text) {
        return;
    }
    panel->message_size = strlen(text);
    panel->message = malloc(LWS_PRE + panel->message_size);
    if (panel->message) {
        memcpy(panel->message + LWS_PRE, text, panel->message_size);
    }
    free(text);
    panel->messages++;
}

static void tell(struct panel *panel, int64_t now_us)
{
    if (now_us - panel->message_us < MESSAGE_US) {
        return;
    }
    panel->message_us = now_us;
    if (panel->lookers == 0) {
        return;
    }
    bool slow = now_us - panel->slow_us >= SECOND_US;
    panel->slow_us = slow ? now_us : panel->slow_us;
    make_message(panel, slow);
    lws_callback_all_protocol_vhost_args(panel->host,
                                         lws_vhost_name_to_protocol(panel->host, protocols[0].name),
                                         LWS_CALLBACK_USER, NULL, 0);
}

void panel_step(struct panel *panel)
{
    int64_t now_us = loop_time_us();
    panel_watch_step(&panel->watch);
    if (panel->pressed_us != 0 && now_us - panel->pressed_us > HELD_MOST_US) {
        panel_act_let_go(panel->simulation);
        panel->pressed_us = 0;
    }
    tell(panel, now_us);
    (void)lws_service(panel->lws, -1);
}

/* ---- opening ---- */

static int make_token(struct panel *panel)
{
    uint8_t octets[RANDOM_OCTETS];
    if (guard_is_loopback(panel->options->panel_address)) {
        return 0;
    }
    if (posix_entropy.read(posix_entropy.port, octets, sizeof octets) != 0) {
        return -1;
    }
    for (int i = 0; i < RANDOM_OCTETS; i++) {
        snprintf(panel->token + 2 * i, 3, "%02x", octets[i]);
    }
    return 0;
}

static void make_url(struct panel *panel)
{
    const char *address = panel->options->panel_address;
    bool bracketed = strchr(address, ':') != NULL;
    int size =
        snprintf(panel->url, sizeof panel->url, bracketed ? "http://[%s]:%d/" : "http://%s:%d/",
                 address, lws_get_vhost_listen_port(panel->host));
    if (panel->token[0] != '\0') {
        snprintf(panel->url + size, sizeof panel->url - (size_t)size, "#%s", panel->token);
    }
}

static struct lws_vhost *listen_at(struct panel *panel, uint16_t port)
{
    struct lws_context_creation_info info = {
        .port = port,
        .iface = panel->options->panel_address,
        .protocols = protocols,
        .vhost_name = "panel",
        .keepalive_timeout = 30,
        .timeout_secs = 10,
        .options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND,
    };
    return lws_create_vhost(panel->lws, &info);
}

/* A port that nobody asked for by name may be another one. */
static int listen_somewhere(struct panel *panel)
{
    panel->host = listen_at(panel, panel->options->panel_port);
    if (!panel->host && !panel->options->panel_chosen) {
        panel->host = listen_at(panel, 0);
    }
    return panel->host ? 0 : -1;
}

static int open_parts(struct panel *panel)
{
    struct lws_context_creation_info info = {
        .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .user = panel,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .fd_limit_per_thread = PANEL_SOCKETS,
        .count_threads = 1,
        .pt_serv_buf_size = PANEL_BODY * 4,
    };
    lws_set_log_level(0, NULL);
    panel->lws = make_token(panel) == 0 ? lws_create_context(&info) : NULL;
    return panel->lws ? listen_somewhere(panel) : -1;
}

int panel_open(struct panel **panel, const struct run_options *options,
               struct simulation *simulation, char *error, size_t error_size)
{
    struct panel *made = calloc(1, sizeof *made);
    if (!made) {
        snprintf(error, error_size, "out of memory");
        return -1;
    }
    made->options = options;
    made->simulation = simulation;
    if (open_parts(made) != 0) {
        snprintf(error, error_size, "--panel %u: nothing can listen at %s there; give another port",
                 options->panel_port, options->panel_address);
        if (made->lws) {
            lws_context_destroy(made->lws);
        }
        free(made);
        return -1;
    }
    make_url(made);
    panel_watch_open(&made->watch, simulation);
    made->view =
        (struct panel_view){.simulation = simulation, .options = options, .watch = &made->watch};
    *panel = made;
    return 0;
}

void panel_close(struct panel *panel)
{
    panel_watch_close(&panel->watch);
    lws_context_destroy(panel->lws);
    free(panel->message);
    free(panel);
}

const char *panel_url(const struct panel *panel)
{
    return panel->url;
}
