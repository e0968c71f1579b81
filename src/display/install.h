/* What an installer does behind the sealed button. An entry that the meter has nothing for is not
 * there. Private to this room. */
#ifndef WATTHOUR_DISPLAY_INSTALL_H
#define WATTHOUR_DISPLAY_INSTALL_H

#include "display/screen.h"

enum install_entry {
    INSTALL_IDENTIFICATION, /* the service list: software, its checksums, constants */
    INSTALL_PUSH,           /* tries the network: a push on installation, and what becomes of it */
    INSTALL_PORT,           /* the consumer port on or off */
    INSTALL_BILLING,        /* ends the billing period */
    INSTALL_ENTRIES
};

/* Not while it runs on its battery: what was done would be lost. */
bool install_possible(const struct display *display);

/* The entry behind `entry`, and round. */
unsigned install_next(const struct display *display, unsigned entry);

/* Does it. The identification is only shown. */
void install_do(struct display *display, enum install_entry entry);

void install_show(const struct display *display, struct screen *screen);

#endif
