#include "app/url.h"

#include "link/wrapper.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct scheme {
    const char *begins;
    enum url_scheme scheme;
    bool hdlc;
    bool host; /* else a path */
} schemes[] = {
    {"tcp://", URL_TCP, false, true},
    {"udp://", URL_UDP, false, true},
    {"hdlc+tcp://", URL_HDLC_TCP, true, true},
    {"serial://", URL_SERIAL, true, false},
};

static const struct parameter {
    const char *name;
    uint32_t least;
    uint32_t most;
    uint32_t otherwise;
} parameters[URL_PARAMETERS] = {
    [URL_LOGICAL] = {"logical", 1, 0x3FFF, 1}, [URL_DEVICE] = {"device", 16, 0x3FFD, 0},
    [URL_ADDRESS] = {"address", 1, 4, 0},      [URL_FIELD] = {"field", 32, 2030, 512},
    [URL_WINDOW] = {"window", 1, 7, 7},        [URL_GAP] = {"gap", 20, 6000, 200},
    [URL_BAUD] = {"baud", 300, 115200, 9600},  [URL_MODE] = {"mode", 0, 0, URL_MODE_HDLC},
};

static int refuse(char *error, size_t error_size, const char *wanted)
{
    snprintf(error, error_size, "no URL of a meter; give %s", wanted);
    return -1;
}

static const struct scheme *find_scheme(const char *text)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (strncmp(text, schemes[i].begins, strlen(schemes[i].begins)) == 0) {
            return &schemes[i];
        }
    }
    return NULL;
}

static int copy(char *to, size_t room, const char *from, size_t size)
{
    if (size == 0 || size >= room) {
        return -1;
    }
    memcpy(to, from, size);
    to[size] = '\0';
    return 0;
}

/* HOST[:PORT], `size` characters of it. */
static int take_host(struct url *url, const char *at, size_t size)
{
    const char *end = at + size;
    bool bracket = *at == '[';
    at += bracket;
    size_t host = strcspn(at, bracket ? "]" : ":/?");
    if (at + host > end || copy(url->host, sizeof url->host, at, host) != 0 ||
        (bracket && at[host] != ']')) {
        return -1;
    }
    at += host + bracket;
    snprintf(url->port, sizeof url->port, "%d", WRAPPER_PORT);
    if (at < end && *at == ':') {
        size_t digits = strspn(at + 1, "0123456789");
        if (digits > 5 || copy(url->port, sizeof url->port, at + 1, digits) != 0) {
            return -1;
        }
        at += 1 + digits;
    }
    return at == end || (at + 1 == end && *at == '/') ? 0 : -1;
}

/* mode=e is the one that has a word. */
static bool is_mode_e(const char *text)
{
    static const char word[] = "mode=e";
    size_t size = sizeof word - 1;
    return strncmp(text, word, size) == 0 && (text[size] == '\0' || text[size] == '&');
}

/* One NAME=NUMBER, which ends at '&' or with the text. */
static int take_parameter(struct url *url, const char *text)
{
    if (is_mode_e(text)) {
        url->parameters[URL_MODE] = URL_MODE_E;
        return 0;
    }
    size_t name = strcspn(text, "=");
    for (int i = 0; i < URL_PARAMETERS; i++) {
        const struct parameter *p = &parameters[i];
        if (strlen(p->name) != name || strncmp(p->name, text, name) != 0 || text[name] != '=') {
            continue;
        }
        char *end;
        unsigned long value = strtoul(text + name + 1, &end, 10);
        if (end == text + name + 1 || (*end != '\0' && *end != '&') || value < p->least ||
            value > p->most) {
            return -1;
        }
        url->parameters[i] = (uint32_t)value;
        return 0;
    }
    return -1;
}

static int take_parameters(struct url *url, const char *at)
{
    while (*at != '\0') {
        at++; /* '?' or '&' */
        if (take_parameter(url, at) != 0) {
            return -1;
        }
        at += strcspn(at, "&");
    }
    return url->parameters[URL_ADDRESS] == 3 ? -1 : 0;
}

int url_take(struct url *url, const char *text, char *error, size_t error_size)
{
    static const char forms[] =
        "tcp://HOST[:PORT], udp://HOST[:PORT], hdlc+tcp://HOST:PORT or serial:///dev/NAME";
    *url = (struct url){.scheme = URL_TCP};
    for (int i = 0; i < URL_PARAMETERS; i++) {
        url->parameters[i] = parameters[i].otherwise;
    }
    const struct scheme *scheme = find_scheme(text);
    if (!scheme) {
        return refuse(error, error_size, forms);
    }
    url->scheme = scheme->scheme;
    const char *at = text + strlen(scheme->begins);
    size_t size = strcspn(at, "?");
    int taken =
        scheme->host ? take_host(url, at, size) : copy(url->host, sizeof url->host, at, size);
    if (taken != 0) {
        return refuse(error, error_size, forms);
    }
    if (take_parameters(url, at + size) != 0) {
        return refuse(error, error_size,
                      "parameters as ?logical=1&device=17&address=4&field=512&window=7&gap=200&"
                      "baud=9600; see --help");
    }
    return 0;
}
