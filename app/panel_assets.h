/* The files of panel/, compiled in. */
#ifndef WATTHOUR_APP_PANEL_ASSETS_H
#define WATTHOUR_APP_PANEL_ASSETS_H

#include <stddef.h>

struct panel_asset {
    const char *path; /* "/panel.css"; "/" is the page */
    const char *type; /* of its content */
    const unsigned char *octets;
    size_t size;
};

/* NULL: there is none. */
const struct panel_asset *panel_asset_find(const char *path);

#endif
