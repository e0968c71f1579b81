/* A clock that does what stdin says, one line after the other, and tells on stdout what it is then:
 * milliseconds of UTC, local time, daylight saving, and the changes that it told. For
 * clock_cases.py. */
#include "function/clock.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 256 };

static struct clock clock;
static uint32_t seen;

static bool take_zone(const char *line)
{
    struct civil_zone zone = {0};
    struct civil_change *begin = &zone.dst_begin;
    struct civil_change *end = &zone.dst_end;
    int read =
        sscanf(line, "zone %hd %hd %hhu %hhu %hhu %hu %hhu %hhu %hhu %hu", &zone.offset_min,
               &zone.dst_min, &begin->month, &begin->week, &begin->weekday, &begin->minute_of_day,
               &end->month, &end->week, &end->weekday, &end->minute_of_day);
    if (read == 10) {
        clock_init(&clock, &zone);
        seen = 0;
    }
    return read == 10;
}

static bool take_setting(const char *line)
{
    long long value;
    if (sscanf(line, "start %lld", &value) == 1) {
        clock_start(&clock, value);
    } else if (sscanf(line, "limit %lld", &value) == 1) {
        clock_set_limit(&clock, (uint16_t)value);
    } else if (sscanf(line, "period %lld", &value) == 1) {
        clock_set_period(&clock, (uint32_t)value);
    } else {
        return false;
    }
    return true;
}

static bool take_local(const char *line)
{
    struct civil local = {0};
    int dst;
    int read = sscanf(line, "set %d %hhu %hhu %hhu %hhu %hhu %d", &local.year, &local.month,
                      &local.day, &local.hour, &local.minute, &local.second, &dst);
    if (read == 7) {
        clock_correct(&clock, clock_utc_s(&clock, &local, dst != 0) * 1000);
    }
    return read == 7;
}

static bool take_action(const char *line)
{
    long long value;
    if (sscanf(line, "advance %lld", &value) == 1) {
        clock_advance(&clock, value);
    } else if (sscanf(line, "shift %lld", &value) == 1) {
        clock_shift(&clock, (int32_t)value);
    } else if (strcmp(line, "quarter\n") == 0) {
        clock_adjust_to_quarter(&clock);
    } else if (strcmp(line, "minute\n") == 0) {
        clock_adjust_to_minute(&clock);
    } else if (strcmp(line, "measuring\n") == 0) {
        clock_adjust_to_period(&clock);
    } else {
        return take_local(line);
    }
    return true;
}

static void tell(void)
{
    static const char *const causes[] = {"set", "shifted", "slewed", "saving", "zone", "lost"};
    struct clock_reading now = clock_read(&clock);
    const struct clock_change *change;
    printf("%lld %04d-%02u-%02uT%02u:%02u:%02u %u %d", (long long)clock.utc_ms, now.local.year,
           now.local.month, now.local.day, now.local.hour, now.local.minute, now.local.second,
           now.local.weekday, now.dst_active);
    while ((change = clock_change_next(&clock, &seen)) != NULL) {
        printf(" %s", causes[change->cause]);
    }
    putchar('\n');
    clock_advance(&clock, 0); /* the next step of the meter */
}

int main(void)
{
    char line[LINE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (take_zone(line) || take_setting(line)) {
            continue;
        }
        if (!take_action(line)) {
            fprintf(stderr, "clock_cases: %s", line);
            return 1;
        }
        tell();
    }
    return 0;
}
