/* What the panel may do: press buttons, reach into the world. One JSON object says what. */
#ifndef WATTHOUR_APP_PANEL_ACT_H
#define WATTHOUR_APP_PANEL_ACT_H

#include "app/simulation.h"

#include <stddef.h>

/* What the clock chip's inputs are called here, by enum rtc_input. */
extern const char *const panel_tampers[RTC_INPUTS];

enum panel_result {
    PANEL_OK = 200,
    PANEL_MALFORMED = 400, /* no JSON, or not what is wanted */
    PANEL_IMPOSSIBLE = 409 /* well said, and cannot be done now */
};

/* {"button": "scroll"|"service", "down": true|false}, or {"seal": "broken"}: without that the
 * service button is out of reach. */
enum panel_result panel_act_button(struct simulation *simulation, const char *body, size_t size,
                                   const char **error);

/* One of
 *     {"load": NAME, "position": "on"|"off"|"auto"}
 *     {"voltage": 0..1.5, "phase": 0..3}      0, or left out: all
 *     {"frequency_shift": -10..10}
 *     {"dip": 0..1.5, "seconds": 0.02..86400, "phase": 0..3}
 *     {"cut": true|false}
 *     {"speed": 0.1..1000}   times real time; 0: as fast as it goes
 *     {"terminal": 1|2|3, "live": true|false}
 *     {"tamper": "terminal_cover"|"meter_cover"|"field"|"emf", "there": true|false} */
enum panel_result panel_act_world(struct simulation *simulation, const char *body, size_t size,
                                  const char **error);

/* Buttons that are down go up: whoever held them is gone. */
void panel_act_let_go(struct simulation *simulation);

#endif
