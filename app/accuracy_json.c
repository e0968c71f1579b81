#include "app/accuracy_view.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>

enum { TEXT_ROOM = 64 };

static void add_number(cJSON *object, const char *name, double value)
{
    if (isnan(value)) {
        cJSON_AddNullToObject(object, name);
    } else {
        cJSON_AddNumberToObject(object, name, value);
    }
}

static cJSON *row_of(const struct accuracy_view *view, const struct stand_verdict *verdict)
{
    const struct stand_requirement *r = &verdict->requirement;
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "standard", r->standard);
    cJSON_AddStringToObject(row, "class", r->class);
    cJSON_AddStringToObject(row, "row", r->name);
    cJSON_AddStringToObject(row, "unit", r->unit);
    add_number(row, "limit", r->limit);
    add_number(row, "error", verdict->found);
    add_number(row, "margin", r->limit - fabs(verdict->found));
    cJSON_AddBoolToObject(row, "met", !verdict->failed);
    if (verdict->worst >= 0) {
        char text[TEXT_ROOM];
        accuracy_trial_text(&view->programme->trial[verdict->worst], text, sizeof text);
        cJSON_AddStringToObject(row, "worst_at", text);
    }
    return row;
}

static cJSON *trial_of(const struct stand_trial *trial)
{
    char text[TEXT_ROOM];
    cJSON *object = cJSON_CreateObject();
    accuracy_trial_text(trial, text, sizeof text);
    cJSON_AddStringToObject(object, "trial", text);
    cJSON_AddNumberToObject(object, "kind", trial->kind);
    cJSON_AddNumberToObject(object, "current_a", trial->i_a);
    cJSON_AddNumberToObject(object, "setting", trial->setting);
    cJSON_AddNumberToObject(object, "seconds", trial->result.seconds);
    cJSON_AddNumberToObject(object, "error_percent", 100 * trial->result.error);
    cJSON_AddNumberToObject(object, "sd_percent", 100 * trial->result.sd);
    cJSON_AddNumberToObject(object, "sd_formula_percent", 100 * trial->result.sd_formula);
    cJSON_AddNumberToObject(object, "voltage_error_percent", 100 * trial->result.u_error);
    cJSON_AddNumberToObject(object, "current_error_percent", 100 * trial->result.i_error);
    cJSON_AddNumberToObject(object, "frequency_error_hz", trial->result.f_error_hz);
    return object;
}

static cJSON *document_of(const struct accuracy_view *view)
{
    const struct stand_specimen *specimen = view->programme->specimen;
    const struct world_sensor *sensor = specimen->frontend.i[0].sensor;
    cJSON *document = cJSON_CreateObject();
    cJSON_AddStringToObject(document, "product", specimen->product->name);
    cJSON_AddStringToObject(document, "sensor", sensor ? sensor->name : "ideal");
    cJSON_AddNumberToObject(document, "snr_db", view->snr_db);
    cJSON_AddNumberToObject(document, "specimen", (double)view->seed);
    cJSON *rows = cJSON_AddArrayToObject(document, "rows");
    for (unsigned n = 0; n < view->count; n++) {
        if (accuracy_shown(view, &view->verdicts[n])) {
            cJSON_AddItemToArray(rows, row_of(view, &view->verdicts[n]));
        }
    }
    cJSON *trials = cJSON_AddArrayToObject(document, "trials");
    for (unsigned n = 0; n < view->programme->count; n++) {
        cJSON_AddItemToArray(trials, trial_of(&view->programme->trial[n]));
    }
    cJSON *missing = cJSON_AddArrayToObject(document, "not_simulated");
    for (size_t n = 0; stand_not_simulated(n); n++) {
        cJSON_AddItemToArray(missing, cJSON_CreateString(stand_not_simulated(n)));
    }
    return document;
}

int accuracy_print_json(const struct accuracy_view *view, FILE *out)
{
    cJSON *document = document_of(view);
    char *text = cJSON_Print(document);
    cJSON_Delete(document);
    if (!text) {
        return -1;
    }
    fprintf(out, "%s\n", text);
    free(text);
    return 0;
}
