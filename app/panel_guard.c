#include "app/panel_guard.h"

#include <stddef.h>
#include <string.h>

bool guard_is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 ||
           strcmp(address, "localhost") == 0;
}

/* The name alone, without a port. */
static size_t name_size(const char *host)
{
    if (host[0] == '[') {
        const char *end = strchr(host, ']');
        return end ? (size_t)(end - host) + 1 : 0;
    }
    return strcspn(host, ":");
}

static bool is_port(const char *text)
{
    size_t digits = text[0] == ':' ? strspn(text + 1, "0123456789") : 0;
    return text[0] == '\0' || (digits > 0 && text[1 + digits] == '\0');
}

bool guard_host(const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    size_t size = name_size(host);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (size == strlen(names[i]) && strncmp(host, names[i], size) == 0) {
            return is_port(host + size);
        }
    }
    return false;
}

bool guard_origin(const char *origin, const char *host)
{
    static const char scheme[] = "http://";
    if (origin[0] == '\0') {
        return true;
    }
    return strncmp(origin, scheme, sizeof scheme - 1) == 0 &&
           strcmp(origin + sizeof scheme - 1, host) == 0;
}

bool guard_token(const char *given, const char *token)
{
    if (strlen(given) != strlen(token)) {
        return false;
    }
    unsigned char difference = 0;
    for (size_t i = 0; token[i] != '\0'; i++) {
        difference |= (unsigned char)(given[i] ^ token[i]);
    }
    return difference == 0;
}
