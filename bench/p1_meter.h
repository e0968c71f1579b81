/* A whole ST402D with a past, as P1 shows it: ten long failures, thirteen months with their maxima,
 * a message of 1024 characters. */
#ifndef WATTHOUR_BENCH_P1_METER_H
#define WATTHOUR_BENCH_P1_METER_H

#include "p1/telegram.h"

/* It lives on a chip in memory; once in a process. 0, or -1 with one line on stderr. */
int p1_meter_begin(void);

/* What its customer port would show now. */
struct p1_view p1_meter_view(void);

#endif
