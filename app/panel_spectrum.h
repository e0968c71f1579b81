/* Harmonics as the panel tells them. Private to it. */
#ifndef WATTHOUR_APP_PANEL_SPECTRUM_H
#define WATTHOUR_APP_PANEL_SPECTRUM_H

#include "app/panel_json.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/* Whether the meter analyses harmonics, and sees waveforms. */
bool panel_spectrum_is_there(const struct simulation *simulation);

/* Adds "spectrum": for each phase rms values of orders 1..40 ("u" in V, "i" in A; null where the
 * phase has not been analysed) and the distortion ("thd_u", "thd_i" in percent, or null). Nothing
 * where there is none, or no supply. */
void panel_spectrum_add(cJSON *json, const struct simulation *simulation);

#endif
