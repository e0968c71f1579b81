/* The self-test of a process: its program against the file that it was started from, a watchdog by
 * processor time, and what need() had to say, kept in a file for the next start. */
#ifndef WATTHOUR_PORT_POSIX_SELFTEST_H
#define WATTHOUR_PORT_POSIX_SELFTEST_H

#include "meter/meter.h"

/* The program's text in memory is compared with that of the executable file, 64 kB a slice. The
 * legally relevant part is linked into the same text, and is tested with it. One in a process. */
extern const struct meter_port posix_meter_port;

/* From now on a failing need(), or a main loop that does not call alive() for 30 s of processor
 * time, writes its place to the file before the process ends. 0, or -1 with errno. The path must
 * outlive the process's work; NULL: no file. */
int posix_faults_record(const char *path);

/* What the last run left there; the file is removed. */
struct selftest_fault posix_fault_take(const char *path);

#endif
