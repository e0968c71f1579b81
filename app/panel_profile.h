/* What the panel tells of the meter's profiles, as JSON. */
#ifndef WATTHOUR_APP_PANEL_PROFILE_H
#define WATTHOUR_APP_PANEL_PROFILE_H

#include "app/panel_json.h"

/* The newest rows of each profile that the display shows: names, periods, columns with their
 * units, rows of values. The caller's, to be freed by free(); NULL: out of memory. */
char *panel_json_profiles(const struct panel_view *view);

/* Grows with every row, so that those who look know when to ask again. */
double panel_profile_rows(const struct panel_view *view);

#endif
