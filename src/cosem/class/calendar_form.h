/* How calendars look on the wire: dates, times, names and rates of classes 20, 11 and 10. */
#ifndef WATTHOUR_COSEM_CLASS_CALENDAR_FORM_H
#define WATTHOUR_COSEM_CLASS_CALENDAR_FORM_H

#include "base/writer.h"
#include "cosem/intake.h"
#include "function/calendar.h"

/* The script table whose selector n selects rate n: 0-0:10.0.100. */
extern const uint8_t calendar_form_scripts[6];

/* What a fault is to the peer: a value of the right type that is not possible. */
enum cosem_result calendar_form_result(enum calendar_fault fault);

void calendar_form_put_name(struct writer *w, const struct calendar_name *name);
struct calendar_name calendar_form_take_name(struct cosem_intake *in);

/* date, five octets in an octet-string; a date of its own type is taken as well. */
void calendar_form_put_date(struct writer *w, const struct calendar_date *date);
struct calendar_date calendar_form_take_date(struct cosem_intake *in);

/* date-time of which only the date counts: the time is open or midnight. */
void calendar_form_put_start(struct writer *w, const struct calendar_date *date);
struct calendar_date calendar_form_take_start(struct cosem_intake *in);

/* time, four octets; hundredths are open or 0. */
void calendar_form_put_time(struct writer *w, uint8_t hour, uint8_t minute, uint8_t second);
void calendar_form_take_time(struct cosem_intake *in, uint8_t *hour, uint8_t *minute,
                             uint8_t *second);

/* The same, whose hour and minute may be open: CALENDAR_ANY. */
void calendar_form_take_open_time(struct cosem_intake *in, uint8_t *hour, uint8_t *minute,
                                  uint8_t *second);

/* script_logical_name and script_selector of a switch to a rate; other tables are refused. */
void calendar_form_put_rate(struct writer *w, uint8_t rate);
uint8_t calendar_form_take_rate(struct cosem_intake *in);

/* The tables of class 20: an element of seasons or weeks; nothing beyond their end. */
void calendar_form_put_season(const struct calendar *calendar, uint32_t number, struct writer *w);
void calendar_form_put_week(const struct calendar *calendar, uint32_t number, struct writer *w);

/* Days come in parts, each of which is short: the head of a day, or one of its switches. */
uint32_t calendar_form_day_parts(const struct calendar *calendar);
void calendar_form_put_day_part(const struct calendar *calendar, uint32_t number, struct writer *w);

/* Whole tables, into a calendar that had none. */
void calendar_form_take_seasons(struct cosem_intake *in, struct calendar *calendar);
void calendar_form_take_weeks(struct cosem_intake *in, struct calendar *calendar);
void calendar_form_take_days(struct cosem_intake *in, struct calendar *calendar);

/* Days are looked at before they are taken, so that they need no second memory: what is wrong with
 * the first that is not good, or does not fit into `room` switches. */
enum calendar_fault calendar_form_check_days(struct cosem_intake *in,
                                             const struct calendar_limits *limits, size_t room);

/* An entry of class 11. */
void calendar_form_put_special(struct writer *w, const struct calendar_special *special);
struct calendar_special calendar_form_take_special(struct cosem_intake *in);

#endif
