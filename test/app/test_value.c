#include "app/value.h"
#include "test/unit.h"
#include "test/vectors/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 512, DEEP = 4000 };

static struct value_meaning meaning_of(const char *text)
{
    return (struct value_meaning){.scaler = (int8_t)atoi(text),
                                  .date_time = strstr(text, "date") != NULL};
}

static void assert_value(struct reader value, const struct value_meaning *meaning,
                         const char *expected)
{
    cJSON *json = value_json(value, meaning);
    char *found = json ? cJSON_PrintUnformatted(json) : NULL;
    assert_string_equal(found ? found : "malformed", expected);
    char *text = value_text(value, meaning);
    assert_int_equal(text != NULL, json != NULL);
    if (text) {
        /* Strings are bare in a line of text, everything else is the same. */
        assert_string_equal(text, cJSON_IsString(json) ? cJSON_GetStringValue(json) : expected);
    }
    free(text);
    cJSON_free(found);
    cJSON_Delete(json);
}

static void vectors(void **state)
{
    (void)state;
    FILE *file = fopen(WATTHOUR_TEST "/vectors/values.txt", "r");
    assert_non_null(file);
    char line[LINE];
    int cases = 0;
    while (fgets(line, sizeof line, file)) {
        char *scaler = strchr(line, ';');
        char *expected = scaler ? strchr(scaler + 1, ';') : NULL;
        if (line[0] == '#' || !expected) {
            continue;
        }
        uint8_t octets[LINE];
        size_t size = hex_read(line, octets, sizeof octets);
        expected[strcspn(expected, "\n")] = '\0';
        struct value_meaning meaning = meaning_of(scaler + 1);
        assert_value(reader_over(octets, size), &meaning, expected + 2);
        cases++;
    }
    fclose(file);
    assert_true(cases > 45);
}

/* A hostile meter does not exhaust the stack. */
static void a_tower_of_arrays_is_refused(void **state)
{
    (void)state;
    static uint8_t tower[2 * DEEP + 1];
    struct value_meaning meaning = {0};
    for (size_t i = 0; i < DEEP; i++) {
        tower[2 * i] = 1;
        tower[2 * i + 1] = 1;
    }
    assert_null(value_text(reader_over(tower, sizeof tower), &meaning));
}

static void every_scaler_is_exact(void **state)
{
    (void)state;
    static const uint8_t seven[] = {0x11, 7};
    for (int scaler = -128; scaler < 128; scaler++) {
        struct value_meaning meaning = {.scaler = (int8_t)scaler};
        char expected[32];
        char *text = value_text(reader_over(seven, sizeof seven), &meaning);
        assert_non_null(text);
        snprintf(expected, sizeof expected, "%.6e", strtod(text, NULL));
        char wanted[32];
        snprintf(wanted, sizeof wanted, "7.000000e%c%02d", scaler < 0 ? '-' : '+', abs(scaler));
        assert_string_equal(expected, wanted);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(a_tower_of_arrays_is_refused),
        cmocka_unit_test(every_scaler_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
