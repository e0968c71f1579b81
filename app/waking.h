/* The virtual meter that reads out on its battery while the mains are away. */
#ifndef WATTHOUR_APP_WAKING_H
#define WATTHOUR_APP_WAKING_H

#include "app/simulation.h"

/* The meter whose display is lit: the one that lives; without mains the one that is awake; NULL. */
struct meter *waking_face(struct simulation *simulation);

/* What is on the glass; NULL: nothing is. */
const struct display_frame *waking_frame(struct simulation *simulation);

/* A button: wakes a meter that sleeps, if it can be. False: nothing shows anything. */
bool waking_press(struct simulation *simulation, enum display_button button, bool down);

/* Light at the optical port: the same. */
void waking_light(struct simulation *simulation);

/* Time has passed, or the mains are back. */
void waking_step(struct simulation *simulation);
void waking_end(struct simulation *simulation);

#endif
