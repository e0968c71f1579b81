/* The specimen that a data directory remembers, and what it is good for: a meter that errs, and
 * does not any more once it was calibrated. */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "app/simulation.h"
#include "app/specimen.h"
#include "test/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/watthour-specimen-XXXXXX";
static char error[512];

static void write_file(const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/specimen", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void remove_file(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/specimen", folder);
    (void)unlink(path);
}

static void what_is_kept_comes_back(void **state)
{
    (void)state;
    struct specimen kept = {.number = 4000000000, .sensor = "rogowski", .snr_db = 107.5};
    struct specimen found = {0};
    remove_file();
    assert_int_equal(specimen_recall(folder, &found, error, sizeof error), 0);
    assert_int_equal(specimen_keep(folder, &kept, error, sizeof error), 0);
    assert_int_equal(specimen_recall(folder, &found, error, sizeof error), 1);
    assert_true(found.number == kept.number && found.snr_db == kept.snr_db);
    assert_string_equal(found.sensor, "rogowski");
}

static void a_spoilt_file_is_said(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "3",
        "{}",
        "{\"specimen\": 3}",
        "{\"specimen\": 0, \"sensor\": \"ct\", \"snr_db\": 101}",
        "{\"specimen\": -1, \"sensor\": \"ct\", \"snr_db\": 101}",
        "{\"specimen\": 1e300, \"sensor\": \"ct\", \"snr_db\": 101}",
        "{\"specimen\": 3, \"sensor\": \"ear\", \"snr_db\": 101}",
        "{\"specimen\": 3, \"sensor\": 7, \"snr_db\": 101}",
        "{\"specimen\": 3, \"sensor\": \"ct\", \"snr_db\": 161}",
        "{\"specimen\": 3, \"sensor\": \"ct\", \"snr_db\": \"many\"}",
        "{\"specimen\": 3, \"sensor\": \"ct\", \"snr_db\": 101",
    };
    for (size_t n = 0; n < sizeof texts / sizeof texts[0]; n++) {
        struct specimen specimen = {.number = 9};
        write_file(texts[n]);
        assert_int_equal(specimen_recall(folder, &specimen, error, sizeof error), -1);
        assert_non_null(strstr(error, "tells no specimen"));
        assert_int_equal(specimen.number, 9);
    }
}

static void a_meter_stays_the_one_it_is(void **state)
{
    (void)state;
    struct specimen third = {.number = 3, .sensor = "ct", .snr_db = 101};
    struct specimen fourth = {.number = 4, .sensor = "ct", .snr_db = 101};
    struct specimen other_sensor = {.number = 3, .sensor = "shunt", .snr_db = 101};
    struct specimen any = {.number = 0, .sensor = "shunt", .snr_db = 95};
    struct specimen settled;
    remove_file();
    assert_int_equal(specimen_settle(folder, &any, &settled, error, sizeof error), 0);
    assert_int_equal(settled.number, 0);
    assert_int_equal(specimen_settle(folder, &third, &settled, error, sizeof error), 0);
    assert_int_equal(specimen_settle(folder, &third, &settled, error, sizeof error), 0);
    assert_int_equal(specimen_settle(folder, &any, &settled, error, sizeof error), 0);
    assert_int_equal(settled.number, 3);
    assert_string_equal(settled.sensor, "ct");
    assert_true(settled.snr_db == 101);
    assert_int_equal(specimen_settle(folder, &fourth, &settled, error, sizeof error), -1);
    assert_non_null(strstr(error, "specimen 3"));
    assert_int_equal(specimen_settle(folder, &other_sensor, &settled, error, sizeof error), -1);
}

static void a_folder_that_is_none_is_said(void **state)
{
    (void)state;
    const struct specimen third = {.number = 3, .sensor = "ct", .snr_db = 101};
    static char long_name[5000];
    struct specimen settled;
    memset(long_name, 'a', sizeof long_name - 1);
    assert_int_equal(specimen_keep("/no/where", &third, error, sizeof error), -1);
    assert_non_null(strstr(error, "/no/where/specimen: "));
    assert_int_equal(specimen_recall(long_name, &settled, error, sizeof error), -1);
    assert_non_null(strstr(error, "too long"));
}

/* ---- a life with it ---- */

static struct run_options options_of(const char *product)
{
    return (struct run_options){
        .product = product_find(product),
        .scenario = "steady",
        .sampling = WORLD_SAMPLING_SINC3,
        .snr_db = 101,
        .seed = 1,
        .start_utc_s = 1795219200,
        .specimen = {.number = 5, .sensor = "ct", .snr_db = 101},
    };
}

/* The meter's active power of L1 against the world's, in parts; the calibration is its own. */
static double error_of(const struct run_options *options,
                       const struct legal_calibration *calibration)
{
    struct simulation *simulation = calloc(1, sizeof *simulation);
    struct world_quantities truth;
    struct legal_snapshot snapshot;
    assert_int_equal(simulation_open(simulation, options, error, sizeof error), 0);
    if (calibration) {
        assert_int_equal(legal_calibrate(simulation->meter.legal, calibration), LEGAL_SET);
    }
    while (simulation->frames < 10 * WORLD_FRAME_HZ) {
        (void)simulation_advance(simulation, 64);
    }
    world_now(simulation->world, &truth);
    legal_read(simulation->meter.legal, &snapshot);
    simulation_close(simulation);
    free(simulation);
    return (double)snapshot.phase[0].p_uw * 1e-6 / truth.phase[0].p_w - 1;
}

static void a_specimen_errs_until_it_is_calibrated(void **state)
{
    (void)state;
    struct run_options options = options_of("st402d");
    struct stand_specimen made;
    struct stand_protocol protocol;
    specimen_make(&options.specimen, options.product, 0, &made);
    assert_int_equal(stand_calibrate(&made, &protocol), LEGAL_ADJUSTED);
    assert_true(fabs(error_of(&options, NULL)) > 2e-3);
    assert_true(fabs(error_of(&options, &made.calibration)) < 2e-4);
    options.specimen.number = 0;
    assert_true(fabs(error_of(&options, NULL)) < 2e-4);
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    remove_file();
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_comes_back),
        cmocka_unit_test(a_spoilt_file_is_said),
        cmocka_unit_test(a_meter_stays_the_one_it_is),
        cmocka_unit_test(a_folder_that_is_none_is_said),
        cmocka_unit_test(a_specimen_errs_until_it_is_calibrated),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
