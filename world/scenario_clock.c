#include "world/scenario.h"

#include <math.h>
#include <string.h>

static enum rtc_chip_backup read_backup(struct json *json, const cJSON *item,
                                        enum rtc_chip_backup fallback)
{
    static const struct {
        const char *word;
        enum rtc_chip_backup backup;
    } rows[] = {
        {"none", RTC_CHIP_NONE}, {"battery", RTC_CHIP_BATTERY}, {"capacitor", RTC_CHIP_CAPACITOR}};
    if (cJSON_GetObjectItemCaseSensitive(item, "backup") == NULL) {
        return fallback;
    }
    const char *word = json_text(json, item, "backup", SCENARIO_NAME);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(word, rows[i].word) == 0) {
            return rows[i].backup;
        }
    }
    json_fail(json, "backup \"%s\" is none of battery, capacitor, none", word);
    return fallback;
}

static void read_chip(struct json *json, const cJSON *item, struct rtc_chip_config *chip)
{
    chip->error_ppm = json_number(json, item, "error_ppm", -400, 400, chip->error_ppm);
    chip->ageing_ppm = json_number(json, item, "ageing_ppm", -10, 10, chip->ageing_ppm);
    chip->sensor_error_c = json_number(json, item, "sensor_error_c", -20, 20, chip->sensor_error_c);
    chip->draw_ua = json_number(json, item, "draw_ua", 0.01, 10000, chip->draw_ua);
    chip->battery_mah = json_number(json, item, "battery_mah", 0.001, 20000, chip->battery_mah);
    chip->capacitor_f = json_number(json, item, "capacitor_f", 0.001, 100, chip->capacitor_f);
    chip->backup = read_backup(json, item, chip->backup);
}

struct rtc_place scenario_read_clock(struct json *json, const cJSON *root)
{
    static const char *const keys[] = {
        "error_ppm",   "calibrated_ppm", "ageing_ppm", "temperature_c", "yearly_c",
        "daily_c",     "sensor_error_c", "backup",     "draw_ua",       "battery_mah",
        "capacitor_f", "left_percent",   NULL};
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, "clock");
    struct rtc_place place = rtc_place_default();
    if (item == NULL) {
        return place;
    }
    json_at(json, "clock");
    json_keys(json, item, keys);
    read_chip(json, item, &place.chip);
    struct climate *climate = &place.climate;
    climate->mean_c = json_number(json, item, "temperature_c", -60, 100, climate->mean_c);
    climate->yearly_c = json_number(json, item, "yearly_c", 0, 60, climate->yearly_c);
    climate->daily_c = json_number(json, item, "daily_c", 0, 60, climate->daily_c);
    place.calibrated_ppm =
        json_number(json, item, "calibrated_ppm", -400, 400, place.calibrated_ppm);
    place.left = json_number(json, item, "left_percent", 0, 100, 100 * place.left) / 100;
    return place;
}
