#include "app/accuracy_view.h"

#include <math.h>
#include <string.h>

enum { TEXT_ROOM = 64 };

bool accuracy_shown(const struct accuracy_view *view, const struct stand_verdict *verdict)
{
    return !view->class || strcmp(view->class, verdict->requirement.class) == 0;
}

void accuracy_trial_text(const struct stand_trial *trial, char *text, size_t size)
{
    static const char *const formats[STAND_KINDS] = {
        [STAND_SINGLE] = ", on L%g",
        [STAND_VOLTAGE] = ", %g Un",
        [STAND_WIDE] = ", %g Un",
        [STAND_FREQUENCY] = ", %g fn",
        [STAND_TEMPERATURE] = ", %g degrees",
        [STAND_UNBALANCE] = ", %g dead",
    };
    double setting = trial->setting;
    if (trial->kind == STAND_TEMPERATURE) {
        setting += WORLD_REFERENCE_C;
    }
    int length = snprintf(text, size, "%.4g A, %s", trial->i_a, stand_angle_name(trial->angle));
    const char *format = formats[trial->kind];
    if (format && length > 0 && (size_t)length < size) {
        char settings[TEXT_ROOM];
        snprintf(settings, sizeof settings, "%.4g", setting);
        const char *mark = strstr(format, "%g");
        snprintf(text + length, size - (size_t)length, "%.*s%s%s", (int)(mark - format), format,
                 settings, mark + 2);
    }
}

void accuracy_limit_text(double limit, char *text, size_t size)
{
    if (isnan(limit)) {
        snprintf(text, size, "none");
    } else {
        snprintf(text, size, "%g", limit);
    }
}

static void print_row(const struct accuracy_view *view, const struct stand_verdict *verdict,
                      FILE *out)
{
    const struct stand_requirement *r = &verdict->requirement;
    char limit[TEXT_ROOM];
    char margin[TEXT_ROOM] = "-";
    char trial[TEXT_ROOM] = "";
    accuracy_limit_text(r->limit, limit, sizeof limit);
    if (!isnan(r->limit)) {
        snprintf(margin, sizeof margin, "%.4f", r->limit - fabs(verdict->found));
    }
    if (verdict->worst >= 0) {
        accuracy_trial_text(&view->programme->trial[verdict->worst], trial, sizeof trial);
    }
    fprintf(out, "  %-58s %8s %10.4f %9s %-6s %s%s\n", r->name, limit, verdict->found, margin,
            r->unit, trial, verdict->failed ? "  ** beyond the limit **" : "");
}

static void print_head(const struct accuracy_view *view, FILE *out)
{
    const struct stand_specimen *specimen = view->programme->specimen;
    const struct world_sensor *sensor = specimen->frontend.i[0].sensor;
    fprintf(out, "%s: %s\n", specimen->product->title, sensor ? sensor->title : "ideal sensors");
    fprintf(out, "converters of %g dB, specimen %llu, %u trials; calibrated as the factory does\n",
            view->snr_db, (unsigned long long)view->seed, view->programme->count);
}

static void print_not_simulated(FILE *out)
{
    fputs("\nin the standards, but not simulated:\n", out);
    const char *name;
    for (size_t n = 0; (name = stand_not_simulated(n)) != NULL; n++) {
        fprintf(out, "  %s\n", name);
    }
}

void accuracy_print_text(const struct accuracy_view *view, FILE *out)
{
    const char *standard = "";
    const char *class = "";
    unsigned failed = 0;
    unsigned rows = 0;
    print_head(view, out);
    for (unsigned n = 0; n < view->count; n++) {
        const struct stand_verdict *verdict = &view->verdicts[n];
        if (!accuracy_shown(view, verdict)) {
            continue;
        }
        const struct stand_requirement *r = &verdict->requirement;
        if (r->standard != standard || r->class != class) {
            standard = r->standard;
            class = r->class;
            fprintf(out, "\n%s class %s\n  %-58s %8s %10s %9s %-6s %s\n", standard, class, "",
                    "limit", "error", "margin", "unit", "worst at");
        }
        print_row(view, verdict, out);
        failed += verdict->failed;
        rows++;
    }
    print_not_simulated(out);
    fprintf(out, "\n%u rows, %u beyond their limits\n", rows, failed);
}
