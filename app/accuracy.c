/* watthour accuracy: a meter on the virtual test bench, against the limits of the standards. */
#define _POSIX_C_SOURCE 200809L

#include "app/accuracy_view.h"
#include "app/command.h"
#include "app/option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct accuracy_options {
    struct stand_making making;
    const char *class;
    const char *page;
    unsigned jobs;
    bool quick;
    bool uncalibrated;
    bool json;
};

static void take_product(void *context, struct option_value *value)
{
    struct accuracy_options *options = context;
    options->making.product = product_find(value->text);
    if (!options->making.product) {
        option_refuse(value, "xs211, sm402d, st402d or st402c");
    }
}

static void take_snr(void *context, struct option_value *value)
{
    struct accuracy_options *options = context;
    options->making.snr_db = option_number(value, 0, 160, "decibels up to 160 (0 = no noise)");
}

static void take_specimen(void *context, struct option_value *value)
{
    struct accuracy_options *options = context;
    options->making.seed = option_integer(value, UINT64_MAX, "a number");
}

static void take_sensor(void *context, struct option_value *value)
{
    struct accuracy_options *options = context;
    options->making.sensor = value->text;
    if (!world_sensor_find(value->text)) {
        option_refuse(value, "shunt, ct, ct-plain or rogowski");
    }
}

static void take_class(void *context, struct option_value *value)
{
    static const char *const classes[] = {"A",    "B",    "C",  "1",    "2",        "3",
                                          "0.5S", "0.2S", "1S", "goal", "goal-107", NULL};
    struct accuracy_options *options = context;
    options->class =
        classes[option_word(value, classes, "A, B, C, 1, 2, 3, 0.5S, 0.2S, 1S, goal or goal-107")];
}

static void take_page(void *context, struct option_value *value)
{
    struct accuracy_options *options = context;
    options->page = value->text;
}

static void take_jobs(void *context, struct option_value *value)
{
    struct accuracy_options *options = context;
    options->jobs = (unsigned)option_integer(value, 64, "up to 64");
}

static void take_quick(void *context, struct option_value *value)
{
    (void)value;
    struct accuracy_options *options = context;
    options->quick = true;
}

static void take_uncalibrated(void *context, struct option_value *value)
{
    (void)value;
    struct accuracy_options *options = context;
    options->uncalibrated = true;
}

static void take_json(void *context, struct option_value *value)
{
    (void)value;
    struct accuracy_options *options = context;
    options->json = true;
}

static const struct option_row rows[] = {
    {"product", "NAME", take_product, "xs211 (default), sm402d, st402d, st402c"},
    {"snr", "DB", take_snr, "noise of the converters below full scale (default 101; 0 = none)"},
    {"specimen", "N", take_specimen,
     "which meter of the series; 0 = one without errors\n"
     "(default 1)"},
    {"sensor", "NAME", take_sensor, "of the current: shunt, ct, ct-plain, rogowski"},
    {"class", "CLASS", take_class, "show this class only, and fail when a row does"},
    {"quick", NULL, take_quick, "shorter trials, with more noise"},
    {"uncalibrated", NULL, take_uncalibrated, "as it comes before the factory calibrates it"},
    {"jobs", "N", take_jobs, "processes (default: as many as processors)"},
    {"page", "FILE", take_page, "write a page with plots, too"},
    {"json", NULL, take_json, "print JSON"},
};

static const struct option_table table = {
    .command = "accuracy",
    .usage = "usage: watthour accuracy [OPTIONS]\n\n"
             "Puts a virtual meter on the virtual test bench: calibrates it as the factory does,\n"
             "takes it through the test points of EN 50470-3, of the MID and of IEC 62053-21, -22\n"
             "and -23, and prints limit, error and margin of each row. Takes some seconds.\n\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

/* ---- at work ---- */

struct accuracy {
    struct accuracy_options options;
    struct stand_specimen specimen;
    struct stand_programme programme;
    struct stand_verdict verdicts[STAND_VERDICTS_MAX];
};

static void show_progress(void *context, unsigned done, unsigned count)
{
    (void)context;
    fprintf(stderr, "\r%u of %u trials ", done, count);
}

static int fail(const char *what)
{
    fprintf(stderr, "watthour accuracy: %s\n", what);
    return COMMAND_FAILED;
}

static int write_page(const struct accuracy_view *view, const char *path)
{
    FILE *file = fopen(path, "w");
    if (file) {
        accuracy_print_page(view, file);
    }
    if (!file || fclose(file) != 0) {
        fprintf(stderr, "watthour accuracy: %s: %s; choose another file\n", path, strerror(errno));
        return -1;
    }
    return 0;
}

static bool any_failed(const struct accuracy_view *view)
{
    bool failed = false;
    for (unsigned n = 0; n < view->count; n++) {
        failed = failed || (accuracy_shown(view, &view->verdicts[n]) && view->verdicts[n].failed);
    }
    return failed;
}

static int show(struct accuracy *accuracy)
{
    const struct accuracy_options *options = &accuracy->options;
    const struct accuracy_view view = {
        .programme = &accuracy->programme,
        .verdicts = accuracy->verdicts,
        .count = stand_judge(&accuracy->programme, accuracy->verdicts),
        .snr_db = options->making.snr_db,
        .seed = options->making.seed,
        .uncalibrated = options->uncalibrated,
        .class = options->class,
    };
    if (options->page && write_page(&view, options->page) != 0) {
        return COMMAND_FAILED;
    }
    if (options->json && accuracy_print_json(&view, stdout) != 0) {
        return fail("out of memory");
    }
    if (!options->json) {
        accuracy_print_text(&view, stdout);
    }
    return options->class && any_failed(&view) ? COMMAND_FAILED : COMMAND_DONE;
}

static int run(struct accuracy *accuracy)
{
    const struct accuracy_options *options = &accuracy->options;
    struct stand_protocol protocol;
    bool tty = isatty(STDERR_FILENO);
    (void)stand_make(&accuracy->specimen, &options->making);
    if (accuracy->specimen.config.transformers) {
        accuracy->specimen.transformers = (struct legal_transformers){{200, 5}, {20000, 100}};
        accuracy->specimen.told = accuracy->specimen.transformers;
    }
    if (!options->uncalibrated && stand_calibrate(&accuracy->specimen, &protocol) != 0) {
        return fail("the factory refuses this specimen; its errors are beyond calibration");
    }
    stand_plan(&accuracy->programme, &accuracy->specimen, options->quick);
    int result = stand_run(&accuracy->programme, options->making.seed, options->jobs,
                           tty ? show_progress : NULL, NULL);
    if (tty) {
        fputs("\r                      \r", stderr);
    }
    return result == 0 ? show(accuracy) : fail("a process of the bench failed");
}

int command_accuracy(int argc, char **argv)
{
    struct accuracy *accuracy = calloc(1, sizeof *accuracy);
    if (!accuracy) {
        return fail("out of memory");
    }
    accuracy->options.making =
        (struct stand_making){.product = product_find("xs211"), .snr_db = 101, .seed = 1};
    int exit_code;
    int rest = option_parse(&table, &accuracy->options, argc, argv, &exit_code);
    if (rest >= 0 && rest < argc) {
        fprintf(stderr, "watthour accuracy: %s: takes options only; see --help\n", argv[rest]);
        exit_code = COMMAND_USAGE;
    } else if (rest >= 0) {
        exit_code = run(accuracy);
    }
    free(accuracy);
    return exit_code;
}
