#include "app/accuracy_view.h"

#include <math.h>
#include <string.h>

enum { TEXT_ROOM = 64, LEFT = 60, TOP = 16, WIDTH = 560, HEIGHT = 230 };

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:64em;padding:0 1em;"
    "color:#222}table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}"
    "td,th{padding:.15em .6em;border-bottom:1px solid #ddd;text-align:right}"
    "td:first-child,th:first-child,td:last-child{text-align:left}tr.red{background:#fbd7d3}"
    "svg{max-width:100%;height:auto}text{font:12px system-ui,sans-serif;fill:#444}"
    ".axis{stroke:#888;fill:none}.limit{stroke:#c33;stroke-dasharray:5 4;fill:none}"
    ".c0{stroke:#1b6ca8}.c1{stroke:#2a8f4b}.c2{stroke:#a05a00}.c3{stroke:#7a3fa0}.c4{stroke:#666}"
    "polyline{fill:none;stroke-width:2}.bar{fill:#1b6ca8}.over{fill:#c33}";

/* ---- load curves ---- */

struct scale {
    double least_a;
    double most_a;
    double limit; /* percent at the edges */
};

static double x_of(const struct scale *scale, double i_a)
{
    double span = log10(scale->most_a / scale->least_a);
    return LEFT + WIDTH * log10(i_a / scale->least_a) / span;
}

static double y_of(const struct scale *scale, double error)
{
    double held = fmax(-scale->limit, fmin(scale->limit, error));
    return TOP + HEIGHT / 2.0 * (1 - held / scale->limit);
}

/* The trials of a curve lie in the order of their currents. */
static void draw_curve(const struct accuracy_view *view, const struct scale *scale,
                       enum stand_angle angle, unsigned colour, FILE *out)
{
    fprintf(out, "<polyline class=\"c%u\" points=\"", colour);
    for (unsigned n = 0; n < view->programme->count; n++) {
        const struct stand_trial *trial = &view->programme->trial[n];
        if (trial->kind == STAND_CURVE && trial->angle == angle) {
            fprintf(out, "%.1f,%.1f ", x_of(scale, trial->i_a),
                    y_of(scale, 100 * trial->result.error));
        }
    }
    fprintf(out,
            "\"/>\n<text x=\"%d\" y=\"%u\" style=\"fill:currentColor\" class=\"c%u\">%s</text>\n",
            LEFT + WIDTH + 10, TOP + 14 + 18 * colour, colour, stand_angle_name(angle));
}

static void draw_axes(const struct scale *scale, FILE *out)
{
    for (int step = -2; step <= 2; step++) {
        double error = scale->limit * step / 2;
        fprintf(
            out,
            "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" "
            "stroke-opacity=\"%s\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g %%</text>\n",
            LEFT, LEFT + WIDTH, y_of(scale, error), y_of(scale, error), step == 0 ? "1" : "0.25",
            LEFT - 6, y_of(scale, error) + 4, error);
    }
    for (int power = -3; power <= 2; power++) {
        double decade = pow(10, power);
        if (decade >= scale->least_a * 0.999 && decade <= scale->most_a * 1.001) {
            fprintf(out,
                    "<line class=\"axis\" stroke-opacity=\"0.25\" x1=\"%.1f\" x2=\"%.1f\" "
                    "y1=\"%d\" y2=\"%d\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%g A"
                    "</text>\n",
                    x_of(scale, decade), x_of(scale, decade), TOP, TOP + HEIGHT,
                    x_of(scale, decade), TOP + HEIGHT + 16, decade);
        }
    }
}

static void draw_curves(const struct accuracy_view *view, double limit, const char *caption,
                        enum stand_angle from, enum stand_angle to, FILE *out)
{
    struct stand_currents currents = stand_currents_of(view->programme->specimen);
    const struct scale scale = {currents.start / 2, currents.most, limit};
    fprintf(out, "<h3>%s</h3>\n<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", caption,
            LEFT + WIDTH + 90, TOP + HEIGHT + 24);
    draw_axes(&scale, out);
    for (unsigned angle = from; angle <= (unsigned)to; angle++) {
        draw_curve(view, &scale, (enum stand_angle)angle, angle - (unsigned)from, out);
    }
    fputs("</svg>\n", out);
}

/* ---- what of the limits is used ---- */

static void draw_bar(const struct stand_verdict *verdict, double y, FILE *out)
{
    double share = fabs(verdict->found) / verdict->requirement.limit;
    fprintf(out,
            "<rect class=\"%s\" x=\"360\" y=\"%.0f\" width=\"%.1f\" height=\"11\"/>"
            "<text x=\"352\" y=\"%.0f\" text-anchor=\"end\">%s</text>"
            "<text x=\"%.1f\" y=\"%.0f\">%.1f %%</text>\n",
            share > 1 ? "bar over" : "bar", y, 300 * fmin(share, 1), y + 10,
            verdict->requirement.name, 366 + 300 * fmin(share, 1), y + 10, 100 * share);
}

static void draw_shares(const struct accuracy_view *view, const char *standard, const char *class,
                        FILE *out)
{
    unsigned bars = 0;
    for (unsigned n = 0; n < view->count; n++) {
        const struct stand_requirement *r = &view->verdicts[n].requirement;
        bars += strcmp(r->standard, standard) == 0 && strcmp(r->class, class) == 0 &&
                !isnan(r->limit) && view->verdicts[n].worst >= 0;
    }
    fprintf(out,
            "<h3>How much of the limits of %s class %s is used</h3>\n"
            "<svg viewBox=\"0 0 730 %u\" role=\"img\">\n",
            standard, class, 18 * bars + 6);
    double y = 2;
    for (unsigned n = 0; n < view->count; n++) {
        const struct stand_requirement *r = &view->verdicts[n].requirement;
        if (strcmp(r->standard, standard) == 0 && strcmp(r->class, class) == 0 &&
            !isnan(r->limit) && view->verdicts[n].worst >= 0) {
            draw_bar(&view->verdicts[n], y, out);
            y += 18;
        }
    }
    fputs("</svg>\n", out);
}

/* ---- tables ---- */

static void escaped(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '<') {
            fputs("&lt;", out);
        } else {
            fputc(*text, out);
        }
    }
}

static void print_row(const struct accuracy_view *view, const struct stand_verdict *verdict,
                      FILE *out)
{
    const struct stand_requirement *r = &verdict->requirement;
    char limit[TEXT_ROOM];
    char margin[TEXT_ROOM] = "";
    char trial[TEXT_ROOM] = "";
    accuracy_limit_text(r->limit, limit, sizeof limit);
    if (!isnan(r->limit)) {
        snprintf(margin, sizeof margin, "%.4f", r->limit - fabs(verdict->found));
    }
    if (verdict->worst >= 0) {
        accuracy_trial_text(&view->programme->trial[verdict->worst], trial, sizeof trial);
    }
    fprintf(out, "<tr%s><td>", verdict->failed ? " class=\"red\"" : "");
    escaped(r->name, out);
    fprintf(out, "</td><td>%s %s</td><td>%.4f</td><td>%s</td><td>%s</td></tr>\n", limit, r->unit,
            verdict->found, margin, trial);
}

static void print_tables(const struct accuracy_view *view, FILE *out)
{
    const char *standard = "";
    const char *class = "";
    for (unsigned n = 0; n < view->count; n++) {
        const struct stand_verdict *verdict = &view->verdicts[n];
        const struct stand_requirement *r = &verdict->requirement;
        if (!accuracy_shown(view, verdict)) {
            continue;
        }
        if (r->standard != standard || r->class != class) {
            fprintf(out,
                    "%s<h3>%s class %s</h3>\n<table><tr><th></th><th>limit</th><th>error</th>"
                    "<th>margin</th><th>worst at</th></tr>\n",
                    *standard ? "</table>\n" : "", r->standard, r->class);
            standard = r->standard;
            class = r->class;
        }
        print_row(view, verdict, out);
    }
    fputs("</table>\n", out);
}

void accuracy_print_page(const struct accuracy_view *view, FILE *out)
{
    const struct stand_specimen *specimen = view->programme->specimen;
    const struct world_sensor *sensor = specimen->frontend.i[0].sensor;
    fprintf(out,
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Accuracy of %s"
            "</title><style>%s</style></head><body>\n<h1>Accuracy of %s</h1>\n<p>%s; converters of "
            "%g dB, specimen %llu, %u trials; calibrated as the factory does.</p>\n",
            specimen->product->name, style, specimen->product->title,
            sensor ? sensor->title : "ideal sensors", view->snr_db, (unsigned long long)view->seed,
            view->programme->count);
    draw_curves(view, 0.1, "Error of active energy over the current", STAND_PF_1, STAND_PF_05C,
                out);
    draw_curves(view, 0.1, "Error of reactive energy over the current", STAND_SIN_1, STAND_SIN_025,
                out);
    draw_shares(view, "EN 50470-3", "C", out);
    print_tables(view, out);
    fputs("<h3>In the standards, but not simulated</h3><ul>\n", out);
    for (size_t n = 0; stand_not_simulated(n); n++) {
        fprintf(out, "<li>%s</li>\n", stand_not_simulated(n));
    }
    fputs("</ul></body></html>\n", out);
}
