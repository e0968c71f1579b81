/* What the panel tells, against the meter itself: lights at their instants, waveforms, rows. */
#include "app/panel_json.h"
#include "app/panel_profile.h"
#include "cosem/data.h"
#include "display/segments.h"
#include "meter/customer.h"
#include "test/unit.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PULSES_MOST = 4096 };

static struct run_options options;
static struct simulation *simulation;
static struct panel_watch watch;
static struct panel_view view;

static void begin_with(enum run_source source, const char *product, const char *scenario)
{
    char error[512];
    options = (struct run_options){
        .product = product_find(product),
        .scenario = scenario,
        .source = source,
        .address = "127.0.0.1",
        .sampling = WORLD_SAMPLING_IDEAL,
        .speed = 1,
        .seed = 1,
        .nominal_hz = 50,
        .start_utc_s = 1795259100,
    };
    simulation = calloc(1, sizeof *simulation);
    assert_non_null(simulation);
    if (simulation_open(simulation, &options, error, sizeof error) != 0) {
        fail_msg("%s", error);
    }
    panel_watch_open(&watch, simulation);
    view = (struct panel_view){.simulation = simulation, .options = &options, .watch = &watch};
}

static void begin(const char *product, const char *scenario)
{
    begin_with(RUN_SOURCE_SAMPLES, product, scenario);
}

static int end(void **state)
{
    (void)state;
    panel_watch_close(&watch);
    simulation_close(simulation);
    free(simulation);
    return 0;
}

static void live(double seconds)
{
    uint64_t until = simulation->frames + (uint64_t)(seconds * WORLD_FRAME_HZ);
    while (simulation->frames < until) {
        (void)simulation_advance(simulation, until - simulation->frames);
        panel_watch_step(&watch);
    }
}

/* Every load of the world at once. */
static void switch_all(enum world_switch position)
{
    struct world_load load;
    for (size_t i = 0; world_load_get(simulation->world, i, &load); i++) {
        assert_int_equal(world_load_set(simulation->world, load.name, position), 0);
    }
}

static cJSON *parse(char *text)
{
    assert_non_null(text);
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    free(text);
    return json;
}

static const cJSON *at(const cJSON *json, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(json, name);
    assert_non_null(found);
    return found;
}

/* ---- lights ---- */

static double told[PULSES_MOST]; /* the frames at which active pulses were given */
static unsigned told_count;

/* As a browser does it, ten times a second. */
static void look(double seconds)
{
    for (double s = 0; s < seconds; s += 0.1) {
        live(0.1);
        cJSON *json = parse(panel_json_live(&view, false));
        const cJSON *pulse;
        cJSON_ArrayForEach(pulse, at(json, "pulses"))
        {
            int outputs = cJSON_GetArrayItem(pulse, 0)->valueint;
            double ago_ms = cJSON_GetArrayItem(pulse, 1)->valuedouble;
            if ((outputs & 1) != 0 && told_count < PULSES_MOST) {
                told[told_count++] = (double)simulation->frames - ago_ms * WORLD_FRAME_HZ / 1000;
            }
        }
        cJSON_Delete(json);
    }
}

static uint32_t active_pulses(void)
{
    return legal_pulses(simulation->meter.legal, LEGAL_PULSE_ACTIVE);
}

/* All that was ever counted, import and export, in whole pulses. */
static uint32_t pulses_of_the_register(void)
{
    struct quantity_value value;
    struct quantity energy = {.kind = QUANTITY_A_ABSOLUTE};
    assert_int_equal(quantity_read(&simulation->meter.source, energy, &value), 0);
    double wh = (double)value.value * pow(10, value.scaler);
    return (uint32_t)floor(wh * simulation->meter.config.pulses_per_kwh / 1000);
}

/* At a steady load they are given at even distances, and each is told once. */
static void lights_flash_at_their_instants(void **state)
{
    (void)state;
    begin("st402d", "steady");
    live(3);
    told_count = 0;
    cJSON_Delete(parse(panel_json_live(&view, false)));
    uint32_t before = active_pulses();
    look(60);
    assert_int_equal(told_count, active_pulses() - before);
    assert_true(told_count > 20);
    double even = (told[told_count - 1] - told[0]) / (told_count - 1);
    for (unsigned i = 1; i < told_count; i++) {
        assert_true(fabs(told[i] - told[i - 1] - even) < 3);
    }
}

/* When everything is off and what was owed has been given, n pulses are n / constant kWh: not one
 * more or less than the register has whole ones. */
static void pulses_are_the_energy(void **state)
{
    (void)state;
    begin("xs211", "household");
    told_count = 0;
    for (int round = 0; round < 8; round++) {
        switch_all(round % 3 == 0 ? WORLD_SWITCH_ON : WORLD_SWITCH_AUTO);
        look(7 + 3 * round);
        switch_all(WORLD_SWITCH_OFF);
        look(5);
        assert_int_equal(active_pulses(), pulses_of_the_register());
        assert_int_equal(told_count, active_pulses());
    }
    assert_true(told_count > 30);
}

/* Nothing is drawn: the light stays on, and no pulse comes. */
static void no_load_is_a_steady_light(void **state)
{
    (void)state;
    begin("xs211", "household");
    switch_all(WORLD_SWITCH_ON);
    live(5);
    cJSON *json = parse(panel_json_live(&view, false));
    assert_true(cJSON_IsFalse(at(json, "idle")));
    cJSON_Delete(json);
    switch_all(WORLD_SWITCH_OFF);
    live(5);
    uint32_t before = active_pulses();
    told_count = 0;
    look(30);
    json = parse(panel_json_live(&view, false));
    assert_true(cJSON_IsTrue(at(json, "idle")));
    assert_int_equal(told_count, 0);
    assert_int_equal(active_pulses(), before);
    cJSON_Delete(json);
}

/* Who looks rarely is told of the last ones, and how many there have been. */
static void a_rare_look(void **state)
{
    (void)state;
    begin("xs211", "household");
    switch_all(WORLD_SWITCH_ON);
    live(200);
    cJSON *json = parse(panel_json_live(&view, false));
    assert_int_equal(cJSON_GetArraySize(at(json, "pulses")), WATCH_PULSES);
    assert_int_equal(cJSON_GetArrayItem(at(json, "pulse_counts"), 0)->valueint, active_pulses());
    assert_true(active_pulses() > WATCH_PULSES);
    cJSON_Delete(json);
    json = parse(panel_json_live(&view, false));
    assert_int_equal(cJSON_GetArraySize(at(json, "pulses")), 0);
    cJSON_Delete(json);
}

/* ---- waveforms ---- */

static double point(const char *hex, int i)
{
    unsigned code = 0;
    assert_int_equal(sscanf(hex + 4 * i, "%4x", &code), 1);
    return (double)(int16_t)code / 32767;
}

/* Two periods from a rising zero on; the root of the mean square is what the meter measures. */
static void waves_are_what_is_measured(void **state)
{
    (void)state;
    begin("st402d", "steady");
    live(3);
    cJSON *json = parse(panel_json_live(&view, false));
    const cJSON *wave = at(json, "wave");
    assert_int_equal(cJSON_GetArraySize(wave), 6);
    for (int channel = 0; channel < 6; channel++) {
        const char *hex = cJSON_GetArrayItem(wave, channel)->valuestring;
        double full = channel % 2 == 0 ? simulation->meter.config.u_full_scale_mv / 1e3
                                       : simulation->meter.config.i_full_scale_ma / 1e3;
        double square = 0;
        assert_int_equal(strlen(hex), 4 * WATCH_POINTS);
        for (int i = 0; i < WATCH_POINTS; i++) {
            square += point(hex, i) * full * point(hex, i) * full / WATCH_POINTS;
        }
        const char *name = channel % 2 == 0 ? "u.n" : "i.n";
        double measured =
            cJSON_GetArrayItem(at(at(json, "values"), name), channel / 2)->valuedouble;
        assert_true(fabs(sqrt(square) - measured) < 0.01 * measured + 0.01);
    }
    const char *u1 = cJSON_GetArrayItem(wave, 0)->valuestring;
    assert_true(fabs(point(u1, 0)) < 0.03 && point(u1, WATCH_POINTS / 8) > 0.3);
    cJSON_Delete(json);
}

/* ---- harmonics ---- */

/* A vector, by orders from the first on; the share of one order in the first, in percent. */
static double share_of(const cJSON *orders, int order)
{
    return 100 * cJSON_GetArrayItem(orders, order - 1)->valuedouble /
           cJSON_GetArrayItem(orders, 0)->valuedouble;
}

static double distortion_of(const cJSON *orders)
{
    double squares = 0;
    for (int order = 2; order <= QUANTITY_ORDERS; order++) {
        squares += pow(share_of(orders, order), 2);
    }
    return sqrt(squares);
}

/* The mains of the villa are given in its scenario. */
static void harmonics_are_those_of_the_mains(void **state)
{
    (void)state;
    begin("st402d", "villa");
    live(3);
    cJSON *json = parse(panel_json_live(&view, true));
    const cJSON *spectrum = at(json, "spectrum");
    for (int phase = 0; phase < 3; phase++) {
        const cJSON *u = cJSON_GetArrayItem(at(spectrum, "u"), phase);
        const cJSON *i = cJSON_GetArrayItem(at(spectrum, "i"), phase);
        assert_int_equal(cJSON_GetArraySize(u), QUANTITY_ORDERS);
        assert_int_equal(cJSON_GetArraySize(i), QUANTITY_ORDERS);
        assert_true(fabs(share_of(u, 5) - 1.6) < 0.03 && fabs(share_of(u, 3) - 0.4) < 0.03);
        assert_true(share_of(u, 4) < 0.03 && share_of(u, 39) < 0.03);
        double thd_u = cJSON_GetArrayItem(at(spectrum, "thd_u"), phase)->valuedouble;
        double thd_i = cJSON_GetArrayItem(at(spectrum, "thd_i"), phase)->valuedouble;
        assert_true(fabs(thd_u - distortion_of(u)) < 0.01);
        assert_true(fabs(thd_i - distortion_of(i)) < 0.01 + 0.001 * thd_i);
    }
    cJSON_Delete(json);
}

/* Before the first window there is nothing to draw, and a meter that measures none says so. */
static void without_harmonics_it_is_said(void **state)
{
    (void)state;
    begin("st402d", "villa");
    live(0.1);
    cJSON *json = parse(panel_json_live(&view, true));
    assert_true(cJSON_IsNull(cJSON_GetArrayItem(at(at(json, "spectrum"), "u"), 0)));
    assert_true(cJSON_IsNull(cJSON_GetArrayItem(at(at(json, "spectrum"), "thd_i"), 2)));
    cJSON_Delete(json);
    json = parse(panel_json_meter(&view));
    assert_true(cJSON_IsTrue(at(json, "harmonics")));
    cJSON_Delete(json);
    end(NULL);
    begin("xs211", "household");
    live(2);
    json = parse(panel_json_live(&view, true));
    assert_false(cJSON_HasObjectItem(json, "spectrum"));
    cJSON_Delete(json);
    json = parse(panel_json_meter(&view));
    assert_true(cJSON_IsFalse(at(json, "harmonics")));
    cJSON_Delete(json);
}

/* ---- the customer port ---- */

/* Our own reader takes it, and finds what the register has; looking uses no counter. */
static void the_telegram_is_that_of_the_port(void **state)
{
    (void)state;
    begin_with(RUN_SOURCE_PHASORS, "st402d", "villa");
    live(4000);
    static struct meter_customer customer;
    static uint8_t telegram[METER_CUSTOMER_ROOM + 1];
    meter_customer_open(&simulation->meter, &customer, telegram, METER_CUSTOMER_ROOM);
    meter_customer_request(&customer, true);
    assert_true(meter_customer_step(&customer));
    cJSON *json = parse(panel_json_p1(&view));
    const char *text = at(json, "text")->valuestring;
    assert_int_equal(strlen(text), customer.size);
    assert_memory_equal(text, customer.octets, customer.size);
    assert_true(cJSON_IsTrue(at(json, "enabled")) && cJSON_IsFalse(at(json, "encrypted")));
    cJSON_Delete(json);
    consumer_enable_port(&simulation->meter.consumer, false);
    json = parse(panel_json_p1(&view));
    assert_true(cJSON_IsFalse(at(json, "enabled")));
    cJSON_Delete(json);
    assert_int_equal(world_incident(simulation->world, 0, 0, 100), 0);
    live(10);
    json = parse(panel_json_p1(&view));
    assert_string_equal(at(json, "text")->valuestring, "");
    cJSON_Delete(json);
}

/* ---- profiles ---- */

/* Every value of every row is that of the profile itself. */
static void assert_rows(const cJSON *json, const struct profile *profile)
{
    const cJSON *rows = at(json, "rows");
    unsigned count = profile->settings.column_count;
    uint32_t number = profile_first(profile);
    const cJSON *shown;
    assert_int_equal(cJSON_GetArraySize(rows), profile_next(profile) - number);
    cJSON_ArrayForEach(shown, rows)
    {
        struct profile_row row;
        assert_int_equal(profile_read(profile, number++, &row), STORAGE_DONE);
        struct reader r = reader_over(row.octets, row.size);
        double local_s = (double)row.stamp.utc_s + 60.0 * row.stamp.offset_min;
        assert_true(cJSON_GetArrayItem(shown, 0)->valuedouble == local_s);
        assert_int_equal(cJSON_GetArraySize(shown), 1 + count);
        for (unsigned i = 0; i < count; i++) {
            const cJSON *cell = cJSON_GetArrayItem(shown, 1 + (int)i);
            if (profile_is_clock_at(profile, i)) {
                assert_true(cJSON_IsNull(cell));
                continue;
            }
            double ratio = cell->valuedouble / (double)cosem_take_value(&r).integer;
            assert_true(isnan(ratio) || fabs(log10(ratio) - round(log10(ratio))) < 1e-9);
        }
    }
}

static void profiles_are_their_rows(void **state)
{
    (void)state;
    static const char *const products[] = {"xs211", "sm402d", "st402d", "st402c"};
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        begin_with(RUN_SOURCE_PHASORS, products[i], "steady");
        double before = panel_profile_rows(&view);
        live(2000);
        assert_true(panel_profile_rows(&view) > before);
        cJSON *json = parse(panel_json_profiles(&view));
        const struct display_config *display = options.product->display;
        assert_int_equal(cJSON_GetArraySize(at(json, "profiles")), display->profile_count);
        for (unsigned p = 0; p < display->profile_count; p++) {
            const cJSON *shown = cJSON_GetArrayItem(at(json, "profiles"), (int)p);
            assert_rows(shown, &simulation->meter.profiles[display->profiles[p].place]);
        }
        const cJSON *first = cJSON_GetArrayItem(at(json, "profiles"), 0);
        assert_string_equal(at(first, "name")->valuestring, "1-0:99.1.0");
        assert_string_equal(at(cJSON_GetArrayItem(at(first, "columns"), 2), "unit")->valuestring,
                            "Wh");
        cJSON_Delete(json);
        end(NULL);
    }
}

/* ---- ports ---- */

/* Each that is open, with its address; none that is not. */
static void every_port_has_its_address(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "tcp://127.0.0.1:4059", "udp://127.0.0.1:4060", "hdlc+tcp://127.0.0.1:4061",
        "tcp://127.0.0.1:4062", "tcp://127.0.0.1:4063", "/dev/pts/p1",
        "/dev/pts/optical",     "/dev/pts/rs485",       "/dev/pts/display",
    };
    begin("xs211", "household");
    cJSON *json = parse(panel_json_meter(&view));
    assert_int_equal(cJSON_GetArraySize(at(json, "ports")), 0);
    cJSON_Delete(json);
    options.dlms_port = 4059;
    options.udp_port = 4060;
    options.hdlc_port = 4061;
    options.optical_port = 4062;
    options.p1_port = 4063;
    options.p1_terminal = addresses[5];
    options.optical = addresses[6];
    options.rs485 = addresses[7];
    options.display_line = addresses[8];
    json = parse(panel_json_meter(&view));
    assert_int_equal(cJSON_GetArraySize(at(json, "ports")), 9);
    for (int i = 0; i < 9; i++) {
        const cJSON *port = cJSON_GetArrayItem(at(json, "ports"), i);
        assert_string_equal(at(port, "address")->valuestring, addresses[i]);
    }
    cJSON_Delete(json);
}

/* ---- whatever the mains do ---- */

/* At any moment, with supply and without, all that is told is JSON and the glass has its size. */
static void any_moment(void **state)
{
    (void)state;
    begin_with(RUN_SOURCE_PHASORS, "st402d", "restless");
    srand(3);
    bool dark = false;
    for (int i = 0; i < 400; i++) {
        live(1 + rand() % 30);
        if (i % 7 == 0) {
            (void)world_incident(simulation->world, 0, 0, 0.4 + rand() % 10);
        }
        cJSON *json = parse(panel_json_live(&view, i % 2 == 0));
        dark = dark || cJSON_IsFalse(at(json, "lcd_on"));
        assert_int_equal(strlen(at(json, "lcd")->valuestring), 2 * SEGMENTS_OCTETS);
        assert_int_equal(cJSON_IsTrue(at(json, "supply")), simulation->on);
        assert_int_equal(cJSON_HasObjectItem(json, "values"), simulation->on);
        cJSON_Delete(json);
        cJSON_Delete(parse(panel_json_profiles(&view)));
        cJSON_Delete(parse(panel_json_events(&view)));
        cJSON_Delete(parse(panel_json_history(&view)));
        cJSON_Delete(parse(panel_json_meter(&view)));
        cJSON_Delete(parse(panel_json_p1(&view)));
    }
    assert_true(dark);
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lights_flash_at_their_instants),
        TEST(pulses_are_the_energy),
        TEST(no_load_is_a_steady_light),
        TEST(a_rare_look),
        TEST(waves_are_what_is_measured),
        cmocka_unit_test(profiles_are_their_rows),
        TEST(harmonics_are_those_of_the_mains),
        TEST(without_harmonics_it_is_said),
        TEST(the_telegram_is_that_of_the_port),
        TEST(every_port_has_its_address),
        TEST(any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
