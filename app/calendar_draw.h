/* A calendar drawn: what each day does, and which day each date of a year is. */
#ifndef WATTHOUR_APP_CALENDAR_DRAW_H
#define WATTHOUR_APP_CALENDAR_DRAW_H

#include "app/calendar_text.h"

#include <cjson/cJSON.h>

/* For people: a bar of half hours for each day, a line for each month. */
void calendar_draw(const struct calendar_text *calendar, int year, FILE *out);

/* The same for programs: {"year", "days": {"1": [["00:00:00", 2], ...]}, "dates": {"2027-01-01":
 * 1}}. The caller frees it. */
cJSON *calendar_draw_json(const struct calendar_text *calendar, int year);

#endif
