/* tariff_year PRODUCT: prints what a calendar of the product may have.
 * tariff_year PRODUCT ZONE-MINUTES DST FROM UNTIL CALENDAR [AT NEXT]: steps the tariff of a product
 * through FROM..UNTIL (seconds of UTC) and prints each change of the rate as "UTC RATE". CALENDAR
 * is active from the beginning, NEXT from AT on. With DST 1 the European Union's daylight saving is
 * in force.
 *
 * What the rates should be is known by another model, tariff_years.py. */
#include "app/calendar_text.h"
#include "function/tariff.h"
#include "product/product.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 1 << 16 };

static int read_calendar(const char *path, struct calendar_text *calendar)
{
    static char text[TEXT];
    char error[CALENDAR_TEXT_ERROR];
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return -1;
    }
    size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = '\0';
    fclose(file);
    if (calendar_text_read(calendar, text, error) != 0) {
        fprintf(stderr, "%s: %s\n", path, error);
        return -1;
    }
    return 0;
}

static enum calendar_fault program(struct tariff *tariff, const struct calendar_text *text)
{
    enum calendar_fault fault = tariff_set_seasons(tariff, &text->calendar);
    fault = fault == CALENDAR_GOOD ? tariff_set_weeks(tariff, &text->calendar) : fault;
    fault = fault == CALENDAR_GOOD ? tariff_set_days(tariff, &text->calendar) : fault;
    return fault == CALENDAR_GOOD ? tariff_set_specials(tariff, &text->specials) : fault;
}

static void walk(struct tariff *tariff, struct clock *clock, int64_t until_ms)
{
    unsigned before = 0;
    while (clock->utc_ms < until_ms) {
        int64_t due_ms = tariff_step(tariff, clock);
        if (tariff->rates[TARIFF_ENERGY] != before) {
            before = tariff->rates[TARIFF_ENERGY];
            printf("%" PRId64 " %u\n", clock->utc_ms / 1000, before);
        }
        clock_advance(clock, due_ms);
    }
}

int main(int argc, char **argv)
{
    static struct tariff tariff;
    static struct calendar_text first;
    static struct calendar_text next;
    const struct product *product = argc > 1 ? product_find(argv[1]) : NULL;
    if (product == NULL || (argc != 2 && argc != 7 && argc != 9)) {
        fprintf(stderr, "usage: tariff_year PRODUCT [ZONE DST FROM UNTIL CALENDAR [AT NEXT]]\n");
        return 2;
    }
    const struct calendar_limits *limits = &product->tariff;
    if (argc == 2) {
        printf("%u %u %u %u %u %u\n", limits->seasons, limits->weeks, limits->days,
               limits->switches, limits->specials, limits->rates);
        return 0;
    }
    argv++;
    argc--;
    struct civil_zone zone = {
        .offset_min = (int16_t)atoi(argv[1]),
        .dst_min = (int16_t)(60 * atoi(argv[2])),
        .dst_begin = {.month = 3, .week = 5, .weekday = 7, .minute_of_day = 120},
        .dst_end = {.month = 10, .week = 5, .weekday = 7, .minute_of_day = 180},
    };
    struct clock clock;
    clock_init(&clock, &zone);
    clock_start(&clock, atoll(argv[3]) * 1000);
    static struct calendar_switch switches[2 * CALENDAR_SWITCHES];
    tariff_init(&tariff, limits, switches, 2 * CALENDAR_SWITCHES);
    if (read_calendar(argv[5], &first) != 0 || program(&tariff, &first) != CALENDAR_GOOD ||
        tariff_activate(&tariff) != CALENDAR_GOOD) {
        return 1;
    }
    if (argc == 8) {
        if (read_calendar(argv[7], &next) != 0 || program(&tariff, &next) != CALENDAR_GOOD) {
            return 1;
        }
        tariff_activate_at(&tariff, atoll(argv[6]) * 1000);
    }
    walk(&tariff, &clock, atoll(argv[4]) * 1000);
    return 0;
}
