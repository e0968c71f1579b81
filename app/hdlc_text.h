/* HDLC frames of a line explained, with what is wrong with them; APDUs are put together from their
 * segments. */
#ifndef WATTHOUR_APP_HDLC_TEXT_H
#define WATTHOUR_APP_HDLC_TEXT_H

#include "app/apdu_text.h"

/* Takes frames from a flag on, and what stands between them; `*faults` counts what is wrong. The
 * octets that it took: 0 when there is no flag at the beginning. */
size_t hdlc_text_print(struct apdu_text *text, struct reader r, int *faults);

#endif
