#include "world/scenario.h"

#include <math.h>
#include <string.h>

enum { DAY_S = 86400 };

static void read_times(struct json *json, const cJSON *item, struct occasion *when)
{
    const cJSON *list = json_array(json, item, "at_s", OCCASION_TIMES);
    const cJSON *time = NULL;
    cJSON_ArrayForEach(time, list)
    {
        if (!cJSON_IsNumber(time) || !(time->valuedouble >= 0 && time->valuedouble <= 1e9)) {
            json_fail(json, "at_s must hold numbers from 0 to 1e9");
        }
        when->at_s[when->times++] = time->valuedouble;
    }
}

/* One is listed or drawn, not both; drawn ones have their part of the day each. */
static void check_when(struct json *json, const cJSON *item, const struct occasion *when)
{
    bool random = cJSON_GetObjectItemCaseSensitive(item, "per_day") != NULL;
    if (random == (when->times > 0)) {
        json_fail(json, "needs either at_s with at least one time, or per_day");
    }
    if (random && when->max_s > occasion_part_s(when->per_day)) {
        json_fail(json, "lasts up to %g s; so many a day leave %g s for each", when->max_s,
                  occasion_part_s(when->per_day));
    }
}

struct occasion scenario_read_occasion(struct json *json, const cJSON *item, double least_s)
{
    struct occasion when = {
        .per_day = json_number(json, item, "per_day", 0.001, 1440, 1),
        .min_s = json_number(json, item, "seconds", least_s, DAY_S, (double)NAN),
    };
    when.max_s = json_number(json, item, "seconds_max", when.min_s, DAY_S, when.min_s);
    read_times(json, item, &when);
    check_when(json, item, &when);
    return when;
}

/* ---- what somebody does to the meter ---- */

static enum rtc_input read_input(struct json *json, const cJSON *item)
{
    static const char *const words[RTC_INPUTS] = {[RTC_TERMINAL_COVER] = "terminal_cover",
                                                  [RTC_METER_COVER] = "meter_cover",
                                                  [RTC_STRONG_FIELD] = "field",
                                                  [RTC_STRONG_EMF] = "emf"};
    const char *word = json_text(json, item, "what", SCENARIO_NAME);
    for (int input = 0; input < RTC_INPUTS; input++) {
        if (strcmp(word, words[input]) == 0) {
            return (enum rtc_input)input;
        }
    }
    json_fail(json, "what \"%s\" is none of terminal_cover, meter_cover, field, emf", word);
    return RTC_TERMINAL_COVER;
}

unsigned scenario_read_tampers(struct json *json, const cJSON *root,
                               struct tampering rows[TAMPERING_ROWS])
{
    static const char *const keys[] = {"what", "at_s", "per_day", "seconds", "seconds_max", NULL};
    enum { SECONDS_LEAST = 1 };
    unsigned count = 0;
    const cJSON *item = NULL;
    json_at(json, "tampers");
    const cJSON *list = json_array(json, root, "tampers", TAMPERING_ROWS);
    cJSON_ArrayForEach(item, list)
    {
        json_at(json, "tampers[%u]", count);
        json_keys(json, item, keys);
        rows[count].input = read_input(json, item);
        rows[count].when = scenario_read_occasion(json, item, SECONDS_LEAST);
        count++;
    }
    return count;
}

/* ---- voltage on terminals ---- */

static uint8_t read_terminal(struct json *json, const cJSON *item)
{
    double number = json_number(json, item, "terminal", 1, TERMINALS, (double)NAN);
    if (number != floor(number)) {
        json_fail(json, "terminal must be 1, 2 or 3");
    }
    return (uint8_t)number;
}

unsigned scenario_read_terminals(struct json *json, const cJSON *root,
                                 struct terminal rows[TERMINAL_ROWS])
{
    static const char *const keys[] = {"terminal", "at_s",        "per_day",
                                       "seconds",  "seconds_max", NULL};
    enum { SECONDS_LEAST = 1 };
    unsigned count = 0;
    const cJSON *item = NULL;
    json_at(json, "terminals");
    const cJSON *list = json_array(json, root, "terminals", TERMINAL_ROWS);
    cJSON_ArrayForEach(item, list)
    {
        json_at(json, "terminals[%u]", count);
        json_keys(json, item, keys);
        rows[count].number = read_terminal(json, item);
        rows[count].when = scenario_read_occasion(json, item, SECONDS_LEAST);
        count++;
    }
    return count;
}
