/* The lists of the optical port: the whole of them for meters that are known, their codes beside
 * those that quantities have by their own, and what an address finds beside a search by hand. */
#include "p1/readout.h"
#include "p1/telegram.h"
#include "test/p1/rig.h"
#include "test/unit.h"

#include <stdio.h>
#include <string.h>

enum { UTC_S = 1795258800 /* 2026-11-21T11:00:00Z */, TEXT = 4096 };

static struct rig rig;

/* Each value another, so that one in the place of another is noticed. */
static const struct legal_phase phases[LEGAL_PHASES] = {
    {.u_uv = 231110000,
     .i_na = INT64_C(4321000000),
     .p_uw = 901000000,
     .p1_uw = 901000000,
     .q1_uvar = 211000000},
    {.u_uv = 232220000,
     .i_na = INT64_C(1512000000),
     .p_uw = -302000000,
     .p1_uw = -302000000,
     .q1_uvar = -112000000},
    {.u_uv = 233330000,
     .i_na = INT64_C(2703000000),
     .p_uw = 503000000,
     .p1_uw = 503000000,
     .q1_uvar = 313000000},
};

static void measure(uint8_t phase_count)
{
    rig_init(&rig, phase_count, UTC_S);
    rig.config.sum = LEGAL_SUM_PHASES;
    rig_measure(&rig, phases, 3600);
    legal_rate_select(&rig.legal, 3);
    rig_measure(&rig, phases, 7200);
}

/* The whole list, a line each. */
static const char *readout(const struct p1_list *list)
{
    static uint8_t text[TEXT];
    struct writer w = writer_over(text, sizeof text - 1);
    unsigned row = 0;
    while (p1_list_next(list, &rig.view, &row, &w)) {
        writer_octets(&w, "\n", 1);
    }
    assert_int_equal(row, list->count);
    assert_false(writer_overflow(&w));
    text[writer_kept(&w)] = '\0';
    return (const char *)text;
}

static const char general_three[] = "0.0.0(12345678)\n"
                                    "C.1.0(12345678)\n"
                                    "0.2.0(watthour legal 0.0.0)\n"
                                    "0.9.1(150000)\n"
                                    "0.9.2(261121)\n"
                                    "C.14.0(0003)\n"
                                    "1.8.0(000004.212*kWh)\n"
                                    "1.8.1(000001.404*kWh)\n"
                                    "1.8.2(000000.000*kWh)\n"
                                    "1.8.3(000002.808*kWh)\n"
                                    "1.8.4(000000.000*kWh)\n"
                                    "2.8.0(000000.906*kWh)\n"
                                    "2.8.1(000000.302*kWh)\n"
                                    "2.8.2(000000.000*kWh)\n"
                                    "2.8.3(000000.604*kWh)\n"
                                    "2.8.4(000000.000*kWh)\n"
                                    "3.8.0(000001.572*kvarh)\n"
                                    "4.8.0(000000.336*kvarh)\n"
                                    "5.8.0(000001.572*kvarh)\n"
                                    "6.8.0(000000.000*kvarh)\n"
                                    "7.8.0(000000.336*kvarh)\n"
                                    "8.8.0(000000.000*kvarh)\n"
                                    "15.8.0(000005.118*kWh)\n";

static const char maker_three[] = "0.0.0(12345678)\n"
                                  "0.9.1(150000)\n"
                                  "0.9.2(261121)\n"
                                  "1.7.0(0001.102*kW)\n"
                                  "2.7.0(0000.000*kW)\n"
                                  "3.7.0(0000.412*kvar)\n"
                                  "4.7.0(0000.000*kvar)\n"
                                  "9.7.0(0001.980*kVA)\n"
                                  "13.7.0(0.556)\n"
                                  "14.7.0(50.000*Hz)\n"
                                  "32.7.0(231.11*V)\n"
                                  "31.7.0(004.321*A)\n"
                                  "21.7.0(0000.901*kW)\n"
                                  "22.7.0(0000.000*kW)\n"
                                  "21.8.0(000002.703*kWh)\n"
                                  "22.8.0(000000.000*kWh)\n"
                                  "52.7.0(232.22*V)\n"
                                  "51.7.0(001.512*A)\n"
                                  "41.7.0(0000.000*kW)\n"
                                  "42.7.0(0000.302*kW)\n"
                                  "41.8.0(000000.000*kWh)\n"
                                  "42.8.0(000000.906*kWh)\n"
                                  "72.7.0(233.33*V)\n"
                                  "71.7.0(002.703*A)\n"
                                  "61.7.0(0000.503*kW)\n"
                                  "62.7.0(0000.000*kW)\n"
                                  "61.8.0(000001.509*kWh)\n"
                                  "62.8.0(000000.000*kWh)\n";

static const char general_single[] = "0.0.0(12345678)\n"
                                     "C.1.0(12345678)\n"
                                     "0.2.0(watthour legal 0.0.0)\n"
                                     "0.9.1(150000)\n"
                                     "0.9.2(261121)\n"
                                     "C.14.0(0003)\n"
                                     "1.8.0(000002.703*kWh)\n"
                                     "1.8.1(000000.901*kWh)\n"
                                     "1.8.2(000000.000*kWh)\n"
                                     "1.8.3(000001.802*kWh)\n"
                                     "1.8.4(000000.000*kWh)\n"
                                     "2.8.0(000000.000*kWh)\n"
                                     "2.8.1(000000.000*kWh)\n"
                                     "2.8.2(000000.000*kWh)\n"
                                     "2.8.3(000000.000*kWh)\n"
                                     "2.8.4(000000.000*kWh)\n"
                                     "3.8.0(000000.633*kvarh)\n"
                                     "4.8.0(000000.000*kvarh)\n"
                                     "5.8.0(000000.633*kvarh)\n"
                                     "6.8.0(000000.000*kvarh)\n"
                                     "7.8.0(000000.000*kvarh)\n"
                                     "8.8.0(000000.000*kvarh)\n"
                                     "15.8.0(000002.703*kWh)\n";

static const char maker_single[] = "0.0.0(12345678)\n"
                                   "0.9.1(150000)\n"
                                   "0.9.2(261121)\n"
                                   "1.7.0(0000.901*kW)\n"
                                   "2.7.0(0000.000*kW)\n"
                                   "3.7.0(0000.211*kvar)\n"
                                   "4.7.0(0000.000*kvar)\n"
                                   "9.7.0(0000.999*kVA)\n"
                                   "13.7.0(0.902)\n"
                                   "14.7.0(50.000*Hz)\n"
                                   "32.7.0(231.11*V)\n"
                                   "31.7.0(004.321*A)\n"
                                   "21.7.0(0000.901*kW)\n"
                                   "22.7.0(0000.000*kW)\n"
                                   "21.8.0(000002.703*kWh)\n"
                                   "22.8.0(000000.000*kWh)\n";

static void the_lists_of_a_three_phase_meter(void **state)
{
    (void)state;
    measure(3);
    assert_string_equal(readout(&p1_list_general), general_three);
    assert_string_equal(readout(&p1_list_maker), maker_three);
}

static void the_lists_of_a_single_phase_meter(void **state)
{
    (void)state;
    measure(1);
    assert_string_equal(readout(&p1_list_general), general_single);
    assert_string_equal(readout(&p1_list_maker), maker_single);
}

/* What the address finds; "": nothing. */
static const char *find(const char *address)
{
    static char text[128];
    struct writer w = writer_over(text, sizeof text - 1);
    bool found = p1_list_find(&rig.view, address, strlen(address), &w);
    assert_int_equal(found, writer_kept(&w) > 0);
    text[writer_kept(&w)] = '\0';
    return text;
}

static void what_flows_the_other_way_is_in_the_other_registers(void **state)
{
    (void)state;
    struct legal_phase other[LEGAL_PHASES];
    measure(3);
    memcpy(other, phases, sizeof other);
    for (int phase = 0; phase < LEGAL_PHASES; phase++) {
        other[phase].p_uw = -phases[phase].p_uw;
        other[phase].p1_uw = -phases[phase].p1_uw;
    }
    rig_measure(&rig, other, 3600);
    assert_string_equal(find("1.7.0"), "1.7.0(0000.000*kW)");
    assert_string_equal(find("2.7.0"), "2.7.0(0001.102*kW)");
    assert_string_equal(find("21.7.0"), "21.7.0(0000.000*kW)");
    assert_string_equal(find("22.7.0"), "22.7.0(0000.901*kW)");
    assert_string_equal(find("6.8.0"), "6.8.0(000000.524*kvarh)");
    assert_string_equal(find("8.8.0"), "8.8.0(000000.112*kvarh)");
    assert_string_equal(find("4.8.0"), "4.8.0(000000.448*kvarh)");
    assert_string_equal(find("22.8.0"), "22.8.0(000000.901*kWh)");
    assert_string_equal(find("2.8.3"), "2.8.3(000002.008*kWh)");
}

/* ---- codes ---- */

/* The code of a quantity is that which it has by itself, of whatever list or telegram. */
static void assert_code(const struct p1_line *line)
{
    uint8_t obis[6];
    if (line->value != p1_value_quantity) {
        return;
    }
    assert_int_equal(quantity_obis(line->quantity, obis), 0);
    if (memcmp(line->code, obis, sizeof line->code) != 0) {
        fail_msg("%u-%u:%u.%u.%u is %u-%u:%u.%u.%u", line->code[0], line->code[1], line->code[2],
                 line->code[3], line->code[4], obis[0], obis[1], obis[2], obis[3], obis[4]);
    }
    assert_true(line->form.digits > line->form.decimals);
}

static void codes_are_those_of_the_quantities(void **state)
{
    (void)state;
    for (unsigned i = 0; i < p1_list_general.count; i++) {
        assert_code(&p1_list_general.lines[i]);
    }
    for (unsigned i = 0; i < p1_list_maker.count; i++) {
        assert_code(&p1_list_maker.lines[i]);
    }
    for (unsigned profile = 0; profile < P1_PROFILES; profile++) {
        for (unsigned i = 0; i < p1_profiles[profile]->count; i++) {
            assert_code(&p1_profiles[profile]->lines[i]);
        }
    }
}

/* The unit is that of the quantity, in thousands or as it is. */
static void assert_unit(const struct p1_line *line)
{
    static const struct {
        uint8_t unit;
        int8_t exponent;
        const char *text;
    } units[] = {
        {QUANTITY_UNIT_WH, 3, "kWh"},     {QUANTITY_UNIT_VARH, 3, "kvarh"},
        {QUANTITY_UNIT_VARH, 3, "kVArh"}, {QUANTITY_UNIT_W, 3, "kW"},
        {QUANTITY_UNIT_VAR, 3, "kvar"},   {QUANTITY_UNIT_VAR, 3, "kVAr"},
        {QUANTITY_UNIT_VA, 3, "kVA"},     {QUANTITY_UNIT_V, 0, "V"},
        {QUANTITY_UNIT_A, 0, "A"},        {QUANTITY_UNIT_HZ, 0, "Hz"},
    };
    bool known = line->form.unit == NULL;
    for (size_t i = 0; i < sizeof units / sizeof units[0] && !known; i++) {
        known = quantity_row((enum quantity_kind)line->quantity.kind)->unit == units[i].unit &&
                line->form.exponent == units[i].exponent &&
                strcmp(line->form.unit, units[i].text) == 0;
    }
    if (!known) {
        fail_msg("unit of %u.%u.%u", line->code[2], line->code[3], line->code[4]);
    }
}

static void units_are_those_of_the_quantities(void **state)
{
    (void)state;
    for (unsigned profile = 0; profile < P1_PROFILES; profile++) {
        for (unsigned i = 0; i < p1_profiles[profile]->count; i++) {
            if (p1_profiles[profile]->lines[i].value == p1_value_quantity) {
                assert_unit(&p1_profiles[profile]->lines[i]);
            }
        }
    }
}

/* ---- addresses ---- */

/* Whether a list has a line with this code, by a look through what it shows. */
static bool is_shown(const struct p1_list *list, const char *short_code)
{
    size_t size = strlen(short_code);
    const char *text = readout(list);
    while (*text != '\0') {
        if (strncmp(text, short_code, size) == 0 && text[size] == '(') {
            return true;
        }
        text = strchr(text, '\n') + 1;
    }
    return false;
}

static void every_short_address_finds_its_line_or_none(void **state)
{
    (void)state;
    unsigned found = 0;
    measure(3);
    for (int c = 0; c < 130; c++) {
        for (int d = 0; d < 16; d++) {
            for (int e = 0; e < 6; e++) {
                char code[24];
                if (c == 96 || c == 97) {
                    continue; /* in letters */
                }
                (void)snprintf(code, sizeof code, "%d.%d.%d", c, d, e);
                bool shown = is_shown(&p1_list_general, code) || is_shown(&p1_list_maker, code);
                const char *line = find(code);
                assert_int_equal(*line != '\0', shown);
                found += shown;
            }
        }
    }
    assert_int_equal(found, 21 + 25);
}

static void an_address_has_many_forms(void **state)
{
    (void)state;
    static const char *const forms[] = {"1.8.0", "1-0:1.8.0", "1.8.0*255", "1-0:1.8.0*255"};
    static const char *const none[] = {"",       "*255",   "1.8",        "1.8.0*",    "1.8.0*254",
                                       "1.8.00", "01.8.0", "2-0:1.8.0",  "1-1:1.8.0", "1.8.0*2555",
                                       "C.1",    "96.1.0", "1-0:1.8.0.", "F.F.0"};
    measure(3);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        assert_string_equal(find(forms[i]), "1.8.0(000004.212*kWh)");
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        assert_string_equal(find(none[i]), "");
    }
    assert_string_equal(find("C.1.0"), "C.1.0(12345678)");
    assert_string_equal(find("0-0:96.1.0"), "C.1.0(12345678)");
    assert_string_equal(find("C.14.0*255"), "C.14.0(0003)");
}

/* A line that a single-phase meter has not is not found, and leaves nothing behind. */
static void what_the_meter_has_not_is_not_found(void **state)
{
    (void)state;
    measure(1);
    assert_string_equal(find("31.7.0"), "31.7.0(004.321*A)");
    assert_string_equal(find("51.7.0"), "");
    assert_string_equal(find("72.7.0"), "");
}

/* At the ends of days, months and years. */
static void clock_and_date_are_local_time(void **state)
{
    (void)state;
    static const struct {
        int64_t utc_s;
        const char *time, *date;
    } rows[] = {
        {1798757999, "0.9.1(235959)", "0.9.2(261231)"},
        {1798758000, "0.9.1(000000)", "0.9.2(270101)"},
        {1782000000, "0.9.1(020000)", "0.9.2(260621)"},
        {4102441199, "0.9.1(235959)", "0.9.2(991231)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rig_init(&rig, 1, rows[i].utc_s);
        assert_string_equal(find("0.9.1"), rows[i].time);
        assert_string_equal(find("0.9.2"), rows[i].date);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lists_of_a_three_phase_meter),
        cmocka_unit_test(the_lists_of_a_single_phase_meter),
        cmocka_unit_test(what_flows_the_other_way_is_in_the_other_registers),
        cmocka_unit_test(codes_are_those_of_the_quantities),
        cmocka_unit_test(units_are_those_of_the_quantities),
        cmocka_unit_test(every_short_address_finds_its_line_or_none),
        cmocka_unit_test(an_address_has_many_forms),
        cmocka_unit_test(what_the_meter_has_not_is_not_found),
        cmocka_unit_test(clock_and_date_are_local_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
