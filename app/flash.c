/* watthour flash: what a meter's flash chip holds, how it is worn, how long it lasts. */
#include "app/command.h"
#include "app/flash_view.h"
#include "app/option.h"
#include "base/civil.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 4096, TEXT_ROOM = 128, TIME_ROOM = 32, MAP_COLUMNS = 64 };

struct flash_options {
    bool json;
};

static void take_json(void *context, struct option_value *value)
{
    (void)value;
    struct flash_options *options = context;
    options->json = true;
}

static const struct option_row rows[] = {{"json", NULL, take_json, "print JSON"}};

static const struct option_table table = {
    .command = "flash",
    .usage =
        "usage: watthour flash [OPTIONS] DIR\n\n"
        "Shows the flash chip of a data directory (`watthour run --data DIR`): its partitions\n"
        "and what they hold, what cannot be read, how often each sector was erased, and the\n"
        "years that it lasts when everything is written once a minute. Changes nothing; the\n"
        "meter may be running.\n\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

static void time_text(uint32_t time_s, char text[TIME_ROOM])
{
    struct civil c = civil_from_seconds(time_s);
    snprintf(text, TIME_ROOM, "%04d-%02u-%02u %02u:%02u:%02u", (int)c.year, c.month, c.day, c.hour,
             c.minute, c.second);
}

static void records_text(const struct flash_part *part, char text[TEXT_ROOM])
{
    char from[TIME_ROOM];
    char to[TIME_ROOM];
    if (part->first == part->next) {
        snprintf(text, TEXT_ROOM, "-");
        return;
    }
    time_text(part->from_s, from);
    time_text(part->to_s, to);
    snprintf(text, TEXT_ROOM, "%u records of %u octets, %s .. %s", part->next - part->first,
             part->size, from, to);
}

static void contents_text(const struct flash_part *part, char text[TEXT_ROOM])
{
    switch (part->partition->kind) {
    case BELT_RECORDS:
        records_text(part, text);
        break;
    case BELT_STAGE:
        snprintf(text, TEXT_ROOM, part->octets > 0 ? "%u octets, committed" : "-", part->octets);
        break;
    default:
        snprintf(text, TEXT_ROOM, part->values > 0 ? "%u values, %u octets" : "-", part->values,
                 part->octets);
        break;
    }
}

/* ---- As text ---- */

static void print_parts(const struct flash_view *view)
{
    printf("%-18s %7s %5s %5s %8s %6s  %s\n", "partition", "sectors", "used", "ready", "erases",
           "years", "contents");
    for (unsigned i = 0; i < view->count; i++) {
        const struct flash_part *part = &view->parts[i];
        char contents[TEXT_ROOM];
        contents_text(part, contents);
        printf("%-18s %7u %5u %5u %8u %6u  %s\n", part->partition->name, part->partition->sectors,
               part->used, part->ready, part->erases_most, part->life_years, contents);
    }
}

static uint32_t most_erases(const struct flash_view *view)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < view->flash.size / view->flash.sector; i++) {
        most = view->nor.wear[i] > most ? view->nor.wear[i] : most;
    }
    return most;
}

/* A character for each sector: how often it was erased, in ninths of the most. */
static void print_wear(const struct flash_view *view)
{
    uint32_t most = most_erases(view);
    printf("\nerases of each sector (. never, 9 = %u, of %u that it endures)\n", most,
           (unsigned)LIFE_ERASES);
    for (uint32_t i = 0; i < view->flash.size / view->flash.sector; i++) {
        uint32_t erases = view->nor.wear[i];
        putchar(erases == 0 ? '.' : (int)('0' + (uint64_t)erases * 9 / most));
        if (i % MAP_COLUMNS == MAP_COLUMNS - 1) {
            putchar('\n');
        }
    }
}

static void print_losses(const struct flash_view *view)
{
    bool any = false;
    for (unsigned i = 0; i < view->count; i++) {
        const struct flash_part *part = &view->parts[i];
        if (part->lost > 0 || part->damaged > 0) {
            printf("%s%s: %u sectors, %u items",
                   any ? "; " : "\ncannot be read: ", part->partition->name, part->lost,
                   part->damaged);
            any = true;
        }
    }
    puts(any ? " (what a cut supply tore counts too)" : "\nall that is there can be read");
}

static void print_text(const struct flash_view *view, const char *path)
{
    printf("%s: %s, %u KiB in %u sectors of %u\n", path,
           view->layout ? view->layout->product : "no meter's data", view->flash.size / 1024,
           view->flash.size / view->flash.sector, view->flash.sector);
    if (view->file_octets < view->flash.size) {
        printf("the file ends at %u of %u octets; the rest reads as erased\n", view->file_octets,
               view->flash.size);
    }
    if (view->layout) {
        puts("");
        print_parts(view);
        print_losses(view);
    }
    print_wear(view);
}

/* ---- As JSON ---- */

static cJSON *part_json(const struct flash_part *part)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "name", part->partition->name);
    cJSON_AddNumberToObject(object, "first_sector", part->partition->first);
    cJSON_AddNumberToObject(object, "sectors", part->partition->sectors);
    cJSON_AddNumberToObject(object, "used", part->used);
    cJSON_AddNumberToObject(object, "ready", part->ready);
    cJSON_AddNumberToObject(object, "lost_sectors", part->lost);
    cJSON_AddNumberToObject(object, "damaged", part->damaged);
    cJSON_AddNumberToObject(object, "erases_least", part->erases_least);
    cJSON_AddNumberToObject(object, "erases_most", part->erases_most);
    cJSON_AddNumberToObject(object, "life_years", part->life_years);
    if (part->partition->kind == BELT_RECORDS) {
        cJSON_AddNumberToObject(object, "first", part->first);
        cJSON_AddNumberToObject(object, "next", part->next);
        cJSON_AddNumberToObject(object, "record_octets", part->size);
        cJSON_AddNumberToObject(object, "from", part->from_s);
        cJSON_AddNumberToObject(object, "to", part->to_s);
    } else {
        cJSON_AddNumberToObject(object, "values", part->values);
        cJSON_AddNumberToObject(object, "octets", part->octets);
    }
    return object;
}

static void print_json(const struct flash_view *view)
{
    cJSON *chip = cJSON_CreateObject();
    cJSON_AddItemToObject(chip, "product",
                          view->layout ? cJSON_CreateString(view->layout->product)
                                       : cJSON_CreateNull());
    cJSON_AddNumberToObject(chip, "octets", view->flash.size);
    cJSON_AddNumberToObject(chip, "sector_octets", view->flash.sector);
    cJSON_AddNumberToObject(chip, "file_octets", view->file_octets);
    cJSON *parts = cJSON_AddArrayToObject(chip, "partitions");
    for (unsigned i = 0; i < view->count; i++) {
        cJSON_AddItemToArray(parts, part_json(&view->parts[i]));
    }
    cJSON *erases = cJSON_AddArrayToObject(chip, "erases");
    for (uint32_t i = 0; i < view->flash.size / view->flash.sector; i++) {
        cJSON_AddItemToArray(erases, cJSON_CreateNumber(view->nor.wear[i]));
    }
    char *text = cJSON_PrintUnformatted(chip);
    puts(text ? text : "");
    free(text);
    cJSON_Delete(chip);
}

int command_flash(int argc, char **argv)
{
    static struct flash_view view;
    struct flash_options options = {0};
    char path[PATH_ROOM];
    char error[NOR_ERROR_SIZE];
    int exit_code;
    int word = option_parse(&table, &options, argc, argv, &exit_code);
    if (word < 0) {
        return exit_code;
    }
    if (word != argc - 1) {
        fputs("watthour flash: give one data directory; see 'watthour flash --help'\n", stderr);
        return COMMAND_USAGE;
    }
    snprintf(path, sizeof path, "%.4000s/flash.nor", argv[word]);
    if (flash_view_open(&view, path, error, sizeof error) != 0) {
        fprintf(stderr, "watthour flash: %s; give the directory of `watthour run --data`\n", error);
        return COMMAND_FAILED;
    }
    if (options.json) {
        print_json(&view);
    } else {
        print_text(&view, path);
    }
    flash_view_close(&view);
    return COMMAND_DONE;
}
