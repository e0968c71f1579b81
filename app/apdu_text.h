/* Octets of a line explained as an indented tree, on stdout. */
#ifndef WATTHOUR_APP_APDU_TEXT_H
#define WATTHOUR_APP_APDU_TEXT_H

#include "base/reader.h"

/* One APDU, or one value; what cannot be understood is shown as octets and leaves `r` at fault.
 * Each line is indented by `depth` steps at least. */
void apdu_text_print(struct reader *r, int depth);

#endif
