/* The glass of a display in a terminal: dots as braille characters, two by four in each; segments
 * as lines. */
#ifndef WATTHOUR_APP_GLASS_H
#define WATTHOUR_APP_GLASS_H

#include "display/display.h"

#include <stdio.h>

/* Lines of text, each ended by `line_end`. */
void glass_print(FILE *out, const struct display_frame *frame, const char *line_end);

#endif
