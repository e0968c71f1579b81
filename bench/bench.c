#define _POSIX_C_SOURCE 200809L

#include "bench/bench.h"

#include <sys/stat.h>
#include <time.h>

static void goal_text(char *text, size_t size, double goal, const char *none)
{
    if (isnan(goal)) {
        snprintf(text, size, "%s", none);
    } else {
        snprintf(text, size, "%.9g", goal);
    }
}

static void figure(struct bench *bench, const char *name, double value, const char *unit,
                   double goal, const char *better)
{
    char goal_json[32];
    char goal_table[32];
    goal_text(goal_json, sizeof goal_json, goal, "null");
    goal_text(goal_table, sizeof goal_table, goal, "-");
    printf("%-44s %14.6g %-12s goal %-10s (%s is better)\n", name, value, unit, goal_table, better);
    if (bench->json) {
        fprintf(bench->json,
                "%s\n  {\"name\": \"%s\", \"value\": %.9g, \"unit\": \"%s\", \"goal\": %s, "
                "\"better\": \"%s\"}",
                bench->figures > 0 ? "," : "[", name, value, unit, goal_json, better);
    }
    bench->figures++;
}

struct bench bench_begin(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "build/bench/%s.json", name);
    mkdir("build", 0777);
    mkdir("build/bench", 0777);
    struct bench bench = {.json = fopen(path, "w")};
    if (!bench.json) {
        perror(path);
    }
    return bench;
}

void bench_lower(struct bench *bench, const char *name, double value, const char *unit, double goal)
{
    figure(bench, name, value, unit, goal, "lower");
}

void bench_higher(struct bench *bench, const char *name, double value, const char *unit,
                  double goal)
{
    figure(bench, name, value, unit, goal, "higher");
}

int bench_end(struct bench *bench)
{
    if (!bench->json) {
        return 1;
    }
    int written = fputs(bench->figures > 0 ? "\n]\n" : "[]\n", bench->json);
    return fclose(bench->json) == 0 && written >= 0 ? 0 : 1;
}

double bench_now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}
