#include "app/panel_act.h"
#include "app/panel_assets.h"
#include "app/panel_inside.h"
#include "app/panel_profile.h"

#include "port/posix/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 4096,
    HEADERS = 1024,
    OK = 200,
    BAD_REQUEST = 400,
    UNAUTHORIZED = 401,
    FORBIDDEN = 403,
    NOT_FOUND = 404,
    NOT_ALLOWED = 405,
    TOO_LARGE = 413,
    UNSUITABLE = 415,
    OUT_OF_MEMORY = 500,
};

static const char json_type[] = "application/json";

/* ---- who asks ---- */

static void header_of(struct lws *wsi, enum lws_token_indexes token, char value[PANEL_HEADER])
{
    if (lws_hdr_copy(wsi, value, PANEL_HEADER, token) < 0) {
        /* Longer than any that we would take. */
        memcpy(value, "?", 2);
    } else if (lws_hdr_total_length(wsi, token) == 0) {
        value[0] = '\0';
    }
}

/* "Authorization: Bearer TOKEN"; a WebSocket of a browser can say it in its address only. */
static bool has_token(const struct panel *panel, struct lws *wsi)
{
    static const char bearer[] = "Bearer ";
    char value[PANEL_HEADER];
    header_of(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, value);
    if (strncmp(value, bearer, sizeof bearer - 1) == 0) {
        return guard_token(value + sizeof bearer - 1, panel->token);
    }
    const char *given = lws_get_urlarg_by_name(wsi, "token=", value, sizeof value);
    return given && guard_token(given, panel->token);
}

int panel_refuses(const struct panel *panel, struct lws *wsi)
{
    char host[PANEL_HEADER];
    char origin[PANEL_HEADER];
    header_of(wsi, WSI_TOKEN_HOST, host);
    header_of(wsi, WSI_TOKEN_ORIGIN, origin);
    bool loopback = panel->token[0] == '\0';
    if ((loopback && !guard_host(host)) || !guard_origin(origin, host)) {
        return FORBIDDEN;
    }
    return loopback || has_token(panel, wsi) ? 0 : UNAUTHORIZED;
}

/* ---- answers ---- */

static int add_header(struct lws *wsi, const char *name, const char *value, unsigned char **at,
                      unsigned char *end)
{
    return lws_add_http_header_by_name(wsi, (const unsigned char *)name,
                                       (const unsigned char *)value, (int)strlen(value), at, end);
}

/* Nothing of ours is kept by a browser, framed by a page, or brings anything from elsewhere. */
static int add_headers(struct lws *wsi, unsigned char **at, unsigned char *end)
{
    static const char policy[] = "default-src 'self'; connect-src 'self' ws: wss:; "
                                 "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    return add_header(wsi, "content-security-policy:", policy, at, end) ||
           add_header(wsi, "x-content-type-options:", "nosniff", at, end) ||
           add_header(wsi, "referrer-policy:", "no-referrer", at, end) ||
           add_header(wsi, "cache-control:", "no-store", at, end);
}

static int begin_answer(struct lws *wsi, struct panel_session *session, int status)
{
    unsigned char buffer[LWS_PRE + HEADERS];
    unsigned char *at = buffer + LWS_PRE;
    unsigned char *end = buffer + sizeof buffer - 1;
    if (lws_add_http_common_headers(wsi, (unsigned)status, session->type,
                                    (lws_filepos_t)session->size, &at, end) ||
        add_headers(wsi, &at, end) ||
        lws_finalize_write_http_header(wsi, buffer + LWS_PRE, &at, end)) {
        return -1;
    }
    session->sent = 0;
    lws_callback_on_writable(wsi);
    return 0;
}

/* Takes the text over. */
static int answer_json(struct lws *wsi, struct panel_session *session, int status, char *text)
{
    session->type = json_type;
    session->owned = text;
    session->octets = (const unsigned char *)text;
    session->size = text ? strlen(text) : 0;
    return begin_answer(wsi, session, text ? status : OUT_OF_MEMORY);
}

/* The texts are ours: nothing in them is to be escaped. */
static int answer_error(struct lws *wsi, struct panel_session *session, int status, const char *why)
{
    size_t room = strlen(why) + sizeof "{\"error\":\"\"}";
    char *text = malloc(room);
    if (text) {
        snprintf(text, room, "{\"error\":\"%s\"}", why);
    }
    return answer_json(wsi, session, status, text);
}

static int answer_refusal(struct lws *wsi, struct panel_session *session, int status)
{
    return answer_error(wsi, session, status,
                        status == UNAUTHORIZED
                            ? "give the token that watthour run has printed"
                            : "this panel answers to its own page only, under its own name");
}

/* ---- requests ---- */

static int get(struct panel *panel, struct lws *wsi, struct panel_session *session)
{
    const struct panel_asset *asset = panel_asset_find(session->path);
    if (asset) {
        session->type = asset->type;
        session->octets = asset->octets;
        session->size = asset->size;
        return begin_answer(wsi, session, OK);
    }
    if (strcmp(session->path, "/api/meter") == 0) {
        return answer_json(wsi, session, OK, panel_json_meter(&panel->view));
    }
    if (strcmp(session->path, "/api/history") == 0) {
        return answer_json(wsi, session, OK, panel_json_history(&panel->view));
    }
    if (strcmp(session->path, "/api/p1") == 0) {
        return answer_json(wsi, session, OK, panel_json_p1(&panel->view));
    }
    if (strcmp(session->path, "/api/profiles") == 0) {
        return answer_json(wsi, session, OK, panel_json_profiles(&panel->view));
    }
    if (strcmp(session->path, "/api/events") == 0) {
        return answer_json(wsi, session, OK, panel_json_events(&panel->view));
    }
    if (strcmp(session->path, "/api/live") == 0) {
        struct panel_view view = panel->view; /* the lookers' pulses stay theirs */
        return answer_json(wsi, session, OK, panel_json_live(&view, true));
    }
    return answer_error(wsi, session, NOT_FOUND, "there is nothing of that name");
}

static bool is_act(const char *path)
{
    return strcmp(path, "/api/button") == 0 || strcmp(path, "/api/world") == 0;
}

/* A form of another page cannot be of this type without asking first. */
static int begin_post(struct lws *wsi, struct panel_session *session)
{
    char type[PANEL_HEADER];
    header_of(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, type);
    if (!is_act(session->path)) {
        return answer_error(wsi, session, panel_asset_find(session->path) ? NOT_ALLOWED : NOT_FOUND,
                            "nothing is posted there");
    }
    if (strncmp(type, json_type, sizeof json_type - 1) != 0) {
        return answer_error(wsi, session, UNSUITABLE, "post application/json");
    }
    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) == 0) {
        return answer_error(wsi, session, BAD_REQUEST, "say how long the body is");
    }
    session->posts = true;
    return 0;
}

static void take_path(struct panel_session *session, const char *in, size_t size)
{
    size_t kept = size < PANEL_PATH ? size : 0; /* none of ours is as long */
    memcpy(session->path, in, kept);
    session->path[kept] = '\0';
}

static int request(struct panel *panel, struct lws *wsi, struct panel_session *session,
                   const char *path, size_t size)
{
    *session = (struct panel_session){0};
    take_path(session, path, size);
    bool gets = lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0;
    bool posts = lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) > 0;
    int refusal = panel_refuses(panel, wsi);
    /* The page itself holds no secret, and could not ask without being there. */
    if (refusal == UNAUTHORIZED && gets && panel_asset_find(session->path)) {
        refusal = 0;
    }
    if (refusal != 0) {
        return answer_refusal(wsi, session, refusal);
    }
    if (posts) {
        return begin_post(wsi, session);
    }
    return gets ? get(panel, wsi, session)
                : answer_error(wsi, session, NOT_ALLOWED, "only GET and POST");
}

static void take_body(struct panel_session *session, const void *in, size_t size)
{
    if (!session->posts || size > sizeof session->body - session->body_size) {
        session->too_large = true;
        return;
    }
    if (size > 0) {
        memcpy(session->body + session->body_size, in, size);
        session->body_size += size;
    }
}

/* Buttons that are held are let go of when nobody has said anything for long. */
static void note_press(struct panel *panel)
{
    panel->pressed_us = loop_time_us();
}

static int act(struct panel *panel, struct lws *wsi, struct panel_session *session)
{
    const char *error = "";
    if (!session->posts) {
        return 0; /* it has been answered already */
    }
    if (session->too_large) {
        return answer_error(wsi, session, TOO_LARGE, "the body may have 1024 octets");
    }
    enum panel_result result;
    if (strcmp(session->path, "/api/button") == 0) {
        result = panel_act_button(panel->simulation, session->body, session->body_size, &error);
        note_press(panel);
    } else {
        result = panel_act_world(panel->simulation, session->body, session->body_size, &error);
    }
    if (result != PANEL_OK) {
        return answer_error(wsi, session, (int)result, error);
    }
    static const char done[] = "{\"done\":true}";
    session->type = json_type;
    session->octets = (const unsigned char *)done;
    session->size = sizeof done - 1;
    return begin_answer(wsi, session, OK);
}

static void end_answer(struct panel_session *session)
{
    free(session->owned);
    session->owned = NULL;
    session->octets = NULL;
}

static int write_on(struct lws *wsi, struct panel_session *session)
{
    unsigned char chunk[LWS_PRE + CHUNK];
    size_t left = session->size - session->sent;
    size_t size = left < CHUNK ? left : CHUNK;
    bool last = size == left;
    if (size > 0) {
        memcpy(chunk + LWS_PRE, session->octets + session->sent, size);
    }
    if (lws_write(wsi, chunk + LWS_PRE, size, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0) {
        return -1;
    }
    session->sent += size;
    if (!last) {
        lws_callback_on_writable(wsi);
        return 0;
    }
    end_answer(session);
    return lws_http_transaction_completed(wsi) ? -1 : 0;
}

int panel_http(struct panel *panel, struct lws *wsi, enum lws_callback_reasons reason,
               struct panel_session *session, void *in, size_t size)
{
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return request(panel, wsi, session, in, size);
    case LWS_CALLBACK_HTTP_BODY:
        take_body(session, in, size);
        return 0;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return act(panel, wsi, session);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return session->octets ? write_on(wsi, session) : 0;
    case LWS_CALLBACK_CLOSED_HTTP:
        if (session) {
            end_answer(session);
        }
        return 0;
    default:
        return 0;
    }
}
