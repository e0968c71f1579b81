#include "app/specimen.h"

#include "base/need.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 4096, FILE_ROOM = 512 };

static int path_of(const char *directory, const char *name, char path[PATH_ROOM], char *error,
                   size_t error_size)
{
    int size = snprintf(path, PATH_ROOM, "%s/%s", directory, name);
    if (size >= 0 && size < PATH_ROOM) {
        return 0;
    }
    snprintf(error, error_size, "%.40s...: the path is too long", directory);
    return -1;
}

static bool parse(const char *text, struct specimen *specimen)
{
    cJSON *json = cJSON_Parse(text);
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(json, "specimen");
    const cJSON *snr_db = cJSON_GetObjectItemCaseSensitive(json, "snr_db");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "sensor");
    const struct world_sensor *sensor =
        cJSON_IsString(name) ? world_sensor_find(name->valuestring) : NULL;
    bool good = cJSON_IsNumber(number) && number->valuedouble >= 1 &&
                number->valuedouble < 9007199254740992.0 && cJSON_IsNumber(snr_db) &&
                snr_db->valuedouble >= 0 && snr_db->valuedouble <= 160 && sensor;
    if (good) {
        *specimen = (struct specimen){.number = (uint64_t)number->valuedouble,
                                      .sensor = sensor->name,
                                      .snr_db = snr_db->valuedouble};
    }
    cJSON_Delete(json);
    return good;
}

int specimen_recall(const char *directory, struct specimen *specimen, char *error,
                    size_t error_size)
{
    char path[PATH_ROOM];
    char text[FILE_ROOM] = "";
    if (path_of(directory, "specimen", path, error, error_size) != 0) {
        return -1;
    }
    FILE *file = fopen(path, "r");
    if (!file) {
        return 0;
    }
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    if (!parse(text, specimen)) {
        snprintf(error, error_size, "%s: tells no specimen; remove the file, or put it right",
                 path);
        return -1;
    }
    return 1;
}

/* Whole, or not at all. */
static int replace(const char *path, const char *part, const char *text)
{
    FILE *file = fopen(part, "w");
    bool written = file && fputs(text, file) >= 0;
    if (file && fclose(file) != 0) {
        written = false;
    }
    return written && rename(part, path) == 0 ? 0 : -1;
}

int specimen_keep(const char *directory, const struct specimen *specimen, char *error,
                  size_t error_size)
{
    char path[PATH_ROOM];
    char part[PATH_ROOM];
    char text[FILE_ROOM];
    if (path_of(directory, "specimen", path, error, error_size) != 0 ||
        path_of(directory, "specimen.part", part, error, error_size) != 0) {
        return -1;
    }
    snprintf(text, sizeof text, "{\"specimen\": %llu, \"sensor\": \"%s\", \"snr_db\": %g}\n",
             (unsigned long long)specimen->number, specimen->sensor, specimen->snr_db);
    if (replace(path, part, text) != 0) {
        snprintf(error, error_size, "%s: %s; give a directory that can be written", path,
                 strerror(errno));
        return -1;
    }
    return 0;
}

int specimen_settle(const char *directory, const struct specimen *wanted, struct specimen *specimen,
                    char *error, size_t error_size)
{
    int found = specimen_recall(directory, specimen, error, error_size);
    if (found < 0) {
        return -1;
    }
    if (found == 0) {
        *specimen = *wanted;
        return wanted->number == 0 ? 0 : specimen_keep(directory, wanted, error, error_size);
    }
    bool other = wanted->number != 0 && (wanted->number != specimen->number ||
                                         strcmp(wanted->sensor, specimen->sensor) != 0);
    if (other) {
        snprintf(error, error_size,
                 "%s: this meter is specimen %llu with sensor %s; leave --specimen, or give "
                 "another directory",
                 directory, (unsigned long long)specimen->number, specimen->sensor);
    }
    return other ? -1 : 0;
}

void specimen_make(const struct specimen *specimen, const struct product *product,
                   uint8_t nominal_hz, struct stand_specimen *made)
{
    const struct stand_making making = {
        .product = product,
        .snr_db = specimen->snr_db,
        .seed = specimen->number,
        .sensor = specimen->sensor,
        .nominal_hz = nominal_hz,
    };
    int result = stand_make(made, &making);
    need(result == 0); /* the sensor was found by its name */
}
