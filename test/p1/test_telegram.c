/* What telegrams say: the whole of them for meters that are known, and by a model of each line. */
#include "test/p1/rig.h"

#include "p1/reader.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UTC_S = 1795258800 /* 2026-11-21T11:00:00Z */, SUMMER_S = 1782000000 /* 2026-06-21 */ };

static const struct legal_phase household[LEGAL_PHASES] = {
    {.u_uv = 230049999,
     .i_na = INT64_C(4499999999),
     .p_uw = 1000499999,
     .p1_uw = 1000499999,
     .q1_uvar = 211500000},
    {.u_uv = 229950000, .i_na = INT64_C(1500000000), .p_uw = -340500000, .q1_uvar = -12000000},
    {.u_uv = 9999960000, .i_na = INT64_C(1234567890123), .p_uw = INT64_C(123456000000)},
};

static const char single_phase[] = "/WTH5XS211\r\n"
                                   "\r\n"
                                   "1-3:0.2.8(50)\r\n"
                                   "0-0:1.0.0(261121130000W)\r\n"
                                   "0-0:96.1.1(3132333435363738)\r\n"
                                   "1-0:1.8.1(000001.000*kWh)\r\n"
                                   "1-0:1.8.2(000000.000*kWh)\r\n"
                                   "1-0:2.8.1(000000.000*kWh)\r\n"
                                   "1-0:2.8.2(000000.000*kWh)\r\n"
                                   "0-0:96.14.0(0001)\r\n"
                                   "1-0:1.7.0(01.000*kW)\r\n"
                                   "1-0:2.7.0(00.000*kW)\r\n"
                                   "0-0:96.13.0(4F66667E)\r\n"
                                   "1-0:32.7.0(230.0*V)\r\n"
                                   "1-0:31.7.0(004*A)\r\n"
                                   "1-0:21.7.0(01.000*kW)\r\n"
                                   "1-0:22.7.0(00.000*kW)\r\n"
                                   "!16A4\r\n";

static void a_single_phase_meter_says_this(void **state)
{
    (void)state;
    static struct rig rig;
    rig_init(&rig, 1, UTC_S);
    rig_measure(&rig, household, 3600);
    assert_int_equal(message_set_text(&rig.message, "Off~", 4), 0);
    assert_string_equal(rig_telegram(&rig, &p1_profile_dsmr), single_phase);
}

static void energies_are_cut_off_and_powers_rounded(void **state)
{
    (void)state;
    static struct rig rig;
    rig_init(&rig, 1, UTC_S);
    rig_measure(&rig, household, 3600);
    (void)rig_telegram(&rig, &p1_profile_sweden);
    assert_string_equal(rig_line(&rig, "1-0:1.8.0"), "(00000001.000*kWh)");
    assert_string_equal(rig_line(&rig, "1-0:3.8.0"), "(00000000.211*kVArh)");
    assert_string_equal(rig_line(&rig, "1-0:3.7.0"), "(0000.212*kVAr)");
    assert_string_equal(rig_line(&rig, "1-0:31.7.0"), "(004.5*A)");
}

static void what_is_too_large_stops_at_nines(void **state)
{
    (void)state;
    static struct rig rig;
    rig_init(&rig, 3, UTC_S);
    rig_measure(&rig, household, 1);
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_string_equal(rig_line(&rig, "1-0:72.7.0"), "(999.9*V)");
    assert_string_equal(rig_line(&rig, "1-0:71.7.0"), "(999*A)");
    assert_string_equal(rig_line(&rig, "1-0:61.7.0"), "(99.999*kW)");
    assert_string_equal(rig_line(&rig, "1-0:42.7.0"), "(00.341*kW)");
    assert_string_equal(rig_line(&rig, "1-0:41.7.0"), "(00.000*kW)");
}

static void the_rate_in_force_counts(void **state)
{
    (void)state;
    static struct rig rig;
    rig_init(&rig, 1, UTC_S);
    rig_measure(&rig, household, 3600);
    legal_rate_select(&rig.legal, 2);
    rig_measure(&rig, household, 7200);
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_string_equal(rig_line(&rig, "0-0:96.14.0"), "(0002)");
    assert_string_equal(rig_line(&rig, "1-0:1.8.1"), "(000001.000*kWh)");
    assert_string_equal(rig_line(&rig, "1-0:1.8.2"), "(000002.000*kWh)");
}

static void interruptions_are_counted(void **state)
{
    (void)state;
    static struct rig rig;
    static struct outage outage;
    rig_init(&rig, 1, UTC_S);
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_null(rig_line(&rig, "0-0:96.7.21"));
    rig.view.outage = &outage;
    outage.shorts[OUTAGE_ANY] = 13;
    outage.longs[OUTAGE_ANY] = 100002;
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_string_equal(rig_line(&rig, "0-0:96.7.21"), "(00013)");
    assert_string_equal(rig_line(&rig, "0-0:96.7.9"), "(00002)");
}

static void sags_and_swells_stand_behind_the_log_of_failures(void **state)
{
    (void)state;
    static struct rig rig;
    static struct event_book book;
    static struct voltage_count voltages = {.phases = 3,
                                            .phase = {{0, 2, 0}, {0, 1, 65535}, {0, 0, 12}}};
    rig_init(&rig, 3, UTC_S);
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_null(rig_line(&rig, "1-0:32.32.0"));
    rig.view.voltages = &voltages;
    const char *text = rig_telegram(&rig, &p1_profile_dsmr);
    assert_non_null(strstr(text, "1-0:32.32.0(00002)\r\n1-0:52.32.0(00001)\r\n"
                                 "1-0:72.32.0(00000)\r\n1-0:32.36.0(00000)\r\n"
                                 "1-0:52.36.0(65535)\r\n1-0:72.36.0(00012)\r\n0-0:96.13.0("));
    voltage_count_init(&voltages, &book, 1);
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_string_equal(rig_line(&rig, "1-0:32.32.0"), "(00000)");
    assert_null(rig_line(&rig, "1-0:52.32.0"));
    (void)rig_telegram(&rig, &p1_profile_belgium);
    assert_null(rig_line(&rig, "1-0:32.32.0")); /* its telegrams do not have them */
}

static void nothing_measured_is_no_line_and_never_a_zero(void **state)
{
    (void)state;
    static struct rig rig;
    rig_init(&rig, 3, UTC_S);
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_null(rig_line(&rig, "1-0:32.7.0"));
    assert_null(rig_line(&rig, "1-0:1.7.0"));
    assert_non_null(rig_line(&rig, "0-0:1.0.0"));
}

static void phases_that_a_meter_lacks_have_no_lines(void **state)
{
    (void)state;
    static struct rig rig;
    static const char *const codes[] = {"1-0:52.7.0", "1-0:71.7.0", "1-0:41.7.0", "1-0:62.7.0"};
    for (uint8_t phases = 1; phases <= 3; phases += 2) {
        rig_init(&rig, phases, UTC_S);
        rig_measure(&rig, household, 1);
        for (int i = 0; i < P1_PROFILES; i++) {
            (void)rig_telegram(&rig, p1_profiles[i]);
            for (unsigned code = 0; code < sizeof codes / sizeof codes[0]; code++) {
                assert_int_equal(rig_line(&rig, codes[code]) != NULL, phases == 3);
            }
        }
    }
}

static void summer_is_told_but_not_in_sweden(void **state)
{
    (void)state;
    static struct rig rig;
    rig_init(&rig, 1, SUMMER_S);
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_string_equal(rig_line(&rig, "0-0:1.0.0"), "(260621020000S)");
    (void)rig_telegram(&rig, &p1_profile_sweden);
    assert_string_equal(rig_line(&rig, "0-0:1.0.0"), "(260621010000W)");
}

static void the_hour_that_autumn_repeats_is_told_apart(void **state)
{
    (void)state;
    enum { CHANGE_S = 1792890000 /* 2026-10-25T01:00:00Z */ };
    static struct rig rig;
    rig_init(&rig, 1, CHANGE_S - 1);
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_string_equal(rig_line(&rig, "0-0:1.0.0"), "(261025025959S)");
    clock_advance(&rig.clock, 1000);
    (void)rig_telegram(&rig, &p1_profile_dsmr);
    assert_string_equal(rig_line(&rig, "0-0:1.0.0"), "(261025020000W)");
}

static void a_message_of_1024_octets_fits_one_line(void **state)
{
    (void)state;
    static struct rig rig;
    static char expected[2 * MESSAGE_TEXT_MAX + 3];
    uint8_t message[MESSAGE_TEXT_MAX + 1];
    rig_init(&rig, 3, UTC_S);
    rig_measure(&rig, household, 1);
    expected[0] = '(';
    for (unsigned i = 0; i < MESSAGE_TEXT_MAX; i++) {
        message[i] = (uint8_t)(0x20 + i * 7 % 95);
        snprintf(expected + 1 + 2 * i, 4, "%02X)", message[i]);
    }
    assert_int_equal(message_set_text(&rig.message, message, sizeof message), -1);
    assert_int_equal(rig.message.text_size, 0);
    assert_int_equal(message_set_text(&rig.message, message, MESSAGE_TEXT_MAX), 0);
    for (int i = 0; i < P1_PROFILES; i++) {
        (void)rig_telegram(&rig, p1_profiles[i]);
        const char *line = rig_line(&rig, "0-0:96.13.0");
        if (line) {
            assert_string_equal(line, expected);
        }
    }
}

static void a_telegram_needs_its_room(void **state)
{
    (void)state;
    static struct rig rig;
    rig_init(&rig, 3, UTC_S);
    rig_measure(&rig, household, 1);
    (void)rig_telegram(&rig, &p1_profile_luxembourg);
    for (size_t room = 0; room <= rig.size; room++) {
        uint8_t *octets = malloc(room + 1);
        octets[room] = 0xA5;
        size_t size = p1_telegram(&p1_profile_luxembourg, &rig.view, octets, room);
        assert_int_equal(size, room == rig.size ? rig.size : 0);
        assert_int_equal(octets[room], 0xA5);
        free(octets);
    }
}

/* A line as its form says it, from the value in whole units of its last digit. */
static void say(char *text, size_t size, const struct p1_line *line, int64_t number)
{
    long long power = 1;
    for (int i = 0; i < line->form.decimals; i++) {
        power *= 10;
    }
    int width = line->form.digits - line->form.decimals;
    if (line->form.decimals > 0) {
        snprintf(text, size, "(%0*lld.%0*lld*%s)", width, (long long)number / power,
                 line->form.decimals, (long long)number % power, line->form.unit);
    } else {
        snprintf(text, size, "(%0*lld*%s)", width, (long long)number, line->form.unit);
    }
}

static void check_quantities(const struct rig *rig, const struct p1_profile *profile)
{
    for (unsigned i = 0; i < profile->count; i++) {
        const struct p1_line *line = &profile->lines[i];
        struct quantity_value value;
        if (line->value != p1_value_quantity ||
            quantity_read(&rig->source, line->quantity, &value) != 0) {
            continue;
        }
        char code[32];
        char expected[640];
        snprintf(code, sizeof code, "%u-%u:%u.%u.%u", line->code[0], line->code[1], line->code[2],
                 line->code[3], line->code[4]);
        int8_t scaler = (int8_t)(line->form.exponent - line->form.decimals);
        say(expected, sizeof expected, line, quantity_scaled(&value, scaler));
        assert_non_null(rig_line(rig, code));
        assert_string_equal(rig_line(rig, code), expected);
        uint8_t obis[6];
        assert_int_equal(quantity_obis(line->quantity, obis), 0);
        assert_memory_equal(obis, line->code, sizeof line->code);
    }
}

static int64_t random_up_to(int64_t most)
{
    return (int64_t)((uint64_t)rand() << 31 ^ (uint64_t)rand()) % (most + 1);
}

/* Every line of every profile says what the register of the same code holds. */
static void every_line_is_the_quantity_of_its_code(void **state)
{
    (void)state;
    static struct rig rig;
    srand(3);
    rig_init(&rig, 3, UTC_S);
    for (int round = 0; round < 200; round++) {
        struct legal_phase phases[LEGAL_PHASES] = {{0}};
        for (int i = 0; i < LEGAL_PHASES; i++) {
            phases[i] = (struct legal_phase){
                .u_uv = random_up_to(400000000),
                .i_na = random_up_to(INT64_C(100000000000)),
                .p_uw = random_up_to(INT64_C(40000000000)) - INT64_C(20000000000),
                .q1_uvar = random_up_to(INT64_C(40000000000)) - INT64_C(20000000000),
            };
        }
        rig_measure(&rig, phases, 30);
        for (int i = 0; i < P1_PROFILES; i++) {
            (void)rig_telegram(&rig, p1_profiles[i]);
            check_quantities(&rig, p1_profiles[i]);
        }
    }
}

static void profiles_are_found_by_their_names(void **state)
{
    (void)state;
    for (int i = 0; i < P1_PROFILES; i++) {
        assert_ptr_equal(p1_profile_find(p1_profiles[i]->name), p1_profiles[i]);
        assert_in_range(p1_profiles[i]->period_s, 1, 10);
    }
    assert_null(p1_profile_find("dsm"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_phase_meter_says_this),
        cmocka_unit_test(energies_are_cut_off_and_powers_rounded),
        cmocka_unit_test(what_is_too_large_stops_at_nines),
        cmocka_unit_test(the_rate_in_force_counts),
        cmocka_unit_test(interruptions_are_counted),
        cmocka_unit_test(sags_and_swells_stand_behind_the_log_of_failures),
        cmocka_unit_test(nothing_measured_is_no_line_and_never_a_zero),
        cmocka_unit_test(phases_that_a_meter_lacks_have_no_lines),
        cmocka_unit_test(summer_is_told_but_not_in_sweden),
        cmocka_unit_test(the_hour_that_autumn_repeats_is_told_apart),
        cmocka_unit_test(a_message_of_1024_octets_fits_one_line),
        cmocka_unit_test(a_telegram_needs_its_room),
        cmocka_unit_test(every_line_is_the_quantity_of_its_code),
        cmocka_unit_test(profiles_are_found_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
