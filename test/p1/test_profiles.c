/* Whole telegrams of a three-phase meter by every profile: each value another, so that a line in
 * the place of another, or with other digits, is noticed. Formats are those of DSMR 5.0.2 P1 6.12,
 * the Swedish recommendation 2.0, e-MUCS P1 and Luxembourg's P1 1.1.3. */
#include "p1/telegram.h"
#include "test/p1/rig.h"
#include "test/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UTC_S = 1795258800 /* 2026-11-21T11:00:00Z */, GOLDEN_MOST = P1_TELEGRAM_MAX };

static struct rig rig;

static const struct legal_phase phases[LEGAL_PHASES] = {
    {.u_uv = 231110000,
     .i_na = INT64_C(4321000000),
     .p_uw = 901000000,
     .p1_uw = 901000000,
     .q1_uvar = 211000000},
    {.u_uv = 232220000,
     .i_na = INT64_C(11512000000),
     .p_uw = -2302000000,
     .p1_uw = -2302000000,
     .q1_uvar = -1112000000},
    {.u_uv = 233330000,
     .i_na = INT64_C(2703000000),
     .p_uw = 503000000,
     .p1_uw = 503000000,
     .q1_uvar = 313000000},
};

static void measure(void)
{
    static struct outage outage;
    static struct voltage_count voltages = {.phases = 3,
                                            .phase = {{0, 2, 9}, {0, 1, 65535}, {0, 4, 12}}};
    rig_init(&rig, 3, UTC_S);
    rig.config.sum = LEGAL_SUM_PHASES;
    outage.shorts[OUTAGE_ANY] = 13;
    outage.longs[OUTAGE_ANY] = 7;
    rig.view.outage = &outage;
    rig.view.voltages = &voltages;
    assert_int_equal(message_set_text(&rig.message, "Off~", 4), 0);
    rig_measure(&rig, phases, 3600);
    legal_rate_select(&rig.legal, 2);
    rig_measure(&rig, phases, 7200);
}

/* The text of the file, with the ends of lines of a telegram. */
static void read_golden(const char *name, char text[GOLDEN_MOST])
{
    char path[256];
    size_t size = 0;
    (void)snprintf(path, sizeof path, WATTHOUR_TEST "/p1/telegrams/%s.txt", name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
        assert_true(size + 2 < GOLDEN_MOST);
        if (c == '\n') {
            text[size++] = '\r';
        }
        text[size++] = (char)c;
    }
    text[size] = '\0';
    (void)fclose(file);
}

static void telegrams_of_every_profile(void **state)
{
    (void)state;
    for (int i = 0; i < P1_PROFILES; i++) {
        char golden[GOLDEN_MOST];
        measure();
        const char *text = rig_telegram(&rig, p1_profiles[i]);
        read_golden(p1_profiles[i]->name, golden);
        assert_string_equal(text, golden);
    }
}

static void profiles_are_found_by_name(void **state)
{
    (void)state;
    for (int i = 0; i < P1_PROFILES; i++) {
        assert_ptr_equal(p1_profile_find(p1_profiles[i]->name), p1_profiles[i]);
    }
    assert_null(p1_profile_find("norway"));
    assert_null(p1_profile_find(""));
}

/* A telegram that does not fit is none: at each size that is too small. */
static void what_does_not_fit_is_no_telegram(void **state)
{
    (void)state;
    for (int i = 0; i < P1_PROFILES; i++) {
        measure();
        (void)rig_telegram(&rig, p1_profiles[i]);
        for (size_t room = 0; room < rig.size; room++) {
            uint8_t *octets = malloc(room + 1);
            assert_int_equal(p1_telegram(p1_profiles[i], &rig.view, octets, room), 0);
            free(octets);
        }
        uint8_t *octets = malloc(rig.size);
        assert_int_equal(p1_telegram(p1_profiles[i], &rig.view, octets, rig.size), rig.size);
        assert_memory_equal(octets, rig.telegram, rig.size);
        free(octets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(telegrams_of_every_profile),
        cmocka_unit_test(profiles_are_found_by_name),
        cmocka_unit_test(what_does_not_fit_is_no_telegram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
