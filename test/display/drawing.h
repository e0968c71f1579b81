/* A frame of the display as text: one character a dot, or the digits of segments and the names of
 * the symbols that are on. */
#ifndef WATTHOUR_TEST_DISPLAY_DRAWING_H
#define WATTHOUR_TEST_DISPLAY_DRAWING_H

#include "display/display.h"

#include <stdio.h>

/* What is on its glass, until something else is looked at. */
const struct display_frame *drawing_look(const struct display *display);

void drawing_write(FILE *file, const struct display_frame *frame);

/* What the dots of a line say, by the font; '?' for a pattern that is no character. */
void drawing_read_line(const struct display_frame *frame, int line, char text[DISPLAY_COLUMNS + 1]);

#endif
