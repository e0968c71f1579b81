/* Screens as text against files that somebody has looked at. */
#ifndef WATTHOUR_TEST_DISPLAY_GOLDEN_H
#define WATTHOUR_TEST_DISPLAY_GOLDEN_H

#include "display/display.h"

#include <stdio.h>

enum { GOLDEN_PATH = 512 };

/* A file of the name in the folder of the build: what was made is left there, to be looked at and
 * taken over. */
FILE *golden_begin(const char *name, char made[GOLDEN_PATH]);

void golden_draw(FILE *file, const char *title, struct display *display);

/* Closes it; the test fails where it differs from test/display/golden/NAME.txt. */
void golden_compare(FILE *file, const char *name, const char *made);

#endif
