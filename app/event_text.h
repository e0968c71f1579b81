/* Events for people. */
#ifndef WATTHOUR_APP_EVENT_TEXT_H
#define WATTHOUR_APP_EVENT_TEXT_H

#include <stdint.h>

/* "power down"; "event 222" is not known. Stands until the next call. */
const char *event_text(uint8_t code);

#endif
