/* What every bench shares: it prints a table and writes build/bench/NAME.json, an array of
 * {"name","value","unit","goal","better"}. Run from the project's root (`make bench`).
 *
 *     struct bench bench = bench_begin("dlms");
 *     bench_lower(&bench, "dlms.get_us", us, "us", 50);
 *     bench_higher(&bench, "dlms.objects_per_s", rate, "1/s", BENCH_NO_GOAL);
 *     return bench_end(&bench);
 */
#ifndef WATTHOUR_BENCH_BENCH_H
#define WATTHOUR_BENCH_BENCH_H

#include <math.h>
#include <stdio.h>

struct bench {
    FILE *json; /* NULL when the file could not be opened */
    int figures;
};

/* For a figure that no goal was set for. */
#define BENCH_NO_GOAL ((double)NAN)

/* Opens build/bench/`name`.json. */
struct bench bench_begin(const char *name);

/* A figure that is better when lower (higher). Names begin with the room: "dlms.get_us". */
void bench_lower(struct bench *bench, const char *name, double value, const char *unit,
                 double goal);
void bench_higher(struct bench *bench, const char *name, double value, const char *unit,
                  double goal);

/* Closes the file; the exit code for main(): 0, or 1 when the file could not be written. */
int bench_end(struct bench *bench);

/* Seconds of a monotonic clock, for what is timed. */
double bench_now_s(void);

#endif
