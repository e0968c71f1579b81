/* Who may ask the panel, by what a request says of itself. */
#ifndef WATTHOUR_APP_PANEL_GUARD_H
#define WATTHOUR_APP_PANEL_GUARD_H

#include <stdbool.h>

enum { GUARD_TOKEN = 32 /* hexadecimal digits */ };

/* Whether a numeric address, or "localhost", is this machine's own. */
bool guard_is_loopback(const char *address);

/* A panel on loopback answers under names of this machine only: a page of another name that
 * resolves to 127.0.0.1 is refused. `host` as in the header: "localhost:8080", "[::1]:8080". */
bool guard_host(const char *host);

/* What a browser says of the page that asks ("http://127.0.0.1:8080") must be the panel itself, as
 * the header Host names it. "": the asker is no browser, or the page is our own. */
bool guard_origin(const char *origin, const char *host);

/* In a time that does not tell where they differ. */
bool guard_token(const char *given, const char *token);

#endif
