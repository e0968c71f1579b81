/* A table as a load profile's, without a meter behind it: rows of a clock, a status and two
 * registers (28 octets), as many as asked for. */
#ifndef WATTHOUR_BENCH_DLMS_ROWS_H
#define WATTHOUR_BENCH_DLMS_ROWS_H

#include "dlms/client.h"
#include "dlms/server.h"

extern const struct dlms_target bench_rows_target;

/* The server shows nothing but that table. */
void bench_rows_show(struct dlms_server *server, uint32_t rows);

#endif
