/* Protected data (class 30) explained: by whom and for whom its layers are, and what is in it where
 * the keys are given. */
#ifndef WATTHOUR_APP_LAYERS_TEXT_H
#define WATTHOUR_APP_LAYERS_TEXT_H

#include "app/apdu_lines.h"

/* A value that has been shown already; nothing where it is no protected data. */
void layers_text_print(struct reader value, struct place at);

#endif
