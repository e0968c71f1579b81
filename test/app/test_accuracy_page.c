/* The page of `watthour accuracy`: its tables are the verdicts, its curves lie where the trials do,
 * and its markup is whole. */
#include "app/accuracy_view.h"
#include "test/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 1 << 20, TAGS = 16, NAME = 16 };

static struct stand_specimen specimen;
static struct stand_programme programme;
static struct stand_verdict verdicts[STAND_VERDICTS_MAX];
static struct accuracy_view view;
static char page[PAGE];

/* Errors and noise of every trial as they are made here. */
static void begin(const char *product, double error, double noise)
{
    const struct stand_making making = {.product = product_find(product), .snr_db = 101};
    assert_int_equal(stand_make(&specimen, &making), 0);
    stand_plan(&programme, &specimen, true);
    for (unsigned n = 0; n < programme.count; n++) {
        programme.trial[n].result.error = n % 2 == 0 ? error : -error / 2;
        programme.trial[n].result.sd = noise;
        programme.trial[n].result.sd_formula = noise;
    }
    view = (struct accuracy_view){
        .programme = &programme, .verdicts = verdicts, .snr_db = 101, .seed = 7};
    view.count = stand_judge(&programme, verdicts);
}

static void print(void)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    accuracy_print_page(&view, file);
    rewind(file);
    size_t size = fread(page, 1, sizeof page - 1, file);
    page[size] = '\0';
    assert_true(size > 1000 && size < sizeof page - 1);
    fclose(file);
}

static unsigned count_of(const char *text)
{
    unsigned count = 0;
    for (const char *at = page; (at = strstr(at, text)) != NULL; at++) {
        count++;
    }
    return count;
}

/* ---- markup ---- */

static bool is_alone(const char *name)
{
    return strcmp(name, "meta") == 0 || strcmp(name, "!doctype") == 0;
}

/* What is opened is closed, in order; a "<" that is no tag is a fault. */
static void assert_whole(void)
{
    char open[TAGS][NAME];
    int depth = 0;
    for (const char *at = page; (at = strchr(at, '<')) != NULL; at++) {
        const char *end = strchr(at, '>');
        char name[NAME];
        bool closes = at[1] == '/';
        assert_non_null(end);
        if (sscanf(at + 1 + closes, "%15[a-z0-9!]", name) != 1) {
            fail_msg("no tag: %.40s", at);
        }
        if (closes) {
            assert_true(depth > 0);
            assert_string_equal(open[--depth], name);
        } else if (end[-1] != '/' && !is_alone(name)) {
            assert_true(depth < TAGS);
            strcpy(open[depth++], name);
        }
    }
    assert_int_equal(depth, 0);
}

static void the_page_is_whole(void **state)
{
    (void)state;
    static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
    for (size_t n = 0; n < sizeof products / sizeof products[0]; n++) {
        begin(products[n], 0.0004, 1e-5);
        print();
        assert_whole();
        assert_int_equal(count_of("http"), 0);
        assert_int_equal(count_of("<script"), 0);
        assert_int_equal(count_of("none %"), 0);
        assert_int_equal(count_of("nan"), 0);
        /* A row of each verdict, and a head of each class. */
        assert_int_equal(count_of("<tr"), view.count + count_of("<table>"));
    }
}

/* A class that is asked for alone, and one that this meter has not. */
static void a_class_is_shown_alone(void **state)
{
    (void)state;
    begin("st402c", 0.0004, 1e-5);
    view.class = "0.5S";
    print();
    assert_whole();
    assert_int_equal(count_of("<table>"), 2); /* IEC 62053-22, IEC 62053-24 */
    view.class = "no such";
    print();
    assert_whole();
    assert_int_equal(count_of("<table>"), 0);
}

/* ---- curves ---- */

/* The scale is the first step that holds the worst error: axes say so, all points are inside. */
static void curves_fill_their_scale(void **state)
{
    (void)state;
    static const struct {
        double error;
        const char *label;
    } rows[] = {
        {0.0000099, "end\">0.001 %<"}, {0.0000101, "end\">0.002 %<"}, {0.000021, "end\">0.005 %<"},
        {0.00049, "end\">0.05 %<"},    {0.0011, "end\">0.2 %<"},      {0.019, "end\">2 %<"},
        {0.3, "end\">50 %<"},
    };
    for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
        begin("st402d", rows[n].error, rows[n].error / 10);
        print();
        assert_int_equal(count_of(rows[n].label), 2); /* of active and of reactive energy */
        double top = 1e9;
        double bottom = 0;
        for (const char *at = page; (at = strstr(at, "<circle ")) != NULL; at++) {
            double y = strtod(strstr(at, "cy=\"") + 4, NULL);
            top = fmin(top, y);
            bottom = fmax(bottom, y);
        }
        assert_true(top >= 16 && bottom <= 16 + 230);
        assert_true(bottom - top > 230 * 0.25); /* and more than a quarter of the height is used */
    }
}

/* A point for each trial of a curve, with its whisker. */
static void every_trial_is_a_point(void **state)
{
    (void)state;
    begin("xs211", 0.0001, 1e-5);
    print();
    unsigned trials = 0;
    for (unsigned n = 0; n < programme.count; n++) {
        trials += programme.trial[n].kind == STAND_CURVE;
    }
    assert_int_equal(count_of("<circle "), trials);
    assert_int_equal(count_of("class=\"whisker\""), trials);
    assert_int_equal(count_of("<polyline "), STAND_ANGLES);
}

/* ---- words ---- */

static void it_says_what_was_measured(void **state)
{
    (void)state;
    begin("xs211", 0.0001, 1e-5);
    print();
    assert_int_equal(count_of("specimen 7"), 1);
    assert_int_equal(count_of("converters of 101 dB"), 1);
    assert_int_equal(count_of("calibrated as the factory does"), 1);
    view.uncalibrated = true;
    view.snr_db = 0;
    print();
    assert_int_equal(count_of("as it came, not calibrated"), 1);
    assert_int_equal(count_of("converters without noise"), 1);
    assert_int_equal(count_of("calibrated as the factory does"), 0);
}

/* What is beyond its limit is red in the table and in the bars. */
static void what_is_beyond_is_red(void **state)
{
    (void)state;
    begin("xs211", 0.0001, 1e-5);
    print();
    unsigned red = 0;
    for (unsigned n = 0; n < view.count; n++) {
        red += verdicts[n].failed;
    }
    assert_int_equal(count_of("<tr class=\"red\">"), red);
    begin("xs211", 0.02, 1e-5);
    print();
    unsigned redder = 0;
    for (unsigned n = 0; n < view.count; n++) {
        redder += verdicts[n].failed;
    }
    assert_true(redder > red + 20);
    assert_int_equal(count_of("<tr class=\"red\">"), redder);
    assert_true(count_of("bar over") > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_is_whole),         cmocka_unit_test(a_class_is_shown_alone),
        cmocka_unit_test(curves_fill_their_scale),   cmocka_unit_test(every_trial_is_a_point),
        cmocka_unit_test(it_says_what_was_measured), cmocka_unit_test(what_is_beyond_is_red),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
