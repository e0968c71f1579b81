/* Scenarios as data: the built-in ones open, and what is wrong is said in one line. */
#include "test/world/surroundings.h"

#include "world/scenario.h"

#include <stdio.h>
#include <string.h>

#define MAINS   "\"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50}"
#define LOAD(x) "{\"title\": \"t\", " MAINS ", \"loads\": [{\"name\": \"a\", " x "}]}"
#define CURRENT "\"current\": {\"kind\": \"resistive\", \"power_w\": 1}"
#define WHEN    "\"when\": {\"kind\": \"always\"}"
#define IN_MAINS(x)                                                                                \
    "{\"title\": \"t\", \"loads\": [], \"mains\": {\"voltage_v\": 230, \"frequency_hz\": 50, " x   \
    "}}"

#define TERMINALS_OF(rows) "{\"title\": \"t\", " MAINS ", \"terminals\": [" rows "]}"
#define TAMPERED(rows)     "{\"title\": \"t\", " MAINS ", \"tampers\": [" rows "]}"
#define DISTURBED(x)       IN_MAINS("\"disturbances\": [" x "]")

/* What is wrong, and what the line must say: the place, then the remedy. */
struct wrong {
    const char *text;
    const char *place;
    const char *remedy;
};

static const struct wrong wrongs[] = {
    {"", "line 1", "not JSON from here"},
    {"{\n\"title\": \"t\",\n\"mains\": {,}\n}", "line 3", "not JSON from here"},
    {"[1]", "test: ", "not a JSON object"},
    {"{}", "test: ", "title must be a text of 1 to 96 characters"},
    {"{\"title\": \"t\"}", "test: ", "mains must be an object"},
    {"{\"title\": \"t\", " MAINS ", \"lods\": []}", "test: ", "unknown key \"lods\"; known: title"},
    {"{\"title\": \"t\", " MAINS ", \"loads\": 5}", "test: ", "loads must be an array"},
    {"{\"title\": \"t\", " MAINS ", \"loads\": [7]}", "loads[0]", "must be an object"},
    {"{\"title\": \"t\", \"mains\": {\"frequency_hz\": 50}}",
     "mains: ", "voltage_v must be a number from 1 to 1000"},
    {"{\"title\": \"t\", \"mains\": {\"voltage_v\": 230, \"frequency_hz\": \"50\"}}",
     "mains: ", "frequency_hz must be a number from 40 to 69"},
    {"{\"title\": \"t\", \"mains\": {\"voltage_v\": 1e999, \"frequency_hz\": 50}}",
     "mains: ", "voltage_v must be a number"},
    {IN_MAINS("\"harmonics\": [{\"order\": 1, \"percent\": 2}]"), "mains.harmonics[0]",
     "order must be a number from 2 to 255"},
    {IN_MAINS("\"harmonics\": [{\"order\": 3, \"percent\": 2}, {\"order\": 3.5, \"percent\": 2}]"),
     "mains.harmonics[1]", "order must be a whole number"},
    {IN_MAINS("\"phases\": [{\"angle_deg\": 10}]"), "mains.phases[0]",
     "angle_deg must be a number from 0 to 0"},
    {IN_MAINS("\"phases\": [{}, {}, {}, {}]"), "mains", "phases must be an array [ ] of at most 3"},
    {IN_MAINS("\"voltage_walk\": {\"step_percent\": 2, \"limit_percent\": 1}"),
     "mains.voltage_walk", "step_percent must not be above limit_percent"},
    {IN_MAINS("\"voltage_walk\": {\"step_percent\": 2, \"limit_percent\": 60}"),
     "mains.voltage_walk", "limit_percent must be at most 50"},
    {IN_MAINS("\"frequency_walk\": {\"step_mhz\": 2, \"limit_mhz\": 12000}"),
     "mains.frequency_walk", "between 40 and 69 Hz"},
    {IN_MAINS("\"disturbances\": {}"), "mains: ", "disturbances must be an array [ ] of at most 8"},
    {DISTURBED("7"), "mains.disturbances[0]", "must be an object"},
    {DISTURBED("{\"at_s\": [1]}"), "mains.disturbances[0]", "seconds must be a number from 0.02"},
    {DISTURBED("{\"at_s\": [1], \"seconds\": 0}"), "mains.disturbances[0]",
     "seconds must be a number from 0.02 to 86400"},
    {DISTURBED("{\"at_s\": [1], \"seconds\": 2, \"seconds_max\": 1}"), "mains.disturbances[0]",
     "seconds_max must be a number from 2 to 86400"},
    {DISTURBED("{\"seconds\": 1}"), "mains.disturbances[0]",
     "needs either at_s with at least one time, or per_day"},
    {DISTURBED("{\"seconds\": 1, \"at_s\": []}"), "mains.disturbances[0]", "needs either at_s"},
    {DISTURBED("{\"seconds\": 1, \"at_s\": [1], \"per_day\": 2}"), "mains.disturbances[0]",
     "needs either at_s"},
    {DISTURBED("{\"seconds\": 1, \"at_s\": 1}"), "mains.disturbances[0]",
     "at_s must be an array [ ] of at most 16 items"},
    {DISTURBED("{\"seconds\": 1, \"at_s\": [1, -1]}"), "mains.disturbances[0]",
     "at_s must hold numbers from 0 to 1e9"},
    {DISTURBED("{\"seconds\": 1, \"at_s\": [\"1\"]}"), "mains.disturbances[0]",
     "at_s must hold numbers"},
    {DISTURBED("{\"seconds\": 1, \"per_day\": 0}"), "mains.disturbances[0]",
     "per_day must be a number from 0.001 to 1440"},
    {DISTURBED("{\"seconds\": 61, \"per_day\": 1439.5}"), "mains.disturbances[0]",
     "lasts up to 61 s; so many a day leave 60 s for each"},
    {DISTURBED("{\"seconds\": 1, \"at_s\": [1], \"phase\": 4}"), "mains.disturbances[0]",
     "phase must be 1, 2, 3 or \"all\""},
    {DISTURBED("{\"seconds\": 1, \"at_s\": [1], \"voltage_percent\": 151}"),
     "mains.disturbances[0]", "voltage_percent must be a number from 0 to 150"},
    {DISTURBED("{\"seconds\": 1, \"at_s\": [1]}, {\"second\": 1}"), "mains.disturbances[1]",
     "unknown key \"second\"; known: phase"},
    {"{\"title\": \"t\", " MAINS ", \"supply\": 20}", "supply: ", "must be an object"},
    {"{\"title\": \"t\", " MAINS ", \"supply\": {\"reserve\": 20}}",
     "supply: ", "unknown key \"reserve\"; known: reserve_ms, hold_up_ms, least_percent"},
    {"{\"title\": \"t\", " MAINS ", \"supply\": {\"hold_up_ms\": -1}}",
     "supply: ", "hold_up_ms must be a number from 0 to 60000"},
    {"{\"title\": \"t\", " MAINS ", \"supply\": {\"least_percent\": 0}}",
     "supply: ", "least_percent must be a number from 1 to 100"},
    {"{\"title\": \"t\", " MAINS ", \"clock\": 20}", "clock: ", "must be an object"},
    {"{\"title\": \"t\", " MAINS ", \"clock\": {\"drift\": 20}}",
     "clock: ", "unknown key \"drift\"; known: error_ppm, calibrated_ppm"},
    {"{\"title\": \"t\", " MAINS ", \"clock\": {\"error_ppm\": 401}}",
     "clock: ", "error_ppm must be a number from -400 to 400"},
    {"{\"title\": \"t\", " MAINS ", \"clock\": {\"backup\": \"spring\"}}",
     "clock: ", "backup \"spring\" is none of battery, capacitor, none"},
    {"{\"title\": \"t\", " MAINS ", \"clock\": {\"left_percent\": 101}}",
     "clock: ", "left_percent must be a number from 0 to 100"},
    {"{\"title\": \"t\", " MAINS ", \"tampers\": {}}", "tampers: ", "tampers must be an array"},
    {TERMINALS_OF("{\"at_s\": [1], \"seconds\": 2}"), "terminals[0]",
     "terminal must be a number from 1 to 3"},
    {TERMINALS_OF("{\"terminal\": 4, \"at_s\": [1], \"seconds\": 2}"), "terminals[0]",
     "terminal must be a number from 1 to 3"},
    {TERMINALS_OF("{\"terminal\": 1.5, \"at_s\": [1], \"seconds\": 2}"), "terminals[0]",
     "terminal must be 1, 2 or 3"},
    {TERMINALS_OF("{\"terminal\": 1, \"seconds\": 2}"), "terminals[0]", "needs either at_s"},
    {TAMPERED("7"), "tampers[0]", "must be an object"},
    {TAMPERED("{\"at_s\": [1], \"seconds\": 2}"), "tampers[0]", "what must be a text"},
    {TAMPERED("{\"what\": \"lid\", \"at_s\": [1], \"seconds\": 2}"), "tampers[0]",
     "what \"lid\" is none of terminal_cover, meter_cover, field, emf"},
    {TAMPERED("{\"what\": \"emf\", \"at_s\": [1], \"seconds\": 0.5}"), "tampers[0]",
     "seconds must be a number from 1 to 86400"},
    {TAMPERED("{\"what\": \"emf\", \"seconds\": 5}"), "tampers[0]", "needs either at_s"},
    {TAMPERED("{\"what\": \"emf\", \"seconds\": 5000, \"per_day\": 24}"), "tampers[0]",
     "lasts up to 5000 s; so many a day leave 3600 s for each"},
    {TAMPERED("{\"what\": \"emf\", \"at_s\": [1], \"seconds\": 2}, {\"who\": 1}"), "tampers[1]",
     "unknown key \"who\"; known: what"},
    {"{\"title\": \"t\", " MAINS ", \"lo\nads\": []}", "test: ", "unknown key \"lo?ads\""},
    {LOAD(CURRENT), "loads[0]", "when must be an object"},
    {LOAD(WHEN), "loads[0]", "current must be an object"},
    {LOAD(CURRENT ", " WHEN ", \"phase\": 4"), "loads[0]", "phase must be 1, 2, 3 or \"all\""},
    {LOAD(CURRENT ", " WHEN ", \"inrush\": {\"factor\": 99}"), "loads[0]",
     "factor must be a number from 0.1 to 20"},
    {LOAD(WHEN ", \"current\": {\"kind\": \"laser\"}"), "loads[0].current",
     "unknown kind \"laser\"; known: resistive, capacitor"},
    {LOAD(WHEN ", \"current\": {\"kind\": \"resistive\", \"power_w\": -1}"), "loads[0].current",
     "power_w must be a number from 0.01 to 100000"},
    {LOAD(WHEN ", \"current\": {\"kind\": \"resistive\", \"power_w\": 1, \"firing_deg\": 9}"),
     "loads[0].current", "unknown key \"firing_deg\"; known: kind, power_w"},
    {LOAD(WHEN ", \"current\": {\"kind\": \"converter\", \"power_w\": 1, \"power_factor\": 1,"
               " \"harmonics\": [{\"order\": 3}]}"),
     "loads[0].current.harmonics[0]", "percent must be a number from 0 to 300"},
    {LOAD(CURRENT ", \"when\": {\"kind\": \"never\"}"), "loads[0].when",
     "unknown kind \"never\"; known: always, thermostat, uses, sun"},
    {LOAD(CURRENT ", \"when\": {\"kind\": \"uses\", \"per_day\": 1, \"minutes_min\": 9,"
                  " \"minutes_max\": 3}"),
     "loads[0].when", "minutes_max must be a number from 9 to 1440"},
    {LOAD(CURRENT ", \"when\": {\"kind\": \"uses\", \"per_day\": 1, \"minutes_min\": 1,"
                  " \"minutes_max\": 3, \"days\": \"18\"}"),
     "loads[0].when", "days are digits from 1 (Monday) to 7 (Sunday)"},
    {LOAD(CURRENT ", \"when\": {\"kind\": \"uses\", \"per_day\": 1, \"minutes_min\": 1,"
                  " \"minutes_max\": 3, \"hours\": [{\"from\": 9, \"to\": 8}]}"),
     "loads[0].when.hours[0]", "to must be a number from 9 to 24"},
    {"{\"title\": \"t\", " MAINS ", \"loads\": ["
     "{\"name\": \"a\", " CURRENT ", " WHEN "}, {\"name\": \"a\", " CURRENT ", " WHEN "}]}",
     "loads[1]", "two loads are called \"a\"; rename one"},
};

static void what_is_wrong_is_said_in_one_line(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof wrongs / sizeof *wrongs; n++) {
        char error[WORLD_ERROR_SIZE] = "";
        struct json json = {.file = "test", .error = error, .error_size = sizeof error};
        struct world_scenario *scenario =
            scenario_read(&json, wrongs[n].text, strlen(wrongs[n].text));
        assert_null(scenario);
        if (strncmp(error, "test: ", 6) != 0 || strstr(error, wrongs[n].place) == NULL ||
            strstr(error, wrongs[n].remedy) == NULL || strchr(error, '\n') != NULL)
            fail_msg("case %zu says: %s", n, error);
    }
}

static void built_in_scenarios_open(void **state)
{
    (void)state;
    size_t count = 0;
    for (; world_scenario_builtin(count) != NULL; count++) {
        struct world_scenario *scenario = scenario_named(world_scenario_builtin(count));
        assert_true(strlen(world_scenario_title(scenario)) > 10);
        world_scenario_close(scenario);
    }
    assert_int_equal(count, 5);
    assert_string_equal(world_scenario_default(1, false), "household");
    assert_string_equal(world_scenario_default(3, false), "villa");
    assert_string_equal(world_scenario_default(3, true), "workshop");
}

static void a_file_is_read(void **state)
{
    (void)state;
    const char text[] = "{\"title\": \"from a file\", " MAINS ", \"loads\": []}";
    file_write("scenario.json", text, sizeof text - 1);
    struct world_scenario *scenario = scenario_named("scenario.json");
    assert_string_equal(world_scenario_title(scenario), "from a file");
    world_scenario_close(scenario);
    remove("scenario.json");
}

static void files_that_cannot_be_read_are_refused(void **state)
{
    (void)state;
    char error[WORLD_ERROR_SIZE];
    struct world_scenario *scenario = NULL;
    assert_int_equal(world_scenario_open(&scenario, "no-such.json", error, sizeof error), -1);
    assert_string_equal(error, "no-such.json: No such file or directory; built in are household, "
                               "villa, workshop, steady, restless");
    file_write("empty.json", "", 0);
    assert_int_equal(world_scenario_open(&scenario, "empty.json", error, sizeof error), -1);
    assert_int_equal(strncmp(error, "empty.json: is empty; ", 22), 0);
    remove("empty.json");
    assert_int_equal(world_scenario_open(&scenario, ".", error, sizeof error), -1);
}

static void a_load_must_be_on_a_phase_that_is_there(void **state)
{
    (void)state;
    struct world_scenario *scenario = scenario_named("villa");
    const struct world_options options = {.phases = 1, .scenario = scenario};
    char error[WORLD_ERROR_SIZE];
    struct world *world = NULL;
    assert_int_equal(world_open(&world, &options, error, sizeof error), -1);
    assert_non_null(strstr(error, "\"fridge\" is not on L1"));
    assert_null(world);
    world_scenario_close(scenario);
}

static void the_place_of_the_clock(void **state)
{
    (void)state;
    static const char text[] =
        "{\"title\": \"t\", " MAINS ", \"loads\": [], \"clock\": {\"error_ppm\": 12,"
        "\"calibrated_ppm\": -2, \"temperature_c\": 8, \"yearly_c\": 9, \"daily_c\": 4,"
        "\"sensor_error_c\": 1, \"ageing_ppm\": 3, \"backup\": \"capacitor\","
        "\"capacitor_f\": 0.1, \"draw_ua\": 0.5, \"battery_mah\": 7, \"left_percent\": 50}}";
    char error[WORLD_ERROR_SIZE];
    struct json json = {.file = "test", .error = error, .error_size = sizeof error};
    struct world_scenario *scenario = scenario_read(&json, text, sizeof text - 1);
    assert_non_null(scenario);
    const struct rtc_place *place = world_scenario_clock(scenario);
    assert_true(place->chip.error_ppm == 12 && place->chip.ageing_ppm == 3);
    assert_true(place->chip.sensor_error_c == 1 && place->chip.draw_ua == 0.5);
    assert_true(place->chip.capacitor_f == 0.1 && place->chip.battery_mah == 7);
    assert_int_equal(place->chip.backup, RTC_CHIP_CAPACITOR);
    assert_true(place->climate.mean_c == 8 && place->climate.yearly_c == 9);
    assert_true(place->climate.daily_c == 4 && place->left == 0.5);
    assert_int_equal(rtc_place_trim_ppb(place), -14000);
    world_scenario_close(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_of_the_clock),
        cmocka_unit_test(what_is_wrong_is_said_in_one_line),
        cmocka_unit_test(built_in_scenarios_open),
        cmocka_unit_test(a_file_is_read),
        cmocka_unit_test(files_that_cannot_be_read_are_refused),
        cmocka_unit_test(a_load_must_be_on_a_phase_that_is_there),
    };
    return cmocka_run_group_tests_name("world_scenario", tests, NULL, NULL);
}
