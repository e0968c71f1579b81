/* ACCESS explained: APDUs that begin with their tag. */
#ifndef WATTHOUR_APP_ACCESS_TEXT_H
#define WATTHOUR_APP_ACCESS_TEXT_H

#include "app/apdu_lines.h"

void access_text_request(struct reader *r, struct place at);
void access_text_response(struct reader *r, struct place at);

#endif
