/* Octets of a line explained as an indented tree. */
#ifndef WATTHOUR_APP_APDU_TEXT_H
#define WATTHOUR_APP_APDU_TEXT_H

#include "app/decipher.h"
#include "base/reader.h"

#include <stdio.h>

/* What is known while octets are explained one after the other. */
struct apdu_text {
    FILE *out;
    struct decipher decipher;
};

/* One APDU, or one value; what cannot be understood is shown as octets and leaves `r` at fault.
 * Each line is indented by `depth` steps, two blanks each, at least. */
void apdu_text_print(struct apdu_text *text, struct reader *r, int depth);

#endif
