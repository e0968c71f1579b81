/* watthour calibrate: what the factory does with a virtual meter before it leaves. */
#include "app/calibrate_view.h"
#include "app/command.h"
#include "app/data.h"
#include "app/option.h"
#include "app/specimen.h"
#include "meter/meter.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    STEP_US = 1000,
    MS_PER_S = 1000,
    SETTLE_STEPS = 10000,
    STEPS_MOST = 600000,
    RATIO_MOST = LEGAL_RATIO_MAX
};

struct calibrate_options {
    const struct product *product;
    struct specimen specimen;
    struct legal_transformers transformers;
    bool transforms;
    bool open;
    bool json;
};

static void take_product(void *context, struct option_value *value)
{
    struct calibrate_options *options = context;
    options->product = product_find(value->text);
    if (!options->product) {
        option_refuse(value, "xs211, sm402d, st402d or st402c");
    }
}

static void take_specimen(void *context, struct option_value *value)
{
    struct calibrate_options *options = context;
    options->specimen.number = option_integer(value, UINT32_MAX, "a number");
}

static void take_sensor(void *context, struct option_value *value)
{
    struct calibrate_options *options = context;
    options->specimen.sensor = value->text;
    if (!world_sensor_find(value->text)) {
        option_refuse(value, "shunt, ct, ct-plain or rogowski");
    }
}

static void take_snr(void *context, struct option_value *value)
{
    struct calibrate_options *options = context;
    options->specimen.snr_db = option_number(value, 0, 160, "decibels up to 160 (0 = no noise)");
}

static void take_ratio(struct option_value *value, struct legal_ratio *ratio)
{
    unsigned primary;
    unsigned secondary;
    char rest;
    bool good = sscanf(value->text, "%6u/%6u%c", &primary, &secondary, &rest) == 2 &&
                primary >= 1 && primary <= RATIO_MOST && secondary >= 1 && secondary <= RATIO_MOST;
    if (!good) {
        option_refuse(value, "a ratio such as 200/5, each 1 to 100000");
        return;
    }
    *ratio = (struct legal_ratio){primary, secondary};
}

static void take_ct(void *context, struct option_value *value)
{
    struct calibrate_options *options = context;
    take_ratio(value, &options->transformers.current);
    options->transforms = true;
}

static void take_vt(void *context, struct option_value *value)
{
    struct calibrate_options *options = context;
    take_ratio(value, &options->transformers.voltage);
    options->transforms = true;
}

static void take_open(void *context, struct option_value *value)
{
    (void)value;
    struct calibrate_options *options = context;
    options->open = true;
}

static void take_json(void *context, struct option_value *value)
{
    (void)value;
    struct calibrate_options *options = context;
    options->json = true;
}

static const struct option_row rows[] = {
    {"product", "NAME", take_product, "xs211 (default), sm402d, st402d, st402c"},
    {"specimen", "N", take_specimen,
     "which meter of the series it is (default: the one that DIR\n"
     "remembers, or 1)"},
    {"sensor", "NAME", take_sensor, "of the current: shunt, ct, ct-plain, rogowski"},
    {"snr", "DB", take_snr, "noise of the converters below full scale (default 101)"},
    {"ct", "RATIO", take_ct, "st402c: current transformers, 200/5; registers are primary"},
    {"vt", "RATIO", take_vt, "st402c: voltage transformers, 20000/100"},
    {"no-seal", NULL, take_open, "leave it open, to be calibrated again"},
    {"json", NULL, take_json, "print JSON"},
};

static const struct option_table table = {
    .command = "calibrate",
    .usage =
        "usage: watthour calibrate [OPTIONS] DIR\n\n"
        "Takes the meter of a data directory (`watthour run --data DIR`) through the factory:\n"
        "two loads on every phase, no load, another frequency, cold and warm, each compared\n"
        "with a reference standard; then sets its transformers and seals it. Prints the\n"
        "protocol, with its errors before and after. A sealed meter refuses, and counts that.\n"
        "\n",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

/* ---- at work ---- */

struct work {
    struct calibrate_options options;
    struct data data;
    struct meter meter;
    struct legal_part legal;
    struct calendar_switch switches[2 * CALENDAR_SWITCHES];
    struct calibrate_view view;
};

static int fail(const char *what)
{
    fprintf(stderr, "watthour calibrate: %s\n", what);
    return COMMAND_FAILED;
}

static void step(struct work *work)
{
    nor_advance(&work->data.nor, STEP_US);
    (void)meter_step(&work->meter, work->meter.now_ms + 1);
}

/* So long that flash has all that it was given, the log entry of a refusal with it; then the bench
 * takes the supply away. */
static int keep(struct work *work)
{
    uint32_t wanted = work->legal.legal.changes;
    for (int n = 0; n < STEPS_MOST && work->legal.keep.changes != wanted; n++) {
        step(work);
    }
    for (int n = 0; n < SETTLE_STEPS; n++) {
        step(work);
    }
    bool kept = work->legal.keep.changes == wanted;
    return meter_power_fail(&work->meter) == 0 && kept ? 0 : -1;
}

/* The meter wakes on the bench, with what its chip holds. */
static int begin_meter(struct work *work)
{
    const struct meter_setup setup = {
        .product = work->options.product,
        .sinc3 = true,
        .utc_ms = (int64_t)time(NULL) * MS_PER_S,
        .flash = &work->data.flash,
        .legal = &work->legal,
        .switches = work->switches,
        .switch_count = sizeof work->switches / sizeof work->switches[0],
    };
    if (meter_init(&work->meter, &setup) != 0) {
        return -1;
    }
    while (meter_recover(&work->meter) > 0) {
        nor_advance(&work->data.nor, STEP_US);
    }
    return 0;
}

/* The bench measures with the meter's parts and tells the meter what it has found. */
static int calibrate(struct work *work)
{
    struct calibrate_view *view = &work->view;
    struct legal *legal = work->meter.legal;
    if (legal_parameters(legal)->sealed) {
        (void)legal_calibrate(legal, &legal_parameters(legal)->calibration);
        return LEGAL_SEALED;
    }
    view->before = view->specimen;
    int result = stand_calibrate(&view->specimen, &view->protocol);
    if (result == LEGAL_ADJUSTED) {
        result = legal_calibrate(legal, &view->specimen.calibration);
    }
    if (result == LEGAL_SET && work->options.transforms) {
        result = legal_set_transformers(legal, &work->options.transformers);
    }
    if (result == LEGAL_SET && !work->options.open) {
        legal_seal(legal);
    }
    return result;
}

static int refuse(struct work *work, int result)
{
    if (result == LEGAL_SEALED) {
        fprintf(stderr,
                "watthour calibrate: the meter is sealed and refuses, as it has %u times now; "
                "calibrate one of a new directory\n",
                legal_parameters(work->meter.legal)->refused);
        return COMMAND_FAILED;
    }
    return fail("the factory refuses this specimen: its errors are beyond calibration; give "
                "another");
}

static int work_on(struct work *work)
{
    if (begin_meter(work) != 0) {
        return fail("the meter does not begin; this is a bug");
    }
    specimen_make(&work->options.specimen, work->options.product, 0, &work->view.specimen);
    work->view.number = work->options.specimen.number;
    int result = calibrate(work);
    if (keep(work) != 0) {
        return fail("the flash chip does not take it; try again, or give another directory");
    }
    if (result != LEGAL_SET) {
        return refuse(work, result);
    }
    work->view.parameters = legal_parameters(work->meter.legal);
    calibrate_try(&work->view);
    return calibrate_print(&work->view, work->options.json, stdout) == 0 ? COMMAND_DONE
                                                                         : fail("out of memory");
}

/* The specimen that the directory has, or the one asked for, or the first. */
static int settle(struct work *work, const char *directory, char *error, size_t error_size)
{
    struct specimen *specimen = &work->options.specimen;
    struct specimen wanted = *specimen;
    if (specimen_settle(directory, &wanted, specimen, error, error_size) != 0) {
        return -1;
    }
    if (specimen->number == 0) {
        specimen->number = 1;
        return specimen_keep(directory, specimen, error, error_size);
    }
    return 0;
}

static int run(struct work *work, const char *directory)
{
    char error[DATA_PATH + 256];
    struct calibrate_options *options = &work->options;
    if (options->transforms && !options->product->legal->config.transformers) {
        fprintf(stderr,
                "watthour calibrate: --ct, --vt: an %s has no transformers before it; leave them\n",
                options->product->name);
        return COMMAND_USAGE;
    }
    if (!options->specimen.sensor) {
        options->specimen.sensor = stand_sensor_of(options->product);
    }
    if (data_open(&work->data, directory, options->product, error, sizeof error) != 0) {
        return fail(error);
    }
    int exit_code = settle(work, directory, error, sizeof error) == 0 ? work_on(work) : fail(error);
    data_close(&work->data);
    return exit_code;
}

int command_calibrate(int argc, char **argv)
{
    struct work *work = calloc(1, sizeof *work);
    if (!work) {
        return fail("out of memory");
    }
    work->options = (struct calibrate_options){
        .product = product_find("xs211"),
        .specimen = {.snr_db = 101},
        .transformers = {{1, 1}, {1, 1}},
    };
    int exit_code;
    int rest = option_parse(&table, &work->options, argc, argv, &exit_code);
    if (rest >= 0 && rest != argc - 1) {
        fputs("watthour calibrate: give one data directory; see --help\n", stderr);
        exit_code = COMMAND_USAGE;
    } else if (rest >= 0) {
        exit_code = run(work, argv[rest]);
    }
    free(work);
    return exit_code;
}
