#include "app/calibrate_view.h"

#include "app/accuracy_view.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>

enum { TEXT_ROOM = 64 };

static const double degrees_of_radian = 57.29577951308232;

static const char *const step_names[LEGAL_STEPS] = {
    [LEGAL_STEP_GAIN] = "gain",
    [LEGAL_STEP_ANGLE] = "angle",
    [LEGAL_STEP_FREQUENCY] = "frequency",
    [LEGAL_STEP_OFFSET] = "offset",
    [LEGAL_STEP_TEMPERATURE] = "temperature",
};

/* ---- before and after ---- */

static void try_one(struct calibrate_view *view, const struct stand_programme *programme,
                    enum stand_angle angle, double i_a)
{
    int found = stand_find(programme, STAND_CURVE, angle, i_a, 0);
    if (found >= 0) {
        struct calibrate_trial *trial = &view->trial[view->trials++];
        trial->before = trial->after = programme->trial[found];
        stand_try(&view->before, &trial->before, view->number);
        stand_try(&view->specimen, &trial->after, view->number);
    }
}

void calibrate_try(struct calibrate_view *view)
{
    struct stand_currents currents = stand_currents_of(&view->specimen);
    struct stand_programme *programme = calloc(1, sizeof *programme);
    if (!programme) {
        return;
    }
    stand_plan(programme, &view->specimen, true);
    try_one(view, programme, STAND_PF_1, currents.least);
    try_one(view, programme, STAND_PF_1, currents.reference);
    try_one(view, programme, STAND_PF_05I, currents.reference);
    try_one(view, programme, STAND_PF_1, currents.most);
    try_one(view, programme, STAND_PF_05I, currents.most);
    free(programme);
}

/* ---- as text ---- */

static void print_step(const struct calibrate_view *view, const struct stand_step *step, FILE *out)
{
    for (unsigned p = 0; p < view->specimen.config.phases; p++) {
        const struct legal_deviation *found = &step->found[p];
        fprintf(out, "  %-12s L%u %8.4g A %4.0f deg %6.2f Hz %5.0f degC", step_names[step->step],
                p + 1, step->i_a, step->lag_deg, step->hz, WORLD_REFERENCE_C + step->warm_k);
        if (step->step == LEGAL_STEP_OFFSET) {
            fprintf(out, "   P %+.3f mW, Q %+.3f mvar\n", found->p_uw * 1e-3, found->q_uvar * 1e-3);
        } else {
            fprintf(out, "   U %+.4f %%, I %+.4f %%, angle %+.4f deg\n", 100 * found->u,
                    100 * found->i, degrees_of_radian * found->angle);
        }
    }
}

static void print_ratio(const char *name, const struct legal_ratio *ratio, FILE *out)
{
    fprintf(out, "%s transformers %u/%u\n", name, ratio->primary, ratio->secondary);
}

static void print_text(const struct calibrate_view *view, FILE *out)
{
    const struct stand_specimen *specimen = &view->specimen;
    fprintf(out,
            "%s\nspecimen %llu, %s, converters of %g dB\n\nthe meter showed, before each step\n",
            specimen->product->title, (unsigned long long)view->number,
            specimen->frontend.i[0].sensor->title, specimen->frontend.i[0].snr_db);
    for (unsigned n = 0; n < view->protocol.steps; n++) {
        print_step(view, &view->protocol.step[n], out);
    }
    fputs("\nerror of active energy         before       after\n", out);
    for (unsigned n = 0; n < view->trials; n++) {
        char text[TEXT_ROOM];
        accuracy_trial_text(&view->trial[n].after, text, sizeof text);
        fprintf(out, "  %-24s %+9.4f %% %+9.4f %%\n", text,
                100 * view->trial[n].before.result.error, 100 * view->trial[n].after.result.error);
    }
    fputc('\n', out);
    if (specimen->config.transformers) {
        print_ratio("current", &view->parameters->transformers.current, out);
        print_ratio("voltage", &view->parameters->transformers.voltage, out);
    }
    fputs(view->parameters->sealed ? "sealed\n" : "left open\n", out);
}

/* ---- as JSON ---- */

static cJSON *step_json(const struct calibrate_view *view, const struct stand_step *step)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "step", step_names[step->step]);
    cJSON_AddNumberToObject(json, "current_a", step->i_a);
    cJSON_AddNumberToObject(json, "lag_deg", step->lag_deg);
    cJSON_AddNumberToObject(json, "frequency_hz", step->hz);
    cJSON_AddNumberToObject(json, "temperature_c", WORLD_REFERENCE_C + step->warm_k);
    cJSON *phases = cJSON_AddArrayToObject(json, "found");
    for (unsigned p = 0; p < view->specimen.config.phases; p++) {
        const struct legal_deviation *found = &step->found[p];
        cJSON *phase = cJSON_CreateObject();
        cJSON_AddNumberToObject(phase, "u_percent", 100 * found->u);
        cJSON_AddNumberToObject(phase, "i_percent", 100 * found->i);
        cJSON_AddNumberToObject(phase, "angle_deg", degrees_of_radian * found->angle);
        cJSON_AddNumberToObject(phase, "p_mw", found->p_uw * 1e-3);
        cJSON_AddNumberToObject(phase, "q_mvar", found->q_uvar * 1e-3);
        cJSON_AddItemToArray(phases, phase);
    }
    return json;
}

static cJSON *trial_json(const struct calibrate_trial *trial)
{
    char text[TEXT_ROOM];
    cJSON *json = cJSON_CreateObject();
    accuracy_trial_text(&trial->after, text, sizeof text);
    cJSON_AddStringToObject(json, "load", text);
    cJSON_AddNumberToObject(json, "before_percent", 100 * trial->before.result.error);
    cJSON_AddNumberToObject(json, "after_percent", 100 * trial->after.result.error);
    return json;
}

static void add_ratio(cJSON *json, const char *name, const struct legal_ratio *ratio)
{
    const double numbers[] = {ratio->primary, ratio->secondary};
    cJSON_AddItemToObject(json, name, cJSON_CreateDoubleArray(numbers, 2));
}

static int print_json(const struct calibrate_view *view, FILE *out)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "product", view->specimen.product->name);
    cJSON_AddNumberToObject(json, "specimen", (double)view->number);
    cJSON_AddStringToObject(json, "sensor", view->specimen.frontend.i[0].sensor->name);
    cJSON_AddNumberToObject(json, "snr_db", view->specimen.frontend.i[0].snr_db);
    cJSON *steps = cJSON_AddArrayToObject(json, "steps");
    for (unsigned n = 0; n < view->protocol.steps; n++) {
        cJSON_AddItemToArray(steps, step_json(view, &view->protocol.step[n]));
    }
    cJSON *trials = cJSON_AddArrayToObject(json, "energy_error");
    for (unsigned n = 0; n < view->trials; n++) {
        cJSON_AddItemToArray(trials, trial_json(&view->trial[n]));
    }
    if (view->specimen.config.transformers) {
        add_ratio(json, "current_transformers", &view->parameters->transformers.current);
        add_ratio(json, "voltage_transformers", &view->parameters->transformers.voltage);
    }
    cJSON_AddBoolToObject(json, "sealed", view->parameters->sealed);
    char *text = cJSON_Print(json);
    cJSON_Delete(json);
    if (!text) {
        return -1;
    }
    fprintf(out, "%s\n", text);
    free(text);
    return 0;
}

int calibrate_print(const struct calibrate_view *view, bool json, FILE *out)
{
    if (json) {
        return print_json(view, out);
    }
    print_text(view, out);
    return 0;
}
