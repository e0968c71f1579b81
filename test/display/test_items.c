/* From an attribute to what a screen says: numbers against printf, strings against a plain reading,
 * and whatever else an object may answer. */
#include "base/writer.h"
#include "cosem/data.h"
#include "display/item.h"
#include "test/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 11, ENERGY_UNITS_FROM = 30, ENERGY_UNITS_TO = 32, TEXT = 128 };

/* What the objects of this model answer. */
struct cosem_context {
    uint8_t octets[TEXT];
    size_t size;
    int8_t scaler;
    uint8_t unit;
    enum cosem_result result;
};

static struct cosem_context context;

static enum cosem_result get_value(const struct cosem_call *call, struct writer *w)
{
    writer_octets(w, call->context->octets, call->context->size);
    return call->context->result;
}

static enum cosem_result get_scaler_unit(const struct cosem_call *call, struct writer *w)
{
    cosem_put_structure(w, 2);
    cosem_put_i8(w, call->context->scaler);
    cosem_put_enum(w, call->context->unit);
    return COSEM_SUCCESS;
}

static const struct cosem_attribute data[] = {{.get = get_value}};
static const struct cosem_attribute value_first[] = {{.get = get_value}, {.get = get_scaler_unit}};
static const struct cosem_attribute value_second[] = {
    {.get = get_value}, {.get = get_value}, {.get = get_scaler_unit}};
static const struct cosem_attribute written[] = {{.get = NULL}};

static const struct cosem_class classes[] = {
    {.id = 1, COSEM_CLASS_ATTRIBUTES(data)},        {.id = 3, COSEM_CLASS_ATTRIBUTES(value_first)},
    {.id = 4, COSEM_CLASS_ATTRIBUTES(value_first)}, {.id = 5, COSEM_CLASS_ATTRIBUTES(value_second)},
    {.id = 7, COSEM_CLASS_ATTRIBUTES(data)},        {.id = 8, COSEM_CLASS_ATTRIBUTES(data)},
};
static const struct cosem_class unreadable = {.id = 1, COSEM_CLASS_ATTRIBUTES(written)};
static const struct cosem_access access = {{0}, {0}, {0}, NULL};

/* Value group C 200 is no quantity: everything is asked of the object. */
static const struct cosem_object objects[] = {
    {&classes[5], COSEM_NAME(0, 0, 1, 0, 0), &access, NULL},
    {&classes[0], COSEM_NAME(0, 0, 43, 0, 0), &access, NULL},
    {&classes[0], COSEM_NAME(0, 0, 96, 1, 0), &access, NULL},
    {&classes[0], COSEM_NAME(0, 0, 97, 97, 0), &access, NULL},
    {&classes[4], COSEM_NAME(1, 0, 99, 1, 0), &access, NULL},
    {&classes[0], COSEM_NAME(1, 0, 200, 2, 0), &access, NULL},
    {&classes[3], COSEM_NAME(1, 0, 200, 4, 0), &access, NULL},
    {&classes[2], COSEM_NAME(1, 0, 200, 6, 0), &access, NULL},
    {&classes[1], COSEM_NAME(1, 0, 200, 7, 0), &access, NULL},
    {&classes[1], COSEM_NAME(1, 0, 200, 8, 0), &access, NULL},
    {&classes[1], COSEM_NAME(1, 0, 200, 8, 4), &access, NULL},
    {&unreadable, COSEM_NAME(1, 0, 201, 2, 0), &access, NULL},
    {&classes[1], COSEM_NAME(7, 0, 200, 8, 0), &access, NULL},
};
static const struct cosem_group group = COSEM_GROUP(objects);
static const struct cosem_group *const groups[] = {&group};
static const struct cosem_model model = {groups, 1};
static const struct display_source source = {.model = &model, .context = &context};

static const struct display_item a_datum = {1, COSEM_NAME(1, 0, 200, 2, 0), 2};
static const struct display_form energy_form = {6, 3};

static struct screen show(const struct display_item *item)
{
    struct screen screen = {.room = ROOM};
    item_show(&source, item, energy_form, &screen);
    return screen;
}

static void answer(const uint8_t *octets, size_t size)
{
    assert_true(size <= TEXT);
    memcpy(context.octets, octets, size);
    context.size = size;
    context.result = COSEM_SUCCESS;
}

/* ---- numbers ---- */

static int64_t power_of_ten(int exponent)
{
    int64_t power = 1;
    while (exponent-- > 0) {
        power *= 10;
    }
    return power;
}

/* value * 10^from in steps of 10^to: rounded away from zero at the half, or cut off. */
static int64_t in_steps(int64_t value, int from, int to, bool cut)
{
    if (from >= to) {
        return value * power_of_ten(from - to);
    }
    int64_t step = power_of_ten(to - from);
    int64_t half = cut ? 0 : step / 2;
    return value < 0 ? -((-value + half) / step) : (value + half) / step;
}

static void put_point(int64_t value, int digits, int decimals, char *text)
{
    char whole[48];
    unsigned least = (unsigned)(digits + decimals) % 20;
    snprintf(whole, sizeof whole, "%0*" PRId64, (int)least, value < 0 ? -value : value);
    size_t before = strlen(whole) - (size_t)decimals;
    snprintf(text, TEXT, "%s%.*s%s%s", value < 0 ? "-" : "", (int)before, whole,
             decimals > 0 ? "." : "", whole + before);
}

/* The data sheets' forms: step of the last digit, digits behind the point. */
static const struct {
    uint8_t unit;
    int step;
    int decimals;
} forms[] = {
    {QUANTITY_UNIT_W, 0, 3},       {QUANTITY_UNIT_VAR, 0, 3},      {QUANTITY_UNIT_VA, 0, 3},
    {QUANTITY_UNIT_V, -2, 2},      {QUANTITY_UNIT_A, -3, 3},       {QUANTITY_UNIT_HZ, -2, 2},
    {QUANTITY_UNIT_DEGREE, -1, 1}, {QUANTITY_UNIT_PERCENT, -2, 2},
};

static void answer_number(int64_t value)
{
    uint8_t octets[16];
    struct writer w = writer_over(octets, sizeof octets);
    cosem_put_integer(&w, COSEM_I64, value);
    answer(octets, writer_kept(&w));
}

static struct display_item any_register(void)
{
    static const struct display_item items[] = {
        {3, COSEM_NAME(1, 0, 200, 7, 0), 2},
        {4, COSEM_NAME(1, 0, 200, 6, 0), 2},
        {5, COSEM_NAME(1, 0, 200, 4, 0), 2},
        {5, COSEM_NAME(1, 0, 200, 4, 0), 3},
    };
    return items[rand() % 4];
}

static void numbers_have_the_form_of_their_unit(void **state)
{
    (void)state;
    srand(1);
    for (int i = 0; i < 50000; i++) {
        unsigned form = (unsigned)rand() % (sizeof forms / sizeof forms[0]);
        int64_t value = rand() % 100000 - 50000;
        char expected[TEXT];
        struct display_item item = any_register();
        context.scaler = (int8_t)(rand() % 5 - 3);
        context.unit = forms[form].unit;
        put_point(in_steps(value, context.scaler, forms[form].step, false), 1, forms[form].decimals,
                  expected);
        if (strlen(expected) > ROOM) {
            continue;
        }
        answer_number(value);
        struct screen screen = show(&item);
        assert_string_equal(screen.data, expected);
        assert_true(screen.number);
        assert_int_equal(screen.unit, context.unit);
    }
}

/* Energies are cut off, have all their digits, and roll over. */
static void energies_roll_over(void **state)
{
    (void)state;
    srand(2);
    for (int i = 0; i < 50000; i++) {
        int64_t value = ((int64_t)rand() << 10 ^ rand()) >> rand() % 30;
        char expected[TEXT];
        struct display_item item = any_register();
        context.scaler = (int8_t)(rand() % 4 - 1);
        context.unit = (uint8_t)(ENERGY_UNITS_FROM + rand() % 3);
        int64_t shown = in_steps(value, context.scaler, 0, true) % power_of_ten(6 + 3);
        put_point(shown, 6, 3, expected);
        answer_number(value);
        struct screen screen = show(&item);
        assert_string_equal(screen.data, expected);
        assert_true(screen.kilo);
    }
}

static void numbers_without_a_unit(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        int8_t scaler;
        const char *text;
    } rows[] = {
        {5, 0, "5"},
        {-5, 0, "-5"},
        {12345, -2, "123.45"},
        {7, 3, "7000"},
        {123456, -6, "0.1235"},
        {INT64_C(99999999999), 0, "99999999999"},
        {INT64_C(999999999999), 0, "-----------"},
    };
    struct display_item item = {3, COSEM_NAME(1, 0, 200, 7, 0), 2};
    context.unit = 255;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        context.scaler = rows[i].scaler;
        answer_number(rows[i].value);
        assert_string_equal(show(&item).data, rows[i].text);
    }
}

/* ---- strings ---- */

static void strings_are_text_or_octets(void **state)
{
    (void)state;
    srand(3);
    for (int i = 0; i < 20000; i++) {
        uint8_t octets[TEXT] = {COSEM_OCTET_STRING, (uint8_t)(rand() % 40)};
        char expected[TEXT] = "";
        bool text = rand() % 2;
        bool printable = true;
        for (int at = 0; at < octets[1]; at++) {
            octets[2 + at] = (uint8_t)(text ? ' ' + rand() % 95 : rand());
            printable = printable && octets[2 + at] >= ' ' && octets[2 + at] <= '~';
        }
        bool clockwork = !printable && (octets[1] == 12 || octets[1] == 5 || octets[1] == 4);
        for (int at = 0; at < octets[1] && !clockwork; at++) {
            size_t end = strlen(expected);
            if (end + (printable ? 1 : 2) <= SCREEN_TEXT) {
                snprintf(expected + end, 3, printable ? "%c" : "%02X", octets[2 + at]);
            }
        }
        answer(octets, 2U + octets[1]);
        struct screen screen = show(&a_datum);
        if (!clockwork) {
            assert_string_equal(screen.data, expected);
        }
        assert_false(screen.number);
    }
}

static void dates_and_times(void **state)
{
    (void)state;
    static const uint8_t both[] = {9, 12, 0x07, 0xEA, 11, 21, 6, 14, 5, 9, 0, 0xFF, 0xC4, 0};
    static const uint8_t date[] = {9, 5, 0x07, 0xEA, 2, 1, 7};
    static const uint8_t time[] = {9, 4, 0, 59, 7, 0xFF};
    answer(both, sizeof both);
    assert_string_equal(show(&a_datum).data, "2026-11-21 14:05:09");
    answer(date, sizeof date);
    assert_string_equal(show(&a_datum).data, "2026-02-01");
    answer(time, sizeof time);
    assert_string_equal(show(&a_datum).data, "00:59:07");
}

/* What a clock leaves open, a maximum that there was not yet (Blue Book: all bits set), and what is
 * no date at all: two dashes for each that is not a number of two digits. */
static void what_is_not_specified_is_dashes(void **state)
{
    (void)state;
    uint8_t both[14] = {9, 12};
    srand(12);
    memset(&both[2], 0xFF, 12);
    answer(both, sizeof both);
    assert_string_equal(show(&a_datum).data, "---------- --:--:--");
    for (int i = 0; i < 20000; i++) {
        char parts[6][8];
        char expected[TEXT];
        unsigned year = rand() % 3 == 0 ? 0xFFFF : (unsigned)rand() % 10000;
        static const int at[] = {4, 5, 7, 8, 9};
        both[2] = (uint8_t)(year >> 8);
        both[3] = (uint8_t)year;
        snprintf(parts[0], sizeof parts[0], year == 0xFFFF ? "----" : "%04u", year);
        for (int part = 0; part < 5; part++) {
            uint8_t octet = (uint8_t)(rand() % 3 == 0 ? 0xFF : rand() % 100);
            both[at[part]] = octet;
            snprintf(parts[part + 1], sizeof parts[0], octet == 0xFF ? "--" : "%02u", octet);
        }
        snprintf(expected, sizeof expected, "%s-%s-%s %s:%s:%s", parts[0], parts[1], parts[2],
                 parts[3], parts[4], parts[5]);
        answer(both, sizeof both);
        assert_string_equal(show(&a_datum).data, expected);
    }
}

/* ---- whatever it may answer ---- */

static void what_cannot_be_shown_is_dashes(void **state)
{
    (void)state;
    static const uint8_t answers[][4] = {
        {COSEM_NULL}, {COSEM_ARRAY, 0}, {COSEM_STRUCTURE, 0}, {COSEM_BIT_STRING, 0}, {99, 1, 2, 3},
    };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        answer(answers[i], sizeof answers[i]);
        assert_string_equal(show(&a_datum).data, "-------");
    }
    answer_number(5);
    context.result = COSEM_TEMPORARY_FAILURE;
    assert_string_equal(show(&a_datum).data, "-------");
}

/* Any octets at all, and any of them kept in a row: a text that ends. */
static void any_octets(void **state)
{
    (void)state;
    srand(4);
    for (int i = 0; i < 100000; i++) {
        uint8_t octets[TEXT] = {0};
        size_t size = (size_t)rand() % 60;
        for (size_t at = 0; at < size; at++) {
            octets[at] = (uint8_t)(at < 2 ? rand() % 28 : rand());
        }
        context.scaler = (int8_t)rand();
        context.unit = (uint8_t)rand();
        answer(octets, size);
        struct display_item item = rand() % 2 ? any_register() : a_datum;
        struct screen screen = show(&item);
        struct screen kept = {.room = ROOM};
        struct reader r = reader_over(octets, size);
        item_show_kept(&source, &item, energy_form, &r, &kept);
        assert_true(memchr(screen.data, '\0', sizeof screen.data) != NULL);
        assert_true(memchr(kept.data, '\0', sizeof kept.data) != NULL);
    }
}

/* What was kept is shown as what is read. */
static void what_was_kept_reads_the_same(void **state)
{
    (void)state;
    srand(5);
    for (int i = 0; i < 20000; i++) {
        struct display_item item = any_register();
        struct screen kept = {.room = ROOM};
        struct quantity_value value;
        context.scaler = (int8_t)(rand() % 7 - 3);
        context.unit = forms[(unsigned)rand() % 7].unit;
        int64_t number = rand() % 2000000 - 1000000;
        answer_number(number);
        struct screen screen = show(&item);
        struct reader r = reader_over(context.octets, context.size);
        item_show_kept(&source, &item, energy_form, &r, &kept);
        assert_string_equal(kept.data, screen.data);
        assert_string_equal(kept.id, screen.id);
        assert_int_equal(kept.unit, screen.unit);
        assert_false(kept.legal);
        r = reader_over(context.octets, context.size);
        assert_true(item_take_number(&source, &item, &r, &value));
        assert_true(value.value == number && value.scaler == context.scaler);
    }
}

/* What the legally relevant part answers for: registers of active energy, of all rates and phases.
 */
static void the_mark_is_of_active_energy(void **state)
{
    (void)state;
    static const struct {
        struct display_item item;
        uint8_t unit;
        bool legal;
    } rows[] = {
        {{3, COSEM_NAME(1, 0, 200, 8, 0), 2}, QUANTITY_UNIT_WH, true},
        {{3, COSEM_NAME(1, 0, 200, 8, 4), 2}, QUANTITY_UNIT_WH, true},
        {{3, COSEM_NAME(1, 0, 200, 8, 0), 2}, QUANTITY_UNIT_VARH, false},
        {{3, COSEM_NAME(1, 0, 200, 8, 0), 2}, QUANTITY_UNIT_VAH, false},
        {{3, COSEM_NAME(1, 0, 200, 7, 0), 2}, QUANTITY_UNIT_W, false},
        {{3, COSEM_NAME(1, 0, 200, 7, 0), 2}, QUANTITY_UNIT_WH, false},
        {{4, COSEM_NAME(1, 0, 200, 6, 0), 2}, QUANTITY_UNIT_W, false}, /* a demand */
        {{1, COSEM_NAME(1, 0, 200, 2, 0), 2}, QUANTITY_UNIT_WH, false},
        {{3, COSEM_NAME(7, 0, 200, 8, 0), 2}, QUANTITY_UNIT_WH, false}, /* another meter's */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        context.scaler = 0;
        context.unit = rows[i].unit;
        answer_number(rand());
        assert_int_equal(show(&rows[i].item).legal, rows[i].legal);
    }
}

/* ---- which objects, and what they are called ---- */

static void what_a_list_may_name(void **state)
{
    (void)state;
    static const struct {
        struct display_item item;
        bool shown;
    } rows[] = {
        {{1, COSEM_NAME(1, 0, 200, 2, 0), 2}, true},
        {{1, COSEM_NAME(1, 0, 200, 2, 0), 3}, false}, /* no such attribute */
        {{3, COSEM_NAME(1, 0, 200, 2, 0), 2}, false}, /* of another class */
        {{1, COSEM_NAME(1, 0, 201, 2, 0), 2}, false}, /* nobody reads it */
        {{5, COSEM_NAME(1, 0, 200, 4, 0), 3}, true},
        {{7, COSEM_NAME(1, 0, 99, 1, 0), 2}, false}, /* a table */
        {{8, COSEM_NAME(0, 0, 1, 0, 0), 2}, true},
        {{1, COSEM_NAME(0, 0, 96, 1, 0), 2}, true},
        {{1, COSEM_NAME(0, 0, 97, 97, 0), 2}, true},
        {{1, COSEM_NAME(0, 0, 43, 0, 0), 2}, false}, /* of security */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(item_object(&model, &rows[i].item).object != NULL, rows[i].shown);
    }
}

static void identifiers_are_reduced(void **state)
{
    (void)state;
    static const struct {
        struct cosem_name name;
        const char *id;
    } rows[] = {
        {COSEM_NAME(1, 0, 1, 8, 0), "1.8.0"},         {COSEM_NAME(1, 0, 16, 7, 0), "16.7.0"},
        {COSEM_NAME(0, 0, 96, 1, 0), "C.1.0"},        {COSEM_NAME(0, 0, 97, 97, 0), "F.F.0"},
        {COSEM_NAME(0, 0, 99, 98, 1), "P.98.1"},      {COSEM_NAME(1, 0, 99, 97, 0), "P.97.0"},
        {COSEM_NAME(0, 0, 99, 98, 128), "P.98.128"},  {COSEM_NAME(1, 0, 99, 1, 0), "P.1.0"},
        {COSEM_NAME(0, 0, 98, 1, 0), "L.1.0"},        {COSEM_NAME(0, 0, 96, 13, 1), "C.13.1"},
        {COSEM_NAME(1, 0, 128, 100, 100), "128.100"}, {COSEM_NAME(1, 0, 81, 7, 26), "81.7.26"},
        {COSEM_NAME(1, 0, 128, 128, 0), "128.128"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char id[SCREEN_ID + 1];
        item_identifier(&rows[i].name, id);
        assert_string_equal(id, rows[i].id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_the_form_of_their_unit),
        cmocka_unit_test(energies_roll_over),
        cmocka_unit_test(numbers_without_a_unit),
        cmocka_unit_test(strings_are_text_or_octets),
        cmocka_unit_test(dates_and_times),
        cmocka_unit_test(what_is_not_specified_is_dashes),
        cmocka_unit_test(what_cannot_be_shown_is_dashes),
        cmocka_unit_test(any_octets),
        cmocka_unit_test(what_was_kept_reads_the_same),
        cmocka_unit_test(the_mark_is_of_active_energy),
        cmocka_unit_test(what_a_list_may_name),
        cmocka_unit_test(identifiers_are_reduced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
