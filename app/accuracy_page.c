#include "app/accuracy_view.h"

#include <math.h>
#include <string.h>

enum { TEXT_ROOM = 64, LEFT = 60, TOP = 16, WIDTH = 560, HEIGHT = 230 };

static const char style[] =
    ":root{color-scheme:light dark;--ink:#222;--paper:#fff;--soft:#555;--line:#ddd;--red:#fbd7d3;"
    "--c0:#1b6ca8;--c1:#237a40;--c2:#a05a00;--c3:#7a3fa0;--c4:#666}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e4de;--paper:#14181a;--soft:#a2abad;"
    "--line:#333b3e;--red:#5a2620;--c0:#62b0ec;--c1:#62c583;--c2:#e0a03c;--c3:#c08ae6;--c4:#aaa}}"
    "body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:64em;padding:0 1em;"
    "color:var(--ink);background:var(--paper)}"
    ".scroll{overflow-x:auto;margin:.5em 0 1.5em}table{border-collapse:collapse;width:100%}"
    "td,th{padding:.15em .6em;border-bottom:1px solid var(--line);text-align:right}"
    "td:first-child,td:last-child,th:last-child{text-align:left}tr.red{background:var(--red)}"
    "svg{max-width:100%;height:auto}text{font:12px system-ui,sans-serif;fill:var(--soft)}"
    ".axis{stroke:var(--soft)}polyline{fill:none;stroke-width:2}line{stroke-width:1}"
    ".c0{color:var(--c0)}.c1{color:var(--c1)}.c2{color:var(--c2)}.c3{color:var(--c3)}"
    ".c4{color:var(--c4)}polyline,.whisker{stroke:currentColor}circle,.name{fill:currentColor}"
    ".bar{fill:var(--c0)}.over{fill:#c33}";

static void escaped(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '<') {
            fputs("&lt;", out);
        } else if (*text == '&') {
            fputs("&amp;", out);
        } else {
            fputc(*text, out);
        }
    }
}

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

static bool is_of_curve(const struct stand_trial *trial, enum stand_angle angle)
{
    return trial->kind == STAND_CURVE && trial->angle == angle;
}

/* A point, and two standard deviations of its noise to either side. */
static void draw_point(const struct scale *scale, const struct stand_trial *trial, FILE *out)
{
    double error = 100 * trial->result.error;
    double noise = 200 * trial->result.sd_formula;
    double x = x_of(scale, trial->i_a);
    fprintf(out,
            "<line class=\"whisker\" stroke-opacity=\"0.5\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" "
            "y2=\"%.1f\"/><circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.4\"/>\n",
            x, x, y_of(scale, error - noise), y_of(scale, error + noise), x, y_of(scale, error));
}

/* The trials of a curve lie in the order of their currents. */
static void draw_curve(const struct accuracy_view *view, const struct scale *scale,
                       enum stand_angle angle, unsigned colour, FILE *out)
{
    const struct stand_programme *programme = view->programme;
    fprintf(out, "<g class=\"c%u\"><polyline points=\"", colour);
    for (unsigned n = 0; n < programme->count; n++) {
        const struct stand_trial *trial = &programme->trial[n];
        if (is_of_curve(trial, angle)) {
            fprintf(out, "%.1f,%.1f ", x_of(scale, trial->i_a),
                    y_of(scale, 100 * trial->result.error));
        }
    }
    fputs("\"/>\n", out);
    for (unsigned n = 0; n < programme->count; n++) {
        if (is_of_curve(&programme->trial[n], angle)) {
            draw_point(scale, &programme->trial[n], out);
        }
    }
    fprintf(out, "<text class=\"name\" x=\"%d\" y=\"%u\">%s</text></g>\n", LEFT + WIDTH + 10,
            TOP + 14 + 18 * colour, stand_angle_name(angle));
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

/* The first of 0.001, 0.002, 0.005, 0.01 .. percent within which all of the curves lie. */
static double limit_of(const struct accuracy_view *view, enum stand_angle from, enum stand_angle to)
{
    static const double steps[] = {2, 2.5, 2};
    double limit = 1e-3;
    double largest = 0;
    for (unsigned n = 0; n < view->programme->count; n++) {
        const struct stand_trial *trial = &view->programme->trial[n];
        if (trial->kind == STAND_CURVE && trial->angle >= from && trial->angle <= to) {
            largest = fmax(largest, 100 * fabs(trial->result.error));
        }
    }
    for (unsigned n = 0; largest > limit && limit < 100; n++) {
        limit *= steps[n % 3];
    }
    return limit;
}

static void draw_curves(const struct accuracy_view *view, const char *caption,
                        enum stand_angle from, enum stand_angle to, FILE *out)
{
    struct stand_currents currents = stand_currents_of(view->programme->specimen);
    const struct scale scale = {currents.start / 2, currents.most, limit_of(view, from, to)};
    fprintf(out,
            "<h3>%s</h3>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s: within %g %% "
            "from %g A to %g A\">\n",
            caption, LEFT + WIDTH + 90, TOP + HEIGHT + 24, caption, scale.limit, scale.least_a,
            scale.most_a);
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
    double width = 300 * fmin(share, 1);
    fprintf(out,
            "<rect class=\"%s\" x=\"360\" y=\"%.0f\" width=\"%.1f\" height=\"11\"/>"
            "<text x=\"352\" y=\"%.0f\" text-anchor=\"end\">",
            share > 1 ? "bar over" : "bar", y, width, y + 10);
    escaped(verdict->requirement.name, out);
    fprintf(out, "</text><text x=\"%.1f\" y=\"%.0f\">%.1f %%</text>\n", 366 + width, y + 10,
            100 * share);
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
            "<h3>How much of the limits of %s class %s is used</h3>\n<svg viewBox=\"0 0 730 %u\" "
            "role=\"img\" aria-label=\"Shares of the limits; the tables have the figures\">\n",
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
    fprintf(out, "</td><td>%s%s%s</td><td>%.4f</td><td>%s</td><td>%s</td></tr>\n", limit,
            isnan(r->limit) ? "" : " ", isnan(r->limit) ? "" : r->unit, verdict->found, margin,
            trial);
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
            fprintf(
                out,
                "%s<h3>%s class %s</h3>\n<div class=\"scroll\" tabindex=\"0\"><table><tr><td></td>"
                "<th scope=\"col\">limit</th><th scope=\"col\">error</th>"
                "<th scope=\"col\">margin</th><th scope=\"col\">worst at</th></tr>\n",
                *standard ? "</table></div>\n" : "", r->standard, r->class);
            standard = r->standard;
            class = r->class;
        }
        print_row(view, verdict, out);
    }
    fputs(*standard ? "</table></div>\n" : "", out);
}

static void print_head(const struct accuracy_view *view, FILE *out)
{
    const struct stand_specimen *specimen = view->programme->specimen;
    const struct world_sensor *sensor = specimen->frontend.i[0].sensor;
    fprintf(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<title>Accuracy of %s</title><style>%s</style></head><body>\n<h1>Accuracy of %s</h1>\n",
        specimen->product->name, style, specimen->product->title);
    fprintf(out, "<p>%s; ", sensor ? sensor->title : "ideal sensors");
    if (view->snr_db > 0) {
        fprintf(out, "converters of %g dB", view->snr_db);
    } else {
        fputs("converters without noise", out);
    }
    fprintf(out,
            ", specimen %llu, %u trials; %s. Whiskers are two standard deviations of noise.</p>\n",
            (unsigned long long)view->seed, view->programme->count,
            view->uncalibrated ? "as it came, not calibrated" : "calibrated as the factory does");
}

void accuracy_print_page(const struct accuracy_view *view, FILE *out)
{
    print_head(view, out);
    draw_curves(view, "Error of active energy over the current", STAND_PF_1, STAND_PF_05C, out);
    draw_curves(view, "Error of reactive energy over the current", STAND_SIN_1, STAND_SIN_025, out);
    draw_shares(view, "EN 50470-3", "C", out);
    print_tables(view, out);
    fputs("<h3>In the standards, but not simulated</h3><ul>\n", out);
    for (size_t n = 0; stand_not_simulated(n); n++) {
        fprintf(out, "<li>%s</li>\n", stand_not_simulated(n));
    }
    fputs("</ul></body></html>\n", out);
}
