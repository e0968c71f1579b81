#include "app/status.h"

#include "function/clock.h"
#include "quantity/quantity.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLOCK_TEXT = 32, EVENT_TEXT = 96 };

static double value_of(const struct simulation *simulation, enum quantity_kind kind, uint8_t phase)
{
    struct quantity_value value;
    struct quantity quantity = {.kind = (uint8_t)kind, .phase = phase};
    if (quantity_read(&simulation->meter.source, quantity, &value) != 0) {
        return NAN;
    }
    return (double)value.value * pow(10, value.scaler);
}

static void format_clock(const struct simulation *simulation, char text[CLOCK_TEXT])
{
    struct clock clock = simulation_clock(simulation);
    struct clock_reading now = clock_read(&clock);
    snprintf(text, CLOCK_TEXT, "%04d-%02u-%02u %02u:%02u:%02u", now.local.year, now.local.month,
             now.local.day, now.local.hour, now.local.minute, now.local.second);
}

static void print_world(const struct simulation *simulation, const struct run_options *options)
{
    struct world_loop loop;
    if (world_loop_get(simulation->world, &loop)) {
        printf("  world       recording %s\n", options->recording.path);
        printf("              in a loop of %zu periods, %zu samples at %g Hz\n", loop.periods,
               loop.samples, loop.rate_hz);
    } else {
        printf("  world       %s (seed %llu)\n", world_scenario_title(simulation->scenario),
               (unsigned long long)options->seed);
    }
    if (options->source == RUN_SOURCE_PHASORS) {
        puts("  front end   none: the quantities of each second, from phasors");
        return;
    }
    printf("  front end   %s, 8192 Hz, 24 bit, ",
           options->sampling == WORLD_SAMPLING_IDEAL ? "ideal sampling" : "sinc3");
    if (options->snr_db > 0) {
        printf("noise %g dB below full scale\n", options->snr_db);
    } else {
        puts("no noise");
    }
}

/* What the meter that lives has found on its chip. */
static const char *found_text(const struct simulation *simulation)
{
    static const char *const found[] = {
        [LEGAL_KEEP_NEW] = "a new chip",
        [LEGAL_KEEP_WHOLE] = "energies taken over",
        [LEGAL_KEEP_DAMAGED] = "energies taken over as far as they could be read",
        [LEGAL_KEEP_FOREIGN] = "another meter's, which stays as it is",
    };
    return found[legal_part_found(&simulation->legal)];
}

static void print_data(const struct simulation *simulation, const struct run_options *options)
{
    struct storage_losses losses = storage_losses(&simulation->meter.storage);
    printf("  flash       %s/flash.nor: %s\n", options->data, found_text(simulation));
    if (losses.sectors + losses.values + losses.records > 0 || losses.stage) {
        printf("              lost: %u sectors, %u values, %u records%s\n", losses.sectors,
               losses.values, losses.records, losses.stage ? ", what was staged" : "");
    }
}

/* How the last run of this data ended, when it did by a bug. */
static void print_fault(const struct simulation *simulation)
{
    if (simulation->fault.cause != SELFTEST_CAUSE_NONE) {
        printf("  last run    ended by a bug at %s; please report it\n", simulation->fault.place);
    }
}

void status_print_head(const struct simulation *simulation, const struct run_options *options,
                       const struct ports *ports, const char *panel_url)
{
    if (options->json) {
        return;
    }
    const struct product *product = options->product;
    printf("watthour " WATTHOUR_VERSION "  %s, serial %08u, %u Hz\n", product->title,
           options->serial, options->nominal_hz);
    print_world(simulation, options);
    if (options->data) {
        print_data(simulation, options);
    }
    print_fault(simulation);
    ports_print(ports, options);
    if (panel_url) {
        printf("  panel       %s\n", panel_url);
    }
    puts("  Ctrl-C stops it\n");
    fflush(stdout);
}

static void print_phases(const struct simulation *simulation, enum quantity_kind kind,
                         const char *format, const char *unit)
{
    for (uint8_t phase = 1; phase <= simulation->meter.product->legal->config.phases; phase++) {
        printf(format, value_of(simulation, kind, phase));
    }
    printf(" %s ", unit);
}

static void print_loads(const struct simulation *simulation)
{
    struct world_load load;
    const char *separator = "  on: ";
    for (size_t i = 0; world_load_get(simulation->world, i, &load); i++) {
        if (load.on) {
            printf("%s%s", separator, load.name);
            separator = ", ";
        }
    }
}

static void print_text(const struct simulation *simulation, double speed)
{
    char clock[CLOCK_TEXT];
    format_clock(simulation, clock);
    if (!simulation->on) {
        printf("%s  no supply for %.1f s\n", clock, simulation_outage_s(simulation));
        return;
    }
    printf("%s ", clock);
    print_phases(simulation, QUANTITY_U, " %7.2f", "V");
    print_phases(simulation, QUANTITY_I, " %7.3f", "A");
    printf(" %8.1f W  %8.1f var  %7.4f Hz", value_of(simulation, QUANTITY_P, 0),
           value_of(simulation, QUANTITY_Q, 0), value_of(simulation, QUANTITY_F, 0));
    printf("  A+ %.3f  A- %.3f kWh", value_of(simulation, QUANTITY_A_IMPORT, 0) / 1000,
           value_of(simulation, QUANTITY_A_EXPORT, 0) / 1000);
    if (simulation->speed != 1) {
        printf("  x%.0f", speed);
    }
    print_loads(simulation);
    putchar('\n');
}

/* What a total of the meter is called in JSON. */
static const struct {
    enum quantity_kind kind;
    const char *name;
} json_totals[] = {
    {QUANTITY_P, "p_w"},
    {QUANTITY_Q, "q_var"},
    {QUANTITY_S, "s_va"},
    {QUANTITY_PF, "pf"},
    {QUANTITY_F, "f_hz"},
    {QUANTITY_A_IMPORT, "a_import_wh"},
    {QUANTITY_A_EXPORT, "a_export_wh"},
    {QUANTITY_R_IMPORT, "r_import_varh"},
    {QUANTITY_R_EXPORT, "r_export_varh"},
};

static void add_phases(cJSON *line, const struct simulation *simulation, enum quantity_kind kind,
                       const char *name)
{
    cJSON *values = cJSON_AddArrayToObject(line, name);
    for (uint8_t phase = 1; phase <= simulation->meter.product->legal->config.phases; phase++) {
        cJSON_AddItemToArray(values, cJSON_CreateNumber(value_of(simulation, kind, phase)));
    }
}

/* Prints the line and frees it. */
static void end_json(cJSON *line)
{
    char *text = cJSON_PrintUnformatted(line);
    puts(text ? text : "{}");
    free(text);
    cJSON_Delete(line);
}

static cJSON *begin_json(const struct simulation *simulation)
{
    char clock[CLOCK_TEXT];
    format_clock(simulation, clock);
    cJSON *line = cJSON_CreateObject();
    cJSON_AddStringToObject(line, "clock", clock);
    cJSON_AddBoolToObject(line, "supply", simulation->on);
    if (!simulation->on) {
        cJSON_AddNumberToObject(line, "outage_s", simulation_outage_s(simulation));
    }
    return line;
}

static void add_values(cJSON *line, const struct simulation *simulation)
{
    add_phases(line, simulation, QUANTITY_U, "u_v");
    add_phases(line, simulation, QUANTITY_I, "i_a");
    for (size_t i = 0; i < sizeof json_totals / sizeof json_totals[0]; i++) {
        cJSON_AddNumberToObject(line, json_totals[i].name,
                                value_of(simulation, json_totals[i].kind, 0));
    }
}

static void print_json(const struct simulation *simulation, double speed)
{
    cJSON *line = begin_json(simulation);
    if (simulation->on) {
        add_values(line, simulation);
    }
    cJSON_AddNumberToObject(line, "speed", speed);
    end_json(line);
}

void status_print_line(const struct simulation *simulation, const struct run_options *options,
                       double speed)
{
    if (options->json) {
        print_json(simulation, speed);
    } else {
        print_text(simulation, speed);
    }
    fflush(stdout);
}

static void supply_text(const struct simulation *simulation, char *text, size_t size)
{
    if (simulation->on) {
        snprintf(text, size, "supply back after %.1f s, %s", simulation_outage_s(simulation),
                 found_text(simulation));
    } else {
        snprintf(text, size, "supply failed, %s",
                 simulation->kept ? "energies kept"
                                  : "energies not kept since the last checkpoint");
    }
}

void status_print_supply(const struct simulation *simulation, const struct run_options *options)
{
    char clock[CLOCK_TEXT];
    char text[EVENT_TEXT];
    supply_text(simulation, text, sizeof text);
    if (options->json) {
        cJSON *line = begin_json(simulation);
        cJSON_AddStringToObject(line, "event", text);
        end_json(line);
    } else {
        format_clock(simulation, clock);
        printf("%s  %s\n", clock, text);
    }
    fflush(stdout);
}

void status_print_end(const struct simulation *simulation, const struct run_options *options)
{
    if (options->json) {
        return;
    }
    printf("stopped after %.1f s of the meter's time: A+ %.3f kWh, A- %.3f kWh\n",
           (double)simulation->frames / WORLD_FRAME_HZ,
           value_of(simulation, QUANTITY_A_IMPORT, 0) / 1000,
           value_of(simulation, QUANTITY_A_EXPORT, 0) / 1000);
}
